"""Sweeping: rewriting the database's files, so that nothing is left in them of rows that were deleted or changed.

A database frees the place of an old row and leaves its bytes there until something else is written over them.
"""

import asyncio
import sqlite3
from contextlib import closing

from surveyplat.errors import DatabaseUnavailable, StorageError
from surveyplat.storage.database import place_of
from surveyplat.storage.engine import DATABASE_FAULTS, PostgresServerEngine, WalSQLiteEngine, engine_of, lock_path
from surveyplat.storage.sqlite_commit import file_lock
from surveyplat.storage.tables import TABLES


async def sweep(url: str) -> None:
    """Rewrite every table of the database at ``url``; writers wait meanwhile, on PostgreSQL readers too.

    PostgreSQL's write-ahead log keeps what was, until its segments are used again. Raises ``DatabaseUnavailable`` when
    somebody holds the database for too long, ``StorageError`` when it refuses.
    """
    engine = engine_of(url)
    try:
        if isinstance(engine, PostgresServerEngine):
            await _sweep_postgres(engine)
        else:
            await asyncio.to_thread(_sweep_sqlite, engine, place_of(url))
    except DATABASE_FAULTS as fault:
        raise StorageError(
            f"{place_of(url)}: it could not be rewritten: {fault}. Run it again at a quiet hour"
        ) from fault


def _sweep_sqlite(engine: WalSQLiteEngine, place: str) -> None:
    with file_lock(lock_path(engine)), closing(engine.connect()) as connection:
        connection.execute("VACUUM")
        if _is_busy(connection):
            raise DatabaseUnavailable(
                f"{place}: it was rewritten, but somebody still reads what it was. Run `surveyplat person sweep` again"
            )


def _is_busy(connection: sqlite3.Connection) -> bool:
    """Empty the write-ahead log into the database; true when a reader kept it from being emptied."""
    [emptied] = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return bool(emptied["busy"])


async def _sweep_postgres(engine: PostgresServerEngine) -> None:
    connection = await engine.get_new_connection()
    try:
        for table in TABLES:
            await connection.execute(f'VACUUM FULL "{table._meta.tablename}"')
    finally:
        await connection.close()
