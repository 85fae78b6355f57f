"""What scoring gives: frozen dataclasses, rounded once to 12 significant digits at this room's boundary.

``results_document`` makes the one JSON document that the command line prints, reports read and auditors compare.
Every number carries its base and uncertainty in an ``Estimate``, or says why it is suppressed.
"""

from dataclasses import dataclass, field
from typing import Literal

from surveyplat.scoring.comparability import Verdict
from surveyplat.scoring.estimate import Estimate as Estimate
from surveyplat.scoring.estimate import Suppression as Suppression
from surveyplat.scoring.reasons import Reason
from surveyplat.scoring.records.changes import Bridge, CommonProblems, Decomposition, ProblemBridge
from surveyplat.scoring.records.coverage import DealerCoverage as DealerCoverage
from surveyplat.scoring.records.drivers import (
    DriverWarning,
    InfluenceScore,
    LackOfFit,
    Linearity,
    Method,
    OrderedModel,
    PenaltyRewardScore,
    PriorityMap,
    Replicated,
)
from surveyplat.scoring.records.latent import LatentIndex, LatentScore
from surveyplat.scoring.records.league import League
from surveyplat.scoring.records.quality import AnswerQuality
from surveyplat.scoring.records.rates import IntervalMethod, ParetoPart, RateMethod, RestContrast
from surveyplat.scoring.records.spread import GapScore, IndexDistribution, ItemDistribution
from surveyplat.scoring.records.structures import IndexInvariance, IndexStructure, ReliabilityScore
from surveyplat.scoring.weighting import UNWEIGHTED, WeightingKind
from surveyplat.scoring.weighting import Weighting as Weighting


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
class RegionScore:
    """The study's first index over all dealers of a region: the sum of theirs."""

    region: str
    index: IndexScore


@dataclass(frozen=True)
class Pp100Cell:
    """Problems per 100 vehicles. ``id`` is "total", a category, problem, model, build month, region or dealer."""

    id: str
    pp100: Estimate
    malfunction: Estimate | None
    design: Estimate | None
    problems: int | None
    """Unweighted count of problems reported; None when the rate is suppressed, which the count would give away."""
    dispersion: float | None = None
    """Pearson's, of the vehicles' numbers of problems: 1 where these vary as Poisson counts do, above 1 where a few
    vehicles have most of them. None without any problem, and where the rate is suppressed."""
    interval: IntervalMethod = "log_linearised"
    """How the interval of ``pp100`` was made."""


@dataclass(frozen=True)
class Pp100Score:
    """PP100 in total and broken down.

    What adds up, for whoever withholds cells. On the same vehicles (those asked everything): malfunction + design =
    pp100, in the total and in each cell of models, build months, regions and dealers, as rates and as counts. Over
    cells: Σ rate · weighted base of models (of build months, of dealers) and of the vehicles of no known one = that of
    the total; regions are sums of their dealers. Categories, and problems within their category, add up to the total
    (category) as rates where their bases are the same. ``pareto_*`` hold the shares in the total of the same cells, and
    ``*_against_rest`` the ratio of a shown cell to the total less that cell: both go where their cell goes.
    """

    total: Pp100Cell
    categories: tuple[Pp100Cell, ...]
    problems: tuple[Pp100Cell, ...]
    models: tuple[Pp100Cell, ...]
    dealers: tuple[Pp100Cell, ...]
    build_months: tuple[Pp100Cell, ...] = ()
    """By the month in which vehicles were built, 2026-03; vehicles of no known month are in the total only."""
    regions: tuple[Pp100Cell, ...] = ()
    pareto_categories: tuple[ParetoPart, ...] = ()
    """Shares of all problems, largest first; empty where the total is withheld or no problem was reported."""
    pareto_problems: tuple[ParetoPart, ...] = ()
    models_against_rest: tuple[RestContrast, ...] = ()
    """Each model against all other vehicles: a family of tests of its own, as are the two tuples below."""
    build_months_against_rest: tuple[RestContrast, ...] = ()
    regions_against_rest: tuple[RestContrast, ...] = ()


@dataclass(frozen=True)
class DriverImportance:
    """How much of the outcome's variance an attribute explains (LMG, or its sampled estimate), and how it performs."""

    item: str
    lmg: float
    share: float
    """lmg / R2: the shares add up to 1."""
    share_low: float
    share_high: float
    """95 % percentile interval of the share from a Poisson bootstrap of customers."""
    coefficient: float
    coefficient_std_error: float
    """statsmodels' regression coefficient, and its standard error, robust (HC1) and by customer."""
    performance: Estimate
    """The attribute's mean, on 0-100 points."""
    monte_carlo_error: float = 0.0
    """Of the share, from the draw of orders; 0 where the share is exact."""


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
    method: Method = "lmg"
    """lmg: exact; shapley_permutation: over ``orders`` random orders of entry, of more than 20 attributes."""
    orders: int = 0
    priorities: PriorityMap | None = None
    """Importance and performance together; None for the reasons in ``priorities_refused``."""
    priorities_refused: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class DriverChecks:
    """``relative_weights`` are Johnson's, in shares that add up to 1, by attribute.

    ``contrasts`` and the ``ordered`` logit are None where they cannot be told, for the reasons beside them. What rests
    on the cases themselves is told of every so-many-th customer where there are more than 100,000 complete cases.
    """

    driver: str
    relative_weights: dict[str, float]
    warnings: tuple[DriverWarning, ...]
    contrasts: PenaltyRewardScore | None
    contrasts_refused: tuple[Reason, ...] = ()
    ordered: OrderedModel | None = None
    ordered_refused: tuple[Reason, ...] = ()
    influence: InfluenceScore | None = None
    linearity: Linearity | None = None
    """Of the model as a whole; None where no degree of freedom is left."""
    lack_of_fit: tuple[LackOfFit, ...] = ()
    """Of each attribute by itself."""


@dataclass(frozen=True)
class DerivedIndexScore:
    id: str
    driver: str
    rescaling: str
    total: float
    weights: dict[str, float]
    score: Estimate
    """Standard error given the weights."""
    rederived: Replicated | None = None
    """With the weights derived anew in each replicate; None where the score is withheld or too few replicates tell."""


@dataclass(frozen=True)
class FactorReliability:
    """How well the items of a factor go together; None, with the reason, where that cannot be told."""

    index: str
    factor: str
    score: ReliabilityScore | None
    refused: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class StudyScores:
    """One study in one period."""

    study: str
    period: str
    snapshot_hash: str
    definition_hash: str
    unweighted_base: int
    weighting: WeightingKind
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
    latent_refused: dict[str, tuple[Reason, ...]] = field(default_factory=dict)
    """Path models that could not be fitted: id -> the reasons."""
    regions: tuple[RegionScore, ...] = ()
    """Scores of the study's first index for each region, in the order of their names."""
    rate_league: League | None = None
    """The dealers of PP100, side by side, at their own mix of models; fewer problems are better."""
    structures: tuple[IndexStructure, ...] = ()
    """Whether each index's items hang together as its factors say."""
    weighting_summary: Weighting = UNWEIGHTED
    """Margins, joined and uncovered categories, trimming and what the weights cost; why no more was raked."""
    distributions: tuple[ItemDistribution, ...] = ()
    index_distributions: tuple[IndexDistribution, ...] = ()
    answer_quality: AnswerQuality | None = None
    """Who was perhaps not thinking, and the scores without them; nobody is left out of any other number."""


ChangeMethod = Literal["difference", RateMethod]
"""difference: of two estimates, from their own intervals; else how two rates of problems were compared."""


@dataclass(frozen=True)
class Change:
    """This period against the one before it."""

    id: str
    before: Estimate
    after: Estimate
    change: float | None
    """A difference in points; for PP100 the ratio after / before, None to a rate of 0."""
    ci_low: float | None
    ci_high: float | None
    p_value: float | None
    p_adjusted: float | None
    """Benjamini-Hochberg within the family named by the tuple that holds this change."""
    significant: bool
    method: ChangeMethod = "difference"


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
    pp100_by_dealer: Decomposition | None = None
    """The change of PP100, after less before, as performance and mix of dealers."""
    pp100_by_model: Decomposition | None = None
    pp100_by_category: ProblemBridge | None = None
    """The same change as the sum of its categories' steps; None where the catalogues of problems differ."""
    pp100_common: CommonProblems | None = None
    """Where PP100 is bridged because the catalogues differ: both periods on the problems in common."""
    invariance: tuple[IndexInvariance, ...] = ()
    """Whether the items of each index mean the same in both periods, whatever the verdict."""
