"""``surveyplat map``: the routes through a questionnaire as a picture."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from surveyplat.errors import Fault, InvalidInput
from surveyplat.forms.loading import load_file_or_study


def register(app: typer.Typer) -> None:
    app.command("map")(draw_map)


def draw_map(
    questionnaire: Annotated[str, typer.Argument(metavar="FILE|STUDY", help="A definition file, or a shipped study.")],
    output: Annotated[Path | None, typer.Option(help="Write the SVG to this file instead of printing it.")] = None,
    language: Annotated[str | None, typer.Option(help="A language of the study; its first one without.")] = None,
) -> None:
    """Draw the routes of a questionnaire as SVG: its pages, who sees them, where it ends, its checks and quotas."""
    from surveyplat.forms.route_drawing import drawn
    from surveyplat.forms.route_map import route_map

    picture = drawn(route_map(load_file_or_study(questionnaire), language))
    if output is None:
        sys.stdout.write(picture.decode() + "\n")
    else:
        _write(output, picture)


def _write(path: Path, picture: bytes) -> None:
    try:
        path.write_bytes(picture)
    except OSError as error:
        cause = f"cannot be written: {error.strerror}"
        raise InvalidInput([Fault("file", str(path), cause, "Name a file in a folder of yours")]) from None
