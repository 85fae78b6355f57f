"""From frozen events to weighted scores: a model whose owners seldom answer counts for the events that it had."""

import pytest
from audit_cast import AFTERWARDS, QUARTER, Answered, questionnaire, store

from surveyplat.audit.freeze import FrozenPeriod, freeze
from surveyplat.fieldwork.population import eligible_events
from surveyplat.forms.versions import content_hash
from surveyplat.measurement import scoring_plan
from surveyplat.scored_periods import source_of
from surveyplat.scoring.results import StudyScores
from surveyplat.scoring.study import score_study
from surveyplat.settings import Settings
from surveyplat.storage.database import Database

pytestmark = pytest.mark.anyio

AURORA, BOREALIS = range(100), range(100, 200)


def visits() -> list[Answered]:
    """100 visits of each model, evenly at both dealers: 60 of Aurora rate 8 or 10, 20 of Borealis rate 4 or 6."""
    rated = {number: 8 + number // 2 % 2 * 2 for number in AURORA[:60]}
    rated |= {number: 4 + number // 2 % 2 * 2 for number in BOREALIS[:20]}
    return [
        Answered(
            number,
            {"courtesy": rated[number]} if number in rated else None,
            model="Aurora" if number in AURORA else "Borealis",
        )
        for number in (*AURORA, *BOREALIS)
    ]


async def frozen(db: Database, settings: Settings) -> FrozenPeriod:
    await store(db, settings, visits())
    events = await eligible_events(db, questionnaire(), QUARTER.first_day, QUARTER.last_day)
    return await freeze(db, settings, questionnaire(), QUARTER, population=events, now=AFTERWARDS)


def scored(period: FrozenPeriod) -> StudyScores:
    definition = questionnaire()
    return score_study(scoring_plan(definition, content_hash(definition)), source_of(period))


async def test_a_model_that_answers_seldom_counts_for_its_events(db: Database, settings: Settings) -> None:
    """Unweighted the 80 answers average 8; by events, half and half, 9 and 5 average 7."""
    scores = scored(await frozen(db, settings))
    courtesy = next(item.mean for item in scores.items if item.id == "courtesy")
    assert scores.weighting == "raked"
    assert courtesy.unweighted_base == 80
    assert courtesy.value == pytest.approx(7)
    # every answer is 1 away from its model's mean: 30 and 10 a dealer, weighing 100 / 60 and 100 / 20
    squares = 2 * 40 / 39 * (30 * (100 / 60) ** 2 + 10 * 5**2)
    assert courtesy.std_error == pytest.approx(squares**0.5 / 200)
    _, model = scores.weighting_summary.margins
    assert [(each.names, each.events, each.responses) for each in model.categories] == [
        (("Aurora",), 100, 60),
        (("Borealis",), 100, 20),
    ]


async def test_a_period_frozen_when_dealers_alone_were_counted_is_weighted_by_dealer(
    db: Database, settings: Settings
) -> None:
    period = await frozen(db, settings)
    for later in ("population_cells", "population_months"):
        del period.manifest[later]
    scores = scored(period)
    assert next(item.mean.value for item in scores.items if item.id == "courtesy") == pytest.approx(8)
    assert scores.weighting == "post_stratified_by_dealer"
    assert [reason.code for reason in scores.weighting_summary.reasons] == ["events_by_dealer_only"]
