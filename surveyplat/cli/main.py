"""``surveyplat``: the commands, each group in its own file. A named failure is a sentence and exit code 1."""

import sys

import typer
from rich.console import Console

from surveyplat import __version__
from surveyplat.cli import (
    actions,
    audit,
    audit_log,
    bench,
    charting,
    comparing,
    comparing_periods,
    correcting,
    definitions,
    demo,
    effects,
    explaining,
    exporting,
    fieldwork,
    importing_forms,
    mapping,
    persons,
    previewing,
    reports,
    scoring,
    serving,
    sheets,
    simulation,
    storage,
    verifying,
    weighing,
)
from surveyplat.errors import InvalidInput, SurveyplatError

INTERRUPTED = 130
"""The exit code after Ctrl+C, with which typer ends a command and says nothing."""

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Surveys and satisfaction measurement for car makers and dealer groups: from an event to a PDF to an action.",
)

for group in (
    *(
        storage,
        definitions,
        importing_forms,
        previewing,
        comparing,
        mapping,
        weighing,
        fieldwork,
        serving,
        persons,
        audit,
        correcting,
        audit_log,
    ),
    *(
        scoring,
        explaining,
        charting,
        reports,
        comparing_periods,
        exporting,
        verifying,
        actions,
        sheets,
        effects,
        simulation,
        demo,
        bench,
    ),
):
    group.register(app)


def _version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"surveyplat {__version__}\n")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    """Settings come from the environment and .env; see the table of settings in README."""


def run() -> None:
    """The command's entry point: what a user can mend is told without a traceback."""
    errors = Console(stderr=True, highlight=False, soft_wrap=True)
    try:
        app()
    except InvalidInput as error:
        for fault in error.faults:
            errors.print(str(fault), markup=False)
        sys.exit(1)
    except SurveyplatError as error:
        errors.print(str(error), markup=False)
        sys.exit(1)
    except OSError as fault:
        if fault.filename is None:
            raise
        fix = "Check the path, that it may be written, and that the disk is not full"
        errors.print(f"{fault.filename}: {fault.strerror}. {fix}", markup=False)
        sys.exit(1)
    except SystemExit as end:
        if end.code == INTERRUPTED:
            errors.print("Interrupted; what was committed is kept. Run the same command again to go on.", markup=False)
        raise
