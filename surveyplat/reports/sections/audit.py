"""What proves the report: its hashes, its place in the audit log, and how anybody checks them."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from surveyplat.audit.canonical import canonical_json
from surveyplat.reports import formats
from surveyplat.reports.blocks import Column, Paragraph, Row, Section, Table
from surveyplat.reports.bundle import ReportBundle, bundle_hash, report_id
from surveyplat.reports.context import Context
from surveyplat.reports.sections.corrections import corrections, status_text
from surveyplat.reports.sections.disclosure import software_text


def audit(context: Context) -> Section:
    manifest = context.bundle.manifest
    excluded = _exclusions(context, manifest.get("responses"), manifest.get("exclusions", ()))
    blocks = (
        Paragraph(context.say("audit.text")),
        _hash_table(context),
        _fact_table(context),
        Paragraph(excluded, context.say("audit.exclusions")),
        *corrections(context),
    )
    return Section("audit", context.say("audit"), context.say("audit.heading"), blocks, fresh_page=True)


def code_text(bundle: ReportBundle) -> str:
    """What the code on the cover says in every language: which report this is, and by which key it is checked."""
    key = f" key={bundle.key_name}" if bundle.key_name else ""
    return f"surveyplat verify report={report_id(bundle)} bundle={bundle_hash(bundle)}{key}"


def code_alternative(context: Context, bundle: ReportBundle) -> str:
    return context.say(
        "code.alternative",
        report_id=report_id(bundle),
        bundle_hash=bundle_hash(bundle),
        signer=bundle.key_name or context.say("code.key.none"),
    )


def _hash_table(context: Context) -> Table:
    columns = (Column(context.say("audit.what"), 0.27, "left"), Column(context.say("audit.hash"), 0.73, "left"))
    rows = tuple(
        Row((context.say(f"audit.{what}"), found or context.say("not_recorded"))) for what, found in _hashes(context)
    )
    return Table(context.say("audit.hashes"), columns, rows)


def _hashes(context: Context) -> Iterator[tuple[str, str | None]]:
    bundle = context.bundle
    yield "rows_hash", context.scores.snapshot_hash
    yield "file_hash", bundle.manifest.get("file_hash")
    yield "manifest_hash", sha256(canonical_json(bundle.manifest).encode()).hexdigest()
    yield "definition_hash", context.scores.definition_hash
    yield "bundle_hash", bundle_hash(bundle)
    yield "root", bundle.log["root"] if bundle.log else None


def _fact_table(context: Context) -> Table:
    columns = (Column(context.say("method.fact"), 0.27, "left"), Column(context.say("method.value"), 0.73, "left"))
    rows = tuple(Row((context.say(key), text or context.say("not_recorded"))) for key, text in _facts(context))
    return Table(context.say("audit.facts"), columns, rows)


def _facts(context: Context) -> Iterator[tuple[str, str]]:
    bundle, manifest = context.bundle, context.bundle.manifest
    yield "audit.report_id", report_id(bundle)
    yield "cover.status", status_text(context)
    yield "audit.entry", _entry(context)
    yield "audit.frozen_at", _moment(context, manifest.get("frozen_at"))
    yield "method.cut_off", _moment(context, manifest.get("cut_off"))
    rows = manifest.get("row_count")
    yield "method.rows", "" if rows is None else context.number(rows)
    yield "method.definition", str(manifest.get("definition_version") or "")
    yield "method.template", bundle.template_version
    yield "method.software", software_text(context)
    yield "audit.key", bundle.key_name if isinstance(bundle, ReportBundle) else ""


def _entry(context: Context) -> str:
    """The freeze is the last entry of the log as the bundle tells it."""
    if not context.bundle.log:
        return ""
    size = context.bundle.log["size"]
    return context.say("audit.entry.text", entry=context.number(size - 1), size=context.number(size))


def _moment(context: Context, moment: str | None) -> str:
    if not moment:
        return ""
    if "T" in moment or " " in moment:
        return formats.long_time(moment, context.language)
    return formats.long_date(moment, context.language)


def _exclusions(context: Context, responses: int | None, exclusions: Any) -> str:
    excluded = sum(each["count"] for each in exclusions)
    if not excluded or responses is None:
        return context.say("audit.exclusions.none")
    fields = {"excluded": context.number(excluded), "responses": context.number(responses)}
    return context.say("audit.exclusions.text", **fields)
