"""How to read the report: what an interval, a verdict, a withheld figure and a mark mean, for whoever has no course."""

from collections.abc import Iterator

from surveyplat.reports.blocks import Paragraph, Section
from surveyplat.reports.context import Context, score_digits
from surveyplat.reports.languages import joined

_PARTS = ("interval", "verdict", "base", "order", "charts", "cause", "proof")


def reading(context: Context) -> Section:
    heading = context.say("reading.heading")
    return Section("reading", context.say("reading"), heading, tuple(_paragraphs(context)))


def _paragraphs(context: Context) -> Iterator[Paragraph]:
    for part in _PARTS:
        told = (context.say(f"reading.{part}.text"), _example(context) if part == "interval" else "")
        yield Paragraph(joined(told, context.language), lead=context.say(f"reading.{part}"))


def _example(context: Context) -> str:
    """The report's own first figure with its interval, read out."""
    scores = context.scores
    if scores.indices and scores.indices[0].score.value is not None:
        index = scores.indices[0]
        name, found, digits = context.label(index.id), index.score, score_digits(index.total)
    elif scores.pp100 is not None and scores.pp100.total.pp100.value is not None:
        name, found, digits = context.say("pp100_short"), scores.pp100.total.pp100, 1
    else:
        return ""
    return context.say(
        "reading.interval.example",
        name=name,
        value=context.value(found, digits),
        interval=context.estimate_interval(found, digits),
        n=context.number(found.unweighted_base),
    )
