"""A dealer's first page: the number, where it stands, and what changed."""

from collections.abc import Iterator

from surveyplat.reports.blocks import Block, KeyFigure, KeyFigures, Paragraph, Section
from surveyplat.reports.languages import joined
from surveyplat.reports.reasons import reasons_text
from surveyplat.reports.sections.own import ALPHA, Own
from surveyplat.scoring.records.league import ExpectedRange
from surveyplat.scoring.results import Change

LIKELY, UNLIKELY = 0.5, 0.05
"""A chance of the lowest tenth from which it is called likely, and below which unlikely."""

_LEAST_TOLD = 0.01


def own_summary(own: Own) -> Section:
    blocks = (KeyFigures(tuple(_figures(own))[:4]), *_standing(own), *_changes(own))
    return Section("summary", own.say("dealer.summary"), own_headline(own), blocks)


def own_headline(own: Own) -> str:
    """The level, and whether it is what chance alone would bring."""
    standing = own.results.standing
    kind = _course(standing.expected) if standing and standing.expected else "alone"
    return own.say(
        f"dealer.heading.{kind}",
        name=own.measure,
        value=own.number(own.results.score.value, own.digits),
        n=own.number(own.results.score.unweighted_base),
    )


def _course(expected: ExpectedRange) -> str:
    """The band that the value lies in; only perhaps where the correction for looking at every dealer takes it back."""
    if expected.category == "as_expected" or expected.p_adjusted <= ALPHA:
        return expected.category
    return "perhaps_better" if expected.category in ("better", "much_better") else "perhaps_worse"


def _figures(own: Own) -> Iterator[KeyFigure]:
    score = own.results.score
    detail = own.interval_told(score, own.digits)
    answers = own.say("dealer.answers_detail", n=own.number(score.unweighted_base))
    yield KeyFigure(own.measure, own.value(score, own.digits), " · ".join(filter(None, (detail, answers))))
    for which, held in own.others:
        estimate = held.index.score if held.index else held.pp100
        if estimate is not None:
            told = own.interval_told(estimate, own.digits)
            yield KeyFigure(own.name_of(which, held), own.value(estimate, own.digits), told)


def _standing(own: Own) -> Iterator[Block]:
    standing, digits = own.results.standing, own.digits
    if standing is not None and standing.expected is not None:
        expected = standing.expected
        text = own.say(
            "dealer.standing.text",
            expected=own.number(expected.value, digits),
            interval=own.interval(expected.low, expected.high, digits),
        )
        certainty = "within" if expected.category == "as_expected" else "apart"
        if certainty == "apart" and expected.p_adjusted > ALPHA:
            certainty = "unclear"
        yield Paragraph(
            joined((text, own.say(f"dealer.standing.{certainty}")), own.language), own.say("dealer.standing")
        )
    if standing is not None and standing.shrunk is not None:
        shrunk = standing.shrunk
        text = own.say(
            "dealer.shrunk.text",
            value=own.number(shrunk.value, digits),
            interval=own.interval(shrunk.ci_low, shrunk.ci_high, digits),
            weight=own.percent(shrunk.weight_of_expected),
        )
        yield Paragraph(text, own.say("dealer.shrunk"))
    if standing is not None and standing.bottom_tenth is not None:
        yield Paragraph(_bottom(own, standing.bottom_tenth.probability), own.say("dealer.bottom"))
    best = own.results.best
    if best is not None and best.evened_out is not None:
        fields = {"dealers": own.number(best.dealers), "value": own.number(best.evened_out, digits)}
        yield Paragraph(own.say("dealer.best_luck.text", **fields), own.say("dealer.best_luck"))


def _bottom(own: Own, chance: float) -> str:
    word = "likely" if chance >= LIKELY else "unlikely" if chance < UNLIKELY else "open"
    told = own.percent(chance) if chance >= _LEAST_TOLD else f"<{own.percent(_LEAST_TOLD)}"
    return own.say(f"dealer.bottom.{word}", chance=told)


def _changes(own: Own) -> Iterator[Block]:
    lead = own.say("dealer.change") if own.comparison else ""
    yield Paragraph(_change_text(own), lead)
    if own.comparable is not None and own.comparable.warnings:
        words = reasons_text(own.comparable.warnings, own.language, own.label)
        yield Paragraph(words, own.say("change.warnings"), "note")


def _change_text(own: Own) -> str:
    if own.comparison is None:
        return own.say("dealer.change.none")
    if own.comparable is None:
        words = reasons_text(own.comparison.reasons, own.language, own.label)
        return own.say("dealer.change.refused", reasons=words)
    mine = next((change for change in own.comparable.dealers if change.change is not None), None)
    told = own.say("dealer.change.untold")
    if mine is not None:
        course = "same" if not mine.significant else "up" if (mine.change or 0.0) > 0 else "down"
        told = own.say(f"dealer.change.{course}", **_change_fields(own, mine))
    group = (_of_group(own, change) for change in own.comparable.indices if change.change is not None)
    return joined((told, *group), own.language)


def _of_group(own: Own, change: Change) -> str:
    return own.say("dealer.change.group", verdict=own.verdict(change), **_change_fields(own, change))


def _change_fields(own: Own, change: Change) -> dict[str, str]:
    return {
        "change": own.signed(change.change, own.digits),
        "interval": own.interval(change.ci_low, change.ci_high, own.digits),
    }
