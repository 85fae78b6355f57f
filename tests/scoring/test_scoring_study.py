"""A whole study from its snapshot: what is shown, withheld, refused, and written."""

import json
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest
from scoring_cast import DONT_KNOW, NOT_ANSWERED, NOT_ASKED, service_answers, service_plan, source, write_snapshot

from surveyplat.errors import InsufficientBase, ScoringError, SnapshotMissing
from surveyplat.scoring import snapshot
from surveyplat.scoring.documents import results_document, scores_from_document
from surveyplat.scoring.plan import DerivedIndexPlan, DriverPlan, Problem, ScaleItem
from surveyplat.scoring.reasons import Reason
from surveyplat.scoring.results import StudyScores
from surveyplat.scoring.study import score_study

DEALERS = ["D01"] * 150 + ["D02"] * 60 + ["D03"] * 20
POPULATION = {"D01": 300, "D02": 300, "D03": 40, "D04": 9}


@pytest.fixture
def study(tmp_path: Path) -> StudyScores:
    path = write_snapshot(tmp_path / "s.parquet", service_answers(230), dealer=DEALERS)
    return score_study(service_plan(), source(path, POPULATION))


def test_answers_stand_for_the_eligible_events_of_their_dealer(study: StudyScores) -> None:
    overall = next(item for item in study.items if item.id == "overall").mean
    assert study.weighting == "post_stratified_by_dealer"
    assert (overall.unweighted_base, overall.weighted_base) == (230, pytest.approx(640.0))
    assert overall.effective_base == pytest.approx(640**2 / (150 * 2**2 + 60 * 5**2 + 20 * 2**2))


def test_dealers_without_answers_are_reported(study: StudyScores) -> None:
    assert [(cell.dealer, cell.eligible, cell.responses) for cell in study.coverage] == [
        ("D01", 300, 150),
        ("D02", 300, 60),
        ("D03", 40, 20),
        ("D04", 9, 0),
    ]


def test_small_bases_are_withheld_with_what_would_tell_them_and_middling_ones_flagged(study: StudyScores) -> None:
    large, middling, small = (score.index.score for score in study.dealers)
    assert (large.suppressed, large.low_base) == ("complementary", False)
    assert (middling.suppressed, middling.low_base) == (None, True)
    assert (small.suppressed, small.value, small.std_error, small.ci_low) == ("base", None, None, None)
    assert small.unweighted_base == 20


def test_every_shown_number_lies_within_its_interval_and_scale(study: StudyScores) -> None:
    for score in (study.indices[0].score, *(factor.score for factor in study.indices[0].factors)):
        assert 0 <= (score.ci_low or -1) < (score.value or -1) < (score.ci_high or -1) <= 1000


def test_item_nonresponse_counts_only_who_was_asked(tmp_path: Path) -> None:
    answers = service_answers(100)
    answers["kind"] = [8] * 60 + [NOT_ANSWERED] * 15 + [DONT_KNOW] * 5 + [NOT_ASKED] * 20
    path = write_snapshot(tmp_path / "s.parquet", answers, dealer=["D01"] * 100)
    kind = score_study(service_plan(), source(path)).items[0]
    assert kind.item_nonresponse == 0.25
    assert kind.mean.unweighted_base == 60
    assert kind.score100 == pytest.approx(700 / 9)


def test_an_item_with_one_answer_throughout_is_not_certain(tmp_path: Path) -> None:
    answers = service_answers(100) | {"kind": [10] * 100}
    path = write_snapshot(tmp_path / "s.parquet", answers, dealer=["D01"] * 100)
    scores = score_study(service_plan(), source(path))
    kind = scores.items[0].mean
    assert (kind.value, kind.std_error, kind.ci_high) == (10, 0, 10)
    assert kind.ci_low == pytest.approx(10 - 9 * (1 - 0.025 ** (1 / 100)))
    assert scores.drivers == ()
    assert scores.drivers_refused["overall"] == (Reason("driver_constant", {}, "kind"),)
    assert scores.derived_indices == ()


def test_an_item_nobody_answered_is_withheld(tmp_path: Path) -> None:
    answers = service_answers(100) | {"clean": [NOT_ASKED] * 100}
    path = write_snapshot(tmp_path / "s.parquet", answers, dealer=["D01"] * 100)
    scores = score_study(service_plan(), source(path))
    clean = scores.items[2]
    assert (clean.mean.suppressed, clean.mean.unweighted_base, clean.score100) == ("base", 0, None)
    assert clean.item_nonresponse == 0
    assert scores.indices[0].factors[1].score.suppressed == "base"
    (refused,) = scores.drivers_refused["overall"]
    assert (refused.code, refused.values["cases"]) == ("driver_too_few", 0)


def test_collinear_attributes_are_named(tmp_path: Path) -> None:
    answers = service_answers(100)
    answers["clear"] = answers["kind"]
    path = write_snapshot(tmp_path / "s.parquet", answers, dealer=["D01"] * 100)
    refused = score_study(service_plan(), source(path)).drivers_refused["overall"]
    assert refused == (Reason("driver_collinear", {}, "kind, clear"),)


def test_the_same_answers_twice_make_no_driver_more_certain(tmp_path: Path) -> None:
    """Every customer's answers once, and twice: twice the answers of the same customers tell nothing more."""
    once = service_answers(100)
    twice = {name: [value for value in values for _ in "ab"] for name, values in once.items()}
    customers = [f"c{row:06d}" for row in range(100)]
    first = write_snapshot(tmp_path / "once.parquet", once, dealer=["D01"] * 100, customer=customers)
    both = [customer for customer in customers for _ in "ab"]
    second = write_snapshot(tmp_path / "twice.parquet", twice, dealer=["D01"] * 200, customer=both)
    (alone,), (doubled,) = (score_study(service_plan(), source(path)).drivers for path in (first, second))
    ends = [[(each.share_low, each.share_high) for each in score.importances] for score in (alone, doubled)]
    assert np.array(ends[1]) == pytest.approx(np.array(ends[0]), rel=1e-9)


def test_collinear_attributes_are_named_once(tmp_path: Path) -> None:
    answers = service_answers(100)
    answers["clear"] = answers["clean"] = answers["kind"]
    path = write_snapshot(tmp_path / "s.parquet", answers, dealer=["D01"] * 100)
    (refused,) = score_study(service_plan(), source(path)).drivers_refused["overall"]
    assert refused.code == "driver_collinear"


def many_attributes(tmp_path: Path, attributes: int, rows: int) -> StudyScores:
    names = [f"q{number}" for number in range(attributes)]
    answers = {name: service_answers(rows, seed)["overall"] for seed, name in enumerate(names)}
    answers["overall"] = (
        np.clip(np.mean([answers[name] for name in names[:5]], axis=0).round(), 1, 10).astype(int).tolist()
    )
    plan = service_plan(
        items=tuple(ScaleItem(name, 1, 10) for name in answers),
        indices=(),
        problems=(),
        drivers=(DriverPlan("many", "overall", tuple(names)),),
        derived_indices=(DerivedIndexPlan("derived", "many", "minmax"),),
        recommend=None,
    )
    path = write_snapshot(tmp_path / "s.parquet", answers, dealer=["D01"] * rows)
    return score_study(plan, source(path))


def test_more_than_20_attributes_are_told_by_random_orders_with_their_error(tmp_path: Path) -> None:
    scores = many_attributes(tmp_path, 21, 400)
    (driver,) = scores.drivers
    assert (driver.method, driver.orders) == ("shapley_permutation", 20_000)
    assert {each.item for each in driver.importances[:5]} == {"q0", "q1", "q2", "q3", "q4"}
    assert sum(each.share for each in driver.importances) == pytest.approx(1)
    for each in driver.importances:
        assert 0 < each.monte_carlo_error < 0.01
        assert each.share_low <= each.share <= each.share_high or each.share < 0.02
    assert scores.derived_indices[0].score.value is not None
    assert many_attributes(tmp_path, 21, 400).drivers == scores.drivers


def test_more_attributes_than_can_be_shared_out_are_refused(tmp_path: Path) -> None:
    (refused,) = many_attributes(tmp_path, 101, 120).drivers_refused["many"]
    assert refused == Reason("driver_too_many", {"attributes": 101, "most": 100})


def test_no_problem_at_all_gives_zero_with_the_exact_limit(tmp_path: Path) -> None:
    answers = service_answers(80) | {name: [0] * 80 for name in ("noise", "pulls", "heavy", "glare")}
    path = write_snapshot(tmp_path / "s.parquet", answers, dealer=["D01"] * 80)
    pp100 = score_study(service_plan(), source(path)).pp100
    assert pp100 is not None
    assert (pp100.total.pp100.value, pp100.total.problems) == (0, 0)
    assert pp100.total.pp100.ci_low == 0
    assert pp100.total.pp100.ci_high == pytest.approx(100 * 3.688879454113936 / 80)


def test_no_vehicle_asked_gives_withheld_rates(tmp_path: Path) -> None:
    answers = service_answers(80) | {name: [NOT_ASKED] * 80 for name in ("noise", "pulls", "heavy", "glare")}
    path = write_snapshot(tmp_path / "s.parquet", answers, dealer=["D01"] * 80)
    pp100 = score_study(service_plan(), source(path)).pp100
    assert pp100 is not None
    assert (pp100.total.pp100.suppressed, pp100.total.pp100.unweighted_base) == ("base", 0)


def test_a_dealers_rate_with_a_large_relative_error_is_withheld(tmp_path: Path) -> None:
    answers = service_answers(80) | {name: [0] * 80 for name in ("noise", "pulls", "heavy", "glare")}
    answers["noise"] = [1] * 5 + [0] * 35 + [1] * 30 + [0] * 10
    path = write_snapshot(tmp_path / "s.parquet", answers, dealer=["D01"] * 40 + ["D02"] * 40)
    pp100 = score_study(service_plan(), source(path)).pp100
    assert pp100 is not None
    assert [cell.pp100.suppressed for cell in pp100.dealers] == ["relative_error", "complementary"]
    assert [cell.problems for cell in pp100.dealers] == [None, None]
    assert pp100.total.pp100.value == pytest.approx(100 * 35 / 80)


def test_one_customer_with_all_answers_of_a_dealer_tells_nothing(tmp_path: Path) -> None:
    path = write_snapshot(tmp_path / "s.parquet", service_answers(40), dealer=["D01"] * 40, customer=["fleet"] * 40)
    assert score_study(service_plan(), source(path)).indices[0].score.suppressed == "effective_base"


def test_answers_of_few_customers_are_withheld_however_many_they_are(tmp_path: Path) -> None:
    """60 answers of 15 customers are an effective base of 15, of 20 customers one of 20."""
    few = [f"c{row // 4:02d}" for row in range(60)]
    path = write_snapshot(tmp_path / "few.parquet", service_answers(60), dealer=["D01"] * 60, customer=few)
    overall = score_study(service_plan(), source(path)).items[3].mean
    assert (overall.unweighted_base, overall.effective_base) == (60, pytest.approx(15))
    assert (overall.suppressed, overall.value) == ("effective_base", None)
    enough = [f"c{row // 3:02d}" for row in range(60)]
    path = write_snapshot(tmp_path / "enough.parquet", service_answers(60), dealer=["D01"] * 60, customer=enough)
    assert score_study(service_plan(), source(path)).items[3].mean.suppressed is None


def test_the_limit_without_any_problem_counts_customers(tmp_path: Path) -> None:
    answers = service_answers(80) | {name: [0] * 80 for name in ("noise", "pulls", "heavy", "glare")}
    twice = [f"c{row // 2:02d}" for row in range(80)]
    path = write_snapshot(tmp_path / "s.parquet", answers, dealer=["D01"] * 80, customer=twice)
    pp100 = score_study(service_plan(), source(path)).pp100
    assert pp100 is not None
    assert pp100.total.pp100.ci_high == pytest.approx(100 * 3.688879454113936 / 40)


def test_a_share_of_nobody_lies_in_its_own_interval(tmp_path: Path) -> None:
    answers = service_answers(100) | {"overall": [5] * 100}
    path = write_snapshot(tmp_path / "s.parquet", answers, dealer=["D01"] * 100)
    csat = next(rate.rate for rate in score_study(service_plan(), source(path)).rates if rate.id == "csat")
    assert (csat.value, csat.ci_low) == (0, 0)


def test_answers_without_a_known_customer_are_units_of_their_own(tmp_path: Path) -> None:
    answers = service_answers(60)
    known = write_snapshot(tmp_path / "known.parquet", answers, dealer=[""] * 60)
    unknown = write_snapshot(tmp_path / "unknown.parquet", answers, dealer=[""] * 60, customer=[""] * 60)
    scores = score_study(service_plan(), source(unknown))
    assert scores.indices == score_study(service_plan(), source(known)).indices
    assert scores.dealers == ()


def test_an_answer_outside_its_scale_is_named(tmp_path: Path) -> None:
    answers = service_answers(40)
    answers["kind"][3], answers["recommend"][5], answers["noise"][7] = 11, -9, 2
    path = write_snapshot(tmp_path / "s.parquet", answers, dealer=["D01"] * 40)
    with pytest.raises(ScoringError) as refused:
        score_study(service_plan(), source(path))
    assert "kind holds 11, its scale is 1 to 10" in str(refused.value)
    assert "recommend holds -9" in str(refused.value)
    assert "noise holds 2" in str(refused.value)


def test_snapshots_that_cannot_be_scored_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SnapshotMissing, match="freeze the period first"):
        score_study(service_plan(), source(tmp_path / "absent.parquet"))
    empty = write_snapshot(tmp_path / "empty.parquet", service_answers(0), dealer=[])
    with pytest.raises(InsufficientBase, match="no rows"):
        score_study(service_plan(), source(empty))
    bare = write_snapshot(tmp_path / "bare.parquet", {"kind": [5]}, dealer=["D01"])
    with pytest.raises(ScoringError, match="lacks the columns clear, clean, overall, recommend, noise"):
        score_study(service_plan(), source(bare))


def test_rows_out_of_order_are_refused(tmp_path: Path) -> None:
    path = write_snapshot(tmp_path / "s.parquet", service_answers(4), dealer=["D01", "D01", "D02", "D02"])
    frame = snapshot.pl.read_parquet(path)
    frame[[0, 2, 1, 3]].write_parquet(path)
    with pytest.raises(ScoringError, match="row 3 is out of order"):
        score_study(service_plan(), source(path))


def test_answers_that_no_known_event_stands_behind_stand_for_themselves(tmp_path: Path) -> None:
    """40 answers of no known dealer and 10 too many of D02: the others keep the weights of their dealer's events."""
    dealers = [""] * 40 + ["D01"] * 30 + ["D02"] * 30
    path = write_snapshot(tmp_path / "s.parquet", service_answers(100), dealer=dealers)
    scores = score_study(service_plan(), source(path, {"D01": 120, "D02": 20}))
    overall = next(item for item in scores.items if item.id == "overall").mean
    assert scores.weighting == "post_stratified_by_dealer"
    assert overall.weighted_base == pytest.approx(40 + 120 + 30)
    assert [(dealer.dealer, dealer.is_short) for dealer in scores.coverage] == [
        ("", True),
        ("D01", False),
        ("D02", True),
    ]


def test_answers_collected_elsewhere_are_unweighted_whatever_events_there_are(tmp_path: Path) -> None:
    path = write_snapshot(tmp_path / "s.parquet", service_answers(60), dealer=[""] * 60)
    scores, alone = (score_study(service_plan(), source(path, known)) for known in ({"D01": 300}, None))
    assert scores.weighting == alone.weighting == "unweighted"
    assert (scores.indices, scores.rates) == (alone.indices, alone.rates)


def test_a_plan_that_contradicts_itself_is_refused_with_every_fault(tmp_path: Path) -> None:
    plan = service_plan(
        problems=(Problem("noise", "engine", "design"),), drivers=(DriverPlan("d", "mood", ("kind", "kind")),)
    )
    with pytest.raises(ScoringError) as refused:
        score_study(plan, source(tmp_path / "absent.parquet"))
    for fault in (
        "unknown category engine",
        "unknown item mood",
        "kind stands there 2 times",
        "unknown driver overall",
    ):
        assert fault in str(refused.value)


def test_document_gives_back_the_same_scores(study: StudyScores) -> None:
    text = json.dumps(results_document(study), allow_nan=False)
    assert scores_from_document(json.loads(text)) == study


def test_numbers_are_rounded_to_twelve_digits_once(study: StudyScores) -> None:
    value = study.indices[0].score.value
    assert value == float(f"{value:.12g}")
    assert results_document(study)["indices"][0]["score"]["value"] == value


def test_a_damaged_document_is_refused_with_its_place(study: StudyScores) -> None:
    document = results_document(study)
    document["items"][1]["mean"]["unweighted_base"] = "many"
    with pytest.raises(ScoringError, match="/items/1/mean/unweighted_base: 'many' does not fit"):
        scores_from_document(document)
    with pytest.raises(ScoringError, match="document of kind None"):
        scores_from_document({})


def test_a_number_that_is_not_finite_is_never_published(study: StudyScores) -> None:
    broken = replace(study, items=(replace(study.items[0], item_nonresponse=float("nan")),))
    with pytest.raises(ScoringError, match="/items/0/item_nonresponse: nan"):
        results_document(broken)


def test_pieces_and_workers_do_not_change_a_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """300 rows in pieces of 64, counted here and by two spawned processes."""
    dealers = sorted(["D01", "D02", "D03"] * 100)
    path = write_snapshot(
        tmp_path / "s.parquet",
        service_answers(300),
        dealer=dealers,
        customer=[f"{dealer}-{row // 3:03d}" for row, dealer in enumerate(dealers)],
    )
    monkeypatch.setattr(snapshot, "PIECE_ROWS", 64)
    population = {"D01": 301, "D02": 977, "D03": 133}
    inline = score_study(service_plan(), source(path, population))
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        spawned = score_study(service_plan(), source(path, population), executor=executor)
    assert json.dumps(results_document(inline)) == json.dumps(results_document(spawned))
