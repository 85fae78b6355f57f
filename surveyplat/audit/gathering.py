"""Which of a study's responses make a period's rows, read page by page, each one left out counted under its reason.

A response belongs to the period in which its occasion falls. Answers collected elsewhere belong to the period that
they were taken in for, and no cut-off concerns them: when they were given is not known here. Who was screened out
or came when a quota was full is not among those that the study asks: such a response is no row. Nor is one that a
correction withdrew, in whatever period.
"""

import json
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from hmac import digest
from typing import Any
from uuid import UUID

from piccolo.query.functions.aggregate import Count

from surveyplat.audit.columns import Column, Row, item_values, nothing_answered, row_order
from surveyplat.audit.masking import mask
from surveyplat.audit.periods import Period
from surveyplat.audit.withdrawals import NOT_ELIGIBLE, exclusion_of, withdrawn_responses
from surveyplat.fieldwork.people import SealedPerson, Vault
from surveyplat.fieldwork.population import EventCell, month_of
from surveyplat.forms.importing import IMPORTED
from surveyplat.settings import Keys
from surveyplat.storage.database import Database
from surveyplat.storage.tables import CustomerContact, Response

_PAGE = 5_000
_PSEUDONYM_BYTES = 16
_EVENT: Any = Response.invitation.event
ENDED_EARLY = ("screened_out", "over_quota")
"""Outcomes of whom the study does not ask after all: submitted, and no row."""
_READ = (
    Response.id,
    Response.key,
    Response.state,
    Response.outcome,
    Response.definition_hash,
    Response.source,
    Response.language,
    Response.answers,
    Response.pages,
    Response.submitted_at,
    Response.occasion_on,
    _EVENT.reference.as_alias("event"),
    _EVENT.occurred_on.as_alias("happened_on"),
    _EVENT.customer.id.as_alias("customer_id"),
    _EVENT.customer.reference.as_alias("customer"),
    _EVENT.dealer.code.as_alias("dealer"),
    _EVENT.dealer.region.as_alias("region"),
    _EVENT.vehicle.model.as_alias("model"),
    _EVENT.vehicle.built_on.as_alias("built_on"),
)


@dataclass(frozen=True)
class Selection:
    """The responses of one study and period, as they stood at the cut-off."""

    study: str
    period: Period
    cut_off: datetime

    def belongs(self) -> Any:
        """The condition of every response of the period, submitted or not."""
        period = self.period
        by_name = (Response.source == IMPORTED) & (Response.period == period.name)
        in_days = (Response.occasion_on >= period.first_day) & (Response.occasion_on <= period.last_day)
        return (Response.study == self.study) & (by_name | ((Response.source != IMPORTED) & in_days))

    def in_time(self) -> Any:
        """The condition of those that were submitted by the cut-off, and not ended early."""
        submitted = (Response.source == IMPORTED) | (Response.submitted_at <= self.cut_off)
        to_the_end = Response.outcome.is_null() | Response.outcome.not_in(list(ENDED_EARLY))
        return (Response.state == "complete") & to_the_end & submitted


@dataclass
class Gathered:
    """The rows of a snapshot and what became of every other response: rows and exclusions add up to the states."""

    rows: list[Row] = field(default_factory=list)
    states: Counter[str] = field(default_factory=Counter)
    exclusions: Counter[str] = field(default_factory=Counter)
    other_definitions: Counter[str] = field(default_factory=Counter)
    """Responses left out because they answered this other definition, by its hash."""
    ineligible: Counter[EventCell] = field(default_factory=Counter)
    """Who turned out not to belong to those who are to be asked, by dealer, model and month."""
    sources: Counter[str] = field(default_factory=Counter)
    """Rows by how the answer came in."""
    days: Counter[int] = field(default_factory=Counter)
    """Rows by the days from the event to the answer, where both are known."""

    @property
    def responses(self) -> int:
        return self.states.total()


async def leading_definition(db: Database, selection: Selection, given: str) -> str | None:
    """The hash that most submitted responses answered: the ``given`` one in a tie, else the first; None without any."""
    rows = await db.read(
        Response.select(Response.definition_hash, Count())
        .where(selection.belongs() & selection.in_time())
        .group_by(Response.definition_hash)
    )
    ranked = sorted(rows, key=lambda row: (-row["count"], row["definition_hash"] != given, row["definition_hash"]))
    return str(ranked[0]["definition_hash"]) if ranked else None


async def gather(
    db: Database, keys: Keys, selection: Selection, definition_hash: str, columns: tuple[Column, ...]
) -> Gathered:
    """Read the period's responses and make the rows, sorted by dealer, customer and response.

    Raises ``PersonSealed`` when a customer's name, needed to mask it in a verbatim, cannot be opened.
    """
    gathered = Gathered()
    withdrawn = await withdrawn_responses(db, selection.study)
    makes_text = any(column.kind in ("text", "calculated") for column in columns)
    async for page in _pages(db, selection):
        counted = [row for row in page if not _is_withdrawn(row, withdrawn, gathered)]
        kept = [row for row in counted if _keep(row, selection, definition_hash, gathered)]
        names = await _names(db, Vault(keys.data), kept) if makes_text else {}
        for row in kept:
            _add_row(row, names.get(row["customer_id"], ""), keys, columns, selection.study, gathered)
    gathered.rows.sort(key=row_order)
    return gathered


async def names_of_responses(db: Database, key: bytes, selection: Selection) -> dict[str, UUID]:
    """What a snapshot calls each of the period's responses, submitted or not -> the response."""
    names: dict[str, UUID] = {}
    async for page in _pages(db, selection):
        names |= {response_pseudonym(key, selection.study, row["event"], row["key"]): row["id"] for row in page}
    return names


async def _pages(db: Database, selection: Selection) -> AsyncIterator[list[dict[str, Any]]]:
    wanted = selection.belongs()
    while page := await db.read(Response.select(*_READ).where(wanted).order_by(Response.id).limit(_PAGE)):
        yield page
        wanted = selection.belongs() & (Response.id > page[-1]["id"])


def _is_withdrawn(row: Mapping[str, Any], withdrawn: Mapping[UUID, str], gathered: Gathered) -> bool:
    code = withdrawn.get(row["id"])
    if code is None:
        return False
    gathered.states[row["state"]] += 1
    gathered.exclusions[exclusion_of(code)] += 1
    gathered.ineligible[_cell(row)] += code in NOT_ELIGIBLE
    return True


def _keep(row: Mapping[str, Any], selection: Selection, definition_hash: str, gathered: Gathered) -> bool:
    gathered.states[row["state"]] += 1
    counts_until = None if row["source"] == IMPORTED else selection.cut_off
    reason = left_out_as(row["state"], row["outcome"], row["submitted_at"], counts_until)
    if reason:
        gathered.exclusions[reason] += 1
        gathered.ineligible[_cell(row)] += reason == "screened_out"
    elif row["definition_hash"] != definition_hash:
        gathered.other_definitions[row["definition_hash"]] += 1
    else:
        return True
    return False


def left_out_as(state: str, outcome: str | None, submitted_at: datetime | None, cut_off: datetime | None) -> str:
    """Why a response is no row whatever it answers; empty when that is up to its answers. ``cut_off`` may be none."""
    if state != "complete" or submitted_at is None:
        return "partial"
    if outcome in ENDED_EARLY:
        return str(outcome)
    return "after_cut_off" if cut_off is not None and submitted_at > cut_off else ""


def _cell(row: Mapping[str, Any]) -> EventCell:
    """Where the response's event is counted."""
    occasion = row["occasion_on"]
    return EventCell(row["dealer"] or "", row["model"] or "", "" if occasion is None else month_of(occasion))


def _add_row(
    row: Mapping[str, Any], name: str, keys: Keys, columns: tuple[Column, ...], study: str, gathered: Gathered
) -> None:
    values = item_values(columns, json.loads(row["answers"]), json.loads(row["pages"]), lambda text: mask(text, [name]))
    if nothing_answered(columns, values):
        gathered.exclusions["empty"] += 1
    else:
        gathered.rows.append((*_key_values(row, keys.pseudonym(), study), *values))
        gathered.sources[row["source"]] += 1
        if row["happened_on"] is not None and row["source"] != IMPORTED:
            waited = row["submitted_at"].astimezone(UTC).date() - row["happened_on"]
            gathered.days[max(waited.days, 0)] += 1


def response_pseudonym(key: bytes, study: str, event: str | None, response_key: str) -> str:
    """What a snapshot calls a response: by its event, or by its own key where it was collected elsewhere."""
    return _pseudonym(key, f"response|{event}|{study}" if event is not None else f"response|{response_key}")


def customer_pseudonym(key: bytes, customer: str) -> str:
    """What a snapshot calls a customer, by the reference."""
    return _pseudonym(key, f"customer|{customer}")


def _key_values(row: Mapping[str, Any], key: bytes, study: str) -> Row:
    """The values of the key columns, in their order. Nobody without the key can tell whose they are."""
    customer = row["customer"] if row["customer"] is not None else row["key"]
    return (
        response_pseudonym(key, study, row["event"], row["key"]),
        row["dealer"] or "",
        row["region"] or "",
        customer_pseudonym(key, customer),
        row["model"] or "",
        "" if row["built_on"] is None else f"{row['built_on']:%Y-%m}",
        row["occasion_on"],
        row["language"],
        row["source"],
    )


def _pseudonym(key: bytes, subject: str) -> str:
    """HMAC-SHA-256 of the subject, its first 128 bits in hexadecimal digits."""
    return digest(key, subject.encode(), sha256)[:_PSEUDONYM_BYTES].hex()


async def _names(db: Database, vault: Vault, rows: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    """The customers' names, by the customer's id; whoever was erased has none."""
    customers = {row["customer_id"]: row["customer"] for row in rows if row["customer_id"] is not None}
    if not customers:
        return {}
    contact = CustomerContact.select(
        CustomerContact.customer, CustomerContact.wrapped_key, CustomerContact.ciphertext
    ).where(CustomerContact.customer.is_in(list(customers)))
    return {
        row["customer"]: vault.open(
            customers[row["customer"]], SealedPerson(row["wrapped_key"], row["ciphertext"])
        ).name
        for row in await db.read(contact)
    }
