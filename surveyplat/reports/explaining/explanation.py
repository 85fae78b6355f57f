"""The whole explanation of one published number, from the events of the period to the files that prove it."""

from collections.abc import Iterator

import surveyplat
from surveyplat.reports import formats
from surveyplat.reports.blocks import Column, Row, Table
from surveyplat.reports.explaining.adding_up import arithmetic_steps
from surveyplat.reports.explaining.against_rest import PARTS, rest_step
from surveyplat.reports.explaining.collecting import events_step
from surveyplat.reports.explaining.comparing import change_of, change_step
from surveyplat.reports.explaining.evidence import Evidence
from surveyplat.reports.explaining.steps import Explanation, Part, Step
from surveyplat.reports.explaining.subject import Subject
from surveyplat.reports.explaining.uncertainty import error_step, interval_step, rules_step
from surveyplat.reports.explaining.voice import Published, Voice
from surveyplat.reports.explaining.weighting import weighting_step

MANIFEST = "manifest.json"


def explain(language: str, published: Published, subject: Subject, evidence: Evidence) -> Explanation:
    """Every step from events to the number. A withheld one is explained without what it would follow from."""
    voice = Voice(language, published, subject, evidence)
    return Explanation(_title(voice), _summary(voice), tuple(_steps(voice)))


def _title(voice: Voice) -> str:
    named = {"name": voice.name, "period": voice.period(voice.scores.period)}
    if not voice.shown:
        return voice.say("explain.title.withheld", **named)
    value = voice.value(voice.estimate.value)
    if voice.subject.kind == "index":
        total = next(index.total for index in voice.published.plan.indices if index.id == voice.subject.id)
        value = voice.say("explain.points", value=value, total=voice.number(total))
    elif voice.subject.kind == "rate" and voice.subject.id != "nps":
        value += "%"
    return voice.say("explain.title", value=value, **named)


def _summary(voice: Voice) -> str:
    if not voice.shown:
        beside = "_beside" if voice.estimate.suppressed == "complementary" else ""
        return voice.say(f"explain.short.withheld{beside}")
    estimate, fields = voice.estimate, {}
    if voice.subject.kind == "item":
        item = next(item for item in voice.published.plan.items if item.id == voice.subject.id)
        fields = {"lowest": str(item.minimum), "highest": str(item.maximum)}
    text = voice.say(
        f"explain.short.{voice.subject.kind}",
        base=voice.number(estimate.unweighted_base),
        low=voice.value(estimate.ci_low),
        high=voice.value(estimate.ci_high),
        **fields,
    )
    change = change_of(voice)
    if change is None or change.p_value is None or voice.published.comparison is None:
        return text
    before = voice.period(voice.published.comparison.before)
    verdict = voice.say(f"explain.short.{'changed' if change.significant else 'unchanged'}", before=before)
    return f"{text}{'' if voice.language == 'zh-Hans' else ' '}{verdict}"


def _steps(voice: Voice) -> Iterator[Step]:
    yield events_step(voice)
    yield weighting_step(voice)
    if voice.shown:
        yield from arithmetic_steps(voice)
        yield error_step(voice)
        yield interval_step(voice)
    yield rules_step(voice)
    if voice.shown and voice.subject.group in PARTS:
        yield rest_step(voice)
    if voice.shown:
        yield change_step(voice)
    yield _proof(voice)


def _proof(voice: Voice) -> Step:
    columns = (Column("", 0.25, "left"), Column("", 0.75, "left"))
    rows = tuple(Row((voice.say(f"explain.proof.{key}"), text)) for key, text in _facts(voice))
    parts: list[Part] = [voice.paragraph("explain.proof.text"), Table("", columns, rows)]
    if voice.published.manifest.get("synthetic"):
        parts.append(voice.note("explain.proof.synthetic"))
    return Step("proof", voice.say("explain.proof"), tuple(parts))


def _facts(voice: Voice) -> Iterator[tuple[str, str]]:
    manifest, snapshot = voice.published.manifest, voice.published.snapshot
    yield "snapshot", str(snapshot)
    yield "manifest", str(snapshot.with_name(MANIFEST))
    yield "rows_hash", voice.scores.snapshot_hash
    yield "file_hash", manifest["file_hash"]
    yield "definition_version", str(manifest["definition_version"])
    yield "definition_hash", voice.scores.definition_hash
    yield "frozen_at", formats.long_time(manifest["frozen_at"], voice.language)
    yield "frozen_by", ", ".join(f"{name} {version}" for name, version in sorted(manifest["software"].items()))
    yield "scored_by", f"surveyplat {surveyplat.__version__}"
    yield "document", f"surveyplat score {voice.scores.study} {voice.scores.period} --json"
