"""Leagues of dealers: what is told of each, what is withheld, and what odd data lead to."""

from dataclasses import replace
from pathlib import Path
from time import process_time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scoring_cast import service_answers, service_plan, source, write_snapshot
from scoring_dealers import joined, names, piled_up, ratios_of

from surveyplat.errors import InsufficientBase, ScoringError
from surveyplat.scoring.columns import index_column, problem_column
from surveyplat.scoring.design import Ratios
from surveyplat.scoring.expected_range import CaseMix
from surveyplat.scoring.league import league, league_of, mix_of
from surveyplat.scoring.league_numbers import PP100, Measure
from surveyplat.scoring.passes import count_study
from surveyplat.scoring.records.league import League
from surveyplat.scoring.tabulation import Tabulation
from surveyplat.scoring.workers import Workers

SCALE = Measure("score", 1.0, 10.0)


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def group(dealers: int = 24, size: int = 120, seed: int = 1) -> League:
    levels = np.linspace(7.5, 9.5, dealers)
    return league(names(dealers), ratios_of(piled_up(rng(seed), levels, size)), SCALE, rng(2))


def test_the_worst_and_the_best_dealer_are_told_apart() -> None:
    worst, best = group().dealers[0], group().dealers[-1]
    assert worst.expected is not None
    assert best.expected is not None
    assert (worst.expected.category, best.expected.category) == ("much_worse", "much_better")
    assert worst.bottom_tenth is not None
    assert best.bottom_tenth is not None
    assert worst.bottom_tenth.probability > 0.6 > 0.01 > best.bottom_tenth.probability


def test_the_bottom_tenth_has_its_number_of_places() -> None:
    found = group()
    chances = [row.bottom_tenth for row in found.dealers if row.bottom_tenth]
    assert found.tenth == 3
    assert sum(chance.probability for chance in chances) == pytest.approx(3)
    p = np.array([chance.probability for chance in chances])
    errors = np.array([chance.std_error for chance in chances])
    assert errors == pytest.approx(np.sqrt(p * (1 - p) / found.draws), abs=1e-3)
    assert (errors > 0).all()


def test_the_same_seed_gives_the_same_league() -> None:
    assert group() == group()


def test_monte_carlo_errors_are_what_other_draws_differ_by() -> None:
    ratios = ratios_of(piled_up(rng(), np.linspace(8, 9, 20), 60))
    runs = [league(names(20), ratios, SCALE, rng(seed)) for seed in range(30)]
    drawn = np.array([[row.bottom_tenth.probability for row in run.dealers if row.bottom_tenth] for run in runs])
    told = np.array([row.bottom_tenth.std_error for row in runs[0].dealers if row.bottom_tenth])
    assert np.sqrt((drawn.std(axis=0, ddof=1) ** 2).mean()) == pytest.approx(np.sqrt((told**2).mean()), rel=0.15)


def test_many_looks_are_told_of() -> None:
    found = group()
    assert found.compared == 24
    assert found.alarms_by_chance == pytest.approx(24 * 0.025)
    assert found.grave_alarms_by_chance == pytest.approx(24 * 0.001)
    ranges = [row.expected for row in found.dealers if row.expected]
    assert all(held.p_adjusted >= held.p_value for held in ranges)


def test_small_dealers_are_counted_and_withheld() -> None:
    """A dealer with 29 answers takes part in the shrinkage of the others, and nothing is said of it."""
    small, lone = piled_up(rng(3), np.array([6.0]), 29), piled_up(rng(4), np.array([9.0]), 1)
    shown = ratios_of(piled_up(rng(), np.linspace(8, 9, 12), 60))
    found = league(names(14), joined(shown, ratios_of(small), ratios_of(lone)), SCALE, rng())
    for row in found.dealers[12:]:
        assert row.raw.suppressed == "base"
        assert (row.shrunk, row.expected, row.bottom_tenth) == (None, None, None)
    assert all(row.shrunk and row.raw.low_base for row in found.dealers[:12])
    assert found.compared == 12
    assert found.mean != league(names(12), shown, SCALE, rng()).mean


def test_a_dealer_without_answers_stays_in_its_place() -> None:
    shown = ratios_of(piled_up(rng(), np.linspace(8, 9, 3), 60))
    none = replace(ratios_of(np.zeros((1, 2))), **dict.fromkeys(_BASES, np.zeros(1)))
    found = league(names(4), joined(none, shown), SCALE, rng())
    assert found.dealers[0].raw.suppressed == "base"
    assert [row.shrunk is not None for row in found.dealers] == [False, True, True, True]


_BASES = ("std_error", "df", "unweighted_base", "weighted_base", "effective_base")


def test_one_dealer_is_compared_with_nobody() -> None:
    found = league(names(1), ratios_of(piled_up(rng(), np.array([8.0]), 60)), SCALE, rng())
    (row,) = found.dealers
    assert found.shrinking == "too_few_groups"
    assert (row.expected, row.bottom_tenth, found.compared) == (None, None, 0)
    assert row.shrunk is not None
    assert row.shrunk.value == pytest.approx(row.raw.value)


@pytest.mark.parametrize("measure", [SCALE, PP100])
def test_two_dealers_are_held_against_their_common_mean(measure: Measure) -> None:
    answers = np.vstack([np.tile([1.0, 2, 3], 20), np.tile([6.0, 7, 8], 20)])
    found = league(names(2), ratios_of(answers), measure, rng())
    ranges = [row.expected for row in found.dealers if row.expected]
    signs = ["much_worse", "much_better"]
    assert [held.category for held in ranges] == (signs if measure.higher_is_better else signs[::-1])
    assert found.tenth == 0


def test_answers_all_alike_spread_nothing() -> None:
    found = league(names(12), ratios_of(np.full((12, 40), 8.0)), SCALE, rng())
    assert found.shrinking == "no_spread"
    assert all(row.raw.value == 8 and row.shrunk is None and row.expected is None for row in found.dealers)


def test_no_problem_anywhere_spreads_nothing() -> None:
    assert league(names(12), ratios_of(np.zeros((12, 40))), PP100, rng()).shrinking == "no_spread"


def test_nobody_answering_is_an_insufficient_base() -> None:
    none = replace(ratios_of(np.zeros((2, 2))), **dict.fromkeys(_BASES, np.zeros(2)))
    with pytest.raises(InsufficientBase, match="No dealer has an answer"):
        league(names(2), none, SCALE, rng())
    with pytest.raises(InsufficientBase, match="two customers"):
        league(names(3), ratios_of(np.array([[1.0], [2.0], [3.0]])), SCALE, rng())


def test_arrays_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ScoringError, match="3 dealers"):
        league(names(3), ratios_of(np.ones((2, 5))), SCALE, rng())


def test_rates_are_told_per_hundred_and_more_is_worse() -> None:
    levels = np.linspace(0.5, 2.0, 16)
    found = league(names(16), ratios_of(rng().poisson(np.tile(levels[:, None], 200)).astype(float)), PP100, rng())
    best, worst = found.dealers[0], found.dealers[-1]
    assert found.mean == pytest.approx(125, rel=0.05)
    assert best.expected is not None
    assert worst.expected is not None
    assert (best.expected.category, worst.expected.category) == ("much_better", "much_worse")
    assert worst.shrunk is not None
    assert found.mean < worst.shrunk.value < (worst.raw.value or 0)
    assert worst.shrunk.ci_low < worst.shrunk.value < worst.shrunk.ci_high


def test_rates_known_too_roughly_are_withheld() -> None:
    reports = np.vstack([rng().poisson(0.05, (1, 40)), rng().poisson(1.0, (11, 40))]).astype(float)
    found = league(names(12), ratios_of(reports), PP100, rng())
    assert found.dealers[0].raw.suppressed == "relative_error"
    assert found.dealers[0].shrunk is None


def test_a_dealer_that_sells_the_faulty_model_is_as_expected() -> None:
    """Model B has three times the problems of A; D0003 sells B only. Its workmanship is like everyone's."""
    draws = rng(5)
    sold = np.tile([150, 150, 150, 10], 5), np.tile([10, 10, 10, 150], 5)
    problems = [draws.poisson(rate, (20, 160)).astype(float) for rate in (0.5, 1.5)]
    answers = np.where(np.arange(160) < sold[0][:, None], *problems)
    of_a = np.arange(160) < sold[0][:, None]
    mix = CaseMix(np.stack(sold, 1).astype(float), np.stack([(answers * of_a).sum(1), (answers * ~of_a).sum(1)], 1))
    plain = league(names(20), ratios_of(answers), PP100, rng()).dealers[3]
    adjusted = league(names(20), ratios_of(answers), PP100, rng(), mix).dealers[3]
    assert plain.expected is not None
    assert adjusted.expected is not None
    assert plain.expected.category == "much_worse"
    assert adjusted.expected.category == "as_expected"
    assert adjusted.expected.value == pytest.approx(144, rel=0.1)


def test_dealers_alone_in_their_cells_have_no_expected_range() -> None:
    ratios = ratios_of(piled_up(rng(), np.linspace(8, 9, 5), 60))
    cells = np.zeros((5, 2))
    cells[0, 0], cells[1:, 1] = 60, 60
    found = league(names(5), ratios, SCALE, rng(), CaseMix(cells, cells * ratios.value[:, None]))
    assert [row.expected is not None for row in found.dealers] == [False, True, True, True, True]
    assert found.compared == 4


@pytest.mark.parametrize("measure", [SCALE, PP100])
def test_the_unit_of_weights_does_not_matter(measure: Measure) -> None:
    ratios = ratios_of(piled_up(rng(), np.linspace(8, 9, 12), 60))
    heavier = league(names(12), replace(ratios, weighted_base=8 * ratios.weighted_base), measure, rng())
    for row, other in zip(league(names(12), ratios, measure, rng()).dealers, heavier.dealers, strict=True):
        assert (row.shrunk, row.expected, row.bottom_tenth) == (other.shrunk, other.expected, other.bottom_tenth)


@given(st.permutations(range(8)))
def test_the_order_of_dealers_does_not_matter(order: list[int]) -> None:
    ratios = ratios_of(piled_up(rng(), np.linspace(8, 9, 8), 60))
    turned = Ratios(*(getattr(ratios, name)[order] for name in Ratios.__annotations__))
    found = league(names(8), ratios, SCALE, rng()).dealers
    for place, row in zip(order, league(names(8), turned, SCALE, rng()).dealers, strict=True):
        assert row.raw == found[place].raw
        assert row.shrunk is not None
        assert row.shrunk.value == pytest.approx(found[place].shrunk.value if found[place].shrunk else None, rel=1e-9)
        assert row.expected is not None
        assert row.expected.category == (found[place].expected.category if found[place].expected else None)


@given(
    seed=st.integers(0, 10_000),
    dealers=st.integers(1, 14),
    points=st.integers(0, 3),
    rare=st.floats(0.01, 1.0),
    measure=st.sampled_from([Measure("score", 0.0, 3.0), PP100]),
)
def test_whatever_is_answered_every_number_is_finite_and_in_its_place(
    seed: int, dealers: int, points: int, rare: float, measure: Measure
) -> None:
    """Few or many distinct answers, most of them 0 or none, 30 to 49 a dealer."""
    draws = rng(seed)
    parts = [ratios_of(draws.binomial(points, rare, (1, draws.integers(30, 50))).astype(float)) for _ in range(dealers)]
    for row in league(names(len(parts)), joined(*parts), measure, rng()).dealers:
        if row.shrunk is not None:
            assert 0 <= row.shrunk.ci_low <= row.shrunk.ci_high <= 3 * measure.factor + 1e9 * (measure.kind == "rate")
            assert np.isfinite(row.shrunk.std_error)
        if row.expected is not None:
            assert row.expected.outer_low <= row.expected.low <= row.expected.high <= row.expected.outer_high
            assert 0 <= row.expected.p_value <= row.expected.p_adjusted * (1 + 1e-12) <= 1 + 1e-12
        if row.bottom_tenth is not None:
            assert 0 <= row.bottom_tenth.probability <= 1


def tabulated(folder: Path) -> Tabulation:
    dealers = ["", *names(12)]
    of_row = [dealers[row % 13] for row in range(1300)]
    path = write_snapshot(folder / "snapshot.parquet", service_answers(1300), dealer=of_row)
    return count_study(service_plan(), source(path), Workers()).table


def test_a_counted_snapshot_becomes_a_league_of_its_known_dealers(tmp_path: Path) -> None:
    table = tabulated(tmp_path)
    scores = league_of(table, index_column("csi"), Measure("score", 0.0, 1000.0), rng())
    assert [row.dealer for row in scores.dealers] == list(names(12))
    assert scores.dealers[4].raw.value == table.of_dealer("D0004", index_column("csi")).value
    mix = mix_of(table, [problem_column("model", model) for model in "AB"])
    rates = league_of(table, problem_column("total"), PP100, rng(), mix)
    assert rates.compared == 12
    assert all(row.expected and row.expected.low < row.expected.value < row.expected.high for row in rates.dealers)


@pytest.mark.parametrize("measure", [SCALE, PP100])
def test_a_thousand_dealers_take_a_fifth_of_a_second(measure: Measure) -> None:
    """Processor time of the fastest of three; lme4 takes 13 s for the shrinkage alone."""
    ratios = ratios_of(piled_up(rng(), 8.5 + 0.4 * rng().standard_normal(1000), 100))
    taken = []
    for _ in range(3):
        started = process_time()
        league(names(1000), ratios, measure, rng())
        taken.append(process_time() - started)
    assert min(taken) < 0.2
