"""What proves the periods: every hash in full."""

from collections.abc import Mapping
from typing import Any

from surveyplat.reports import formats
from surveyplat.reports.blocks import Block, Column, Paragraph, Row, Section, Table
from surveyplat.reports.bundle import bundle_hash
from surveyplat.reports.comparing.bundle import ComparisonBundle
from surveyplat.reports.comparing.pairs import Pairs
from surveyplat.reports.context import Context

_HASHES = ("rows_hash", "file_hash", "definition_hash")


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
