"""Factor structure with a solution that can be worked by hand, planted structures found, and odd answers named."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyplat.errors import InsufficientBase, LatentModelError, NotConverged
from surveyplat.scoring import factor_likelihood
from surveyplat.scoring.covariation import Covariation, covariation_of
from surveyplat.scoring.factor_likelihood import Group, Slots, implied
from surveyplat.scoring.invariance import measurement_invariance
from surveyplat.scoring.records.structures import Factor, Invariance
from surveyplat.scoring.structure import FactorModel, structure

ONE = FactorModel("one", (Factor("mood", ("a", "b", "c")),))
TWO = FactorModel("two", (Factor("x", ("x1", "x2", "x3")), Factor("y", ("y1", "y2", "y3"))))


def known(items: Sequence[str], matrix: Sequence[Sequence[float]], base: float = 400) -> Covariation:
    return Covariation(tuple(items), int(base), base, np.zeros((1, len(items))), np.array(matrix, dtype=float)[None])


def test_three_items_of_one_factor_fit_exactly() -> None:
    """r_ab = 0.48, r_ac = 0.42, r_bc = 0.56 are products of 0.6, 0.8 and 0.7: λ_a = √(0.48 · 0.42 / 0.56)."""
    score = structure(ONE, known("abc", [[1, 0.48, 0.42], [0.48, 1, 0.56], [0.42, 0.56, 1]]))
    assert [one.loading.value for one in score.loadings] == pytest.approx([0.6, 0.8, 0.7])
    assert (score.fit.df, score.fit.p_value, score.fit.rmsea, score.fit.cfi) == (0, None, None, 1)
    assert score.fit.chi_square == pytest.approx(0, abs=1e-8)


def test_items_on_other_scales_load_alike() -> None:
    scale = np.array([1.0, 10.0, 0.1])
    matrix = np.array([[1, 0.48, 0.42], [0.48, 1, 0.56], [0.42, 0.56, 1]]) * np.outer(scale, scale)
    score = structure(ONE, known("abc", matrix.tolist()))
    assert [one.loading.value for one in score.loadings] == pytest.approx([0.6, 0.8, 0.7])


def test_a_reversed_item_loads_the_other_way() -> None:
    score = structure(ONE, known("abc", [[1, 0.48, -0.42], [0.48, 1, -0.56], [-0.42, -0.56, 1]]))
    assert [one.loading.value for one in score.loadings] == pytest.approx([0.6, 0.8, -0.7])


def drawn(rows: int, seed: int, *, shift: float = 0.0, bias: float = 0.0, loading: float = 0.8) -> Covariation:
    """x and y with a correlation of 0.5; ``shift`` moves x, ``bias`` the first item alone, which loads ``loading``."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=rows)
    y = 0.5 * x + 0.75**0.5 * rng.normal(size=rows)
    loadings = np.array([loading, 0.8, 0.8, 0.8, 0.8, 0.8])
    cases = loadings * np.repeat(np.column_stack([x + shift, y]), 3, axis=1) + 0.6 * rng.normal(size=(rows, 6))
    cases[:, 0] += bias
    return covariation_of(TWO.items, cases)


def test_planted_loadings_and_correlation_are_found() -> None:
    score = structure(TWO, drawn(4000, 1))
    for one in score.loadings:
        assert abs(one.loading.value - 0.8) < 4 * one.loading.std_error
    (pair,) = score.correlations
    assert abs(pair.correlation.value - 0.5) < 4 * pair.correlation.std_error
    assert score.fit.cfi > 0.99
    assert score.warnings == ()


def test_errors_and_chi_square_are_those_of_repeated_samples() -> None:
    """2,000 samples: intervals cover the planted 0.8 and 0.5, χ² has its degrees of freedom as mean."""
    scores = [structure(TWO, drawn(300, seed)) for seed in range(2000)]
    loadings = [score.loadings[0].loading for score in scores]
    correlations = [score.correlations[0].correlation for score in scores]
    assert 0.93 < np.mean([one.ci_low < 0.8 < one.ci_high for one in loadings]) < 0.97
    assert 0.93 < np.mean([one.ci_low < 0.5 < one.ci_high for one in correlations]) < 0.97
    assert np.mean([score.fit.chi_square for score in scores]) == pytest.approx(8, abs=0.25)


def test_one_factor_does_not_fit_two() -> None:
    single = FactorModel("single", (Factor("all", TWO.items),))
    held = drawn(1000, 2)
    assert structure(single, held).fit.cfi < 0.8 < 0.95 < structure(TWO, held).fit.cfi


def test_gradient_and_curvature_follow_the_likelihood() -> None:
    """Steps follow the derivatives of the implied moments, which differences confirm."""
    slots = Slots(np.arange(4), np.array([[9, 4], [4, -1]]), np.arange(5, 9), np.arange(10, 14), np.array([14, -1]))
    factor_of = np.array([0, 0, 1, 1])
    at = np.random.default_rng(3).uniform(0.3, 0.9, 15)
    here = implied(slots, factor_of, at)
    assert here.means is not None
    for place, step in enumerate(1e-6 * np.eye(15)):
        up, down = implied(slots, factor_of, at + step), implied(slots, factor_of, at - step)
        assert here.by_covariances[place] == pytest.approx((up.covariances - down.covariances) / 2e-6, abs=1e-8)
        assert up.means is not None
        assert down.means is not None
        assert here.by_means[place] == pytest.approx((up.means - down.means) / 2e-6, abs=1e-8)


def test_odd_structures_are_warned_of() -> None:
    """a and b share more than c lets them: λ_a² = 0.9 · 0.4 / 0.2 = 1.8; λ_c = 0.4 / √1.8 = 0.3."""
    score = structure(ONE, known("abc", [[1, 0.9, 0.4], [0.9, 1, 0.2], [0.4, 0.2, 1]]))
    found = {(warning.code, warning.subject) for warning in score.warnings}
    assert found == {("negative_unique_variance", ("a",)), ("weak_loading", ("mood", "c"))}
    alike = structure(TWO, covariation_of(TWO.items, _one_mood(500)))
    assert [warning.code for warning in alike.warnings] == ["factors_not_apart"]


def _one_mood(rows: int) -> np.ndarray:
    rng = np.random.default_rng(4)
    cases: np.ndarray = rng.normal(size=(rows, 1)) + 0.6 * rng.normal(size=(rows, 6))
    return cases


def compared(**after: float) -> Invariance:
    return measurement_invariance(TWO, drawn(1500, 5), drawn(1500, 6, **after))


def test_a_changed_satisfaction_alone_leaves_means_comparable() -> None:
    found = compared(shift=0.4)
    assert (found.level, found.means_comparable) == ("scalar", True)
    moved, still = found.mean_changes
    assert moved.change.ci_low < 0.4 < moved.change.ci_high
    assert still.change.ci_low < 0 < still.change.ci_high
    assert (found.metric.df, found.scalar.df) == (4, 4)


def test_an_item_that_is_answered_another_way_makes_means_not_comparable() -> None:
    found = compared(bias=0.8)
    assert (found.level, found.mean_changes) == ("metric", ())
    assert found.scalar.cfi_loss > 0.01 > found.metric.cfi_loss


def test_an_item_that_means_something_else_is_configural_only() -> None:
    assert compared(loading=0.1).level == "configural"


def test_factors_that_fit_neither_period_tell_nothing() -> None:
    single = FactorModel("single", (Factor("all", TWO.items),))
    assert measurement_invariance(single, drawn(500, 7), drawn(500, 8)).level == "none"


@given(st.integers(0, 1000))
@settings(max_examples=10, deadline=None)
def test_units_of_the_items_do_not_change_the_verdict(seed: int) -> None:
    before, after = drawn(300, seed), drawn(300, seed + 1)
    scale = np.random.default_rng(seed).uniform(0.1, 10, 6)
    one = measurement_invariance(TWO, before, after)
    other = measurement_invariance(TWO, _scaled(before, scale), _scaled(after, scale))
    assert other.scalar.fit.chi_square == pytest.approx(one.scalar.fit.chi_square, abs=1e-5)
    assert other.level == one.level
    assert 0 <= one.configural.cfi <= 1


def _scaled(held: Covariation, scale: np.ndarray) -> Covariation:
    return replace(held, means=held.means * scale, covariances=held.covariances * np.outer(scale, scale))


def test_models_that_no_data_identify_are_refused_with_every_reason() -> None:
    faulty = FactorModel("m", (Factor("x", ("a", "b")), Factor("y", ("b",))))
    with pytest.raises(LatentModelError, match=r"item b stands there 2 times; factor y has 1 items, 2 are needed"):
        structure(faulty, known("ab", np.eye(2).tolist()))
    with pytest.raises(LatentModelError, match="factor mood has 2 items, 3 are needed"):
        structure(FactorModel("m", (Factor("mood", ("a", "b")),)), known("ab", np.eye(2).tolist()))
    with pytest.raises(LatentModelError, match="it has no factors"):
        structure(FactorModel("m", ()), known("ab", np.eye(2).tolist()))
    many = tuple(f"i{number}" for number in range(31))
    with pytest.raises(LatentModelError, match="31 items are more than the 30"):
        structure(FactorModel("m", (Factor("all", many),)), known(many, np.eye(31).tolist()))


def test_constant_collinear_unrelated_and_few_answers_are_refused() -> None:
    with pytest.raises(LatentModelError, match="b: the same answer"):
        structure(ONE, known("abc", np.diag([1, 0, 1]).tolist()))
    with pytest.raises(LatentModelError, match="items are collinear"):
        structure(ONE, known("abc", [[1, 1, 0.5], [1, 1, 0.5], [0.5, 0.5, 1]]))
    with pytest.raises(LatentModelError, match="do not identify the factor model"):
        structure(ONE, known("abc", np.eye(3).tolist()))
    with pytest.raises(InsufficientBase, match="effective base of 99, 100 are needed"):
        structure(ONE, known("abc", [[1, 0.5, 0.5], [0.5, 1, 0.5], [0.5, 0.5, 1]], base=99))


def test_a_model_that_does_not_settle_is_a_named_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(factor_likelihood, "_MOST_STEPS", 1)
    with pytest.raises(NotConverged, match="does not settle in 1 steps"):
        structure(TWO, drawn(300, 9))


def test_a_start_that_implies_no_covariances_is_a_named_failure() -> None:
    slots = Slots(np.arange(3), np.array([[-1]]), np.arange(3, 6), None, np.array([-1]))
    group = Group(np.zeros(3), np.eye(3), 100)
    with pytest.raises(NotConverged, match="has no start"):
        factor_likelihood.maximised((group,), (slots,), np.zeros(3, dtype=int), -np.ones(6))
