"""Influence of customers and dealers: what a refit without them gives, exactly, and what is not told."""

from functools import reduce

import numpy as np
import pytest

from surveyplat.scoring.arrays import FloatArray, IntArray
from surveyplat.scoring.dealer_influence import DealerProducts, dealer_influences, dealer_products
from surveyplat.scoring.influence import Influence, influence_of
from surveyplat.scoring.influence_score import influence_score
from surveyplat.scoring.least_squares import LeastSquares, gram_of_cases, robust_covariance, scatter_of, solved
from surveyplat.scoring.records.drivers import InfluenceScore

ROWS = 300
DEALERS = ("", "D01", "D02", "D03", "D04")
CELLS = np.repeat(np.arange(5), (40, 100, 100, 40, 20))
NAMES = ("a", "b")


def drawn(seed: int = 1) -> tuple[FloatArray, FloatArray]:
    """At D03 the first attribute works the other way round."""
    rng = np.random.default_rng(seed)
    x = rng.integers(1, 11, (ROWS, 2)).astype(float)
    slope = np.where(CELLS == 3, -0.5, 0.5)
    return np.column_stack([x, slope * x[:, 0] + 0.2 * x[:, 1] + rng.normal(size=ROWS)]), rng.uniform(0.5, 2, ROWS)


def fitted(cases: FloatArray, weights: FloatArray) -> LeastSquares:
    return solved(NAMES, gram_of_cases(cases, weights))


def errors(cases: FloatArray, weights: FloatArray) -> FloatArray:
    fit = fitted(cases, weights)
    return np.sqrt(np.diagonal(robust_covariance(fit, scatter_of(fit, cases, weights))))


def score(cases: FloatArray, weights: FloatArray, units: IntArray | None = None) -> InfluenceScore:
    fit = fitted(cases, weights)
    found = influence_of(fit, cases, weights, np.arange(ROWS), units)
    products = dealer_products(cases, weights, CELLS, 0)
    return influence_score(fit, errors(cases, weights), found, products, DEALERS)


def test_coefficients_without_a_dealer_are_those_of_a_refit() -> None:
    cases, weights = drawn()
    strongest = score(cases, weights).dealers[0]
    kept = CELLS != 3
    refit = fitted(cases[kept], weights[kept])
    assert (strongest.dealer, strongest.item, strongest.cases) == ("D03", "a", 40)
    assert strongest.coefficient_without == pytest.approx(refit.fit.coefficients[0], rel=1e-9)
    moved = refit.fit.coefficients[0] - fitted(cases, weights).fit.coefficients[0]
    assert strongest.shift == pytest.approx(moved / errors(cases, weights)[0], rel=1e-9)


def test_a_dealers_distance_is_that_of_all_coefficients() -> None:
    """(b - b₋)'X'WX(b - b₋) / (k s²), with the constant among the coefficients"""
    cases, weights = drawn()
    design = np.column_stack([np.ones(ROWS), cases[:, :-1]])
    gram, kept = design.T @ (weights[:, None] * design), CELLS != 3
    moved = np.zeros(3)
    for sign, rows in ((1, np.ones(ROWS, dtype=bool)), (-1, kept)):
        x, w = design[rows], weights[rows]
        moved += sign * np.linalg.solve(x.T @ (w[:, None] * x), x.T @ (w * cases[rows, -1]))
    fit = fitted(cases, weights)
    expected = moved @ gram @ moved / (3 * fit.residual_sum / fit.residual_df)
    assert score(cases, weights).dealers[0].distance == pytest.approx(expected, rel=1e-9)


def test_the_unknown_dealer_and_those_under_30_cases_are_not_named() -> None:
    assert {each.dealer for each in score(*drawn()).dealers} == {"D01", "D02", "D03"}


def test_coefficients_without_the_flagged_customers_are_those_of_a_refit() -> None:
    cases, weights = drawn()
    found = score(cases, weights)
    fit = fitted(cases, weights)
    alone = [influence_of(fit, cases[[row]], weights[[row]], np.array([row])) for row in range(ROWS)]
    kept = np.array([each.above_threshold == 0 for each in alone])
    assert found.above_threshold == np.count_nonzero(~kept) >= 5
    refit = fitted(cases[kept], weights[kept]).fit.coefficients
    assert [each.without for each in found.without] == pytest.approx(refit.tolist(), rel=1e-9)
    assert [each.item for each in found.without] == ["a", "b"]


def test_fewer_than_five_flagged_customers_are_not_left_out() -> None:
    rng = np.random.default_rng(3)
    x = rng.integers(1, 11, (ROWS, 2)).astype(float)
    signs = np.where(rng.random(ROWS) < 0.5, -1.0, 1.0)
    even = np.column_stack([x, x.sum(axis=1) + signs])
    even[0] = (10, 1, 60)
    found = score(even, np.ones(ROWS))
    assert 1 <= found.above_threshold < 5
    assert found.without == ()


def test_a_customer_with_two_answers_alike_is_nearly_one_of_twice_the_weight() -> None:
    cases, weights = drawn()
    twice = np.repeat(np.arange(ROWS), 2)
    doubled = influence_of(fitted(cases[twice], weights[twice]), cases[twice], weights[twice], twice, twice)
    once = influence_of(fitted(cases, 2 * weights), cases, 2 * weights, np.arange(ROWS))
    assert doubled.customers == ROWS
    assert [case.row for case in doubled.strongest] == [case.row for case in once.strongest]
    ratio = doubled.strongest[0].cooks_distance / once.strongest[0].cooks_distance
    assert ratio == pytest.approx((2 * ROWS - 3) / (ROWS - 3), rel=0.1)


def test_pieces_merge_to_the_whole_wherever_they_are_cut() -> None:
    cases, weights = drawn()
    fit = fitted(cases, weights)
    parts = [np.arange(ROWS)[a:b] for a, b in ((0, 90), (90, 91), (91, ROWS))]
    found = [influence_of(fit, cases[part], weights[part], part) for part in parts]
    products = [dealer_products(cases[part], weights[part], CELLS[part], int(CELLS[part[0]])) for part in parts]
    together = influence_score(
        fit,
        errors(cases, weights),
        reduce(Influence.merge, found),
        reduce(DealerProducts.merge, products),
        DEALERS,
    )
    whole = score(cases, weights)
    assert together.above_threshold == whole.above_threshold
    assert [each.dealer for each in together.dealers] == [each.dealer for each in whole.dealers]
    assert [each.without for each in together.without] == pytest.approx([each.without for each in whole.without])
    empty = dealer_products(cases[:0], weights[:0], CELLS[:0], 2)
    assert empty.merge(products[0]).cases.tolist() == products[0].cases.tolist() + [0] * (3 - len(products[0].cases))


def test_a_dealer_without_whom_nothing_is_determined_is_not_named() -> None:
    cases, weights = drawn()
    cases[CELLS != 1, 0] = 4.0
    found = dealer_influences(fitted(cases, weights), np.ones(2), dealer_products(cases, weights, CELLS, 0), DEALERS)
    assert {each.dealer for each in found} == {"D02", "D03"}


def test_a_fit_without_residuals_moves_nobody() -> None:
    cases, _ = drawn()
    exact = np.column_stack([cases[:, :2], cases[:, 0]])
    found = influence_of(fitted(exact, np.ones(ROWS)), exact, np.ones(ROWS), np.arange(ROWS))
    assert (found.above_threshold, found.strongest[0].cooks_distance) == (0, 0)
