"""A drafted action on its sheet, from answers to a sealed page."""

from datetime import UTC, datetime

import numpy as np
import pytest

from surveyplat.audit.freeze import freeze
from surveyplat.audit.notes import signer_of
from surveyplat.audit.periods import parse_period
from surveyplat.errors import InvalidInput
from surveyplat.forms.importing import import_responses
from surveyplat.forms.loading import load_study
from surveyplat.pipeline import report_period
from surveyplat.reports.kinds import bundle_from_json
from surveyplat.reports.sheets.content import sheet_of
from surveyplat.timelines.sheets import report_action
from surveyplat.verification.report import verify_report

pytestmark = pytest.mark.anyio

NOW = datetime(2027, 6, 1, tzinfo=UTC)
PERIOD = parse_period("2026-Q2")
ITEMS = [f"PERQ{number}" for number in range(1, 8)] + ["CUSA1", "CUSA2", "CUSA3"]


@pytest.fixture
def engine_name():
    """What a sheet says does not depend on the engine."""
    return "sqlite"


@pytest.fixture
async def action(db, settings, tmp_path):
    """The action drafted from the strongest driver, which performs worst."""
    rng = np.random.default_rng(3)
    whole = rng.normal(7, 1.5, (250, 1))
    means = np.concatenate([[-1.5], np.zeros(9)])
    points = np.clip(np.round(whole + means + rng.normal(0, 1, (250, 10))), 1, 10).astype(int)
    points[:, 7] = np.clip(points[:, 0] + 1 + (rng.random(250) < 0.3), 1, 10)
    path = tmp_path / "answers.csv"
    path.write_text("\n".join([",".join(ITEMS), *(",".join(map(str, row)) for row in points)]), encoding="utf-8")
    definition = load_study("ecsi", settings.questionnaires)
    await import_responses(db, definition, path, PERIOD.name, data_dir=settings.data_dir, now=NOW)
    await freeze(db, settings, definition, PERIOD, now=NOW)
    await report_period(db, settings, "ecsi", PERIOD, "en", now=NOW)
    return "ecsi:2026-Q2:strongest_driver:PERQ1"


@pytest.mark.parametrize("form", ["a3", "8d"])
async def test_a_sheet_starts_from_the_findings_number_and_verifies(db, settings, action, form):
    made = await report_action(db, settings, action, form, "zh-Hans", now=NOW)
    bundle = bundle_from_json(made.path.with_suffix(".bundle.json").read_text(encoding="utf-8"))
    figure = next(box.figure for column in sheet_of(bundle).columns for box in column if box.figure)
    assert figure.value.endswith("（满分100分）")
    assert "n 250" in figure.detail
    assert bundle.labels.keys() == {"PERQ1"}
    steps = verify_report(made.path.read_bytes(), key=signer_of(settings).public)
    assert [(step.level, step.outcome) for step in steps[:2]] == [("sealed", "passed"), ("consistent", "passed")]


async def test_the_same_sheet_again_is_the_same_file(db, settings, action):
    first = await report_action(db, settings, action, "a3", "en", now=NOW)
    again = await report_action(db, settings, action, "a3", "en", now=NOW)
    assert first == again


async def test_an_action_that_there_is_not_is_named(db, settings):
    with pytest.raises(InvalidInput, match="nothing-known: action: there is no such action"):
        await report_action(db, settings, "nothing-known", "a3", "en", now=NOW)
