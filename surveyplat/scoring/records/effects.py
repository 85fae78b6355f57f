"""What an action did."""

from dataclasses import dataclass
from typing import Literal

from surveyplat.scoring.reasons import Reason
from surveyplat.scoring.records.contrast import Contrast

Method = Literal["cr2", "wild_bootstrap", "permutation"]


@dataclass(frozen=True)
class EffectEstimate:
    """A value with its 95 % interval and p value; permutation has no standard error and no degrees of freedom.

    An end of the interval is None where nothing bounds it.
    """

    value: float
    std_error: float | None
    df: float | None
    ci_low: float | None
    ci_high: float | None
    p_value: float | None
    method: Method
    smallest_p: float
    """No p value of this method can be lower: 1 / assignments, 1 / (replicates + 1), or 0."""


@dataclass(frozen=True)
class ActionEffect:
    """What an action did to the dealers that took it, in points of the panel's measure.

    ``effect`` counts from shrunk baselines, ``unconditioned`` is the textbook's regression with clustered standard
    errors on the dealers' months as they were. ``pre_trend``: how much faster the treated dealers rose than the others
    before the action, in points a month. All three are None where nothing can be told.
    """

    verdict: Literal["told", "cannot_be_told"]
    effect: EffectEstimate | None
    unconditioned: Contrast | None
    pre_trend: EffectEstimate | None
    reliability: float | None
    """B of the treated dealers' baselines, their mean: 1 is no regression to the mean."""
    treated_dealers: int
    control_dealers: int
    months_before: int
    months_after: int
    base: float
    """Weighted answers behind the effect."""
    reasons: tuple[Reason, ...]
    """Why it cannot be told; else what was refused or left out, and what to beware of."""


ALPHA = 0.05
"""Above this p value an effect is called neither better nor worse."""


EffectVerdict = Literal["better", "worse", "unclear", "untold"]


@dataclass(frozen=True)
class StudyEffect:
    """What an action did to ``dealers``, in points of ``measure``; no dealer's own month is told.

    ``months`` are those compared, ``periods`` the frozen periods that they are from; ``gaps`` says which months were
    asked for and could not be used.
    """

    study: str
    measure: str
    dealers: tuple[str, ...]
    first_month: str
    months: tuple[str, ...]
    periods: tuple[str, ...]
    effect: ActionEffect
    gaps: tuple[Reason, ...] = ()

    @property
    def verdict(self) -> EffectVerdict:
        """Better or worse only where chance explains it in less than 5 % of cases; fewer problems are better."""
        found = self.effect.effect
        if found is None:
            return "untold"
        if found.p_value is None or found.p_value > ALPHA:
            return "unclear"
        fewer_is_better = self.measure == "pp100" or self.measure.startswith("complaint_")
        return "better" if (found.value > 0) != fewer_is_better else "worse"
