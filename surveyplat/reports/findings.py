"""From scores to what is worth saying: a pure function, in numbers only. Sentences are made elsewhere.

Noise is never presented as a change: a change is a finding of change only when the comparison calls it significant
(after Benjamini-Hochberg within its family), and otherwise a finding of "no clear change". Nothing is ranked barely:
"weakest", "strongest" and "top" carry whether their interval is apart from the next one's.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import log
from typing import Literal

from surveyplat.scoring.families import benjamini_hochberg
from surveyplat.scoring.records.contrast import Contrast
from surveyplat.scoring.records.rates import RestContrast
from surveyplat.scoring.results import (
    Change,
    DriverImportance,
    DriverScore,
    Estimate,
    FactorScore,
    PeriodComparison,
    Pp100Cell,
    Pp100Score,
    StudyScores,
)
from surveyplat.scoring.standing import p_against

FindingKind = Literal[
    "index_level",
    "index_change",
    "index_no_clear_change",
    "pp100_level",
    "pp100_change",
    "pp100_no_clear_change",
    "not_comparable",
    "index_bridged",
    "mix_moved",
    "strongest_driver",
    "driver_to_improve",
    "weakest_factor",
    "dealer_up",
    "dealer_down",
    "dealer_below_group",
    "dealer_above_group",
    "dealer_more_problems",
    "dealer_fewer_problems",
    "top_category",
    "top_problem",
    "category_rose",
    "category_fell",
    "model_more_problems",
    "month_more_problems",
    "region_more_problems",
    "suppressed_dealers",
]
Certainty = Literal["adjusted", "apart", "descriptive"]
"""adjusted: after Benjamini-Hochberg; apart: its 95 % interval is clear of the next, or of 0; descriptive: neither."""

PRIORITY: Mapping[FindingKind, int] = {
    "not_comparable": 10,
    "index_level": 20,
    "pp100_level": 21,
    "index_change": 30,
    "index_no_clear_change": 31,
    "index_bridged": 31,
    "pp100_change": 32,
    "pp100_no_clear_change": 33,
    "category_rose": 40,
    "dealer_down": 42,
    "dealer_up": 44,
    "strongest_driver": 46,
    "top_category": 50,
    "model_more_problems": 51,
    "month_more_problems": 52,
    "region_more_problems": 53,
    "weakest_factor": 55,
    "dealer_below_group": 60,
    "dealer_more_problems": 61,
    "mix_moved": 64,
    "driver_to_improve": 65,
    "top_problem": 70,
    "category_fell": 81,
    "dealer_above_group": 82,
    "dealer_fewer_problems": 83,
    "suppressed_dealers": 90,
}
"""Lower comes first; findings of one kind keep the order of their effect."""

DEALER_ALPHA = 0.05
MOST_DRIVERS = 3


@dataclass(frozen=True)
class Finding:
    """One thing worth saying about one subject (an index, factor, item, category, problem or dealer)."""

    kind: FindingKind
    subject: str
    evidence: Mapping[str, float | None]
    """The numbers that the sentence rests on, unrounded: value, ci_low, ci_high and what the kind adds."""
    unweighted_base: int
    certainty: Certainty
    priority: int

    @property
    def key(self) -> str:
        """Unique within a study and period."""
        return f"{self.kind}:{self.subject}"


def find(scores: StudyScores, comparison: PeriodComparison | None) -> tuple[Finding, ...]:
    """Every finding of one study in one period, most urgent first.

    Suppressed values give no finding but the count of suppressed dealers, and of those withheld for their sake.
    """
    found = [
        *_not_comparable(scores, comparison),
        *_index_levels(scores),
        *_index_changes(scores, comparison),
        *_index_bridged(scores, comparison),
        *_mix_moved(scores, comparison),
        *_factors(scores),
        *_drivers(scores),
        *_dealers(scores),
        *_dealer_changes(scores, comparison),
    ]
    if scores.pp100 is not None:
        found += [*_pp100(scores.pp100), *_pp100_changes(comparison), *_pp100_dealers(scores.pp100)]
        found += _pp100_parts(scores.pp100)
    found += _suppressed(scores)
    return tuple(sorted(found, key=lambda finding: finding.priority))


def _finding(
    kind: FindingKind, subject: str, estimate: Estimate, certainty: Certainty, **evidence: float | None
) -> Finding:
    numbers = {"value": estimate.value, "ci_low": estimate.ci_low, "ci_high": estimate.ci_high, **evidence}
    return Finding(kind, subject, numbers, estimate.unweighted_base, certainty, PRIORITY[kind])


def _not_comparable(scores: StudyScores, comparison: PeriodComparison | None) -> Iterator[Finding]:
    if comparison is not None and comparison.verdict != "comparable" and comparison.bridge is None:
        kind: FindingKind = "not_comparable"
        yield Finding(kind, comparison.before, {}, scores.unweighted_base, "descriptive", PRIORITY[kind])


def _index_levels(scores: StudyScores) -> Iterator[Finding]:
    for index in scores.indices:
        if index.score.value is not None:
            yield _finding("index_level", index.id, index.score, "descriptive", total=index.total)


def _index_changes(scores: StudyScores, comparison: PeriodComparison | None) -> Iterator[Finding]:
    totals = {index.id: index.total for index in scores.indices}
    for change in comparison.indices if comparison else ():
        if change.change is not None:
            kind: FindingKind = "index_change" if change.significant else "index_no_clear_change"
            yield _change_finding(change, kind, total=totals.get(change.id))


def _index_bridged(scores: StudyScores, comparison: PeriodComparison | None) -> Iterator[Finding]:
    """The change at constant weights, where the weights or items of the first index changed."""
    bridge = comparison.bridge if comparison else None
    if bridge is not None and scores.indices:
        index, told = scores.indices[0], bridge.performance
        evidence = {"change": told.value, "change_low": told.ci_low, "change_high": told.ci_high}
        certainty: Certainty = "apart" if excludes_zero(told) else "descriptive"
        yield _finding("index_bridged", index.id, index.score, certainty, weights=bridge.weights.value, **evidence)


def _mix_moved(scores: StudyScores, comparison: PeriodComparison | None) -> Iterator[Finding]:
    """Another mix of dealers moved the first index: the interval of its part leaves out 0."""
    split = comparison.by_dealer if comparison else None
    if split is not None and excludes_zero(split.mix) and scores.indices:
        index, mix = scores.indices[0], split.mix
        evidence = {"change": mix.value, "change_low": mix.ci_low, "change_high": mix.ci_high}
        yield _finding("mix_moved", index.id, index.score, "descriptive", whole=split.change.value, **evidence)


def excludes_zero(part: Contrast) -> bool:
    """Whether the whole interval lies on one side of 0."""
    return part.ci_low is not None and part.ci_high is not None and (part.ci_low > 0 or part.ci_high < 0)


def _change_finding(change: Change, kind: FindingKind, **evidence: float | None) -> Finding:
    return _finding(
        kind,
        change.id,
        change.after,
        "adjusted" if change.significant else "descriptive",
        before=change.before.value,
        change=change.change,
        change_low=change.ci_low,
        change_high=change.ci_high,
        p_adjusted=change.p_adjusted,
        **evidence,
    )


def _factors(scores: StudyScores) -> Iterator[Finding]:
    for index in scores.indices:
        shown = [factor for factor in index.factors if factor.score.value is not None]
        if len(shown) > 1:
            weakest, second = sorted(shown, key=_factor_value)[:2]
            if weakest.score.value == second.score.value:
                continue
            apart = _below(weakest.score, second.score)
            yield _finding(
                "weakest_factor",
                weakest.id,
                weakest.score,
                "apart" if apart else "descriptive",
                weight=weakest.weight,
                index_value=index.score.value,
                total=index.total,
            )


def _factor_value(factor: FactorScore) -> float:
    return factor.score.value if factor.score.value is not None else float("inf")


def _below(low: Estimate, high: Estimate) -> bool:
    """Whether two 95 % intervals do not touch: stricter than a test of the difference."""
    return low.ci_high is not None and high.ci_low is not None and low.ci_high < high.ci_low


def _drivers(scores: StudyScores) -> Iterator[Finding]:
    for driver in scores.drivers:
        if driver.importances:
            yield from _driver_findings(driver)


def _driver_findings(driver: DriverScore) -> Iterator[Finding]:
    strongest, *rest = driver.importances
    mean = mean_performance(driver)
    leads = not rest or strongest.share_low > rest[0].share_high
    yield _driver_finding("strongest_driver", strongest, mean, driver, "apart" if leads else "descriptive")
    for importance in improvable_drivers(driver):
        if importance is not strongest:
            yield _driver_finding("driver_to_improve", importance, mean, driver, "descriptive")


def improvable_drivers(driver: DriverScore) -> tuple[DriverImportance, ...]:
    """Attributes that matter more than an equal share and perform below the attributes' mean.

    At most three, strongest first. "Below" means that the whole 95 % interval of the performance lies below the mean.
    """
    mean = mean_performance(driver)
    equal = 1 / len(driver.importances) if driver.importances else 1.0
    wanted = [
        importance
        for importance in driver.importances
        if importance.share > equal
        and mean is not None
        and importance.performance.ci_high is not None
        and importance.performance.ci_high < mean
    ]
    return tuple(wanted[:MOST_DRIVERS])


def mean_performance(driver: DriverScore) -> float | None:
    """The plain mean of the attributes' performances (0-100 points); None when all are suppressed."""
    shown = [each.performance.value for each in driver.importances if each.performance.value is not None]
    return sum(shown) / len(shown) if shown else None


def _driver_finding(
    kind: FindingKind, importance: DriverImportance, mean: float | None, driver: DriverScore, certainty: Certainty
) -> Finding:
    return _finding(
        kind,
        importance.item,
        importance.performance,
        certainty,
        share=importance.share,
        share_low=importance.share_low,
        share_high=importance.share_high,
        mean_performance=mean,
        r_squared=driver.r_squared,
        complete_cases=driver.complete_cases,
    )


def _dealers(scores: StudyScores) -> Iterator[Finding]:
    """Dealers apart from the group's value, which is taken as fixed."""
    group = scores.indices[0].score.value if scores.indices else None
    if group is None:
        return
    tested = [(dealer, p) for dealer in scores.dealers if (p := p_against(dealer.index.score, group)) is not None]
    adjusted = benjamini_hochberg([p for _, p in tested])
    for (dealer, _), p_adjusted in sorted(zip(tested, adjusted, strict=True), key=lambda pair: pair[0][1]):
        score = dealer.index.score
        kind = _side(score, group, p_adjusted, ("dealer_below_group", "dealer_above_group"))
        if kind is not None:
            evidence = {"group_value": group, "p_adjusted": p_adjusted, "total": dealer.index.total}
            yield _finding(kind, dealer.dealer, score, "adjusted", **evidence)


def _side(
    estimate: Estimate, mark: float, p_adjusted: float, kinds: tuple[FindingKind, FindingKind]
) -> FindingKind | None:
    """The first kind when the whole interval is under the mark, the second when over it; None when p is too large."""
    if p_adjusted > DEALER_ALPHA or estimate.ci_low is None or estimate.ci_high is None:
        return None
    if estimate.ci_high < mark:
        return kinds[0]
    return kinds[1] if estimate.ci_low > mark else None


def _dealer_changes(scores: StudyScores, comparison: PeriodComparison | None) -> Iterator[Finding]:
    total = scores.indices[0].total if scores.indices else None
    changed = [change for change in (comparison.dealers if comparison else ()) if change.significant]
    for change in sorted(changed, key=lambda change: -abs(change.change or 0.0)):
        kind: FindingKind = "dealer_up" if (change.change or 0.0) > 0 else "dealer_down"
        yield _change_finding(change, kind, total=total)


def _pp100(pp100: Pp100Score) -> Iterator[Finding]:
    total = pp100.total
    if total.pp100.value is not None:
        yield _finding("pp100_level", total.id, total.pp100, "descriptive", problems=total.problems)
    yield from _top("top_category", pp100.categories, total)
    yield from _top("top_problem", pp100.problems, total)


def _top(kind: FindingKind, cells: tuple[Pp100Cell, ...], total: Pp100Cell) -> Iterator[Finding]:
    shown = sorted((cell for cell in cells if cell.pp100.value), key=lambda cell: -(cell.pp100.value or 0.0))
    if not shown:
        return
    apart = len(shown) == 1 or _below(shown[1].pp100, shown[0].pp100)
    yield _finding(
        kind,
        shown[0].id,
        shown[0].pp100,
        "apart" if apart else "descriptive",
        problems=shown[0].problems,
        share_of_problems=(shown[0].problems or 0) / total.problems if total.problems else None,
        malfunction=shown[0].malfunction.value if shown[0].malfunction else None,
        design=shown[0].design.value if shown[0].design else None,
    )


def _pp100_changes(comparison: PeriodComparison | None) -> Iterator[Finding]:
    if comparison is None:
        return
    for change in comparison.pp100_total:
        if change.change is not None:
            yield _change_finding(change, "pp100_change" if change.significant else "pp100_no_clear_change")
    changed = [change for change in comparison.pp100_categories if change.significant and change.change]
    for change in sorted(changed, key=lambda change: -abs(log(change.change or 1.0))):
        yield _change_finding(change, "category_rose" if (change.change or 1.0) > 1 else "category_fell")


def _pp100_dealers(pp100: Pp100Score) -> Iterator[Finding]:
    """Dealers whose rate is apart from the group's, tested on the log ratio."""
    group = pp100.total.pp100.value
    if not group:
        return
    cells = [cell for cell in pp100.dealers if cell.pp100.value]
    tested = [(cell, p) for cell in cells if (p := p_against(cell.pp100, group, as_ratio=True)) is not None]
    adjusted = benjamini_hochberg([p for _, p in tested])
    for (cell, _), p_adjusted in sorted(zip(tested, adjusted, strict=True), key=lambda pair: pair[0][1]):
        kind = _side(cell.pp100, group, p_adjusted, ("dealer_fewer_problems", "dealer_more_problems"))
        if kind is not None:
            yield _finding(kind, cell.id, cell.pp100, "adjusted", group_value=group, p_adjusted=p_adjusted)


def _pp100_parts(pp100: Pp100Score) -> Iterator[Finding]:
    """Models, months of build and regions with clearly more problems than all other vehicles."""
    parts: tuple[tuple[FindingKind, tuple[Pp100Cell, ...], tuple[RestContrast, ...]], ...] = (
        ("model_more_problems", pp100.models, pp100.models_against_rest),
        ("month_more_problems", pp100.build_months, pp100.build_months_against_rest),
        ("region_more_problems", pp100.regions, pp100.regions_against_rest),
    )
    for kind, cells, contrasts in parts:
        rates = {cell.id: cell.pp100 for cell in cells}
        for each in sorted(contrasts, key=lambda contrast: -contrast.ci_low):
            if each.significant and each.ci_low > 1:
                ends = {"ratio_low": each.ci_low, "ratio_high": each.ci_high}
                yield _finding(kind, each.id, rates[each.id], "adjusted", ratio=each.ratio, **ends)


def _suppressed(scores: StudyScores) -> Iterator[Finding]:
    estimates = [dealer.index.score for dealer in scores.dealers]
    if not estimates and scores.pp100 is not None:
        estimates = [cell.pp100 for cell in scores.pp100.dealers]
    hidden = [estimate for estimate in estimates if estimate.suppressed not in (None, "complementary")]
    if hidden:
        kind: FindingKind = "suppressed_dealers"
        beside = sum(estimate.suppressed == "complementary" for estimate in estimates)
        numbers: dict[str, float | None] = {"count": len(hidden), "dealers": len(estimates), "beside": beside}
        base = sum(estimate.unweighted_base for estimate in hidden)
        yield Finding(kind, "dealers", numbers, base, "descriptive", PRIORITY[kind])
