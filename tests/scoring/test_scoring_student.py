"""Student's p value in plain Python is that of scipy."""

from math import isnan

import pytest
from scipy.special import stdtr

from surveyplat.scoring.student import two_sided_p

DISTANCES = (1e-6, 0.01, 0.3, 1.0, 1.5, 1.7320508, 1.74, 2.0, 3.0, 5.0, 9.0, 20.0, 37.0)


@pytest.mark.parametrize("df", [0.5, 1.0, 2.5, 5.0, 19.0, 29.3, 59.9, 60.1, 100.0, 1234.5, 2e4, 1e6])
def test_a_p_value_is_twice_the_tail_of_students_t(df: float) -> None:
    for distance in DISTANCES:
        expected = pytest.approx(2 * float(stdtr(df, -distance)), rel=2e-10, abs=1e-300)
        assert two_sided_p(distance, df) == expected, distance
        assert two_sided_p(-distance, df) == expected, distance


def test_a_value_at_the_mark_is_certain_and_no_freedom_tells_nothing() -> None:
    assert two_sided_p(0.0, 25.0) == 1.0
    assert isnan(two_sided_p(1.0, 0.0))
