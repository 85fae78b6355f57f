"""A comparison with the period before as a table: its verdict, every change with its test, and what it splits into.

It holds what reports print of the comparison, under the same suppression: of what may not be compared there are the
verdict and its reasons, and no change.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from surveyplat.reports.reasons import reasons_text
from surveyplat.scoring.estimate import Estimate
from surveyplat.scoring.reasons import Reason
from surveyplat.scoring.records.changes import Bridge, Decomposition
from surveyplat.scoring.records.contrast import Contrast
from surveyplat.scoring.results import Change, PeriodComparison

_SCHEMA: dict[str, type[pl.DataType]] = {
    "part": pl.String,
    "measure": pl.String,
    "before": pl.String,
    "after": pl.String,
    "before_value": pl.Float64,
    "before_std_error": pl.Float64,
    "before_base": pl.Float64,
    "after_value": pl.Float64,
    "after_std_error": pl.Float64,
    "after_base": pl.Float64,
    "change": pl.Float64,
    "ci_low": pl.Float64,
    "ci_high": pl.Float64,
    "p_value": pl.Float64,
    "p_adjusted": pl.Float64,
    "correction": pl.String,
    "family": pl.String,
    "family_size": pl.Int64,
    "alpha": pl.Float64,
    "clear": pl.String,
    "method": pl.String,
    "verdict": pl.String,
    "suppressed": pl.String,
    "reasons": pl.String,
}
_CORRECTION = "benjamini_hochberg"

_Cells = dict[str, Any]


def comparison_frame(comparison: PeriodComparison, language: str) -> pl.DataFrame:
    """A row for each verdict, change and part of a change; ``reasons`` are sentences in the language.

    ``change`` is a difference in points, and for rates of problems (``pp100`` and its categories) the ratio after to
    before. p values are adjusted within the ``family``, of whose tests there are ``family_size``; a change is ``clear``
    when its adjusted p value is at most ``alpha``. Parts of a change have no test of their own family.
    """
    cells = [*_verdicts(comparison, language), *_changes(comparison), *_parts(comparison)]
    about = {"before": comparison.before, "after": comparison.after}
    return pl.DataFrame([{**dict.fromkeys(_SCHEMA), **about, **row} for row in cells], schema=_SCHEMA)


def _verdicts(comparison: PeriodComparison, language: str) -> Iterator[_Cells]:
    yield _verdict("first measure", comparison.verdict, comparison.reasons, comparison.warnings, language)
    for each in comparison.withheld:
        yield _verdict(each.measure, each.verdict, each.reasons, each.warnings, language)


def _verdict(
    measure: str, verdict: str, reasons: Sequence[Reason], warnings: Sequence[Reason], language: str
) -> _Cells:
    told = reasons_text((*reasons, *warnings), language, str)
    return {"part": "verdict", "measure": measure, "verdict": verdict, "reasons": told}


def _changes(comparison: PeriodComparison) -> Iterator[_Cells]:
    families = {
        "index": comparison.indices,
        "factor": comparison.factors,
        "dealer": comparison.dealers,
        "pp100": comparison.pp100_total,
        "pp100_category": comparison.pp100_categories,
    }
    for part, family in families.items():
        tests = sum(change.p_value is not None for change in family)
        for change in family:
            yield {
                "part": part,
                **_levels(change.before, change.after),
                **_tested(change, comparison.alpha, part, tests),
            }


def _levels(before: Estimate, after: Estimate) -> _Cells:
    held = [f"{side}: {each.suppressed}" for side, each in (("before", before), ("after", after)) if each.suppressed]
    return {
        "before_value": before.value,
        "before_std_error": before.std_error,
        "before_base": before.unweighted_base,
        "after_value": after.value,
        "after_std_error": after.std_error,
        "after_base": after.unweighted_base,
        "suppressed": ", ".join(held) or None,
    }


def _tested(change: Change, alpha: float, family: str, tests: int) -> _Cells:
    cells = {"measure": change.id, "change": change.change, "ci_low": change.ci_low, "ci_high": change.ci_high}
    if change.p_value is None:
        return cells
    clear = "yes" if change.significant else "no"
    tested = {"correction": _CORRECTION, "family": family, "family_size": tests, "alpha": alpha, "clear": clear}
    return cells | tested | {"p_value": change.p_value, "p_adjusted": change.p_adjusted, "method": change.method}


def _parts(comparison: PeriodComparison) -> Iterator[_Cells]:
    splits = {
        "index by dealer": comparison.by_dealer,
        "index by model": comparison.by_model,
        "pp100 by dealer": comparison.pp100_by_dealer,
        "pp100 by model": comparison.pp100_by_model,
    }
    for name, split in splits.items():
        if split is not None:
            yield from _split(name, split)
    if comparison.bridge is not None:
        yield from _bridge(comparison.bridge)


def _split(name: str, split: Decomposition) -> Iterator[_Cells]:
    yield _part(f"performance, {name}", "all", split.performance)
    yield _part(f"mix, {name}", "all", split.mix)
    for group in split.groups:
        bases = {"before_base": group.base_before, "after_base": group.base_after}
        yield _part(f"performance, {name}", group.group, group.performance) | bases
        yield _part(f"mix, {name}", group.group, group.mix) | bases


def _bridge(bridge: Bridge) -> Iterator[_Cells]:
    for measure, told in (
        ("published", bridge.published),
        ("under_old", bridge.under_old),
        ("under_new", bridge.under_new),
        ("performance", bridge.performance),
        ("weights", bridge.weights),
    ):
        yield _part("bridge", measure, told)


def _part(part: str, measure: str, told: Contrast) -> _Cells:
    ends = {"ci_low": told.ci_low, "ci_high": told.ci_high, "p_value": told.p_value}
    return {"part": part, "measure": measure, "change": told.value, **ends}
