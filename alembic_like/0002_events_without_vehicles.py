"""Events without a vehicle, how a response ended, and the counts of quotas."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.apps.migrations.tables import Migration
from piccolo.columns import Column, Integer, Varchar

from surveyplat.storage.schema_change import Loss, SchemaChange

ID = "0002_events_without_vehicles"
DESCRIPTION = "Events without a vehicle, how a response ended, and the counts of quotas"

NO_VEHICLE = "SELECT id FROM event WHERE vehicle IS NULL"
INVITED = f"SELECT id FROM invitation WHERE event IN ({NO_VEHICLE})"
REMOVALS = (
    f"DELETE FROM response WHERE invitation IN ({INVITED})",
    f"DELETE FROM invitation WHERE event IN ({NO_VEHICLE})",
    "DELETE FROM event WHERE vehicle IS NULL",
)
"""The older schema cannot hold these events, nor what was asked about them."""
LOSSES = (
    Loss("events without a vehicle", f"SELECT COUNT(*) AS amount FROM ({NO_VEHICLE}) AS lost"),
    Loss("invitations to speak about them", f"SELECT COUNT(*) AS amount FROM ({INVITED}) AS lost"),
    Loss("responses about them", f"SELECT COUNT(*) AS amount FROM response WHERE invitation IN ({INVITED})"),
    Loss(
        "outcomes of responses other than complete",
        "SELECT COUNT(*) AS amount FROM response WHERE outcome <> 'complete'",
    ),
)
NEW_COLUMNS: dict[tuple[str, str], dict[str, Column]] = {
    ("Response", "response"): {"outcome": Varchar(length=16, null=True, default=None)},
    ("QuotaCount", "quota_count"): {"key": Varchar(length=200, unique=True), "filled": Integer(default=0)},
}


async def remove_events_without_vehicles() -> None:
    for statement in REMOVALS:
        await Migration.raw(statement)


async def forwards() -> MigrationManager:
    manager = SchemaChange(migration_id=ID, app_name="surveyplat", description=DESCRIPTION, losses=list(LOSSES))
    manager.alter_column(
        table_class_name="Event",
        tablename="event",
        column_name="vehicle",
        params={"null": True},
        old_params={"null": False},
    )
    manager.add_table(class_name="QuotaCount", tablename="quota_count")
    for (class_name, tablename), columns in NEW_COLUMNS.items():
        for name, column in columns.items():
            manager.add_column(
                table_class_name=class_name,
                tablename=tablename,
                column_name=name,
                column_class=type(column),
                params=column._meta.params,
            )
    manager.fills.append("UPDATE response SET outcome = 'complete' WHERE state = 'complete'")
    manager.add_raw_backwards(remove_events_without_vehicles)
    return manager
