"""Who was asked, who answered, and what was left out."""

from collections.abc import Iterator

from surveyplat.reports import formats
from surveyplat.reports.blocks import Paragraph
from surveyplat.reports.explaining.steps import Part, Step
from surveyplat.reports.explaining.voice import Voice


def events_step(voice: Voice) -> Step:
    """From the events of the period to the answers that the number counts."""
    return Step("events", voice.say("explain.events"), (_asked(voice), *_responses(voice), *_base(voice)))


def _asked(voice: Voice) -> Paragraph:
    manifest = voice.published.manifest
    if not manifest["invited"]:
        return voice.paragraph("explain.events.imported", period=voice.period(voice.scores.period))
    days = {
        "first": formats.long_date(manifest["first_day"], voice.language),
        "last": formats.long_date(manifest["last_day"], voice.language),
    }
    counts = {name: voice.number(manifest[name]) for name in ("events", "invited")}
    if manifest["population_events"] is None:
        return voice.paragraph("explain.events.no_population", **days, **counts)
    return voice.paragraph(
        "explain.events.text", eligible=voice.number(manifest["population_events"]), **days, **counts
    )


def _responses(voice: Voice) -> Iterator[Part]:
    manifest = voice.published.manifest
    exclusions = [each for each in manifest["exclusions"] if each["count"]]
    responses, rows = voice.number(manifest["responses"]), voice.number(manifest["row_count"])
    yield voice.paragraph(
        "explain.events.responses" if exclusions else "explain.events.no_exclusions",
        responses=responses,
        cut_off=formats.long_time(manifest["cut_off"], voice.language),
    )
    left_out = [
        voice.say(
            "explain.events.excluded",
            count=voice.number(each["count"]),
            reason=voice.either(f"reason.{each['reason']}", each["reason"]),
        )
        for each in exclusions
    ]
    yield voice.formula("explain.events.rows", steps=" − ".join((responses, *left_out)), rows=rows)


def _base(voice: Voice) -> Iterator[Part]:
    rows = voice.published.manifest["row_count"]
    if voice.subject.dealer is not None:
        coverage = voice.coverage(voice.subject.dealer)
        rows = coverage.responses
        named = {"dealer": voice.dealer(), "rows": voice.number(rows)}
        if coverage.eligible is None:
            yield voice.paragraph("explain.events.dealer_imported", **named)
        else:
            yield voice.paragraph("explain.events.dealer", eligible=voice.number(coverage.eligible), **named)
    base = voice.estimate.unweighted_base
    counts = {"rows": voice.number(rows), "base": voice.number(base)}
    if voice.subject.kind == "index":
        plan = next(index for index in voice.published.plan.indices if index.id == voice.subject.id)
        share = formats.percent(plan.usable_share, 0, voice.language)
        yield voice.paragraph(f"explain.base.{'index' if base < rows else 'index_all'}", share=share, **counts)
    elif voice.subject.kind == "pp100":
        yield voice.paragraph(f"explain.base.{_vehicles(voice, base < rows)}", **counts)
    else:
        yield voice.paragraph(f"explain.base.{voice.subject.kind}", missing=voice.number(rows - base), **counts)


def _vehicles(voice: Voice, some: bool) -> str:
    """Which sentence says whose vehicles are counted: those of a model or a month, some of the rows, or all of them."""
    if voice.subject.group in ("model", "build_month"):
        return f"pp100_{voice.subject.group}"
    return "pp100" if some else "pp100_all"
