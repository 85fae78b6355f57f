"""Do an index's items mean the same in two periods? Its factor model in both, or why that was not tested."""

from collections.abc import Iterator

from scipy.special import chdtri

from surveyplat.errors import LatentModelError
from surveyplat.scoring.index_structure import covariation_kept
from surveyplat.scoring.invariance import LARGEST_CFI_LOSS, LEAST_CFI, measurement_invariance
from surveyplat.scoring.reasons import Reason
from surveyplat.scoring.records.structures import IndexInvariance, IndexStructure, Invariance, InvarianceStep
from surveyplat.scoring.structure import FactorModel

_RARE = 0.001
_BY_DESIGN = "invariance_untested_items"


def index_invariance(before: IndexStructure | None, after: IndexStructure) -> IndexInvariance:
    """The two-group factor model of an index from what each period's results keep.

    Not tested: items or factors that differ or that no data identify, too few complete answers in a period, factors
    that fit neither period (CFI below 0.90), and estimates that do not settle. Raises nothing.
    """
    if before is None or before.factors != after.factors or not (_is_testable(before) and _is_testable(after)):
        return IndexInvariance(after.index, None, (Reason(_BY_DESIGN),))
    if before.moments is None or after.moments is None:
        return IndexInvariance(after.index, None, tuple(_untold(before, after)))
    try:
        model = FactorModel(after.index, after.factors)
        found = measurement_invariance(model, covariation_kept(before.moments), covariation_kept(after.moments))
    except LatentModelError:
        return IndexInvariance(after.index, None, (Reason("invariance_untested_model"),))
    unfit = Reason("invariance_untested_fit", {"cfi": found.configural.cfi, "least": LEAST_CFI})
    return IndexInvariance(after.index, found, (unfit,) if found.level == "none" else ())


def telling_cfi_loss(tested: IndexInvariance) -> float | None:
    """What equal intercepts lose; None where that tells nothing: not tested, factors that fit neither period,
    or a loss that as few answers may show by chance."""
    if tested.found is None or tested.found.level == "none" or _is_chance(tested.found.scalar):
        return None
    return tested.found.scalar.cfi_loss


def warnings_of(tested: IndexInvariance) -> tuple[Reason, ...]:
    """What a reader of a change should know: that it was not tested although it could be, loadings that differ.

    An index whose factors no data can test says so in ``refused`` alone: it would be warned of for ever.
    """
    untested = tuple(reason for reason in tested.refused if reason.code != _BY_DESIGN)
    return (*untested, *(_remarks(tested.found) if tested.found else ()))


def _is_testable(structure: IndexStructure) -> bool:
    return structure.moments is not None or any(reason.code in _OF_ANSWERS for reason in structure.refused)


_OF_ANSWERS = ("structure_base", "structure_constant", "structure_collinear")
"""Why answers, and not the factors, tell nothing."""


def _untold(before: IndexStructure, after: IndexStructure) -> Iterator[Reason]:
    """The period with the fewest answers stands for both; answers that are all alike are told without figures."""
    reasons = [reason for side in (before, after) for reason in side.refused if reason.code in _OF_ANSWERS]
    bases = [reason for reason in reasons if reason.code == "structure_base"]
    if bases:
        yield Reason("invariance_untested_base", min(bases, key=lambda reason: reason.values["found"]).values)
    else:
        yield Reason("invariance_untested_model")


def _remarks(found: Invariance) -> Iterator[Reason]:
    """What the two-group model shows beside its verdict on the means."""
    if found.level == "none":
        return
    loadings, intercepts = found.metric, found.scalar
    if abs(loadings.cfi_loss) > LARGEST_CFI_LOSS and not _is_chance(loadings):
        yield Reason("loadings_differ", {"cfi_loss": loadings.cfi_loss, "limit": LARGEST_CFI_LOSS})
    if abs(intercepts.cfi_loss) > LARGEST_CFI_LOSS and _is_chance(intercepts):
        values = {"cfi_loss": intercepts.cfi_loss, "chance": loss_by_chance(intercepts), "limit": LARGEST_CFI_LOSS}
        yield Reason("invariance_untested_chance", values)


def loss_by_chance(step: InvarianceStep) -> float:
    """The CFI that a step loses by chance alone once in a thousand times: (χ²(0.999, df) - df) / (χ²₀ - df₀).

    With 100 answers a period and weak loadings, items that mean the same lose more than 0.01 of CFI in one of three
    comparisons; with 300, in none of a hundred.
    """
    return (float(chdtri(step.df, _RARE)) - step.df) / max(step.fit.baseline_excess, 1.0)


def _is_chance(step: InvarianceStep) -> bool:
    return LARGEST_CFI_LOSS < abs(step.cfi_loss) <= loss_by_chance(step)
