"""Do intervals of changes, their parts and effects cover the truth, and do false alarms stay at their promised rate?

95 % intervals must cover 93 to 97 % of planted truths. 4,000 runs tell a share of 95 % to 0.7 points (two standard
errors).
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from math import log

import numpy as np
import pytest
from numpy.typing import NDArray

from surveyplat.scoring.baselines import baselines, conditioned
from surveyplat.scoring.clustered import bias_reduced
from surveyplat.scoring.contrasts import Contrast, contrast, difference, welch_df
from surveyplat.scoring.control_charts import Chart, Rule, cusum, ewma, shewhart
from surveyplat.scoring.decomposition import Mix, decomposed, mix_of
from surveyplat.scoring.design import ratios_overall
from surveyplat.scoring.effects import EffectEstimate, action_effect
from surveyplat.scoring.families import benjamini_hochberg, holm
from surveyplat.scoring.intervals import mean_interval
from surveyplat.scoring.moments import Column, Rows, moments_of
from surveyplat.scoring.panel import Panel, TwoWay
from surveyplat.scoring.processes import Process, laney, rate_process, share_process
from surveyplat.scoring.results import Estimate
from surveyplat.scoring.suppression import published

RUNS = 4_000
POINTS = np.arange(1.0, 11.0)


def with_top(share: float) -> NDArray[np.float64]:
    """Shares of the points 1 to 10 with so many at the very top."""
    below = np.array([0.02, 0.01, 0.02, 0.02, 0.05, 0.08, 0.15, 0.25, 0.4])
    return np.append(below * (1 - share), share)


@pytest.mark.parametrize(("before", "after"), [(30, 30), (30, 100), (30, 300), (300, 30), (100, 100), (300, 300)])
@pytest.mark.parametrize("tops", [(0.5, 0.7), (0.7, 0.7)])
def test_changes_of_scales_piled_up_at_the_top(before: int, after: int, tops: tuple[float, float]) -> None:
    """Where the difference ± t · SE covers 91 % with 30 answers against 300."""
    rng = np.random.default_rng(before + after)
    old, new = (estimates(rng, n, with_top(top)) for n, top in zip((before, after), tops, strict=True))
    truth = float(POINTS @ (with_top(tops[1]) - with_top(tops[0])))
    told = [difference(*pair) for pair in zip(old, new, strict=True)]
    assert 0.93 <= np.mean([holds(change, truth) for change in told]) <= 0.97
    if truth == 0:
        assert np.mean([(change.p_value or 0) <= 0.05 for change in told]) <= 0.07


def estimates(rng: np.random.Generator, n: int, shares: NDArray[np.float64]) -> list[Estimate]:
    values = rng.choice(POINTS, size=(RUNS, n), p=shares)
    rows = Rows.in_order(np.zeros(n, dtype=np.int64), np.arange(n))
    columns = (Column(str(place), sample, np.ones(n)) for place, sample in enumerate(values))
    ratios = ratios_overall(moments_of(columns, np.ones(n), rows))
    points = partial(mean_interval, lowest=1.0, highest=10.0)
    return [published(ratios.at(place), points) for place in range(RUNS)]


@pytest.mark.parametrize(("before", "after"), [(30, 30), (30, 300), (100, 100), (300, 300)])
def test_ratios_of_pp100_of_vehicles_that_differ(before: int, after: int) -> None:
    """log(after / before) ± t · SE of the logarithms, as two periods' PP100 are compared."""
    rng = np.random.default_rng(before)
    rates = [rng.poisson(rng.gamma(1.5, rate / 1.5, (RUNS, n))) for n, rate in ((before, 1.2), (after, 0.9))]
    means = [side.mean(axis=1) for side in rates]
    variances = [(side.std(axis=1, ddof=1) / side.mean(axis=1)) ** 2 / side.shape[1] for side in rates]
    covered = 0
    for old, new, *both in zip(*(held.tolist() for held in (*means, *variances)), strict=True):
        told = contrast(log(new / old), sum(both) ** 0.5, welch_df(both, (before - 1, after - 1)))
        covered += holds(told, log(0.9 / 1.2))
    assert 0.93 <= covered / RUNS <= 0.97


def holds(told: Contrast | EffectEstimate | None, truth: float) -> bool:
    return (
        told is not None
        and told.ci_low is not None
        and told.ci_high is not None
        and told.ci_low <= truth <= told.ci_high
    )


MODELS = ("sedan", "van", "coupe")


def drawn_mix(rng: np.random.Generator, n: int, shares: list[float], levels: list[float], spread: list[float]) -> Mix:
    """One sample of all models; every second customer weighs three times as much, whatever the model."""
    model = np.sort(rng.choice(3, size=n, p=shares))
    values = rng.normal(np.array(levels)[model], np.array(spread)[model])
    weights = np.where(np.arange(n) % 2, 1.0, 3.0)
    moments = moments_of([Column("index", values, np.ones(n))], weights, Rows.in_order(model, np.arange(n)))
    return mix_of(moments, "index", MODELS, period="a", known_shares=False)


@pytest.mark.parametrize(("n", "runs"), [(30, 1000), (100, RUNS), (300, 1000)])
def test_performance_and_mix_of_a_change(n: int, runs: int) -> None:
    """Shares and levels of three models both move; each part's truth by its formula on the populations."""
    rng = np.random.default_rng(n)
    spread, covered = [60.0, 90.0, 120.0], np.zeros(3)
    c1, c2 = np.array([0.5, 0.3, 0.2]), np.array([0.3, 0.3, 0.4])
    r1, r2 = np.array([700.0, 760, 820]), np.array([720.0, 750, 850])
    truths = [c2 @ r2 - c1 @ r1, (r2 - r1) @ (c1 + c2) / 2, (c2 - c1) @ (r1 + r2) / 2]
    for _ in range(runs):
        before = drawn_mix(rng, n, c1.tolist(), r1.tolist(), spread)
        split = decomposed(before, drawn_mix(rng, n, c2.tolist(), r2.tolist(), spread))
        parts = (split.change, split.performance, split.mix)
        covered += [holds(part, float(truth)) for part, truth in zip(parts, truths, strict=True)]
    assert ((covered / runs >= 0.93) & (covered / runs <= 0.97)).all(), covered / runs


def drawn_panel(rng: np.random.Generator, dealers: int, treated: int, effect: float, *, worst: bool) -> Panel:
    """Dealers that differ, months that move together, 10 to 60 answers a cell; the worst of six months are treated."""
    bases = rng.integers(10, 60, size=(dealers, 10)).astype(float)
    values = rng.normal(750, 30, (dealers, 1)) + rng.normal(0, 10, 10) + rng.normal(0, 8, bases.shape)
    values += rng.normal(0, 150, bases.shape) / np.sqrt(bases)
    chosen = np.zeros(dealers, dtype=bool)
    chosen[np.argsort(values[:, :6].mean(axis=1))[:treated] if worst else np.arange(treated)] = True
    values[chosen, 6:] += effect
    names = tuple(f"D{place:02d}" for place in range(dealers))
    return Panel(names, tuple("0123456789"), values, bases, chosen, 6)


@pytest.mark.parametrize("worst", [False, True])
def test_effects_of_actions(worst: bool) -> None:
    """Also when the worst dealers were chosen, which recover by themselves."""
    rng = np.random.default_rng(20)
    told = [told_of(drawn_panel(rng, 24, 8, 10.0, worst=worst)) for _ in range(RUNS)]
    assert 0.93 <= np.mean([holds(effect, 10.0) for effect in told]) <= 0.97
    assert abs(np.mean([effect.value for effect in told]) - 10) < 0.6


def told_of(panel: Panel) -> Contrast:
    """What ``action_effect`` tells, without its checks and its trend: they would take most of the time."""
    return bias_reduced(TwoWay.of(conditioned(panel, baselines(panel)), panel.after.astype(np.float64)))


@pytest.mark.parametrize(("dealers", "treated", "worst"), [(12, 6, False), (40, 2, False), (40, 2, True)])
def test_effects_of_actions_by_few_dealers(dealers: int, treated: int, worst: bool) -> None:
    """By permutation when there are two; 600 runs tell 95 % to 1.8 points."""
    rng = np.random.default_rng(dealers + treated)
    effects = [action_effect(drawn_panel(rng, dealers, treated, 10.0, worst=worst), rng).effect for _ in range(600)]
    assert 0.93 <= np.mean([holds(found, 10.0) for found in effects]) <= 0.975
    assert abs(np.mean([found.value for found in effects if found]) - 10) < 1.5


def test_without_shrinking_the_worst_dealers_recover_by_themselves() -> None:
    rng = np.random.default_rng(9)
    found = [action_effect(drawn_panel(rng, 24, 8, 0.0, worst=True), rng) for _ in range(500)]
    naive = np.mean([result.unconditioned.value for result in found if result.unconditioned])
    fair = np.mean([result.effect.value for result in found if result.effect])
    assert naive > 4
    assert abs(fair) < 1.5


def test_actions_without_effect_are_seldom_called_effective() -> None:
    rng = np.random.default_rng(10)
    panels = [drawn_panel(rng, 24, 7, 0.0, worst=False) for _ in range(600)]
    for method, runs in (("cr2", 600), ("wild_bootstrap", 25)):
        told = [action_effect(held, rng, by_clusters=method).effect for held in panels[:runs]]  # type: ignore[arg-type]
        alarms = np.mean([found is not None and (found.p_value or 0) <= 0.05 for found in told])
        assert alarms <= (0.07 if runs > 25 else 0.16)


@pytest.mark.parametrize(("treated", "least"), [(1, 0.02), (2, 0.03)])
def test_permutation_keeps_its_level(treated: int, least: float) -> None:
    """Whatever the errors: here a dealer's shocks last, and are far from normal. Of 24, one alone: at most 1 / 24."""
    rng = np.random.default_rng(treated)
    alarms = 0
    for _ in range(600):
        shocks = np.cumsum(rng.standard_t(3, size=(24, 10)), axis=1)
        held = replace(drawn_panel(rng, 24, treated, 0.0, worst=False), values=700 + shocks, bases=np.ones((24, 10)))
        found = action_effect(held, rng).effect
        alarms += found is not None and (found.p_value or 0) <= 0.05
    assert least <= alarms / 600 <= 0.07


def test_false_discoveries_of_a_family_stay_at_five_percent() -> None:
    """Of 50 dealers 10 changed: the mean share of unchanged ones among those called changed, and any false call."""
    rng = np.random.default_rng(11)
    false_share, any_false = [], []
    for _ in range(RUNS):
        t = rng.standard_normal(50) + np.where(np.arange(50) < 10, 3.0, 0.0)
        p = np.array([contrast(value, 1.0, 1e6).p_value for value in t.tolist()], dtype=float)
        called = benjamini_hochberg(p.tolist()) <= 0.05
        false_share.append(called[10:].sum() / max(called.sum(), 1))
        any_false.append((holm(p.tolist())[10:] <= 0.05).any())
    assert 0.03 <= np.mean(false_share) <= 0.05
    assert np.mean(any_false) <= 0.055


def quiet_rates(rng: np.random.Generator) -> Process:
    """60 months of 100 to 300 cars at 150 problems per 100."""
    cars = rng.integers(100, 300, 60)
    return rate_process(rng.poisson(1.5 * cars), cars)


def lively_rates(rng: np.random.Generator) -> Process:
    """The same, where months differ beyond chance: Laney's case."""
    cars = rng.integers(100, 300, 60)
    return laney(rate_process(rng.poisson(rng.gamma(100, 0.015, 60) * cars), cars))


def quiet_shares(rng: np.random.Generator) -> Process:
    return share_process(rng.binomial(200, 0.4, 60), np.full(60, 200))


@pytest.mark.parametrize(
    ("process", "rules", "promised"),
    [
        (quiet_rates, ("beyond_limits",), 0.0027),
        (lively_rates, ("beyond_limits",), 0.0035),
        (quiet_shares, ("beyond_limits",), 0.0027),
        (quiet_rates, ("beyond_limits", "eight_on_one_side"), 0.0110),
    ],
)
def test_charts_of_a_process_in_control_seldom_signal(
    process: Callable[[np.random.Generator], Process], rules: tuple[Rule, ...], promised: float
) -> None:
    """A point is beyond three standard errors in 0.27 % of cases; Laney's spread is itself an estimate."""
    rng = np.random.default_rng(12)
    share = np.mean([alarms(shewhart(process(rng), rules)) for _ in range(1500)]) / 60
    assert promised / 3 <= share <= 1.3 * promised


def alarms(chart: Chart) -> int:
    return len({signal.point for signal in chart.signals})


def first_alarms(rng: np.random.Generator, draw: Callable[[Process], Chart], runs: int) -> NDArray[np.float64]:
    """At which point, from 1 on, a chart of a known process in control first signals; 3,000 where it does not."""
    firsts = []
    for _ in range(runs):
        quiet = Process("xbar", rng.standard_normal(3000), 0.0, np.ones(3000), -np.inf, np.inf, 3000)
        firsts.append(next((signal.point + 1 for signal in draw(quiet).signals), 3000))
    return np.array(firsts, dtype=float)


@pytest.mark.parametrize(
    ("draw", "published"), [(cusum, 465.0), (lambda held: cusum(held, decision=4), 168.0), (ewma, 560.0)]
)
def test_sums_and_averages_run_as_long_as_published(draw: Callable[[Process], Chart], published: float) -> None:
    """Average run length in control: Montgomery, tables 9.3 and 9.10 (two-sided)."""
    lengths = first_alarms(np.random.default_rng(13), draw, 300)
    assert lengths.mean() == pytest.approx(published, rel=0.15)
