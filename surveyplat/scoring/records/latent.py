"""What path models of latent variables tell."""

from dataclasses import dataclass
from typing import Literal

from surveyplat.scoring.records.drivers import Bootstrapped

LatentWarningCode = Literal["negative_weight", "formative_collinearity", "single_item", "replicates_lost"]


@dataclass(frozen=True)
class LatentWarning:
    """negative_weight: an item counts against its own construct (``value`` is the weight); formative_collinearity:
    the item's variance inflation factor is above 5; single_item: the construct is its item, error and all;
    replicates_lost: how many bootstrap replicates could not be fitted."""

    code: LatentWarningCode
    construct: str
    item: str
    value: float


@dataclass(frozen=True)
class ItemRole:
    """An item's standardised outer weight and loading (its correlation with its construct)."""

    item: str
    weight: Bootstrapped
    loading: Bootstrapped


@dataclass(frozen=True)
class ConstructQuality:
    """Reliability of 0-1; None for formative constructs, where it has no meaning, and for a single item.

    ``alpha`` of standardised items; ``rho_c`` composite reliability; ``rho_a`` Dijkstra and Henseler's, None where
    the items' correlations leave it undefined; ``ave`` average variance extracted.
    """

    construct: str
    items: tuple[ItemRole, ...]
    r_squared: Bootstrapped | None
    """None where no path leads to."""
    alpha: Bootstrapped | None
    rho_c: Bootstrapped | None
    rho_a: Bootstrapped | None
    ave: Bootstrapped | None


@dataclass(frozen=True)
class Path:
    """One arrow of a path model, with its standardised coefficient."""

    start: str
    end: str
    coefficient: Bootstrapped


@dataclass(frozen=True)
class Discriminance:
    """HTMT of two reflective constructs: near 1, their items do not tell them apart (above 0.85 or 0.9)."""

    first: str
    second: str
    htmt: Bootstrapped


@dataclass(frozen=True)
class LatentScore:
    """One path model over complete cases."""

    id: str
    complete_cases: int
    replicates: int
    constructs: tuple[ConstructQuality, ...]
    paths: tuple[Path, ...]
    discriminance: tuple[Discriminance, ...]
    warnings: tuple[LatentWarning, ...]


@dataclass(frozen=True)
class LatentIndex:
    """A construct's index on 0-100 points. ``weights`` add up to 1, in the construct's order of items."""

    construct: str
    weights: dict[str, float]
    index: Bootstrapped
    """Its interval re-derives the weights in every replicate."""
    std_error_given_weights: float
    """Of the mean alone, as if the weights were known: √(a'Sa / n), S with divisor n - 1, n the effective base."""
    complete_cases: int
