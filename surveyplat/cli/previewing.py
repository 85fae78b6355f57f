"""``surveyplat preview``: a questionnaire to look at and to fill in, without storing anything."""

import asyncio
import socket
import sys
from pathlib import Path
from typing import Annotated

import typer

from surveyplat.errors import Fault, InvalidInput, ServerFailed
from surveyplat.forms.loading import load_study
from surveyplat.shipped import shipped_folder


def register(app: typer.Typer) -> None:
    app.command()(preview)


def preview(
    what: Annotated[
        str, typer.Argument(metavar="FILE|STUDY", help="A definition file, or the name of a shipped study.")
    ],
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of 127.0.0.1 to serve on.")] = 8000,
    language: Annotated[str | None, typer.Option(help="Language to start in; without it, the first one.")] = None,
    brand: Annotated[str, typer.Option(help="What the texts call the brand; variants are chosen by it.")] = "Sample",
    model: Annotated[str, typer.Option(help="What the texts call the model.")] = "Aurora",
    dealer: Annotated[str, typer.Option(help="What the texts call the dealer.")] = "Sample Dealer",
) -> None:
    """Serve a questionnaire for looking at it and filling it in; it is read again whenever it is saved.

    Nothing is stored, no setting is read, and the instance's database is never touched.
    """
    from surveyplat.preview.occasion import Visitor
    from surveyplat.preview.serving import serve_preview
    from surveyplat.preview.watched import WatchedDefinition

    watched = WatchedDefinition(_file(what))
    _demand_free(port)
    watched.refresh()
    if language and watched.definition and language not in watched.definition.languages:
        cause, known = f"the questionnaire does not speak {language}", ", ".join(watched.definition.languages)
        raise InvalidInput([Fault("language", "--language", cause, f"It speaks {known}")])
    asyncio.run(serve_preview(watched, Visitor(language or "", brand, model, dealer), port, _tell))


def _file(what: str) -> Path:
    """The file that is meant. Raises ``UnknownStudy`` for what is neither a file nor a shipped study."""
    path = Path(what)
    if path.is_file():
        return path
    if path.suffix in (".yaml", ".yml"):
        raise InvalidInput([Fault("file", what, "there is no such file", "Name a definition, or a shipped study")])
    shipped = shipped_folder("questionnaires") / f"{what}.yaml"
    if not shipped.is_file():
        load_study(what)
    return shipped


def _demand_free(port: int) -> None:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError as fault:
            raise ServerFailed(f"127.0.0.1:{port}: cannot listen: {fault.strerror}. Name another with --port") from None


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
