"""What was restated: every published headline measure that a correction made another one, and the log's entries."""

from collections.abc import Iterator, Mapping
from typing import Any

from surveyplat.audit.revisions import CORRECTED, PUBLISHED, STUDY, corrections_of
from surveyplat.reports import formats
from surveyplat.reports.blocks import Block, Column, Paragraph, Row, Section, Table
from surveyplat.reports.bundle import SHORT_HASH
from surveyplat.reports.comparing.bundle import ComparisonBundle
from surveyplat.reports.comparing.pairs import Pairs
from surveyplat.reports.context import Context
from surveyplat.reports.restating import DIGITS, differing
from surveyplat.reports.sections.corrections import corrections_table, measure_name, measure_value

_FROZEN = "period_frozen"
_TOLD_ELSEWHERE = (_FROZEN, PUBLISHED, CORRECTED)
_Entry = Mapping[str, Any]


def restated(pairs: Pairs) -> Section:
    """The corrected periods' measures as first published and now, and whatever else the log tells of the periods."""
    context, bundle = pairs.whole, pairs.bundle
    state = _state(pairs)
    blocks: list[Block] = [Paragraph(context.say(f"compare.restated.{state}.text"))]
    blocks += _tables(pairs)
    again = tuple(_reissued(context, bundle))
    blocks.append(
        Paragraph(" ".join(again) or context.say("compare.reissued.none"), lead=context.say("compare.reissued"))
    )
    if bundle.entries:
        blocks.append(_entries(context, bundle))
    return Section("restated", context.say("compare.restated"), _heading(pairs, state), tuple(blocks))


def _state(pairs: Pairs) -> str:
    bundle = pairs.bundle
    freezes = [_count(bundle, _FROZEN, str(manifest["period"])) for manifest in pairs.manifests]
    if max(freezes) > 1:
        return "again"
    if min(freezes) < 1:
        return "unknown"
    if any(corrections_of(manifest) for manifest in pairs.manifests):
        return "some" if any(differing(each) for each in bundle.restated) else "unmoved"
    return "touched" if any(each["kind"] not in _TOLD_ELSEWHERE for each in bundle.entries) else "none"


def _heading(pairs: Pairs, state: str) -> str:
    context = pairs.whole
    if state != "some":
        return context.say(f"compare.restated.{state}")
    moved = {str(each["period"]): len(differing(each)) for each in pairs.bundle.restated if differing(each)}
    names = context.names([context.period(period) for period in moved], most=len(moved))
    count = sum(moved.values())
    key = "compare.restated.one" if count == 1 else "compare.restated.some"
    return context.say(key, **{"names": names} | ({} if count == 1 else {"count": context.number(count)}))


def _tables(pairs: Pairs) -> Iterator[Block]:
    """Of every corrected period, the latest first: what reads otherwise now, then each correction."""
    context = pairs.whole
    restatements = {str(each["period"]): each for each in pairs.bundle.restated}
    for manifest in reversed(pairs.manifests):
        period = str(manifest["period"])
        if period in restatements and differing(restatements[period]):
            yield _measures(context, manifest, restatements[period])
        if corrections_of(manifest):
            title = context.say("compare.restated.corrections", period=context.period(period))
            yield corrections_table(context, manifest, title)


def _measures(context: Context, manifest: Mapping[str, Any], told: Mapping[str, Any]) -> Table:
    columns = (
        Column(context.say("compare.measure"), 0.46, "left"),
        Column(context.say("compare.restated.first"), 0.18),
        Column(context.say("compare.restated.now"), 0.18),
        Column(context.say("compare.restated.difference"), 0.18),
    )
    revisions = {
        "first": context.number(told["manifest"].get("revision", 0)),
        "now": context.number(manifest["revision"]),
    }
    title = context.say("compare.restated.table", period=context.period(str(told["period"])), **revisions)
    return Table(title, columns, tuple(_measure(context, each) for each in differing(told)))


def _measure(context: Context, measure: Mapping[str, Any]) -> Row:
    first, now = (measure[side] and measure[side]["value"] for side in ("first", "now"))
    gap = None if first is None or now is None else round(now - first, DIGITS)
    values = (measure_value(context, measure, side) for side in ("first", "now"))
    return Row((measure_name(context, measure), *values, context.signed(gap, DIGITS)))


def _count(bundle: ComparisonBundle, kind: str, period: str) -> int:
    subject = f"{bundle.study}:{period}"
    return sum(each["kind"] == kind and each["subject"] == subject for each in bundle.entries)


def _reissued(context: Context, bundle: ComparisonBundle) -> Iterator[str]:
    """Reports of one period, kind and language that were published from other contents than before."""
    made: dict[tuple[str, str], set[str]] = {}
    for each in bundle.entries:
        if each["kind"] == PUBLISHED:
            named = str(each["subject"]), str(each["payload"].get("report", STUDY))
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
