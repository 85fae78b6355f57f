"""What every room's tests share: fresh migrated databases on both engines, settings, reference data."""

import asyncio
import os
import shutil
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import hypothesis
import pytest
from instances import settings_of_its_own

from surveyplat.bench.postgres_cluster import Cluster, running_cluster
from surveyplat.errors import PostgresAbsent
from surveyplat.settings import Settings
from surveyplat.storage.database import Database, open_database
from surveyplat.storage.migration import migrate_up

# Set before a test imports numpy: the threads of small products of matrices mostly wait for one another, on a busy
# machine ten times as long as one thread takes.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# How long an example takes says how busy the machine is.
hypothesis.settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("unhurried")

NewDatabase = Callable[[str, Path], AbstractContextManager[str]]

_FEW_BUT_LONG = ("demo", "pipeline", "web", "bench", "project")
_TEMPLATE = "migrated"
_ROOT = Path(__file__).resolve().parents[1]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first: begun last, one of them would keep a core at work while the others wait."""
    items.sort(key=lambda item: item.path.parent.name not in _FEW_BUT_LONG)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """The suite's own server. It does not sync to disk: the suite kills its clients, never the server."""
    try:
        with running_cluster("fsync=off", "full_page_writes=off", "deadlock_timeout=100ms") as cluster:
            yield cluster
    except PostgresAbsent as absent:
        pytest.skip(str(absent))


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "migrated.db"
    asyncio.run(migrate_up(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres_cluster: Cluster) -> str:
    asyncio.run(migrate_up(postgres_cluster.create(_TEMPLATE)))
    return _TEMPLATE


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def engine_name(request: pytest.FixtureRequest) -> str:
    """Each engine in turn; a test that asks for several databases gets them all on the same one."""
    return str(request.param)


@pytest.fixture
def empty_database_url(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table."""
    if engine_name == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
    else:
        yield from _fresh_postgres(request.getfixturevalue("postgres_cluster"), "template1")


@pytest.fixture(scope="session")
def new_database(request: pytest.FixtureRequest) -> NewDatabase:
    """Makes a database with the current schema and no rows, a copy of a migrated template, and drops it at the end."""

    @contextmanager
    def made(engine: str, folder: Path) -> Iterator[str]:
        if engine == "sqlite":
            yield f"sqlite:///{shutil.copy(request.getfixturevalue('migrated_sqlite'), folder / 'surveyplat.db')}"
        else:
            template = request.getfixturevalue("migrated_postgres")
            yield from _fresh_postgres(request.getfixturevalue("postgres_cluster"), template)

    return made


@pytest.fixture
def database_url(engine_name: str, new_database: NewDatabase, tmp_path: Path) -> Iterator[str]:
    with new_database(engine_name, tmp_path) as url:
        yield url


def _fresh_postgres(cluster: Cluster, template: str) -> Iterator[str]:
    name = f"test_{uuid.uuid4().hex}"
    yield cluster.create(name, template)
    cluster.drop(name)


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    async with open_database(database_url) as database:
        yield database


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Iterator[Settings]:
    with settings_of_its_own(database_url, tmp_path / "data") as settings:
        yield settings


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """The folder of other software's data and results; its place can be set with SURVEYPLAT_REFERENCE_DATA."""
    folder = Path(os.environ.get("SURVEYPLAT_REFERENCE_DATA", _ROOT.parent / "shared" / "reference"))
    if not folder.is_dir():
        pytest.skip(f"no reference data at {folder}: set SURVEYPLAT_REFERENCE_DATA to their folder")
    return folder
