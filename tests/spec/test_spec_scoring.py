"""Hand-worked tables: small enough to check with a pencil. Scales run from 1 to 10 unless said otherwise."""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from surveyplat.missing import Missing
from surveyplat.scoring.columns import NPS_COLUMN, item_column, measured_columns, problem_column
from surveyplat.scoring.design import ratios_overall
from surveyplat.scoring.lmg import lmg
from surveyplat.scoring.moments import Column, Rows, moments_of
from surveyplat.scoring.plan import Factor, IndexPlan, Problem, ScaleItem, ScoringPlan
from surveyplat.scoring.records.ratio import Ratio
from surveyplat.scoring.respondent import person_scores
from surveyplat.scoring.snapshot import Answers
from surveyplat.scoring.tabulation import Tabulation

NOT_ASKED, NOT_ANSWERED, DONT_KNOW = Missing.NOT_ASKED, Missing.NOT_ANSWERED, Missing.DONT_KNOW


def answers_of(codes: Mapping[str, Sequence[int]], models: str = "") -> Answers:
    """One dealer, every row a customer of its own; ``models`` has a letter for each row."""
    rows = len(next(iter(codes.values())))
    names = tuple(sorted(set(models)))
    return Answers(
        codes={name: np.array(values, dtype=np.int16) for name, values in codes.items()},
        rows=Rows.in_order(np.zeros(rows, dtype=np.int64), np.arange(rows)),
        model_of_row=np.array(
            [names.index(model) for model in models.ljust(rows, "?") if model in names] or [-1] * rows
        ),
        models=names,
    )


def tabulated(plan: ScoringPlan, answers: Answers) -> Tabulation:
    weights = np.ones(len(answers.model_of_row))
    return Tabulation(moments_of(measured_columns(plan, answers, weights), weights, answers.rows), ("D01",))


# advisor weighs 30 (two items, 15 each), facility 10 (one item); half of 40 must be answered
INDEX = IndexPlan("csi", (Factor("advisor", 30, ("kind", "clear")), Factor("facility", 10, ("clean",))))


@pytest.mark.parametrize(
    ("kind", "clear", "clean", "expected"),
    [
        (10, 1, 10, 625.0),  # advisor (1 + 0) / 2 = 0.5, facility 1: (30 x 0.5 + 10 x 1) / 40
        (10, 10, NOT_ASKED, 1000.0),  # advisor alone: 30 x 1 / 30
        (1, NOT_ANSWERED, 10, 250.0),  # advisor 0 from one item, facility 1: 10 / 40; 25 of 40 answered
        (5, 6, DONT_KNOW, 500.0),  # advisor (4/9 + 5/9) / 2
        (10, DONT_KNOW, NOT_ANSWERED, None),  # 15 of 40 answered: not usable
        (NOT_ASKED, NOT_ASKED, NOT_ASKED, None),
    ],
)
def test_index_renormalises_over_what_was_answered(kind: int, clear: int, clean: int, expected: float | None) -> None:
    scale = {name: ScaleItem(name, 1, 10) for name in ("kind", "clear", "clean")}
    scores = dict(person_scores(answers_of({"kind": [kind], "clear": [clear], "clean": [clean]}), INDEX, scale))
    assert scores[None].usable.tolist() == [expected is not None]
    assert scores[None].values.tolist() == pytest.approx([expected or 0.0])


def test_factor_is_the_mean_of_its_answered_items() -> None:
    scale = {name: ScaleItem(name, 1, 10) for name in ("kind", "clear", "clean")}
    answers = answers_of({"kind": [10, 10, DONT_KNOW], "clear": [1, DONT_KNOW, NOT_ASKED], "clean": [1, 1, 1]})
    advisor = dict(person_scores(answers, INDEX, scale))["advisor"]
    assert advisor.usable.tolist() == [True, True, False]
    assert advisor.values.tolist() == pytest.approx([500.0, 1000.0, 0.0])


def test_both_rescalings_of_a_ten_point_scale() -> None:
    scale = {"kind": ScaleItem("kind", 1, 10)}
    index = IndexPlan("derived", (Factor("kind", 1, ("kind",)),))
    answers = answers_of({"kind": [1, 7, 10]})
    minmax = dict(person_scores(answers, index, scale, "minmax"))[None]
    times100 = dict(person_scores(answers, index, scale, "times100"))[None]
    assert minmax.values.tolist() == pytest.approx([0.0, 2000 / 3, 1000.0])
    assert times100.values.tolist() == pytest.approx([100.0, 700.0, 1000.0])


CATALOGUE = ScoringPlan(
    study="quality",
    definition_hash="d",
    items=(),
    problems=(
        Problem("noise", "driving", "malfunction"),
        Problem("pulls", "driving", "malfunction"),
        Problem("heavy", "driving", "design"),
        Problem("glare", "cabin", "design"),
    ),
    categories=("driving", "cabin"),
)
# the fourth vehicle's owner never reached the cabin page
VEHICLES = {
    "noise": [1, 0, 0, 1],
    "pulls": [1, 0, 0, 0],
    "heavy": [0, 0, 0, 0],
    "glare": [0, 1, 0, NOT_ASKED],
}


@pytest.fixture(scope="module")
def vehicles() -> Tabulation:
    return tabulated(CATALOGUE, answers_of(VEHICLES, models="AABB"))


def rate(vehicles: Tabulation, group: str, name: str = "", kind: str = "") -> tuple[float, int]:
    cell = vehicles.overall(problem_column(group, name, kind))
    return 100 * cell.value, cell.unweighted_base


def test_pp100_counts_two_problems_of_one_vehicle_twice(vehicles: Tabulation) -> None:
    assert rate(vehicles, "category", "driving") == (75.0, 4)  # noise twice and pulls once on 4 vehicles


def test_pp100_of_a_page_never_reached_is_missing_and_not_zero(vehicles: Tabulation) -> None:
    assert rate(vehicles, "category", "cabin") == (pytest.approx(100 / 3), 3)
    assert rate(vehicles, "problem", "glare") == (pytest.approx(100 / 3), 3)


def test_pp100_total_needs_all_categories_asked(vehicles: Tabulation) -> None:
    assert rate(vehicles, "total") == (100.0, 3)  # 2 + 1 + 0 problems on the 3 vehicles asked everything
    assert rate(vehicles, "total", kind="malfunction") == (pytest.approx(200 / 3), 3)
    assert rate(vehicles, "total", kind="design") == (pytest.approx(100 / 3), 3)


def test_pp100_by_model_counts_its_own_vehicles(vehicles: Tabulation) -> None:
    assert rate(vehicles, "model", "A") == (150.0, 2)
    assert rate(vehicles, "model", "B") == (0.0, 1)


def test_nps_is_promoters_less_detractors() -> None:
    plan = ScoringPlan("s", "d", (ScaleItem("recommend", 0, 10),), recommend="recommend")
    answers = answers_of({"recommend": [10, 9, 9, 8, 7, 6, 0, 10, DONT_KNOW, NOT_ASKED]})
    nps = tabulated(plan, answers).overall(NPS_COLUMN)
    assert nps.unweighted_base == 8
    assert nps.value == (4 - 2) / 8


def test_lmg_of_two_attributes() -> None:
    """Correlations .6 and .5 with the outcome, .4 with each other: R² = (.36 + .25 - 2 · .6 · .5 · .4) / (1 - .16)."""
    values, r_squared = lmg(np.array([[[1, 0.4, 0.6], [0.4, 1, 0.5], [0.6, 0.5, 1]]]))
    assert r_squared[0] == pytest.approx(0.37 / 0.84)
    first = (0.36 + (0.37 / 0.84 - 0.25)) / 2  # entering first, and entering second
    second = (0.25 + (0.37 / 0.84 - 0.36)) / 2
    assert values[0].tolist() == pytest.approx([first, second])


def mean_of(values: list[float], dealers: list[int], customers: list[int], weights: list[float]) -> Ratio:
    rows = Rows.in_order(np.array(dealers), np.array(customers))
    column = Column(item_column("y"), np.array(values), np.ones(len(values)))
    return ratios_overall(moments_of([column], np.array(weights), rows)).at(0)


def test_post_stratified_mean_and_standard_error() -> None:
    """60 events at a dealer with answers 2, 4 and 20 at one with 6, 8, 8, 10: each answer weighs 30 there, 5 here."""
    mean = mean_of([2, 4, 6, 8, 8, 10], [0, 0, 1, 1, 1, 1], list(range(6)), [30, 30, 5, 5, 5, 5])
    assert mean.value == pytest.approx((60 * 3 + 20 * 8) / 80)
    assert mean.std_error == pytest.approx(((60 / 80) ** 2 * 2 / 2 + (20 / 80) ** 2 * (8 / 3) / 4) ** 0.5)
    assert mean.effective_base == pytest.approx(80**2 / (2 * 30**2 + 4 * 5**2))
    assert mean.df == 4


def test_standard_error_of_customers_who_answer_twice() -> None:
    """Mean 7 of (4, 6), 8, 10: the customers' totals leave (-4, 1, 3) / 4, and 3/2 of their squares is 39/16."""
    mean = mean_of([4, 6, 8, 10], [0, 0, 0, 0], [1, 1, 2, 3], [1, 1, 1, 1])
    assert mean.value == 7
    assert mean.std_error == pytest.approx((39 / 16) ** 0.5)
    assert mean.df == 2


def test_dealer_with_one_answer_is_centred_at_the_grand_mean_and_flagged() -> None:
    """Mean 7 of 4, 8 and, at the other dealer, 9: 2 · ((9 + 1) - 4/2) and 4, over 3²."""
    mean = mean_of([4, 8, 9], [0, 0, 1], [1, 2, 3], [1, 1, 1])
    assert mean.std_error == pytest.approx((20 / 9) ** 0.5)
    assert mean.lone_unit
