"""Events of every kind: what a row without a vehicle needs, who is invited after which, and what the mail says."""

import csv
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from email.message import EmailMessage
from io import StringIO
from pathlib import Path
from typing import Any, get_args

import pytest
from fieldwork_cases import NOW, StudyCase, TimingCase, row

from surveyplat.errors import InvalidInput
from surveyplat.event_kinds import OF_A_VEHICLE, EventKind
from surveyplat.fieldwork.contact_rules import Study
from surveyplat.fieldwork.delivery import deliver
from surveyplat.fieldwork.handover import links_to_hand_over, write_links
from surveyplat.fieldwork.invitations import InviteReport, invite
from surveyplat.fieldwork.population import by_dealer, eligible_events
from surveyplat.fieldwork.wordings import WORDINGS
from surveyplat.settings import Settings
from surveyplat.storage.database import Database
from surveyplat.storage.tables import Event, Vehicle

pytestmark = pytest.mark.anyio

KINDS = get_args(EventKind)
NO_VEHICLE = {"vin": "", "model": "", "delivered_on": "", "built_on": ""}


def person(number: int, kind: EventKind, **changes: str) -> dict[str, str]:
    """Event ``number`` of this kind, with no more of a vehicle than it needs."""
    return row(number, kind=kind, **({} if kind in OF_A_VEHICLE else NO_VEHICLE), **changes)


def without(columns: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: cell for name, cell in columns.items() if name not in names}


def study_of(kind: EventKind) -> Study:
    return StudyCase(study=f"about_{kind}", fieldwork=TimingCase(kind))


async def invited(db: Database, settings: Settings, study: Study) -> InviteReport:
    return await invite(db, study, f"{study.study:0<64}", settings.keys.link, now=NOW)


def faults(report: Any) -> list[tuple[str, str, str]]:
    return [(fault.column, fault.cause, fault.fix) for refusal in report.refusals for fault in refusal.faults]


async def test_one_file_takes_an_event_of_each_kind(db: Database, take: Any) -> None:
    report = await take([person(number, kind) for number, kind in enumerate(KINDS)])
    assert (report.new, report.refused) == (len(KINDS), 0)
    stored = await db.read(Event.select(Event.kind, Event.vehicle))
    assert {event["kind"] for event in stored} == set(KINDS)
    assert {event["kind"] for event in stored if event["vehicle"]} == OF_A_VEHICLE
    assert len(await db.read(Vehicle.select())) == len(OF_A_VEHICLE)
    assert (await take([person(number, kind) for number, kind in enumerate(KINDS)])).unchanged == len(KINDS)


async def test_a_file_of_employees_needs_no_column_of_a_vehicle(db: Database, take: Any) -> None:
    rows = [without(person(number, "employee"), *NO_VEHICLE) for number in range(1, 4)]
    assert (await take(rows)).new == 3
    assert (await take([person(number, "employee") for number in range(1, 4)])).unchanged == 3
    assert await db.read(Vehicle.select()) == []


@pytest.mark.parametrize("kind", sorted(OF_A_VEHICLE))
async def test_one_event_of_a_vehicle_makes_its_columns_needed(db: Database, take: Any, kind: EventKind) -> None:
    rows = [without(row(1, kind="employee"), *NO_VEHICLE), without(row(2, kind=kind.upper()), *NO_VEHICLE)]
    with pytest.raises(InvalidInput, match="lacks the columns vin, model, delivered_on"):
        await take(rows)
    assert await db.read(Event.select()) == []


async def test_an_event_of_another_kind_takes_a_vehicle_when_there_is_one(db: Database, take: Any) -> None:
    await take([row(1, kind="lost"), person(2, "lost")])
    models = await db.read(Event.select(Event.vehicle.model.as_alias("model")).order_by(Event.reference))
    assert models == [{"model": "Aurora 5"}, {"model": None}]


async def test_a_sale_without_its_vehicle_is_refused_cell_by_cell(take: Any) -> None:
    report = await take([row(1, kind="sale", **NO_VEHICLE), row(2, kind="service", model="")])
    fix = "Fill it in: a {} is of a vehicle".format
    assert faults(report) == [
        ("vin", "is empty", fix("sale")),
        ("model", "is empty", fix("sale")),
        ("model", "is empty", fix("service")),
    ]


@pytest.mark.parametrize(
    ("told", "column", "cause"),
    [
        ({"vin": "LSVAA4182E2184847"}, "model", "is empty, though vin is told"),
        ({"model": "Aurora"}, "vin", "is empty, though model is told"),
        ({"vin": "LSVAA4182E2184847", "built_on": "2025-12-01"}, "model", "is empty, though vin and built_on are told"),
    ],
)
async def test_half_of_a_vehicle_is_a_fault(take: Any, told: dict[str, str], column: str, cause: str) -> None:
    report = await take([row(1, kind="enquiry", **(NO_VEHICLE | told))])
    assert faults(report) == [(column, cause, "Tell both VIN and model, or nothing of a vehicle")]


async def test_the_days_of_no_vehicle_are_a_fault_of_both_its_cells(take: Any) -> None:
    report = await take([row(1, kind="dealer", **(NO_VEHICLE | {"delivered_on": "2026-01-05"}))])
    assert [column for column, *_ in faults(report)] == ["vin", "model"]


@pytest.mark.parametrize(
    ("written", "meant"), [("employe", "employee"), ("Services", "service"), ("inspektion", "inspection"), ("x", "")]
)
async def test_a_misspelt_kind_is_told_what_was_probably_meant(take: Any, written: str, meant: str) -> None:
    [(column, cause, fix)] = faults(await take([row(1, kind=written)]))
    assert (column, cause) == ("kind", "is no kind of event")
    question = f"Did you mean {meant}? " if meant else ""
    assert fix == f"{question}Write sale, service, lost, enquiry, dealer, employee or inspection"


async def test_each_study_invites_after_its_own_kind_and_counts_it(db: Database, settings: Settings, take: Any) -> None:
    await take([person(number, kind) for number, kind in enumerate(KINDS)])
    for kind in KINDS:
        study = study_of(kind)
        assert (await invited(db, settings, study)).counts == {"invited": 1, "expired": 0, "already_invited": 0}
        assert by_dealer(await eligible_events(db, study, date(2026, 9, 1), date(2026, 9, 30))) == {"D01": 1}


@pytest.mark.parametrize(("kind", "asked"), [("inspection", 2), ("employee", 1)])
async def test_an_inspector_is_asked_about_every_inspection_and_others_once_at_a_time(
    db: Database, settings: Settings, take: Any, kind: EventKind, asked: int
) -> None:
    second = {"dealer_code": "D02", "dealer_name": "北京朝阳店"}
    await take([person(1, kind), person(2, kind, customer_id="C1", **second)])
    assert (await invited(db, settings, study_of(kind))).invited == asked
    eligible = await eligible_events(db, study_of(kind), date(2026, 9, 1), date(2026, 9, 30))
    assert sum(eligible.values()) == asked


async def test_the_list_to_hand_over_has_an_empty_model_where_there_is_no_vehicle(
    db: Database, settings: Settings, take: Any, tmp_path: Path
) -> None:
    study = study_of("employee")
    await take([person(1, "employee")])
    await invited(db, settings, study)
    items = await links_to_hand_over(db, settings, study, now=NOW)
    await write_links(db, settings, items, tmp_path / "links.csv", now=NOW)
    [written] = csv.DictReader(StringIO((tmp_path / "links.csv").read_text("utf-8-sig"), newline=""))
    assert (written["kind"], written["model"], written["dealer"]) == ("employee", "", "上海浦东店")


@pytest.mark.parametrize("kind", KINDS)
async def test_the_mail_after_each_kind_of_event_speaks_of_it(
    db: Database, settings: Settings, take: Any, mail_server: Any, kind: EventKind
) -> None:
    study = replace(StudyCase(), fieldwork=TimingCase(kind))
    await take([person(1, kind), person(2, kind, language="en", customer_name="")])
    await invited(db, settings, study)
    assert (await deliver(db, settings, study, mail_server.url, now=NOW)).counts == {"sent": 2}
    messages = dict(mail_server.received)
    for number, language, title, day in (
        (1, "zh-Hans", "服务满意度调查", "2026年9月15日"),
        (2, "en", "Service survey", "15 September 2026"),
    ):
        message: EmailMessage = messages[f"person{number}@example.com"]
        body = message.get_body(("plain",))
        assert body is not None
        text, reason = str(body.get_content()), WORDINGS[language].occasions[kind].reason
        assert reason.format(day=day, dealer="上海浦东店", model="Aurora 5") in text
        assert title in message["Subject"]
        assert "{" not in text + message["Subject"]


@pytest.mark.parametrize("language", list(WORDINGS))
def test_only_what_has_a_vehicle_speaks_of_its_model(language: str) -> None:
    occasions = WORDINGS[language].occasions
    assert list(occasions) == list(KINDS)
    assert {kind for kind, occasion in occasions.items() if "{model}" in occasion.reason} == OF_A_VEHICLE
