"""What scoring gives: frozen dataclasses, rounded once to 12 significant digits at this room's boundary.

``results_document`` makes the one JSON document that the command line prints, reports read and auditors compare.
Every number carries its base and uncertainty in an ``Estimate``, or says why it is suppressed.
"""

from dataclasses import dataclass, field
from typing import Literal

from surveyplat.scoring.bridge import Bridge
from surveyplat.scoring.comparability import Verdict
from surveyplat.scoring.decomposition import Decomposition
from surveyplat.scoring.diagnostics import DriverWarning
from surveyplat.scoring.estimate import Estimate as Estimate
from surveyplat.scoring.estimate import Suppression as Suppression
from surveyplat.scoring.gaps import GapScore
from surveyplat.scoring.index_structure import IndexStructure
from surveyplat.scoring.latent_results import LatentIndex, LatentScore
from surveyplat.scoring.league import League
from surveyplat.scoring.penalty_reward import PenaltyRewardScore
from surveyplat.scoring.period_invariance import IndexInvariance
from surveyplat.scoring.priorities import PriorityMap
from surveyplat.scoring.reasons import Reason
from surveyplat.scoring.reliability import ReliabilityScore
from surveyplat.scoring.weights import DealerCoverage as DealerCoverage


@dataclass(frozen=True)
class FactorScore:
    id: str
    weight: float
    """The declared weight, normalised to a sum of 1 over the index's factors."""
    score: Estimate


@dataclass(frozen=True)
class IndexScore:
    id: str
    total: float
    score: Estimate
    factors: tuple[FactorScore, ...]


@dataclass(frozen=True)
class ItemScore:
    """An item on its own scale, with the same mean on 0-100 points and its item non-response."""

    id: str
    mean: Estimate
    score100: float | None
    item_nonresponse: float
    """Share of respondents who were asked and gave no substantive answer (0-1)."""


@dataclass(frozen=True)
class RateScore:
    """nps in points (-100..100), csat in percent (0..100)."""

    id: str
    rate: Estimate


@dataclass(frozen=True)
class DealerScore:
    dealer: str
    index: IndexScore


@dataclass(frozen=True)
class Pp100Cell:
    """Problems per 100 vehicles. ``id`` is "total", a category, a problem, a model or a dealer."""

    id: str
    pp100: Estimate
    malfunction: Estimate | None
    design: Estimate | None
    problems: int | None
    """Unweighted count of problems reported; None when the rate is suppressed, which the count would give away."""


@dataclass(frozen=True)
class Pp100Score:
    total: Pp100Cell
    categories: tuple[Pp100Cell, ...]
    problems: tuple[Pp100Cell, ...]
    models: tuple[Pp100Cell, ...]
    dealers: tuple[Pp100Cell, ...]


@dataclass(frozen=True)
class DriverImportance:
    """How much of the outcome's variance an attribute explains (LMG), and how it performs."""

    item: str
    lmg: float
    share: float
    """lmg / R2: the shares add up to 1."""
    share_low: float
    share_high: float
    """95 % percentile interval of the share from a Poisson bootstrap of customers."""
    coefficient: float
    coefficient_std_error: float
    """statsmodels' regression coefficient, and its robust (HC1) standard error."""
    performance: Estimate
    """The attribute's mean, on 0-100 points."""


@dataclass(frozen=True)
class DriverScore:
    id: str
    target: str
    complete_cases: int
    r_squared: float
    r_squared_regression: float
    """The same R2 by statsmodels: the cross-check, equal to 1e-8 or the model is refused."""
    condition_number: float
    largest_vif: float
    replicates: int
    importances: tuple[DriverImportance, ...]
    """Most important first."""


@dataclass(frozen=True)
class DriverChecks:
    """``relative_weights`` are Johnson's, in shares that add up to 1, by attribute.

    ``contrasts`` are None where they cannot be told: on another scale than 1-10, of more than a million complete cases,
    or for the reason in ``contrasts_refused``.
    """

    driver: str
    relative_weights: dict[str, float]
    warnings: tuple[DriverWarning, ...]
    contrasts: PenaltyRewardScore | None
    contrasts_refused: str = ""


@dataclass(frozen=True)
class DerivedIndexScore:
    id: str
    driver: str
    rescaling: str
    total: float
    weights: dict[str, float]
    score: Estimate
    """Standard error given the weights."""


@dataclass(frozen=True)
class FactorReliability:
    """How well the items of a factor go together; None, with the reason, where that cannot be told."""

    index: str
    factor: str
    score: ReliabilityScore | None
    refused: str = ""


@dataclass(frozen=True)
class StudyScores:
    """One study in one period."""

    study: str
    period: str
    snapshot_hash: str
    definition_hash: str
    unweighted_base: int
    weighting: Literal["post_stratified_by_dealer", "unweighted"]
    coverage: tuple[DealerCoverage, ...]
    indices: tuple[IndexScore, ...]
    dealers: tuple[DealerScore, ...]
    """Scores of the study's first index for each dealer, in the order of dealer codes."""
    items: tuple[ItemScore, ...]
    rates: tuple[RateScore, ...]
    pp100: Pp100Score | None
    drivers: tuple[DriverScore, ...]
    drivers_refused: dict[str, tuple[Reason, ...]]
    """Driver models that could not be fitted: id -> the reasons."""
    derived_indices: tuple[DerivedIndexScore, ...]
    driver_checks: tuple[DriverChecks, ...] = ()
    """What stands beside the fitted driver models."""
    league: League | None = None
    """The dealers of the study's first index, side by side; None without one, or with too few dealers."""
    gaps: tuple[GapScore, ...] = ()
    reliability: tuple[FactorReliability, ...] = ()
    latent_models: tuple[LatentScore, ...] = ()
    latent_indices: tuple[LatentIndex, ...] = ()
    latent_refused: dict[str, str] = field(default_factory=dict)
    """Path models that could not be fitted: id -> the reason."""
    structures: tuple[IndexStructure, ...] = ()
    """Whether each index's items hang together as its factors say."""


@dataclass(frozen=True)
class Change:
    """This period against the one before it."""

    id: str
    before: Estimate
    after: Estimate
    change: float | None
    """A difference in points; for PP100 the ratio after / before."""
    ci_low: float | None
    ci_high: float | None
    p_value: float | None
    p_adjusted: float | None
    """Benjamini-Hochberg within the family named by the tuple that holds this change."""
    significant: bool


@dataclass(frozen=True)
class MeasureVerdict:
    """Whether one measure (an index by its id, or pp100) may be compared."""

    measure: str
    verdict: Verdict
    reasons: tuple[Reason, ...]
    warnings: tuple[Reason, ...]


@dataclass(frozen=True)
class PeriodComparison:
    """``verdict``, ``reasons`` and ``warnings`` are those of the study's first measure: its first index, else PP100.

    Unless it is comparable no change is told and every tuple of changes is empty. Decompositions and the bridge are of
    the first index, and list no group of fewer than 30 customers.
    """

    before: str
    after: str
    verdict: Verdict
    reasons: tuple[Reason, ...]
    alpha: float
    indices: tuple[Change, ...]
    factors: tuple[Change, ...]
    dealers: tuple[Change, ...]
    pp100_total: tuple[Change, ...]
    pp100_categories: tuple[Change, ...]
    warnings: tuple[Reason, ...] = ()
    withheld: tuple[MeasureVerdict, ...] = ()
    """Further measures of which no change is told, although the first one is comparable."""
    by_dealer: Decomposition | None = None
    """The change as performance and mix of dealers."""
    by_model: Decomposition | None = None
    bridge: Bridge | None = None
    """With the verdict bridge, when weights or items are what changed: both periods computed both ways."""
    invariance: tuple[IndexInvariance, ...] = ()
    """Whether the items of each index mean the same in both periods, whatever the verdict."""
