"""Control charts beside R's qcc and Laney's formula as Minitab prints it."""

from pathlib import Path

import numpy as np
import pytest
from reference_cases import load_case, load_table

from surveyplat.scoring.control_charts import cusum, ewma, shewhart
from surveyplat.scoring.processes import (
    Process,
    deviation_from_ranges,
    dispersion,
    laney,
    mean_process,
    moving_range,
    rate_process,
)


@pytest.fixture(scope="module")
def cloth(reference_data: Path) -> Process:
    """dyedcloth: defects in ten lots of cloth."""
    table = load_table(reference_data, "qcc_dyedcloth.csv")
    return rate_process(table["x"], table["size"])


@pytest.fixture(scope="module")
def rings(reference_data: Path) -> Process:
    """pistonrings: 40 samples of 5, of which the first 25 set centre and limits."""
    samples = load_table(reference_data, "qcc_pistonrings.csv")["diameter"].reshape(40, 5)
    deviation = deviation_from_ranges(samples[:25])
    return mean_process(samples.mean(axis=1), np.full(40, 5), deviation, baseline=25)


def first_limits(process: Process) -> list[float]:
    return [float(ends[0]) for ends in process.limits()]


def test_u_limits_are_qcc(cloth: Process, reference_data: Path) -> None:
    """qcc(x, sizes = size, type = "u")."""
    case = load_case(reference_data, "C1")
    assert case.agrees("center", cloth.centre)
    assert case.agrees("first", first_limits(cloth))


def test_laney_limits_take_the_spread_from_point_to_point(cloth: Process, reference_data: Path) -> None:
    case = load_case(reference_data, "C1")
    assert case.agrees("laney_sigma_z_1128", moving_range(cloth))
    assert case.agrees("laney_first_1128", first_limits(laney(cloth)))


def test_dispersion_is_qcc_overdispersion_test(cloth: Process, reference_data: Path) -> None:
    """qcc.overdispersion.test(x, size, type = "poisson")."""
    case = load_case(reference_data, "C1")
    assert case.agrees("dispersion", dispersion(cloth).ratio)
    assert case.agrees("p", dispersion(cloth).p_value)


def test_xbar_limits_are_qcc(rings: Process, reference_data: Path) -> None:
    """qcc(diameter[1:25, ], type = "xbar"): the standard deviation from the mean range."""
    case = load_case(reference_data, "C3")
    assert case.agrees("center", rings.centre)
    assert case.agrees("sd", float(rings.std_errors[0]) * 5**0.5)
    chart = shewhart(rings)
    assert case.agrees("lcl", chart.lower[0])
    assert case.agrees("ucl", chart.upper[0])


def test_moving_average_and_its_signals_are_qcc(rings: Process, reference_data: Path) -> None:
    """ewma(diameter[1:25, ], lambda = 0.2, nsigmas = 3, newdata = diameter[26:40, ])."""
    case = load_case(reference_data, "C3")
    chart = ewma(rings)
    assert case.agrees("ewma_last", chart.plotted[-1])
    assert [signal.point + 1 for signal in chart.signals] == case.reference["ewma_viol"]


def test_cumulative_sum_and_its_signals_are_qcc(rings: Process, reference_data: Path) -> None:
    """cusum(diameter[1:25, ], decision.interval = 4, se.shift = 1, newdata = diameter[26:40, ])."""
    case = load_case(reference_data, "C3")
    chart = cusum(rings, decision=4)
    assert case.agrees("cusum_pos_last", chart.plotted[-1])
    assert [signal.point + 1 for signal in chart.signals] == case.reference["cusum_viol"]
