"""``surveyplat check`` and ``surveyplat schema``: whoever writes a questionnaire is told what does not fit."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from surveyplat.errors import DefinitionError, Fault
from surveyplat.forms.fault_codes import codes_table
from surveyplat.forms.loading import definition_files, load_definitions
from surveyplat.shipped import shipped_folder


def register(app: typer.Typer) -> None:
    app.command()(check)
    app.command()(schema)


def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="PATH...", help="Files or folders; without any, the shipped ones.")
    ] = None,
    codes: Annotated[bool, typer.Option("--codes", help="Print what each code means instead, as Markdown.")] = False,
) -> None:
    """Check questionnaire definitions and report every fault at file:line:column."""
    if codes:
        sys.stdout.write(codes_table())
        return
    named = paths or [shipped_folder("questionnaires")]
    try:
        definitions = load_definitions(named)
    except DefinitionError as error:
        sys.stdout.writelines(f"{fault}\n" for fault in error.faults)
        sys.stderr.write(f"{_counted(error.faults)} in {_files(named)}\n")
        raise typer.Exit(1) from None
    listed = ", ".join(f"{definition.study} (version {definition.version})" for definition in definitions)
    sys.stdout.write(f"{len(definitions)} without fault: {listed}\n")


def _counted(faults: Sequence[Fault]) -> str:
    return "1 fault" if len(faults) == 1 else f"{len(faults)} faults"


def _files(paths: Sequence[Path]) -> str:
    count = len(definition_files(paths))
    return "1 file" if count == 1 else f"{count} files"


def schema() -> None:
    """Print the JSON Schema of questionnaire files, with which editors complete and check them."""
    from surveyplat.forms.schema import schema_text

    sys.stdout.write(schema_text())
