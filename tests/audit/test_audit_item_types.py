"""Answers of every kind of item come through a table and through the pages into typed columns of a frozen period."""

import csv
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import cast
import polars as pl
import pytest
from litestar.testing import AsyncTestClient

from surveyplat.app import create_app
from surveyplat.audit.columns import KEY_COLUMNS, item_values, nothing_answered, snapshot_columns
from surveyplat.audit.freeze import FrozenPeriod, freeze
from surveyplat.audit.periods import parse_period
from surveyplat.forms.importing import ImportReport, import_responses
from surveyplat.forms.language import Definition
from surveyplat.forms.loading import load_definition
from surveyplat.settings import Settings
from surveyplat.storage.database import Database

pytestmark = pytest.mark.anyio

QUARTER = parse_period("2026-Q3")
AFTERWARDS = cast.NOW + timedelta(days=60)
KEYS = len(KEY_COLUMNS)
ROW = {
    "mileage": "12000",
    "consumption": "7.5",
    "warmer": "-1",
    "picked_up": "2026-09-16",
    "wishes": "room|care",
    "importance": "price=30|service=70",
    "agree": "yes",
    "contact": "no",
    "why": "other",
    "why__words": "call me at 13800138000",
    "heard": "web|elsewhere",
    "heard__words": "radio",
    "polite": "5",
    "engine": "noise",
    "noise__when": "first",
}


def definition(name: str) -> Definition:
    return load_definition(Path(__file__).parents[1] / "forms" / "definitions" / f"{name}.yaml")


async def imported(db: Database, settings: Settings, tmp_path: Path, *rows: dict[str, str]) -> ImportReport:
    path = tmp_path / "answers.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(name for row in rows for name in row)))
        writer.writeheader()
        writer.writerows(rows)
    study, folder = definition("every_type"), settings.data_dir
    return await import_responses(db, study, path, QUARTER.name, data_dir=folder, now=cast.NOW)


async def frozen(db: Database, settings: Settings, study: Definition) -> tuple[FrozenPeriod, dict[str, Any]]:
    """The frozen quarter with the only row in it."""
    period = await freeze(db, settings, study, QUARTER, population=None, now=AFTERWARDS)
    return period, pl.read_parquet(period.path).row(0, named=True)


async def test_a_table_of_every_kind_of_answer_is_frozen_in_typed_columns(
    db: Database, settings: Settings, tmp_path: Path
) -> None:
    report = await imported(db, settings, tmp_path, ROW)
    assert (report.stored, report.refused) == (1, ())
    period, row = await frozen(db, settings, definition("every_type"))
    told = {
        "mileage": 12000.0,
        "consumption": 7.5,
        "warmer": -1.0,
        "picked_up": date(2026, 9, 16),
        "bought": None,
        "wishes__1": "room",
        "wishes__2": "care",
        "wishes__3": None,
        "importance__price": 30,
        "importance__quality": 0,
        "importance__service": 70,
        "agree": 1,
        "contact": 0,
        "why": "other",
        "heard__words": "radio",
        "heard__elsewhere": 1,
        "heard__press": 0,
        "polite": 5,
        "honest": -1,
        "noise": 1,
        "start": 0,
        "noise__when": "first",
        "start__when": None,
    }
    assert {name: row[name] for name in told} == told
    assert "13800138000" not in row["why__words"]
    types = {column["name"]: column for column in period.manifest["columns"]}
    assert types["mileage"] == {
        "name": "mileage",
        "type": "Float64",
        "kind": "number",
        "item": "mileage",
        "minimum": 0.0,
        "maximum": 300000.0,
        "unit": {"en": "km", "zh-Hans": "公里"},
    }
    assert (types["picked_up"]["type"], types["agree"]["type"]) == ("Date", "Int16")
    assert types["wishes__2"] == {
        "name": "wishes__2",
        "type": "String",
        "kind": "ranking",
        "item": "wishes",
        "codes": ["price", "speed", "care", "room"],
        "place": 2,
    }
    assert types["importance__service"]["code"] == "service"


@pytest.mark.parametrize(
    ("item", "cell", "cause"),
    [
        ("mileage", "12.5", "is not a whole number from 0 to 300,000"),
        ("consumption", "7.55", "is not a number with at most 1 decimals from 0.5 to 40"),
        ("bought", "1989-12-31", "is not a day such as 2026-09-30 from 1990-01-01"),
        ("wishes", "room|room", "is not up to 3 codes divided by |, the first place first, each once, of price, "),
        ("wishes", "room|care|price|speed", "is not up to 3 codes"),
        ("wishes", "|room", "is not up to 3 codes"),
        ("importance", "price=30|service=60", "is not shares such as price=100 divided by |, 100 in all, of price, "),
        ("importance", "price=30|price=70", "is not shares"),
        ("importance", "price=100|wrong=0", "is not shares"),
        ("importance", "price=|service=100", "is not shares"),
        ("importance", "100", "is not shares"),
        ("agree", "perhaps", "is not yes or no"),
        ("heard", "web|friends|press", "is not at most 2 codes divided by |"),
        ("why__words", "x" * 201, "is not a text of at most 200 characters"),
        ("heard__words", "left over", 'stands beside no "other"'),
    ],
)
async def test_a_cell_of_another_kind_is_refused_with_what_it_takes(
    db: Database, settings: Settings, tmp_path: Path, item: str, cell: str, cause: str
) -> None:
    row = {**ROW, **({"heard": "web"} if item == "heard__words" else {}), item: cell}
    report = await imported(db, settings, tmp_path, row)
    [refused] = report.refused
    assert [fault.column for fault in refused.faults] == [item]
    assert refused.faults[0].cause.startswith(cause)


async def test_what_a_table_leaves_empty_was_not_answered_and_what_a_rule_hid_not_asked(
    db: Database, settings: Settings, tmp_path: Path
) -> None:
    await imported(db, settings, tmp_path, {**dict.fromkeys(ROW, ""), "engine": "noise", "start__when": ""})
    _, row = await frozen(db, settings, definition("every_type"))
    assert (row["agree"], row["heard__web"], row["importance__price"]) == (-2, -2, -2)
    assert (row["mileage"], row["picked_up"], row["wishes__1"], row["why__words"]) == (None, None, None, None)


async def test_values_that_are_kept_become_columns_under_their_names(db: Database, settings: Settings) -> None:
    study = definition("kept")
    invited = await cast.invite(db, settings, study)
    fields = {"paid": "120.50", "planned": "100", "comment": "ask 13800138000"}
    async with AsyncTestClient(create_app(settings, lambda: cast.NOW)) as browser:
        await browser.post(f"/s/{invited.token}/questions?lang=en", data=fields, follow_redirects=False)
    period, row = await frozen(db, settings, study)
    assert (row["over"], row["verdict"]) == (20.5, "dearer")
    assert "13800138000" not in row["said"]
    assert "hidden" not in row
    assert pl.read_parquet_schema(period.path)["over"] == pl.Float64


def test_an_item_that_a_rule_hid_was_not_asked_and_its_neighbour_was_not_answered() -> None:
    columns = snapshot_columns(definition("every_type"))
    pages = {"questions": {"items": ["agree", "why"]}}
    values = dict(zip([column.name for column in columns[KEYS:]], item_values(columns, {}, pages, str), strict=True))
    assert (values["agree"], values["contact"], values["polite"]) == (-2, -1, -1)


def test_seconds_are_those_of_a_saved_page_and_missing_in_a_way_of_their_own_elsewhere() -> None:
    columns = snapshot_columns(definition("every_type"))
    last = [column.name for column in columns if column.kind == "seconds"]
    assert "seconds__questions" in last
    place = [column.name for column in columns[KEYS:]].index("seconds__questions")
    told = [{"questions": {"seconds": 42}}, {"questions": {"seconds": None}}, {}]
    assert [item_values(columns, {}, pages, str)[place] for pages in told] == [42, -2, -1]
    assert nothing_answered(columns, item_values(columns, {}, {"questions": {"seconds": 42}}, str))


def test_a_negative_number_is_an_answer_and_a_calculated_value_is_none() -> None:
    columns = snapshot_columns(definition("every_type"))
    pages: dict[str, Any] = {"questions": {}}
    assert nothing_answered(columns, item_values(columns, {}, pages, str))
    assert not nothing_answered(columns, item_values(columns, {"warmer": -1}, pages, str))
    kept = snapshot_columns(definition("kept"))
    assert nothing_answered(kept, item_values(kept, {"verdict": "as_planned"}, {"questions": {}}, str))
