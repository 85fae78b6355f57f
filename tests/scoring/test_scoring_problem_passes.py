"""A change of PP100 split by dealer, model and category, and taken on the problems that two catalogues share."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from scoring_cast import service_plan, source, write_snapshot

from surveyplat.scoring import snapshot
from surveyplat.scoring.comparability import Collected, DefinitionStanding
from surveyplat.scoring.comparison_passes import Side
from surveyplat.scoring.documents import comparison_document, comparison_from_document
from surveyplat.scoring.periods import Grounds, compare_periods
from surveyplat.scoring.plan import Problem, ScoringPlan
from surveyplat.scoring.problem_passes import with_problem_passes
from surveyplat.scoring.reasons import Reason
from surveyplat.scoring.results import PeriodComparison
from surveyplat.scoring.study import score_study
from surveyplat.scoring.workers import ALONE

MODES = Collected("2026-Q2", {"web": 200}, 0.3, 9.0)
GROUNDS = Grounds(MODES, replace(MODES, period="2026-Q3"))
PLAN = service_plan(items=(), indices=(), drivers=(), derived_indices=(), recommend=None, overall=None)
Shares = dict[str, tuple[int, float]]
"""Dealer -> its vehicles, and the share of them with a noise."""


def side(folder: Path, period: str, dealers: Shares, plan: ScoringPlan = PLAN, **more: float) -> Side:
    """The first of each dealer's vehicles have a noise; ``more`` are shares of all vehicles with other problems."""
    dealer = [name for name, (base, _) in dealers.items() for _ in range(base)]
    noise = [int(number < share * base) for base, share in dealers.values() for number in range(base)]
    ticks = {"noise": noise}
    for problem in plan.problems[1:]:
        every = round(1 / more[problem.id]) if problem.id in more else len(dealer) + 1
        ticks[problem.id] = [int(row % every == every - 1) for row in range(len(dealer))]
    return Side(plan, source(write_snapshot(folder / f"{period}.parquet", ticks, dealer=dealer), period=period))


def compared(before: Side, after: Side, grounds: Grounds = GROUNDS) -> PeriodComparison:
    scores = [score_study(each.plan, each.source) for each in (before, after)]
    sides = [replace(each, pp100=score.pp100) for each, score in zip((before, after), scores, strict=True)]
    return with_problem_passes(compare_periods(*scores, grounds), *sides, ALONE)


# A has 20 PP100 in both periods, B 60 and then 80; the shares of A and B go from 1/2, 1/2 to 3/4, 1/4.
# before 40, after 35. performance: B (80 - 60) * 3/8 = 7.5; mix: A 1/4 * (20 - 38.75) + B -1/4 * (70 - 38.75) = -12.5
@pytest.fixture
def moved(tmp_path: Path) -> tuple[Side, Side]:
    before = side(tmp_path, "2026-Q2", {"A": (200, 0.2), "B": (200, 0.6)})
    return before, side(tmp_path, "2026-Q3", {"A": (300, 0.2), "B": (100, 0.8)})


def test_a_change_of_pp100_is_split_into_performance_and_mix_of_dealers(moved: tuple[Side, Side]) -> None:
    split = compared(*moved).pp100_by_dealer
    assert split is not None
    assert split.change.value == pytest.approx(-5)
    assert split.performance.value == pytest.approx(7.5)
    assert split.mix.value == pytest.approx(-12.5)
    assert {part.group: part.performance.value for part in split.groups} == pytest.approx({"A": 0, "B": 7.5})
    assert split.performance.ci_low is not None
    # variances of shares: m/(m-1) p(1-p)/m at the mean shares 5/8 and 3/8, in both periods
    errors = 5 / 8, 5 / 8, 3 / 8, 3 / 8
    spread = 0.2 * 0.8 / 199, 0.2 * 0.8 / 299, 0.6 * 0.4 / 199, 0.8 * 0.2 / 99
    by_means = 1e4 * sum(share**2 * each for share, each in zip(errors, spread, strict=True))
    assert split.performance.std_error**2 > by_means * 0.99


def test_models_split_the_same_change(moved: tuple[Side, Side]) -> None:
    split = compared(*moved).pp100_by_model
    assert split is not None
    assert [part.group for part in split.groups] == ["A", "B"]
    assert split.change.value == pytest.approx(-5)


def test_categories_steps_add_up_to_the_change_of_the_total(tmp_path: Path) -> None:
    before = side(tmp_path, "2026-Q2", {"A": (200, 0.2), "B": (200, 0.6)}, glare=0.25)
    after = side(tmp_path, "2026-Q3", {"A": (200, 0.2), "B": (200, 0.6)}, glare=0.5, heavy=0.1)
    found = compared(before, after)
    bridge = found.pp100_by_category
    assert bridge is not None
    assert [step.category for step in bridge.categories] == ["driving", "cabin"]
    assert [step.change.value for step in bridge.categories] == pytest.approx([10, 25])
    assert bridge.change.value == pytest.approx(35)
    assert bridge.change.ci_low is not None
    assert (bridge.change.ci_low > 0) == found.pp100_total[0].significant


def test_a_withheld_dealer_is_named_by_no_split(tmp_path: Path) -> None:
    shares = {f"D{number}": (120, 0.3) for number in range(6)} | {"E": (20, 0.5), "F": (25, 0.4)}
    before, after = (side(tmp_path, period, shares) for period in ("2026-Q2", "2026-Q3"))
    split = compared(before, after).pp100_by_dealer
    named = set() if split is None else {part.group for part in split.groups}
    assert not named & {"E", "F"}


def test_a_single_dealer_has_no_mix(tmp_path: Path) -> None:
    before, after = (side(tmp_path, period, {"A": (200, 0.3)}) for period in ("2026-Q2", "2026-Q3"))
    assert compared(before, after).pp100_by_dealer is None


ADDED = Reason("items_differ", {}, "smell")
WIDER = replace(PLAN, problems=(*PLAN.problems[:3], Problem("smell", "cabin", "design")), definition_hash="e" * 64)


def test_other_catalogues_are_compared_on_the_problems_in_common(tmp_path: Path) -> None:
    before = side(tmp_path, "2026-Q2", {"A": (400, 0.2)}, glare=0.5)
    after = side(tmp_path, "2026-Q3", {"A": (400, 0.3)}, WIDER, smell=0.25)
    grounds = replace(GROUNDS, definitions={"pp100": DefinitionStanding("bridge", (ADDED,))})
    found = compared(before, after, grounds)
    assert found.pp100_total == ()
    assert found.pp100_by_category is None
    common = found.pp100_common
    assert common is not None
    assert (common.problems, common.only_before, common.only_after) == (3, ("glare",), ("smell",))
    assert (common.before.value, common.after.value) == pytest.approx((20, 30))
    assert common.ratio == pytest.approx(1.5)
    assert common.ci_low > 1


def test_a_refused_comparison_has_no_split_and_nothing_in_common(moved: tuple[Side, Side]) -> None:
    grounds = replace(GROUNDS, definitions={"pp100": DefinitionStanding("refuse", (ADDED,))})
    found = compared(*moved, grounds)
    assert (found.pp100_by_dealer, found.pp100_by_category, found.pp100_common) == (None, None, None)


def test_splits_are_the_same_in_small_pieces_and_come_back_from_their_document(
    moved: tuple[Side, Side], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = compared(*moved)
    assert comparison_from_document(json.loads(json.dumps(comparison_document(whole)))) == whole
    monkeypatch.setattr(snapshot, "PIECE_ROWS", 64)
    parts = compared(*moved)
    assert parts.pp100_by_dealer is not None
    assert whole.pp100_by_dealer is not None
    assert parts.pp100_by_dealer.mix.std_error == pytest.approx(whole.pp100_by_dealer.mix.std_error)
