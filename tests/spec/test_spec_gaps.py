"""Gaps between perception and expectation, worked by hand."""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from surveyplat.scoring.gaps import GapPair, gap_column, gap_columns, gap_scores
from surveyplat.scoring.moments import Rows, moments_of
from surveyplat.scoring.plan import ScaleItem
from surveyplat.scoring.records.spread import GapScore
from surveyplat.scoring.snapshot import Answers
from surveyplat.scoring.tabulation import Tabulation

PAIRS = (GapPair("speed", "speed_was", "speed_hoped"),)
ITEMS = {"speed_was": ScaleItem("speed_was", 1, 5), "speed_hoped": ScaleItem("speed_hoped", 0, 10)}


def scored(
    answers: Mapping[str, Sequence[int]], customers: Sequence[int] | None = None, pairs: Sequence[GapPair] = PAIRS
) -> tuple[GapScore, ...]:
    rows = len(next(iter(answers.values())))
    order = Rows.in_order(np.zeros(rows, dtype=np.int64), np.array(customers or range(rows)))
    held = Answers({name: np.array(codes, np.int16) for name, codes in answers.items()}, order, np.zeros(rows, int), ())
    moments = moments_of(gap_columns(pairs, ITEMS, held), np.ones(rows), order)
    return gap_scores(Tabulation(moments, ("D01",)), pairs)


# was 3 of 1-5 is 50 points, 4 is 75; hoped 8 of 0-10 is 80 points, 10 is 100: gaps of -30 and -25, 20 times each
TWENTY = {"speed_was": [3, 4] * 20, "speed_hoped": [8, 10] * 20}


def test_gap_is_perception_less_expectation_each_on_its_own_scale() -> None:
    (speed,) = scored(TWENTY)
    assert speed.perception.value == pytest.approx(62.5)
    assert speed.expectation.value == pytest.approx(90)
    assert speed.gap.value == pytest.approx(-27.5)


def test_the_error_is_that_of_the_difference() -> None:
    """Differences lie 2.5 from their mean: √(6.25 / 39), though either side alone varies five times as much."""
    (speed,) = scored(TWENTY)
    assert speed.gap.std_error == pytest.approx((6.25 / 39) ** 0.5)
    assert speed.perception.std_error == pytest.approx((12.5**2 / 39) ** 0.5)
    assert speed.gap.ci_low is not None
    assert speed.gap.ci_high is not None
    assert -100 < speed.gap.ci_low < -27.5 < speed.gap.ci_high < 0


def test_who_answered_one_side_only_does_not_count_on_either() -> None:
    answers = {"speed_was": [*TWENTY["speed_was"], 1, -2], "speed_hoped": [*TWENTY["speed_hoped"], -3, 0]}
    (speed,) = scored(answers)
    assert (speed.gap.unweighted_base, speed.perception.unweighted_base) == (40, 40)
    assert speed.gap.value == pytest.approx(-27.5)


def test_answers_of_one_customer_are_a_cluster() -> None:
    """20 customers, each with two alike answers: 10 of each gap, √(6.25 / 19)."""
    pairs = np.repeat(np.arange(40) % 2, 2)[:40]
    answers = {"speed_was": (3 + pairs).tolist(), "speed_hoped": (8 + 2 * pairs).tolist()}
    (speed,) = scored(answers, customers=(np.arange(40) // 2).tolist())
    assert speed.gap.std_error == pytest.approx((6.25 / 19) ** 0.5)
    assert speed.gap.effective_base == pytest.approx(20)


def test_too_few_answers_are_suppressed_and_untested() -> None:
    (speed,) = scored({name: codes[:29] for name, codes in TWENTY.items()})
    assert (speed.gap.value, speed.gap.suppressed) == (None, "base")
    assert (speed.p_value, speed.p_adjusted) == (None, None)


def test_gaps_scored_together_are_adjusted_for_one_another() -> None:
    rng = np.random.default_rng(1)
    answers = {**TWENTY, "speed_was": rng.integers(2, 6, 40).tolist()}
    both = (*PAIRS, GapPair("same", "speed_was", "speed_was"))
    speed, same = scored(answers, pairs=both)
    assert same.gap.value == 0
    assert same.p_value is None
    assert speed.p_adjusted == speed.p_value
    twice = scored(answers, pairs=(*PAIRS, GapPair("again", "speed_was", "speed_hoped")))
    assert twice[0].p_value is not None
    assert twice[0].p_adjusted == pytest.approx(twice[0].p_value)
    assert gap_column("speed", "perception") == "gap/speed/perception"
