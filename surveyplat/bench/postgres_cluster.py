"""PostgreSQL for a while: a server of our own in a temporary folder, and databases that are dropped again."""

import asyncio
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg

from surveyplat.errors import PostgresAbsent, ServerFailed, StorageError
from surveyplat.storage.database import place_of
from surveyplat.storage.engine import DATABASE_FAULTS
from surveyplat.web.server_process import free_port

_SUPERUSER = "surveyplat"


class Server:
    """A running server, known by the address of one of its databases; its user may create and drop databases.

    Both raise ``StorageError`` when the server cannot be reached or refuses.
    """

    def __init__(self, url: str) -> None:
        self._url = url

    def url(self, database: str) -> str:
        return urlsplit(self._url)._replace(path=f"/{database}").geturl()

    def create(self, database: str, template: str = "template1") -> str:
        self._execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
        return self.url(database)

    def drop(self, database: str) -> None:
        self._execute(f'DROP DATABASE "{database}" WITH (FORCE)')

    def _execute(self, statement: str) -> None:
        async def execute() -> None:
            connection = await asyncpg.connect(self._url)
            try:
                await connection.execute(statement)
            finally:
                await connection.close()

        try:
            asyncio.run(execute())
        except DATABASE_FAULTS as fault:
            raise StorageError(
                f"{place_of(self._url)}: {fault}. Name a server that you may make databases on"
            ) from None


class Cluster(Server):
    """A server on 127.0.0.1, and on a socket in ``home``, that trusts whoever asks."""

    def __init__(self, port: int, home: Path) -> None:
        super().__init__(f"postgresql://{_SUPERUSER}@127.0.0.1:{port}/postgres")
        self.port = port
        self.home = home


@contextmanager
def running_cluster(*options: str) -> Iterator[Cluster]:
    """Start a server with ``options`` (``name=value``) and stop it at the end; its folder goes with it.

    Raises ``PostgresAbsent`` when no server can be run here, ``ServerFailed`` when it did not start or stop.
    """
    binaries = _binaries()
    who = _unprivileged()
    with tempfile.TemporaryDirectory(prefix="surveyplat-postgres-") as folder:
        home = Path(folder)
        if who:
            shutil.chown(home, who["user"], who["group"])
        data = home / "data"

        def run(program: str, *arguments: str) -> None:
            ended = subprocess.run([binaries / program, *arguments], cwd=home, stdout=subprocess.DEVNULL, **who)
            if ended.returncode != 0:
                raise ServerFailed(f"PostgreSQL's {program} failed with code {ended.returncode}; it said why above")

        run("initdb", "-D", str(data), "-U", _SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        port = free_port()  # only now: what was free before initdb may have been taken meanwhile
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
