"""What respondents wrote in a frozen period, and the few texts of it that a report shows."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from surveyplat.audit.freeze import FrozenPeriod
from surveyplat.forms.items import MultipleItem, RatingItem, SingleItem, TextItem
from surveyplat.forms.language import Definition
from surveyplat.forms.measuring import COMPLAINT_CLASSES
from surveyplat.measurement import COMPLAINT
from surveyplat.reports.verbatims import Written, choose, chosen_document, judgement_group
from surveyplat.scoring.results import StudyScores

_WHOSE = ("response_id", "dealer", "language")


@dataclass(frozen=True)
class _Group:
    """Respondents that belong together; ``holds`` tells of each row whether it is one of theirs."""

    name: str
    holds: pl.Expr


def chosen_texts(frozen: FrozenPeriod, definition: Definition, scores: StudyScores) -> tuple[dict[str, Any], ...]:
    """For each item that is answered in several lines the texts to show, as documents for a report's bundle.

    Fields of one line hold names and places, which are data rather than words. A dealer whose own number is not shown
    is not named.
    """
    items = [item.id for _, item in definition.items() if isinstance(item, TextItem) and item.multiline]
    if not items:
        return ()
    groups = tuple(_groups(definition))
    rows = pl.scan_parquet(frozen.path).select(
        *_WHOSE, *items, *(group.holds.fill_null(value=False).alias(group.name) for group in groups)
    )
    hidden = _unnamed(scores)
    return tuple(_chosen(rows.collect(), items, [group.name for group in groups], hidden, frozen.rows_hash))


def _chosen(
    rows: pl.DataFrame, items: list[str], groups: list[str], hidden: frozenset[str], seed: str
) -> Iterator[dict[str, Any]]:
    sizes = {name: int(rows[name].sum()) for name in groups}
    for item in items:
        written = [_written(row, item, groups) for row in rows.filter(pl.col(item).is_not_null()).to_dicts()]
        chosen = choose(item, len(rows), sizes, written, hidden, seed)
        if chosen is not None:
            yield chosen_document(chosen)


def _written(row: dict[str, Any], item: str, groups: list[str]) -> Written:
    held = tuple(name for name in groups if row[name])
    return Written(row["response_id"], row[item], row["dealer"], row["language"], held)


def _groups(definition: Definition) -> Iterator[_Group]:
    """Classes of complaints where the study asks for them, else thirds of the overall judgement."""
    measured = definition.measurement
    asked = definition.item(measured.complaints) if measured.complaints else None
    if isinstance(asked, SingleItem | MultipleItem):
        for choice in asked.choices:
            if choice.code in COMPLAINT_CLASSES:
                yield _Group(f"{COMPLAINT}_{choice.code}", _ticked(asked, choice.code))
    elif measured.overall:
        judged = definition.item(measured.overall)
        if isinstance(judged, RatingItem):
            scale = definition.scale_of(judged)
            yield from _thirds(judged.id, scale.minimum, scale.maximum)


def _ticked(item: SingleItem | MultipleItem, code: str) -> pl.Expr:
    return pl.col(f"{item.id}__{code}") == 1 if isinstance(item, MultipleItem) else pl.col(item.id) == code


def _thirds(item: str, lowest: int, highest: int) -> Iterator[_Group]:
    """The scale's points in three runs, as even as they can be; the middle one takes what is left over."""
    length = (highest - lowest + 1) // 3
    if length:
        for low, high in (
            (lowest, lowest + length - 1),
            (lowest + length, highest - length),
            (highest - length + 1, highest),
        ):
            yield _Group(judgement_group(low, high), pl.col(item).is_between(low, high))


def _unnamed(scores: StudyScores) -> frozenset[str]:
    """The dealers that have no number of their own in the report."""
    shown = (
        [{score.dealer for score in scores.dealers if score.index.score.value is not None}] if scores.dealers else []
    )
    if scores.pp100 is not None and scores.pp100.dealers:
        shown.append({cell.id for cell in scores.pp100.dealers if cell.pp100.value is not None})
    named = set.intersection(*shown) if shown else set()
    return frozenset(each.dealer for each in scores.coverage) - named
