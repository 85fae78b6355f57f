"""What a caller is told when the database says no: its own words, but never the values that were sent."""

import re
import sqlite3

import asyncpg

from surveyplat.errors import DatabaseUnavailable, StorageError

_PARAMETER = re.compile(r"\$\d+")
_PASSING_SQLITE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
}
_PASSING = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
)


def refused_statement(fault: Exception) -> StorageError:
    return _told(f"The database refused the statement: {_words(fault)}. Nothing of this unit was stored", fault)


def refused_query(fault: Exception) -> StorageError:
    advice = "Try again shortly" if is_passing(fault) else "Check its schema with `surveyplat migrate status`"
    return _told(f"The database refused the query: {_words(fault)}. {advice}", fault)


def failed_batch(fault: Exception) -> StorageError:
    return _told(f"The commit failed: {_words(fault)}. Nothing of it counts as stored; send it again", fault)


def is_passing(fault: Exception) -> bool:
    """Whether the database's state is to blame, and not the statement: locked, full, read-only, stopped, away."""
    if isinstance(fault, sqlite3.Error):
        # The low byte is the kind of fault; sqlite3 knows none for a misuse of its own.
        return getattr(fault, "sqlite_errorcode", 0) & 0xFF in _PASSING_SQLITE
    return isinstance(fault, _PASSING)


def _told(sentence: str, fault: Exception) -> StorageError:
    """The error, its cause attached unless the cause quotes values: those may be personal, and causes are logged."""
    error = DatabaseUnavailable(sentence) if is_passing(fault) else StorageError(sentence)
    error.__cause__ = None if _quotes_values(fault) else fault
    return error


def _words(fault: Exception) -> str:
    if type(fault) is asyncpg.DataError:
        which = _PARAMETER.search(str(fault))
        return f"value {which.group() if which else '?'} has the wrong type for its column"
    return str(fault.args[0]) if _quotes_values(fault) else str(fault) or type(fault).__name__


def _quotes_values(fault: Exception) -> bool:
    """PostgreSQL's details show the row that failed; asyncpg's own data error shows the value."""
    return type(fault) is asyncpg.DataError or bool(getattr(fault, "detail", None))
