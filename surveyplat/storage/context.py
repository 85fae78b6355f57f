"""One set of tables, several databases in one process: every table's engine is the one of the work at hand.

Piccolo gives each table one engine for good. Ours is a ``ContextEngine``: while ``using(engine)`` lasts, in this task
or thread, it is ``engine``; otherwise no query can run, and statements built outside are adapted when compiled.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from piccolo.columns import Serial
from piccolo.engine.base import BaseAtomic, BaseBatch, Engine
from piccolo.engine.sqlite import SQLiteEngine
from piccolo.query import Insert, Query
from piccolo.querystring import QueryString

from surveyplat.errors import StorageError

AnyEngine = Engine[Any]
AnyQuery = Query[Any, Any]
Rows = list[dict[str, Any]]

_engine: ContextVar[AnyEngine | None] = ContextVar("surveyplat_engine", default=None)


@contextmanager
def using(engine: AnyEngine) -> Iterator[None]:
    """Make ``engine`` the one of every table, in this task or thread, for a while."""
    token = _engine.set(engine)
    try:
        yield
    finally:
        _engine.reset(token)


def compiled(query: AnyQuery, engine: AnyEngine) -> tuple[str, list[Any]]:
    """The statement of ``query`` in the engine's dialect, and its values."""
    with using(engine):
        query._validate()  # type: ignore[no-untyped-call]
        if isinstance(query, Insert):
            _default_keys(query)
        statements = query.querystrings
        if len(statements) != 1:
            raise StorageError(f"A query must be one statement, this one has {len(statements)}. Run them one by one")
        return statements[0].compile_string(engine_type=engine.engine_type)


def _default_keys(insert: Insert[Any]) -> None:
    """Rows made before the engine was known carry a serial key's default in any dialect: put the engine's own."""
    key = insert.table._meta.primary_key
    if isinstance(key, Serial):
        for row in insert.add_delegate._add:
            if isinstance(row[key._meta.name], QueryString):
                row[key._meta.name] = key.default()


class ContextEngine(Engine[Any]):
    """The engine that ``using`` named, as an engine: it has no connection of its own."""

    def __init__(self) -> None:
        # Piccolo's own constructor asks a server for its version; there is none yet.
        self.query_id = 0

    @property
    def engine_type(self) -> str:  # type: ignore[override]
        """The dialect. Outside of ``using`` rows may be built too, and for those any dialect will do."""
        engine = _engine.get()
        return engine.engine_type if engine else "sqlite"

    @property
    def current_transaction(self) -> ContextVar[Any]:  # type: ignore[override]
        return self._at_hand().current_transaction

    def _at_hand(self) -> AnyEngine:
        engine = _engine.get()
        if engine is None:
            raise StorageError("A query was awaited by itself. Give it to Database.read, or yield it from a unit")
        return engine

    def get_version_sync(self) -> float:
        engine = _engine.get()
        return engine.get_version_sync() if engine else SQLiteEngine.get_version_sync(self)  # type: ignore[arg-type]

    async def get_version(self) -> float:
        return await self._at_hand().get_version()

    async def prep_database(self) -> None:
        await self._at_hand().prep_database()  # type: ignore[no-untyped-call]

    async def batch(self, query: AnyQuery, batch_size: int = 100, node: str | None = None) -> BaseBatch:
        return await self._at_hand().batch(query, batch_size, node)

    async def run_querystring(self, querystring: QueryString, in_pool: bool = True) -> Any:
        return await self._at_hand().run_querystring(querystring, in_pool=in_pool)

    async def run_ddl(self, ddl: str, in_pool: bool = True) -> Any:
        return await self._at_hand().run_ddl(ddl, in_pool=in_pool)

    def transform_response_to_dicts(self, results: Any) -> Rows:
        return self._at_hand().transform_response_to_dicts(results)

    def transaction(self, *args: Any, **kwargs: Any) -> Any:
        return self._at_hand().transaction(*args, **kwargs)

    def atomic(self) -> BaseAtomic:
        return self._at_hand().atomic()
