"""Files of changes: every fault of every line at once, and nothing recorded with one of them."""

import asyncio
from pathlib import Path

import pytest
from audit_cast import QUARTER, Answered
from corrections_cast import LATER, correct, entries, frozen_quarter, name_of, recorded, rows_of, visits, wanted
from typer.testing import CliRunner

from surveyplat.audit.freeze import load_snapshot
from surveyplat.cli.main import app
from surveyplat.errors import InvalidInput
from surveyplat.settings import Settings
from surveyplat.storage.database import Database, open_database

pytestmark = pytest.mark.anyio


async def faults_of(db: Database, settings: Settings, folder: Path, text: str, **overrides: str) -> list[str]:
    with pytest.raises(InvalidInput) as refused:
        await correct(db, settings, wanted(folder, text, **overrides))
    assert len(await recorded(db)) == len(await entries(db)) == 1
    return [str(fault) for fault in refused.value.faults]


HEAD = "event,response,withdraw,dealer,model,occurred_on,kind\n"


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (",,test,,,,", "line 2, column response and event: correction: both are empty"),
        ("E1,{one},test,,,,", "both are filled in"),
        ("E99,,test,,,,", "E99 is no event that this study asked about"),
        (
            ",0123456789abcdef,test,,,,",
            "the period's rows hold no such response. Write a response_id of `surveyplat exp",
        ),
        ("E8,,test,,,,", "the period's rows hold no such response"),
        ("E1,,tset,,,,", "tset is no reason. Did you mean test?"),
        ("E1,,test,D2,,,", "it stands beside dealer"),
        ("E1,,,,,,", "it changes nothing"),
        (",{one},,D1,,,", "Name the event"),
        ("E1,,,D11,,,", "D11 is no dealer's code. Did you mean D1?"),
        ("E1,,,,,2026-13-01,", "it is no day or time of the calendar"),
        ("E1,,,,,2027-01-01,", "it lies in the future"),
        ("E1,,,,,,repair", "it is no kind of event"),
        ("E9,,,D2,,,", "it counts on 2026-06-30, outside of the period"),
        ("E1,,test,,,,,more", "it has 8 cells and the header 7"),
    ],
)
async def test_a_fault_of_a_line_is_told_with_its_place_and_nothing_is_recorded(
    db: Database, settings: Settings, tmp_path: Path, line: str, fault: str
) -> None:
    asked = [*visits(), Answered(8, None), Answered(9, occasion_on=QUARTER.first_day.replace(month=6, day=30))]
    await frozen_quarter(db, settings, asked)
    text = HEAD + line.format(one=name_of(settings, 1)) + "\nE2,,test,,,,\n"
    [told] = await faults_of(db, settings, tmp_path, text)
    assert fault in told
    assert "changes.csv, line 2" in told


async def test_all_faults_of_a_file_are_told_at_once(db: Database, settings: Settings, tmp_path: Path) -> None:
    await frozen_quarter(db, settings)
    told = await faults_of(
        db, settings, tmp_path, HEAD + "E1,,tset,,,,\nE2,,,D9,,2026-13-01,\nE3,,test,,,,\nE3,,,D1,,,\n"
    )
    assert [each.split(": ")[0] for each in told] == [
        "changes.csv, line 2, column withdraw",
        "changes.csv, line 3, column dealer",
        "changes.csv, line 3, column occurred_on",
        "changes.csv, line 5",
    ]
    assert "it names the response of changes.csv, line 4 again" in told[-1]


async def test_one_response_named_both_ways_is_named_twice(db: Database, settings: Settings, tmp_path: Path) -> None:
    await frozen_quarter(db, settings)
    [told] = await faults_of(db, settings, tmp_path, f"{HEAD}E1,,test,,,,\n,{name_of(settings, 1)},test,,,,\n")
    assert "again" in told


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("event,withdrawn\nE1,test\n", "withdrawn is no column. Did you mean withdraw?"),
        ("withdraw\ntest\n", "no column says which response or event is meant"),
        ("event,withdraw\n", "it has no line below its header"),
    ],
)
async def test_a_table_that_cannot_be_meant_is_refused(
    db: Database, settings: Settings, tmp_path: Path, text: str, fault: str
) -> None:
    await frozen_quarter(db, settings)
    assert fault in (await faults_of(db, settings, tmp_path, text))[0]


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("Call 13800138000", "phone"),
        ("Told by li.wei@example.com", "email"),
        ("Car LSVAA4187E2000001", "vin"),
    ],
)
async def test_words_that_identify_a_person_are_refused(
    db: Database, settings: Settings, tmp_path: Path, reason: str, kind: str
) -> None:
    await frozen_quarter(db, settings)
    [told] = await faults_of(db, settings, tmp_path, "event,withdraw\nE1,test\n", reason=reason)
    assert told.startswith("--reason")
    assert kind in told
    assert reason.split()[-1] not in told


async def test_reason_and_role_are_asked_for(db: Database, settings: Settings, tmp_path: Path) -> None:
    await frozen_quarter(db, settings)
    told = await faults_of(db, settings, tmp_path, "event,withdraw\nE1,test\n", reason="", by="")
    assert [each.split(":")[0] for each in told] == ["--reason", "--by"]


async def test_a_file_may_come_from_a_chinese_spreadsheet(db: Database, settings: Settings, tmp_path: Path) -> None:
    await frozen_quarter(db, settings)
    asked = wanted(tmp_path, "", "经销商代填")
    (tmp_path / "changes.csv").write_bytes("Event;Withdraw\r\nE1;filled_by_dealer\r\n".encode("gb18030"))
    assert name_of(settings, 1) not in rows_of((await correct(db, settings, asked)).after)


def test_the_command_corrects_shows_and_lists(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def prepared() -> str:
        async with open_database(settings.database_url) as db:
            return (await frozen_quarter(db, settings)).rows_hash

    first = asyncio.run(prepared())
    for name, value in (
        ("DATABASE_URL", settings.database_url),
        ("DATA_DIR", str(settings.data_dir)),
        ("LINK_KEY", "11" * 32),
        ("DATA_KEY", "22" * 32),
        ("CLOCK", LATER.isoformat()),
    ):
        monkeypatch.setenv(f"SURVEYPLAT_{name}", value)
    monkeypatch.chdir(tmp_path)
    Path("wrong.csv").write_text("event,withdraw\nE1,test\n", encoding="utf-8")
    words = [
        "correct",
        "visit",
        "2026-Q3",
        "--changes",
        "wrong.csv",
        "--reason",
        "[/b] A trial",
        "--by",
        "quality manager",
    ]
    runner = CliRunner()
    shown = runner.invoke(app, [*words, "--dry-run"])
    assert "rows        6 -> 5" in shown.output
    assert "Nothing was recorded" in shown.output
    made = runner.invoke(app, words)
    assert "visit 2026-Q3: revision 1 made" in made.output
    assert f"supersedes  {first}" in made.output
    assert "made by this correction before" in runner.invoke(app, words).output
    listed = runner.invoke(app, ["frozen", "visit"]).output
    assert "[/b] A trial" in listed
    assert listed.count("2026-Q3") == 2
    assert "Nothing is frozen here" in runner.invoke(app, ["frozen", "other"]).output
    assert runner.invoke(app, [*words, "--late"]).exit_code == 2

    async def newest() -> int:
        async with open_database(settings.database_url) as db:
            return (await load_snapshot(db, settings, "visit", QUARTER)).revision

    assert asyncio.run(newest()) == 1
