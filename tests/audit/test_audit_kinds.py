"""Events of every kind go the whole way, with or without a vehicle: taken in, invited, answered on a phone, frozen."""

from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import polars as pl
import pytest
from audit_cast import AFTERWARDS, QUARTER, questionnaire
from litestar.testing import AsyncTestClient

from surveyplat.app import create_app
from surveyplat.audit.freeze import freeze
from surveyplat.event_kinds import OF_A_VEHICLE, EventKind
from surveyplat.fieldwork.events import intake
from surveyplat.fieldwork.people import Vault
from surveyplat.fieldwork.population import by_dealer, eligible_events
from surveyplat.forms.language import Definition
from surveyplat.links import make_token
from surveyplat.pipeline import invite_due
from surveyplat.settings import Settings
from surveyplat.storage.database import Database
from surveyplat.storage.tables import Invitation
from surveyplat.web.chrome import LANGUAGES, chrome

pytestmark = pytest.mark.anyio

KINDS = get_args(EventKind)
NOW = datetime(2026, 9, 20, 1, 0, tzinfo=UTC)
HEADER = (
    "event_id,kind,occurred_at,dealer_code,dealer_name,region,brand,time_zone,customer_id,customer_name,"
    "email,phone,language,vin,model,delivered_on\n"
)
FORM = {"content-type": "application/x-www-form-urlencoded"}


def event(kind: EventKind) -> str:
    vehicle = "LSVAA4182E2184847,Aurora,2026-01-05" if kind in OF_A_VEHICLE else ",,"
    return f"E-{kind},{kind},2026-09-15,D1,Dealer D1,East,Sample,Asia/Shanghai,C-{kind},,,,en,{vehicle}\n"


def study_of(kind: EventKind) -> Definition:
    visit = questionnaire()
    fieldwork = visit.fieldwork.model_copy(update={"trigger": kind})
    return visit.model_copy(update={"study": f"about_{kind}", "fieldwork": fieldwork})


async def token_of(db: Database, settings: Settings, study: str) -> str:
    [made] = await db.read(Invitation.select(Invitation.nonce, Invitation.generation).where(Invitation.study == study))
    return make_token(settings.keys.link, made["nonce"], made["generation"])


@pytest.fixture
async def taken_in(db: Database, settings: Settings, tmp_path: Path) -> None:
    """One file with one event of each kind."""
    path = tmp_path / "events.csv"
    path.write_text(HEADER + "".join(map(event, KINDS)), "utf-8")
    report = await intake(db, Vault(settings.keys.data), path, now=NOW, data_dir=settings.data_dir)
    assert (report.new, report.refused) == (len(KINDS), 0)


@pytest.mark.usefixtures("taken_in")
async def test_an_event_of_each_kind_goes_its_whole_way_to_a_frozen_row(db: Database, settings: Settings) -> None:
    async with AsyncTestClient(create_app(settings, lambda: NOW)) as browser:
        for kind in KINDS:
            study = study_of(kind)
            assert (await invite_due(db, settings, study, now=NOW)).invited == 1
            url = f"/s/{await token_of(db, settings, study.study)}"
            for page, answer in (("service", "courtesy=8"), ("car", "recommend=9")):
                sent = await browser.post(f"{url}/{page}", content=answer, headers=FORM, follow_redirects=False)
                assert sent.status_code == 303
            population = await eligible_events(db, study, QUARTER.first_day, QUARTER.last_day)
            assert by_dealer(population) == {"D1": 1}
            frozen = await freeze(db, settings, study, QUARTER, population=population, now=AFTERWARDS)
            [row] = pl.read_parquet(frozen.path).select("dealer", "model", "courtesy").rows()
            assert row == ("D1", "Aurora" if kind in OF_A_VEHICLE else "", 8)
            assert (frozen.manifest["events"], frozen.manifest["responses"]) == (1, 1)


@pytest.mark.usefixtures("taken_in")
async def test_the_first_page_says_what_the_questions_are_about(db: Database, settings: Settings) -> None:
    said = {kind: await first_page(db, settings, study_of(kind)) for kind in KINDS}
    assert "About your Aurora from Dealer D1" in said["sale"]
    assert "About your visit to Dealer D1 on September 15, 2026" in said["service"]
    assert "About your enquiry at Dealer D1 on September 15, 2026" in said["enquiry"]
    assert "About your work at Dealer D1" in said["employee"]
    assert "Inspection of Dealer D1 on September 15, 2026" in said["inspection"]
    assert not [kind for kind, page in said.items() if "Dealer D1" not in page or "None" in page]


async def first_page(db: Database, settings: Settings, study: Definition) -> str:
    await invite_due(db, settings, study, now=NOW)
    async with AsyncTestClient(create_app(settings, lambda: NOW)) as browser:
        shown = await browser.get(f"/s/{await token_of(db, settings, study.study)}")
    return shown.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_has_a_sentence_of_its_own_and_only_that_of_a_vehicle_names_a_model(language: str) -> None:
    sentences = {kind: chrome(language)[f"about_{kind}"] for kind in KINDS}
    assert len(set(sentences.values())) == len(KINDS)
    assert {kind for kind, sentence in sentences.items() if "{model}" in sentence} <= OF_A_VEHICLE
