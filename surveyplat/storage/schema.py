"""Which migrations travel with the program, and which of them a database has had."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from piccolo.apps.migrations.tables import Migration

from surveyplat.errors import SchemaOutdated
from surveyplat.shipped import shipped_folder
from surveyplat.storage.context import AnyQuery, Rows
from surveyplat.storage.piccolo_app import APP_NAME

_ID = re.compile(r"^ID = \"(.+)\"$", re.MULTILINE)

Read = Callable[[AnyQuery], Awaitable[Rows]]


@dataclass(frozen=True)
class SchemaState:
    """Migration ids in order: ``applied`` in the database, ``pending``, and ``unknown`` ones of another program."""

    applied: tuple[str, ...]
    pending: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def current(self) -> bool:
        return not self.pending and not self.unknown


def shipped_migrations() -> dict[str, Path]:
    """The migrations that travel with the program: id -> file, in the order in which they run."""
    files = shipped_folder("alembic_like").glob("*.py")
    found = {match.group(1): path for path in files if (match := _ID.search(path.read_text(encoding="utf-8")))}
    return dict(sorted(found.items()))


async def state_of(read: Read) -> SchemaState:
    """The state of the database that ``read`` reads."""
    applied = await applied_migrations(read)
    shipped = shipped_migrations()
    pending = tuple(name for name in shipped if name not in applied)
    unknown = tuple(name for name in applied if name not in shipped)
    return SchemaState(applied, pending, unknown)


async def applied_migrations(read: Read) -> tuple[str, ...]:
    """The ids of the migrations that the database has had, in order; none when it is empty."""
    [found] = await read(Migration.table_exists())
    if not found["exists"]:
        return ()
    rows = await read(Migration.select(Migration.name).where(Migration.app_name == APP_NAME).order_by(Migration.name))
    return tuple(row["name"] for row in rows)


def demand_current(state: SchemaState, place: str) -> None:
    """Raise ``SchemaOutdated`` unless the schema is the one that this program expects."""
    if state.unknown:
        raise SchemaOutdated(
            f"{place}: the schema has changes that this program does not know ({', '.join(state.unknown)}). "
            "Install the newer program, or take the changes back with the newer program's `surveyplat migrate down`"
        )
    if state.pending:
        raise SchemaOutdated(
            f"{place}: the schema lacks {', '.join(state.pending)}. Run `surveyplat migrate`, then start again"
        )
