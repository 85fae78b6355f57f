"""References of erased persons and of their events, hashed under a key, so that an intake does not bring them back."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Column, Timestamptz, Varchar

ID = "0003_erased_references"
DESCRIPTION = "References of erased persons and of their events"

ERASED_REFERENCE: dict[str, Column] = {
    "key": Varchar(length=64, unique=True),
    "alias": Varchar(length=64),
    "erased_at": Timestamptz(default=None),
}


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="surveyplat", description=DESCRIPTION)
    manager.add_table(class_name="ErasedReference", tablename="erased_reference")
    for name, column in ERASED_REFERENCE.items():
        manager.add_column(
            table_class_name="ErasedReference",
            tablename="erased_reference",
            column_name=name,
            column_class=type(column),
            params=column._meta.params,
        )
    return manager
