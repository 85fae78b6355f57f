"""From events to a report that names the last period's actions, on both engines: the same rows, the same bytes."""

import json
from dataclasses import dataclass

import pytest
from instances import settings_of_its_own
from pypdfium2 import PdfDocument

from surveyplat.audit.periods import parse_period
from surveyplat.demo.calendar import stops
from surveyplat.demo.customers import Customer, fill_directly, invited_at
from surveyplat.demo.run import take_in
from surveyplat.errors import FieldworkOpen, SnapshotMissing
from surveyplat.forms.loading import load_study
from surveyplat.forms.pages import Survey
from surveyplat.improvement.actions import actions_of
from surveyplat.pipeline import freeze_period, invite_due, report_period, score_period
from surveyplat.simulation.behaviour import Behaviour
from surveyplat.simulation.events import synthetic_events
from surveyplat.simulation.group import DEFAULT_SEED
from surveyplat.storage.database import open_database
from surveyplat.storage.tables import AuditEntry, Finding, PeriodSnapshot, Report

pytestmark = pytest.mark.anyio

DEALERS = ("D05", "D07", "D16")
QUARTERS = ("2026-Q2", "2026-Q3")
rows_frozen: dict[str, list[str]] = {}
pdfs_made: dict[str, list[str]] = {}


@dataclass
class Lived:
    """An instance that has lived through two quarters, frozen and reported both."""

    snapshots: list[str]
    pdfs: list[str]
    paths: list


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def engine(request):
    return request.param


@pytest.fixture(scope="module")
def folder(engine, tmp_path_factory):
    return tmp_path_factory.mktemp(engine)


@pytest.fixture(scope="module")
def instance(engine, new_database, folder):
    with new_database(engine, folder) as url, settings_of_its_own(url, folder / "data") as settings:
        yield settings


@pytest.fixture(scope="module")
async def database(instance):
    async with open_database(instance.database_url) as opened:
        yield opened


@pytest.fixture(scope="module")
async def lived(database, instance, folder):
    """Three dealers' service visits of two quarters; every fortnight events in, invitations out, answers in."""
    behaviour = Behaviour(DEFAULT_SEED, load_study("csi"))
    events = [event for event in synthetic_events() if event.kind == "service" and event.dealer.code in DEALERS]
    known = {event.event_id: event for event in events}
    lived = Lived([], [], [])
    for stop in stops():
        if stop.closing is not None:
            period = parse_period(stop.closing)
            frozen = await freeze_period(database, instance, "csi", period, now=stop.now)
            lived.snapshots.append(frozen.rows_hash)
            for language in ("zh-Hans", "en"):
                made = await report_period(database, instance, "csi", period, language, now=stop.now)
                lived.pdfs.append(made.pdf_hash)
                lived.paths.append(made.path)
            continue
        happened = [event for event in events if event.occurred_at <= stop.now]
        events = events[len(happened) :]
        await take_in(database, instance, folder / f"{stop.now:%m-%d}", happened, stop.now)
        await invite_due(database, instance, load_study("csi"), now=stop.now)
        filled = {
            token: behaviour.answers_for(known[event])
            for event, token in (await invited_at(database, instance, "csi", stop.now)).items()
        }
        customers = [Customer(token, survey) for token, survey in filled.items() if survey is not None]
        await fill_directly(Survey(database, instance, lambda now=stop.now: now), customers, lambda: None)
    return lived


def text_of(path):
    document = PdfDocument(path)
    return "\n".join(page.get_textpage().get_text_range() for page in document).replace("\r\n", "\n")


async def test_the_whole_way_from_events_to_the_next_periods_report(database, instance, lived, engine):
    rows_frozen[engine], pdfs_made[engine] = lived.snapshots, lived.pdfs
    first, second = (parse_period(quarter) for quarter in QUARTERS)

    scored = await score_period(database, instance, "csi", second)
    assert scored.scores.weighting == "raked"
    assert [margin.name for margin in scored.scores.weighting_summary.margins] == ["dealer", "model", "month"]
    assert {score.dealer for score in scored.scores.dealers} == set(DEALERS)
    change = next(change for change in scored.comparison.dealers if change.id == "D07")
    assert change.significant
    assert change.ci_low <= 90 <= change.ci_high

    split, (index,) = scored.comparison.by_dealer, scored.comparison.indices
    assert split.change.value == pytest.approx(index.change)
    assert split.performance.value + split.mix.value == pytest.approx(index.change)
    assert {group.group for group in split.groups} == set(DEALERS)
    assert [warning.code for warning in scored.comparison.warnings] == []

    drafted = await actions_of(database, "csi", first.name)
    assert drafted
    assert all(set(action.plan) == {"en", "zh-Hans"} for action in drafted)
    english = " ".join(text_of(lived.paths[-1]).split())
    assert all(" ".join(action.plan["en"]["what"].split()) in english for action in drafted)

    stored = await database.read(Finding.select(Finding.id))
    again = await report_period(database, instance, "csi", second, "en", now=stops()[-1].now)
    assert again.pdf_hash == lived.pdfs[-1]
    assert await database.read(Finding.select(Finding.id)) == stored
    assert len(await database.read(Report.select(Report.id))) == 4
    kinds = [row["kind"] for row in await database.read(AuditEntry.select(AuditEntry.kind).order_by(AuditEntry.index))]
    assert kinds == ["period_frozen", "report_published", "report_published"] * 2


async def test_a_manifest_reconciles_events_invitations_responses_and_rows(database, lived):
    for row in await database.read(PeriodSnapshot.select(PeriodSnapshot.manifest)):
        manifest = json.loads(row["manifest"])
        excluded = sum(exclusion["count"] for exclusion in manifest["exclusions"])
        assert manifest["events"] >= manifest["population_events"] >= manifest["responses"]
        assert manifest["population_events"] == sum(manifest["population"].values()) == manifest["invited"]
        assert manifest["responses"] == manifest["row_count"] + excluded
        assert manifest["rows_by_source"] == {"web": manifest["row_count"]}
        assert 3 <= manifest["days_to_answer"] <= 30


def test_both_engines_freeze_the_same_rows_and_make_the_same_bytes():
    if len(rows_frozen) < 2:
        pytest.skip("one engine only: install PostgreSQL to compare both")
    assert rows_frozen["sqlite"] == rows_frozen["postgresql"]
    assert pdfs_made["sqlite"] == pdfs_made["postgresql"]


async def test_a_period_is_neither_frozen_before_its_time_nor_scored_before_it_is_frozen(db, settings):
    period = parse_period("2026-Q3")
    with pytest.raises(FieldworkOpen, match="2026-10-25"):
        await freeze_period(db, settings, "csi", period, now=stops()[-2].now)
    with pytest.raises(SnapshotMissing, match="surveyplat freeze csi 2026-Q3"):
        await score_period(db, settings, "csi", period)
