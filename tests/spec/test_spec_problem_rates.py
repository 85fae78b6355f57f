"""Hand-worked rates of problems: their dispersion, their ratios, their shares, and intervals of rare ones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import gammaln

from surveyplat.errors import InsufficientBase, ScoringError
from surveyplat.scoring.columns import columns_by_group, problem_column
from surveyplat.scoring.design import ratios_overall
from surveyplat.scoring.intervals import rate_interval
from surveyplat.scoring.moments import Column, Moments, Rows, moments_of
from surveyplat.scoring.pareto import pareto, share_column
from surveyplat.scoring.pp100 import pp100_by_group
from surveyplat.scoring.rate_comparison import RateSample, compare_rates, exact_conditional, pearson_dispersion
from surveyplat.scoring.records.ratio import Ratio
from surveyplat.scoring.sparse_rates import negative_binomial_interval, problem_interval, vehicles_by_problems
from surveyplat.scoring.tabulation import Tabulation


def counted(problems: list[int], weights: list[float] | None = None) -> Moments:
    rows = Rows.in_order(np.zeros(len(problems), dtype=np.int64), np.arange(len(problems)))
    column = Column("problems", np.array(problems, dtype=float), np.ones(len(problems)))
    return moments_of([column], np.array(weights or [1.0] * len(problems)), rows)


def sample(problems: list[int], *, simple: bool = True) -> RateSample:
    moments = counted(problems)
    return RateSample(ratios_overall(moments).at(0), pearson_dispersion(moments, "problems"), simple)


POISSON_LIKE = [0] * 14 + [1] * 10 + [2] * 4 + [3] * 2  # 24 on 30 vehicles: μ .8, Σ(y - μ)² = 24.8, φ 1.069


def test_dispersion_is_pearsons_chi_square_over_its_freedom() -> None:
    """0, 0, 0, 4: mean 1, squares 1 + 1 + 1 + 9 over 3 · 1."""
    assert pearson_dispersion(counted([0, 0, 0, 4]), "problems") == pytest.approx(4.0)
    assert pearson_dispersion(counted(POISSON_LIKE), "problems") == pytest.approx(24.8 / 29 / 0.8)


def test_dispersion_does_not_see_the_scale_of_the_weights() -> None:
    plain = pearson_dispersion(counted([0, 1, 2, 5], [1, 2, 2, 1]), "problems")
    assert pearson_dispersion(counted([0, 1, 2, 5], [10, 20, 20, 10]), "problems") == pytest.approx(plain)


def test_no_problem_tells_nothing_of_the_dispersion() -> None:
    assert pearson_dispersion(counted([0, 0, 0]), "problems") is None


def test_one_vehicle_has_no_dispersion() -> None:
    with pytest.raises(InsufficientBase, match="1 vehicles"):
        pearson_dispersion(counted([2]), "problems")


def test_poisson_like_simple_samples_are_compared_exactly() -> None:
    found = compare_rates(sample(POISSON_LIKE), sample(POISSON_LIKE * 2))
    assert found.method == "exact_conditional"
    assert found == exact_conditional(24, 30, 48, 60)
    assert found.ratio == pytest.approx(1.0)
    assert found.p_value == pytest.approx(1.0)


def test_over_dispersed_counts_are_compared_on_the_log_ratio() -> None:
    """Rates 1 and 1/2; each SE / rate is √(12 / 3 / 4) = 1: the logarithm's SE is √2, with 6 degrees of freedom."""
    found = compare_rates(sample([0, 0, 0, 4]), sample([0, 0, 0, 2]))
    assert found.method == "quasi_poisson"
    assert found.ratio == pytest.approx(2.0)
    reach = np.exp(2.446911851 * 2**0.5)
    assert [found.ci_low, found.ci_high] == pytest.approx([2 / reach, 2 * reach])


def test_weighted_counts_are_never_compared_exactly() -> None:
    found = compare_rates(sample(POISSON_LIKE, simple=False), sample(POISSON_LIKE))
    assert found.method == "quasi_poisson"


def test_side_without_problems_gives_one_end_only() -> None:
    """6 problems, all on the second of two groups of 30 vehicles: either all by chance, 2 / 2⁶."""
    quiet, other = sample([0] * 30), sample([1] * 6 + [0] * 24)
    found = compare_rates(quiet, other)
    assert (found.ratio, found.ci_low) == (0, 0)
    assert found.p_value == pytest.approx(2 / 64)
    assert found.ci_high == pytest.approx(0.025 ** (-1 / 6) - 1)
    turned = compare_rates(other, quiet)
    assert (turned.ratio, turned.ci_high) == (None, None)
    assert turned.ci_low == pytest.approx(1 / found.ci_high)


def test_sides_that_tell_nothing_are_named() -> None:
    with pytest.raises(InsufficientBase, match="Neither side"):
        compare_rates(sample([0, 0]), sample([0, 0, 0]))
    nobody = RateSample(Ratio(0, 0, 0, 0, 0, 0, 0, False), None, True)
    with pytest.raises(InsufficientBase, match="one of the sides has none"):
        compare_rates(nobody, sample([0, 1]))
    with pytest.raises(InsufficientBase, match="Every vehicle has the same number"):
        compare_rates(sample([1, 1]), sample([2, 2]))
    with pytest.raises(InsufficientBase, match="at least one problem"):
        exact_conditional(0, 10, 0, 10)
    with pytest.raises(ScoringError, match="negative"):
        exact_conditional(-1, 10, 3, 10)


def test_exact_p_value_of_a_table_that_can_be_counted() -> None:
    """3 problems against 0 on equal exposure: the counts 3-0 and 0-3 are as probable, 1/8 each."""
    assert exact_conditional(3, 10, 0, 10).p_value == pytest.approx(1 / 4)


def pareto_of(vehicles: list[tuple[int, int, int]]) -> dict[str, Ratio]:
    counts = np.array(vehicles, dtype=float)
    rows = Rows.in_order(np.zeros(len(counts), dtype=np.int64), np.arange(len(counts)))
    columns = [
        share_column(name, counts[:, place], counts.sum(axis=1))
        for place, name in enumerate(("noise", "glare", "pulls"))
    ]
    ratios = ratios_overall(moments_of(columns, np.ones(len(counts)), rows))
    return {name: ratios.at(place) for place, name in enumerate(("noise", "glare", "pulls"))}


def test_pareto_shares_fall_and_add_up_to_all_problems() -> None:
    """Of 10 problems, 6 pulls, 3 noises, 1 glare."""
    parts = pareto_of([(1, 0, 2), (1, 0, 2), (1, 1, 0), (0, 0, 2), (0, 0, 0)])
    found = pareto(parts)
    assert [part.id for part in found] == ["pulls", "noise", "glare"]
    assert [part.problems for part in found] == [6, 3, 1]
    assert [part.share for part in found] == pytest.approx([0.6, 0.3, 0.1])
    assert [part.cumulative for part in found] == pytest.approx([0.6, 0.9, 1.0])
    # u = (pulls - .6 · all) / 10 = .02, .02, -.12, .08, 0 over 5 vehicles
    assert found[0].std_error == pytest.approx((5 / 4 * (2 * 0.02**2 + 0.12**2 + 0.08**2)) ** 0.5)


def test_pareto_of_no_problems_or_of_one_customers_is_refused() -> None:
    with pytest.raises(InsufficientBase, match="nothing to share out"):
        pareto(pareto_of([(0, 0, 0), (0, 0, 0)]))
    with pytest.raises(InsufficientBase, match="single customer"):
        pareto(pareto_of([(1, 2, 0), (0, 0, 0)]))


def test_rare_problems_interval_of_poisson_counts() -> None:
    """40 vehicles, three with one problem each: α is 0 at the top, and l(μ) = 3 log μ - 40 μ falls by 1.9207."""
    low, high = negative_binomial_interval(np.array([37.0, 3.0]))
    top = 3 * np.log(3 / 40) - 3
    assert 3 * np.log(low) - 40 * low == pytest.approx(top - 1.920729, abs=1e-5)
    assert high > 3 / 40
    assert 3 * np.log(high) - 40 * high <= top - 1.920729 + 1e-6  # never narrower than the Poisson interval


def test_problems_heaped_on_few_vehicles_have_a_wide_interval() -> None:
    spread_out = negative_binomial_interval(np.array([88.0, 12]))
    heaped = negative_binomial_interval(np.array([98.0, 0, 0, 0, 0, 0, 2]))
    assert heaped[1] - heaped[0] > 3 * (spread_out[1] - spread_out[0])


def test_profile_falls_by_what_the_likelihood_ratio_says() -> None:
    """The ends of the interval against a brute-force search of the dispersion."""
    vehicles = np.array([60.0, 20, 10, 6, 0, 4])
    problems = np.repeat(np.arange(6), vehicles.astype(int))

    def best(mean: float) -> float:
        size = 1 / np.logspace(-3, 2, 20_001)[:, None]
        held = np.unique(problems, return_counts=True)
        logs = gammaln(held[0] + size) - gammaln(size) + size * np.log(size / (size + mean))
        return float(((logs + held[0] * np.log(mean / (size + mean))) @ held[1]).max())

    low, high = negative_binomial_interval(vehicles)
    assert best(low) == pytest.approx(best(problems.mean()) - 1.920729, abs=2e-4)
    assert best(high) == pytest.approx(best(problems.mean()) - 1.920729, abs=2e-4)


def test_no_problems_on_some_vehicles_has_an_upper_limit() -> None:
    assert negative_binomial_interval(np.array([100.0])) == pytest.approx((0.0, -np.log(0.025) / 100))


def test_no_vehicles_have_no_rate() -> None:
    with pytest.raises(InsufficientBase):
        negative_binomial_interval(np.array([0.0, 0.0]))
    with pytest.raises(ScoringError, match="negative or not finite"):
        negative_binomial_interval(np.array([5.0, -1.0]))


@given(st.lists(st.integers(0, 30), min_size=2, max_size=6).filter(lambda held: sum(held[1:]) > 0))
def test_rare_problems_interval_holds_the_rate(vehicles: list[int]) -> None:
    low, high = negative_binomial_interval(np.array(vehicles, dtype=float))
    rate = float(np.arange(len(vehicles)) @ vehicles / sum(vehicles))
    assert 0 < low < rate < high < np.inf


def test_pp100_by_build_month_counts_its_own_vehicles() -> None:
    """Two months of 40 vehicles: every second one with two problems, and every fourth with one; ten of no month."""
    problems = np.array([2.0, 0] * 20 + [1.0, 0, 0, 0] * 10 + [5.0] * 10)
    rows = Rows.in_order(np.zeros(90, dtype=np.int64), np.arange(90))
    month = np.repeat([0, 1, -1], [40, 40, 10])
    total = {"": Column(problem_column("total"), problems, np.ones(90))}
    months = ("2026-05", "2026-06")
    columns = columns_by_group("month", months, month, total, rows, np.ones(90))
    table = Tabulation(moments_of(columns, np.ones(90), rows), ("D01",))
    may, june = pp100_by_group(table, "month", months)
    assert (may.id, may.pp100.value, may.pp100.unweighted_base, may.problems) == ("2026-05", 100.0, 40, 40)
    # a quarter of the vehicles with one problem each: the standard error is 28 % of the rate
    assert (june.pp100.value, june.problems) == (25.0, 10)
    assert june.pp100.suppressed is None


def test_vehicles_are_counted_by_their_problems_where_they_were_asked() -> None:
    column = Column("total", np.array([0.0, 2, 1, 0, 0]), np.array([1.0, 1, 1, 1, 0]))
    weights = np.array([1.0, 2, 1, 3, 9])
    assert vehicles_by_problems(column, weights, 3).tolist() == [4, 1, 2, 0]
    with pytest.raises(ScoringError, match="a vehicle has 2 problems, the catalogue holds 1"):
        vehicles_by_problems(column, weights, 1)


def test_interval_of_problems_is_the_profile_where_few_are_heaped() -> None:
    heaped = sample([0] * 45 + [4] * 5)
    vehicles = np.array([45.0, 0, 0, 0, 5])
    assert problem_interval(heaped.rate, heaped.dispersion, vehicles) == pytest.approx(
        negative_binomial_interval(vehicles)
    )
    spread = sample(POISSON_LIKE)
    assert problem_interval(spread.rate, spread.dispersion, np.array([14.0, 10, 4, 2])) == rate_interval(spread.rate)
    none = sample([0] * 50)
    assert problem_interval(none.rate, none.dispersion, np.array([50.0, 0])) == rate_interval(none.rate)


def test_interval_of_problems_rests_on_the_effective_base_and_not_on_the_weights_scale() -> None:
    heaped = sample([0] * 45 + [4] * 5)
    vehicles = np.array([45.0, 0, 0, 0, 5])
    weighted = problem_interval(heaped.rate, heaped.dispersion, 7 * vehicles)
    assert weighted == pytest.approx(negative_binomial_interval(vehicles))


def test_interval_of_problems_of_no_vehicles_is_refused() -> None:
    with pytest.raises(InsufficientBase, match="no vehicles"):
        problem_interval(Ratio(0, 0, 0, 0, 0, 0, 0, False), None, np.zeros(3))
