"""``surveyplat serve``: the web application in one worker process or several."""

import asyncio
import socket

import typer
from rich.console import Console

from surveyplat.errors import ServerFailed
from surveyplat.settings import Settings, load_settings


def register(app: typer.Typer) -> None:
    app.command()(serve)


def serve() -> None:
    """Serve the survey pages on SURVEYPLAT_HOST and SURVEYPLAT_PORT with SURVEYPLAT_WORKERS processes."""
    from surveyplat.web.granian_server import run_server

    settings = load_settings()
    settings.keys  # noqa: B018  (development secrets are created once, before several workers ask for them)
    asyncio.run(_refuse_to_start_in_vain(settings))
    Console(highlight=False).print(f"Serving on http://{settings.host}:{settings.port} (stop with Ctrl+C)")
    run_server(settings)


async def _refuse_to_start_in_vain(settings: Settings) -> None:
    """Raise ``StorageError`` for a database that cannot serve, ``ServerFailed`` for an address that is not free."""
    from surveyplat.storage.database import open_database

    async with open_database(settings.database_url):
        pass
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((settings.host, settings.port))
        except OSError as fault:
            place = f"{settings.host}:{settings.port}"
            fix = "Set SURVEYPLAT_HOST to an address of this machine and SURVEYPLAT_PORT to a free port"
            raise ServerFailed(f"{place}: cannot listen: {fault.strerror}. {fix}") from None
