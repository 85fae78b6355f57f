"""Path models small enough to be worked by hand, and what a faulty model or odd data lead to."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyplat.errors import InsufficientBase, LatentModelError, NotConverged, ScoringError
from surveyplat.scoring import pls
from surveyplat.scoring.arrays import FloatArray
from surveyplat.scoring.bootstrapped import bootstrapped
from surveyplat.scoring.covariation import Covariation, covariation_of
from surveyplat.scoring.latent_models import Construct, PathModel
from surveyplat.scoring.latent_results import composite_reliability, latent_index, latent_score
from surveyplat.scoring.plan import ScaleItem
from surveyplat.scoring.pls import PlsFit, fit_pls

PAIR = PathModel("pair", (Construct("cause", ("a1", "a2")), Construct("effect", ("b",))), (("cause", "effect"),))


def known(items: Sequence[str], correlations: Sequence[Sequence[float]], cases: int = 200) -> Covariation:
    """Standardised items with these correlations."""
    matrix = np.array(correlations, dtype=np.float64)[None]
    return Covariation(tuple(items), cases, float(cases), np.zeros((1, len(items))), matrix)


def alike(r12: float, r13: float, r23: float) -> Covariation:
    return known(("a1", "a2", "b"), [[1, r12, r13], [r12, 1, r23], [r13, r23, 1]])


def test_two_items_alike_weigh_alike() -> None:
    """w = 1 / √(2(1 + r)) = 1/√3 each at r = 0.5; path = 2 · 0.6 · w; loading = 1.5 w = √3 / 2."""
    fit = fit_pls(PAIR, alike(0.5, 0.6, 0.6))
    assert fit.weights[0, :2, 0] == pytest.approx([3**-0.5] * 2)
    assert fit.paths[0, 0, 1] == pytest.approx(1.2 * 3**-0.5)
    assert fit.loadings[0, :2, 0] == pytest.approx([3**0.5 / 2] * 2)
    assert fit.r_squared[0].tolist() == pytest.approx([0, 0.48])


def test_reflective_weights_follow_the_correlations_with_the_neighbour() -> None:
    """Mode A: w ∝ (0.6, 0.3), so variance (0.36 + 0.09 + 2 · 0.18 · 0.5) = 0.63 before scaling."""
    fit = fit_pls(PAIR, alike(0.5, 0.6, 0.3))
    assert fit.weights[0, :2, 0] == pytest.approx(np.array([0.6, 0.3]) / 0.63**0.5)


def test_formative_weights_are_the_regression_of_the_neighbour_on_the_items() -> None:
    """Mode B: S⁻¹r with S = (1, .5; .5, 1) and r = (0.6, 0.3) is (0.6, 0): R² = 0.36, all of it the first item's."""
    formative = replace(PAIR, constructs=(Construct("cause", ("a1", "a2"), "B"), PAIR.constructs[1]))
    fit = fit_pls(formative, alike(0.5, 0.6, 0.3))
    assert fit.weights[0, :2, 0] == pytest.approx([1, 0], abs=1e-9)
    assert fit.r_squared[0, 1] == pytest.approx(0.36)


def test_reliability_of_two_items() -> None:
    """r = 0.5: alpha = 2(0.5) / 1.5; loadings √0.75: AVE 0.75, rho_c = 3 / (3 + 0.5); rho_a = alpha, alike items."""
    quality = latent_score(fit_pls(PAIR, alike(0.5, 0.6, 0.6))).constructs[0]
    assert quality.alpha is not None
    assert quality.rho_a is not None
    assert quality.rho_c is not None
    assert quality.ave is not None
    assert quality.alpha.value == pytest.approx(2 / 3)
    assert quality.rho_a.value == pytest.approx(2 / 3)
    assert quality.rho_c.value == pytest.approx(3 / 3.5)
    assert quality.ave.value == pytest.approx(0.75)
    assert quality.alpha.std_error is None
    assert composite_reliability(np.array([[1.0, 1.0]]))[0] == 1


def test_htmt_compares_correlations_across_with_those_within() -> None:
    """(0.6 + 0.3) / 2 across, 0.5 within the first, a single item 1: 0.45 / √0.5."""
    (found,) = latent_score(fit_pls(PAIR, alike(0.5, 0.6, 0.3))).discriminance
    assert found.htmt.value == pytest.approx(0.45 / 0.5**0.5)


def test_index_weighs_each_item_by_its_spread_on_its_own_scale() -> None:
    """Alike standardised; as a share of its scale a1 (1-5) has SD 1/4 and a2 (0-10) 2/10: weights 4 : 5."""
    deviation = np.array([1.0, 2.0, 1.0])
    held = alike(0.5, 0.6, 0.6)
    spread = replace(held, covariances=held.covariances * np.outer(deviation, deviation), means=np.array([[3.0, 9, 0]]))
    scales = {"a1": ScaleItem("a1", 1, 5), "a2": ScaleItem("a2", 0, 10)}
    index = latent_index(fit_pls(PAIR, spread), "cause", scales)
    assert index.weights == pytest.approx({"a1": 4 / 9, "a2": 5 / 9})
    assert index.index.value == pytest.approx((4 * 0.5 + 5 * 0.9) / 9 * 100)


def test_single_items_and_negative_weights_are_warned_of() -> None:
    fit = fit_pls(PAIR, alike(-0.2, 0.6, -0.3))
    found = {(warning.code, warning.item) for warning in latent_score(fit).warnings}
    assert found == {("single_item", "b"), ("negative_weight", "a2")}
    with pytest.raises(LatentModelError, match=r"a2 has the negative weight -0[.]\d+; no index"):
        latent_index(fit, "cause", {item: ScaleItem(item, 1, 10) for item in ("a1", "a2")})


def test_close_formative_items_are_warned_of_and_collinear_ones_refused() -> None:
    formative = replace(PAIR, constructs=(Construct("cause", ("a1", "a2"), "B"), PAIR.constructs[1]))
    warnings = latent_score(fit_pls(formative, alike(0.95, 0.6, 0.5))).warnings
    found = {(warning.code, warning.item): warning.value for warning in warnings if warning.item != "b"}
    assert found.pop(("negative_weight", "a2")) < 0
    inflation = pytest.approx(1 / (1 - 0.95**2))
    assert found == {("formative_collinearity", "a1"): inflation, ("formative_collinearity", "a2"): inflation}
    with pytest.raises(LatentModelError, match="a1, a2 of the formative construct cause are collinear"):
        fit_pls(formative, alike(1.0, 0.5, 0.5))


def test_every_fault_of_a_model_is_named_at_once() -> None:
    faulty = PathModel(
        "m",
        (Construct("x", ("a",)), Construct("y", ("a",)), Construct("empty", ()), Construct("apart", ("c",))),
        (("x", "y"), ("y", "x"), ("x", "z"), ("x", "empty")),
    )
    with pytest.raises(LatentModelError) as refused:
        fit_pls(faulty, known(("a", "c"), np.eye(2).tolist()))
    for fault in (
        "item a stands there 2 times",
        "construct empty has no items",
        "no path leads to or from apart",
        "the path from x to z names an unknown construct",
        "paths run in a circle",
    ):
        assert fault in str(refused.value)


def test_constant_items_and_collinear_predecessors_are_refused() -> None:
    flat = known(("a1", "a2", "b"), [[0, 0, 0], [0, 1, 0.5], [0, 0.5, 1]])
    with pytest.raises(LatentModelError, match="a1 has the same answer in every complete case"):
        fit_pls(PAIR, flat)
    model = PathModel("m", tuple(Construct(name, (name,)) for name in "xyz"), (("x", "z"), ("y", "z")))
    with pytest.raises(LatentModelError, match="x, y, which lead to z, are collinear"):
        fit_pls(model, known("xyz", [[1, 1, 0.5], [1, 1, 0.5], [0.5, 0.5, 1]]))


def test_too_few_cases_unknown_items_and_constructs_are_refused() -> None:
    with pytest.raises(InsufficientBase, match="29 complete cases, 30 are needed"):
        fit_pls(PAIR, replace(alike(0.5, 0.6, 0.6), complete_cases=29))
    with pytest.raises(InsufficientBase, match="an effective base of 19, 20 are needed"):
        fit_pls(PAIR, replace(alike(0.5, 0.6, 0.6), effective_base=19.0))
    with pytest.raises(ScoringError, match="b: not among the items counted together"):
        fit_pls(PAIR, known(("a1", "a2"), np.eye(2).tolist()))
    with pytest.raises(LatentModelError, match="has no construct other"):
        latent_index(fit_pls(PAIR, alike(0.5, 0.6, 0.6)), "other", {})


def test_weights_that_do_not_settle_are_a_named_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pls, "_MOST_ROUNDS", 2)
    with pytest.raises(NotConverged, match="do not settle in 2 rounds"):
        fit_pls(CHAIN, planted(300, 5))


CHAIN = PathModel(
    "chain",
    tuple(Construct(name, tuple(f"{name}{number}" for number in range(3))) for name in "xyz"),
    (("x", "y"), ("x", "z"), ("y", "z")),
)


def drawn(rows: int, seed: int) -> FloatArray:
    """Nine items of three constructs, y = 0.6 x + ..., z = 0.5 x + 0.3 y + ..."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=rows)
    y = 0.6 * x + 0.8 * rng.normal(size=rows)
    z = 0.5 * x + 0.3 * y + 0.7 * rng.normal(size=rows)
    return np.repeat(np.column_stack([x, y, z]), 3, axis=1) + 0.6 * rng.normal(size=(rows, 9))


def planted(rows: int, seed: int, replicates: int = 0) -> Covariation:
    rng = np.random.default_rng(seed)
    return covariation_of(CHAIN.items, drawn(rows, seed), rng=rng, replicates=replicates)


def test_a_stack_is_fitted_like_each_of_it_alone() -> None:
    together = fit_pls(CHAIN, planted(200, 3, replicates=50))
    assert together.replicates == 50
    stack = together.covariation
    for number in (0, 7, 50):
        one = slice(number, number + 1)
        alone = fit_pls(CHAIN, replace(stack, means=stack.means[one], covariances=stack.covariances[one]))
        assert together.paths[number] == pytest.approx(alone.paths[0], abs=1e-8)


def test_a_replicate_without_spread_is_lost_and_said() -> None:
    held = planted(200, 3, replicates=50)
    covariances = held.covariances.copy()
    covariances[4, 0, :] = covariances[4, :, 0] = 0
    fit = fit_pls(CHAIN, replace(held, covariances=covariances))
    assert (fit.replicates, fit.replicates_lost) == (49, 1)
    assert [warning.code for warning in latent_score(fit).warnings] == ["replicates_lost"]


@given(st.integers(0, 1000), st.floats(0.1, 100))
@settings(max_examples=15, deadline=None)
def test_neither_the_weights_scale_nor_the_order_of_rows_matters(seed: int, scale: float) -> None:
    cases = drawn(120, seed)
    weights = np.random.default_rng(seed).uniform(0.5, 2, 120)
    order = np.random.default_rng(seed + 1).permutation(120)
    one = fit_pls(CHAIN, covariation_of(CHAIN.items, cases, weights))
    other = fit_pls(CHAIN, covariation_of(CHAIN.items, cases[order], scale * weights[order]))
    assert other.paths == pytest.approx(one.paths, abs=1e-7)
    assert _within_bounds(one)


def _within_bounds(fit: PlsFit) -> bool:
    sizes = np.abs(fit.construct_correlations).max()
    return bool(sizes <= 1 + 1e-9 and (fit.r_squared >= 0).all() and (fit.r_squared <= 1).all())


def test_bootstrap_intervals_find_the_planted_order_of_paths() -> None:
    paths = {
        (path.start, path.end): path.coefficient for path in latent_score(fit_pls(CHAIN, planted(600, 9, 200))).paths
    }
    weak, strong = paths["y", "z"], paths["x", "y"]
    assert weak.ci_high is not None
    assert strong.ci_low is not None
    assert weak.ci_high < strong.ci_low


def test_bootstrap_intervals_cover_the_path_that_everybody_would_give() -> None:
    """The path in a sample of 200,000; 2,000 samples of 100 replicates each, whose own noise costs a point."""
    truth = fit_pls(CHAIN, planted(200_000, 0)).paths[0, 0, 1]
    found = [bootstrapped(fit_pls(CHAIN, planted(150, seed, 100)).paths[:, 0, 1]) for seed in range(1, 2001)]
    covered = [one.ci_low < truth < one.ci_high for one in found if one.ci_low is not None and one.ci_high is not None]
    assert len(covered) == 2000
    assert 0.93 < np.mean(covered) < 0.97
