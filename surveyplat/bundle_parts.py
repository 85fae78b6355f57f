"""What reports of several kinds tell of a period in the same words: dealers, names, actions, what is computed again."""

from collections.abc import Iterable
from typing import Any

from surveyplat.audit.freeze import FrozenPeriod
from surveyplat.forms.language import Definition
from surveyplat.forms.versions import canonical_json
from surveyplat.improvement.actions import StoredAction
from surveyplat.measurement import labels
from surveyplat.reports.bundle import ActionRecord
from surveyplat.reports.languages import nearest
from surveyplat.scored_periods import PeriodScores
from surveyplat.scoring.results import StudyScores
from surveyplat.storage.database import Database
from surveyplat.storage.tables import Dealer


async def dealers_of_scores(db: Database, *scores: StudyScores) -> list[dict[str, Any]]:
    """Code, name, region and brand of the dealers that any of the scores speaks of, in the order of codes."""
    rows = await db.read(Dealer.select(Dealer.code, Dealer.name, Dealer.region, Dealer.brand).order_by(Dealer.code))
    covered = {coverage.dealer for each in scores for coverage in each.coverage}
    return [row for row in rows if row["code"] in covered]


def names_of_measures(definitions: Iterable[Definition], language: str) -> dict[str, str]:
    """What everything measured is called, by the last of the definitions that measures it."""
    named: dict[str, str] = {}
    for definition in definitions:
        named |= labels(definition, nearest(definition.languages, language))
    return named


def answered_definitions(scored: PeriodScores) -> tuple[Definition, ...]:
    """That of the period before, where there is a comparison, and the period's own."""
    return (scored.definition,) if scored.before is None else (scored.before, scored.definition)


def earlier_side(scored: PeriodScores) -> dict[str, Any] | None:
    """The period before as ``computed_by`` tells it; None without a comparison."""
    if scored.before is None or scored.frozen_before is None:
        return None
    return computed_by(scored.frozen_before, scored.before)


def computed_by(frozen: FrozenPeriod, definition: Definition) -> dict[str, Any]:
    """By what a side of a comparison can be computed again: its manifest and its questionnaire's canonical JSON."""
    return {"definition": canonical_json(definition), "manifest": frozen.manifest}


def action_record(action: StoredAction, language: str) -> ActionRecord:
    """An action as a report in the language shows it."""
    return ActionRecord(
        key=action.key,
        plan=action.plan[nearest(action.plan, language)],
        owner=action.owner,
        due_on=action.due_on.isoformat(),
        state=action.state,
    )
