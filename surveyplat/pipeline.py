"""The product's table of contents: a study's way through the rooms, step by step.

    intake -> invite_due -> survey pages -> freeze_period -> score_period -> report_period -> actions -> next period

Each function takes the database, the settings and the time, and goes one step of that way.
"""

import asyncio
import json
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import surveyplat
from surveyplat.audit.canonical import json_hash
from surveyplat.audit.corrections import first_published
from surveyplat.audit.freeze import FrozenPeriod, freeze, load_snapshot
from surveyplat.audit.periods import Period, parse_period
from surveyplat.audit.proofs import AuditLog, read_log
from surveyplat.bundle_parts import (
    action_record,
    answered_definitions,
    dealers_of_scores,
    earlier_side,
    names_of_measures,
)
from surveyplat.durable import write_durably
from surveyplat.errors import SnapshotMissing
from surveyplat.fieldwork.invitations import InviteReport, invite
from surveyplat.fieldwork.population import eligible_events
from surveyplat.forms.language import Definition
from surveyplat.forms.loading import load_study
from surveyplat.forms.measuring import Index
from surveyplat.forms.stored import store_definition, stored_definition
from surveyplat.forms.versions import canonical_json as definition_json
from surveyplat.forms.versions import content_hash
from surveyplat.foundations import with_foundations
from surveyplat.improvement.actions import actions_of, record_findings
from surveyplat.improvement.drafting import Naming, draft_actions
from surveyplat.measurement import labels, participation, scoring_plan
from surveyplat.period_texts import chosen_texts
from surveyplat.publishing import MadeReport, publish_report
from surveyplat.reports.bundle import ReportBundle
from surveyplat.reports.dealer_bundle import extract_of
from surveyplat.reports.explaining.evidence import gather_evidence
from surveyplat.reports.explaining.explanation import explain
from surveyplat.reports.explaining.steps import Explanation
from surveyplat.reports.explaining.subject import Wanted, subject_of
from surveyplat.reports.explaining.voice import Published
from surveyplat.reports.findings import find
from surveyplat.reports.languages import wording_of
from surveyplat.reports.restating import restatement
from surveyplat.scored_periods import PeriodScores, ScoredPeriod, compare_scored, score_frozen, source_of, trend_point
from surveyplat.scoring.documents import (
    comparison_document,
    comparison_from_document,
    effect_document,
    json_line,
    results_document,
    scores_from_document,
)
from surveyplat.scoring.records.effects import StudyEffect
from surveyplat.scoring.results import PeriodComparison, StudyScores
from surveyplat.scoring.workers import ALONE, Progress, Workers, silent
from surveyplat.settings import Settings
from surveyplat.storage.database import Database

MOST_EARLIER = 35
"""Periods before its own whose first measure a report shows."""


async def invite_due(
    db: Database, settings: Settings, definition: Definition, *, now: datetime, until: date | None = None
) -> InviteReport:
    """Invite everybody whose event is due for the study, or will be by the day ``until``, and who may be asked."""
    await db.write(store_definition(definition, now))
    return await invite(db, definition, content_hash(definition), settings.keys.link, now=now, until=until)


async def freeze_period(
    db: Database, settings: Settings, study: str, period: Period, *, cut_off: datetime | None = None, now: datetime
) -> FrozenPeriod:
    """Freeze a study's period with the events that could have been answered as its population."""
    definition = load_study(study, settings.questionnaires)
    eligible = await eligible_events(db, definition, period.first_day, period.last_day)
    return await freeze(db, settings, definition, period, population=eligible or None, cut_off=cut_off, now=now)


async def score_period(
    db: Database,
    settings: Settings,
    study: str,
    period: Period,
    *,
    executor: Executor | None = None,
    progress: Progress = silent,
    stored: bool = False,
) -> PeriodScores:
    """Score a frozen period and compare it with the one before.

    The results are kept, and read back from there, so that a kept result and a new one are the same. ``stored`` takes
    those that this version of the program has kept, when there are any. Raises ``SnapshotMissing`` when the period was
    never frozen.
    """
    workers = Workers(executor, progress)
    after = await score_one(db, settings, study, period, workers, stored=stored)
    try:
        before = await score_one(db, settings, study, period.previous(), workers, stored=True)
    except SnapshotMissing:
        return PeriodScores(after.frozen, after.definition, period, after.scores, None)
    comparison = await compare_two(settings, before, after, workers, stored=stored)
    earlier = before.definition, before.frozen
    return PeriodScores(after.frozen, after.definition, period, after.scores, comparison, *earlier)


async def score_one(
    db: Database,
    settings: Settings,
    study: str,
    period: Period,
    workers: Workers,
    *,
    stored: bool,
    revision: int | None = None,
) -> ScoredPeriod:
    """A frozen period by itself, as it is now or in an earlier revision.

    Raises ``SnapshotMissing`` when it was never frozen.
    """
    frozen = await load_snapshot(db, settings, study, period, revision=revision)
    definition = await stored_definition(db, frozen.definition_hash)
    kept = _kept_results(settings, study, period.name, frozen.name)
    if not (stored and kept.is_file()):
        scores = await asyncio.to_thread(score_frozen, frozen, definition, workers)
        _keep(kept, results_document(scores))
    return ScoredPeriod(frozen, definition, scores_from_document(json.loads(kept.read_text(encoding="utf-8"))))


async def compare_two(
    settings: Settings, before: ScoredPeriod, after: ScoredPeriod, workers: Workers, *, stored: bool
) -> PeriodComparison:
    """The comparison of two scored periods, kept and read back like the scores."""
    hashes = f"{after.frozen.name}-against-{before.frozen.name}"
    kept = _kept_results(settings, after.scores.study, after.scores.period, hashes)
    if not (stored and kept.is_file()):
        compared = await asyncio.to_thread(compare_scored, before, after, workers)
        _keep(kept, comparison_document(compared))
    return comparison_from_document(json.loads(kept.read_text(encoding="utf-8")))


def _kept_results(settings: Settings, study: str, period: str, hashes: str) -> Path:
    return settings.data_dir / "results" / study / period / f"{hashes}-{surveyplat.__version__}.json"


def _keep(path: Path, document: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_durably(path, json_line(document).encode(), mode=0o644)


async def explain_number(
    db: Database, settings: Settings, study: str, period: Period, wanted: Wanted, language: str
) -> Explanation:
    """Say how one published number came about, from what is kept of the period and from its frozen rows.

    Raises ``SnapshotMissing`` when the period was never frozen, and ``InvalidInput`` for a number that there is not.
    """
    scored = await score_period(db, settings, study, period, stored=True)
    subject = subject_of(scored.scores, wanted)
    frozen, plan = scored.frozen, scoring_plan(scored.definition, scored.frozen.definition_hash)
    evidence = await asyncio.to_thread(gather_evidence, plan, source_of(frozen), subject)
    published = Published(
        scored.scores,
        scored.comparison,
        plan,
        frozen.manifest,
        frozen.path,
        labels(scored.definition, language),
        {row["code"]: row["name"] for row in await dealers_of_scores(db, scored.scores)},
    )
    return explain(language, published, subject, evidence)


async def report_period(
    db: Database,
    settings: Settings,
    study: str,
    period: Period,
    language: str,
    *,
    now: datetime,
    judged: Mapping[str, StudyEffect | None] | None = None,
) -> MadeReport:
    """Make the PDF of a scored period and draft actions from what it finds.

    ``judged`` are the effects of the period before's actions on dealers, by key; None where no month after is frozen.

    The bundle's time is when the newest thing in it was recorded, not when the report was made: as long as nothing
    changes, the same command gives the same bytes. It is sealed afterwards, then its publication goes into the audit
    log.
    """
    scored = await score_period(db, settings, study, period, stored=True)
    dealers = await dealers_of_scores(db, scored.scores)
    await record_drafts(db, scored, dealers, now=now)
    log = await read_log(db)
    entry = log.frozen_as(f"{study}:{period.name}", json_hash(scored.frozen.manifest))
    bundle = await _bundle(db, scored, dealers, language, log.recorded(entry + 1))
    texts = await asyncio.to_thread(chosen_texts, scored.frozen, scored.definition, scored.scores)
    counted = participation(scored.frozen.manifest)
    bundle = replace(
        bundle,
        dispositions=None if counted is None else vars(counted.dispositions),
        verbatims=texts,
        judged={key: None if effect is None else effect_document(effect) for key, effect in (judged or {}).items()},
        trend=tuple(await _trend(db, settings, scored)),
        restated=await restated_since(db, settings, scored.frozen, scored.scores, log),
    )
    bundle = await with_foundations(db, settings, bundle)
    return await publish_report(db, settings, bundle, log, now=now)


async def restated_since(
    db: Database, settings: Settings, frozen: FrozenPeriod, scores: StudyScores, log: AuditLog
) -> tuple[dict[str, Any], ...]:
    """What a period's corrections made of it since its first report, for a bundle; nothing where nothing changed."""
    study, period = scores.study, scores.period
    first = first_published(log, study, period)
    if first is None or first == frozen.revision:
        return ()
    published = await score_one(db, settings, study, parse_period(period), ALONE, stored=True, revision=first)
    manifest = published.frozen.manifest
    told = restatement(period, published.scores, scores)
    return ({**told, "manifest": extract_of(manifest, json_hash(manifest))},)


async def _trend(db: Database, settings: Settings, scored: PeriodScores) -> list[dict[str, Any]]:
    """The first measure in the periods before, oldest first, as far back as each may be compared with the next."""
    told: list[dict[str, Any]] = []
    while len(told) < MOST_EARLIER and scored.comparison is not None and scored.comparison.verdict == "comparable":
        scored = await score_period(db, settings, scored.scores.study, scored.period.previous(), stored=True)
        point = trend_point(scored.frozen, scored.scores)
        if point is not None:
            told.insert(0, point)
    return told


async def record_drafts(db: Database, scored: PeriodScores, dealers: list[dict[str, Any]], *, now: datetime) -> None:
    """Record what was found and the actions drafted from it, as far as they are not recorded yet."""
    study, period = scored.scores.study, scored.scores.period
    found = find(scored.scores, scored.comparison)
    naming = Naming(
        {tag: labels(scored.definition, tag) for tag in scored.definition.languages},
        {row["code"]: row["name"] for row in dealers},
    )
    drafts = draft_actions(found, naming, study=study, period=period, today=now.date())
    await db.write(record_findings(scored.scores, found, drafts, now))


async def _bundle(
    db: Database, scored: PeriodScores, dealers: list[dict[str, Any]], language: str, log: Mapping[str, Any]
) -> ReportBundle:
    manifest, study = scored.frozen.manifest, scored.scores.study
    current = await actions_of(db, study, scored.period.name)
    previous = await actions_of(db, study, scored.period.previous().name)
    times = [datetime.fromisoformat(manifest["frozen_at"]), *(action.drafted_at for action in (*current, *previous))]
    return ReportBundle(
        study=study,
        period=scored.period.name,
        language=language,
        title=wording_of(scored.definition.title, language),
        brand_group=" / ".join(sorted({row["brand"] for row in dealers})),
        labels=names_of_measures(answered_definitions(scored), language),
        dealers={row["code"]: row["name"] for row in dealers},
        regions={row["code"]: row["region"] for row in dealers},
        manifest=manifest,
        results=results_document(scored.scores),
        comparison=None if scored.comparison is None else comparison_document(scored.comparison),
        previous_actions=tuple(action_record(action, language) for action in previous),
        current_actions=tuple(action_record(action, language) for action in current),
        index_items={index.id: _items_of(index) for index in scored.definition.measurement.indices},
        as_of=max(times).isoformat(),
        synthetic=bool(manifest["synthetic"]),
        definition=definition_json(scored.definition),
        before=earlier_side(scored),
        log=log,
    )


def _items_of(index: Index) -> tuple[str, ...]:
    return tuple(item for factor in index.factors for item in factor.items)
