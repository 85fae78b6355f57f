"""What stops the server's start is told in one sentence, and what stops its work is told to its visitors."""

import fcntl
import os
import socket
import subprocess
import sys
from pathlib import Path

import anyio
import cast
import pytest

from surveyplat.forms.loading import load_definition
from surveyplat.shipped import shipped_folder
from surveyplat.storage.writer import BATCH_SIZE, QUEUE_SIZE
from surveyplat.web.server_process import running_server

pytestmark = pytest.mark.anyio
SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)

CSI = load_definition(shipped_folder("questionnaires") / "csi.yaml")


def started_in_vain(environment):
    command = [sys.executable, "-m", "surveyplat.cli", "serve"]
    run = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, timeout=120)
    assert run.returncode == 1
    assert "Traceback" not in run.stderr + run.stdout
    return run.stderr


@SQLITE
def test_a_server_without_its_database_does_not_start(server_environment, tmp_path):
    absent = f"sqlite:///{tmp_path / 'absent.db'}"
    assert "surveyplat migrate" in started_in_vain({**server_environment, "SURVEYPLAT_DATABASE_URL": absent})


@SQLITE
def test_a_server_whose_port_is_taken_does_not_start(server_environment):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert "SURVEYPLAT_PORT" in started_in_vain({**server_environment, "SURVEYPLAT_PORT": port})


@SQLITE
async def test_a_stuck_database_turns_away_whom_it_cannot_serve_and_stores_whom_it_took(
    db, settings, server_environment
):
    invited = await cast.invite(db, settings, CSI)
    lock = os.open(Path(f"{settings.database_url.removeprefix('sqlite:///')}.lock"), os.O_RDWR)
    body = b"booking_ease=9"
    request = (
        f"POST /s/{invited.token}/initiation HTTP/1.1\r\nHost: survey\r\nConnection: close\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body
    answers = []
    with running_server(server_environment) as server:
        port = int(server.address.rpartition(":")[2])
        fcntl.flock(lock, fcntl.LOCK_EX)
        async with anyio.create_task_group() as visitors:

            async def send():
                async with await anyio.connect_tcp("127.0.0.1", port) as connection:
                    await connection.send(request)
                    answers.append(await connection.receive())

            for _ in range(BATCH_SIZE + QUEUE_SIZE + 100):
                visitors.start_soon(send)
            with anyio.fail_after(60):
                while not answers:
                    await anyio.sleep(0.05)
            os.close(lock)
    assert {answer[:12] for answer in answers} == {b"HTTP/1.1 303", b"HTTP/1.1 503"}
    assert all((b"retry-after: 2" in answer) == answer.startswith(b"HTTP/1.1 503") for answer in answers)
    assert sum(answer.startswith(b"HTTP/1.1 303") for answer in answers) >= QUEUE_SIZE
