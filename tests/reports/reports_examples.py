"""Fabricated scores and bundles: service-like, quality-like and imported, in both languages, with planted numbers."""

from dataclasses import replace
from random import Random
from typing import Any

from surveyplat.reports.bundle import ActionRecord, ReportBundle
from surveyplat.scoring.contrasts import contrast
from surveyplat.scoring.documents import comparison_document, results_document
from surveyplat.scoring.reasons import Reason
from surveyplat.scoring.records.changes import BothWays, Bridge, Decomposition
from surveyplat.scoring.records.ratio import Ratio
from surveyplat.scoring.results import (
    Change,
    DealerCoverage,
    DealerScore,
    DerivedIndexScore,
    DriverImportance,
    DriverScore,
    Estimate,
    FactorScore,
    IndexScore,
    ItemScore,
    PeriodComparison,
    Pp100Cell,
    Pp100Score,
    RateScore,
    StudyScores,
)

HASH = "3f2a9c41d07be5586a1f0c93bb7d24e8916c05fda3472be1880d5f6a9e13c7b4"
DEFINITION = "a81e60f2c4d95b370e8a16dd27c9b3f4056e81ab92d7c3f0145e68b90ad2c7f3"
LOW_DEALER = "D07"
RISING_DEALER = "D12"
HIDDEN_DEALERS = ("D05", "D19")
RISEN_CATEGORY = "infotainment"

FACTORS = {"quality": 22, "pickup": 20, "facility": 20, "advisor": 19, "initiation": 19}
FACTOR_LABELS = {
    "en": ("Service quality", "Vehicle pick-up", "Service facility", "Service advisor", "Service initiation"),
    "zh-Hans": ("服务质量", "交车取车", "服务设施", "服务顾问", "服务启动"),
}
ITEMS = {
    "quality_fixed": ("The work was done right the first time", "一次就把车修好"),
    "pickup_on_time": ("The car was ready at the promised time", "按约定时间交车"),
    "quality_thorough": ("Thoroughness of the maintenance or repair", "维修保养工作细致彻底"),
    "advisor_explanation": ("The advisor explained the work before it began", "服务顾问事先把维修内容讲解清楚"),
    "pickup_fairness": ("Fairness of the charges", "收费公道合理"),
    "reception_promptness": ("How promptly you were received on arrival", "到店后很快有人接待"),
    "advisor_attention": ("The advisor listened to what you needed", "服务顾问认真倾听您的需求"),
    "quality_time": ("Total time that the service took", "服务所用的总时间"),
    "pickup_explanation": ("Explanation of the work done and of the bill", "对所做工作与费用的说明"),
    "advisor_courtesy": ("Courtesy of the service advisor", "服务顾问礼貌友善"),
    "booking_ease": ("Ease of booking an appointment", "预约方便"),
    "quality_clean": ("Cleanliness of the car when it was returned", "交还车辆时的清洁程度"),
    "needs_understood": ("Your request was understood at once", "很快明白您的来意"),
    "pickup_speed": ("How quickly pick-up was settled", "取车手续办理迅速"),
    "facility_comfort": (
        "Comfort of the waiting area, with somewhere quiet to work or rest",
        "休息区舒适，有安静处可办公或休息",
    ),
    "advisor_advice": ("Usefulness of the advice for the next service", "对下次保养的建议有帮助"),
    "facility_cleanliness": ("Cleanliness of the facility", "店内环境整洁"),
    "facility_location": ("Ease of reaching and parking at the dealer", "交通与停车方便"),
}
CATEGORIES = {
    "exterior": ("Exterior", "车身外观"),
    "driving": ("Driving experience", "驾驶体验"),
    "controls": ("Features, controls and displays", "配置、操控与显示"),
    "infotainment": ("Audio, navigation and infotainment", "音响、导航与娱乐系统"),
    "seats": ("Seats", "座椅"),
    "climate": ("Climate control", "空调系统"),
    "interior": ("Interior", "车内装饰"),
    "powertrain": ("Powertrain", "发动机与变速系统"),
    "assistance": ("Driving assistance", "驾驶辅助"),
}
PLACES = (("Beijing Chaoyang", "北京朝阳"), ("Shanghai Pudong", "上海浦东"), ("Guangzhou Tianhe", "广州天河"))
REGIONS = (("North", "华北"), ("East", "华东"), ("South", "华南"))
SOFTWARE = {"surveyplat": "0.1.0", "python": "3.11.2", "numpy": "2.4.6", "polars": "1.35.2", "reportlab": "5.1.0"}


def estimate(value: float, error: float, base: int, *, suppressed: bool = False) -> Estimate:
    if suppressed:
        return Estimate(None, None, None, None, base, float(base), float(base), "base")
    low, high = value - 1.96 * error, value + 1.96 * error
    return Estimate(value, error, low, high, base, float(base), base * 0.93, None, base < 100)


def rate(value: float, error: float, base: int) -> Estimate:
    factor = 1 + 1.96 * error / value
    return Estimate(value, error, value / factor, value * factor, base, float(base), base * 0.95, None, base < 100)


def change(name: str, before: Estimate, after: Estimate, *, significant: bool, ratio: bool = False) -> Change:
    if before.value is None or after.value is None:
        return Change(name, before, after, None, None, None, None, None, False)
    error = ((before.std_error or 0) ** 2 + (after.std_error or 0) ** 2) ** 0.5
    size = after.value / before.value if ratio else after.value - before.value
    spread = 1.96 * (size * error / after.value if ratio else error)
    p_value = 0.0004 if significant else 0.31
    return Change(name, before, after, size, size - spread, size + spread, p_value, p_value * 2, significant)


def service_scores(dealers: int = 24, *, level: float = 784.0, seed: int = 7) -> StudyScores:
    """A service study: facility is weakest, the first item the strongest driver, D07 low, D05 and D19 suppressed."""
    random = Random(seed)
    scores = (level + 9, level - 12, level - 31, level + 18, level + 4)
    factors = tuple(
        FactorScore(name, weight / 100, estimate(score, 3.1, 1845))
        for (name, weight), score in zip(FACTORS.items(), scores, strict=True)
    )
    index = IndexScore("csi", 1000.0, estimate(level, 2.9, 1845), factors)
    return StudyScores(
        study="csi",
        period="2026-Q3",
        snapshot_hash=HASH,
        definition_hash=DEFINITION,
        unweighted_base=1845,
        weighting="post_stratified_by_dealer",
        coverage=tuple(_coverage(number) for number in range(1, dealers + 1)),
        indices=(index,),
        dealers=tuple(_dealer(number, level, factors, random) for number in range(1, dealers + 1)),
        items=tuple(_item(name, random) for name in ITEMS),
        rates=(RateScore("nps", estimate(38.4, 1.9, 1839)), RateScore("csat", estimate(61.2, 1.1, 1842))),
        pp100=None,
        drivers=(service_driver(),),
        drivers_refused={},
        derived_indices=(),
    )


def _coverage(number: int) -> DealerCoverage:
    code = f"D{number:02d}"
    return DealerCoverage(code, 3 * _base(number) + 40 + number % 5, _base(number))


def _base(number: int) -> int:
    return 17 if f"D{number:02d}" in HIDDEN_DEALERS else 60 + number * 37 % 80


def _dealer(number: int, level: float, factors: tuple[FactorScore, ...], random: Random) -> DealerScore:
    code, base = f"D{number:02d}", _base(number)
    value = level - 96 if code == LOW_DEALER else level + random.gauss(0, 13)
    score = estimate(value, 150 / base**0.5, base, suppressed=code in HIDDEN_DEALERS)
    return DealerScore(code, IndexScore("csi", 1000.0, score, factors))


def _item(name: str, random: Random) -> ItemScore:
    mean = random.uniform(7.2, 8.8)
    return ItemScore(
        name, estimate(mean, 0.04, 1800 + random.randint(0, 45)), (mean - 1) / 9 * 100, random.random() / 30
    )


def service_driver() -> DriverScore:
    weights = [0.171, 0.112, 0.094, 0.081, 0.071, 0.062, 0.055, 0.051, 0.047, 0.043, 0.038, 0.034, 0.031, 0.029, 0.026]
    weights += [0.021, 0.019, 0.015]
    performances = [
        77.1,
        74.9,
        81.2,
        79.4,
        72.3,
        80.1,
        82.5,
        78.8,
        80.7,
        86.2,
        81.9,
        79.7,
        82.2,
        78.4,
        76.9,
        81.1,
        84.6,
        77.7,
    ]
    importances = tuple(
        DriverImportance(
            item=name,
            lmg=weight * 0.62,
            share=weight,
            share_low=max(0.004, weight - 0.012 - weight * 0.1),
            share_high=weight + 0.014 + weight * 0.1,
            coefficient=weight * 0.9 - 0.015,
            coefficient_std_error=0.018,
            performance=estimate(performance, 0.55, 1801),
        )
        for name, weight, performance in zip(ITEMS, weights, performances, strict=True)
    )
    return DriverScore("csi", "overall", 1702, 0.62, 0.62, 21.4, 3.2, 400, importances)


def service_comparison(after: StudyScores, *, significant: bool = True) -> PeriodComparison:
    """D12 gained 90 points and facility fell when ``significant``; else nothing changed clearly."""
    index = after.indices[0]
    before = estimate((index.score.value or 0) - (12.0 if significant else 2.0), 3.0, 1790)
    shifts = (14.0, 9.0, -16.0, 11.0, 3.0) if significant else (2.0, -3.0, 1.0, 0.5, -1.0)
    factors = tuple(
        change(each.id, estimate((each.score.value or 0) - shift, 3.2, 1790), each.score, significant=abs(shift) > 9)
        for each, shift in zip(index.factors, shifts, strict=True)
    )
    return PeriodComparison(
        before="2026-Q2",
        after="2026-Q3",
        verdict="comparable",
        reasons=(),
        alpha=0.05,
        indices=(change("csi", before, index.score, significant=significant),),
        factors=factors,
        dealers=tuple(_dealer_change(dealer, significant) for dealer in after.dealers),
        pp100_total=(),
        pp100_categories=(),
        warnings=(Reason("response_rate", {"before": 0.31, "after": 0.37, "limit": 0.05}),),
        by_dealer=_split(12.0, 8.5) if significant else _split(2.0, 2.6),
        by_model=_split(12.0, 11.4) if significant else _split(2.0, 1.9),
    )


def _split(change: float, performance: float) -> Decomposition:
    parts = contrast(change, 4.2, 1800), contrast(performance, 4.0, 1800), contrast(change - performance, 1.1, 1800)
    return Decomposition("2026-Q2", "2026-Q3", *parts, ())


def bridged_comparison(after: StudyScores) -> PeriodComparison:
    """The weights changed: 9 of 15 published points are the new weights."""
    gap = Ratio(9.0, 0.4, 1700, 1800, 1800.0, 1700.0, 0.0, False)
    sides = [BothWays(gap.scaled(0, level), gap.scaled(0, level + 9), gap) for level in (801.0, 807.0)]
    parts = (contrast(value, 4.1, 3400) for value in (15.0, 6.0, 6.0, 6.0, 9.0))
    reasons = (Reason("weights"), Reason("counts_towards", {}, "quality_fixed"))
    empty = PeriodComparison("2026-Q2", after.period, "bridge", reasons, 0.05, (), (), (), (), ())
    return replace(empty, bridge=Bridge(*sides, *parts), warnings=(Reason("order", {}, "advisor_courtesy"),))


def _dealer_change(dealer: DealerScore, significant: bool) -> Change:
    after = dealer.index.score
    gained = significant and dealer.dealer == RISING_DEALER
    if after.value is None:
        return change(dealer.dealer, after, after, significant=False)
    before = estimate(after.value - (90.0 if gained else 6.0), 15.0, 90)
    return change(dealer.dealer, before, after, significant=gained)


def quality_scores() -> StudyScores:
    """An initial-quality study: infotainment is the largest category, at 24 PP100."""
    rates = (11.2, 7.4, 17.9, 24.1, 6.3, 9.8, 8.1, 5.2, 13.6)
    categories = tuple(_cell(name, value, 2600) for name, value in zip(CATEGORIES, rates, strict=True))
    problems = tuple(_problem(number, categories) for number in range(27))
    total = Pp100Cell("total", rate(103.6, 2.9, 2600), rate(61.3, 2.2, 2600), rate(42.3, 1.8, 2600), 2694)
    models = (_cell("Aurora S", 92.4, 1100), _cell("Aurora L", 101.8, 900), _cell("Vento", 128.7, 600))
    dealers = (_cell("D01", 98.0, 420), _cell("D02", 155.0, 380), _hidden_cell("D03", 12), _cell("D04", 105.0, 510))
    return replace(
        service_scores(0),
        study="iqs",
        unweighted_base=2600,
        coverage=tuple(DealerCoverage(cell.id, 1500, cell.pp100.unweighted_base) for cell in dealers),
        indices=(),
        items=(ItemScore("overall", estimate(8.1, 0.03, 2590), 78.9, 0.004),),
        pp100=Pp100Score(total, categories, problems, models, dealers),
        drivers=(),
    )


def _cell(name: str, value: float, base: int) -> Pp100Cell:
    error = 10 * (value / base) ** 0.5
    parts = rate(value * 0.6, error * 0.8, base), rate(value * 0.4, error * 0.7, base)
    return Pp100Cell(name, rate(value, error, base), *parts, round(value * base / 100))


def _hidden_cell(name: str, base: int) -> Pp100Cell:
    return Pp100Cell(name, estimate(0, 0, base, suppressed=True), None, None, None)


def _problem(number: int, categories: tuple[Pp100Cell, ...]) -> Pp100Cell:
    value = 6.4 * 0.88**number
    found = rate(value, 10 * (value / 2600) ** 0.5, 2600)
    malfunction = number % 3 != 1
    parts = (found, None) if malfunction else (None, found)
    return Pp100Cell(f"{categories[number % 9].id}_{number // 9}", found, *parts, round(value * 26))


def quality_comparison(after: StudyScores) -> PeriodComparison:
    """Infotainment doubled from 12 PP100; the rest changed within chance."""
    pp100 = after.pp100
    assert pp100 is not None
    changes = []
    for cell in pp100.categories:
        risen = cell.id == RISEN_CATEGORY
        was = 12.0 if risen else (cell.pp100.value or 0) * 1.04
        changes.append(change(cell.id, rate(was, 0.75, 2400), cell.pp100, significant=risen, ratio=True))
    total = change("total", rate(90.1, 2.8, 2400), pp100.total.pp100, significant=True, ratio=True)
    return PeriodComparison("2026-Q2", "2026-Q3", "comparable", (), 0.05, (), (), (), (total,), tuple(changes))


QUALITY_ITEMS = [f"PERQ{number}" for number in range(1, 8)]
MOBI = ["IMAG1", "CUEX1", *QUALITY_ITEMS, "PERV1", "PERV2", "CUSA1", "CUSA2", "CUSA3", "CUSCO", "CUSL1"]


def imported_scores() -> StudyScores:
    """An imported study: one index of three items, derived indices, no dealers, no population."""
    random = Random(3)
    shares = (0.3017, 0.1138, 0.1015, 0.1686, 0.0790, 0.0983, 0.1371)
    importances = tuple(
        DriverImportance(name, share * 0.5, share, share * 0.6, share * 1.4, 0.1, 0.05, estimate(75 + number, 1.2, 250))
        for number, (name, share) in enumerate(zip(QUALITY_ITEMS, shares, strict=True))
    )
    weights = dict(zip(QUALITY_ITEMS, shares, strict=True))
    score = estimate(71.97037037, 1.13, 250)
    return replace(
        service_scores(0),
        study="ecsi",
        period="2005",
        unweighted_base=250,
        weighting="unweighted",
        coverage=(DealerCoverage("", None, 250),),
        indices=(IndexScore("satisfaction", 100.0, score, (FactorScore("satisfaction", 1.0, score),)),),
        dealers=(),
        items=tuple(_item(name, random) for name in MOBI),
        rates=(),
        drivers=(
            DriverScore(
                "quality",
                "CUSA1",
                250,
                0.53,
                0.53,
                14.2,
                2.6,
                400,
                tuple(sorted(importances, key=lambda each: -each.share)),
            ),
        ),
        derived_indices=(
            DerivedIndexScore(
                "quality_minmax", "quality", "minmax", 1000.0, weights, estimate(750.939860188, 9.6, 250)
            ),
            DerivedIndexScore(
                "quality_times100", "quality", "times100", 1000.0, weights, estimate(775.845874169, 8.6, 250)
            ),
        ),
    )


def labels(language: str) -> dict[str, str]:
    side = 0 if language == "en" else 1
    named = {name: texts[side] for name, texts in (ITEMS | CATEGORIES).items()}
    named |= dict(zip(FACTORS, FACTOR_LABELS["en" if side == 0 else "zh-Hans"], strict=True))
    named |= {name: f"Item {name}" if side == 0 else f"题项 {name}" for name in MOBI}
    for name, texts in CATEGORIES.items():
        for number in range(3):
            words = (f"{texts[0]}: hard to use, example {number + 1}", f"{texts[1]}：不好用，示例{number + 1}")
            named[f"{name}_{number}"] = words[side]
    return named | {
        "csi": ("Service Satisfaction Index", "服务满意度指数")[side],
        "overall": ("Overall satisfaction", "总体满意度")[side],
        "satisfaction": ("Satisfaction", "满意度")[side],
        "quality_minmax": ("Quality, lowest to highest", "质量指数（极差法）")[side],
        "quality_times100": ("Quality, times 100", "质量指数（乘百法）")[side],
    }


def dealer_names(language: str, count: int = 24) -> dict[str, str]:
    side = 0 if language == "en" else 1
    tail = ("Star Motors", "星辰汽车")[side]
    joint = " " if side == 0 else ""
    return {f"D{n:02d}": f"{PLACES[n % 3][side]}{joint}{tail}" for n in range(1, count + 1)}


def manifest() -> dict[str, Any]:
    return {
        "definition_version": "1.2",
        "row_count": 1845,
        "population_events": 7214,
        "invited": 6120,
        "responses": 1893,
        "cut_off": "2026-10-20T16:00:00+08:00",
        "exclusions": [{"reason": "incomplete", "count": 41}, {"reason": "duplicate", "count": 7}],
        "software": SOFTWARE,
    }


def action(language: str, number: int = 1, *, state: str = "draft") -> ActionRecord:
    """A plan of ordinary length."""
    if language == "en":
        plan = {
            "why": "It explains 17% of satisfaction and scores 77.1 of 100, below the mean of 79.8.",
            "what": "Raise the share of repairs that are right the first time",
            "who": "Technical manager of each workshop",
            "when": "Start within 14 days; done by the due date",
            "where": "All workshops, first those with the most repeat repairs",
            "how": "Test drive with the customer for every intermittent fault; a second technician signs off each"
            " repeat repair; review the week's repeat repairs every Monday.",
        }
    else:
        plan = {
            "why": "它占总解释力的17%，得分77.1分，低于平均分79.8。",
            "what": "提高一次修复率",
            "who": "各维修车间技术经理",
            "when": "14天内启动，到期前完成",
            "where": "全部车间，先从返修最多的开始",
            "how": "对偶发故障与客户一同试车；返修车由第二名技师复核签字；每周一复盘上周返修车辆。",
        }
    return ActionRecord(f"csi:2026-Q3:example:{number}", plan, "technical_manager", "2026-12-15", state)


def bundle(
    scores: StudyScores,
    comparison: PeriodComparison | None = None,
    language: str = "en",
    **overrides: Any,
) -> ReportBundle:
    side = 0 if language == "en" else 1
    titles = {
        "csi": ("Service satisfaction study (CSI)", "服务满意度调查（CSI）"),
        "iqs": ("Initial quality study (IQS)", "新车质量调查（IQS）"),
        "ecsi": ("Mobile phone satisfaction survey (ECSI)", "手机用户满意度调查（ECSI）"),
    }
    names = dealer_names(language, 130)
    fields: dict[str, Any] = {
        "study": scores.study,
        "period": scores.period,
        "language": language,
        "title": titles[scores.study][side],
        "brand_group": ("Star Motors Group", "星辰汽车集团")[side],
        "labels": labels(language),
        "dealers": names,
        "regions": {code: REGIONS[number % 3][side] for number, code in enumerate(names)},
        "manifest": manifest(),
        "results": results_document(scores),
        "comparison": comparison_document(comparison) if comparison else None,
        "previous_actions": tuple(action(language, number, state="done") for number in (1, 2)),
        "current_actions": tuple(action(language, number) for number in range(1, 7)),
        "index_items": {"satisfaction": ("CUSA1", "CUSA2", "CUSA3")},
        "as_of": "2026-10-20T09:00:00+08:00",
        "synthetic": True,
    }
    return ReportBundle(**fields | overrides)


def service_bundle(language: str = "en", **overrides: Any) -> ReportBundle:
    scores = service_scores()
    return bundle(scores, service_comparison(scores), language, **overrides)


def bridged_bundle(language: str = "en", **overrides: Any) -> ReportBundle:
    scores = service_scores()
    return bundle(scores, bridged_comparison(scores), language, **overrides)


def quality_bundle(language: str = "en", **overrides: Any) -> ReportBundle:
    scores = quality_scores()
    return bundle(scores, quality_comparison(scores), language, **overrides)


def imported_bundle(language: str = "en", **overrides: Any) -> ReportBundle:
    alone = {"manifest": {"responses": 250, "row_count": 250}, "previous_actions": (), "synthetic": False}
    return bundle(imported_scores(), None, language, **alone | overrides)
