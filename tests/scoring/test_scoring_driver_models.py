"""Driver models through a whole score: the ordered logit, bends, influence, priorities, and refusals by code."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from scoring_cast import NOT_ANSWERED, service_answers, service_plan, source, write_snapshot

from surveyplat.scoring.arrays import FloatArray
from surveyplat.scoring.driver_priorities import driver_priorities
from surveyplat.scoring.estimate import Estimate
from surveyplat.scoring.gram import Gram
from surveyplat.scoring.held_cases import Cases
from surveyplat.scoring.importance import SharedOut
from surveyplat.scoring.least_squares import gram_of_cases, solved
from surveyplat.scoring.ordered import fit_ordered
from surveyplat.scoring.ordered_check import ordered_check
from surveyplat.scoring.plan import DriverPlan, ScaleItem
from surveyplat.scoring.reasons import Reason
from surveyplat.scoring.records.drivers import PriorityMap
from surveyplat.scoring.results import DriverChecks, DriverScore, StudyScores
from surveyplat.scoring.study import score_study

ITEMS = ("kind", "clear", "clean")
ROWS = 600
DEALERS = ("D01",) * 200 + ("D02",) * 200 + ("D03",) * 200


def scored(folder: Path, dealers: Sequence[str] = DEALERS, **changed: FloatArray) -> StudyScores:
    """Answers of the service study, some of them changed, with its driver model alone."""
    answers = {name: values for name, values in service_answers(len(dealers)).items() if name in (*ITEMS, "overall")}
    answers |= {name: np.clip(np.round(values), 1, 10).astype(int).tolist() for name, values in changed.items()}
    plan = service_plan(
        items=tuple(ScaleItem(name, 1, 10) for name in answers),
        indices=(),
        problems=(),
        categories=(),
        derived_indices=(),
        recommend=None,
    )
    return score_study(plan, source(write_snapshot(folder / "s.parquet", answers, dealer=dealers)))


def model(scores: StudyScores) -> tuple[DriverScore, DriverChecks]:
    (score,), (checks,) = scores.drivers, scores.driver_checks
    return score, checks


def points(seed: int, rows: int = ROWS) -> FloatArray:
    return np.random.default_rng(seed).integers(1, 11, rows).astype(float)


def test_the_ordered_logit_stands_beside_the_straight_model_and_agrees(tmp_path: Path) -> None:
    kind, clear, clean = (points(seed) for seed in (1, 2, 3))
    noise = np.random.default_rng(4).normal(size=ROWS)
    score, checks = model(
        scored(tmp_path, kind=kind, clear=clear, clean=clean, overall=0.6 * kind + 0.3 * clear + 0.05 * clean + noise)
    )
    assert checks.ordered is not None
    assert (checks.ordered.cases, checks.ordered.step, checks.ordered_refused) == (ROWS, 1, ())
    assert checks.ordered.rank_correlation == 1
    assert [each.item for each in checks.ordered.coefficients] == ["kind", "clear", "clean"]
    assert checks.ordered.coefficients[0].coefficient > checks.ordered.coefficients[1].coefficient > 0
    assert 0.2 < checks.ordered.pseudo_r_squared < score.r_squared
    assert [warning.code for warning in checks.warnings] == []


def test_an_attribute_that_separates_the_outcome_refuses_the_ordered_logit_and_nothing_else(tmp_path: Path) -> None:
    kind = points(1)
    score, checks = model(scored(tmp_path, kind=kind, clear=points(2), clean=points(3), overall=kind))
    assert checks.ordered is None
    assert checks.ordered_refused == (Reason("ordered_separated"),)
    assert score.importances[0].item == "kind"


def test_an_attribute_that_only_disappoints_is_named_as_bent_with_its_points(tmp_path: Path) -> None:
    kind, clear, clean = (points(seed) for seed in (1, 2, 3))
    noise = np.random.default_rng(4).normal(size=ROWS)
    overall = 8 + 0.1 * (clear + clean - 11) - 1.2 * np.maximum(5 - kind, 0) + noise
    _, checks = model(scored(tmp_path, kind=kind, clear=clear, clean=clean, overall=overall))
    bent = [warning for warning in checks.warnings if warning.code == "bent" and warning.attributes]
    assert [warning.attributes for warning in bent] == [("kind",)]
    (kinds,) = (each for each in checks.lack_of_fit if each.item == "kind")
    deviations = {each.point: each.deviation for each in kinds.points}
    assert deviations[1] < 0 < deviations[5] > 0 > deviations[10]
    assert checks.linearity is not None
    assert checks.linearity.gain > 0.01


def test_a_dealer_where_an_attribute_works_otherwise_is_named(tmp_path: Path) -> None:
    kind, clear, clean = (points(seed) for seed in (1, 2, 3))
    noise = np.random.default_rng(4).normal(size=ROWS)
    turned = np.where(np.array(DEALERS) == "D02", -0.4, 0.4)
    _, checks = model(
        scored(tmp_path, kind=kind, clear=clear, clean=clean, overall=5 + turned * (kind - 5) + 0.2 * clear + noise)
    )
    assert checks.influence is not None
    assert (checks.influence.dealers[0].dealer, checks.influence.dealers[0].item) == ("D02", "kind")
    assert checks.influence.dealers[0].shift > 2
    assert checks.influence.customers == ROWS


@pytest.mark.parametrize("name", ["kind", "overall"])
def test_a_constant_item_is_a_coded_refusal(name: str, tmp_path: Path) -> None:
    scores = scored(tmp_path, **{name: np.full(ROWS, 10.0)})
    assert scores.drivers == ()
    assert scores.driver_checks == ()
    assert scores.drivers_refused == {"overall": (Reason("driver_constant", {}, name),)}


def test_collinear_attributes_are_a_coded_refusal(tmp_path: Path) -> None:
    kind = points(1)
    (refused,) = scored(tmp_path, kind=kind, clear=kind, clean=points(2)).drivers_refused["overall"]
    assert (refused.code, refused.detail) == ("driver_collinear", "kind, clear")


def test_attributes_that_explain_nothing_are_a_coded_refusal(tmp_path: Path) -> None:
    """Each of the outcome's points with each of the attributes' once."""
    grid = np.array(np.meshgrid(*[np.arange(1.0, 6.0)] * 4)).reshape(4, -1)
    dealers = ("D01",) * grid.shape[1]
    scores = scored(tmp_path, dealers, kind=grid[0], clear=grid[1], clean=grid[2], overall=grid[3])
    assert [reason.code for reason in scores.drivers_refused["overall"]] == ["driver_explains_nothing"]


def test_contrasts_are_refused_by_code_on_another_scale_and_for_few_answers(tmp_path: Path) -> None:
    middle = {name: 7 + points(seed) % 2 for seed, name in enumerate(ITEMS)}
    _, checks = model(scored(tmp_path, **middle))
    assert checks.contrasts_refused == (Reason("contrasts_few_answers", {"least": 10}),)
    answers = service_answers(ROWS)
    plan = service_plan(items=tuple(ScaleItem(name, 0, 10) for name in (*ITEMS, "overall", "recommend")))
    path = write_snapshot(tmp_path / "t.parquet", answers, dealer=DEALERS)
    (other,) = score_study(plan, source(path)).driver_checks
    assert other.contrasts_refused == (Reason("contrasts_other_scale", {}, "kind, clear, clean"),)


def test_every_so_many_th_customer_stands_for_too_many_cases() -> None:
    rng = np.random.default_rng(1)
    codes = rng.integers(1, 11, (100_000, 3)).astype(np.int16)
    codes[:, 2] = np.clip(np.round(0.5 * codes[:, 0] + rng.normal(size=100_000)), 1, 10)
    held = Cases(codes, np.ones(100_000), np.arange(100_000) // 2, 1)
    fitted = solved(("a", "b"), gram_of_cases(codes.astype(float), held.weights))
    found = ordered_check(held, fitted)
    assert not isinstance(found, Reason)
    score, fit = found
    assert (score.step, score.cases) == (4, 25_000)
    chosen = held.units % 4 == 0
    same = fit_ordered(("a", "b"), codes[chosen, :2] * 1.0, codes[chosen, 2] * 1.0, np.ones(25_000))
    assert fit.coefficients == pytest.approx(same.coefficients, rel=1e-9)


def test_mc_faddens_r_squared_is_one_less_the_ratio_of_likelihoods() -> None:
    """Without any effect the likelihood is that of the shares: 0.5, 0.5 of 200 answers, log L = 200 log 0.5."""
    codes = np.array([[1, 1], [1, 2], [2, 1], [2, 2]] * 50, dtype=np.int16)
    codes = np.column_stack([codes[:, 0], np.tile([1, 2, 1, 2, 2, 1, 2, 1], 25), codes[:, 1]]).astype(np.int16)
    fitted = solved(("a", "b"), gram_of_cases(codes.astype(float), np.ones(200)))
    found = ordered_check(Cases(codes, np.ones(200), np.arange(200), 1), fitted)
    assert not isinstance(found, Reason)
    score, fit = found
    assert score.pseudo_r_squared == pytest.approx(1 - fit.log_likelihood / (200 * np.log(0.5)))


def test_one_customers_answers_alone_refuse_the_ordered_logit() -> None:
    codes = np.random.default_rng(1).integers(1, 4, (100, 3)).astype(np.int16)
    fitted = solved(("a", "b"), gram_of_cases(codes.astype(float), np.ones(100)))
    found = ordered_check(Cases(codes, np.ones(100), np.zeros(100, dtype=np.int64), 1), fitted)
    assert found == Reason("one_customer")


SCALES = {name: ScaleItem(name, 1, 10) for name in ITEMS}


def placed(replicates: int = 200, **performance: Estimate) -> PriorityMap | Reason:
    """Kind is important and done badly, clear and clean neither; replicates vary by 0.02 and by the published error."""
    rng = np.random.default_rng(5)
    shares = np.vstack([[0.6, 0.2, 0.2], rng.normal([0.6, 0.2, 0.2], 0.02, (replicates, 3))])
    sums = np.zeros((replicates + 1, 5, 5))
    sums[:, 0, 0] = 100
    sums[:, 0, 1:4] = 100 * rng.normal([6.0, 8.0, 8.1], 0.5, (replicates + 1, 3))
    shared = SharedOut("lmg", shares[0], 1.0, shares, np.ones(replicates, dtype=bool), np.zeros(3))
    published = {
        "kind": Estimate(55.0, 1.0, 53.0, 57.0, 500, 500.0, 500.0),
        "clear": Estimate(78.0, 1.0, 76.0, 80.0, 500, 500.0, 500.0),
        "clean": Estimate(71.0, 4.0, 63.0, 79.0, 500, 500.0, 500.0),
    } | performance
    return driver_priorities(DriverPlan("d", "overall", ITEMS), Gram(500, sums), shared, published, SCALES)


def test_priorities_have_the_published_performance_and_its_error() -> None:
    found = placed()
    assert isinstance(found, PriorityMap)
    kind, clear, clean = found.items
    assert (kind.quadrant, kind.settled) == ("improve", True)
    assert (clear.quadrant, clear.settled) == ("overkill", True)
    assert [each.performance.value for each in found.items] == [55, 78, 71]
    assert [each.performance.std_error for each in found.items] == pytest.approx([1, 1, 4])
    assert not clean.settled
    assert 0.5 < clean.probabilities["overkill"] < 0.9


def test_priorities_are_refused_by_code() -> None:
    withheld = Estimate(None, None, None, None, 20, 20.0, 20.0, "base")
    assert placed(clear=withheld) == Reason("priorities_suppressed", {}, "clear")
    assert placed(replicates=39) == Reason("priorities_few_replicates", {"replicates": 39, "least": 40})


def test_a_score_has_priorities_of_every_attribute(tmp_path: Path) -> None:
    score, _ = model(scored(tmp_path))
    assert score.priorities is not None
    assert {each.item for each in score.priorities.items} == set(ITEMS)
    by_item = {each.item: each for each in score.importances}
    for each in score.priorities.items:
        assert each.importance.value == by_item[each.item].share
        assert each.performance.value == by_item[each.item].performance.value
        assert sum(each.probabilities.values()) == pytest.approx(1)


def test_missing_answers_leave_a_case_out_of_everything(tmp_path: Path) -> None:
    kind = points(1)
    answers = {name: points(seed).astype(int).tolist() for seed, name in enumerate(ITEMS, start=1)}
    answers["kind"] = np.where(np.arange(ROWS) % 3 == 0, NOT_ANSWERED, kind).astype(int).tolist()
    answers["overall"] = np.clip(np.round(kind / 2 + points(7) / 2), 1, 10).astype(int).tolist()
    plan = service_plan(
        items=tuple(ScaleItem(name, 1, 10) for name in answers),
        indices=(),
        problems=(),
        categories=(),
        derived_indices=(),
        recommend=None,
    )
    score, checks = model(score_study(plan, source(write_snapshot(tmp_path / "s.parquet", answers, dealer=DEALERS))))
    assert checks.influence is not None
    assert checks.ordered is not None
    assert score.complete_cases == checks.influence.customers == checks.ordered.cases == 400
    assert sum(each.answers for each in checks.lack_of_fit[0].points) == 400


def test_one_attribute_alone_has_a_share_of_1_and_no_priority(tmp_path: Path) -> None:
    answers = {"kind": points(1).astype(int).tolist()}
    answers["overall"] = np.clip(np.round(points(1) / 2 + points(2) / 2), 1, 10).astype(int).tolist()
    plan = service_plan(
        items=tuple(ScaleItem(name, 1, 10) for name in answers),
        indices=(),
        problems=(),
        categories=(),
        drivers=(DriverPlan("overall", "overall", ("kind",)),),
        derived_indices=(),
        recommend=None,
    )
    score, checks = model(score_study(plan, source(write_snapshot(tmp_path / "s.parquet", answers, dealer=DEALERS))))
    assert [each.share for each in score.importances] == [1]
    assert (score.priorities, score.priorities_refused) == (None, (Reason("priorities_one_attribute"),))
    assert checks.ordered is not None
    assert checks.ordered.rank_correlation is None


def test_many_answers_of_few_customers_tell_no_driver_model(tmp_path: Path) -> None:
    """Nineteen customers with 30 answers each are nineteen, not 570; twenty of them are enough."""
    answers = service_answers(600)
    for few, refused in ((19, ("effective_base",)), (20, ())):
        rows = 30 * few
        held = {name: values[:rows] for name, values in answers.items()}
        held |= {name: [abs(value) for value in held[name]] for name in ("kind", "clear", "clean")}
        customer = [f"c{row % few:02d}" for row in range(rows)]
        path = write_snapshot(tmp_path / f"{few}.parquet", held, dealer=["D01"] * rows, customer=customer)
        found = score_study(service_plan(), source(path)).drivers_refused
        assert tuple(reason.code for reason in found.get("overall", ())) == refused, few


def test_errors_of_coefficients_grow_with_answers_of_the_same_customers(tmp_path: Path) -> None:
    """The same 300 answers of a customer each, and again with each of them given three times by its customer."""
    answers = service_answers(300)
    once = write_snapshot(tmp_path / "once.parquet", answers, dealer=["D01"] * 300)
    thrice = write_snapshot(
        tmp_path / "thrice.parquet",
        {name: [*values] * 3 for name, values in answers.items()},
        dealer=["D01"] * 900,
        customer=[f"c{row % 300:06d}" for row in range(900)],
    )
    one, three = (score_study(service_plan(), source(path)).drivers[0] for path in (once, thrice))
    errors = {each.item: each.coefficient_std_error for each in one.importances}
    for each in three.importances:
        assert each.coefficient_std_error == pytest.approx(errors[each.item], rel=0.01)
