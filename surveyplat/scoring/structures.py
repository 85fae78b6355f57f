"""What a study's items measure together: whether its factors hold, their reliability, models of latent variables."""

from collections.abc import Iterator, Sequence

from surveyplat.errors import InsufficientBase, LatentModelError, ScoringError
from surveyplat.scoring.columns import item_column
from surveyplat.scoring.covariation import Covariation, covariation_of_gram
from surveyplat.scoring.index_structure import item_moments, unfitted
from surveyplat.scoring.latent_results import latent_index, latent_score
from surveyplat.scoring.passes import CountedStudy, factor_set, model_set, structure_set
from surveyplat.scoring.plan import IndexPlan, LatentPlan
from surveyplat.scoring.pls import fit_pls
from surveyplat.scoring.reasons import Refusal, reason_of
from surveyplat.scoring.records.latent import LatentIndex, LatentScore
from surveyplat.scoring.records.structures import IndexStructure
from surveyplat.scoring.reliability import reliability
from surveyplat.scoring.results import FactorReliability
from surveyplat.scoring.structure import FactorModel, data_fault, factor_model, model_faults, structure, too_few


def factor_reliabilities(study: CountedStudy) -> Iterator[FactorReliability]:
    """Cronbach's alpha and the like for every factor of several items; why not, where it cannot be told."""
    for index in study.plan.indices:
        for factor in index.factors:
            if len(factor.items) < 2:
                continue
            try:
                counted = counted_together(study, factor_set(index.id, factor.id), factor.items)
                yield FactorReliability(index.id, factor.id, reliability(counted))
            except ScoringError as error:
                yield FactorReliability(index.id, factor.id, None, (reason_of(error),))


def index_structures(study: CountedStudy) -> Iterator[IndexStructure]:
    """The check of every index of a study, by maximum likelihood (``structure``), with its declared factors.

    Missing: complete cases of all items of the index. Raises nothing: what cannot be told is part of the result.
    """
    return (_checked(study, index) for index in study.plan.indices)


def _checked(study: CountedStudy, index: IndexPlan) -> IndexStructure:
    model = factor_model(index)
    unidentified = tuple(fault.reason for fault in model_faults(model))
    if unidentified:
        return IndexStructure(index.id, model.factors, None, None, unidentified)
    try:
        held = counted_together(study, structure_set(index.id), model.items)
    except InsufficientBase:
        return IndexStructure(index.id, model.factors, None, None, (too_few(0),))
    fault = data_fault(held)
    if fault is not None:
        return IndexStructure(index.id, model.factors, None, None, (fault.reason,))
    return _fitted(model, held)


def _fitted(model: FactorModel, held: Covariation) -> IndexStructure:
    moments = item_moments(held)
    try:
        return IndexStructure(model.id, model.factors, structure(model, held), moments)
    except LatentModelError as error:
        return IndexStructure(model.id, model.factors, None, moments, (unfitted(error),))


def latent_results(study: CountedStudy) -> tuple[list[LatentScore], list[LatentIndex], dict[str, Refusal]]:
    """The fitted path models, the indices that they publish, and the reasons of each that could not be fitted."""
    scores: list[LatentScore] = []
    indices: list[LatentIndex] = []
    refused: dict[str, Refusal] = {}
    for latent in study.plan.models:
        try:
            score, index = _latent(study, latent)
        except ScoringError as error:
            refused[latent.model.id] = (reason_of(error),)
        else:
            scores.append(score)
            indices += index
    return scores, indices, refused


def _latent(study: CountedStudy, latent: LatentPlan) -> tuple[LatentScore, list[LatentIndex]]:
    fit = fit_pls(latent.model, counted_together(study, model_set(latent.model.id), latent.model.items))
    scales = {item.id: item for item in study.plan.items}
    return latent_score(fit), [latent_index(fit, latent.index, scales)] if latent.index else []


def counted_together(study: CountedStudy, name: str, items: Sequence[str]) -> Covariation:
    """Means and covariances of items that the main pass counted together.

    The effective base is that of the complete cases, taken to be reduced by weights and clusters as much as that of
    the item which they reduce most. Raises ``InsufficientBase`` with fewer than two complete cases.
    """
    gram = study.grams[name]
    ratios = [study.table.overall(item_column(item)) for item in items]
    kept = min((each.effective_base / each.unweighted_base for each in ratios if each.unweighted_base), default=1.0)
    return covariation_of_gram(items, gram, gram.complete_cases * kept)
