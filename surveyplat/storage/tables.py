"""The tables: columns only, no behaviour.

JSON is kept as canonical text, times as aware UTC time stamps and days as dates, so that SQLite and PostgreSQL return
the same values. Composite uniqueness is carried by one ``key`` column, which both engines index alike.
"""

from piccolo.columns import (
    UUID,
    BigInt,
    Bytea,
    Date,
    ForeignKey,
    Integer,
    Serial,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.table import Table


class Dealer(Table):
    id: Serial
    code = Varchar(length=32, unique=True)
    name = Varchar(length=200)
    region = Varchar(length=100)
    brand = Varchar(length=100)
    time_zone = Varchar(length=64)


class Customer(Table):
    """A customer as the answers know one: a reference, never a name."""

    id: Serial
    reference = Varchar(length=64, unique=True)
    language = Varchar(length=35)


class CustomerContact(Table):
    """Personal data, apart: name, mail and phone as one ciphertext under the subject's own key (itself wrapped)."""

    id: Serial
    customer = ForeignKey(references=Customer, null=False, unique=True)
    wrapped_key = Bytea()
    ciphertext = Bytea()
    updated_at = Timestamptz(default=None, null=True)


class ErasedReference(Table):
    """What is left of an erased person, or of one of its events: the old reference, hashed under a key.

    ``alias`` is the random reference that a person's later events are counted under; an event has none.
    """

    id: Serial
    key = Varchar(length=64, unique=True)
    alias = Varchar(length=64)
    erased_at = Timestamptz(default=None)


class Vehicle(Table):
    id: Serial
    vin = Varchar(length=17, unique=True)
    model = Varchar(length=100)
    built_on = Date(default=None, null=True)
    delivered_on = Date(default=None, null=True)


class Event(Table):
    """What happened, as it was reported: ``kind`` is an ``EventKind``; not every kind has a vehicle."""

    id: Serial
    reference = Varchar(length=64, unique=True)
    kind = Varchar(length=16)
    occurred_on = Date(default=None, index=True)
    dealer = ForeignKey(references=Dealer, null=False)
    customer = ForeignKey(references=Customer, null=False)
    vehicle = ForeignKey(references=Vehicle, null=True)
    content_hash = Varchar(length=64)
    taken_in_at = Timestamptz(default=None)


class QuestionnaireVersion(Table):
    id: Serial
    content_hash = Varchar(length=64, unique=True)
    study = Varchar(length=40, index=True)
    version = Varchar(length=40)
    body = Text()
    stored_at = Timestamptz(default=None)


class Invitation(Table):
    """One person asked about one event in one study. The token is never stored; its hash is."""

    id = UUID(primary_key=True)
    key = Varchar(length=128, unique=True)
    event = ForeignKey(references=Event, null=False)
    study = Varchar(length=40, index=True)
    definition_hash = Varchar(length=64)
    nonce = Bytea()
    generation = Integer(default=1)
    token_hash = Varchar(length=64, unique=True)
    language = Varchar(length=35)
    occasion_on = Date(default=None, index=True)
    send_after = Timestamptz(default=None)
    expires_at = Timestamptz(default=None)
    state = Varchar(length=16, default="created")
    sent_at = Timestamptz(default=None, null=True)
    failure = Text(default=None, null=True)
    created_at = Timestamptz(default=None)


class Response(Table):
    """One questionnaire, being filled or submitted. JSON: ``answers`` item -> answer, ``pages`` page -> when saved.

    ``outcome`` is how a finished one ended: complete, screened_out or over_quota.
    """

    id = UUID(primary_key=True)
    key = Varchar(length=128, unique=True)
    invitation = ForeignKey(references=Invitation, null=True)
    study = Varchar(length=40, index=True)
    definition_hash = Varchar(length=64)
    source = Varchar(length=16)
    language = Varchar(length=35)
    state = Varchar(length=16)
    answers = Text()
    pages = Text()
    revision = Integer(default=0)
    period = Varchar(length=16, default=None, null=True)
    occasion_on = Date(default=None, null=True, index=True)
    started_at = Timestamptz(default=None)
    updated_at = Timestamptz(default=None)
    submitted_at = Timestamptz(default=None, null=True)
    receipt = Varchar(length=32, default=None, null=True)
    outcome = Varchar(length=16, default=None, null=True)


class QuotaCount(Table):
    """How many responses a quota has taken in so far."""

    id: Serial
    key = Varchar(length=200, unique=True)
    filled = Integer(default=0)


class PeriodSnapshot(Table):
    """One revision of a frozen period; revision 0 is the freeze itself. None of them is ever changed.

    ``supersedes`` is the hash of the rows that a correction took the place of, ``correction_hash`` that of what it
    asked for; both are empty for the freeze.
    """

    id: Serial
    key = Varchar(length=64, unique=True)
    study = Varchar(length=40)
    period = Varchar(length=16)
    rows_hash = Varchar(length=64)
    definition_hash = Varchar(length=64)
    row_count = Integer()
    file_name = Text()
    manifest = Text()
    frozen_at = Timestamptz(default=None)
    revision = Integer(default=0)
    supersedes = Varchar(length=64, default="")
    correction_hash = Varchar(length=64, default="")


class Withdrawal(Table):
    """A response that no frozen row shall come from again, and why: ``response_id`` is its pseudonym in snapshots.

    ``response`` is null where a frozen row was withdrawn whose response is no longer known by that pseudonym.
    """

    id: Serial
    key = Varchar(length=80, unique=True)
    study = Varchar(length=40)
    response_id = Varchar(length=32)
    response = UUID(default=None, null=True)
    code = Varchar(length=32)
    rows_hash = Varchar(length=64)
    withdrawn_at = Timestamptz(default=None)


class Report(Table):
    id: Serial
    key = Varchar(length=160, unique=True)
    study = Varchar(length=40)
    period = Varchar(length=16)
    language = Varchar(length=35)
    bundle_hash = Varchar(length=64)
    pdf_hash = Varchar(length=64)
    file_name = Text()
    made_at = Timestamptz(default=None)


class Finding(Table):
    id: Serial
    key = Varchar(length=200, unique=True)
    study = Varchar(length=40)
    period = Varchar(length=16)
    kind = Varchar(length=40)
    subject = Varchar(length=100)
    priority = Integer()
    evidence = Text()
    snapshot_hash = Varchar(length=64)
    found_at = Timestamptz(default=None)


class Action(Table):
    """A 5W1H plan drafted from a finding; ``plan`` is JSON: language -> why, what, who, when, where, how."""

    id: Serial
    key = Varchar(length=200, unique=True)
    finding = ForeignKey(references=Finding, null=False)
    study = Varchar(length=40)
    period = Varchar(length=16)
    plan = Text()
    owner = Varchar(length=100)
    due_on = Date(default=None)
    state = Varchar(length=16, default="draft")
    drafted_at = Timestamptz(default=None)


class AuditEntry(Table):
    id: Serial
    index = BigInt(unique=True)
    recorded_at = Timestamptz(default=None)
    kind = Varchar(length=40)
    subject = Varchar(length=200)
    payload = Text()
    leaf_hash = Varchar(length=64)


TABLES: tuple[type[Table], ...] = (
    Dealer,
    Customer,
    CustomerContact,
    ErasedReference,
    Vehicle,
    Event,
    QuestionnaireVersion,
    Invitation,
    Response,
    QuotaCount,
    PeriodSnapshot,
    Withdrawal,
    Report,
    Finding,
    Action,
    AuditEntry,
)
