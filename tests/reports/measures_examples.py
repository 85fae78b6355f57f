"""Fabricated studies with everything that scoring tells beside levels and changes, and what is planted in them."""

from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
from reports_examples import (
    CATEGORIES,
    ITEMS,
    LOW_DEALER,
    bundle,
    estimate,
    imported_scores,
    labels,
    quality_comparison,
    quality_scores,
    rate,
    service_comparison,
    service_scores,
)

from surveyplat.reports.bundle import ReportBundle
from surveyplat.scoring.contrasts import contrast
from surveyplat.scoring.priorities import priority_map
from surveyplat.scoring.reasons import Reason
from surveyplat.scoring.records.changes import CategoryStep, ProblemBridge
from surveyplat.scoring.records.drivers import Bootstrapped, PenaltyReward, PenaltyRewardScore
from surveyplat.scoring.records.latent import (
    ConstructQuality,
    Discriminance,
    ItemRole,
    LatentIndex,
    LatentScore,
    LatentWarning,
    Path,
)
from surveyplat.scoring.records.league import Chance, DealerStanding, ExpectedRange, League, ShrunkValue
from surveyplat.scoring.records.quality import AnswerQuality, MeasureWithout, QualityCheck
from surveyplat.scoring.records.rates import ParetoPart, RestContrast
from surveyplat.scoring.records.spread import GapScore, IndexDistribution, ItemDistribution, PointShare, Quantile
from surveyplat.scoring.records.structures import (
    Factor,
    FactorCorrelation,
    FactorFitIndices,
    IndexStructure,
    ItemRest,
    Loading,
    Parameter,
    Reliability,
    ReliabilityScore,
    StructureScore,
    StructureWarning,
)
from surveyplat.scoring.results import (
    DealerScore,
    DriverChecks,
    DriverScore,
    FactorReliability,
    Pp100Cell,
    StudyScores,
)

WORST_MONTH = "2026-05"
SETTLED, UNSETTLED = "quality_fixed", "pickup_on_time"


def service_study(dealers: int = 24) -> StudyScores:
    """D07 is much worse than expected; one attribute is settled as to be improved, the next one is not."""
    scores = service_scores(dealers)
    driver = replace(scores.drivers[0], priorities=_priorities(scores.drivers[0]))
    return replace(
        scores,
        drivers=(driver,),
        driver_checks=(_checks(driver),),
        league=league(scores.dealers),
        distributions=tuple(_distribution(number, item) for number, item in enumerate(ITEMS)),
        index_distributions=(IndexDistribution("csi", 1845, _quartiles(711, 794, 870)),),
        reliability=(
            FactorReliability("csi", "quality", _reliability("quality_fixed", "quality_time")),
            FactorReliability("csi", "facility", None, (Reason("constant_sum"),)),
        ),
        structures=(_structure(),),
        answer_quality=_quality("csi", estimate(786.1, 3.0, 1790), 2.1),
    )


def league(dealers: tuple[DealerScore, ...]) -> League:
    """Each dealer held against 784 points."""
    rows = tuple(_standing(dealer) for dealer in dealers)
    compared = sum(row.expected is not None for row in rows)
    return League(rows, 784.0, 11.0, "shrunk", max(1, len(dealers) // 10), 1000, compared, compared * 0.025, 0.1)


def _standing(dealer: DealerScore) -> DealerStanding:
    score = dealer.index.score
    if score.value is None or score.std_error is None:
        return DealerStanding(dealer.dealer, score, None, None, None)
    value, error, is_low = score.value, score.std_error, dealer.dealer == LOW_DEALER
    shrunk = ShrunkValue(784 + (value - 784) / 2, error / 2, 784 + (value - 784) / 2 - error, 784 + error, 0.5)
    reach = 1.96 * error, 3.09 * error
    ends = 784 - reach[0], 784 + reach[0], 784 - reach[1], 784 + reach[1]
    expected = ExpectedRange(784.0, *ends, "much_worse" if is_low else "as_expected", 0.3, 0.6)
    return DealerStanding(dealer.dealer, score, shrunk, expected, Chance(0.93 if is_low else 0.004, 0.01))


def _priorities(driver: DriverScore) -> Any:
    rng = np.random.default_rng(5)
    importance = np.array([each.share for each in driver.importances])
    performance = np.array([each.performance.value or 0.0 for each in driver.importances])
    performance[1] = performance.mean()
    stacks = [
        np.vstack([held, rng.normal(held, size, (200, len(held)))])
        for held, size in ((importance, 0.004), (performance, 0.5))
    ]
    return priority_map([each.item for each in driver.importances], *stacks)


def _checks(driver: DriverScore) -> DriverChecks:
    kinds = ("dissatisfier", "satisfier", "neutral", None)
    contrasts = tuple(
        PenaltyReward(
            each.item,
            contrast(-0.4, 0.05, 900),
            None if kinds[place % 4] is None else contrast(0.2, 0.05, 900),
            contrast(-0.2, 0.07, 900),
            kinds[place % 4],
            120,
            4 if kinds[place % 4] is None else 700,
        )
        for place, each in enumerate(driver.importances)
    )
    return DriverChecks(driver.id, {}, (), PenaltyRewardScore("overall", 7.4, 0.58, 1702, contrasts))


def _distribution(number: int, item: str) -> ItemDistribution:
    """The first three points are taken together; the last item has too few answers to be shown."""
    if number == len(ITEMS) - 1:
        return ItemDistribution(item, 12, 0, 1800, 33, (), ())
    random = Random(number)
    sizes = [random.uniform(1, 12) for _ in range(8)]
    ends = [(1, 3), *((point, point) for point in range(4, 11))]
    shares = tuple(
        PointShare(low, high, estimate(100 * size / sum(sizes), 0.9, 1800))
        for (low, high), size in zip(ends, sizes, strict=True)
    )
    return ItemDistribution(item, 1800, 0, 21 + number, 24, shares, _quartiles(6, 8, 9))


def _quartiles(lower: float, median: float, upper: float) -> tuple[Quantile, ...]:
    held = zip((0.25, 0.5, 0.75), (lower, median, upper), strict=True)
    return tuple(Quantile(probability, value, value - 1, value) for probability, value in held)


def _reliability(first: str, second: str) -> ReliabilityScore:
    told = Reliability(0.82, 0.80, 0.84)
    items = (ItemRest(first, 0.61, 0.57, 0.65, told), ItemRest(second, 0.44, 0.40, 0.48, None))
    return ReliabilityScore(items, told, told, 1702, 1650.0)


def _structure() -> IndexStructure:
    fit = FactorFitIndices(109.6, 98, 0.2, 0.998, 0.012, 0.0, 0.021, 0.013, 1650.0, 9000.0)
    loadings = tuple(Loading("quality", item, Parameter(0.7, 0.02, 0.66, 0.74)) for item in list(ITEMS)[:2])
    correlation = FactorCorrelation("quality", "pickup", Parameter(0.72, 0.02, 0.68, 0.76))
    warning = StructureWarning("weak_loading", ("quality_fixed",), 0.31)
    score = StructureScore("csi", 1702, fit, loadings, (correlation,), (warning,))
    return IndexStructure("csi", (Factor("quality", tuple(ITEMS)[:2]),), score, None)


def _quality(measure: str, unflagged: Any, difference: float) -> AnswerQuality:
    checks = (
        QualityCheck("speeding", 41, 1845, estimate(2.2, 0.3, 1845)),
        QualityCheck("straight_lining", 22, 1845, estimate(1.2, 0.2, 1845)),
        QualityCheck("any", 55, 1845, estimate(3.0, 0.4, 1845)),
    )
    held = MeasureWithout(measure, 55, unflagged, contrast(difference, 0.4, 1700), None)
    return AnswerQuality(checks, 63, (held, MeasureWithout("nps", 12, None, None, "few_flagged")))


def quality_study() -> StudyScores:
    """Vehicles of May have clearly more problems; of June there are too few."""
    scores = quality_scores()
    assert scores.pp100 is not None
    pp100 = scores.pp100
    months = (_part("2026-04", 95.0, 1200), _part(WORST_MONTH, 134.0, 900), _hidden("2026-06"))
    against = (_against("2026-04", 0.87), _against(WORST_MONTH, 1.41, significant=True))
    shown = [cell for cell in pp100.problems if cell.problems]
    total = sum(cell.problems or 0 for cell in shown)
    held = replace(
        pp100,
        total=replace(pp100.total, dispersion=1.83),
        build_months=months,
        build_months_against_rest=against,
        regions=(_part("North", 99.0, 1300), _part("South", 108.0, 1300)),
        regions_against_rest=(
            _against("North", 0.92),
            RestContrast("South", None, 1.2, None, 0.3, 0.4, "exact_without_events", False),
        ),
        pareto_problems=tuple(_pareto(shown, total)),
    )
    return replace(scores, pp100=held, rate_league=None)


def _part(name: str, value: float, base: int) -> Pp100Cell:
    return Pp100Cell(name, rate(value, 4.0, base), rate(value * 0.6, 3.0, base), rate(value * 0.4, 2.0, base), 900)


def _hidden(name: str) -> Pp100Cell:
    return Pp100Cell(name, estimate(0, 0, 8, suppressed=True), None, None, None)


def _against(name: str, ratio: float, *, significant: bool = False) -> RestContrast:
    return RestContrast(name, ratio, ratio * 0.9, ratio * 1.1, 0.01, 0.02, "quasi_poisson", significant)


def _pareto(cells: list[Pp100Cell], total: int) -> Any:
    reached = 0
    for cell in cells:
        reached += cell.problems or 0
        share = (cell.problems or 0) / total
        yield ParetoPart(cell.id, cell.problems or 0, share, 0.01, share - 0.01, share + 0.01, reached / total)


def path_study() -> StudyScores:
    """Quality leads most to satisfaction; one gap is clear, one is not, one is not shown."""
    scores = imported_scores()
    told = LatentScore(
        "mobi",
        250,
        200,
        (
            ConstructQuality(
                "QUALITY", (ItemRole("PERQ1", boot(0.4), boot(0.8)),), None, boot(0.87), boot(0.9), None, boot(0.6)
            ),
            ConstructQuality(
                "SATISFACTION", (ItemRole("CUSA1", boot(0.5), boot(0.9)),), boot(0.68), None, None, None, None
            ),
        ),
        (Path("QUALITY", "SATISFACTION", boot(0.51)), Path("IMAGE", "SATISFACTION", boot(0.18))),
        (Discriminance("QUALITY", "SATISFACTION", boot(0.83)),),
        (LatentWarning("single_item", "SATISFACTION", "CUSA1", 1.0), LatentWarning("replicates_lost", "", "", 3.0)),
    )
    index = LatentIndex("SATISFACTION", {"CUSA1": 0.6, "CUSA2": 0.4}, boot(72.5, 1.1), 0.9, 250)
    gaps = (_gap("PERQ1", -12.0, 0.001), _gap("PERQ2", 0.6, 0.7), _hidden_gap("PERQ3"))
    return replace(
        scores,
        latent_models=(told,),
        latent_indices=(index,),
        latent_refused={"other": (Reason("latent_unsettled", {"rounds": 300.0}),)},
        gaps=gaps,
    )


def boot(value: float, error: float = 0.05) -> Bootstrapped:
    return Bootstrapped(value, error, value - 2 * error, value + 2 * error)


def _gap(name: str, gap: float, p_value: float) -> GapScore:
    return GapScore(
        name, estimate(70 + gap, 1.0, 240), estimate(70.0, 1.0, 240), estimate(gap, 1.2, 240), p_value, p_value
    )


def _hidden_gap(name: str) -> GapScore:
    return GapScore(name, *(estimate(0, 0, 9, suppressed=True) for _ in range(3)), None, None)


def earlier(measure: str, values: list[float], base: int = 1800) -> tuple[dict[str, Any], ...]:
    """Quarters before 2026-Q3, the oldest first."""
    told = []
    for back, value in enumerate(reversed(values), 1):
        quarter = 2026 * 4 + 2 - back
        period = f"{quarter // 4}-Q{quarter % 4 + 1}"
        told.insert(
            0, {"period": period, "measure": measure, "rows_hash": "", "estimate": vars(estimate(value, 3.0, base))}
        )
    return tuple(told)


def measured_bundle(language: str = "en", **overrides: Any) -> ReportBundle:
    scores = service_study()
    fields = {"trend": earlier("csi", [771.0, 779.0, 772.0])} | overrides
    return bundle(scores, service_comparison(scores), language, **fields)


def parts_bundle(language: str = "en", **overrides: Any) -> ReportBundle:
    scores = quality_study()
    compared = quality_comparison(scores)
    steps = tuple(CategoryStep(name, 10.0, 11.5, contrast(1.5, 0.6, 4000)) for name in CATEGORIES)
    by_category = ProblemBridge(contrast(13.5, 3.0, 4000), steps)
    return bundle(scores, replace(compared, pp100_by_category=by_category), language, **overrides)


def path_bundle(language: str = "en", **overrides: Any) -> ReportBundle:
    names = labels(language) | {name: f"{name.title()} ({language})" for name in ("QUALITY", "SATISFACTION", "IMAGE")}
    fields: dict[str, Any] = {"manifest": {"responses": 250, "row_count": 250}, "previous_actions": (), "labels": names}
    return bundle(path_study(), None, language, **fields | overrides)
