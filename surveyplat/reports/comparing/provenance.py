"""What was restated, and what proves both periods: the log's entries and every hash in full."""

from collections.abc import Iterator, Mapping
from typing import Any

from surveyplat.reports import formats
from surveyplat.reports.blocks import Block, Column, Paragraph, Row, Section, Table
from surveyplat.reports.bundle import SHORT_HASH, bundle_hash
from surveyplat.reports.comparing.bundle import ComparisonBundle
from surveyplat.reports.comparing.pairs import Pairs
from surveyplat.reports.context import Context

_FROZEN, _PUBLISHED = "period_frozen", "report_published"
_HASHES = ("rows_hash", "file_hash", "definition_hash")
_Entry = Mapping[str, Any]


def restated(pairs: Pairs) -> Section:
    """Whether a period was frozen or a report published more than once, and whatever else the log tells of them."""
    context, bundle = pairs.whole, pairs.bundle
    freezes = [_count(bundle, _FROZEN, str(manifest["period"])) for manifest in pairs.manifests]
    others = [each for each in bundle.entries if each["kind"] not in (_FROZEN, _PUBLISHED)]
    state = "again" if max(freezes) > 1 else "unknown" if min(freezes) < 1 else "touched" if others else "none"
    again = tuple(_reissued(context, bundle))
    blocks: list[Block] = [Paragraph(context.say(f"compare.restated.{state}.text"))]
    blocks.append(
        Paragraph(" ".join(again) or context.say("compare.reissued.none"), lead=context.say("compare.reissued"))
    )
    if bundle.entries:
        blocks.append(_entries(context, bundle))
    return Section("restated", context.say("compare.restated"), context.say(f"compare.restated.{state}"), tuple(blocks))


def _count(bundle: ComparisonBundle, kind: str, period: str) -> int:
    subject = f"{bundle.study}:{period}"
    return sum(each["kind"] == kind and each["subject"] == subject for each in bundle.entries)


def _reissued(context: Context, bundle: ComparisonBundle) -> Iterator[str]:
    """Reports of one period, kind and language that were published from other contents than before."""
    made: dict[tuple[str, str], set[str]] = {}
    for each in bundle.entries:
        if each["kind"] == _PUBLISHED:
            named = str(each["subject"]), str(each["payload"].get("report", "study"))
            made.setdefault(named, set()).add(str(each["payload"]["bundle_hash"]))
    for (subject, kind), hashes in made.items():
        if len(hashes) > 1:
            yield context.say("compare.reissued.some", subject=f"{subject} ({kind})", count=context.number(len(hashes)))


def _entries(context: Context, bundle: ComparisonBundle) -> Table:
    columns = (
        Column(context.say("compare.entry"), 0.1),
        Column(context.say("compare.recorded"), 0.27, "left"),
        Column(context.say("compare.what"), 0.37, "left"),
        Column(context.say("compare.entry.hash"), 0.26, "left"),
    )
    rows = tuple(_entry(context, each) for each in bundle.entries)
    return Table(context.say("compare.entries"), columns, rows, context.say("compare.entries.note"))


def _entry(context: Context, entry: _Entry) -> Row:
    payload = entry["payload"]
    hashed = payload.get("manifest_hash") or payload.get("bundle_hash") or payload.get("hash") or ""
    kind = context.either(f"entry.{entry['kind']}", str(entry["kind"]))
    made = payload.get("report")
    told = " ".join(part for part in (kind, str(entry["subject"]), f"({made})" if made else "") if part)
    when = formats.long_time(str(entry["recorded_at"]), context.language)
    return Row((context.number(entry["index"]), when, told, str(hashed)[:SHORT_HASH] or formats.ABSENT))


def proof(pairs: Pairs) -> Section:
    """Every hash in full, one table a period, the latest first."""
    context = pairs.whole
    blocks: list[Block] = [Paragraph(context.say("compare.proof.text"))]
    blocks += [_period(context, manifest) for manifest in reversed(pairs.manifests)]
    blocks.append(_table(context, context.say("compare.proof.report"), _report(context, pairs.bundle)))
    heading = context.say("compare.proof.heading")
    return Section("proof", context.say("compare.proof"), heading, tuple(blocks))


def _period(context: Context, manifest: Mapping[str, Any]) -> Table:
    facts = [(context.say(f"compare.{name}"), _told(context, manifest.get(name))) for name in _HASHES]
    facts.append((context.say("method.definition"), _told(context, manifest.get("definition_version"))))
    for name in ("cut_off", "frozen_at"):
        moment = manifest.get(name)
        told = formats.long_time(moment, context.language) if moment else context.say("not_recorded")
        facts.append((context.say(f"compare.{name}"), told))
    software = manifest.get("software") or {}
    listed = ", ".join(f"{name} {version}" for name, version in sorted(software.items()))
    facts.append((context.say("method.software"), _told(context, listed)))
    return _table(context, context.period(str(manifest["period"])), facts)


def _report(context: Context, bundle: ComparisonBundle) -> list[tuple[str, str]]:
    log = bundle.log or {}
    return [
        (context.say("method.bundle_hash"), bundle_hash(bundle)),
        (context.say("method.template"), bundle.template_version),
        (context.say("compare.log_size"), context.number(log["size"]) if log else context.say("not_recorded")),
        (context.say("compare.log_root"), _told(context, log.get("root"))),
    ]


def _table(context: Context, title: str, facts: list[tuple[str, str]]) -> Table:
    columns = (Column(context.say("method.fact"), 0.27, "left"), Column(context.say("method.value"), 0.73, "left"))
    return Table(title, columns, tuple(Row(fact) for fact in facts))


def _told(context: Context, value: Any) -> str:
    return str(value) if value else context.say("not_recorded")
