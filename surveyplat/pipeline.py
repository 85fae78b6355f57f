"""The product's table of contents: the one place that sees several rooms at once.

    intake -> invite_due -> survey pages -> freeze_period -> score_period -> report_period -> actions -> next period

Each function takes the database, the settings and the time, and goes one step of that way.
"""

import asyncio
import json
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import surveyplat
from surveyplat.audit.freeze import FrozenPeriod, freeze, load_snapshot
from surveyplat.audit.periods import Period
from surveyplat.durable import write_durably
from surveyplat.errors import SnapshotMissing, UnknownStudy
from surveyplat.fieldwork.invitations import DefinitionVersion, InviteReport, invite
from surveyplat.fieldwork.population import eligible_events
from surveyplat.forms.language import Definition
from surveyplat.forms.loading import load_definition
from surveyplat.shipped import shipped_folder
from surveyplat.forms.versions import canonical_json, content_hash, definition_from_json
from surveyplat.measurement import scoring_plan
from surveyplat.scoring.documents import results_document, scores_from_document
from surveyplat.scoring.periods import compare_periods
from surveyplat.scoring.results import PeriodComparison, StudyScores
from surveyplat.scoring.snapshot import SnapshotSource
from surveyplat.scoring.study import score_study
from surveyplat.settings import Settings
from surveyplat.storage.database import Database
from surveyplat.storage.tables import QuestionnaireVersion


@dataclass(frozen=True)
class PeriodScores:
    """One study in one period, scored, beside the period before it when that one is frozen too."""

    frozen: FrozenPeriod
    definition: Definition
    period: Period
    scores: StudyScores
    comparison: PeriodComparison | None


def study_definition(study: str) -> Definition:
    """The current definition of a study. Raises ``UnknownStudy`` naming those that there are."""
    folder = shipped_folder("questionnaires")
    path = folder / f"{study}.yaml"
    if path.parent != folder or not path.is_file():
        known = ", ".join(sorted(file.stem for file in folder.glob("*.yaml")))
        raise UnknownStudy(f"{study}: there is no such study. The studies are {known}")
    return load_definition(path)


async def invite_due(db: Database, settings: Settings, study: str, now: datetime) -> InviteReport:
    """Invite everybody whose event is due for the study and who may be asked."""
    definition = study_definition(study)
    version = DefinitionVersion(content_hash(definition), definition.version, canonical_json(definition))
    return await invite(db, definition, version, settings.keys.link, now=now)


async def freeze_period(
    db: Database, settings: Settings, study: str, period: Period, *, cut_off: datetime | None = None, now: datetime
) -> FrozenPeriod:
    """Freeze a study's period with the events that could have been answered as its population."""
    definition = study_definition(study)
    eligible = await eligible_events(db, definition, period.first_day, period.last_day)
    return await freeze(db, settings, definition, period, population=eligible or None, cut_off=cut_off, now=now)


async def score_period(
    db: Database,
    settings: Settings,
    study: str,
    period: Period,
    *,
    executor: Executor | None = None,
    stored: bool = False,
) -> PeriodScores:
    """Score a frozen period and compare it with the one before.

    The results are kept, and read back from there, so that a kept result and a new one are the same. ``stored`` takes
    those that this version of the program has kept, when there are any. Raises ``SnapshotMissing`` when the period was
    never frozen.
    """
    frozen, definition, scores = await _score(db, settings, study, period, executor, stored=stored)
    try:
        _, _, before = await _score(db, settings, study, period.previous(), executor, stored=True)
    except SnapshotMissing:
        return PeriodScores(frozen, definition, period, scores, None)
    return PeriodScores(frozen, definition, period, scores, compare_periods(before, scores))


async def _score(
    db: Database, settings: Settings, study: str, period: Period, executor: Executor | None, *, stored: bool
) -> tuple[FrozenPeriod, Definition, StudyScores]:
    frozen = await load_snapshot(db, settings, study, period)
    definition = await stored_definition(db, frozen.definition_hash)
    kept = settings.data_dir / "results" / study / period.name / f"{frozen.rows_hash}-{surveyplat.__version__}.json"
    if not (stored and kept.is_file()):
        source = SnapshotSource(frozen.path, frozen.rows_hash, period.name, frozen.manifest["population"])
        plan = scoring_plan(definition, frozen.definition_hash)
        scores = await asyncio.to_thread(score_study, plan, source, executor=executor)
        kept.parent.mkdir(parents=True, exist_ok=True)
        write_durably(kept, json_line(results_document(scores)).encode(), mode=0o644)
    return frozen, definition, scores_from_document(json.loads(kept.read_text(encoding="utf-8")))


async def stored_definition(db: Database, definition_hash: str) -> Definition:
    """The definition that has this hash, from the database. Raises ``UnknownStudy`` when it was never stored."""
    query = QuestionnaireVersion.select(QuestionnaireVersion.body)
    rows = await db.read(query.where(QuestionnaireVersion.content_hash == definition_hash))
    if not rows:
        raise UnknownStudy(f"the definition {definition_hash} is not stored. Restore it from a backup")
    return definition_from_json(rows[0]["body"])


def json_line(document: Any) -> str:
    """One JSON document on one line, the same for the same content."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False) + "\n"
