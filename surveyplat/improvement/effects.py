"""Which dealers an action was for, and when it was to be done: what its effect is judged by."""

from dataclasses import dataclass
from datetime import date

from surveyplat.errors import Fault, InvalidInput
from surveyplat.storage.database import Database
from surveyplat.storage.tables import Action

_OF_A_DEALER = "dealer_"
"""What the kinds of findings on one dealer start with; the finding's subject is the dealer's code."""


@dataclass(frozen=True)
class ActionScope:
    """The months from ``begun_on`` to ``due_on`` are neither before the action nor after it."""

    study: str
    dealers: tuple[str, ...]
    begun_on: date
    due_on: date


async def action_scope(db: Database, key: str) -> ActionScope:
    """The scope of a stored action. Raises ``InvalidInput`` for one that there is not, or that is for no one dealer."""
    rows = await db.read(
        Action.select(
            Action.study, Action.due_on, Action.drafted_at, Action.finding.kind, Action.finding.subject
        ).where(Action.key == key)
    )
    if not rows:
        raise _invalid(key, "there is no such action", "`surveyplat actions` lists them with their keys")
    row = rows[0]
    if not row["finding.kind"].startswith(_OF_A_DEALER):
        fix = "Name the dealers that took it with --dealers, and its first month with --from"
        raise _invalid(key, f"it was drafted from {row['finding.kind']}, which is no finding on one dealer", fix)
    return ActionScope(row["study"], (row["finding.subject"],), row["drafted_at"].date(), row["due_on"])


def _invalid(key: str, cause: str, fix: str) -> InvalidInput:
    return InvalidInput([Fault("action", key, cause, fix)])
