"""A preview from its start to its end: a temporary folder, the application, the server, and nothing left behind."""

import asyncio
import logging
import secrets
import signal
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from granian.constants import Interfaces
from granian.server.embed import Server
from pydantic import SecretStr

from surveyplat.app import create_app
from surveyplat.preview.occasion import Visitor
from surveyplat.preview.site import PreviewSite
from surveyplat.preview.watched import WatchedDefinition
from surveyplat.settings import Settings
from surveyplat.storage.migration import migrate_up

HOST = "127.0.0.1"
"""A preview is for this machine only."""
_KEY_BYTES = 32
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


async def serve_preview(watched: WatchedDefinition, visitor: Visitor, port: int, told: Callable[[str], None]) -> None:
    """Serve until interrupted; ``told`` is given the link, and every fault that the file has meanwhile."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in _ENDING:
        loop.add_signal_handler(number, ended.set)
    with TemporaryDirectory(prefix="surveyplat-preview-") as folder:
        settings = _settings(Path(folder), port)
        await migrate_up(settings.database_url)
        app = create_app(settings)
        async with app.lifespan():
            site = PreviewSite(app, settings, watched, visitor, told)
            await _serve(site, port, ended)


def _settings(folder: Path, port: int) -> Settings:
    """Settings of the preview's own: neither the environment nor ``.env`` is read, and its keys live in memory."""
    return Settings.model_construct(
        database_url=f"sqlite:///{folder / 'preview.db'}",
        data_dir=folder,
        base_url=f"http://{HOST}:{port}",
        host=HOST,
        port=port,
        link_key=SecretStr(secrets.token_hex(_KEY_BYTES)),
        data_key=SecretStr(secrets.token_hex(_KEY_BYTES)),
    )


async def _serve(site: PreviewSite, port: int, ended: asyncio.Event) -> None:
    logging.getLogger("_granian").setLevel(logging.ERROR)
    server = Server(site, address=HOST, port=port, interface=Interfaces.ASGINL, websockets=False, log_enabled=False)
    await site.start()
    serving = asyncio.create_task(server.serve())
    ending = asyncio.create_task(ended.wait())
    await asyncio.wait((serving, ending), return_when=asyncio.FIRST_COMPLETED)
    ending.cancel()
    server.stop()  # type: ignore[no-untyped-call]
    await serving
