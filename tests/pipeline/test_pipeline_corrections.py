"""A corrected period through its reports: sealed by its correction, set beside what was published, and verified."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from car_wash import ITEMS, STUDY
from reports_texts import texts_of

from surveyplat.audit.freeze import freeze, load_snapshot
from surveyplat.audit.notes import signer_of
from surveyplat.audit.periods import parse_period
from surveyplat.audit.proofs import read_log
from surveyplat.correcting.planned import Wanted
from surveyplat.correcting.revising import correct_period
from surveyplat.forms.importing import import_responses
from surveyplat.forms.loading import definition_from_yaml
from surveyplat.pipeline import report_period, score_period
from surveyplat.reports.kinds import bundle_from_json, content_of
from surveyplat.reports.pdf import make_report
from surveyplat.timelines.comparing import report_comparison
from surveyplat.timelines.walking import Instance
from surveyplat.verification.frozen_rows import FrozenRows
from surveyplat.verification.report import verify, verify_report
from surveyplat.verification.superseded import corrections_beside, corrections_told

pytestmark = pytest.mark.anyio

NOW = datetime(2027, 6, 1, tzinfo=UTC)
LATER = NOW + timedelta(days=7)
QUARTER = parse_period("2026-Q3")


@pytest.fixture
def engine_name():
    """What a report says of a correction does not depend on the engine."""
    return "sqlite"


@pytest.fixture
async def instance(db, settings, tmp_path):
    """Two quarters of 120 answers each."""
    for name, clean in (("2026-Q2", 5.0), ("2026-Q3", 6.5)):
        points = np.random.default_rng(7).normal((7, 7, clean), 1.0, (120, 3))
        rows = [",".join(ITEMS), *(",".join(map(str, row)) for row in np.clip(np.round(points), 1, 10).astype(int))]
        path = tmp_path / f"{name}.csv"
        path.write_text("\n".join(rows), encoding="utf-8")
        definition = definition_from_yaml(STUDY.encode(), "wash.yaml")
        await import_responses(db, definition, path, name, data_dir=settings.data_dir, now=NOW)
        await freeze(db, settings, definition, parse_period(name), now=NOW)
    return Instance(db, settings, "wash")


async def report(instance, now=LATER, language="en"):
    return await report_period(instance.db, instance.settings, "wash", QUARTER, language, now=now)


async def best_withdrawn(instance, tmp_path, count=12, reason="Filled in at the desk"):
    """Withdraw the answers that praise most."""
    frozen = await load_snapshot(instance.db, instance.settings, "wash", QUARTER)
    rows = pl.read_parquet(frozen.path).with_columns(pl.sum_horizontal(*ITEMS).alias("praise"))
    best = rows.sort("praise", descending=True)["response_id"].head(count)
    path = tmp_path / "changes.csv"
    path.write_text("response,withdraw\n" + "".join(f"{name},filled_by_dealer\n" for name in best), encoding="utf-8")
    wanted = Wanted("wash", QUARTER, reason, "quality manager", path)
    return await correct_period(instance.db, instance.settings, wanted, now=LATER)


def bundle_of(made):
    return bundle_from_json(made.path.with_suffix(".bundle.json").read_text(encoding="utf-8"))


def told_by(made):
    return "\n".join(texts_of(content_of(bundle_of(made))))


def verified(instance, made, **overrides):
    folder, key = instance.settings.data_dir / "snapshots", signer_of(instance.settings).public
    rows = FrozenRows(folder)
    known = {"key": key, "rows": rows, "corrections": corrections_beside(folder)} | overrides
    return verify(made.path.read_bytes(), **known)


async def test_the_report_of_a_corrected_period_is_sealed_by_its_correction_and_verifies_to_the_end(instance, tmp_path):
    await report(instance, NOW)
    await best_withdrawn(instance, tmp_path)
    verdict = verified(instance, await report(instance))
    assert verdict.reached == "recomputed"
    assert verdict.notes == ()
    assert "restatement of 2026-Q3" in [part.name for part in verdict.steps[-1].parts]
    log = await read_log(instance.db)
    size = bundle_of(await report(instance)).log["size"]
    assert log.entries[size - 1]["kind"] == "period_corrected"


async def test_a_report_of_an_earlier_revision_still_verifies_and_is_said_to_be_superseded(instance, tmp_path):
    old = await report(instance, NOW)
    assert verified(instance, old).notes == ()
    revised = await best_withdrawn(instance, tmp_path)
    by_rows = verified(instance, old)
    by_log = verified(instance, old, corrections=corrections_told((await read_log(instance.db)).entries))
    for verdict in (by_rows, by_log):
        assert verdict.reached == "recomputed"
        [note] = verdict.notes
        assert note.startswith("wash 2026-Q3: the report rests on revision 0, and the period was corrected since")
        assert revised.after.rows_hash in note
        assert note.endswith("Filled in at the desk")
    assert verified(instance, old, corrections={}).notes == ()


async def test_the_report_says_what_moved_and_lists_the_correction(instance, tmp_path):
    await report(instance, NOW)
    before = (await score_period(instance.db, instance.settings, "wash", QUARTER)).scores.indices[0].score.value
    revised = await best_withdrawn(instance, tmp_path)
    after = (await score_period(instance.db, instance.settings, "wash", QUARTER)).scores.indices[0].score.value
    told = told_by(await report(instance))
    assert "Frozen, revision 1, corrected on 8 June 2027" in told
    assert f"was {before:.1f} as first published and is {after:.1f} after correction" in told
    assert after < before - 5
    for printed in ("Filled in at the desk", "quality manager", "12 / 0 / 0", revised.before.rows_hash[:12]):
        assert printed in told
    assert "12 filled in by the dealer" in told


async def test_a_period_that_is_corrected_before_its_first_report_restates_nothing(instance, tmp_path):
    await best_withdrawn(instance, tmp_path)
    made = await report(instance)
    assert not bundle_of(made).restated
    assert "before its first report was made" in told_by(made)
    assert (await report(instance)).pdf_hash == made.pdf_hash


async def test_what_was_first_published_stays_the_measure_after_a_second_correction(instance, tmp_path):
    await report(instance, NOW)
    first = await load_snapshot(instance.db, instance.settings, "wash", QUARTER)
    await best_withdrawn(instance, tmp_path)
    await report(instance)
    await best_withdrawn(instance, tmp_path, count=3, reason="Three more")
    [restated] = bundle_of(await report(instance)).restated
    assert restated["manifest"]["rows_hash"] == first.rows_hash
    assert told_by(await report(instance)).count("quality manager") == 2


async def test_the_comparison_sets_what_was_published_beside_what_holds_now(instance, tmp_path):
    await report(instance, NOW)
    await best_withdrawn(instance, tmp_path)
    made = await report_comparison(instance, [parse_period("2026-Q2"), QUARTER], "en", now=LATER)
    bundle = bundle_of(made)
    [restated] = bundle.restated
    told = told_by(made)
    assert "published measures of Q3 2026 were restated" in told
    assert "revision 0, first published, against revision 1" in told
    index = restated["measures"][0]
    for side in ("first", "now"):
        assert f"{index[side]['value']:.1f}" in told
    assert verified(instance, made).reached == "recomputed"


async def test_a_forged_restatement_is_found(instance, tmp_path):
    await report(instance, NOW)
    await best_withdrawn(instance, tmp_path)
    bundle = bundle_of(await report(instance))
    forged = json.loads(json.dumps(bundle.restated))
    forged[0]["measures"][0]["first"]["value"] += 1
    steps = verify_report(
        make_report(replace(bundle, restated=tuple(forged))), snapshots=instance.settings.data_dir / "snapshots"
    )
    assert steps[-1].outcome == "failed"
    assert "restatement of 2026-Q3" in steps[-1].told


async def test_results_of_revisions_are_kept_apart(instance, tmp_path):
    before = await score_period(instance.db, instance.settings, "wash", QUARTER)
    await best_withdrawn(instance, tmp_path)
    after = await score_period(instance.db, instance.settings, "wash", QUARTER, stored=True)
    assert after.scores.unweighted_base == before.scores.unweighted_base - 12
    assert after.comparison.before == "2026-Q2"
