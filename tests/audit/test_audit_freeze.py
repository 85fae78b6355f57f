"""A frozen period: what is in it, what is not and why, and that nothing changes it afterwards."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from audit_cast import AFTERWARDS, IN_TIME, QUARTER, Answered, questionnaire, store

from surveyplat.audit.closing import declared_cut_off
from surveyplat.audit.freeze import FrozenPeriod, freeze, load_snapshot
from surveyplat.errors import FieldworkOpen, NothingToFreeze, SnapshotAltered, SnapshotMissing
from surveyplat.fieldwork.people import Person
from surveyplat.fieldwork.population import EventCell
from surveyplat.forms.versions import content_hash
from surveyplat.missing import Missing
from surveyplat.settings import Settings
from surveyplat.storage.database import Database, open_database
from surveyplat.storage.tables import AuditEntry, CustomerContact, PeriodSnapshot

pytestmark = pytest.mark.anyio


ELIGIBLE = {
    EventCell("D1", "", "2026-07"): 1,
    EventCell("D1", "Aurora", "2026-09"): 8,
    EventCell("D2", "Aurora", "2026-08"): 3,
    EventCell("D2", "Aurora", "2026-09"): 5,
}


async def frozen(db: Database, settings: Settings, now: datetime = AFTERWARDS) -> FrozenPeriod:
    return await freeze(db, settings, questionnaire(), QUARTER, population=ELIGIBLE, now=now)


async def test_freezing_again_gives_the_same_snapshot_whatever_arrived_since(db: Database, settings: Settings) -> None:
    await store(db, settings, [Answered(1), Answered(2)])
    first = await frozen(db, settings)
    content = first.path.read_bytes()
    await store(db, settings, [Answered(3), Answered(4, submitted_at=AFTERWARDS)])
    second = await frozen(db, settings, AFTERWARDS + timedelta(days=1))
    assert second == first
    assert second.path.read_bytes() == content
    assert len(await db.read(PeriodSnapshot.select())) == len(await db.read(AuditEntry.select())) == 1


async def test_the_hash_depends_on_the_answers_and_not_on_the_order_in_which_they_came(
    db: Database, settings: Settings, database_url: str, tmp_path: Path
) -> None:
    visits = [Answered(number, {"courtesy": number}) for number in range(1, 7)]
    await store(db, settings, visits[::-1])
    here = await frozen(db, settings)
    elsewhere = await frozen_elsewhere(visits, settings, tmp_path / "same")
    other = await frozen_elsewhere([*visits[:-1], Answered(6, {"courtesy": 7})], settings, tmp_path / "other")
    assert elsewhere.rows_hash == here.rows_hash != other.rows_hash


async def frozen_elsewhere(visits: list[Answered], settings: Settings, folder: Path) -> FrozenPeriod:
    from surveyplat.storage.migration import migrate_up

    folder.mkdir()
    url = f"sqlite:///{folder / 'x.db'}"
    await migrate_up(url)
    moved = settings.model_copy(update={"database_url": url, "data_dir": folder / "data"})
    async with open_database(url) as db:
        await store(db, moved, visits)
        return await frozen(db, moved)


async def test_reading_in_pages_loses_and_doubles_nothing(
    db: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("surveyplat.audit.gathering._PAGE", 3)
    await store(db, settings, [Answered(number, {"courtesy": number}) for number in range(1, 8)])
    snapshot = await frozen(db, settings)
    assert sorted(pl.read_parquet(snapshot.path)["courtesy"]) == list(range(1, 8))


async def test_every_response_is_a_row_or_excluded_with_its_reason(db: Database, settings: Settings) -> None:
    declared = declared_cut_off(questionnaire(), QUARTER)
    revised = questionnaire("2")
    await store(
        db,
        settings,
        [
            Answered(1),
            Answered(2, submitted_at=declared),
            Answered(3, state="partial"),
            Answered(4, submitted_at=declared + timedelta(seconds=1)),
            Answered(5, definition=revised),
            Answered(6, {}, pages=("service",)),
            Answered(7, {"courtesy": {"missing": "not_answered"}}, pages=("service",)),
            Answered(8, None),
            Answered(9, occasion_on=date(2026, 6, 30)),
            Answered(10, occasion_on=date(2026, 10, 1)),
            Answered(11, occasion_on=date(2026, 7, 1)),
            Answered(12, occasion_on=date(2026, 9, 30)),
        ],
    )
    manifest = (await frozen(db, settings)).manifest
    assert manifest["exclusions"] == [
        {"reason": "after_cut_off", "count": 1},
        {"reason": "empty", "count": 2},
        {"reason": "partial", "count": 1},
        {
            "reason": "other_definition",
            "count": 1,
            "definition_hash": content_hash(revised),
            "definition_version": "2",
        },
    ]
    assert manifest["row_count"] == 4
    assert manifest["responses"] == 9 == manifest["row_count"] + sum(part["count"] for part in manifest["exclusions"])
    assert manifest["responses_by_state"] == {"complete": 8, "partial": 1}
    assert manifest["invited"] == 10 == manifest["events"]
    assert manifest["invitations_by_state"] == {"created": 10}
    assert manifest["population"] == {"D1": 9, "D2": 8}
    assert manifest["population_events"] == 17
    assert manifest["population_months"] == ["2026-07", "2026-08", "2026-09"]
    assert manifest["population_cells"] == {"D1": {"": [1, 0, 0], "Aurora": [0, 0, 8]}, "D2": {"Aurora": [0, 3, 5]}}


async def test_who_was_screened_out_or_over_quota_is_counted_and_is_no_row(db: Database, settings: Settings) -> None:
    revised = questionnaire("2")
    ended = ["screened_out", "over_quota", "screened_out"]
    early = [Answered(number, definition=revised, outcome=outcome) for number, outcome in enumerate(ended, start=3)]
    await store(db, settings, [Answered(1), Answered(2, outcome=None), *early])
    snapshot = await frozen(db, settings)
    assert snapshot.definition_hash == content_hash(questionnaire())
    assert (snapshot.manifest["row_count"], snapshot.manifest["responses"]) == (2, 5)
    assert sum(snapshot.manifest["population_ineligible"].values()) == 2
    assert snapshot.manifest["population_events"] == 17 - 2
    assert snapshot.manifest["population_cells"]["D2"] == {"Aurora": [0, 3, 3]}
    assert snapshot.manifest["exclusions"] == [
        {"reason": "over_quota", "count": 1},
        {"reason": "screened_out", "count": 2},
    ]


async def test_the_definition_that_most_answered_is_the_periods_own(db: Database, settings: Settings) -> None:
    revised = questionnaire("2")
    await store(db, settings, [Answered(1), Answered(2, definition=revised), Answered(3, definition=revised)])
    snapshot = await frozen(db, settings)
    assert snapshot.definition_hash == content_hash(revised)
    assert snapshot.manifest["definition_version"] == "2"
    assert snapshot.manifest["row_count"] == 2


async def test_each_kind_of_missing_has_its_own_code_and_an_unticked_problem_is_0(
    db: Database, settings: Settings
) -> None:
    everything = {
        "courtesy": 10,
        "speed": {"missing": "dont_know"},
        "reason": "repair",
        "extras": ["loan"],
        "climate": ["climate_knob"],
        "recommend": 0,
        "comment": "fine",
    }
    await store(db, settings, [Answered(2, everything), Answered(4, {"courtesy": 1}), Answered(6, {}, pages=["car"])])
    await store(db, settings, [Answered(8, {"speed": {"missing": "not_asked"}}, pages=["service"])])
    rows = {row["courtesy"]: row for row in pl.read_parquet((await frozen(db, settings)).path).iter_rows(named=True)}
    items = ["speed", "reason", "extras__wash", "extras__loan", "climate_noise", "climate_knob", "recommend", "comment"]
    not_asked, not_answered, dont_know = Missing.NOT_ASKED, Missing.NOT_ANSWERED, Missing.DONT_KNOW
    assert {courtesy: [row[item] for item in items] for courtesy, row in rows.items()} == {
        10: [dont_know, "repair", 0, 1, 0, 1, 0, "fine"],
        1: [not_answered, None, not_answered, not_answered, 0, 0, not_answered, None],
        not_asked: [not_asked, None, not_asked, not_asked, 0, 0, not_answered, None],
    }
    assert rows[10]["dealer"] == "D1"
    assert rows[10]["occasion_on"] == date(2026, 9, 15)


async def test_the_month_of_building_is_kept_and_empty_where_it_is_not_known(db: Database, settings: Settings) -> None:
    await store(db, settings, [Answered(1, built_on=date(2026, 3, 31)), Answered(2, {"courtesy": 5})])
    frame = pl.read_parquet((await frozen(db, settings)).path, columns=["courtesy", "build_month"])
    assert dict(frame.iter_rows()) == {8: "2026-03", 5: ""}


async def test_the_columns_have_the_declared_types_and_the_manifest_tells_them(
    db: Database, settings: Settings
) -> None:
    await store(db, settings, [Answered(1)])
    snapshot = await frozen(db, settings)
    schema = pl.read_parquet_schema(snapshot.path)
    described = {column["name"]: column for column in snapshot.manifest["columns"]}
    assert {name: str(kind) for name, kind in schema.items()} == {name: described[name]["type"] for name in described}
    assert described["courtesy"] == {
        "name": "courtesy", "type": "Int16", "kind": "rating", "item": "courtesy", "minimum": 1, "maximum": 10,
    }  # fmt: skip
    assert described["reason"]["codes"] == ["repair", "check"]
    assert snapshot.manifest["missing_codes"]["-3"] == "dont_know"


async def test_no_personal_data_reach_the_files(db: Database, settings: Settings) -> None:
    planted = [
        "王小明",
        "Smith",
        "wang@example.com",
        "13812345678",
        "LSVAA4187E2000001",
        "京A12345",
        "110101199003071234",
    ]
    people = [Person("王小明", "wang@example.com", "13812345678"), Person("John Smith")]
    comment = f"I am {' and '.join(planted)}; service was slow"
    await store(
        db,
        settings,
        [Answered(number, {"courtesy": 3, "comment": comment}, person=people[number]) for number in (0, 1)],
    )
    snapshot = await frozen(db, settings)
    comments = pl.read_parquet(snapshot.path)["comment"].to_list()
    assert all(text.endswith("; service was slow") for text in comments)
    assert sorted(text.count("[") for text in comments) == [6, 6]
    own = ["Smith" if "Smith" not in text else "王小明" for text in comments]
    assert sorted(own) == sorted(["Smith", "王小明"])
    everything = (
        snapshot.path.read_bytes() + b"".join(map(str.encode, comments)) + manifest_beside(snapshot).read_bytes()
    )
    hidden = [*planted[2:], '"C0"', '"C1"', '"E0"', '"E1"', "invitation:"]
    assert [text for text in hidden if text.encode() in everything] == []
    frame = pl.read_parquet(snapshot.path)
    cells = {str(cell) for row in frame.iter_rows() for cell in row}
    assert not cells & {"C0", "C1", "E0", "E1", "LSVAA4187E2000000", "LSVAA4187E2000001"}


def manifest_beside(snapshot: FrozenPeriod) -> Path:
    return snapshot.path.with_name("manifest.json")


async def test_an_erased_customer_does_not_hinder_the_freeze(db: Database, settings: Settings) -> None:
    await store(db, settings, [Answered(1, {"comment": "王小明 was here"}, person=Person("王小明"))])

    def erase():  # type: ignore[no-untyped-def]
        yield CustomerContact.delete(force=True)

    await db.write(erase)
    snapshot = await frozen(db, settings)
    assert pl.read_parquet(snapshot.path)["comment"].to_list() == ["王小明 was here"]


async def test_one_customer_has_one_pseudonym_and_each_response_its_own(db: Database, settings: Settings) -> None:
    await store(db, settings, [Answered(number) for number in range(1, 5)])
    frame = pl.read_parquet((await frozen(db, settings)).path)
    assert frame["response_id"].n_unique() == frame["customer"].n_unique() == 4
    assert set(frame["response_id"].str.len_chars()) == {32}
    assert frame.rows() == frame.sort("dealer", "customer", "response_id").rows()


async def test_a_changed_file_is_found_and_a_lost_one_is_named(db: Database, settings: Settings) -> None:
    await store(db, settings, [Answered(1), Answered(2)])
    path = (await frozen(db, settings)).path
    altered = pl.read_parquet(path).with_columns(pl.col("courtesy") + 1)
    path.chmod(0o600)
    altered.write_parquet(path)
    with pytest.raises(SnapshotAltered, match="altered"):
        await load_snapshot(db, settings, "visit", QUARTER)
    path.write_bytes(b"no Parquet")
    with pytest.raises(SnapshotAltered, match="can no longer be read"):
        await frozen(db, settings)
    path.unlink()
    with pytest.raises(SnapshotMissing, match=r"gone.*backup"):
        await load_snapshot(db, settings, "visit", QUARTER)


async def test_a_file_with_another_type_of_column_is_altered(db: Database, settings: Settings) -> None:
    await store(db, settings, [Answered(1)])
    path = (await frozen(db, settings)).path
    altered = pl.read_parquet(path).with_columns(pl.col("courtesy").cast(pl.String).cast(pl.Binary))
    path.chmod(0o600)
    altered.write_parquet(path)
    with pytest.raises(SnapshotAltered):
        await load_snapshot(db, settings, "visit", QUARTER)


async def test_the_same_rows_written_by_another_program_are_still_the_same_snapshot(
    db: Database, settings: Settings
) -> None:
    await store(db, settings, [Answered(1), Answered(2)])
    snapshot = await frozen(db, settings)
    rows = pl.read_parquet(snapshot.path)
    snapshot.path.unlink()
    rows.write_parquet(snapshot.path, compression="uncompressed", row_group_size=1)
    assert await load_snapshot(db, settings, "visit", QUARTER) == snapshot


async def test_the_files_are_read_only_and_the_manifest_is_laid_again_when_lost(
    db: Database, settings: Settings
) -> None:
    await store(db, settings, [Answered(1)])
    snapshot = await frozen(db, settings)
    beside = manifest_beside(snapshot)
    assert [file.stat().st_mode & 0o777 for file in (snapshot.path, beside)] == [0o444, 0o444]
    content = beside.read_bytes()
    beside.unlink()
    await frozen(db, settings)
    assert beside.read_bytes() == content


async def test_a_period_that_was_never_frozen_is_named_with_the_command(db: Database, settings: Settings) -> None:
    with pytest.raises(SnapshotMissing, match="surveyplat freeze visit 2026-Q3"):
        await load_snapshot(db, settings, "visit", QUARTER)


async def test_nothing_is_frozen_before_the_cut_off_or_by_one_that_lies_ahead(db: Database, settings: Settings) -> None:
    await store(db, settings, [Answered(1)])
    declared = datetime(2026, 10, 18, 12, tzinfo=UTC)
    with pytest.raises(FieldworkOpen, match=r"2026-10-18 12:00 UTC.*--cut-off"):
        await frozen(db, settings, declared - timedelta(seconds=1))
    with pytest.raises(FieldworkOpen):
        await freeze(db, settings, questionnaire(), QUARTER, cut_off=AFTERWARDS, now=AFTERWARDS - timedelta(seconds=1))
    with pytest.raises(FieldworkOpen, match="before the period's last day has ended"):
        await freeze(db, settings, questionnaire(), QUARTER, cut_off=IN_TIME, now=AFTERWARDS)
    assert await db.read(PeriodSnapshot.select()) == []
    assert (await frozen(db, settings, declared)).manifest["cut_off"] == declared.isoformat()


async def test_an_earlier_cut_off_leaves_later_answers_out(db: Database, settings: Settings) -> None:
    cut_off = datetime(2026, 10, 2, tzinfo=UTC)
    await store(db, settings, [Answered(1), Answered(2, submitted_at=cut_off + timedelta(hours=1))])
    snapshot = await freeze(db, settings, questionnaire(), QUARTER, cut_off=cut_off, now=AFTERWARDS)
    assert snapshot.manifest["row_count"] == 1
    assert snapshot.manifest["population"] is None


@pytest.mark.parametrize(
    "visits", [[], [Answered(1, None)], [Answered(1, state="partial")], [Answered(1, {}, pages=[])]]
)
async def test_a_period_without_an_answer_is_not_frozen(
    db: Database, settings: Settings, visits: list[Answered]
) -> None:
    await store(db, settings, visits)
    with pytest.raises(NothingToFreeze, match="visit 2026-Q3"):
        await frozen(db, settings)
    assert not (settings.data_dir / "snapshots").exists()


@pytest.mark.parametrize(
    ("visits", "said"),
    [
        ([], "nobody was invited, and no response was submitted"),
        ([Answered(1, None)], "of 1 invited 0 began, and no response was submitted"),
        ([Answered(1, state="partial"), Answered(2, None)], "of 2 invited 1 began"),
    ],
)
async def test_a_period_that_nobody_answered_tells_how_many_were_asked(
    db: Database, settings: Settings, visits: list[Answered], said: str
) -> None:
    await store(db, settings, visits)
    with pytest.raises(NothingToFreeze, match=said):
        await frozen(db, settings)


async def test_of_two_freezes_at_once_one_wins_and_both_give_it(
    db: Database, settings: Settings, database_url: str
) -> None:
    await store(db, settings, [Answered(1), Answered(2, submitted_at=IN_TIME + timedelta(days=15))])
    early = datetime(2026, 10, 1, tzinfo=UTC)
    async with open_database(database_url) as other:
        snapshots = await asyncio.gather(
            freeze(db, settings, questionnaire(), QUARTER, now=AFTERWARDS),
            freeze(other, settings, questionnaire(), QUARTER, cut_off=early, now=AFTERWARDS),
        )
    assert snapshots[0] == snapshots[1]
    assert [file.name for file in snapshots[0].path.parent.glob("*.parquet")] == [snapshots[0].path.name]
    assert len(await db.read(PeriodSnapshot.select())) == len(await db.read(AuditEntry.select())) == 1


def test_the_cut_off_of_a_due_occasion_needs_no_second_delay() -> None:
    definition = questionnaire()
    due = definition.model_copy(update={"fieldwork": definition.fieldwork.model_copy(update={"occasion": "due"})})
    assert declared_cut_off(definition, QUARTER) - declared_cut_off(due, QUARTER) == timedelta(days=3)
