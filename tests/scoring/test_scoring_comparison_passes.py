"""What a comparison counts in a further pass: the change split by dealer and by model, and the bridge."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from scoring_cast import service_answers, service_plan, source, write_snapshot

from surveyplat.scoring import snapshot
from surveyplat.scoring.comparability import Collected, DefinitionStanding
from surveyplat.scoring.comparison_passes import Side, with_passes
from surveyplat.scoring.documents import comparison_document, comparison_from_document
from surveyplat.scoring.periods import Grounds, compare_periods
from surveyplat.scoring.plan import Factor, IndexPlan, ScoringPlan
from surveyplat.scoring.reasons import Reason
from surveyplat.scoring.results import PeriodComparison
from surveyplat.scoring.study import score_study
from surveyplat.scoring.workers import ALONE

MODES = Collected("2026-Q2", {"web": 200}, 0.3, 9.0)
GROUNDS = Grounds(MODES, replace(MODES, period="2026-Q3"))
ONE_ITEM = service_plan(
    indices=(IndexPlan("csi", (Factor("advisor", 1.0, ("kind",)),)),), problems=(), drivers=(), derived_indices=()
)


def side(folder: Path, period: str, dealers: dict[str, int], kind: dict[str, int], plan: ScoringPlan) -> Side:
    """So many answers of each dealer, all of them alike but the first and second, one point below and above."""
    dealer = [name for name, base in dealers.items() for _ in range(base)]
    answers = service_answers(len(dealer))
    answers["kind"] = [
        kind[name] + {0: -1, 1: 1}.get(number, 0) for name, base in dealers.items() for number in range(base)
    ]
    path = write_snapshot(folder / f"{period}.parquet", answers, dealer=dealer)
    return Side(plan, source(path, period=period))


def compared(before: Side, after: Side, grounds: Grounds = GROUNDS) -> PeriodComparison:
    old, new = (score_study(each.plan, each.source) for each in (before, after))
    return with_passes(compare_periods(old, new, grounds), before, after, ALONE)


# kind 4 is 1000/3 points, kind 7 is 2000/3; the shares of A and B go from 1/2, 1/2 to 3/4, 1/4, B improves by a point.
#             r before     r after      share before   share after
#   A         1000/3       1000/3       1/2            3/4
#   B         2000/3       7000/9       1/2            1/4
# performance: B (7000/9 - 6000/9) * 3/8 = 41.67; mix: 1/4 * 1000/3 - 1/4 * 6500/9 = -97.22; change -55.56
@pytest.fixture
def moved(tmp_path: Path) -> tuple[Side, Side]:
    before = side(tmp_path, "2026-Q2", {"A": 100, "B": 100}, {"A": 4, "B": 7}, ONE_ITEM)
    return before, side(tmp_path, "2026-Q3", {"A": 150, "B": 50}, {"A": 4, "B": 8}, ONE_ITEM)


def test_a_change_is_split_into_performance_and_mix_of_dealers(moved: tuple[Side, Side]) -> None:
    found = compared(*moved)
    split = found.by_dealer
    assert split is not None
    assert split.performance.value == pytest.approx(1000 / 9 * 3 / 8)
    assert split.mix.value == pytest.approx((1000 / 3 - 6500 / 9) / 4)
    assert split.change.value == pytest.approx(found.indices[0].change or 0)
    parts = {group.group: (group.performance.value, group.base_before, group.base_after) for group in split.groups}
    assert parts["A"] == (pytest.approx(0, abs=1e-9), 100, 150)
    assert parts["B"] == (pytest.approx(1000 / 9 * 3 / 8), 100, 50)


def test_models_are_a_split_of_their_own(moved: tuple[Side, Side]) -> None:
    """Models A and B are driven by every other customer in both periods: their mix does not move."""
    found = compared(*moved)
    assert found.by_model is not None
    assert [group.group for group in found.by_model.groups] == ["A", "B"]
    assert found.by_model.mix.value == pytest.approx(0, abs=1e-9)
    assert found.by_model.performance.value == pytest.approx(found.indices[0].change or 0)


def test_a_dealer_of_one_period_changes_the_mix_only(tmp_path: Path) -> None:
    before = side(tmp_path, "2026-Q2", {"A": 100}, {"A": 4}, ONE_ITEM)
    split = compared(before, side(tmp_path, "2026-Q3", {"A": 100, "C": 50}, {"A": 4, "C": 7}, ONE_ITEM)).by_dealer
    assert split is not None
    assert (split.performance.value, split.mix.value) == (pytest.approx(0), pytest.approx(1000 / 9))
    assert [(group.group, group.base_before) for group in split.groups] == [("A", 100), ("C", 0)]


def test_pieces_merge_to_the_same_split(moved: tuple[Side, Side], monkeypatch: pytest.MonkeyPatch) -> None:
    whole = compared(*moved)
    monkeypatch.setattr(snapshot, "PIECE_ROWS", 40)
    pieces = compared(*moved)
    for one, other in ((whole.by_dealer, pieces.by_dealer), (whole.by_model, pieces.by_model)):
        assert one is not None
        assert other is not None
        assert [group.base_after for group in one.groups] == [group.base_after for group in other.groups]
        for name in ("change", "performance", "mix"):
            expected, found = getattr(one, name), getattr(other, name)
            assert (found.value, found.std_error) == pytest.approx((expected.value, expected.std_error), abs=1e-9)


def test_one_dealer_has_no_mix(tmp_path: Path) -> None:
    before = side(tmp_path, "2026-Q2", {"A": 100}, {"A": 4}, ONE_ITEM)
    assert compared(before, side(tmp_path, "2026-Q3", {"A": 120}, {"A": 5}, ONE_ITEM)).by_dealer is None


BRIDGED = DefinitionStanding("bridge", (Reason("weights"),))


def test_changed_items_are_bridged_on_the_items_in_common(moved: tuple[Side, Side]) -> None:
    """Clean was added to the index: on kind alone, which both have, both ways of computing are one."""
    before, after = moved
    wider = IndexPlan("csi", (Factor("advisor", 1.0, ("kind",)), Factor("facility", 1.0, ("clean",))))
    after = replace(after, plan=replace(after.plan, indices=(wider,), definition_hash="e" * 64))
    found = compared(before, after, replace(GROUNDS, definitions={"csi": BRIDGED}))
    assert (found.verdict, found.indices, found.by_dealer) == ("bridge", (), None)
    assert found.bridge is not None
    assert found.bridge.under_old.value == found.bridge.under_new.value == pytest.approx(-500 / 9)
    assert found.bridge.weights.value == 0


def test_another_number_of_points_is_bridged_on_the_new_ones(moved: tuple[Side, Side]) -> None:
    before, after = moved
    shorter = replace(after.plan.indices[0], total=100.0)
    after = replace(after, plan=replace(after.plan, indices=(shorter,)))
    bridge = compared(before, after, replace(GROUNDS, definitions={"csi": BRIDGED})).bridge
    assert bridge is not None
    assert bridge.published.value == pytest.approx(-50 / 9)


def test_weights_bridge_nothing_when_the_mode_moved_too(moved: tuple[Side, Side]) -> None:
    phoned = replace(GROUNDS.after, modes={"web": 100, "phone": 100})
    found = compared(*moved, replace(GROUNDS, after=phoned, definitions={"csi": BRIDGED}))
    assert (found.verdict, found.bridge) == ("bridge", None)


def test_too_few_respondents_bridge_nothing(tmp_path: Path) -> None:
    before = side(tmp_path, "2026-Q2", {"A": 29}, {"A": 4}, ONE_ITEM)
    after = side(tmp_path, "2026-Q3", {"A": 120}, {"A": 5}, ONE_ITEM)
    assert compared(before, after, replace(GROUNDS, definitions={"csi": BRIDGED})).bridge is None


def test_a_document_gives_back_split_and_bridge(moved: tuple[Side, Side]) -> None:
    for definitions in ({}, {"csi": BRIDGED}):
        comparison = compared(*moved, replace(GROUNDS, definitions=definitions))
        text = json.dumps(comparison_document(comparison), allow_nan=False)
        assert comparison_from_document(json.loads(text)) == comparison
