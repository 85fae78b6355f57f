"""``surveyplat verify``: reports checked by themselves, without a database, settings or a network."""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from surveyplat.cli.progress import PassBars, pass_bars
from surveyplat.errors import Fault, InvalidInput

if TYPE_CHECKING:
    from surveyplat.verification.superseded import Corrections
    from surveyplat.verification.verdicts import Outcome, Reached, Step, Verdict

_WORD = 11
"""Columns of the word that a line begins with."""
_OUTCOMES: "dict[Outcome, str]" = {"passed": "yes", "in_part": "in part", "failed": "NO", "not_checked": "not checked"}
_REACHED: "dict[Reached, str]" = {
    "recomputed": "Verified to the end: signed by the given key, drawn again byte for byte, computed again from rows",
    "consistent": "Signed by the given key and drawn again byte for byte; not, or not wholly, computed again",
    "sealed": "Signed by the given key; its pages could not be drawn again",
    "unproven": "Nothing in it contradicts itself, and nobody who is known has signed it: anybody may have made it",
    "unknown": "Nothing could be checked",
    "failed": "NOT VERIFIED: do not rely on it before what NO tells above is explained",
}


def register(app: typer.Typer) -> None:
    app.command()(verify)


def verify(
    reports: Annotated[list[Path], typer.Argument(metavar="REPORT.pdf...", help="The report, or several of them.")],
    key: Annotated[str | None, typer.Option(help="The publisher's public key, as `audit key` prints it.")] = None,
    snapshots: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where the frozen rows are, to compute every number again.")
    ] = None,
    database: Annotated[
        bool,
        typer.Option("--database", help="Ask this instance's audit log, too, whether a period was corrected since."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> None:
    """Say how far a report can be believed: sealed, consistent, recomputed; and name the first difference.

    Needs no database and no network: the report carries what it was made from. A report whose period was corrected
    since is verified as what it was, and said to be superseded.

    Ends with 0 when all three hold; 1 at a difference; 3 when it is sealed by the key and consistent, and not
    (wholly) computed again; 4 when it is sealed and cannot be drawn again by this version; 5 when nothing is
    wrong and the publisher's seal is not proved; 6 when nothing could be checked. Of several the worst one counts.
    """
    from surveyplat.verification.verdicts import EXIT_CODES, worst

    _check_files(reports)
    with pass_bars("Verifying") as bars:
        verdicts = _verdicts(reports, key, snapshots, _corrections(snapshots, in_log=database), bars)
    if as_json:
        told = [{"file": str(path), **verdict.document()} for path, verdict in zip(reports, verdicts, strict=True)]
        sys.stdout.write(json.dumps({"reached": worst(verdicts), "reports": told}, ensure_ascii=False) + "\n")
    elif len(reports) == 1:
        _show(_console(), verdicts[0])
    else:
        _show_all(_console(), reports, verdicts)
    raise typer.Exit(EXIT_CODES[worst(verdicts)])


def _corrections(snapshots: Path | None, *, in_log: bool) -> "Corrections":
    """What is at hand on corrections: the log's word goes before that of the files beside the rows."""
    from surveyplat.verification.superseded import corrections_beside, corrections_told

    beside = {} if snapshots is None else corrections_beside(snapshots)
    return {**beside, **(corrections_told(asyncio.run(_entries())) if in_log else {})}


async def _entries() -> "tuple[Mapping[str, Any], ...]":
    from surveyplat.audit.proofs import read_log
    from surveyplat.settings import load_settings
    from surveyplat.storage.database import open_database

    async with open_database(load_settings().database_url) as db:
        return (await read_log(db)).entries


def _verdicts(
    reports: Sequence[Path], key: str | None, snapshots: Path | None, corrections: "Corrections", bars: PassBars
) -> "list[Verdict]":
    from surveyplat.audit.notes import PublicKey
    from surveyplat.scoring.workers import Workers
    from surveyplat.verification.frozen_rows import FrozenRows
    from surveyplat.verification.report import verify as verified

    public = None if key is None else PublicKey.parse(key)
    rows = None if snapshots is None else FrozenRows(snapshots, Workers(progress=bars))
    found = []
    for place, path in enumerate(reports):
        bars("reports", place, len(reports))
        found.append(verified(_bytes(path), key=public, rows=rows, corrections=corrections))
    return found


def _console() -> Console:
    return Console(highlight=False, soft_wrap=True)


def _show(console: Console, verdict: "Verdict") -> None:
    for step in verdict.steps:
        _tell(console, step.level, _found(step))
    console.print(_REACHED[verdict.reached], markup=False)
    _show_notes(console, verdict)


def _show_notes(console: Console, verdict: "Verdict") -> None:
    for note in verdict.notes:
        _tell(console, "superseded", note)


def _tell(console: Console, what: str, text: str) -> None:
    """A paragraph beside its word on a terminal, one line where another program reads it."""
    if not console.is_terminal:
        console.print(f"{what:<{_WORD}} {text}", markup=False)
        return
    paragraph = Table.grid(padding=(0, 1, 0, 0))
    paragraph.add_column(width=_WORD)
    paragraph.add_column(overflow="fold")
    paragraph.add_row(Text(what), Text(text))
    console.print(paragraph, soft_wrap=False)


def _found(step: "Step") -> str:
    return f"{_OUTCOMES[step.outcome]}: {step.told}"


def _show_all(console: Console, reports: Sequence[Path], verdicts: "Sequence[Verdict]") -> None:
    """A line a report, with what keeps it from being verified to the end, then how many there are of each."""
    for path, verdict in zip(reports, verdicts, strict=True):
        console.print(f"{verdict.reached:<{_WORD}} {path}", markup=False)
        short = next((step for step in verdict.steps if step.outcome == "failed"), None)
        short = short or next((step for step in verdict.steps if step.outcome != "passed"), None)
        if short is not None:
            _tell(console, "", f"{short.level} {_found(short)}")
        _show_notes(console, verdict)
    counts = Counter(verdict.reached for verdict in verdicts)
    for reached, told in _REACHED.items():
        if counts[reached]:
            console.print(f"{counts[reached]} of {len(reports)} {reached}. {told}", markup=False)


def _check_files(paths: Sequence[Path]) -> None:
    """Raises ``InvalidInput`` naming every file that there is not."""
    fix = "Name the report"
    faults = [Fault("file", str(path), "there is no such file", fix) for path in paths if not path.is_file()]
    if faults:
        raise InvalidInput(faults)


def _bytes(path: Path) -> bytes:
    """As much of the file as a report may have, and one byte more where it has more."""
    from surveyplat.verification.opening import MOST_BYTES

    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as fault:
        raise InvalidInput([Fault("file", str(path), f"cannot be read: {fault.strerror}", "Name the report")]) from None
