"""Publishing a report: its PDF made and sealed, kept beside its bundle, and entered in the audit log."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from surveyplat.audit.notes import signer_of
from surveyplat.audit.proofs import AuditLog
from surveyplat.audit.publication import Publication, record_publication
from surveyplat.durable import write_durably
from surveyplat.reports.bundle import Bundle, ReportBundle, bundle_hash, canonical_json
from surveyplat.reports.pdf import make_report
from surveyplat.reports.sealing import prove_foundations, seal_report
from surveyplat.settings import Settings
from surveyplat.storage.database import Database


@dataclass(frozen=True)
class MadeReport:
    """Where a report is, what it was made from, and the hash of its bytes."""

    path: Path
    bundle_hash: str
    pdf_hash: str
    is_sealed: bool
    """Whether it is signed: production without ``SURVEYPLAT_SEAL_KEY`` cannot."""


async def publish_report(
    db: Database, settings: Settings, bundle: Bundle, log: AuditLog, *, now: datetime
) -> MadeReport:
    """Make a bundle's PDF, seal it by the freezes that it rests on, keep it, and log its publication."""
    bundle = replace(bundle, key_name=key_name(settings))
    pdf = await asyncio.to_thread(make_report, bundle)
    if settings.seal_seed is not None:
        signer = signer_of(settings)
        pdf = seal_report(pdf, bundle, prove_foundations(log, bundle, signer), signer)
    path = _keep_report(settings, bundle, pdf)
    identity, pdf_hash = bundle_hash(bundle), sha256(pdf).hexdigest()
    name = path.relative_to(settings.data_dir).as_posix()
    published = Publication(bundle.study, bundle.period, bundle.language, identity, pdf_hash, name, bundle.kind)
    await db.write(record_publication(published, now))
    return MadeReport(path, identity, pdf_hash, settings.seal_seed is not None)


def key_name(settings: Settings) -> str:
    """Of the key that reports are sealed with; empty where there is none."""
    return "" if settings.seal_seed is None else signer_of(settings).public.fingerprint


def _keep_report(settings: Settings, bundle: Bundle, pdf: bytes) -> Path:
    """Keep the PDF and its bundle under the report's identity, so that no report ever replaces another."""
    folder = settings.data_dir / "reports" / bundle.study / bundle.period
    folder.mkdir(parents=True, exist_ok=True)
    kind = () if bundle.kind == ReportBundle.kind else (bundle.kind,)
    path = folder / f"{'-'.join((bundle.study, bundle.period, *kind, bundle.language, bundle_hash(bundle)[:8]))}.pdf"
    write_durably(path.with_suffix(".bundle.json"), canonical_json(bundle).encode(), mode=0o644)
    write_durably(path, pdf, mode=0o644)
    return path
