"""What became of the actions of the period before: each one's effect, as far as frozen periods tell it."""

from surveyplat.audit.periods import Period
from surveyplat.errors import InvalidInput, SnapshotMissing
from surveyplat.improvement.actions import actions_of
from surveyplat.scoring.records.effects import StudyEffect
from surveyplat.timelines.judging import Manner, effect_of, question_of_action
from surveyplat.timelines.walking import Instance


async def judged_actions(instance: Instance, period: Period) -> dict[str, StudyEffect | None]:
    """The effects of the actions of the period before ``period``, by the actions' keys.

    None where no month after the action is frozen yet. An action that is for no one dealer is absent: there is nobody
    to compare with.
    """
    found: dict[str, StudyEffect | None] = {}
    for action in await actions_of(instance.db, instance.study, period.previous().name):
        try:
            asked = await question_of_action(instance.db, instance.study, action.key, Manner())
        except InvalidInput:
            continue
        try:
            found[action.key] = await effect_of(instance, asked)
        except (InvalidInput, SnapshotMissing):
            found[action.key] = None
    return found
