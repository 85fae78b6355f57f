"""Corrections of a frozen period: what they change, what they leave, and that the first revision stays as it was."""

import asyncio
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from audit_cast import AFTERWARDS, QUARTER, Answered, questionnaire
from corrections_cast import (
    LATER,
    ROLE,
    adds_up,
    correct,
    entries,
    frozen_quarter,
    name_of,
    recorded,
    rows_of,
    visits,
    wanted,
)

from surveyplat.audit.canonical import json_hash
from surveyplat.audit.corrections import Recording, record_revision, write_revision
from surveyplat.audit.freeze import freeze, load_snapshot
from surveyplat.audit.periods import parse_period
from surveyplat.correcting.planning import plan
from surveyplat.correcting.revising import preview_correction
from surveyplat.errors import InvalidInput, NothingToCorrect, SnapshotMissing
from surveyplat.fieldwork.event_corrections import RightEvent
from surveyplat.settings import Settings
from surveyplat.storage.database import Database
from surveyplat.storage.tables import Dealer, Event, Invitation, Response, Vehicle

pytestmark = pytest.mark.anyio

TWO_WITHDRAWN = "event,withdraw\nE1,filled_by_dealer\nE2,filled_by_dealer\n"


async def test_a_withdrawn_response_is_no_row_of_the_next_revision_and_the_first_one_stays(
    db: Database, settings: Settings, tmp_path: Path
) -> None:
    first = await frozen_quarter(db, settings)
    content, [row] = first.path.read_bytes(), await recorded(db)
    revised = await correct(db, settings, wanted(tmp_path, TWO_WITHDRAWN))
    assert rows_of(first).keys() - rows_of(revised.after).keys() == {name_of(settings, 1), name_of(settings, 2)}
    assert first.path.read_bytes() == content
    assert (await recorded(db))[0] == row
    assert json.loads(first.path.with_name("manifest.json").read_text(encoding="utf-8")) == first.manifest
    assert await load_snapshot(db, settings, "visit", QUARTER, revision=0) == first
    assert await load_snapshot(db, settings, "visit", QUARTER) == revised.after


async def test_the_manifest_says_what_was_superseded_why_by_whom_and_how_many_rows(
    db: Database, settings: Settings, tmp_path: Path
) -> None:
    first = await frozen_quarter(db, settings)
    after = (await correct(db, settings, wanted(tmp_path, TWO_WITHDRAWN))).after
    assert (after.revision, after.manifest["supersedes"]) == (1, first.rows_hash)
    assert after.manifest["first_frozen_at"] == first.manifest["frozen_at"] == AFTERWARDS.isoformat()
    assert after.manifest["frozen_at"] == LATER.isoformat()
    assert after.manifest["corrections"] == [
        {
            "revision": 1,
            "corrected_at": LATER.isoformat(),
            "reason": "Filled in at the dealer's desk",
            "by": ROLE,
            "supersedes": first.rows_hash,
            "withdrawn": {"filled_by_dealer": 2},
            "added": 0,
            "changed": 0,
            "events": 0,
        }
    ]
    assert after.manifest["exclusions"] == [{"reason": "withdrawn", "count": 2}]
    assert adds_up(after.manifest)
    assert after.manifest["population"] == {"D1": 8, "D2": 5}


async def test_a_test_answer_takes_its_event_out_of_the_population(
    db: Database, settings: Settings, tmp_path: Path
) -> None:
    await frozen_quarter(db, settings)
    after = (await correct(db, settings, wanted(tmp_path, "event,withdraw\nE1,test\nE2,duplicate\n"))).after
    assert after.manifest["population"] == {"D1": 7, "D2": 4}
    assert after.manifest["population_ineligible"] == {"D1": 1, "D2": 1}
    assert after.manifest["exclusions"] == [{"reason": "withdrawn_not_eligible", "count": 2}]
    assert adds_up(after.manifest)


async def test_a_response_is_withdrawn_by_the_name_that_exports_give_it(
    db: Database, settings: Settings, tmp_path: Path
) -> None:
    await frozen_quarter(db, settings)
    text = f"response,withdraw\n{name_of(settings, 3)},wrong_person\n"
    after = (await correct(db, settings, wanted(tmp_path, text))).after
    assert name_of(settings, 3) not in rows_of(after)


async def test_a_wrong_dealer_changes_that_row_its_population_and_the_event_and_nothing_else(
    db: Database, settings: Settings, tmp_path: Path
) -> None:
    first = await frozen_quarter(db, settings)
    after = (await correct(db, settings, wanted(tmp_path, "event,dealer\nE2,D2\n"))).after
    name, before = name_of(settings, 2), rows_of(first)
    assert before[name]["dealer"] == "D1"
    assert rows_of(after) == {**before, name: {**before[name], "dealer": "D2"}}
    assert after.manifest["population_cells"] == {"D1": {"Aurora": [7]}, "D2": {"Aurora": [6]}}
    assert adds_up(after.manifest)
    told = Event.select(Event.dealer.code.as_alias("dealer"), Event.content_hash).where(Event.reference == "E2")
    assert await db.read(told) == [{"dealer": "D2", "content_hash": "0" * 64}]


async def test_what_changed_in_the_database_since_the_freeze_changes_no_row_that_is_not_named(
    db: Database, settings: Settings, tmp_path: Path
) -> None:
    first = await frozen_quarter(db, settings)

    def moved():  # type: ignore[no-untyped-def]
        yield Dealer.update({Dealer.region: "West"}, force=True)
        yield Vehicle.update({Vehicle.model: "Borealis"}, force=True)

    await db.write(moved)
    after = (await correct(db, settings, wanted(tmp_path, "event,dealer\nE2,D2\n"))).after
    assert {row["region"] for row in rows_of(after).values()} == {"East"}
    assert {row["model"] for row in rows_of(after).values()} == {row["model"] for row in rows_of(first).values()}


async def test_the_right_model_moves_the_row_and_its_population(
    db: Database, settings: Settings, tmp_path: Path
) -> None:
    await frozen_quarter(db, settings)
    after = (await correct(db, settings, wanted(tmp_path, "event,model\nE1,Borealis\n"))).after
    assert rows_of(after)[name_of(settings, 1)]["model"] == "Borealis"
    assert after.manifest["population_cells"]["D2"] == {"Aurora": [4], "Borealis": [1]}


@pytest.mark.parametrize(("cells", "code"), [("2026-06-30,", "other_period"), (",sale", "other_kind")])
async def test_an_event_that_does_not_belong_to_the_period_takes_its_row_and_all_its_counts_with_it(
    db: Database, settings: Settings, tmp_path: Path, cells: str, code: str
) -> None:
    first = await frozen_quarter(db, settings)
    after = (await correct(db, settings, wanted(tmp_path, f"event,occurred_on,kind\nE1,{cells}\n"))).after
    assert after.manifest["corrections"][-1]["withdrawn"] == {code: 1}
    for count in ("events", "invited", "responses", "row_count", "population_events"):
        assert after.manifest[count] == first.manifest[count] - 1
    assert after.manifest["invitations_opened_by_state"] == {"created": 5}
    assert adds_up(after.manifest)


async def test_the_right_day_moves_the_occasion_of_invitation_and_answer_by_as_many_days(
    db: Database, settings: Settings, tmp_path: Path
) -> None:
    await frozen_quarter(db, settings)
    after = (await correct(db, settings, wanted(tmp_path, "event,occurred_on\nE1,2026-08-01\n"))).after
    assert rows_of(after)[name_of(settings, 1)]["occasion_on"] == date(2026, 8, 1)
    assert after.manifest["population_months"] == ["2026-08", "2026-09"]
    for table in (Invitation, Response):
        days = await db.read(table.select(table.occasion_on).order_by(table.occasion_on))
        assert [row["occasion_on"] for row in days] == [date(2026, 8, 1), *[date(2026, 9, 15)] * 5]


async def test_an_event_without_an_answer_is_put_right_among_those_who_were_asked(
    db: Database, settings: Settings, tmp_path: Path
) -> None:
    first = await frozen_quarter(db, settings, [*visits(), Answered(8, None)])
    after = (await correct(db, settings, wanted(tmp_path, "event,dealer\nE8,D2\n"))).after
    assert rows_of(after) == rows_of(first)
    assert after.manifest["population"] == {"D1": 7, "D2": 6}
    assert after.manifest["corrections"][-1]["events"] == 1
    assert after.rows_hash == first.rows_hash
    assert after.name != first.name


async def test_a_later_correction_works_on_the_newest_revision_and_lists_both(
    db: Database, settings: Settings, tmp_path: Path
) -> None:
    first = await frozen_quarter(db, settings)
    second = (await correct(db, settings, wanted(tmp_path, TWO_WITHDRAWN))).after
    third = (await correct(db, settings, wanted(tmp_path, "event,withdraw\nE3,test\n", "A trial"))).after
    assert [each["supersedes"] for each in third.manifest["corrections"]] == [first.rows_hash, second.rows_hash]
    assert len(rows_of(third)) == 3
    assert adds_up(third.manifest)


async def test_taking_a_change_back_makes_a_revision_with_the_first_rows_and_leaves_their_file_alone(
    db: Database, settings: Settings, tmp_path: Path
) -> None:
    first = await frozen_quarter(db, settings)
    written = first.path.stat()
    await correct(db, settings, wanted(tmp_path, "event,dealer\nE2,D2\n"))
    back = (await correct(db, settings, wanted(tmp_path, "event,dealer\nE2,D1\n", "It was right"))).after
    assert (back.revision, back.rows_hash, back.path) == (2, first.rows_hash, first.path)
    assert back.path.stat() == written
    assert back.manifest["population"] == first.manifest["population"]


async def test_the_same_correction_again_gives_its_revision_in_whatever_order_its_lines_stand(
    db: Database, settings: Settings, tmp_path: Path
) -> None:
    await frozen_quarter(db, settings)
    text = "event,withdraw,dealer\nE1,test,\nE2,,D2\nE4,,D2\n"
    made = await correct(db, settings, wanted(tmp_path, text))
    head, *lines = text.splitlines()
    again = await correct(db, settings, wanted(tmp_path, "\n".join([head, *lines[::-1]])), LATER + timedelta(days=1))
    assert (made.is_new, again.is_new, again.after) == (True, False, made.after)
    assert len(await recorded(db)) == 2


async def test_a_correction_that_changes_nothing_is_refused(db: Database, settings: Settings, tmp_path: Path) -> None:
    await frozen_quarter(db, settings)
    with pytest.raises(NothingToCorrect, match="changes nothing"):
        await correct(db, settings, wanted(tmp_path, "event,dealer\nE2,D1\n"))
    await correct(db, settings, wanted(tmp_path, TWO_WITHDRAWN))
    with pytest.raises(NothingToCorrect, match="revision 1 has these rows"):
        await correct(db, settings, wanted(tmp_path, TWO_WITHDRAWN, "Another reason"))
    assert len(await recorded(db)) == 2


async def test_a_correction_that_would_leave_no_row_is_refused(
    db: Database, settings: Settings, tmp_path: Path
) -> None:
    await frozen_quarter(db, settings)
    text = "event,withdraw\n" + "".join(f"E{number},test\n" for number in range(1, 7))
    with pytest.raises(NothingToCorrect, match="no row"):
        await correct(db, settings, wanted(tmp_path, text))


async def test_a_period_that_was_never_frozen_is_not_corrected(
    db: Database, settings: Settings, tmp_path: Path
) -> None:
    with pytest.raises(SnapshotMissing, match="never frozen"):
        await correct(db, settings, wanted(tmp_path, TWO_WITHDRAWN))


async def test_the_log_tells_hashes_counts_and_reason_and_neither_response_nor_event(
    db: Database, settings: Settings, tmp_path: Path
) -> None:
    first = await frozen_quarter(db, settings)
    after = (await correct(db, settings, wanted(tmp_path, "event,withdraw,dealer\nE1,test,\nE2,,D2\n"))).after
    told = (await entries(db))[-1]
    payload = json.loads(told["payload"])
    assert told["kind"] == "period_corrected"
    assert (payload["rows_hash"], payload["supersedes"]) == (after.rows_hash, first.rows_hash)
    assert payload["manifest_hash"] == json_hash(after.manifest)
    assert payload["supersedes_manifest"] == json_hash(first.manifest)
    assert (payload["withdrawn"], payload["changed"], payload["reason"]) == (
        {"test": 1},
        1,
        after.manifest["corrections"][0]["reason"],
    )
    for name in ("E1", "E2", name_of(settings, 1), name_of(settings, 2)):
        assert name not in told["payload"]


async def test_revision_events_and_entry_are_one_transaction(db: Database, settings: Settings, tmp_path: Path) -> None:
    await frozen_quarter(db, settings)
    planned = await plan(db, settings, wanted(tmp_path, "event,dealer\nE2,D2\n"), LATER)
    draft = write_revision(planned.base.path.parent, planned.base, planned.corrected, planned.correction, LATER)
    erased_meanwhile = (*planned.changes.rights, RightEvent("E99", dealer="D2"))
    recording = Recording(planned.correction, planned.gone, erased_meanwhile)
    with pytest.raises(InvalidInput, match="E99"):
        await db.write(record_revision(settings, planned.base, draft, recording, LATER))
    assert len(await recorded(db)) == len(await entries(db)) == 1
    told = Event.select(Event.dealer.code.as_alias("dealer")).where(Event.reference == "E2")
    assert await db.read(told) == [{"dealer": "D1"}]


async def test_two_corrections_at_once_make_two_revisions_one_on_top_of_the_other(
    db: Database, settings: Settings, tmp_path: Path
) -> None:
    await frozen_quarter(db, settings)
    (tmp_path / "other").mkdir()
    both = (
        wanted(tmp_path, "event,withdraw\nE1,test\n"),
        wanted(tmp_path / "other", "event,withdraw\nE2,test\n", "Another trial"),
    )
    made = await asyncio.gather(*(correct(db, settings, each) for each in both))
    assert {each.after.revision for each in made} == {1, 2}
    newest = await load_snapshot(db, settings, "visit", QUARTER)
    assert rows_of(newest).keys() == {name_of(settings, number) for number in (3, 4, 5, 6)}
    assert [each["kind"] for each in await entries(db)] == ["period_frozen", *["period_corrected"] * 2]
    files = {path.stem for path in newest.path.parent.glob("*.parquet")}
    assert files == {row["rows_hash"] for row in await recorded(db)}


async def test_one_correction_made_twice_at_once_makes_one_revision(
    db: Database, settings: Settings, tmp_path: Path
) -> None:
    await frozen_quarter(db, settings)
    asked = wanted(tmp_path, TWO_WITHDRAWN)
    made = await asyncio.gather(*(correct(db, settings, asked) for _ in range(3)))
    assert sorted(each.is_new for each in made) == [False, False, True]
    assert len({each.after.rows_hash for each in made}) == 1
    assert len(await recorded(db)) == 2


async def test_a_withdrawn_response_stays_out_of_every_later_freeze(
    db: Database, settings: Settings, tmp_path: Path
) -> None:
    await frozen_quarter(db, settings)
    await correct(db, settings, wanted(tmp_path, "event,withdraw\nE1,test\nE2,filled_by_dealer\n"))
    month = await freeze(db, settings, questionnaire(), parse_period("2026-09"), now=LATER)
    again = await correct(db, settings, wanted(tmp_path, "event,withdraw\nE3,test\n"))
    assert again.elsewhere == ("visit 2026-09",)
    assert rows_of(month).keys() == {name_of(settings, number) for number in (3, 4, 5, 6)}
    assert month.manifest["exclusions"] == [
        {"reason": "withdrawn", "count": 1},
        {"reason": "withdrawn_not_eligible", "count": 1},
    ]


async def test_dealers_of_whom_few_answers_differ_are_named(db: Database, settings: Settings, tmp_path: Path) -> None:
    await frozen_quarter(db, settings, visits(16))
    five = "".join(f"E{number},test\n" for number in (2, 4, 6, 8, 10))
    made = await correct(db, settings, wanted(tmp_path, f"event,withdraw\nE1,test\n{five}"))
    assert made.few == ("D2",)


async def test_a_preview_shows_the_numbers_and_records_nothing(
    db: Database, settings: Settings, tmp_path: Path
) -> None:
    visited = [Answered(number, {"recommend": 10 if number % 2 else 3}) for number in range(1, 41)]
    first = await frozen_quarter(db, settings, visited)
    text = "event,withdraw\n" + "".join(f"E{number},test\n" for number in range(1, 10, 2))
    preview = await preview_correction(db, settings, wanted(tmp_path, text), now=LATER)
    before, after = (
        next(rate.rate.value for rate in scores.rates if rate.id == "nps") for scores in (preview.before, preview.after)
    )
    assert before == pytest.approx(0.0)
    assert after == pytest.approx(100 * (15 - 20) / 35)
    assert len(await recorded(db)) == len(await entries(db)) == 1
    assert [path.name for path in first.path.parent.glob("*.parquet")] == [first.path.name]
    assert len(await db.read(Event.select().where(Event.reference == "E1"))) == 1
