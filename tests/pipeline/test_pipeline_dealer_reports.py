"""Every dealer's report from a frozen quarter: made once, gone on with after a stop, logged, sealed and verified."""

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest
from instances import settings_of_its_own

from surveyplat.audit.notes import signer_of
from surveyplat.audit.periods import parse_period
from surveyplat.dealer_reports import report_dealers
from surveyplat.demo.calendar import stops
from surveyplat.demo.customers import Customer, fill_directly, invited_at
from surveyplat.demo.run import take_in
from surveyplat.errors import InvalidInput
from surveyplat.executors import executor_for
from surveyplat.forms.loading import load_study
from surveyplat.forms.pages import Survey
from surveyplat.pipeline import freeze_period, invite_due
from surveyplat.reports.from_json import make_from_json
from surveyplat.reports.kinds import bundle_from_json
from surveyplat.reports.pdf import make_report
from surveyplat.reports.seal import taken_apart
from surveyplat.reports.sealing import seal_report
from surveyplat.simulation.behaviour import Behaviour
from surveyplat.simulation.events import synthetic_events
from surveyplat.simulation.group import DEFAULT_SEED
from surveyplat.storage.database import open_database
from surveyplat.storage.tables import AuditEntry, Report
from surveyplat.verification.report import verify_report

pytestmark = pytest.mark.anyio

DEALERS = ("D05", "D07", "D10", "D16", "D20")
QUARTER = parse_period("2026-Q2")


@pytest.fixture(scope="module")
def anyio_backend():
    return "asyncio"


@pytest.fixture(scope="module")
def instance(new_database, tmp_path_factory):
    folder = tmp_path_factory.mktemp("dealers")
    with new_database("sqlite", folder) as url, settings_of_its_own(url, folder / "data") as settings:
        yield settings


@pytest.fixture(scope="module")
async def lived(instance, tmp_path_factory):
    """Five dealers' service visits of one quarter, answered and frozen."""
    behaviour, csi = Behaviour(DEFAULT_SEED, load_study("csi")), load_study("csi")
    events = [event for event in synthetic_events() if event.kind == "service" and event.dealer.code in DEALERS]
    known = {event.event_id: event for event in events}
    async with open_database(instance.database_url) as db:
        for stop in stops():
            if stop.closing is not None:
                await freeze_period(db, instance, "csi", QUARTER, now=stop.now)
                yield SimpleNamespace(db=db, settings=instance, now=stop.now)
                return
            happened = [event for event in events if event.occurred_at <= stop.now]
            events = events[len(happened) :]
            await take_in(db, instance, tmp_path_factory.mktemp("intake"), happened, stop.now)
            await invite_due(db, instance, csi, now=stop.now)
            asked = await invited_at(db, instance, "csi", stop.now)
            filled = {token: behaviour.answers_for(known[event]) for event, token in asked.items()}
            customers = [Customer(token, survey) for token, survey in filled.items() if survey is not None]
            await fill_directly(Survey(db, instance, lambda now=stop.now: now), customers, lambda: None)


async def reported(lived, **options):
    return await report_dealers(lived.db, lived.settings, "csi", QUARTER, "en", now=lived.now, **options)


async def published(lived):
    rows = await lived.db.read(AuditEntry.select(AuditEntry.kind).where(AuditEntry.kind == "report_published"))
    assert len(rows) == len(await lived.db.read(Report.select(Report.id)))
    return len(rows)


async def test_every_dealer_gets_a_report_once_and_a_stopped_run_is_gone_on_with(lived):
    first = await reported(lived)
    assert (set(first.paths), first.made, first.is_sealed) == (set(DEALERS), 5, True)
    before = {dealer: path.read_bytes() for dealer, path in first.paths.items()}
    assert await published(lived) == 5

    first.paths["D07"].unlink()
    first.paths["D16"].with_suffix(".bundle.json").unlink()
    with executor_for(2) as executor:
        again = await reported(lived, executor=executor)
    assert again.made == 2
    assert {dealer: path.read_bytes() for dealer, path in again.paths.items()} == before
    assert await published(lived) == 5


async def test_a_kept_report_that_was_never_logged_is_logged(lived):
    await reported(lived)
    count = await published(lived)

    def forget():
        yield Report.delete().where(Report.file_name.like("%-D05-%"))

    await lived.db.write(forget)
    again = await reported(lived, dealers=["D05"])
    assert again.made == 0
    entries = await lived.db.read(AuditEntry.select(AuditEntry.kind).where(AuditEntry.kind == "report_published"))
    assert len(entries) == count + 1


async def test_each_is_sealed_consistent_and_recomputed_without_telling_of_others(lived):
    made = await reported(lived)
    for dealer in ("D07", "D10"):
        path = made.paths[dealer]
        steps = verify_report(
            path.read_bytes(),
            key=signer_of(lived.settings).public,
            snapshots=lived.settings.data_dir / "snapshots",
        )
        assert [(step.level, step.outcome) for step in steps] == [
            ("sealed", "passed"),
            ("consistent", "passed"),
            ("recomputed", "passed"),
        ]
        text = path.with_suffix(".bundle.json").read_text(encoding="utf-8")
        assert not [other for other in DEALERS if other != dealer and other in text]


async def test_a_bundles_changed_number_is_found_by_recomputing(lived):
    made = await reported(lived, dealers=["D07"])
    text = made.paths["D07"].with_suffix(".bundle.json").read_text(encoding="utf-8")
    bundle = bundle_from_json(text)
    value = repr(bundle.results["index"]["score"]["value"])
    *_, recomputed = verify_report(
        make_from_json(text.replace(value, "999.5").encode()), snapshots=lived.settings.data_dir / "snapshots"
    )
    assert recomputed.outcome == "failed"
    assert "999.5" in recomputed.told


async def test_words_that_no_customer_of_the_dealer_wrote_are_found_by_recomputing(lived):
    """Signed by whoever holds the key: the report is sealed and consistent, and the rows hold other words."""
    made = await reported(lived, dealers=["D07"])
    path = made.paths["D07"]
    bundle = bundle_from_json(path.with_suffix(".bundle.json").read_text(encoding="utf-8"))
    praised = replace(bundle, verbatims=({**bundle.verbatims[0], "text": "All was well."}, *bundle.verbatims[1:]))
    proofs = json.loads(taken_apart(path.read_bytes()).seal)["log"]
    forged = seal_report(make_report(praised), praised, proofs, signer_of(lived.settings))
    *trusted, recomputed = verify_report(
        forged, key=signer_of(lived.settings).public, snapshots=lived.settings.data_dir / "snapshots"
    )
    assert [step.outcome for step in trusted] == ["passed", "passed"]
    assert recomputed.told.startswith("customers' words: /texts/0/text is 'All was well.', and ")


async def test_dealers_without_answers_are_named_all_at_once(lived):
    with pytest.raises(InvalidInput) as refused:
        await reported(lived, dealers=["D99", "D07", "X"])
    assert [fault.place for fault in refused.value.faults] == ["csi 2026-Q2 D99", "csi 2026-Q2 X"]
