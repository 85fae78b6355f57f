"""A server of our own as a child process: for the demonstration, the benchmarks and the tests."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

import httpx

from surveyplat.errors import ServerFailed

_START_SECONDS = 60.0
_STOP_SECONDS = 20.0
_SERVE = ("surveyplat.cli", "serve")


@dataclass(frozen=True)
class RunningServer:
    """``process`` leads a process group of its own: the server and its workers, all of them ours."""

    address: str
    process: subprocess.Popen[bytes]
    output: IO[bytes]

    def printed(self) -> str:
        """What the server has written to its standard output and error so far."""
        self.output.seek(0)
        return self.output.read().decode("utf-8", "replace")

    def kill(self) -> None:
        """End every process of the server at once, as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(_STOP_SECONDS)


@contextmanager
def running_server(environment: Mapping[str, str], module: Sequence[str] = _SERVE) -> Iterator[RunningServer]:
    """Run ``surveyplat serve``, or another ``module`` with its arguments, on a free port of 127.0.0.1 meanwhile.

    ``environment`` holds SURVEYPLAT_ settings that are laid over our own. Raises ``ServerFailed``, with what the server
    printed, when it does not answer within a minute.
    """
    port = free_port()
    settings = {**os.environ, **environment, "SURVEYPLAT_HOST": "127.0.0.1", "SURVEYPLAT_PORT": str(port)}
    command = [sys.executable, "-m", *module]
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command, env=settings, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
        server = RunningServer(f"http://127.0.0.1:{port}", process, output)
        try:
            _wait_until_it_answers(server)
            yield server
        finally:
            _stop(process)


def free_port(wanted: int = 0) -> int:
    """A port of 127.0.0.1 that nobody listens on now: the ``wanted`` one when it is free, else any."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", wanted))
        except OSError:
            listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait_until_it_answers(server: RunningServer) -> None:
    deadline = time.monotonic() + _START_SECONDS
    with httpx.Client(timeout=1.0) as client:
        while time.monotonic() < deadline and server.process.poll() is None:
            try:
                if client.get(f"{server.address}/health").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
    raise ServerFailed(f"{server.address}: the server did not start. It printed:\n{server.printed()}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ask the server to finish what it has begun; end it when it does not."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
