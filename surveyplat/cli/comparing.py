"""``surveyplat diff``: what differs between two questionnaires, and which results stay comparable."""

import asyncio
import json as json_format
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from surveyplat.forms.loading import load_file_or_study, names_a_file
from surveyplat.settings import load_settings

if TYPE_CHECKING:
    from surveyplat.forms.comparability import Remark, Standing
    from surveyplat.forms.comparing import Comparison, VersionName
    from surveyplat.forms.differences import Change, Difference
    from surveyplat.forms.language import Definition

_VERDICTS = {"comparable": "green", "bridge": "yellow", "refuse": "red"}
_CHANGED = {"changed": ("~", "yellow"), "added": ("+", "green"), "removed": ("-", "red")}
_WHAT = "A definition file, a study's shipped definition (csi), or a stored version of it (csi@HASH-PREFIX)."
_INHERITED = ("heading", "question")
"""What the survey's own section or the checklist's item shows already."""

Named = Annotated[str, typer.Argument(help=_WHAT)]


def register(app: typer.Typer) -> None:
    app.command("diff")(diff)


def diff(
    before: Named,
    after: Named,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")] = False,
) -> None:
    """Compare two questionnaires: what changed, and may their results be compared?

    Ends with 0 when every measure is comparable, with 1 when one is not.
    """
    from surveyplat.forms.comparing import compare_definitions

    compared = compare_definitions(_definition(before), _definition(after))
    if json:
        sys.stdout.write(json_format.dumps(asdict(compared), ensure_ascii=False, sort_keys=True) + "\n")
    else:
        _print(Console(highlight=False, markup=False), compared)
    if compared.verdict != "comparable":
        raise typer.Exit(1)


def _definition(name: str) -> "Definition":
    study, at, prefix = name.partition("@")
    is_stored = at and not names_a_file(name)
    return asyncio.run(_stored(study, prefix)) if is_stored else load_file_or_study(name)


async def _stored(study: str, prefix: str) -> "Definition":
    from surveyplat.forms.stored import stored_version
    from surveyplat.storage.database import open_database

    async with open_database(load_settings().database_url) as db:
        return await stored_version(db, study, prefix)


def _print(console: Console, compared: "Comparison") -> None:
    console.print(Text(f"{_version(compared.before)} -> {_version(compared.after)}", style="bold"))
    whole, *measures = compared.standings
    _print_standing(console, whole, _remarks(whole.reasons, whole.warnings))
    for measure in measures:
        reasons = [reason for reason in measure.reasons if reason not in whole.reasons]
        warnings = [warning for warning in measure.warnings if warning not in whole.warnings]
        _print_standing(console, measure, _remarks(reasons, warnings))
    kept, lost = len(compared.comparable), len(compared.not_comparable)
    console.print(f"\n{kept} of the {kept + lost} items and problems that both ask stay comparable")
    for title, differences in (
        ("Survey and pages", compared.survey),
        ("Items", compared.items),
        ("Problems", compared.problems),
        ("Measurement", compared.measurement),
        ("Fieldwork", compared.fieldwork),
    ):
        _print_section(console, title, differences, compared.not_comparable)


def _remarks(reasons: "Iterable[Remark]", warnings: "Iterable[Remark]") -> list[str]:
    return [*(reason.text for reason in reasons), *(f"warning: {warning.text}" for warning in warnings)]


def _version(named: "VersionName") -> str:
    return f"{named.study} version {named.version} ({named.content_hash[:12]})"


def _print_standing(console: Console, standing: "Standing", remarks: Sequence[str]) -> None:
    """A measure with the remarks that are its own: those on the whole survey are printed once."""
    console.print(
        Text.assemble((f"{standing.verdict:<10}  ", _VERDICTS[standing.verdict]), _titled(standing.kind, standing.id))
    )
    for remark in remarks:
        _print_line(console, remark, 12)


def _print_section(console: Console, title: str, differences: "Sequence[Difference]", lost: Collection[str]) -> None:
    if not differences:
        return
    counts = Counter(difference.status for difference in differences)
    shown = ", ".join(f"{count} {status}" for status, count in counts.items())
    console.print(Text(f"\n{title}: {shown}", style="bold"))
    for difference in differences:
        if difference.status != "unchanged":
            asked = difference.kind in ("item", "problem")
            remark = " (not comparable)" if asked and difference.id in lost else ""
            _print_difference(console, difference, remark)


def _print_difference(console: Console, difference: "Difference", remark: str) -> None:
    sign, style = _CHANGED[difference.status]
    _print_line(console, f"{sign} {_titled(difference.kind, difference.id)}{remark}", 2, style)
    for change in difference.changes:
        _print_change(console, change)


def _print_change(console: Console, change: "Change") -> None:
    """A text below its old one; what is short and in no language, on one line."""
    named = " ".join(part for part in (change.aspect, change.code, change.language) if part)
    if change.aspect in _INHERITED:
        _print_line(console, f"{named}: changes with its page or checklist", 4)
    elif change.language is None:
        _print_line(console, f"{named}: {change.before or 'none'} -> {change.after or 'none'}", 4)
    else:
        _print_line(console, named, 4)
        for sign, words, style in (("-", change.before, "red"), ("+", change.after, "green")):
            if words is not None:
                _print_line(console, words, 6, style, sign)


def _titled(kind: str, name: str) -> str:
    return kind if kind == name else f"{kind} {name}"


def _print_line(console: Console, words: str, indent: int, style: str = "", sign: str = "") -> None:
    """Words that wrap below themselves, after a sign of their own or none."""
    line = Table.grid(padding=(0, 1, 0, 0))
    line.add_row(*([Text(sign, style=style)] if sign else []), Text(words, style=style, overflow="fold"))
    console.print(Padding(line, (0, 0, 0, indent), expand=False))
