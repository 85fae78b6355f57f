"""Statements compiled once: Piccolo builds the SQL at the first use, later uses only bind their values.

Building a query anew costs as much as running it. A function that is ``compiled_once`` is called as before and gives
what ``Database.read`` takes and a unit may yield; its body runs once for each dialect, with a place for every value.
A read that is compiled once must be a look-up by a key: on SQLite it runs in the event loop's own thread.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, ParamSpec
from uuid import UUID

from asyncpg.pgproto import pgproto

from surveyplat.errors import StorageError
from surveyplat.storage import context
from surveyplat.storage.context import AnyEngine, AnyQuery

P = ParamSpec("P")
Name = int | str
_Shape = tuple[tuple[Name, bool], ...]

_PLAIN = frozenset({str, int, float, bool, bytes, UUID, pgproto.UUID, datetime, date, type(None)})
"""The types that Piccolo hands to either database as they are. Lists, enums and rows it rewrites for each query."""


@dataclass(frozen=True)
class _Place:
    """Stands for a value while Piccolo builds the SQL: an argument's position or its name."""

    name: Name


class CompiledOnce(Generic[P]):
    """A query by its function. The function must only pass its arguments on as values, never look at them.

    None is no value but another query (``IS NULL``), so that each pattern of None is compiled for itself.
    """

    def __init__(self, build: Callable[P, AnyQuery]) -> None:
        self.build = build
        self._templates: dict[tuple[str, _Shape], tuple[str, tuple[Any, ...]]] = {}

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> "Statement":
        return Statement(self, dict(enumerate(args)) | kwargs)

    def bound(self, values: dict[Name, Any], engine: AnyEngine) -> tuple[str, list[Any]]:
        """The SQL in the engine's dialect and the values in their places.

        Raises ``StorageError`` for a value that is not plain, and for a query that cannot be compiled once.
        """
        shape = tuple([(name, value is None) for name, value in values.items()])
        template = self._templates.get((engine.engine_type, shape))
        if template is None:
            template = self._templates[engine.engine_type, shape] = self._compiled(shape, engine)
        for name, value in values.items():
            if type(value) not in _PLAIN:
                raise StorageError(f"{self._place(name)}: a {type(value).__name__} is no plain value. Use a query")
        sql, places = template
        return sql, [values[place.name] if type(place) is _Place else place for place in places]

    def _compiled(self, shape: _Shape, engine: AnyEngine) -> tuple[str, tuple[Any, ...]]:
        """Compile twice: what differs, such as a key made anew for each row, would be the same for ever."""
        places = {name: None if is_none else _Place(name) for name, is_none in shape}
        sql, values = self._built(places, engine)
        if (sql, values) != self._built(places, engine):
            raise StorageError(f"{self.build.__name__}: a default changes from row to row. Give the value")
        for name, place in places.items():
            if place is not None and place not in values:
                raise StorageError(f"{self._place(name)}: it is not passed on as a value. Compute it before the call")
        return sql, tuple(values)

    def _built(self, places: dict[Name, Any], engine: AnyEngine) -> tuple[str, list[Any]]:
        positional = [place for name, place in places.items() if isinstance(name, int)]
        named = {name: place for name, place in places.items() if isinstance(name, str)}
        with context.using(engine):
            query = self.build(*positional, **named)
        return context.compiled(query, engine)

    def _place(self, name: Name) -> str:
        return f"{self.build.__name__}, argument {name}"


@dataclass(frozen=True)
class Statement:
    """One use of a query that is compiled once, with its values."""

    query: CompiledOnce[Any]
    values: dict[Name, Any]


AnyStatement = AnyQuery | Statement


def compiled_once(build: Callable[P, AnyQuery]) -> CompiledOnce[P]:
    """Compile the query that ``build`` makes once for each dialect; called, it gives a ``Statement``."""
    return CompiledOnce(build)


def compiled(statement: AnyStatement, engine: AnyEngine) -> tuple[str, list[Any]]:
    """The SQL of a query or a statement in the engine's dialect, and its values."""
    if isinstance(statement, Statement):
        return statement.query.bound(statement.values, engine)
    return context.compiled(statement, engine)
