"""The first tables: from an event to a response, a frozen period, a report and an action."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, BigInt, Bytea, Column, Date, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

ID = "0001_first_tables"
DESCRIPTION = "The first tables"


# What foreign keys refer to; Piccolo adds a serial key by itself.
class Dealer(Table):
    pass


class Customer(Table):
    pass


class Vehicle(Table):
    pass


class Event(Table):
    pass


class Invitation(Table):
    id = UUID(primary_key=True)


class Finding(Table):
    pass


TABLES: dict[tuple[str, str], dict[str, Column]] = {
    ("Dealer", "dealer"): {
        "code": Varchar(length=32, unique=True),
        "name": Varchar(length=200),
        "region": Varchar(length=100),
        "brand": Varchar(length=100),
        "time_zone": Varchar(length=64),
    },
    ("Customer", "customer"): {
        "reference": Varchar(length=64, unique=True),
        "language": Varchar(length=35),
    },
    ("CustomerContact", "customer_contact"): {
        "customer": ForeignKey(references=Customer, unique=True, null=False),
        "wrapped_key": Bytea(),
        "ciphertext": Bytea(),
        "updated_at": Timestamptz(null=True, default=None),
    },
    ("Vehicle", "vehicle"): {
        "vin": Varchar(length=17, unique=True),
        "model": Varchar(length=100),
        "built_on": Date(null=True, default=None),
        "delivered_on": Date(null=True, default=None),
    },
    ("Event", "event"): {
        "reference": Varchar(length=64, unique=True),
        "kind": Varchar(length=16),
        "occurred_on": Date(index=True, default=None),
        "dealer": ForeignKey(references=Dealer, null=False),
        "customer": ForeignKey(references=Customer, null=False),
        "vehicle": ForeignKey(references=Vehicle, null=False),
        "content_hash": Varchar(length=64),
        "taken_in_at": Timestamptz(default=None),
    },
    ("QuestionnaireVersion", "questionnaire_version"): {
        "content_hash": Varchar(length=64, unique=True),
        "study": Varchar(length=40, index=True),
        "version": Varchar(length=40),
        "body": Text(),
        "stored_at": Timestamptz(default=None),
    },
    ("Invitation", "invitation"): {
        "id": UUID(primary_key=True),
        "key": Varchar(length=128, unique=True),
        "event": ForeignKey(references=Event, null=False),
        "study": Varchar(length=40, index=True),
        "definition_hash": Varchar(length=64),
        "nonce": Bytea(),
        "generation": Integer(default=1),
        "token_hash": Varchar(length=64, unique=True),
        "language": Varchar(length=35),
        "occasion_on": Date(index=True, default=None),
        "send_after": Timestamptz(default=None),
        "expires_at": Timestamptz(default=None),
        "state": Varchar(length=16, default="created"),
        "sent_at": Timestamptz(null=True, default=None),
        "failure": Text(null=True, default=None),
        "created_at": Timestamptz(default=None),
    },
    ("Response", "response"): {
        "id": UUID(primary_key=True),
        "key": Varchar(length=128, unique=True),
        "invitation": ForeignKey(references=Invitation),
        "study": Varchar(length=40, index=True),
        "definition_hash": Varchar(length=64),
        "source": Varchar(length=16),
        "language": Varchar(length=35),
        "state": Varchar(length=16),
        "answers": Text(),
        "pages": Text(),
        "revision": Integer(),
        "period": Varchar(length=16, null=True, default=None),
        "occasion_on": Date(index=True, null=True, default=None),
        "started_at": Timestamptz(default=None),
        "updated_at": Timestamptz(default=None),
        "submitted_at": Timestamptz(null=True, default=None),
        "receipt": Varchar(length=32, null=True, default=None),
    },
    ("PeriodSnapshot", "period_snapshot"): {
        "key": Varchar(length=64, unique=True),
        "study": Varchar(length=40),
        "period": Varchar(length=16),
        "rows_hash": Varchar(length=64),
        "definition_hash": Varchar(length=64),
        "row_count": Integer(),
        "file_name": Text(),
        "manifest": Text(),
        "frozen_at": Timestamptz(default=None),
    },
    ("Report", "report"): {
        "key": Varchar(length=160, unique=True),
        "study": Varchar(length=40),
        "period": Varchar(length=16),
        "language": Varchar(length=35),
        "bundle_hash": Varchar(length=64),
        "pdf_hash": Varchar(length=64),
        "file_name": Text(),
        "made_at": Timestamptz(default=None),
    },
    ("Finding", "finding"): {
        "key": Varchar(length=200, unique=True),
        "study": Varchar(length=40),
        "period": Varchar(length=16),
        "kind": Varchar(length=40),
        "subject": Varchar(length=100),
        "priority": Integer(),
        "evidence": Text(),
        "snapshot_hash": Varchar(length=64),
        "found_at": Timestamptz(default=None),
    },
    ("Action", "action"): {
        "key": Varchar(length=200, unique=True),
        "finding": ForeignKey(references=Finding, null=False),
        "study": Varchar(length=40),
        "period": Varchar(length=16),
        "plan": Text(),
        "owner": Varchar(length=100),
        "due_on": Date(default=None),
        "state": Varchar(length=16, default="draft"),
        "drafted_at": Timestamptz(default=None),
    },
    ("AuditEntry", "audit_entry"): {
        "index": BigInt(unique=True),
        "recorded_at": Timestamptz(default=None),
        "kind": Varchar(length=40),
        "subject": Varchar(length=200),
        "payload": Text(),
        "leaf_hash": Varchar(length=64),
    },
}


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="surveyplat", description=DESCRIPTION)
    for (class_name, tablename), columns in TABLES.items():
        manager.add_table(class_name=class_name, tablename=tablename)
        for name, column in columns.items():
            manager.add_column(
                table_class_name=class_name,
                tablename=tablename,
                column_name=name,
                column_class=type(column),
                params=column._meta.params,
            )
    return manager
