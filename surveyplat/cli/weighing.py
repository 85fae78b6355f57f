"""``surveyplat weigh``: what the pages of the studies weigh as they travel."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from surveyplat.errors import Fault, InvalidInput
from surveyplat.forms.loading import load_definitions, load_file_or_study
from surveyplat.shipped import shipped_folder

if TYPE_CHECKING:
    from surveyplat.forms.weighing import PageWeight

_COLUMNS = ("Study", "Page", "Language", "Bytes", "Compressed", "Requests")
_ABOUT = """# What the pages weigh

Every page of every shipped study, in every language, the heaviest first, and every page of questions once more with
an error at each question. Everything that a page needs is inside it: style, icon, text. Compressed is gzip level 6, as
the server sends it to a browser. A page may weigh {limit:,} bytes: then it arrives in the first flight of a TCP
connection, without a second round trip.

Made by `surveyplat weigh --output docs/page-weights.md`; a test compares it with the pages.

"""


def register(app: typer.Typer) -> None:
    app.command()(weigh)


def weigh(
    questionnaires: Annotated[
        list[str] | None,
        typer.Argument(metavar="FILE|STUDY...", help="Definition files, or shipped studies; without any, all shipped."),
    ] = None,
    output: Annotated[Path | None, typer.Option(help="Write the table to this Markdown file instead.")] = None,
) -> None:
    """Weigh every page, raw and compressed, the heaviest first; exit code 1 when one is too heavy."""
    from surveyplat.forms.weighing import HEAVIEST_BYTES, page_weights

    chosen = [load_file_or_study(name) for name in questionnaires or ()]
    weights = page_weights(chosen or load_definitions([shipped_folder("questionnaires")]))
    if output is not None:
        _write(output, weights_document(weights))
    else:
        Console(highlight=False).print(_table(weights))
    too_heavy = [weight for weight in weights if weight.compressed > HEAVIEST_BYTES or weight.requests > 1]
    limit = f"{HEAVIEST_BYTES:,} bytes in one request"
    sys.stdout.write(f"{len(weights)} pages, {len(too_heavy)} of them over the limit of {limit}\n")
    raise typer.Exit(1 if too_heavy else 0)


def weights_document(weights: Iterable["PageWeight"]) -> str:
    """The weights as ``docs/page-weights.md`` holds them."""
    from surveyplat.forms.weighing import HEAVIEST_BYTES

    rows = [_COLUMNS, ("---", "---", "---", "---:", "---:", "---:"), *map(_cells, weights)]
    return _ABOUT.format(limit=HEAVIEST_BYTES) + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _write(path: Path, document: str) -> None:
    try:
        path.write_text(document, encoding="utf-8")
    except OSError as error:
        cause = f"cannot be written: {error.strerror}"
        raise InvalidInput([Fault("file", str(path), cause, "Name a file in a folder of yours")]) from None


def _cells(weight: "PageWeight") -> tuple[str, ...]:
    figures = (weight.raw, weight.compressed, weight.requests)
    return (weight.study, weight.page, weight.language, *(f"{figure:,}" for figure in figures))


def _table(weights: Iterable["PageWeight"]) -> Table:
    table = Table()
    for number, column in enumerate(_COLUMNS):
        table.add_column(column, justify="left" if number < 3 else "right")
    for weight in weights:
        table.add_row(*_cells(weight))
    return table
