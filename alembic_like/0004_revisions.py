"""Revisions of a frozen period, and the responses that a correction withdrew."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.apps.migrations.tables import Migration
from piccolo.columns import UUID, Column, Integer, Timestamptz, Varchar

from surveyplat.storage.schema_change import Loss, SchemaChange

ID = "0004_revisions"
DESCRIPTION = "Revisions of a frozen period, and the responses that a correction withdrew"

LATER_REVISIONS = "FROM period_snapshot WHERE revision > 0"
"""The older schema knows one snapshot of a period: the first."""
NEW_COLUMNS: dict[tuple[str, str], dict[str, Column]] = {
    ("PeriodSnapshot", "period_snapshot"): {
        "revision": Integer(default=0),
        "supersedes": Varchar(length=64, default=""),
        "correction_hash": Varchar(length=64, default=""),
    },
    ("Withdrawal", "withdrawal"): {
        "key": Varchar(length=80, unique=True),
        "study": Varchar(length=40),
        "response_id": Varchar(length=32),
        "response": UUID(null=True, default=None),
        "code": Varchar(length=32),
        "rows_hash": Varchar(length=64),
        "withdrawn_at": Timestamptz(default=None),
    },
}


async def remove_later_revisions() -> None:
    await Migration.raw(f"DELETE {LATER_REVISIONS}")


async def forwards() -> MigrationManager:
    losses = [Loss("revisions of corrected periods", f"SELECT COUNT(*) AS amount {LATER_REVISIONS}")]
    manager = SchemaChange(migration_id=ID, app_name="surveyplat", description=DESCRIPTION, losses=losses)
    manager.add_table(class_name="Withdrawal", tablename="withdrawal")
    for (class_name, tablename), columns in NEW_COLUMNS.items():
        for name, column in columns.items():
            manager.add_column(
                table_class_name=class_name,
                tablename=tablename,
                column_name=name,
                column_class=type(column),
                params=column._meta.params,
            )
    manager.add_raw_backwards(remove_later_revisions)
    return manager
