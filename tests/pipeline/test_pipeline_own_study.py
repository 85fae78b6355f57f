"""A study of one's own is a file in a folder and nothing else: asked, answered, frozen, scored like a shipped one."""

from datetime import UTC, datetime
from pathlib import Path

import cast
import pytest
from litestar.testing import AsyncTestClient

from surveyplat.app import create_app
from surveyplat.audit.periods import parse_period
from surveyplat.errors import DefinitionError, UnknownStudy
from surveyplat.forms.loading import load_study
from surveyplat.pipeline import freeze_period, score_period

pytestmark = pytest.mark.anyio

LATER = datetime(2027, 6, 1, tzinfo=UTC)
QUARTER = parse_period("2026-Q3")
STUDY = """
surveyplat: 1
study: wash
version: "1"
title: {en: The car wash}
languages: [en]
minutes: 1
introduction: {en: One question.}
thanks: {en: Thank you.}
scales:
  points: {minimum: 1, maximum: 5, labels: {1: {en: Bad}, 5: {en: Good}}}
pages:
  - id: wash
    title: {en: The wash}
    items:
      - {id: shine, type: rating, scale: points, text: {en: The shine}}
measurement: {overall: shine}
fieldwork: {trigger: service, delay_days: 1, expires_days: 30, occasion: event}
"""


@pytest.fixture
def engine_name() -> str:
    """Where a definition lies does not depend on the engine."""
    return "sqlite"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "wash.yaml").write_text(STUDY, encoding="utf-8")
    return folder


async def test_a_study_in_the_folder_of_one_s_own_goes_the_whole_way(db, settings, own):
    here = settings.model_copy(update={"questionnaires": own})
    definition = load_study("wash", own)
    async with AsyncTestClient(create_app(here, lambda: cast.NOW)) as browser:
        for number in range(1, 41):
            invited = await cast.invite(db, here, definition, number)
            sent = await browser.post(f"/s/{invited.token}/wash", data={"shine": str(1 + number % 5)})
            assert sent.url.path.endswith("/receipt")
    frozen = await freeze_period(db, here, "wash", QUARTER, now=LATER)
    assert frozen.manifest["row_count"] == 40
    scores = (await score_period(db, here, "wash", QUARTER)).scores
    assert [rate.id for rate in scores.rates] == ["csat"]
    assert scores.rates[0].rate.value == pytest.approx(40)


def test_the_own_file_goes_before_the_shipped_one_and_bad_places_are_named(own):
    (own / "csi.yaml").write_text(STUDY.replace("study: wash", "study: csi"), encoding="utf-8")
    assert load_study("csi", own).title["en"] == "The car wash"
    assert load_study("csi").title["en"] != "The car wash"
    (own / "other.yaml").write_text(STUDY, encoding="utf-8")
    with pytest.raises(DefinitionError, match="named other and holds the study wash"):
        load_study("other", own)
    with pytest.raises(UnknownStudy, match="Did you mean wash"):
        load_study("wahs", own)
    with pytest.raises(DefinitionError, match="no such folder"):
        load_study("csi", own / "absent")
