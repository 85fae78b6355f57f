"""What an action rests on: the finding that it was drafted from, as it was recorded."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from surveyplat.errors import Fault, InvalidInput
from surveyplat.improvement.actions import StoredAction, actions_of
from surveyplat.storage.database import Database
from surveyplat.storage.tables import Action


@dataclass(frozen=True)
class Grounds:
    """A stored action with its finding: ``evidence`` holds the numbers by name, and ``unweighted_base``."""

    action: StoredAction
    kind: str
    subject: str
    evidence: Mapping[str, Any]
    found_at: datetime
    rows_hash: str
    """Of the frozen rows that it was found in."""

    @property
    def dealer(self) -> str | None:
        """Whose number it is, where the finding is on one dealer."""
        return self.subject if self.kind.startswith("dealer_") else None


async def grounds_of(db: Database, key: str) -> Grounds:
    """The action of this key and its finding. Raises ``InvalidInput`` when there is no such action."""
    finding: Any = Action.finding
    told = finding.kind, finding.subject, finding.evidence, finding.found_at, finding.snapshot_hash
    rows = await db.read(Action.select(Action.study, Action.period, *told).where(Action.key == key).limit(1))
    if not rows:
        fix = "`surveyplat actions` lists them with their keys"
        raise InvalidInput([Fault("action", key, "there is no such action", fix)])
    row = rows[0]
    stored = await actions_of(db, row["study"], row["period"])
    return Grounds(
        next(action for action in stored if action.key == key),
        row["finding.kind"],
        row["finding.subject"],
        json.loads(row["finding.evidence"]),
        row["finding.found_at"],
        row["finding.snapshot_hash"],
    )
