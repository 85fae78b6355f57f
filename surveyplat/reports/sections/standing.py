"""Where each dealer stands: the range that its cases let expect, its shrunk value, the chance of the bottom tenth."""

from collections.abc import Iterator

from surveyplat.reports.blocks import Band, Block, Column, Paragraph, Row, Table
from surveyplat.reports.context import Context
from surveyplat.reports.languages import joined
from surveyplat.reports.sections.telling import with_interval
from surveyplat.scoring.records.league import Chance, DealerStanding, League

_CHANCES = (
    (0.01, "ruled_out"),
    (0.10, "very_unlikely"),
    (0.33, "unlikely"),
    (0.66, "open"),
    (0.90, "likely"),
    (0.99, "very_likely"),
)
"""Probabilities up to which a word holds."""


def league_of(context: Context) -> League | None:
    """The league of the study's first measure: its first index, else PP100."""
    return context.scores.league if context.scores.indices else context.scores.rate_league


def standings(context: Context) -> dict[str, DealerStanding]:
    """By dealer."""
    league = league_of(context)
    return {each.dealer: each for each in league.dealers} if league else {}


def band_of(standing: DealerStanding | None) -> Band | None:
    expected = standing.expected if standing else None
    if expected is None:
        return None
    return Band(expected.low, expected.high, expected.outer_low, expected.outer_high)


def standing_blocks(context: Context, digits: int) -> Iterator[Block]:
    """The table of all dealers that are shown, and how many would stand out by chance alone."""
    league = league_of(context)
    if league is None:
        return
    shown = [each for each in league.dealers if each.shrunk is not None]
    if not shown:
        yield Paragraph(context.say("standing.no_spread"), style="note")
        return
    yield _table(context, league, shown, digits)


def _table(context: Context, league: League, shown: list[DealerStanding], digits: int) -> Table:
    columns = [
        Column(context.say("dealers.dealer"), 0.27, "left"),
        Column(context.say("standing.expected"), 0.13),
        Column(context.say("standing.against"), 0.19, "left"),
        Column(context.say("standing.shrunk"), 0.17),
    ]
    if league.tenth:
        columns.append(Column(context.say("standing.bottom"), 0.24, "left"))
    rows = tuple(Row(tuple(_cells(context, each, digits, with_chance=bool(league.tenth)))) for each in shown)
    return Table(context.say("standing.table"), tuple(columns), rows, _note(context, league))


def _cells(context: Context, standing: DealerStanding, digits: int, *, with_chance: bool) -> Iterator[str]:
    expected, shrunk = standing.expected, standing.shrunk
    yield context.dealer(standing.dealer)
    if expected is None:
        yield from (context.number(None), context.say("standing.alone"))
    else:
        yield context.interval(expected.low, expected.high, digits)
        yield context.say(f"standing.{expected.category}")
    if shrunk is not None:
        yield with_interval(context, shrunk.value, shrunk.ci_low, shrunk.ci_high, digits)
    if with_chance:
        yield chance_in_words(context, standing.bottom_tenth)


def chance_in_words(context: Context, chance: Chance | None) -> str:
    """ "unlikely (12%)"; shares under 1 % and over 99 % are not told more closely than their draws allow."""
    if chance is None:
        return context.number(None)
    p = chance.probability
    word = next((word for limit, word in _CHANCES if p <= limit), "certain")
    share = "< 1%" if p < 0.01 else "> 99%" if p > 0.99 else context.percent(p)
    return context.say("chance.told", word=context.say(f"chance.{word}"), share=share)


def _note(context: Context, league: League) -> str:
    told = [
        context.say(
            "standing.note.range",
            compared=context.number(league.compared),
            alarms=context.number(league.alarms_by_chance, 1),
        ),
        context.say(f"standing.note.{league.shrinking}"),
    ]
    if league.tenth:
        told.append(context.say("standing.note.tenth", draws=context.number(league.draws)))
    return joined(told, context.language)
