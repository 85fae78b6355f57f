"""``surveyplat serve``: the web application in one worker process or several."""

import typer
from rich.console import Console

from surveyplat.settings import Settings, load_settings


def register(app: typer.Typer) -> None:
    app.command()(serve)


def serve() -> None:
    """Serve the survey pages on SURVEYPLAT_HOST and SURVEYPLAT_PORT with SURVEYPLAT_WORKERS processes."""
    settings = load_settings()
    settings.keys  # noqa: B018  (development secrets are created once, before several workers ask for them)
    Console(highlight=False).print(f"Serving on http://{settings.host}:{settings.port} (stop with Ctrl+C)")
    run_server(settings)


def run_server(settings: Settings) -> None:
    """Run until stopped. The access log is the application's own, because the server's would show the links."""
    from granian.constants import Interfaces
    from granian.server import Server

    Server(
        "surveyplat.app:application",
        factory=True,
        interface=Interfaces.ASGI,
        address=settings.host,
        port=settings.port,
        workers=settings.workers,
        log_access=False,
        websockets=False,
        respawn_failed_workers=True,
    ).serve()
