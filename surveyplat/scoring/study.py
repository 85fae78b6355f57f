"""One study in one period: a snapshot and a plan in, every score out."""

from collections.abc import Collection, Iterator
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial

import numpy as np

from surveyplat.errors import InsufficientBase
from surveyplat.scoring.columns import index_column
from surveyplat.scoring.declared_rates import declared_rates
from surveyplat.scoring.derived_replicates import rederived
from surveyplat.scoring.disclosure import hidden_dealers, without_disclosure
from surveyplat.scoring.distributions import index_distributions, item_distributions
from surveyplat.scoring.documents import rounded
from surveyplat.scoring.driver_models import DriverModels, driver_models
from surveyplat.scoring.gaps import gap_scores
from surveyplat.scoring.indices import dealer_scores, index_score, item_score, rate_scores, region_scores
from surveyplat.scoring.intervals import mean_interval
from surveyplat.scoring.league import league_of
from surveyplat.scoring.league_numbers import Measure
from surveyplat.scoring.passes import CountedStudy, count_derived, count_study
from surveyplat.scoring.plan import ScoringPlan
from surveyplat.scoring.plan_checks import check_plan
from surveyplat.scoring.pp100 import pp100_score
from surveyplat.scoring.quality_results import answer_quality
from surveyplat.scoring.rate_league import rate_league
from surveyplat.scoring.records.league import League
from surveyplat.scoring.results import (
    DealerScore,
    DerivedIndexScore,
    IndexScore,
    ItemScore,
    RateScore,
    RegionScore,
    StudyScores,
)
from surveyplat.scoring.snapshot import SnapshotSource
from surveyplat.scoring.structures import factor_reliabilities, index_structures, latent_results
from surveyplat.scoring.suppression import published
from surveyplat.scoring.weights import coverage
from surveyplat.scoring.workers import Progress, Workers, silent


def score_study(
    plan: ScoringPlan, source: SnapshotSource, *, executor: Executor | None = None, progress: Progress = silent
) -> StudyScores:
    """Every measure of the plan, rounded to 12 significant digits; the same numbers whatever the ``executor``.

    Answers are raked to the eligible events of dealer, model and month as far as these are known (``weighing``). Raises
    ``SnapshotMissing``, ``InsufficientBase`` for a snapshot without rows, and ``ScoringError`` for a plan or snapshot
    that contradicts itself and for workers that are lost. Bases that are too small and driver models that cannot be
    fitted are part of the result.
    """
    check_plan(plan)
    study = count_study(plan, source, Workers(executor, progress))
    drivers = driver_models(study)
    models, latent_indices, latent_refused = latent_results(study)
    seen, simple = study.answers, study.is_simple_sample
    return _published(
        study,
        StudyScores(
            study=plan.study,
            period=source.period,
            snapshot_hash=source.rows_hash,
            definition_hash=plan.definition_hash,
            unweighted_base=study.inventory.row_count,
            weighting=study.weighed.kind,
            weighting_summary=study.weighed.summary,
            coverage=coverage(study.inventory, study.weighed.population),
            indices=_indices(study),
            dealers=_dealers(study),
            items=_items(study),
            rates=_rates(study),
            pp100=pp100_score(study.table, plan, study.inventory),
            drivers=tuple(drivers.scores.values()),
            drivers_refused=drivers.refused,
            driver_checks=drivers.checks,
            derived_indices=tuple(_derived_indices(study, drivers)),
            gaps=gap_scores(study.table, plan.gaps),
            reliability=tuple(factor_reliabilities(study)),
            latent_models=tuple(models),
            latent_indices=tuple(latent_indices),
            latent_refused=latent_refused,
            structures=tuple(index_structures(study)),
            regions=tuple(_regions(study)),
            distributions=tuple(item_distributions(study.plan, seen.histograms, seen.missing, simple_sample=simple)),
            index_distributions=tuple(index_distributions(study.plan, seen.histograms)),
            answer_quality=answer_quality(study.quality, study.plan, simple_sample=simple),
        ),
    )


def _published(study: CountedStudy, scores: StudyScores) -> StudyScores:
    """Without what would disclose suppressed numbers, with the leagues of the dealers still shown, and rounded."""
    regions = {region: study.inventory.dealers_in(region) for region in study.inventory.regions}
    safe = without_disclosure(scores, study.table, regions)
    league = _league(study, hidden_dealers(safe))
    rates = rate_league(study.table, safe.pp100, study.inventory.models, _rng(study))
    return rounded(replace(safe, league=league, rate_league=rates))


def _indices(study: CountedStudy) -> tuple[IndexScore, ...]:
    return tuple(index_score(study.table, index) for index in study.plan.indices)


def _dealers(study: CountedStudy) -> tuple[DealerScore, ...]:
    return tuple(score for index in study.plan.indices[:1] for score in dealer_scores(study.table, index))


def _regions(study: CountedStudy) -> Iterator[RegionScore]:
    for index in study.plan.indices[:1]:
        yield from region_scores(study.table, index, study.inventory)


def _league(study: CountedStudy, withheld: Collection[str]) -> League | None:
    """The dealers side by side on the first index; None where there is no index, or nothing to set side by side."""
    if not study.plan.indices or len(study.table.known_dealers) < 2:
        return None
    index = study.plan.indices[0]
    measure = Measure("score", 0.0, index.total)
    try:
        return league_of(study.table, index_column(index.id), measure, _rng(study), withheld=withheld)
    except InsufficientBase:
        return None


def _rng(study: CountedStudy) -> np.random.Generator:
    """Random numbers that depend on nothing but the snapshot."""
    return np.random.default_rng(int(study.source.rows_hash[:16], 16))


def _rates(study: CountedStudy) -> tuple[RateScore, ...]:
    simple = study.is_simple_sample
    headline = rate_scores(study.table, study.plan, simple_sample=simple)
    return (*headline, *declared_rates(study.table, study.plan.rates, simple_sample=simple))


def _items(study: CountedStudy) -> tuple[ItemScore, ...]:
    return tuple(item_score(study.table, item, study.asked[item.id]) for item in study.plan.items)


def _derived_indices(study: CountedStudy, drivers: DriverModels) -> Iterator[DerivedIndexScore]:
    """Indices weighted by the importance of their driver's attributes, for the drivers that could be fitted."""
    for derived in study.plan.derived_indices:
        if derived.driver not in drivers.scores:
            continue
        weights = {importance.item: importance.share for importance in drivers.scores[derived.driver].importances}
        table = count_derived(study, derived, weights)
        points = partial(mean_interval, lowest=0.0, highest=derived.total)
        found = table.overall(index_column(derived.id))
        score = published(found, points)
        anew = None if score.suppressed else rederived(study, derived, drivers.shared[derived.driver], found)
        yield DerivedIndexScore(derived.id, derived.driver, derived.rescaling, derived.total, weights, score, anew)
