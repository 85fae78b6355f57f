"""``surveyplat check`` and ``surveyplat schema``: whoever writes a questionnaire is told what does not fit."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from surveyplat.errors import DefinitionError
from surveyplat.forms.loading import load_definitions
from surveyplat.shipped import shipped_folder


def register(app: typer.Typer) -> None:
    app.command()(check)
    app.command()(schema)


def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="PATH...", help="Files or folders; without any, the shipped ones.")
    ] = None,
) -> None:
    """Check questionnaire definitions and report every fault at file:line:column."""
    try:
        definitions = load_definitions(paths or [shipped_folder("questionnaires")])
    except DefinitionError as error:
        sys.stdout.writelines(f"{fault}\n" for fault in error.faults)
        raise typer.Exit(1) from None
    named = ", ".join(f"{definition.study} (version {definition.version})" for definition in definitions)
    sys.stdout.write(f"{len(definitions)} without fault: {named}\n")


def schema() -> None:
    """Print the JSON Schema of questionnaire files, with which editors complete and check them."""
    from surveyplat.forms.schema import schema_text

    sys.stdout.write(schema_text())
