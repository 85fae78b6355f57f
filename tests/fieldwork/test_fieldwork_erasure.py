"""Erasing a person: everything that names it goes at once, what is counted stays, and the log can prove it."""

import json
from collections.abc import Generator
from itertools import cycle
from typing import Any

import anyio
import anyio.lowlevel
import httpx
import pytest
from erased_people import (
    COMMENT,
    CSI,
    EMAIL,
    EVENT,
    MASKED,
    NAME,
    NAMING,
    PERSON,
    REASON,
    REFERENCE,
    VIN,
    bytes_on_disk,
    erased,
    everything,
    fill,
    links,
    receipt,
)
from fieldwork_cases import NOW, row
from litestar.testing import AsyncTestClient
from respondents import Respondent

from surveyplat.app import create_app
from surveyplat.audit.commitments import ERASED, READ, Receipt, check_in_log, check_receipt, commitment
from surveyplat.audit.notes import signer_of
from surveyplat.audit.proofs import read_log
from surveyplat.erasing import Erasure, proved, read_person
from surveyplat.errors import InvalidInput, ProofError, UnknownLink, UnknownPerson
from surveyplat.fieldwork.outbox import move, settle
from surveyplat.fieldwork.people import Vault
from surveyplat.fieldwork.tombstones import Tombstone
from surveyplat.forms.answers import PageAnswers
from surveyplat.forms.responses import PageSubmission, save_page, visit_of, visit_query
from surveyplat.links import token_hash
from surveyplat.personal_copies import definitions_of, personal_copy
from surveyplat.settings import Settings
from surveyplat.storage.database import Database, open_database
from surveyplat.storage.sweeping import sweep
from surveyplat.storage.tables import (
    AuditEntry,
    Customer,
    CustomerContact,
    Event,
    Invitation,
    Response,
    Vehicle,
    Withdrawal,
)

pytestmark = pytest.mark.anyio

UNKNOWN = "A" * 22


@pytest.fixture
async def browser(settings: Settings) -> Any:
    async with AsyncTestClient(create_app(settings, lambda: NOW)) as client:
        yield client


@pytest.fixture
async def tokens(db: Database, settings: Settings, take: Any) -> Any:
    """The person and somebody else, invited: customer -> token."""
    await take([PERSON, row(2)])
    return await links(db, settings)


async def test_no_byte_that_names_the_person_is_left_once_the_files_are_swept(
    db: Database, settings: Settings, tokens: Any, browser: Any
) -> None:
    await fill(browser, tokens[REFERENCE])
    [contact] = await db.read(CustomerContact.select().where(CustomerContact.customer.reference == REFERENCE))
    sealed = (bytes(contact["wrapped_key"]), bytes(contact["ciphertext"]))
    await sweep(settings.database_url)
    before = await bytes_on_disk(db, settings.database_url)
    for secret in (NAME.encode(), EMAIL.encode(), VIN.encode(), EVENT.encode(), *sealed):
        assert secret in before

    await erased(db, settings)
    rows = json.dumps(await everything(db), default=str, ensure_ascii=False)
    assert [name for name in NAMING if name in rows] == []
    await sweep(settings.database_url)
    after = await bytes_on_disk(db, settings.database_url)
    assert [name for name in NAMING if name.encode() in after] == []
    assert not any(secret in after for secret in sealed)
    assert b"person2@example.com" not in after  # sealed, like everybody's
    assert b"LSVAA000000000002" in after


async def test_closed_answers_stay_and_texts_are_masked_as_the_freeze_would(
    db: Database, settings: Settings, tokens: Any, browser: Any
) -> None:
    await fill(browser, tokens[REFERENCE])
    [before] = await db.read(Response.select())
    assert json.loads(before["answers"])["comment"] == COMMENT
    took = await erased(db, settings)
    assert isinstance(took, Erasure)
    assert vars(took.took) == {
        "contacts": 1,
        "events": 1,
        "vehicles": 1,
        "links": 1,
        "open_invitations": 0,
        "drafts": 0,
        "submitted": 1,
        "texts_masked": 1,
    }
    [after] = await db.read(Response.select())
    assert json.loads(after["answers"]) == {**json.loads(before["answers"]), "comment": MASKED}
    kept = ("study", "definition_hash", "language", "state", "outcome", "occasion_on", "submitted_at", "pages")
    assert [after[name] for name in kept] == [before[name] for name in kept]
    assert (after["receipt"], after["id"] == before["id"], after["key"] == before["key"]) == (None, False, False)
    joined = Response.select(Response.invitation.event.dealer.code.as_alias("dealer")).where(Response.id == after["id"])
    assert await db.read(joined) == [{"dealer": "D01"}]


async def test_a_half_filled_response_loses_its_answers_and_its_invitation_is_closed(
    db: Database, settings: Settings, tokens: Any, browser: Any
) -> None:
    await fill(browser, tokens[REFERENCE], pages=2)
    took = await erased(db, settings)
    assert isinstance(took, Erasure)
    assert (took.took.open_invitations, took.took.drafts) == (1, 1)
    assert await db.read(Response.select(Response.state, Response.answers)) == [{"state": "partial", "answers": "{}"}]
    states = await db.read(Invitation.select(Invitation.state).where(Invitation.key.like("csi:erased-%")))
    assert states == [{"state": "erased"}]
    assert set(await links(db, settings)) == {"C2"}


@pytest.mark.parametrize("pages", [0, 1, None])
async def test_the_link_is_from_outside_what_no_link_is(
    db: Database, settings: Settings, tokens: Any, browser: Any, pages: int | None
) -> None:
    token = tokens[REFERENCE]
    await fill(browser, token, pages=pages)
    await erased(db, settings)
    for method in ("GET", "POST", "HEAD"):
        for page in ("", f"/{CSI.asked[0].id}", "/receipt"):
            answers = [
                await browser.request(method, f"/s/{each}{page}", follow_redirects=False) for each in (token, UNKNOWN)
            ]
            told = [(answer.status_code, answer.text.replace(token, UNKNOWN)) for answer in answers]
            assert told[0] == told[1]
            assert told[0][0] in (404, 405)
    assert (await browser.get(f"/s/{tokens['C2']}")).status_code == 200


@pytest.mark.parametrize("pages", [0, 1])
async def test_a_submit_that_was_read_before_the_erasure_stores_nothing_after_it(
    db: Database, settings: Settings, tokens: Any, browser: Any, pages: int
) -> None:
    await fill(browser, tokens[REFERENCE], pages=pages)
    [found] = await db.read(visit_query(token_hash(tokens[REFERENCE]), NOW))
    async with open_database(settings.database_url) as another:
        await erased(another, settings)
        before = await everything(db)
        page = CSI.asked[pages].whole
        sent = PageSubmission(page, PageAnswers({page.items[0].id: 7}, (), ()), "en", None, 9, "ABCD-EFGH")
        with pytest.raises(UnknownLink):
            await db.write(save_page(visit_of(found), CSI, sent, NOW))
        assert await everything(db) == before


async def test_of_submits_and_an_erasure_at_once_nothing_that_names_the_person_is_left(
    db: Database, settings: Settings, take: Any
) -> None:
    """Two writers, the web application's and the command's: each erasure begins when another page was just saved."""
    await take([PERSON, *(row(number, customer_id=f"CX-{number}", customer_name=NAME) for number in range(2, 8))])
    tokens = await links(db, settings)
    pages = [(page.id, dict(Respondent(CSI, 1).fields(page.items))) for page in Respondent(CSI, 1).way()]

    async def submit_until_gone(token: str, saved: anyio.Event, erase_after: int) -> None:
        for number, (page, fields) in enumerate(cycle(pages), start=1):
            sent = fields | {"comment": COMMENT}
            answer = await browser.post(f"/s/{token}/{page}", data=sent)
            await anyio.lowlevel.checkpoint()
            if answer.status_code == 404:
                return
            assert answer.status_code == 303
            if number == erase_after:
                saved.set()

    async def erase_once(saved: anyio.Event, customer: str) -> None:
        await saved.wait()
        await erased(db, settings, customer)

    app = create_app(settings, lambda: NOW)
    transport = httpx.ASGITransport(app=app)  # in this event loop, unlike the test client
    async with app.lifespan(), httpx.AsyncClient(transport=transport, base_url="http://x") as browser:
        with anyio.fail_after(60):
            async with anyio.create_task_group() as tasks:
                for number, (customer, token) in enumerate(tokens.items(), start=1):
                    saved = anyio.Event()
                    tasks.start_soon(submit_until_gone, token, saved, number)
                    tasks.start_soon(erase_once, saved, customer)
    assert NAME not in json.dumps(await everything(db), default=str, ensure_ascii=False)


async def test_a_second_erasure_says_when_and_changes_nothing(db: Database, settings: Settings, tokens: Any) -> None:
    await erased(db, settings)
    before = await everything(db)
    again = await erased(db, settings)
    assert isinstance(again, Tombstone)
    assert again.erased_at == NOW
    assert await everything(db) == before


async def test_two_erasures_at_once_are_one(db: Database, settings: Settings, tokens: Any) -> None:
    outcomes: list[Erasure | Tombstone] = []

    async def one(database: Database) -> None:
        outcomes.append(await erased(database, settings))

    async with open_database(settings.database_url) as another, anyio.create_task_group() as tasks:
        tasks.start_soon(one, db)
        tasks.start_soon(one, another)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Erasure", "Tombstone"]
    entries = await db.read(AuditEntry.select(AuditEntry.kind).where(AuditEntry.kind == ERASED))
    assert len(entries) == 1


async def test_a_dry_run_says_what_would_go_and_changes_nothing(
    db: Database, settings: Settings, tokens: Any, browser: Any
) -> None:
    await fill(browser, tokens[REFERENCE])
    before = await everything(db)
    planned = await erased(db, settings, dry_run=True)
    assert await everything(db) == before
    took = await erased(db, settings)
    assert isinstance(planned, Erasure)
    assert isinstance(took, Erasure)
    assert planned.took == took.took
    assert (planned.entry, took.entry) == (None, 0)


async def test_a_vehicle_that_somebody_else_had_a_visit_with_stays_theirs(
    db: Database, settings: Settings, take: Any
) -> None:
    await take([PERSON, row(2, vin=VIN)])
    await erased(db, settings)
    told = Event.select(
        Event.customer.reference.as_alias("customer"), Event.vehicle.vin.as_alias("vin"), Event.vehicle.model
    )
    rows = {row["customer"]: row for row in await db.read(told)}
    assert rows.pop("C2")["vin"] == VIN
    [nobodys] = rows.values()
    assert nobodys["vin"][0] == "O"
    assert nobodys["vehicle.model"] == "Aurora 5"
    built = await db.read(Vehicle.select(Vehicle.built_on, Vehicle.delivered_on).where(Vehicle.vin == nobodys["vin"]))
    assert [(each["built_on"].day, each["delivered_on"]) for each in built] == [(1, None)]


async def test_what_a_mail_server_said_of_the_address_goes_and_a_message_on_its_way_brings_nothing_back(
    db: Database, settings: Settings, tokens: Any
) -> None:
    [mine] = await db.read(Invitation.select(Invitation.id).where(Invitation.key == f"csi:{EVENT}"))
    await move(db, [mine["id"]], ("created",), "sending", now=NOW)
    await settle(db, mine["id"], "failed", now=NOW, failure=f"550 <{EMAIL}>: no such mailbox")
    await erased(db, settings)
    await settle(db, mine["id"], "failed", now=NOW, failure=f"550 <{EMAIL}>: no such mailbox")
    states = await db.read(Invitation.select(Invitation.state, Invitation.failure).where(Invitation.state == "erased"))
    assert states == [{"state": "erased", "failure": None}]
    assert EMAIL not in json.dumps(await everything(db), default=str)


async def test_a_withdrawn_response_stays_withdrawn(
    db: Database, settings: Settings, tokens: Any, browser: Any
) -> None:
    await fill(browser, tokens[REFERENCE])
    [response] = await db.read(Response.select(Response.id))

    def withdraw() -> Generator[Any, Any, None]:
        yield Withdrawal.insert(
            Withdrawal(
                key="k",
                study="csi",
                response_id="p",
                response=response["id"],
                code="test",
                rows_hash="",
                withdrawn_at=NOW,
            )
        )

    await db.write(withdraw)
    await erased(db, settings)
    [after] = await db.read(Response.select(Response.id))
    assert await db.read(Withdrawal.select(Withdrawal.response)) == [{"response": after["id"]}]


async def test_the_log_holds_the_erasure_as_a_salted_commitment_and_proves_it(
    db: Database, settings: Settings, tokens: Any
) -> None:
    took = await erased(db, settings)
    assert isinstance(took, Erasure)
    log = await read_log(db)
    [entry] = log.entries
    assert (entry["kind"], entry["subject"]) == ("person_erased", commitment(receipt().salt, REFERENCE))
    assert entry["payload"] == {"by": "data-protection", "counts": vars(took.took), "reason": REASON}
    signer = signer_of(settings)
    kept = await proved(db, receipt(), entry["index"], signer)
    again = Receipt.parse(json.dumps(kept.document()))
    assert check_receipt(again, signer.public).size == 1
    assert check_in_log(again, log) == entry
    for other in (
        Receipt(ERASED, "CUST-4712-X", kept.salt, kept.proof),
        Receipt(ERASED, REFERENCE, bytes(32), kept.proof),
        Receipt(READ, REFERENCE, kept.salt, kept.proof),
        Receipt(ERASED, REFERENCE, kept.salt, None),
    ):
        with pytest.raises(ProofError):
            check_receipt(other, signer.public)
    changed = json.loads(json.dumps(kept.document()))
    changed["proof"]["entry"]["payload"]["reason"] = "another"
    with pytest.raises(ProofError, match="not in the checkpoint"):
        check_receipt(Receipt.parse(json.dumps(changed)), signer.public)
    with pytest.raises(ProofError, match="otherwise than the receipt"):
        check_in_log(Receipt.parse(json.dumps(changed)), log)


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        (f"asked for by {NAME}", "[name]"),
        ("欧阳先生来电", "[name]"),
        (f"mail of {EMAIL.upper()}", "[email]"),
        ("called from 139 1234 5678", "[phone]"),
        (f"customer {REFERENCE.lower()}", "[reference]"),
        (f"see {EVENT}", "[reference]"),
        ("", "is empty"),
        ("two\nlines", "more than one line"),
    ],
)
async def test_a_reason_that_would_name_the_person_in_the_log_is_refused(
    db: Database, settings: Settings, tokens: Any, monkeypatch: pytest.MonkeyPatch, reason: str, shown: str
) -> None:
    before = await everything(db)
    monkeypatch.setattr("erased_people.REASON", reason)
    with pytest.raises(InvalidInput) as refused:
        await erased(db, settings)
    assert shown in str(refused.value)
    assert NAME not in str(refused.value)
    assert await everything(db) == before


async def test_a_reference_that_was_never_stored_is_refused(db: Database, settings: Settings, tokens: Any) -> None:
    with pytest.raises(UnknownPerson, match="NOBODY-1"):
        await erased(db, settings, "NOBODY-1")
    assert await db.read(AuditEntry.select()) == []


async def test_a_person_gets_everything_that_is_stored_and_the_reading_is_logged_without_naming_it(
    db: Database, settings: Settings, tokens: Any, browser: Any
) -> None:
    await fill(browser, tokens[REFERENCE])
    asked = Receipt(READ, REFERENCE, receipt().salt)
    read = await read_person(db, Vault(settings.keys.data), asked, by="data-protection", now=NOW)
    assert not isinstance(read, Tombstone)
    found, number = read
    assert NAME not in repr(found)
    document = personal_copy(found, await definitions_of(db, found))
    assert document["contact"] == {
        "name": NAME,
        "email": EMAIL,
        "phone": "+8613912345678",
        "updated_at": NOW.isoformat(),
    }
    [event], [invitation], [response] = document["events"], document["invitations"], document["responses"]
    assert (event["reference"], event["vin"], event["dealer"]) == (EVENT, VIN, "上海浦东店")
    assert (invitation["event"], response["event"], response["state"]) == (EVENT, EVENT, "complete")
    answers = {each["item"]: each for each in response["answers"]}
    assert answers["comment"]["answer"] == COMMENT
    assert answers["overall"]["question"] == CSI.item("overall").text[response["language"]]
    [entry] = await db.read(AuditEntry.select())
    assert (entry["index"], entry["kind"], entry["subject"]) == (number, "personal_data_read", asked.subject)
    assert json.loads(entry["payload"])["by"] == "data-protection"
    assert not any(name in entry["payload"] + entry["subject"] for name in NAMING)
    assert "person2@example.com" not in json.dumps(document)

    await erased(db, settings)
    told = await read_person(db, Vault(settings.keys.data), asked, by="data-protection", now=NOW)
    assert isinstance(told, Tombstone)
    assert len(await db.read(Customer.select())) == 2
