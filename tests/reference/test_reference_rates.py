"""Rates of events beside R's poisson.test(c(11, 21), c(800, 3011)) and poisson.test(137, 24.19893); response rates."""

from pathlib import Path

from reference_cases import load_case

from surveyplat.scoring.dispositions import Dispositions, participation_rates
from surveyplat.scoring.intervals import exact_rate_interval
from surveyplat.scoring.rate_comparison import exact_conditional


def test_exact_comparison_of_two_rates_is_poisson_test(reference_data: Path) -> None:
    case = load_case(reference_data, "R1")
    found = exact_conditional(11, 800, 21, 3011)
    assert case.agrees("p", found.p_value)
    assert case.agrees("rr", found.ratio)
    assert case.agrees("ci", [found.ci_low, found.ci_high])


def test_exact_limits_of_one_rate_are_poisson_test(reference_data: Path) -> None:
    assert load_case(reference_data, "R1").agrees("rate_ci_137_24_19893", list(exact_rate_interval(137, 24.19893)))


def test_response_rates_are_outcomerates(reference_data: Path) -> None:
    """R's outcomerate(c(I = 10, P = 5, R = 10, NC = 10, O = 5, UH = 10, UO = 5, NE = 5), e = 0.8)."""
    case = load_case(reference_data, "R4")
    rates = participation_rates(Dispositions(10, 5, 10, 10, 5, 10, 5, 5), e=0.8)
    for name in ("RR1", "RR2", "RR3", "RR4", "RR5", "RR6"):
        assert case.agrees(name, getattr(rates, name.lower()))
