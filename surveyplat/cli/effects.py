"""``surveyplat effect``: did an action work? The dealers that took it beside those that did not."""

import asyncio
import sys
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from surveyplat.audit.periods import parse_period
from surveyplat.cli.fitting import fitted
from surveyplat.cli.library_output import library_output_among_errors
from surveyplat.cli.progress import pass_bars
from surveyplat.errors import Fault, InvalidInput
from surveyplat.reports.reasons import reasons_text
from surveyplat.settings import load_settings

if TYPE_CHECKING:
    from surveyplat.scoring.records.contrast import Contrast
    from surveyplat.scoring.records.effects import EffectEstimate, StudyEffect
    from surveyplat.storage.database import Database
    from surveyplat.timelines.judging import Manner, Question

DOCUMENT = "surveyplat effect 1"
_METHODS = {"cr2": "CR2", "wild_bootstrap": "wild cluster bootstrap", "permutation": "permutation"}


class Clusters(StrEnum):
    """How an effect is judged when there are enough dealers on both sides."""

    CR2 = "cr2"
    WILD_BOOTSTRAP = "wild_bootstrap"


def register(app: typer.Typer) -> None:
    app.command()(effect)


def effect(
    study: Annotated[str, typer.Argument(help="The study, for instance csi.")],
    dealers: Annotated[str, typer.Option(help="The dealers that took the action: D01,D02.")] = "",
    first: Annotated[str, typer.Option("--from", help="The first month after it, for instance 2026-07.")] = "",
    action: Annotated[str, typer.Option(help="A stored action's key instead of both (see `surveyplat actions`).")] = "",
    measure: Annotated[
        str | None, typer.Option(help="An index, rate or pp100; the study's first one if left out.")
    ] = None,
    months_before: Annotated[int, typer.Option(min=1, max=60, help="Months before it.")] = 6,
    months_after: Annotated[int, typer.Option(min=1, max=60, help="Months after it.")] = 3,
    clusters: Annotated[
        Clusters, typer.Option(help="How to judge where six dealers or more are on either side.")
    ] = Clusters.CR2,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")] = False,
) -> None:
    """Tell an action's effect by difference in differences over the frozen periods' months, or why it cannot be told.

    No dealer's month is shown: what is compared are the changes of those that took it and of all others.
    """
    from surveyplat.scoring.documents import json_line, plain_document
    from surveyplat.timelines.judging import Manner

    manner = Manner(measure, months_before, months_after, clusters.value)
    with library_output_among_errors():
        found = asyncio.run(_effect(study, dealers, first, action, manner))
    if json:
        sys.stdout.write(json_line(plain_document(DOCUMENT, found)))
        return
    _print(Console(highlight=False, markup=False), found)


async def _effect(study: str, dealers: str, first: str, action: str, manner: "Manner") -> "StudyEffect":
    from surveyplat.scoring.workers import Workers
    from surveyplat.storage.database import open_database
    from surveyplat.timelines.judging import effect_of
    from surveyplat.timelines.walking import Instance

    settings = load_settings()
    async with open_database(settings.database_url) as db:
        with pass_bars(f"Looking at {study}") as bars:
            asked = await _question(db, study, dealers, first, action, manner)
            return await effect_of(Instance(db, settings, study, Workers(progress=bars)), asked)


async def _question(db: "Database", study: str, dealers: str, first: str, action: str, manner: "Manner") -> "Question":
    from surveyplat.scoring.calendars import first_day_of, number_of
    from surveyplat.timelines.judging import Question, question_of_action

    if bool(action) == bool(dealers and first) or (action and (dealers or first)):
        fix = "Give --dealers and --from, or --action"
        raise InvalidInput([Fault("action", "effect", "what was done, by whom and when must be said one way", fix)])
    if action:
        return await question_of_action(db, study, action, manner)
    month = parse_period(first)
    if len(first) != len("2026-07") or month.first_day.month != month.last_day.month:
        raise InvalidInput([Fault("from", first, "it is no month", "Write the first month after it: 2026-07")])
    named = tuple(dict.fromkeys(code.strip() for code in dealers.split(",") if code.strip()))
    last_before = first_day_of(number_of(month.first_day, "month") - 1)
    return Question(named, last_before, month.first_day, manner)


def _print(console: Console, found: "StudyEffect") -> None:
    effect = found.effect
    measured = found.study if found.measure == found.study else f"{found.study}, {found.measure}"
    console.print(f"{measured}: {', '.join(found.dealers)} from {found.first_month}", markup=False)
    told = f"{effect.treated_dealers} against {effect.control_dealers} dealers"
    months = f"{effect.months_before} months before and {effect.months_after} after"
    console.print(f"{told}, {months}, periods {', '.join(found.periods)}", markup=False)
    if effect.verdict == "told":
        for part in fitted(_table(found), console.width):
            console.print(part)
    else:
        console.print("It cannot be told whether it worked.")
    for line in _remarks(found):
        console.print(line, markup=False)


def _table(found: "StudyEffect") -> Table:
    effect = found.effect
    table = Table(title=f"Effect in points of {found.measure}", title_justify="left", title_style="bold")
    for number, column in enumerate(("", "Points", "95 % interval", "p", "Method")):
        table.add_column(column, justify="right" if 0 < number < 4 else "left", no_wrap=number in (0, 2))
    if effect.effect is not None:
        table.add_row("Effect, from shrunk baselines", *_estimate(effect.effect))
    if effect.unconditioned is not None:
        table.add_row("Effect, from the months as they were", *_contrast(effect.unconditioned))
    if effect.pre_trend is not None:
        table.add_row("Trend before it, a month", *_estimate(effect.pre_trend))
    return table


def _estimate(told: "EffectEstimate") -> tuple[str, str, str, str]:
    ends = ("no bound" if end is None else f"{end:.2f}" for end in (told.ci_low, told.ci_high))
    p = "" if told.p_value is None else f"{told.p_value:.4f}"
    return f"{told.value:.2f}", " – ".join(ends), p, _METHODS[told.method]


def _contrast(told: "Contrast") -> tuple[str, str, str, str]:
    p = "" if told.p_value is None else f"{told.p_value:.4f}"
    interval = "" if told.ci_low is None or told.ci_high is None else f"{told.ci_low:.2f} – {told.ci_high:.2f}"
    return f"{told.value:.2f}", interval, p, "clustered standard errors"


def _remarks(found: "StudyEffect") -> Iterator[str]:
    if found.effect.reliability is not None:
        share = 1 - found.effect.reliability
        yield f"Regression to the mean: {share:.0%} of what set these dealers apart before is counted as chance"
    for reasons in (found.effect.reasons, found.gaps):
        if reasons:
            yield reasons_text(reasons, "en", str)
