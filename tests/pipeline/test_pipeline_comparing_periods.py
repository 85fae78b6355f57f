"""Frozen periods side by side, from answers to a sealed PDF that verifies: comparable, refused, and three at once."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from car_wash import ITEMS, STUDY
from reports_texts import texts_of

from surveyplat.audit.freeze import freeze
from surveyplat.audit.notes import signer_of
from surveyplat.audit.periods import parse_period
from surveyplat.audit.proofs import read_log
from surveyplat.errors import InvalidInput, SnapshotMissing
from surveyplat.forms.importing import import_responses
from surveyplat.forms.loading import definition_from_yaml
from surveyplat.reports.kinds import bundle_from_json, content_of
from surveyplat.reports.pdf import make_report
from surveyplat.timelines.comparing import report_comparison
from surveyplat.timelines.walking import Instance
from surveyplat.verification.report import verify_report

pytestmark = pytest.mark.anyio

NOW = datetime(2027, 6, 1, tzinfo=UTC)
REWORDED = STUDY.replace("How kind we were", "How friendly we were")
LIVED = (("2026-Q1", REWORDED, 5.0), ("2026-Q2", STUDY, 5.0), ("2026-Q3", STUDY, 6.5))


@pytest.fixture
def engine_name():
    """What is compared with what does not depend on the engine."""
    return "sqlite"


@pytest.fixture
async def instance(db, settings, tmp_path):
    """Three periods of 120 answers each; the first one was asked in other words, in the last one cars are cleaner."""
    for name, text, clean in LIVED:
        points = np.random.default_rng(7).normal((7, 7, clean), 1.0, (120, 3))
        rows = [",".join(ITEMS), *(",".join(map(str, row)) for row in np.clip(np.round(points), 1, 10).astype(int))]
        path = tmp_path / f"{name}.csv"
        path.write_text("\n".join(rows), encoding="utf-8")
        definition = definition_from_yaml(text.encode(), "wash.yaml")
        await import_responses(db, definition, path, name, data_dir=settings.data_dir, now=NOW)
        await freeze(db, settings, definition, parse_period(name), now=NOW)
    return Instance(db, settings, "wash")


async def report(instance, *names, language="en"):
    return await report_comparison(instance, [parse_period(name) for name in names], language, now=NOW)


def bundle_of(made):
    return bundle_from_json(made.path.with_suffix(".bundle.json").read_text(encoding="utf-8"))


async def test_periods_in_any_order_are_set_beside_the_latest_and_every_level_verifies(instance):
    made = await report(instance, "2026-Q1", "2026-Q3", "2026-Q2")
    told = "\n".join(texts_of(content_of(bundle_of(made))))
    assert "Q3 2026 may be compared directly with 1 of 2 earlier periods" in told
    assert "The wording changed (English)" in told
    steps = verify_report(
        made.path.read_bytes(),
        key=signer_of(instance.settings).public,
        snapshots=instance.settings.data_dir / "snapshots",
    )
    assert [(step.level, step.outcome) for step in steps] == [
        ("sealed", "passed"),
        ("consistent", "passed"),
        ("recomputed", "passed"),
    ]


async def test_a_changed_figure_of_the_furthest_period_is_found(instance):
    bundle = bundle_of(await report(instance, "2026-Q3", "2026-Q2", "2026-Q1"))
    furthest = json.loads(json.dumps(bundle.further[0]))
    furthest["comparison"]["alpha"] = 0.1
    forged = make_report(replace(bundle, further=(furthest,)))
    steps = verify_report(forged, snapshots=instance.settings.data_dir / "snapshots")
    assert steps[-1].outcome == "failed"
    assert "/alpha is 0.1" in steps[-1].told


async def test_a_refused_pair_tells_no_change(instance):
    made = await report(instance, "2026-Q1", "2026-Q2")
    content = content_of(bundle_of(made))
    assert content.cover.subtitle == "Q2 2026 may not be compared with Q1 2026"
    assert "changes" not in [section.id for section in content.sections]


async def test_the_same_command_gives_the_same_report_and_one_entry_in_the_log(instance):
    first = await report(instance, "2026-Q2", "2026-Q3", language="zh-Hans")
    again = await report(instance, "2026-Q3", "2026-Q2", language="zh-Hans")
    assert (first.path, first.pdf_hash) == (again.path, again.pdf_hash)
    published = [entry for entry in (await read_log(instance.db)).entries if entry["kind"] == "report_published"]
    assert [entry["payload"]["report"] for entry in published] == ["comparison"]


@pytest.mark.parametrize(
    ("names", "cause"),
    [(("2026-Q3",), "nothing beside it"), (("2026-Q3", "2026-Q3"), "overlaps"), (("2026", "2026-Q3"), "overlaps")],
)
async def test_periods_that_cannot_stand_side_by_side_are_named(instance, names, cause):
    with pytest.raises(InvalidInput, match=cause):
        await report(instance, *names)


async def test_a_period_that_was_never_frozen_is_named(instance):
    with pytest.raises(SnapshotMissing, match="2025-Q4"):
        await report(instance, "2025-Q4", "2026-Q3")
