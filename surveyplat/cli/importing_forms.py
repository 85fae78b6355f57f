"""``surveyplat import-xlsform``: a form of another system becomes a questionnaire of ours."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from surveyplat.errors import Fault, InvalidInput

if TYPE_CHECKING:
    from surveyplat.forms.xlsform.converting import Conversion


def register(app: typer.Typer) -> None:
    app.command("import-xlsform")(import_xlsform)


def import_xlsform(
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="The form: sheets survey, choices, settings.")],
    output: Annotated[
        Path | None, typer.Option(help="Where to write the YAML; without it, beside the form and never over a file.")
    ] = None,
) -> None:
    """Convert an XLSForm into a questionnaire and name everything that has no counterpart.

    Ends with 1 when something is unsupported or wrong; the rest is converted and written all the same.
    """
    from surveyplat.forms.xlsform.converting import convert_xlsform

    written = _target(output, file)
    conversion = convert_xlsform(file, str(written))
    _write(written, conversion.text)
    for fault in (*conversion.notes, *conversion.serious):
        sys.stderr.write(f"{fault}\n")
    sys.stdout.write(f"{written}: {_summary(conversion)}\n")
    raise typer.Exit(1 if conversion.serious else 0)


def _target(output: Path | None, file: Path) -> Path:
    path = output or file.with_suffix(".yaml")
    if output is None and path.exists():
        cause = "the file is there already, and may have been edited"
        raise InvalidInput([Fault("file", str(path), cause, "Name the file to write with --output")])
    return path


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        cause = f"cannot be written: {error.strerror}"
        raise InvalidInput([Fault("file", str(path), cause, "Name a file in a folder of yours")]) from None


def _summary(conversion: "Conversion") -> str:
    converted = f"{conversion.items} items on {conversion.pages} pages in {', '.join(conversion.languages)}"
    left = len(conversion.serious)
    lacks = f"{left} things are unsupported or wrong, each named above" if left else "nothing was left out"
    return f"{converted}; {lacks}. Fill in measurement and fieldwork, then run surveyplat check"
