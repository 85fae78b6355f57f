"""What factor models tell: fit, loadings, reliability, and whether items mean the same in two periods."""

from dataclasses import dataclass
from typing import Literal

from surveyplat.scoring.reasons import Reason


@dataclass(frozen=True)
class FactorFitIndices:
    """χ² takes answers for normally distributed, which scale points are not: judge by CFI, RMSEA and SRMR.

    Usual marks of a good fit: CFI at least 0.95 (0.90 at the least), RMSEA at most 0.06 (0.08), SRMR at most 0.08
    (Hu and Bentler 1999). ``rmsea`` and its 90 % interval are None without degrees of freedom.
    """

    chi_square: float
    df: int
    p_value: float | None
    cfi: float
    rmsea: float | None
    rmsea_low: float | None
    rmsea_high: float | None
    srmr: float
    base: float
    baseline_excess: float
    """χ²₀ - df₀ of items that have nothing to do with one another: what CFI is measured by."""


StructureWarningCode = Literal["negative_unique_variance", "factors_not_apart", "weak_loading"]


@dataclass(frozen=True)
class Factor:
    """A factor and the items that are to hang together by it."""

    id: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class Parameter:
    """An estimate with its standard error and 95 % interval (value ± 1.96 SE)."""

    value: float
    std_error: float
    ci_low: float
    ci_high: float


@dataclass(frozen=True)
class Loading:
    """Standardised: the correlation of an item with its factor."""

    factor: str
    item: str
    loading: Parameter


@dataclass(frozen=True)
class FactorCorrelation:
    """How far two factors of one model go together (-1..1)."""

    first: str
    second: str
    correlation: Parameter


@dataclass(frozen=True)
class StructureWarning:
    """negative_unique_variance: the item's ``value`` is below 0, which no variance can be; factors_not_apart: the
    correlation of two factors reaches 1 within its interval; weak_loading: a loading below 0.4 in size."""

    code: StructureWarningCode
    subject: tuple[str, ...]
    value: float


@dataclass(frozen=True)
class StructureScore:
    """A fitted factor model over complete cases, standardised."""

    id: str
    complete_cases: int
    fit: FactorFitIndices
    loadings: tuple[Loading, ...]
    correlations: tuple[FactorCorrelation, ...]
    warnings: tuple[StructureWarning, ...]


@dataclass(frozen=True)
class ItemMoments:
    """Means and covariances (divisor Σw, lower triangle row by row) of complete cases, on the items' own scales.

    From these and the effective base anybody can fit the factor model again, alone or with another period's.
    """

    items: tuple[str, ...]
    complete_cases: int
    effective_base: float
    means: tuple[float, ...]
    covariances: tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class IndexStructure:
    """The factor model of an index; without ``score`` where ``refused`` says why it cannot be told.

    ``moments`` are None where no model could be fitted to them: too few answers, items that are all alike.
    """

    index: str
    factors: tuple[Factor, ...]
    score: StructureScore | None
    moments: ItemMoments | None
    refused: tuple[Reason, ...] = ()


InvarianceLevel = Literal["scalar", "metric", "configural", "none"]


@dataclass(frozen=True)
class InvarianceStep:
    """A stricter model against the one before: the CFI that it loses, and the χ² test of the difference."""

    fit: FactorFitIndices
    cfi_loss: float
    chi_square: float
    df: int
    p_value: float


@dataclass(frozen=True)
class FactorMeanChange:
    """The factor's mean after less before, in standard deviations of the factor before, under the scalar model."""

    factor: str
    change: Parameter


@dataclass(frozen=True)
class ItemShift:
    """By how much an item's mean rose beyond what its factor explains, in the item's standard deviations."""

    item: str
    shift: float


@dataclass(frozen=True)
class Invariance:
    """``level`` is the strictest that holds; "none" when not even the same factors fit (CFI below 0.90)."""

    id: str
    level: InvarianceLevel
    configural: FactorFitIndices
    metric: InvarianceStep
    scalar: InvarianceStep
    mean_changes: tuple[FactorMeanChange, ...]
    """Empty unless means are comparable."""
    shifts: tuple[ItemShift, ...]
    """What equal intercepts leave unexplained, item by item: which of them are answered another way."""

    @property
    def means_comparable(self) -> bool:
        return self.level == "scalar"


@dataclass(frozen=True)
class IndexInvariance:
    """``found`` is None where ``refused`` says why the index was not tested."""

    index: str
    found: Invariance | None
    refused: tuple[Reason, ...] = ()

    @property
    def moved_items(self) -> tuple[str, ...]:
        """The item that moved most apart from its factor, and those that moved at least half as far."""
        shifts = sorted(self.found.shifts, key=lambda each: -abs(each.shift)) if self.found else []
        return tuple(each.item for each in shifts if abs(each.shift) >= abs(shifts[0].shift) / 2)


@dataclass(frozen=True)
class Reliability:
    """Alpha, at most 1 (below 0 when items contradict each other), with Feldt's 95 % interval."""

    alpha: float
    ci_low: float
    ci_high: float


@dataclass(frozen=True)
class ItemRest:
    """An item against the sum of the others. The correlation has Fisher's 95 % interval.

    ``without`` is the reliability of the others alone; None when only one would be left.
    """

    item: str
    correlation: float | None
    """None when the others' sum has no spread."""
    ci_low: float | None
    ci_high: float | None
    without: Reliability | None


@dataclass(frozen=True)
class ReliabilityScore:
    """How far items measure one thing: their sum, and each of them against the others."""

    items: tuple[ItemRest, ...]
    raw: Reliability
    """Of the sum of the answers as given."""
    standardised: Reliability
    """Of the sum of standardised answers."""
    complete_cases: int
    effective_base: float
