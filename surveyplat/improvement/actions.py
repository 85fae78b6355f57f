"""Findings and the actions drafted from them, in the database: recorded once, then owned by people.

Recording the same findings again changes nothing: an action that somebody has taken over is never drafted anew.
"""

import json
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from surveyplat.improvement.drafting import ActionDraft
from surveyplat.reports.findings import Finding
from surveyplat.scoring.results import StudyScores
from surveyplat.storage.database import Database, Unit
from surveyplat.storage.tables import Action
from surveyplat.storage.tables import Finding as FindingRow

State = Literal["draft", "open", "done", "dropped"]
"""What has become of an action; every new one is a draft."""


@dataclass(frozen=True)
class StoredAction:
    """An action as it stands. ``plan`` holds, for each language, why, what, who, when, where and how."""

    key: str
    study: str
    period: str
    plan: Mapping[str, Mapping[str, str]]
    owner: str
    due_on: date
    state: State
    drafted_at: datetime


def record_findings(
    scores: StudyScores, findings: Sequence[Finding], drafts: Sequence[ActionDraft], now: datetime
) -> Unit[None]:
    """The unit that stores a period's findings and the actions drafted from them, each unless it is stored."""

    def unit() -> Generator[Any, list[dict[str, Any]], None]:
        for finding in findings:
            row = _finding_row(scores, finding, now)
            yield FindingRow.insert(row).on_conflict(target=FindingRow.key, action="DO NOTHING")
        for draft in drafts:
            key = _finding_key(scores, draft.finding_key)
            stored = yield FindingRow.select(FindingRow.id).where(FindingRow.key == key)
            action = _action_row(scores, stored[0]["id"], draft, now)
            yield Action.insert(action).on_conflict(target=Action.key, action="DO NOTHING")

    return unit


async def actions_of(db: Database, study: str | None = None, period: str | None = None) -> tuple[StoredAction, ...]:
    """The stored actions, those of one study and period when given, in the order in which they were drafted."""
    query = Action.select().order_by(Action.id)
    if study is not None:
        query = query.where(Action.study == study)
    if period is not None:
        query = query.where(Action.period == period)
    return tuple(_stored(row) for row in await db.read(query))


def _finding_key(scores: StudyScores, finding_key: str) -> str:
    return f"{scores.study}:{scores.period}:{finding_key}"


def _finding_row(scores: StudyScores, finding: Finding, now: datetime) -> FindingRow:
    evidence = {**finding.evidence, "unweighted_base": finding.unweighted_base, "certainty": finding.certainty}
    return FindingRow(
        key=_finding_key(scores, finding.key),
        study=scores.study,
        period=scores.period,
        kind=finding.kind,
        subject=finding.subject,
        priority=finding.priority,
        evidence=_json(evidence),
        snapshot_hash=scores.snapshot_hash,
        found_at=now,
    )


def _action_row(scores: StudyScores, finding: int, draft: ActionDraft, now: datetime) -> Action:
    return Action(
        key=draft.key,
        finding=finding,
        study=scores.study,
        period=scores.period,
        plan=_json(draft.plan),
        owner=draft.owner,
        due_on=draft.due_on,
        state="draft",
        drafted_at=now,
    )


def _stored(row: Mapping[str, Any]) -> StoredAction:
    return StoredAction(
        key=row["key"],
        study=row["study"],
        period=row["period"],
        plan=json.loads(row["plan"]),
        owner=row["owner"],
        due_on=row["due_on"],
        state=row["state"],
        drafted_at=row["drafted_at"],
    )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
