"""PP100 broken down: by build month and region, against the rest, as shares of all problems, by dealer side by side."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.special import gammaincinv
from scoring_cast import service_answers, service_plan, source, write_snapshot

from surveyplat.errors import ScoringError
from surveyplat.scoring import snapshot
from surveyplat.scoring.documents import results_document, scores_from_document
from surveyplat.scoring.plan import ScoringPlan
from surveyplat.scoring.results import Pp100Score, StudyScores
from surveyplat.scoring.study import score_study

PROBLEMS = ("noise", "pulls", "heavy", "glare")
REGIONS = {"D01": "north", "D02": "north", "D03": "south", "D04": ""}


def problem_plan() -> ScoringPlan:
    return service_plan(items=(), indices=(), drivers=(), derived_indices=(), recommend=None, overall=None)


def scored(path: Path, ticks: dict[str, Sequence[int]], dealer: Sequence[str], **keys: Sequence[str]) -> Pp100Score:
    found = score_study(problem_plan(), source(write_snapshot(path, ticks, dealer=dealer, **keys))).pp100
    assert found is not None
    return found


def random_ticks(rows: int, seed: int, rate: float = 0.25) -> dict[str, list[int]]:
    """Problems heaped on prone vehicles."""
    rng = np.random.default_rng(seed)
    proneness = np.minimum(rng.gamma(0.8, 1 / 0.8, rows) * rate, 1.0)
    return {problem: (rng.random(rows) < proneness).astype(int).tolist() for problem in PROBLEMS}


def test_build_months_count_their_own_vehicles_and_their_kinds_add_up(tmp_path: Path) -> None:
    """40 vehicles of March: 20 with a noise, 10 of them heavy too; 40 of April: 20 with a glare; 10 of no month."""
    noise = [1] * 20 + [0] * 70
    heavy = [1] * 10 + [0] * 80
    glare = [0] * 40 + [1] * 20 + [0] * 20 + [1] * 10
    ticks = {"noise": noise, "pulls": [0] * 90, "heavy": heavy, "glare": glare}
    months = ["2026-03"] * 40 + ["2026-04"] * 40 + [""] * 10
    found = scored(tmp_path / "s.parquet", ticks, ["D01"] * 90, build_month=months)
    march, april = found.build_months
    assert (march.id, march.pp100.value, march.pp100.unweighted_base, march.problems) == ("2026-03", 75.0, 40, 30)
    assert march.malfunction is not None
    assert march.design is not None
    assert (march.malfunction.value, march.design.value) == (50.0, 25.0)
    assert (april.id, april.pp100.value, april.problems) == ("2026-04", 50.0, 20)
    assert found.total.problems == 60


def test_a_snapshot_without_build_months_and_regions_is_scored(tmp_path: Path) -> None:
    found = scored(tmp_path / "s.parquet", random_ticks(120, 1), ["D01"] * 60 + ["D02"] * 60)
    assert found.total.pp100.value is not None
    assert (found.build_months, found.regions, found.build_months_against_rest) == ((), (), ())
    assert len(found.models_against_rest) == 2


def test_a_region_is_what_its_dealers_are_alone(tmp_path: Path) -> None:
    """Index and PP100 of the north equal those of a snapshot with the north's dealers only."""
    rows = 400
    answers = service_answers(rows)
    dealer = [f"D{1 + row % 4:02d}" for row in range(rows)]
    inside = [row for row in range(rows) if REGIONS[dealer[row]] == "north"]
    whole = write_snapshot(tmp_path / "all.parquet", answers, dealer=dealer, region=[REGIONS[name] for name in dealer])
    part = write_snapshot(
        tmp_path / "north.parquet",
        {name: [values[row] for row in inside] for name, values in answers.items()},
        dealer=[dealer[row] for row in inside],
    )
    found, alone = (score_study(service_plan(), source(path)) for path in (whole, part))
    assert [score.region for score in found.regions] == ["north", "south"]
    assert found.regions[0].index == alone.indices[0]
    assert found.pp100 is not None
    assert alone.pp100 is not None
    assert replace(found.pp100.regions[0], id="total") == alone.pp100.total


def test_a_dealer_in_two_regions_is_named(tmp_path: Path) -> None:
    path = write_snapshot(
        tmp_path / "s.parquet", random_ticks(4, 1), dealer=["D01"] * 4, region=["north", "north", "south", "north"]
    )
    with pytest.raises(ScoringError, match="several regions: D01"):
        score_study(problem_plan(), source(path))


def test_a_bad_build_month_stands_apart_from_the_rest_and_the_others_do_not(tmp_path: Path) -> None:
    months = [f"2026-{1 + row % 6:02d}" for row in range(1800)]
    good, bad = random_ticks(1800, 3), random_ticks(1800, 4, rate=0.5)
    ticks = {
        problem: [bad[problem][row] if months[row] == "2026-04" else good[problem][row] for row in range(1800)]
        for problem in PROBLEMS
    }
    found = scored(tmp_path / "s.parquet", ticks, [f"D{row % 5}" for row in range(1800)], build_month=months)
    apart = {each.id: each for each in found.build_months_against_rest}
    assert len(apart) == 6
    assert [month for month, each in apart.items() if each.significant and (each.ratio or 0) > 1] == ["2026-04"]
    april = apart["2026-04"]
    own = next(cell for cell in found.build_months if cell.id == "2026-04")
    rest_problems = (found.total.problems or 0) - (own.problems or 0)
    assert april.ratio == pytest.approx((own.pp100.value or 0) / (100 * rest_problems / 1500))
    assert april.method == "quasi_poisson"
    assert all(each.p_adjusted >= each.p_value for each in found.build_months_against_rest)


def test_a_group_of_all_vehicles_has_no_rest(tmp_path: Path) -> None:
    found = scored(tmp_path / "s.parquet", random_ticks(90, 5), ["D01"] * 90, build_month=["2026-03"] * 90)
    assert len(found.build_months) == 1
    assert found.build_months_against_rest == ()


def test_a_withheld_group_is_not_compared_and_neither_is_one_with_a_withheld_rest(tmp_path: Path) -> None:
    months = ["2026-03"] * 20 + ["2026-04"] * 200
    found = scored(tmp_path / "s.parquet", random_ticks(220, 6), ["D01"] * 220, build_month=months)
    assert found.build_months[0].pp100.suppressed == "base"
    assert found.build_months_against_rest == ()


@pytest.mark.parametrize("others", [1, 2, 29])
def test_a_rest_of_few_vehicles_is_held_against_nobody(tmp_path: Path, others: int) -> None:
    months = ["2026-03"] * 120 + [""] * others
    found = scored(tmp_path / "s.parquet", random_ticks(120 + others, 6), ["D01"] * len(months), build_month=months)
    assert [cell.id for cell in found.build_months] == ["2026-03"]
    assert found.build_months_against_rest == ()


def test_shares_of_all_problems_fall_and_add_up(tmp_path: Path) -> None:
    found = scored(tmp_path / "s.parquet", random_ticks(300, 7), ["D01"] * 300)
    for parts in (found.pareto_categories, found.pareto_problems):
        assert sum(part.share for part in parts) == pytest.approx(1.0)
        assert parts[-1].cumulative == pytest.approx(1.0)
        assert [part.share for part in parts] == sorted((part.share for part in parts), reverse=True)
        assert sum(part.problems for part in parts) == found.total.problems
        assert all(part.ci_low < part.share < part.ci_high for part in parts)


def test_no_problem_has_no_shares_no_dispersion_and_an_upper_limit(tmp_path: Path) -> None:
    found = scored(tmp_path / "s.parquet", {problem: [0] * 50 for problem in PROBLEMS}, ["D01"] * 50)
    total = found.total
    assert (found.pareto_categories, total.dispersion, total.interval) == ((), None, "exact_poisson")
    assert (total.pp100.value, total.pp100.ci_low) == (0.0, 0.0)
    assert total.pp100.ci_high == pytest.approx(100 * -np.log(0.025) / 50)


def test_vehicles_that_are_all_alike_are_not_certainty(tmp_path: Path) -> None:
    """Each of 50 vehicles has all four problems: the exact limits of 200 Poisson events, as of R's poisson.test."""
    found = scored(tmp_path / "s.parquet", {problem: [1] * 50 for problem in PROBLEMS}, ["D01"] * 50)
    total = found.total.pp100
    assert (total.value, total.std_error, found.total.interval) == (400.0, 0.0, "exact_poisson")
    assert [total.ci_low, total.ci_high] == pytest.approx(
        [100 * chi_square(400) / 2 / 50, 100 * chi_square(402, 0.975) / 2 / 50]
    )


def chi_square(df: float, share: float = 0.025) -> float:
    """The quantile of χ² that belongs to a share."""
    return 2 * float(gammaincinv(df / 2, share))


def test_problems_heaped_on_few_vehicles_have_a_negative_binomial_interval(tmp_path: Path) -> None:
    """10 of 60 vehicles with all four problems: mean 2/3, squares 10 · 16 - 60 · 4/9 over 59 · 2/3."""
    ticks = {problem: [1] * 10 + [0] * 50 for problem in PROBLEMS}
    found = scored(tmp_path / "s.parquet", ticks, ["D01"] * 60)
    assert found.total.dispersion == pytest.approx((160 - 60 * 4 / 9) / 59 / (2 / 3))
    assert found.total.interval == "negative_binomial"
    assert found.dealers[0].interval == "negative_binomial"
    assert found.dealers[0].pp100.ci_high == found.total.pp100.ci_high
    assert {cell.interval for cell in found.problems} == {"log_linearised"}


def test_the_league_of_rates_holds_the_numbers_of_the_breakdown(tmp_path: Path) -> None:
    rows = 1200
    path = write_snapshot(
        tmp_path / "s.parquet", random_ticks(rows, 8), dealer=[f"D{row % 12:02d}" for row in range(rows)]
    )
    scores = score_study(problem_plan(), source(path))
    assert scores.league is None
    assert scores.rate_league is not None
    assert scores.pp100 is not None
    assert {row.dealer: row.raw for row in scores.rate_league.dealers} == {
        cell.id: cell.pp100 for cell in scores.pp100.dealers
    }
    shrunk = [row.shrunk.value for row in scores.rate_league.dealers if row.shrunk]
    raw = [row.raw.value for row in scores.rate_league.dealers if row.raw.value is not None]
    assert max(shrunk) - min(shrunk) < max(raw) - min(raw)
    chances = [row.bottom_tenth.probability for row in scores.rate_league.dealers if row.bottom_tenth]
    assert sum(chances) == pytest.approx(scores.rate_league.tenth)


def test_a_dealer_of_a_worse_model_is_expected_to_have_more_problems(tmp_path: Path) -> None:
    rows = 900
    model = ["A"] * 300 + ["B"] * 300 + ["AB"[row % 2] for row in range(300)]
    good, bad = random_ticks(rows, 9, rate=0.15), random_ticks(rows, 10, rate=0.45)
    ticks = {p: [bad[p][row] if model[row] == "B" else good[p][row] for row in range(rows)] for p in PROBLEMS}
    path = write_snapshot(tmp_path / "s.parquet", ticks, dealer=["D1"] * 300 + ["D2"] * 300 + ["D3"] * 300, model=model)
    league = score_study(problem_plan(), source(path)).rate_league
    assert league is not None
    expected = [row.expected.value for row in league.dealers if row.expected]
    assert expected[0] < 0.6 * expected[2]
    assert expected[1] > 1.3 * expected[2]


def test_vehicles_of_no_known_model_are_a_cell_of_the_mix_of_their_own(tmp_path: Path) -> None:
    rows = 600
    model = ["" if row % 3 == 0 else "A" for row in range(rows)]
    path = write_snapshot(
        tmp_path / "s.parquet", random_ticks(rows, 11), dealer=[f"D{row % 4}" for row in range(rows)], model=model
    )
    scores = score_study(problem_plan(), source(path))
    assert scores.rate_league is not None
    assert scores.pp100 is not None
    assert [cell.id for cell in scores.pp100.models] == ["A"]
    assert scores.rate_league.compared == 4


def test_pieces_do_not_change_a_byte_of_any_breakdown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = 700
    dealer = [f"D{1 + row % 4:02d}" for row in range(rows)]
    path = write_snapshot(
        tmp_path / "s.parquet",
        {**service_answers(rows), **random_ticks(rows, 12)},
        dealer=dealer,
        customer=[f"c{row // 3:04d}" for row in range(rows)],
        region=[REGIONS[name] for name in dealer],
        build_month=[f"2026-{1 + row % 5:02d}" for row in range(rows)],
    )
    whole = score_study(service_plan(), source(path))
    monkeypatch.setattr(snapshot, "PIECE_ROWS", 64)
    pieces = score_study(service_plan(), source(path))
    assert close(whole, pieces)
    assert scores_from_document(results_document(whole)) == whole


def close(one: StudyScores, other: StudyScores) -> bool:
    """Equal breakdowns but for the last digits: another tree of sums."""
    assert one.pp100 is not None
    assert other.pp100 is not None
    pairs = zip(cells(one.pp100), cells(other.pp100), strict=True)
    return all(a == pytest.approx(b, rel=1e-10) for a, b in pairs)


def cells(score: Pp100Score) -> list[float]:
    every = (*score.dealers, *score.models, *score.build_months, *score.regions, *score.categories, score.total)
    ends = [end for cell in every for end in (cell.pp100.value, cell.pp100.ci_low, cell.pp100.ci_high, cell.dispersion)]
    shares = [end for part in (*score.pareto_problems,) for end in (part.share, part.ci_low)]
    tests = [end for each in score.build_months_against_rest for end in (each.ratio, each.p_value, each.ci_high)]
    return [number for number in (*ends, *shares, *tests) if number is not None]
