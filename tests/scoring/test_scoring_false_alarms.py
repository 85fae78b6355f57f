"""Do false alarms of families of tests and of control charts stay at their promised rate? 4,000 families or charts."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scoring_samples import SAMPLES

from surveyplat.scoring.contrasts import contrast
from surveyplat.scoring.control_charts import Rule, cusum, ewma, shewhart
from surveyplat.scoring.families import benjamini_hochberg, holm
from surveyplat.scoring.processes import Process, laney, rate_process, share_process
from surveyplat.scoring.records.charts import Chart


def test_false_discoveries_of_a_family_stay_at_five_percent() -> None:
    """Of 50 dealers 10 changed: the mean share of unchanged ones among those called changed, and any false call."""
    rng = np.random.default_rng(11)
    changes = rng.standard_normal((SAMPLES, 50)) + np.where(np.arange(50) < 10, 3.0, 0.0)
    false_share, any_false = [], []
    for family in changes.tolist():
        p = [contrast(change, 1.0, 1e6).p_value or 0.0 for change in family]
        called = np.array(benjamini_hochberg(p)) <= 0.05
        false_share.append(called[10:].sum() / max(called.sum(), 1))
        any_false.append(min(holm(p)[10:]) <= 0.05)
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
    share = np.mean([alarms(shewhart(process(rng), rules)) for _ in range(SAMPLES)]) / 60
    assert promised / 1.5 <= share <= 1.3 * promised


def alarms(chart: Chart) -> int:
    return len({signal.point for signal in chart.signals})


def first_alarm(points: NDArray[np.float64], draw: Callable[[Process], Chart]) -> int:
    """At which point, from 1 on, a chart of a known process in control first signals; all of them where it does not.

    Most do early: the points are taken twice as many at a time until one signals.
    """
    length = 256
    while True:
        chosen = points[:length]
        found = draw(Process("xbar", chosen, 0.0, np.ones(len(chosen)), -np.inf, np.inf, len(chosen))).signals
        if found or length >= len(points):
            return found[0].point + 1 if found else len(points)
        length *= 2


@pytest.mark.parametrize(
    ("draw", "published"), [(cusum, 465.0), (lambda held: cusum(held, decision=4), 168.0), (ewma, 560.0)]
)
def test_sums_and_averages_run_as_long_as_published(draw: Callable[[Process], Chart], published: float) -> None:
    """Average run length in control: Montgomery, tables 9.3 and 9.10 (two-sided), known to 3 % from 4,000 charts."""
    rng = np.random.default_rng(13)
    lengths = [first_alarm(rng.standard_normal(4096), draw) for _ in range(SAMPLES)]
    assert np.mean(lengths) == pytest.approx(published, rel=0.05)
