"""Invitations reach a real mail server once each, in the customer's language, whatever fails beside them."""

import asyncio
import csv
import re
import stat
from email.message import EmailMessage
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from fieldwork_cases import NOW, StudyCase, row

from surveyplat.fieldwork.delivery import DeliveryReport, deliver
from surveyplat.fieldwork.handover import links_to_hand_over, write_links
from surveyplat.fieldwork.invitations import invite
from surveyplat.links import token_hash
from surveyplat.settings import Settings
from surveyplat.storage.database import Database, open_database
from surveyplat.storage.tables import CustomerContact, Invitation, Response

pytestmark = pytest.mark.anyio

STUDY = StudyCase()
VERSION = "ab" * 32


async def invited(db: Database, settings: Settings, take: Any, rows: list[dict[str, str]]) -> None:
    await take(rows)
    await invite(db, STUDY, VERSION, settings.keys.link, now=NOW)


async def run(db: Database, settings: Settings, url: str) -> DeliveryReport:
    return await deliver(db, settings, STUDY, url, now=NOW)


async def states(db: Database) -> dict[str, str]:
    rows = await db.read(Invitation.select(Invitation.key, Invitation.state).order_by(Invitation.key))
    return {made["key"].removeprefix("csi:"): made["state"] for made in rows}


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


async def test_each_customer_gets_one_message_in_the_own_language_with_the_own_link(
    db: Database, settings: Settings, take: Any, mail_server: Any
) -> None:
    rows = [row(1), row(2, language="en", customer_name="Ann Lee", model="Aurora <5> & more")]
    await invited(db, settings, take, rows)
    report = await run(db, settings, mail_server.url)
    assert report.counts == {"sent": 2}
    messages = dict(mail_server.received)
    chinese, english = messages["person1@example.com"], messages["person2@example.com"]
    assert chinese["Subject"] == "服务满意度调查：上海浦东店邀请您填写"
    assert "李伟，您好！" in part(chinese, "plain")
    assert "2026年9月15日在上海浦东店为您的Aurora 5" in part(chinese, "plain")
    assert "2026年10月8日之前（含当日）" in part(chinese, "plain")
    assert "Dear Ann Lee," in part(english, "plain")
    assert "about 3 minutes" in part(english, "plain")
    assert "Aurora <5> & more" in part(english, "plain")
    assert "Aurora &lt;5&gt; &amp; more" in part(english, "html")
    assert english["Date"].datetime == NOW
    for message, event in ((chinese, "csi:E1"), (english, "csi:E2")):
        [token] = re.findall(r"^http://127\.0\.0\.1:8000/s/(\S{22})\r?$", part(message, "plain"), re.MULTILINE)
        assert f'href="http://127.0.0.1:8000/s/{token}"' in part(message, "html")
        [made] = await db.read(Invitation.select().where(Invitation.token_hash == token_hash(token)))
        assert (made["key"], made["state"], made["sent_at"]) == (event, "sent", NOW)
        assert message["Message-ID"] == f"<{made['id']}.1@localhost>"


async def test_synthetic_data_are_said_to_be_synthetic(
    db: Database, settings: Settings, take: Any, mail_server: Any
) -> None:
    synthetic = settings.model_copy(update={"synthetic": True})
    await invited(db, synthetic, take, [row(1), row(2, language="en")])
    await run(db, synthetic, mail_server.url)
    messages = dict(mail_server.received)
    for kind in ("plain", "html"):
        assert "模拟数据" in part(messages["person1@example.com"], kind)
        assert "SYNTHETIC DATA" in part(messages["person2@example.com"], kind)


async def test_nobody_is_mailed_twice(db: Database, settings: Settings, take: Any, mail_server: Any) -> None:
    await invited(db, settings, take, [row(1)])
    await run(db, settings, mail_server.url)
    assert (await run(db, settings, mail_server.url)).counts == {}
    assert len(mail_server.received) == 1


async def test_two_processes_at_once_mail_everybody_once(
    database_url: str, settings: Settings, take: Any, mail_server: Any
) -> None:
    async with open_database(database_url) as one, open_database(database_url) as other:
        await invited(one, settings, take, [row(number) for number in range(1, 41)])
        reports = await asyncio.gather(run(one, settings, mail_server.url), run(other, settings, mail_server.url))
    assert sum(report.counts["sent"] for report in reports) == 40
    recipients = [recipient for recipient, _ in mail_server.received]
    assert sorted(recipients) == sorted(f"person{number}@example.com" for number in range(1, 41))


async def test_a_refused_recipient_stops_nobody_else_and_its_address_is_not_kept(
    db: Database, settings: Settings, take: Any, mail_server: Any
) -> None:
    mail_server.refusals = {
        "person1@example.com": "550 5.1.1 <person1@example.com> unknown",
        "person2@example.com": "451 4.7.1 greylisted, person2@example.com",
        "person3@example.com": "554 5.7.1 <person3@example.com>: relay access denied",
    }
    await invited(db, settings, take, [row(number) for number in range(1, 8)])
    report = await run(db, settings, mail_server.url)
    assert report.counts == {"sent": 4, "refused": 1, "postponed": 2}
    assert list((await states(db)).values()) == ["failed", "created", "created", *["sent"] * 4]
    failures = await db.read(Invitation.select(Invitation.failure).order_by(Invitation.key).limit(3))
    codes = ("SMTP 550 5.1.1", "SMTP 451 4.7.1", "SMTP 554 5.7.1")
    assert [made["failure"] for made in failures] == [f"The mail server refused: {code}" for code in codes]
    mail_server.refusals = {}
    assert (await run(db, settings, mail_server.url)).counts == {"sent": 2}


async def test_a_server_that_refuses_the_content_for_now_leaves_the_message_for_the_next_run(
    db: Database, settings: Settings, take: Any, mail_server: Any
) -> None:
    mail_server.data_answer = "452 4.3.1 full"
    await invited(db, settings, take, [row(1)])
    assert (await run(db, settings, mail_server.url)).counts == {"postponed": 1}
    mail_server.data_answer = "250 taken"
    assert (await run(db, settings, mail_server.url)).counts == {"sent": 1}


async def test_a_message_that_may_have_arrived_is_never_sent_again(
    db: Database, settings: Settings, take: Any, mail_server: Any
) -> None:
    mail_server.data_answer = "hang up"
    await invited(db, settings, take, [row(1)])
    assert (await run(db, settings, mail_server.url)).counts == {"unsure": 1}
    mail_server.data_answer = "250 taken"
    again = await run(db, settings, mail_server.url)
    assert (again.counts, again.interrupted) == ({}, 1)
    assert mail_server.received == []


async def test_a_server_that_is_down_is_named_and_nothing_is_lost(
    db: Database, settings: Settings, take: Any, mail_server: Any, unused_port: int
) -> None:
    await invited(db, settings, take, [row(number) for number in range(1, 11)])
    report = await run(db, settings, f"smtp://127.0.0.1:{unused_port}")
    assert report.counts == {"postponed": 10}
    assert report.trouble is not None
    assert f"127.0.0.1:{unused_port}" in report.trouble
    assert "SURVEYPLAT_SMTP_URL" in report.trouble
    assert (await run(db, settings, mail_server.url)).counts == {"sent": 10}


async def test_customers_without_an_address_and_refused_ones_are_left_to_be_handed_over(
    db: Database, settings: Settings, take: Any, mail_server: Any
) -> None:
    mail_server.refusals = {"person3@example.com": "550 5.1.1 unknown"}
    await invited(db, settings, take, [row(1), row(2, email=""), row(3)])
    assert (await run(db, settings, mail_server.url)).counts == {"sent": 1, "without_mail": 1, "refused": 1}
    with_mail = settings.model_copy(update={"smtp_url": mail_server.url})
    items = await links_to_hand_over(db, with_mail, STUDY, now=NOW)
    assert [item.customer for item in items] == ["C2", "C3"]


async def test_listed_links_are_written_for_the_owner_alone_and_not_mailed_afterwards(
    db: Database, settings: Settings, take: Any, mail_server: Any, tmp_path: Path
) -> None:
    await invited(db, settings, take, [row(1), row(2, customer_name="=cmd()")])
    path = tmp_path / "links.csv"
    items = await links_to_hand_over(db, settings, STUDY, now=NOW)
    assert await write_links(db, settings, items, path, now=NOW) == 2
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    written = list(csv.DictReader(StringIO(path.read_text("utf-8-sig"), newline="")))
    assert [line["name"] for line in written] == ["李伟", "'=cmd()"]
    assert written[0]["last_day"] == "2026-10-08"
    hashes = [
        made["token_hash"] for made in await db.read(Invitation.select(Invitation.token_hash).order_by(Invitation.key))
    ]
    assert [token_hash(line["link"].rpartition("/")[2]) for line in written] == hashes
    assert (await run(db, settings, mail_server.url)).counts == {}
    again = await links_to_hand_over(db, settings, STUDY, now=NOW)
    assert [item.state for item in again] == ["listed", "listed"]


async def test_a_link_that_was_mailed_meanwhile_is_left_out_of_the_file(
    db: Database, settings: Settings, take: Any, mail_server: Any, tmp_path: Path
) -> None:
    await invited(db, settings, take, [row(1), row(2, email="")])
    items = await links_to_hand_over(db, settings, STUDY, now=NOW)
    await run(db, settings, mail_server.url)
    assert await write_links(db, settings, items, tmp_path / "links.csv", now=NOW) == 1


async def test_answered_expired_and_erased_invitations_are_neither_mailed_nor_listed(
    db: Database, settings: Settings, take: Any, mail_server: Any
) -> None:
    await invited(db, settings, take, [row(1), row(2), row(3)])
    made = await db.read(
        Invitation.select(Invitation.id, Invitation.event.customer.as_alias("customer")).order_by(Invitation.key)
    )
    await db.write(lambda: _answer(made[0]["id"]))
    await db.write(lambda: _erase(made[1]["customer"]))
    assert [item.customer for item in await links_to_hand_over(db, settings, STUDY, now=NOW)] == ["C3"]
    assert (await run(db, settings, mail_server.url)).counts == {"sent": 1}
    late = NOW.replace(month=11)
    assert await links_to_hand_over(db, settings, STUDY, now=late) == []


async def test_data_of_another_key_are_counted_and_stop_nobody_else(
    db: Database, settings: Settings, take: Any, mail_server: Any
) -> None:
    await invited(db, settings, take, [row(1), row(2)])
    await db.write(lambda: _damage("C1"))
    assert (await run(db, settings, mail_server.url)).counts == {"unreadable": 1, "sent": 1}


def _answer(invitation: Any) -> Any:
    yield Response.insert(
        Response(
            id=invitation,
            key=str(invitation),
            invitation=invitation,
            study="csi",
            definition_hash=VERSION,
            source="web",
            language="en",
            state="complete",
            answers="{}",
            pages="{}",
            started_at=NOW,
            updated_at=NOW,
        )
    )


def _erase(customer: int) -> Any:
    yield CustomerContact.delete().where(CustomerContact.customer == customer)


def _damage(reference: str) -> Any:
    rows = yield CustomerContact.select(CustomerContact.id, CustomerContact.ciphertext).where(
        CustomerContact.customer.reference == reference
    )
    yield CustomerContact.update({CustomerContact.ciphertext: rows[0]["ciphertext"][:-1]}).where(
        CustomerContact.id == rows[0]["id"]
    )
