"""The server that runs our web applications: its processes, its limits, and what happens when it is stopped."""

from surveyplat.settings import Settings
from surveyplat.storage.writer import BATCH_SIZE, QUEUE_SIZE

_STOP_SECONDS = 15
"""A worker that waits longer for the database is ended: nothing that it has acknowledged can be lost."""
_MORE_THAN_WAIT = 256
"""Requests that a worker takes beyond those that wait for the writer (a batch on its way and a full queue), so that
they are told to come again."""


def run_server(settings: Settings, factory: str = "surveyplat.app:application") -> None:
    """Run the application of ``factory`` (``module:function``) on the settings' address until stopped.

    The access log is the application's own, because the server's would show the links.
    """
    from granian.constants import Interfaces
    from granian.server import Server

    Server(
        factory,
        factory=True,
        interface=Interfaces.ASGI,
        address=settings.host,
        port=settings.port,
        workers=settings.workers,
        workers_kill_timeout=_STOP_SECONDS,
        backpressure=BATCH_SIZE + QUEUE_SIZE + _MORE_THAN_WAIT,
        log_access=False,
        websockets=False,
        respawn_failed_workers=True,
    ).serve()
