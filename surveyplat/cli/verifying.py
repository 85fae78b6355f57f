"""``surveyplat verify``: a report checked by itself, without a database."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from surveyplat.errors import Fault, InvalidInput

if TYPE_CHECKING:
    from surveyplat.verification import Step

_OUTCOMES = {"passed": "yes", "failed": "NO", "not_checked": "not checked"}


def register(app: typer.Typer) -> None:
    app.command()(verify)


def verify(
    report: Annotated[Path, typer.Argument(metavar="REPORT.pdf", help="The report to verify.")],
    key: Annotated[str | None, typer.Option(help="The publisher's public key, as `audit key` prints it.")] = None,
    snapshots: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where the frozen rows are, to compute every number again.")
    ] = None,
) -> None:
    """Say how far a report can be believed: sealed, consistent, recomputed. Ends with 1 at the first difference.

    Needs no database and no network: the report carries what it was made from.
    """
    from surveyplat.audit.notes import PublicKey
    from surveyplat.verification import verify_report

    public = None if key is None else PublicKey.parse(key)
    with Console(stderr=True).status(f"Verifying {report.name}"):
        steps = verify_report(_bytes(report), key=public, snapshots=snapshots)
    _show(Console(highlight=False, soft_wrap=True), steps)
    if any(step.outcome == "failed" for step in steps):
        raise typer.Exit(1)


def _show(console: Console, steps: "tuple[Step, ...]") -> None:
    for step in steps:
        console.print(f"{step.level:<11} {_OUTCOMES[step.outcome]}: {step.told}", markup=False)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise InvalidInput([Fault("file", str(path), f"cannot be read: {fault.strerror}", "Name the report")]) from None
