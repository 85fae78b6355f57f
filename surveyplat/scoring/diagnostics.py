"""What a driver model's diagnostics lead to: typed warnings, each with what should be done about it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from surveyplat.errors import DriverModelError
from surveyplat.scoring.arrays import FloatArray
from surveyplat.scoring.covariation import correlations_of
from surveyplat.scoring.influence import Influence
from surveyplat.scoring.intervals import t_quantile
from surveyplat.scoring.ordered import OrderedFit
from surveyplat.scoring.records.drivers import DriverWarning, LackOfFit, Linearity
from surveyplat.scoring.regression import Regression

LARGEST_VIF = 10.0
LARGEST_CONDITION = 30.0
"""Belsley, Kuh and Welsch, Regression Diagnostics (1980)."""
LARGEST_DISTANCE = 1.0
"""Cook and Weisberg, Residuals and Influence in Regression (1982)."""
SMALLEST_BEND = 0.01
"""Of R²: a bend that explains less does not matter, however significant."""
ALPHA = 0.01
LARGEST_DISAGREEMENT = 0.05
"""Of the shares of R², between two ways of sharing it out."""


@dataclass(frozen=True)
class Collinearity:
    """``vifs`` are variance inflation factors; ``condition_number`` is √(λ_max / λ_min) of the correlations."""

    attributes: tuple[str, ...]
    vifs: tuple[float, ...]
    condition_number: float


def collinearity(attributes: Sequence[str], covariances: FloatArray) -> Collinearity:
    """From the attributes' covariance matrix, shape (p, p), without the outcome.

    VIF = 1 / (1 - R²) of an attribute on the others, the diagonal of the inverse correlation matrix. Raises
    ``DriverModelError`` for constant and exactly collinear attributes. Source: Marquardt, Technometrics 12 (1970).
    """
    flat = [name for name, spread in zip(attributes, np.diagonal(covariances), strict=True) if spread <= 0]
    if flat:
        raise DriverModelError(f"{', '.join(flat)}: the same answer in every complete case; leave out")
    correlations = correlations_of(covariances)
    values = np.linalg.eigvalsh(correlations)
    if values[0] < 1e-9:
        raise DriverModelError(f"Some of {', '.join(attributes)} are collinear; keep fewer of them")
    vifs = np.diagonal(np.linalg.inv(correlations)).tolist()
    return Collinearity(tuple(attributes), tuple(vifs), float((values[-1] / values[0]) ** 0.5))


def collinearity_warnings(found: Collinearity) -> Iterator[DriverWarning]:
    """Attributes with a VIF above 10 together, else the whole model with a condition number above 30."""
    inflated = [place for place, vif in enumerate(found.vifs) if vif > LARGEST_VIF]
    if inflated:
        names = tuple(found.attributes[place] for place in inflated)
        yield DriverWarning("collinear", names, max(found.vifs), LARGEST_VIF, "report_together")
    elif found.condition_number > LARGEST_CONDITION:
        yield DriverWarning("collinear", (), found.condition_number, LARGEST_CONDITION, "report_together")


def influence_warnings(found: Influence) -> Iterator[DriverWarning]:
    """A case on which a coefficient hangs alone, and a Cook's distance above 1."""
    if found.decisive:
        yield DriverWarning("influential", (), float(found.decisive), 0.0, "refit_without")
    elif found.strongest and found.strongest[0].cooks_distance > LARGEST_DISTANCE:
        yield DriverWarning("influential", (), found.strongest[0].cooks_distance, LARGEST_DISTANCE, "refit_without")


def linearity_warnings(found: Linearity) -> Iterator[DriverWarning]:
    """A bend that is significant at 1 % and adds at least 1 % to R²."""
    if found.p_value is not None and found.p_value < ALPHA and found.gain >= SMALLEST_BEND:
        yield DriverWarning("bent", (), found.gain, SMALLEST_BEND, "use_penalty_reward")


def lack_of_fit_warnings(found: Iterable[LackOfFit]) -> Iterator[DriverWarning]:
    """Attributes whose own bend is significant at 1 % of all attributes together and adds at least 1 % to R²."""
    bends = tuple(found)
    for bend in bends:
        if bend.p_value is not None and bend.p_value < ALPHA / len(bends) and bend.gain >= SMALLEST_BEND:
            yield DriverWarning("bent", (bend.item,), bend.gain, SMALLEST_BEND, "use_penalty_reward")


def ordered_warnings(attributes: Sequence[str], regression: Regression, ordered: OrderedFit) -> Iterator[DriverWarning]:
    """Attributes whose coefficients point apart in both models, beyond chance in at least one; value: the ordered's."""
    reach = t_quantile(ordered.cases - len(attributes) - 1)
    straight, ranked = regression.coefficients, ordered.coefficients
    told = np.abs(straight) > reach * regression.std_errors
    told |= np.abs(ranked) > reach * ordered.robust_errors[: len(attributes)]
    for place in np.flatnonzero((straight * ranked < 0) & told).tolist():
        yield DriverWarning("sign_differs", (attributes[place],), float(ranked[place]), 0.0, "show_both")


def importance_warnings(
    attributes: Sequence[str], shares: FloatArray, cross_check: FloatArray
) -> Iterator[DriverWarning]:
    """Attributes whose share of R² by LMG and by relative weights, each adding up to 1, lie 5 points apart."""
    apart = np.abs(shares - cross_check)
    for place in np.flatnonzero(apart > LARGEST_DISAGREEMENT).tolist():
        value = float(apart[place])
        yield DriverWarning("importance_differs", (attributes[place],), value, LARGEST_DISAGREEMENT, "do_not_rank")
