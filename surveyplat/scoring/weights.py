"""Weights: each dealer's answers stand for the events that it could have been asked about."""

from collections.abc import Mapping

import numpy as np

from surveyplat.scoring.arrays import FloatArray
from surveyplat.scoring.records.coverage import DealerCoverage
from surveyplat.scoring.snapshot import Inventory


def post_stratified(inventory: Inventory, population: Mapping[str, int] | None) -> FloatArray:
    """One weight for each dealer of the inventory: w = N / n, eligible events by responses; all 1 when N is not known.

    There are at least as many events as answers: where fewer are known (answers collected elsewhere name no dealer, an
    event may be missing) the answers stand for themselves, w = 1. ``coverage`` shows these dealers, and those without
    answers, which have no weight. Source: Särndal, Swensson and Wretman, Model Assisted Survey Sampling, 7.6.
    """
    responses = np.array(inventory.dealer_rows, dtype=np.float64)
    if population is None:
        return np.ones_like(responses)
    eligible = np.array([population.get(dealer, 0) for dealer in inventory.dealers], dtype=np.float64)
    return np.maximum(eligible, responses) / responses


def covering_population(inventory: Inventory, population: Mapping[str, int] | None) -> Mapping[str, int] | None:
    """The population, or None when it covers the answers of no dealer: answers collected elsewhere name none."""
    known = population or {}
    rows_of = zip(inventory.dealers, inventory.dealer_rows, strict=True)
    return known if any(known.get(dealer, 0) >= rows for dealer, rows in rows_of) else None


def coverage(inventory: Inventory, population: Mapping[str, int] | None) -> tuple[DealerCoverage, ...]:
    """Eligible events and responses of every dealer, with those that had events and gave no answer at all."""
    responses = dict(zip(inventory.dealers, inventory.dealer_rows, strict=True))
    if population is None:
        return tuple(DealerCoverage(dealer, None, rows) for dealer, rows in responses.items())
    dealers = sorted(responses.keys() | population.keys())
    return tuple(DealerCoverage(dealer, population.get(dealer, 0), responses.get(dealer, 0)) for dealer in dealers)


def kish_effective_n(weight_sum: FloatArray, square_sum: FloatArray) -> FloatArray:
    """Kish's effective sample size (Σw)² / Σw² of units with total weights w, 0 without answers.

    Source: Kish, Survey Sampling (1965), 11.7.
    """
    return np.divide(weight_sum**2, square_sum, out=np.zeros_like(weight_sum), where=square_sum > 0)


def kish_design_effect(weights: FloatArray, responses: FloatArray) -> float:
    """n Σw² / (Σw)² of groups of ``responses`` that weigh ``weights`` each. Source: as ``kish_effective_n``."""
    return float(responses.sum() * (responses @ weights**2) / (responses @ weights) ** 2)
