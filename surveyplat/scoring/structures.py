"""What a study's items measure together: the reliability of its factors, and its models of latent variables."""

from collections.abc import Iterator, Sequence

from surveyplat.errors import ScoringError
from surveyplat.scoring.columns import item_column
from surveyplat.scoring.covariation import Covariation, covariation_of_gram
from surveyplat.scoring.latent_results import LatentIndex, LatentScore, latent_index, latent_score
from surveyplat.scoring.passes import CountedStudy, factor_set, model_set
from surveyplat.scoring.plan import LatentPlan
from surveyplat.scoring.pls import fit_pls
from surveyplat.scoring.reliability import reliability
from surveyplat.scoring.results import FactorReliability


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
                yield FactorReliability(index.id, factor.id, None, str(error))


def latent_results(study: CountedStudy) -> tuple[list[LatentScore], list[LatentIndex], dict[str, str]]:
    """The fitted path models, the indices that they publish, and the reason of each that could not be fitted."""
    scores, indices, refused = [], [], {}
    for latent in study.plan.models:
        try:
            score, index = _latent(study, latent)
        except ScoringError as error:
            refused[latent.model.id] = str(error)
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
