"""The page of a dealer whose figures may not be shown: why, and what would help."""

from surveyplat.reports.blocks import Paragraph, Points, Section
from surveyplat.reports.sections.own import Own
from surveyplat.reports.sections.own_words import provenance

_HELPS = ("contacts", "tell", "events", "longer")


def absence_heading(own: Own) -> str:
    n = own.number(own.results.score.unweighted_base)
    return own.say(f"dealer.short.heading.{own.results.score.suppressed}", n=n)


def own_absence(own: Own) -> Section:
    score, results = own.results.score, own.results
    known = score.suppressed != "base" or results.eligible is not None
    why = own.say(
        f"dealer.short.{score.suppressed}" if known else "dealer.short.base_unknown",
        n=own.number(score.unweighted_base),
        eligible=own.number(results.eligible),
        effective=own.number(score.effective_base),
    )
    helps = tuple(Paragraph(own.say(f"dealer.short.help.{each}")) for each in _HELPS)
    blocks = (
        Paragraph(own.say("dealer.short.thanks", period=own.period(results.period))),
        Paragraph(why),
        Paragraph(own.say("dealer.short.helps"), style="subheading"),
        Points(helps),
        provenance(own),
    )
    return Section("absence", own.say("dealer.short"), absence_heading(own), blocks)
