"""A PostgreSQL server of the suite's own: found on this machine, run in a temporary folder, stopped at the end."""

import asyncio
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg

_SUPERUSER = "surveyplat"


class PostgresAbsent(Exception):
    """There is no usable PostgreSQL server here; the message says why."""


class Cluster:
    """A running server on 127.0.0.1, and on a socket in ``home``, that trusts whoever asks."""

    def __init__(self, port: int, home: Path) -> None:
        self.port = port
        self.home = home

    def url(self, database: str) -> str:
        return f"postgresql://{_SUPERUSER}@127.0.0.1:{self.port}/{database}"

    def create(self, database: str, template: str = "template1") -> str:
        self._execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
        return self.url(database)

    def drop(self, database: str) -> None:
        self._execute(f'DROP DATABASE "{database}" WITH (FORCE)')

    def _execute(self, statement: str) -> None:
        async def execute() -> None:
            connection = await asyncpg.connect(self.url("postgres"))
            try:
                await connection.execute(statement)
            finally:
                await connection.close()

        asyncio.run(execute())


@contextmanager
def running_cluster(*options: str) -> Iterator[Cluster]:
    """Start a server with ``options`` (``name=value``) and stop it. Raises ``PostgresAbsent`` when that cannot be."""
    binaries = _binaries()
    who = _unprivileged()
    with tempfile.TemporaryDirectory(prefix="surveyplat-postgres-") as folder:
        home = Path(folder)
        if who:
            shutil.chown(home, who["user"], who["group"])
        data, port = home / "data", _free_port()

        def run(program: str, *arguments: str) -> None:
            subprocess.run([binaries / program, *arguments], check=True, cwd=home, stdout=subprocess.DEVNULL, **who)

        run("initdb", "-D", str(data), "-U", _SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        settings = [f"port={port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={home}", *options]
        started = " ".join(f"-c {setting}" for setting in settings)
        run("pg_ctl", "start", "-w", "-D", str(data), "-l", str(home / "log"), "-o", started)
        try:
            yield Cluster(port, home)
        finally:
            run("pg_ctl", "stop", "-w", "-m", "fast", "-D", str(data))


def _binaries() -> Path:
    found = shutil.which("pg_ctl")
    if found and shutil.which("initdb"):
        return Path(found).parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if not versions:
        raise PostgresAbsent(
            "no PostgreSQL server here: neither initdb and pg_ctl in PATH nor /usr/lib/postgresql/*/bin"
        )
    return versions[-1].parent


def _unprivileged() -> dict[str, Any]:
    """Whom the server runs as: PostgreSQL refuses root, so that root borrows the account of the packaged server."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    raise PostgresAbsent("PostgreSQL refuses to run as root, and there is no account postgres or nobody to run it as")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
