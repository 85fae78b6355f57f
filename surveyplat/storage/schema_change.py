"""A migration that may alter columns on either engine, fill new ones, and say what taking it back would lose."""

import importlib.util
from dataclasses import dataclass, field

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.apps.migrations.auto.schema_snapshot import SchemaSnapshot
from piccolo.apps.migrations.tables import Migration
from piccolo.table import Table

from surveyplat.errors import StorageError
from surveyplat.storage.rebuild import rebuild
from surveyplat.storage.schema import shipped_migrations


@dataclass(frozen=True)
class Loss:
    """What would be lost on the way down: its name, and the SQL that counts it as ``amount``."""

    what: str
    count: str


@dataclass
class SchemaChange(MigrationManager):
    """Piccolo's manager; on SQLite it alters columns by rebuilding their table.

    ``fills`` are SQL statements that give added columns their values in the rows that are there already.
    ``losses`` say what going down takes away apart from added tables.
    """

    fills: list[str] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)

    async def _run_add_columns(self, backwards: bool = False) -> None:
        await super()._run_add_columns(backwards)
        for statement in () if backwards else self.fills:
            await Migration.raw(statement)

    async def _run_alter_columns(self, backwards: bool = False) -> None:
        if Migration._meta.db.engine_type != "sqlite":
            await super()._run_alter_columns(backwards)
            return
        for name in self.alter_columns.table_class_names:
            await rebuild(await self._table(name, before=backwards))

    async def _table(self, class_name: str, *, before: bool) -> type[Table]:
        """The table as it is with this migration, or as it was before it."""
        ids = [
            name
            for name in shipped_migrations()
            if name < self.migration_id or (name == self.migration_id and not before)
        ]
        snapshot = SchemaSnapshot([await manager_of(name) for name in ids])
        return snapshot.get_table_from_snapshot(class_name).to_table_class()


async def manager_of(name: str) -> MigrationManager:
    """What the migration's file would do, without putting its folder on the import path."""
    spec = importlib.util.spec_from_file_location(f"surveyplat_migration_{name}", shipped_migrations()[name])
    if spec is None or spec.loader is None:
        raise StorageError(f"{name}: the migration's file cannot be loaded. Install the program again")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    manager: MigrationManager = await module.forwards()
    return manager
