"""A report for every dealer: each from a bundle of its own, made anywhere, kept, sealed and logged batch by batch.

What is kept already from the same bundle is not made again, so that a run that was stopped goes on where it was.
"""

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import surveyplat
from surveyplat.audit.canonical import json_hash
from surveyplat.audit.notes import Signer, signer_of
from surveyplat.audit.periods import Period
from surveyplat.audit.proofs import read_log
from surveyplat.audit.publication import Publication, record_publications
from surveyplat.bundle_parts import (
    action_record,
    answered_definitions,
    dealers_of_scores,
    earlier_side,
    names_of_measures,
)
from surveyplat.dealer_bundles import DealerSource, dealer_bundle
from surveyplat.dealer_texts import texts_by_dealer
from surveyplat.durable import write_durably
from surveyplat.errors import Fault, InvalidInput
from surveyplat.forms.versions import canonical_json as definition_json
from surveyplat.improvement.actions import actions_of
from surveyplat.pipeline import record_drafts, score_period
from surveyplat.publishing import key_name
from surveyplat.reports.bundle import Bundle, canonical_json
from surveyplat.reports.dealer_bundle import DealerBundle
from surveyplat.reports.from_json import make_from_json
from surveyplat.reports.kinds import bundle_from_json
from surveyplat.reports.languages import wording_of
from surveyplat.reports.sealing import prove_foundations, seal_report
from surveyplat.scored_periods import PeriodScores
from surveyplat.scoring.dealer_details import DealerDetails, dealer_details
from surveyplat.scoring.dealer_results import dealers_of
from surveyplat.scoring.documents import from_plain_document, json_line, plain_document
from surveyplat.scoring.workers import Progress, Workers, silent
from surveyplat.settings import Settings
from surveyplat.storage.batches import batches
from surveyplat.storage.database import Database
from surveyplat.storage.tables import Report

_BATCH = 50
_DETAILS = "surveyplat dealer details 1"
_UNSAFE = re.compile(r"[^\w.-]")


@dataclass(frozen=True)
class DealerReports:
    """What a run made: ``paths`` by dealer, those kept from before included."""

    paths: Mapping[str, Path]
    made: int
    is_sealed: bool


@dataclass(frozen=True)
class _Wanted:
    """One report to be kept: its bundle as it is kept beside the PDF."""

    dealer: str
    path: Path
    bundle: bytes
    bundle_hash: str

    @property
    def is_kept(self) -> bool:
        beside = self.path.with_suffix(".bundle.json")
        return self.path.is_file() and beside.is_file() and beside.read_bytes() == self.bundle


async def report_dealers(
    db: Database,
    settings: Settings,
    study: str,
    period: Period,
    language: str,
    *,
    dealers: Sequence[str] | None = None,
    executor: Executor | None = None,
    progress: Progress = silent,
    now: datetime,
) -> DealerReports:
    """Make the reports of the named dealers, or of all that have answers in the period.

    Raises ``InvalidInput`` naming every dealer without answers, and ``SnapshotMissing`` when the period was never
    frozen.
    """
    workers = Workers(executor, progress)
    scored = await score_period(db, settings, study, period, executor=executor, progress=progress, stored=True)
    wanted = _checked(scored, dealers)
    known = await dealers_of_scores(db, scored.scores)
    await record_drafts(db, scored, known, now=now)
    log = await read_log(db)
    entry = log.frozen_as(f"{study}:{period.name}", json_hash(scored.frozen.manifest))
    source = await _source(db, settings, scored, known, language, log.recorded(entry + 1), workers)
    folder = settings.data_dir / "reports" / study / period.name / "dealers"
    folder.mkdir(parents=True, exist_ok=True)
    reports = await asyncio.to_thread(lambda: [_wanted(folder, dealer_bundle(source, dealer)) for dealer in wanted])
    signer = None if settings.seal_seed is None else signer_of(settings)
    proofs = None if signer is None else prove_foundations(log, dealer_bundle(source, wanted[0]), signer)
    seal = None if signer is None or proofs is None else _Seal(signer, proofs)
    made = await _keep_all(db, settings, reports, seal, workers, language, now)
    return DealerReports({report.dealer: report.path for report in reports}, made, seal is not None)


def _checked(scored: PeriodScores, dealers: Sequence[str] | None) -> tuple[str, ...]:
    answered = dealers_of(scored.scores)
    if dealers is None and answered:
        return answered
    place = f"{scored.scores.study} {scored.scores.period}"
    if not answered:
        fix = "Only studies whose answers name a dealer, with an index or problems, have reports for dealers"
        raise InvalidInput([Fault("dealers", place, "no dealer has answers there", fix)])
    fix = f"Dealers with answers: {', '.join(answered[:20])}{', ...' if len(answered) > 20 else ''}"
    faults = [
        Fault("dealer", f"{place} {name}", "this dealer has no answers there", fix)
        for name in dealers or ()
        if name not in answered
    ]
    if faults:
        raise InvalidInput(faults)
    return tuple(dict.fromkeys(dealers or ()))


async def _source(
    db: Database,
    settings: Settings,
    scored: PeriodScores,
    known: Sequence[Mapping[str, Any]],
    language: str,
    log: Mapping[str, Any],
    workers: Workers,
) -> DealerSource:
    """Everything that the bundles are cut from."""
    previous = await actions_of(db, scored.scores.study, scored.period.previous().name)
    current = await actions_of(db, scored.scores.study, scored.scores.period)
    return DealerSource(
        language=language,
        title=wording_of(scored.definition.title, language),
        names={row["code"]: row["name"] for row in known},
        brands={row["code"]: row["brand"] for row in known},
        labels=names_of_measures(answered_definitions(scored), language),
        manifest=scored.frozen.manifest,
        definition=definition_json(scored.definition),
        scores=scored.scores,
        details=await asyncio.to_thread(_details, settings, scored, workers),
        comparison=scored.comparison,
        before=earlier_side(scored),
        current=[(action_record(action, language), action.drafted_at) for action in current],
        previous=[(action_record(action, language), action.drafted_at) for action in previous],
        texts=await asyncio.to_thread(texts_by_dealer, scored.frozen),
        log=log,
        key_name=key_name(settings),
    )


def _details(settings: Settings, scored: PeriodScores, workers: Workers) -> DealerDetails:
    """What only the dealers themselves are told, kept beside the scores and read back from there."""
    frozen, scores = scored.frozen, scored.scores
    folder = settings.data_dir / "results" / scores.study / scores.period
    kept = folder / f"{frozen.name}-dealers-{surveyplat.__version__}.json"
    if not kept.is_file():
        found = dealer_details(scored.side.plan, scored.side.source, scores, workers)
        write_durably(kept, json_line(plain_document(_DETAILS, found)).encode(), mode=0o644)
    return from_plain_document(DealerDetails, _DETAILS, json.loads(kept.read_text(encoding="utf-8")))


def _wanted(folder: Path, bundle: DealerBundle) -> _Wanted:
    text = canonical_json(bundle).encode()
    identity = sha256(text).hexdigest()
    code = _UNSAFE.sub("_", bundle.dealer)
    name = f"{bundle.study}-{bundle.period}-{code}-{bundle.language}-{identity[:8]}.pdf"
    return _Wanted(bundle.dealer, folder / name, text, identity)


# making and keeping


@dataclass(frozen=True)
class _Seal:
    signer: Signer
    proofs: Mapping[str, Any]

    def on(self, pdf: bytes, bundle: Bundle) -> bytes:
        return seal_report(pdf, bundle, self.proofs, self.signer)


async def _keep_all(
    db: Database,
    settings: Settings,
    reports: Sequence[_Wanted],
    seal: _Seal | None,
    workers: Workers,
    language: str,
    now: datetime,
) -> int:
    """Make what is not kept yet, and log what is not logged yet. Gives how many were made."""
    fresh = await asyncio.to_thread(lambda: [report for report in reports if not report.is_kept])
    made = {report.dealer for report in fresh}
    held = [report for report in reports if report.dealer not in made]
    logged = await _logged(db, reports)
    unlogged = iter([report for report in held if report.bundle_hash not in logged])
    results = zip(
        fresh, workers.over("dealer reports", make_from_json, [report.bundle for report in fresh]), strict=True
    )
    for publications in (
        (_publication(settings, report, report.path.read_bytes(), language) for report in unlogged),
        (_publication(settings, report, _kept(report, pdf, seal), language) for report, pdf in results),
    ):
        logs = batches(publications, _BATCH)
        while batch := await asyncio.to_thread(next, logs, ()):
            await db.write(record_publications(batch, now))
    return len(fresh)


def _kept(report: _Wanted, pdf: bytes, seal: _Seal | None) -> bytes:
    if seal is not None:
        pdf = seal.on(pdf, bundle_from_json(report.bundle.decode()))
    write_durably(report.path.with_suffix(".bundle.json"), report.bundle, mode=0o644)
    write_durably(report.path, pdf, mode=0o644)
    return pdf


def _publication(settings: Settings, report: _Wanted, pdf: bytes, language: str) -> Publication:
    bundle = json.loads(report.bundle)
    name = report.path.relative_to(settings.data_dir).as_posix()
    pdf_hash = sha256(pdf).hexdigest()
    return Publication(bundle["study"], bundle["period"], language, report.bundle_hash, pdf_hash, name, bundle["kind"])


async def _logged(db: Database, reports: Sequence[_Wanted]) -> frozenset[str]:
    """The hashes of those bundles of which a report is logged."""
    found: set[str] = set()
    for batch in batches(reports):
        hashes = [report.bundle_hash for report in batch]
        rows = await db.read(Report.select(Report.bundle_hash).where(Report.bundle_hash.is_in(hashes)))
        found |= {row["bundle_hash"] for row in rows}
    return frozenset(found)
