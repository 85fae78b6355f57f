"""Answers that came after the freeze, taken in by a correction: which of them count, and which never do."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from audit_cast import AFTERWARDS, QUARTER, Answered, questionnaire, store
from corrections_cast import (
    ELIGIBLE,
    LATER,
    adds_up,
    correct,
    frozen_quarter,
    name_of,
    rows_of,
    visits,
    wanted,
)

from surveyplat.audit.commitments import ERASED, Receipt
from surveyplat.audit.freeze import freeze
from surveyplat.erasing import erase_person
from surveyplat.errors import InvalidInput, NothingToCorrect
from surveyplat.fieldwork.people import Vault
from surveyplat.forms.importing import import_responses
from surveyplat.settings import Settings
from surveyplat.storage.database import Database

pytestmark = pytest.mark.anyio

EARLY_END = datetime(2026, 10, 5, tzinfo=UTC)


async def batch(db: Database, settings: Settings, folder: Path, points: str) -> None:
    """A paper batch for the quarter, a line of the courtesy each."""
    path = folder / "paper.csv"
    path.write_text("courtesy\n" + "\n".join(points), encoding="utf-8")
    await import_responses(db, questionnaire(), path, QUARTER.name, data_dir=settings.data_dir, now=LATER)


async def test_a_batch_taken_in_after_the_freeze_comes_in_beside_the_frozen_rows(
    db: Database, settings: Settings, tmp_path: Path
) -> None:
    first = await frozen_quarter(db, settings)
    await batch(db, settings, tmp_path, "457")
    after = (await correct(db, settings, wanted(tmp_path, None, "A paper batch came late"))).after
    before, now = rows_of(first), rows_of(after)
    assert {name: now[name] for name in before} == before
    assert sorted(now[name]["courtesy"] for name in now.keys() - before.keys()) == [4, 5, 7]
    assert after.manifest["rows_by_source"] == {"import": 3, "web": 6}
    assert after.manifest["corrections"][-1]["added"] == 3
    assert after.manifest["population"] == first.manifest["population"]
    assert adds_up(after.manifest)


async def test_late_answers_are_taken_in_once_and_a_second_batch_makes_a_second_revision(
    db: Database, settings: Settings, tmp_path: Path
) -> None:
    await frozen_quarter(db, settings)
    with pytest.raises(NothingToCorrect):
        await correct(db, settings, wanted(tmp_path, None))
    await batch(db, settings, tmp_path, "45")
    made = await correct(db, settings, wanted(tmp_path, None))
    again = await correct(db, settings, wanted(tmp_path, None))
    assert (again.is_new, again.after) == (False, made.after)
    await batch(db, settings, tmp_path, "456789")
    assert (await correct(db, settings, wanted(tmp_path, None))).after.revision == 2


async def test_answers_on_the_web_after_an_early_end_count_up_to_the_cut_off_that_is_given(
    db: Database, settings: Settings, tmp_path: Path
) -> None:
    late = [
        Answered(7, submitted_at=EARLY_END + timedelta(days=1)),
        Answered(8, submitted_at=EARLY_END + timedelta(days=6)),
    ]
    await store(db, settings, [*visits(), *late])
    first = await freeze(db, settings, questionnaire(), QUARTER, population=ELIGIBLE, cut_off=EARLY_END, now=AFTERWARDS)
    assert first.manifest["exclusions"] == [{"reason": "after_cut_off", "count": 2}]
    with pytest.raises(NothingToCorrect):
        await correct(db, settings, wanted(tmp_path, None))
    asked = wanted(tmp_path, None, cut_off=EARLY_END + timedelta(days=3))
    after = (await correct(db, settings, asked)).after
    assert rows_of(after).keys() - rows_of(first).keys() == {name_of(settings, 7)}
    assert after.manifest["exclusions"] == [{"reason": "after_cut_off", "count": 1}]
    assert after.manifest["cut_off"] == "2026-10-08T00:00:00+00:00"
    assert adds_up(after.manifest)


async def test_a_cut_off_before_that_of_the_freeze_is_refused(db: Database, settings: Settings, tmp_path: Path) -> None:
    await frozen_quarter(db, settings)
    with pytest.raises(InvalidInput, match="the period's own"):
        await correct(db, settings, wanted(tmp_path, None, cut_off=EARLY_END))


async def test_a_withdrawn_answer_does_not_come_back_late(db: Database, settings: Settings, tmp_path: Path) -> None:
    await frozen_quarter(db, settings)
    await correct(db, settings, wanted(tmp_path, "event,withdraw\nE1,test\n"))
    await batch(db, settings, tmp_path, "4")
    after = (await correct(db, settings, wanted(tmp_path, None, "A late sheet"))).after
    assert name_of(settings, 1) not in rows_of(after)
    assert len(rows_of(after)) == 6
    assert after.manifest["exclusions"] == [{"reason": "withdrawn_not_eligible", "count": 1}]
    assert adds_up(after.manifest)


async def test_the_answer_to_an_event_that_moves_into_the_period_comes_in_late(
    db: Database, settings: Settings, tmp_path: Path
) -> None:
    outside = Answered(7, occasion_on=datetime(2026, 6, 30, tzinfo=UTC).date())
    first = await frozen_quarter(db, settings, [*visits(), outside])
    moved = (await correct(db, settings, wanted(tmp_path, "event,occurred_on\nE7,2026-07-01\n"))).after
    assert rows_of(moved) == rows_of(first)
    assert moved.manifest["events"] == first.manifest["events"] + 1
    assert moved.manifest["population_events"] == first.manifest["population_events"] + 1
    after = (await correct(db, settings, wanted(tmp_path, None, "Its answer"))).after
    assert rows_of(after).keys() - rows_of(first).keys() == {name_of(settings, 7)}
    assert adds_up(after.manifest)


async def test_the_answer_of_an_erased_person_is_not_taken_for_a_new_one(
    db: Database, settings: Settings, tmp_path: Path
) -> None:
    await frozen_quarter(db, settings)

    receipt = Receipt(ERASED, "C1", bytes(32))
    await erase_person(db, Vault(settings.keys.data), receipt, "request 114", by="operator", now=LATER)
    with pytest.raises(NothingToCorrect):
        await correct(db, settings, wanted(tmp_path, None))
