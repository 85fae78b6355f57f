"""What driver models tell: importance, its checks, and priorities."""

from dataclasses import dataclass
from typing import Literal

from surveyplat.scoring.records.contrast import Contrast

Method = Literal["lmg", "shapley_permutation"]


@dataclass(frozen=True)
class Bootstrapped:
    """A value, the standard deviation of its replicates and their 2.5 % and 97.5 % points; None without enough of them.

    Of B replicates these points are the 0.025 (B + 1)-th ones from either end: quantiles of the B values themselves lie
    further in, and would leave out 7 % for 5 % when there are 100. Source: Efron and Tibshirani, An Introduction to the
    Bootstrap (1993), 6.2 and 13.3; Hyndman and Fan, American Statistician 50 (1996), type 6.
    """

    value: float
    std_error: float | None
    ci_low: float | None
    ci_high: float | None


@dataclass(frozen=True)
class Replicated:
    """A measure with its standard error over replicates; ``ci_low`` and ``ci_high`` are None for the jackknife."""

    value: float
    std_error: float
    df: float
    replicates: int
    ci_low: float | None = None
    ci_high: float | None = None


WarningCode = Literal["collinear", "influential", "bent", "sign_differs", "importance_differs"]

Remedy = Literal["report_together", "refit_without", "use_penalty_reward", "show_both", "do_not_rank"]


@dataclass(frozen=True)
class DriverWarning:
    """collinear: the attributes' importance cannot be told apart (report their sum); influential: a few cases decide
    (refit without them, show whether it matters); bent: a straight line misses what happens at the ends (use
    penalty-reward contrasts); sign_differs: the ordered model finds the opposite direction (show both);
    importance_differs: LMG and relative weights share R² out differently (do not rank these attributes)."""

    code: WarningCode
    attributes: tuple[str, ...]
    """Those concerned; empty when it is the whole model."""
    value: float
    limit: float
    remedy: Remedy


@dataclass(frozen=True)
class DealerInfluence:
    """A dealer whose cases move a coefficient: ``shift`` of ``item``'s, in its own robust standard errors.

    ``distance`` is Cook's distance of all coefficients when the dealer is left out.
    """

    dealer: str
    cases: int
    distance: float
    item: str
    shift: float
    coefficient_without: float


@dataclass(frozen=True)
class CoefficientWithout:
    """A coefficient of all cases, and of those without the customers above the threshold."""

    item: str
    coefficient: float
    without: float


@dataclass(frozen=True)
class InfluenceScore:
    """``above_threshold`` counts customers with a Cook's distance above ``threshold`` = 4 / n; no one is named.

    ``decisive`` counts cases that a coefficient hangs on alone. ``without`` gives the coefficients, in the model's
    order, when all customers above the threshold are left out; empty when these are fewer than five, or everything.
    ``dealers`` are those of at least 30 complete cases that move a coefficient farthest.
    """

    customers: int
    above_threshold: int
    threshold: float
    largest_distance: float
    decisive: int
    without: tuple[CoefficientWithout, ...]
    dealers: tuple[DealerInfluence, ...]


@dataclass(frozen=True)
class PointDeviation:
    """How far, on the outcome's scale, those who gave an attribute this point lie from the straight model."""

    point: int
    answers: int
    deviation: float


@dataclass(frozen=True)
class LackOfFit:
    """``gain`` is what the attribute's points add to R² over its straight line: large samples find any bend
    significant. ``f`` and ``p_value`` are None where fewer than three points were given, or nothing is left over.

    ``points`` are those that at least 30 gave.
    """

    item: str
    f: float | None
    df: int
    p_value: float | None
    gain: float
    points: tuple[PointDeviation, ...]


@dataclass(frozen=True)
class Linearity:
    """``gain`` is what the square and the cube of the fitted values add to R²: large samples find any bend
    significant, so that the gain says whether it matters. ``f`` and ``p_value`` are None without any residual."""

    f: float | None
    df: int
    p_value: float | None
    gain: float


@dataclass(frozen=True)
class OrderedCoefficient:
    """Log odds of a better point for each point of the attribute; the error is robust, by customer."""

    item: str
    coefficient: float
    std_error: float


@dataclass(frozen=True)
class OrderedModel:
    """An ordered logit of the same outcome on the same attributes.

    ``cases`` are those that it was fitted to: every ``step``-th customer's, so that they are not many more than 30,000.
    """

    cases: int
    step: int
    points: tuple[float, ...]
    coefficients: tuple[OrderedCoefficient, ...]
    pseudo_r_squared: float
    """1 - log L / log L₀ (0-1). Source: McFadden, in Frontiers in Econometrics (1974)."""
    rank_correlation: float | None
    """Spearman's, of the sizes of both models' coefficients per standard deviation; None of one attribute, or ties."""


FactorKind = Literal["dissatisfier", "neutral", "satisfier"]


@dataclass(frozen=True)
class PenaltyReward:
    """One attribute, in points of the outcome against an answer in the middle.

    ``penalty`` (of a low answer; negative when it hurts) and ``reward`` (of a high one) are None when too few answers
    lie on that side or outside it. ``asymmetry`` = reward + penalty, negative when disappointing weighs more.
    """

    item: str
    penalty: Contrast | None
    reward: Contrast | None
    asymmetry: Contrast | None
    kind: FactorKind | None
    """None when it cannot be told, because a side is missing or shows no spread."""
    low_answers: int
    high_answers: int


@dataclass(frozen=True)
class PenaltyRewardScore:
    """What low and high answers do to the outcome ``target``; ``constant`` that of middle ones."""

    target: str
    constant: float
    r_squared: float
    complete_cases: int
    attributes: tuple[PenaltyReward, ...]


Quadrant = Literal["improve", "maintain", "low_priority", "overkill"]

QUADRANTS: tuple[Quadrant, ...] = ("improve", "maintain", "low_priority", "overkill")
"""In order: important and below the mean performance; important, above; unimportant, below; unimportant, above."""


@dataclass(frozen=True)
class Priority:
    """Where one attribute stands on the map, and how certain that is."""

    item: str
    importance: Bootstrapped
    performance: Bootstrapped
    quadrant: Quadrant
    """Where the estimates themselves lie."""
    probabilities: dict[Quadrant, float]
    """They add up to 1."""
    settled: bool
    """The quadrant has a probability of at least 0.9; otherwise say that the place is not certain."""


@dataclass(frozen=True)
class PriorityMap:
    """All attributes of a driver model by importance and performance."""

    importance_mark: float
    """Where the map is divided: the mean importance, and the mean performance, of all attributes."""
    performance_mark: float
    replicates: int
    items: tuple[Priority, ...]
