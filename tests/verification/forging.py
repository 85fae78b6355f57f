"""A publisher with a log and a key, and a forger with the report, a PDF library and time, but without that key."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import pikepdf
from reports.reports_examples import HASH, service_bundle

from surveyplat.audit.log import leaf_hash
from surveyplat.audit.notes import Signer
from surveyplat.audit.proofs import AuditLog
from surveyplat.reports.attachments import BUNDLE
from surveyplat.reports.bundle import Bundle, ReportBundle
from surveyplat.reports.foundations import document_of, foundations
from surveyplat.reports.kinds import bundle_from_json
from surveyplat.reports.pdf import make_report
from surveyplat.reports.seal import sealed, taken_apart
from surveyplat.reports.sealing import prove_foundations, seal_report
from surveyplat.verification.report import verify
from surveyplat.verification.verdicts import Verdict

PUBLISHER = Signer("survey.example", bytes(range(32)))
FORGER = Signer("survey.example", bytes(range(1, 33)))
"""Under the publisher's name: anybody can make a key of any name."""
WHEN = datetime(2026, 10, 20, 1, tzinfo=UTC)

Change = Callable[[pikepdf.Pdf], None]


def study_bundle(**overrides: object) -> ReportBundle:
    """Twenty-four dealers, with drivers and changes, of a period whose rows are named."""
    bundle = service_bundle(key_name=PUBLISHER.public.fingerprint)
    named = {"study": bundle.study, "period": bundle.period, "rows_hash": HASH, "definition_hash": "a8" * 32}
    return replace(bundle, manifest={**bundle.manifest, **named}, **overrides)


def log_of(*bundles: Bundle, others: int = 5) -> AuditLog:
    """A log of other entries with the freezes that the bundles rest on after them, the oldest first."""
    frozen = dict.fromkeys(each for bundle in bundles for each in reversed(foundations(document_of(bundle))))
    told = [("access", f"someone:{number}", {}) for number in range(others)]
    told += [
        ("period_frozen", each.subject, {"manifest_hash": each.manifest_hash, "rows_hash": each.rows_hash})
        for each in frozen
    ]
    return log_from(told)


def log_from(told: list[tuple[str, str, dict[str, str]]]) -> AuditLog:
    entries = tuple(
        {"index": index, "recorded_at": _text(WHEN), "kind": kind, "subject": subject, "payload": payload}
        for index, (kind, subject, payload) in enumerate(told)
    )
    leaves = (leaf_hash(index, WHEN, kind, subject, payload) for index, (kind, subject, payload) in enumerate(told))
    return AuditLog(entries, tuple(map(bytes.fromhex, leaves)))


def published(bundle: Bundle, log: AuditLog | None = None, signer: Signer = PUBLISHER) -> bytes:
    """The bundle's report with its seal."""
    log = log_of(bundle) if log is None else log
    return seal_report(make_report(bundle), bundle, prove_foundations(log, bundle, signer), signer)


@cache
def genuine() -> bytes:
    return published(study_bundle())


def bundle_in(report: bytes) -> Bundle:
    with pikepdf.open(io.BytesIO(report)) as pdf:
        return bundle_from_json(bytes(pdf.attachments[BUNDLE].get_file().read_bytes()).decode())


def proofs_in(report: bytes) -> dict[str, object]:
    apart = taken_apart(report)
    assert apart is not None
    return dict(json.loads(apart.seal)["log"])


def rewritten(report: bytes, change: Change) -> bytes:
    """The made report changed and saved by another program, without its seal."""
    apart = taken_apart(report)
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(report if apart is None else apart.made)) as pdf:
        change(pdf)
        pdf.save(
            target,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            compress_streams=False,
        )
    return target.getvalue()


def resealed(report: bytes, change: Change) -> bytes:
    """The changed report with the seal that the genuine one had."""
    apart = taken_apart(report)
    assert apart is not None
    return sealed(rewritten(report, change), apart.seal)


def signed_by_forger(report: bytes, change: Change) -> bytes:
    """The changed report with a seal of the forger's own, made as a seal must be, about a log of the forger's own."""
    bundle = bundle_in(report)
    made = rewritten(report, change)
    return seal_report(made, bundle, prove_foundations(log_of(bundle), bundle, FORGER), FORGER)


def told(verdict: Verdict, level: str) -> str:
    return next(step.told for step in verdict.steps if step.level == level)


def verified(report: bytes, *, with_key: bool = True) -> Verdict:
    return verify(report, key=PUBLISHER.public if with_key else None)


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")
