"""Hand-worked effects of an action: small enough to check with a pencil."""

from dataclasses import replace
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from surveyplat.errors import InsufficientBase, ScoringError
from surveyplat.scoring.assignments import permuted
from surveyplat.scoring.baselines import baselines, conditioned
from surveyplat.scoring.clustered import bias_reduced, clustered, wild_bootstrap
from surveyplat.scoring.effects import action_effect
from surveyplat.scoring.panel import Panel, TwoWay, panel_of
from surveyplat.scoring.records.effects import ActionEffect
from surveyplat.scoring.records.ratio import Ratio
from surveyplat.scoring.two_by_two import two_by_two

BEFORE, AFTER = 6, 3


def panel(changes: list[float], treated: int, wobble: float = 0.0, bases: NDArray[np.float64] | None = None) -> Panel:
    """Dealers at levels 700, 710, ... whose months after the action are higher by ``changes``; the first are treated.

    ``wobble``: the months go up and down by it, each dealer in its own rhythm, without moving the means.
    """
    count = len(changes)
    values = np.repeat(700.0 + 10 * np.arange(count)[:, None], BEFORE + AFTER, axis=1)
    values[:, BEFORE:] += np.array(changes)[:, None]
    for dealer in range(count):
        values[dealer, dealer % 3] += wobble
        values[dealer, 3 + dealer % 3] -= wobble
    dealers = tuple(f"D{place:02d}" for place in range(count))
    months = tuple(f"2026-{month:02d}" for month in range(1, 1 + BEFORE + AFTER))
    return Panel(
        dealers, months, values, np.ones_like(values) if bases is None else bases, np.arange(count) < treated, BEFORE
    )


def fit(held: Panel) -> TwoWay:
    return TwoWay.of(held, held.after.astype(float))


def effect(held: Panel, **options: object) -> ActionEffect:
    return action_effect(held, np.random.default_rng(1), **options)  # type: ignore[arg-type]


def codes(found: ActionEffect) -> list[str]:
    return [reason.code for reason in found.reasons]


def test_effect_is_the_difference_of_mean_changes() -> None:
    """Treated rise by 30 and 10, the others by 8, 5 and 2: 20 - 5."""
    assert fit(panel([30, 10, 8, 5, 2], 2)).effect == pytest.approx(15)


def test_bias_reduced_error_of_a_full_panel_is_that_of_two_means_of_changes() -> None:
    """s² = 200 of two and 9 of three: √(200 / 2 + 9 / 3); df (1/2 + 1/3)² / ((1/2)² / 1 + (1/3)² / 2)."""
    found = bias_reduced(fit(panel([30, 10, 8, 5, 2], 2)))
    assert found.std_error == pytest.approx(103**0.5)
    assert found.df == pytest.approx((5 / 6) ** 2 / (1 / 4 + 1 / 18))


def test_bias_reduced_error_of_a_weighted_panel_by_the_long_way() -> None:
    """Every dealer and month a dummy, square roots of whole blocks of I - H, eigenvalues of the whole form."""
    rng = np.random.default_rng(9)
    bases = rng.integers(0, 20, size=(8, 9)).astype(float)
    held = replace(panel([0.0] * 8, 3, bases=bases), values=rng.normal(700, 30, size=(8, 9)))
    roots = np.sqrt(bases.ravel())
    dealers, months = np.repeat(np.eye(8), 9, axis=0), np.tile(np.eye(9), (8, 1))
    design = roots[:, None] * np.column_stack([np.outer(held.treated, held.after).ravel(), dealers, months[:, 1:]])
    inverse = np.linalg.pinv(design)
    unexplained = np.eye(72) - design @ inverse
    blocks = [slice(9 * dealer, 9 * dealer + 9) for dealer in range(8)]
    forms = np.array([unexplained[:, own] @ root_of(unexplained[own, own]) @ inverse[0, own] for own in blocks])
    scores, eigenvalues = forms @ (roots * held.values.ravel()), np.linalg.eigvalsh(forms @ forms.T)
    found = bias_reduced(fit(held))
    assert found.std_error == pytest.approx((scores**2).sum() ** 0.5)
    assert found.df == pytest.approx(eigenvalues.sum() ** 2 / (eigenvalues**2).sum())


def root_of(block: NDArray[np.float64]) -> NDArray[np.float64]:
    """The inverse square root, where the block is not singular."""
    values, vectors = np.linalg.eigh(block)
    kept = values > 1e-9
    root: NDArray[np.float64] = vectors[:, kept] / np.sqrt(values[kept]) @ vectors[:, kept].T
    return root


def test_clustered_error_by_hand() -> None:
    """Σ(d - d̄)² / n²: 200 / 4 + 18 / 9 = 52; times 5 / 4 and 44 / (45 - 10): a constant, 8 months and the effect."""
    found = clustered(fit(panel([30, 10, 8, 5, 2], 2)))
    assert found.std_error == pytest.approx((52 * 5 / 4 * 44 / 35) ** 0.5)
    assert found.df == 4


def test_permutation_by_hand() -> None:
    """One treated of four rises by 9, the others by 3, 2 and 1: had these been treated, -1, -2.33 and -3.67 against 7.

    No other is as large: p = 1 / 4, its smallest, and nothing bounds an interval of 95 %.
    """
    found = permuted(fit(panel([9, 3, 2, 1], 1)), np.random.default_rng(1))
    assert (found.assignments, found.p_value, found.smallest_p) == (4, 0.25, 0.25)
    assert (found.ci_low, found.ci_high) == (-np.inf, np.inf)


def test_permutation_interval_is_the_effects_that_it_does_not_refuse() -> None:
    held = panel([9, *np.random.default_rng(2).normal(0, 4, 39)], 1)
    found = permuted(fit(held), np.random.default_rng(1))
    for end, inside in ((found.ci_low, 1e-6), (found.ci_high, -1e-6)):
        for step, refused in ((inside, False), (-inside, True)):
            shifted = replace(held, values=held.values - (end + step) * np.outer(held.treated, held.after))
            assert (permuted(fit(shifted), np.random.default_rng(1)).p_value <= 0.05) == refused


def test_when_most_are_treated_the_others_are_permuted() -> None:
    """Listing who is left out is listing who is treated: 21 of 23 by pairs."""
    held = panel(np.random.default_rng(3).normal(0, 4, 23).tolist(), 2, wobble=2)
    few = permuted(fit(held), np.random.default_rng(1))
    most = permuted(fit(replace(held, treated=~held.treated)), np.random.default_rng(1))
    assert most.assignments == few.assignments == comb(23, 2)
    assert most.p_value == few.p_value
    assert (most.ci_low, most.ci_high) == pytest.approx((-few.ci_high, -few.ci_low))


def test_more_assignments_than_can_be_listed_are_drawn() -> None:
    held = panel(np.random.default_rng(3).normal(0, 4, 40).tolist(), 5)
    found = permuted(fit(held), np.random.default_rng(1))
    assert comb(40, 5) > found.assignments == 20_000
    assert found == permuted(fit(held), np.random.default_rng(1))
    assert found.ci_low < fit(held).effect < found.ci_high


def test_wild_bootstrap_repeats_each_regression() -> None:
    """Each replicate by the long way: residuals under no effect with drawn signs, the regression, its clustered t."""
    held = panel(np.random.default_rng(4).normal(0, 5, 14).tolist(), 7, wobble=3)
    held = replace(held, bases=np.random.default_rng(5).integers(5, 40, held.values.shape).astype(float))
    whole = fit(held)
    signs = np.random.default_rng(6).choice([-1.0, 1.0], size=(14, 99))
    beyond = 0
    for drawn in signs.T:
        again = fit(replace(held, values=drawn[:, None] * whole.outcome / np.sqrt(held.bases)))
        beyond += abs(t_of(again)) >= abs(t_of(whole))
    p_value, low, high = wild_bootstrap(whole, np.random.default_rng(6), draws="rademacher", replicates=99)
    assert p_value == (1 + beyond) / 100
    assert low < whole.effect < high


def t_of(found: TwoWay) -> float:
    told = clustered(found)
    return told.value / told.std_error


def test_baselines_are_shrunk_towards_their_mean() -> None:
    """Levels 700 to 750 vary by 350; wobbles of ±9 in six months: σ² = 6 · 2 · 81 / 25 less what months explain."""
    held = panel([0.0] * 6, 3, wobble=9)
    known = baselines(held)
    before = TwoWay.of(held.chosen(np.ones(6, dtype=bool), ~held.after), np.zeros(6))
    noise = float((before.outcome**2).sum()) / 25 / 6
    expected = (350 - noise) / 350
    assert known.observed.tolist() == pytest.approx([700, 710, 720, 730, 740, 750])
    assert known.reliability.tolist() == pytest.approx([expected] * 6)
    assert known.shrunk.tolist() == pytest.approx([725 + expected * distance for distance in (-25, -15, -5, 5, 15, 25)])
    moved = conditioned(held, known)
    assert moved.values[:, :BEFORE].mean(axis=1).tolist() == pytest.approx(known.shrunk.tolist())
    assert (moved.values[:, BEFORE:] == held.values[:, BEFORE:]).all()


def test_dealers_that_differ_by_chance_alone_share_one_baseline() -> None:
    held = panel([0.0] * 6, 3, wobble=9)
    alike = replace(held, values=held.values - 10.0 * np.arange(6)[:, None])
    known = baselines(alike)
    assert known.reliability.tolist() == [0] * 6
    assert known.shrunk.tolist() == pytest.approx([700] * 6)


def test_six_treated_and_six_others_are_clustered_and_fewer_are_permuted() -> None:
    held = panel([0.0] * 24, 6)
    held = replace(held, values=held.values + np.random.default_rng(7).normal(0, 5, (24, 9)))
    many, few = effect(held), effect(replace(held, treated=np.arange(24) < 5))
    assert (many.verdict, many.effect and many.effect.method, codes(many)) == ("told", "cr2", [])
    assert few.effect is not None
    assert (few.effect.method, few.effect.std_error) == ("permutation", None)
    assert codes(few) == ["clustered_inference_refused"]
    assert few.reasons[0].values == {"treated": 5, "controls": 19, "least": 6}
    wild = effect(held, by_clusters="wild_bootstrap").effect
    assert wild is not None
    assert many.effect is not None
    assert (wild.method, wild.value, wild.smallest_p) == ("wild_bootstrap", many.effect.value, 1 / 2000)
    assert wild.p_value == pytest.approx(many.effect.p_value, abs=0.1)


def test_one_treated_among_twenty_four_has_no_p_below_one_in_twenty_four() -> None:
    found = effect(panel([500, *[float(place % 5) for place in range(23)]], 1, wobble=2)).effect
    assert found is not None
    assert found.p_value == found.smallest_p == 1 / 24


def test_one_treated_among_nineteen_cannot_be_told() -> None:
    found = effect(panel([500, *[float(place % 5) for place in range(18)]], 1, wobble=2))
    assert (found.verdict, found.effect, found.pre_trend) == ("cannot_be_told", None, None)
    assert codes(found) == ["too_few_assignments"]
    assert found.reasons[0].values == {"assignments": 19, "smallest_p": 1 / 19}


@pytest.mark.parametrize(
    ("treated", "before", "after", "reasons"),
    [
        (0, 6, 3, ["too_few_treated"]),
        (24, 6, 3, ["too_few_controls"]),
        (8, 5, 3, ["too_few_months_before"]),
        (8, 6, 2, ["too_few_months_after"]),
        (8, 5, 2, ["too_few_months_before", "too_few_months_after"]),
        (0, 0, 3, ["too_few_treated", "too_few_months_before"]),
        (24, 6, 0, ["too_few_controls", "too_few_months_after"]),
    ],
)
def test_too_little_of_anything_is_named_all_at_once(treated: int, before: int, after: int, reasons: list[str]) -> None:
    held = panel([float(place % 7) for place in range(24)], treated, wobble=2)
    months = np.array([BEFORE - before <= month < BEFORE + after for month in range(BEFORE + AFTER)])
    found = effect(held.chosen(np.ones(24, dtype=bool), months))
    assert found.verdict == "cannot_be_told"
    assert codes(found) == reasons


def test_dealers_and_months_without_comparison_are_left_out_and_named() -> None:
    bases = np.ones((24, BEFORE + AFTER))
    bases[3, BEFORE:] = 0
    bases[:8, 0] = 0
    held = panel([float(place % 7) for place in range(24)], 8, wobble=2, bases=bases)
    kept = panel([float(place % 7) for place in range(24)], 8, wobble=2).chosen(np.arange(24) != 3, np.arange(9) != 0)
    found = effect(held)
    assert [(reason.code, reason.detail) for reason in found.reasons] == [
        ("too_few_months_before", ""),
        ("dealer_left_out", "D03"),
        ("month_left_out", "2026-01"),
    ]
    assert (found.treated_dealers, found.months_before, found.base) == (7, 5, kept.bases.sum())


def test_answers_that_nowhere_meet_cannot_tell() -> None:
    """The treated answered before the action only, and the others after it only: every dealer is left out."""
    bases = np.zeros((12, BEFORE + AFTER))
    bases[:6, :BEFORE], bases[6:, BEFORE:] = 5, 5
    found = effect(panel([0.0] * 12, 6, bases=bases))
    assert (found.verdict, found.treated_dealers, found.control_dealers) == ("cannot_be_told", 0, 0)
    assert {"too_few_treated", "too_few_controls", "dealer_left_out"} <= {*codes(found)}


def test_answers_that_never_differ_cannot_tell() -> None:
    assert codes(effect(panel([0.0] * 24, 8))) == ["no_spread"]
    assert codes(effect(panel([10.0] * 8 + [0.0] * 16, 8))) == ["no_spread"]


def test_a_trend_before_the_action_is_told() -> None:
    """The treated rise by 4 points a month all the time, and nothing happens."""
    held = panel([0.0] * 24, 8)
    held = replace(held, values=held.values + np.random.default_rng(8).normal(0, 2, (24, 9)))
    rising = replace(held, values=held.values + 4.0 * np.outer(held.treated, np.arange(9)))
    found = effect(rising)
    assert found.pre_trend is not None
    assert found.pre_trend.ci_low is not None
    assert found.pre_trend.ci_high is not None
    assert found.pre_trend.ci_low < 4 < found.pre_trend.ci_high
    assert "pre_trend" in codes(found)
    assert "pre_trend" not in codes(effect(held))


def test_a_trend_without_any_spread_is_unknown() -> None:
    """The wobble gives every dealer the same slope."""
    found = effect(panel(np.random.default_rng(8).normal(0, 2, 24).tolist(), 8, wobble=2))
    assert (found.verdict, found.pre_trend, codes(found)) == ("told", None, ["pre_trend_unknown"])


def test_bad_panels_are_named() -> None:
    held = panel([0.0] * 4, 2)
    holed = held.values.copy()
    holed[1, 2] = np.nan
    with pytest.raises(ScoringError, match="base for D01 in 2026-03"):
        replace(held, values=holed)
    with pytest.raises(ScoringError, match="4 dealers in 9 months"):
        replace(held, values=held.values[:, 1:])
    bases = held.bases.copy()
    bases[1, 2] = 0
    assert fit(replace(held, values=holed, bases=bases)).cells == 35


def test_panel_from_monthly_ratios_weighs_by_effective_answers() -> None:
    def ratio(value: float, effective: float) -> Ratio:
        return Ratio(value, 1.0, 9.0, 20, 20.0, effective, 0.0, False)

    months = {"2026-01": {"D2": ratio(700, 12), "D1": ratio(650, 8)}, "2026-02": {"D1": ratio(660, 9)}}
    held = panel_of(months, {"D1"}, "2026-02")
    assert (held.dealers, held.months, held.first_after) == (("D1", "D2"), ("2026-01", "2026-02"), 1)
    assert held.values.tolist() == [[650, 660], [700, 0]]
    assert held.bases.tolist() == [[8, 9], [12, 0]]
    assert held.treated.tolist() == [True, False]
    with pytest.raises(ScoringError, match="first month 2026-03 is none of 2026-01, 2026-02"):
        panel_of(months, {"D1"}, "2026-03")


def test_two_by_two_by_hand_and_its_faults() -> None:
    """Means 10, 12 (before, after) of the untreated and 20, 29 of the treated: 9 - 2, Σe² = 8 on 4 df."""
    outcome = np.array([9.0, 11, 11, 13, 19, 21, 28, 30])
    treated, after = np.arange(8) >= 4, np.array([False, False, True, True] * 2)
    found = two_by_two(outcome, treated, after)
    assert found.effect == pytest.approx(7)
    assert found.std_error == pytest.approx(2.0)
    assert found.df == 4
    with pytest.raises(InsufficientBase, match="before and after"):
        two_by_two(outcome, treated, treated)
    with pytest.raises(InsufficientBase, match="before and after"):
        two_by_two(outcome, treated, after, [outcome * 0 + 3])
    with pytest.raises(ScoringError, match="finite value"):
        two_by_two(outcome, treated, after, [np.full(8, np.nan)])
    with pytest.raises(InsufficientBase, match="stands alone"):
        two_by_two(outcome[1:], treated[1:], after[1:])


@given(st.integers(0, 10_000), st.floats(0.1, 50), st.floats(-100, 100))
def test_effect_does_not_depend_on_order_weight_scale_or_level(seed: int, scale: float, level: float) -> None:
    rng = np.random.default_rng(seed)
    bases = rng.integers(1, 30, size=(14, 9)).astype(float)
    held = replace(panel([0.0] * 14, 7, bases=bases), values=rng.normal(700, 30, size=(14, 9)))
    order = rng.permutation(14)
    shuffled = replace(held, values=held.values[order], bases=bases[order], treated=held.treated[order])
    plain = effect(held).effect
    assert plain is not None
    for other in (shuffled, replace(held, bases=bases * scale), replace(held, values=held.values + level)):
        found = effect(other).effect
        assert found is not None
        assert (found.value, found.std_error, found.df) == pytest.approx((plain.value, plain.std_error, plain.df))
