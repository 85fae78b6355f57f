"""The measures that a reader quotes, and what a correction made of them: of the whole study only, as they are printed.

No dealer's number is set beside its earlier one: where one answer was withdrawn, the two would tell that answer.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from surveyplat.scoring.results import Estimate, StudyScores

Kind = Literal["index", "factor", "pp100", "rate"]
DIGITS = 1
"""Decimals of every number here, as tables print them."""


@dataclass(frozen=True)
class Headline:
    """One measure of a whole study; a factor's id is "index/factor"."""

    kind: Kind
    id: str
    estimate: Estimate


def headlines(scores: StudyScores) -> tuple[Headline, ...]:
    """Indices with their factors, PP100 and the rates, in the order of the report."""
    return tuple(_headlines(scores))


def _headlines(scores: StudyScores) -> Iterator[Headline]:
    for index in scores.indices:
        yield Headline("index", index.id, index.score)
        for factor in index.factors:
            yield Headline("factor", f"{index.id}/{factor.id}", factor.score)
    for derived in scores.derived_indices:
        yield Headline("index", derived.id, derived.score)
    if scores.pp100 is not None:
        yield Headline("pp100", scores.pp100.total.id, scores.pp100.total.pp100)
    for rate in scores.rates:
        yield Headline("rate", rate.id, rate.rate)


def restatement(period: str, first: StudyScores, now: StudyScores) -> dict[str, Any]:
    """What was first published of a period and what holds now, as a report's bundle keeps it: after suppression."""
    before = {(each.kind, each.id): each.estimate for each in headlines(first)}
    after = {(each.kind, each.id): each.estimate for each in headlines(now)}
    measures = [
        {"kind": kind, "id": name, "first": _told(before.get((kind, name))), "now": _told(after.get((kind, name)))}
        for kind, name in dict.fromkeys((*before, *after))
    ]
    return {"period": period, "measures": measures}


def _told(estimate: Estimate | None) -> dict[str, Any] | None:
    """As it is printed: more decimals would tell more of the answers that differ. None where it was not measured."""
    if estimate is None:
        return None
    value = None if estimate.value is None else round(estimate.value, DIGITS)
    return {"value": value, "suppressed": estimate.suppressed, "low_base": estimate.low_base}


def differing(told: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The measures of a restatement whose printed value is another one now."""
    return [each for each in told["measures"] if _printed(each["first"]) != _printed(each["now"])]


def _printed(told: Mapping[str, Any] | None) -> tuple[Any, Any] | None:
    return None if told is None else (told["value"], told["suppressed"])
