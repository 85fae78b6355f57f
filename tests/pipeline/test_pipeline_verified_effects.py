"""What a report says of an action's effect is proved and computed again, from every period that holds its months."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from timelines_group import NOW, QUARTERS, TREATED, Group

from surveyplat.audit.freeze import freeze
from surveyplat.audit.notes import signer_of
from surveyplat.audit.periods import parse_period
from surveyplat.pipeline import report_period
from surveyplat.reports.bundle import ReportBundle
from surveyplat.reports.kinds import bundle_from_json
from surveyplat.reports.pdf import make_report
from surveyplat.reports.seal import taken_apart
from surveyplat.reports.sealing import seal_report
from surveyplat.settings import Settings, load_settings
from surveyplat.storage.database import open_database
from surveyplat.timelines.judging import Question, effect_of
from surveyplat.timelines.walking import Instance
from surveyplat.verification.report import verify_report
from surveyplat.verification.verdicts import Step

pytestmark = pytest.mark.anyio

ACTION = "visits/more_greeting"


@dataclass(frozen=True)
class Judged:
    settings: Settings
    report: bytes
    bundle: ReportBundle

    def signed(self, bundle: ReportBundle) -> bytes:
        """Made and sealed with the publisher's own key, by the proofs of the genuine report."""
        apart = taken_apart(self.report)
        assert apart is not None
        proofs = json.loads(apart.seal)["log"]
        return seal_report(make_report(bundle), bundle, proofs, signer_of(self.settings))

    def steps(self, report: bytes, snapshots: Path | None = None) -> dict[str, Step]:
        folder = snapshots or self.settings.data_dir / "snapshots"
        steps = verify_report(report, key=signer_of(self.settings).public, snapshots=folder)
        return {step.level: step for step in steps}


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def judged(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Judged:
    """The third quarter's report, with the effect of what eight dealers did before it."""
    folder = tmp_path_factory.mktemp("judged")
    url = f"sqlite:///{shutil.copy(migrated_sqlite, folder / 'surveyplat.db')}"
    keys = {"link_key": "11" * 32, "data_key": "22" * 32, "seal_key": "33" * 32}
    settings = load_settings(_env_file=None, data_dir=folder / "data", database_url=url, **keys)
    async with open_database(url) as db:
        group = Group()
        await group.store(db)
        for quarter in QUARTERS:
            await freeze(db, settings, group.definition, parse_period(quarter), now=NOW)
        asked = Question(TREATED, date(2026, 6, 30), date(2026, 7, 1))
        effect = await effect_of(Instance(db, settings, "visits"), asked)
        newest = parse_period(QUARTERS[-1])
        made = await report_period(db, settings, "visits", newest, "en", now=NOW, judged={ACTION: effect})
    bundle = bundle_from_json(made.path.with_suffix(".bundle.json").read_text(encoding="utf-8"))
    assert isinstance(bundle, ReportBundle)
    return Judged(settings, made.path.read_bytes(), bundle)


async def test_every_period_of_an_effect_is_proved_and_computed_again(judged: Judged) -> None:
    effect = judged.bundle.judged[ACTION]
    assert effect is not None
    assert effect["periods"] == [*QUARTERS]
    steps = judged.steps(judged.report)
    assert {step.outcome for step in steps.values()} == {"passed"}
    assert f"effect of {ACTION}" in steps["recomputed"].told
    for quarter in QUARTERS:
        assert f"visits:{quarter} as entry " in steps["sealed"].told


def larger(effect: dict[str, Any]) -> dict[str, Any]:
    return {**effect, "effect": {**effect["effect"], "effect": {**effect["effect"]["effect"], "value": 180.0}}}


def of_other_dealers(effect: dict[str, Any]) -> dict[str, Any]:
    return {**effect, "dealers": effect["dealers"][1:]}


def of_fewer_periods(effect: dict[str, Any]) -> dict[str, Any]:
    return {**effect, "periods": effect["periods"][1:]}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (larger, "/effect/effect/value is 180.0, and "),
        (of_other_dealers, "/effect/"),
        (of_fewer_periods, "/"),
    ],
)
async def test_an_effect_that_the_rows_do_not_give_is_found_though_the_publisher_signed_it(
    judged: Judged, change: Callable[[dict[str, Any]], dict[str, Any]], named: str
) -> None:
    told = dict(judged.bundle.judged[ACTION] or {})
    steps = judged.steps(judged.signed(replace(judged.bundle, judged={ACTION: change(told)})))
    assert (steps["sealed"].outcome, steps["consistent"].outcome) == ("passed", "passed")
    assert steps["recomputed"].outcome == "failed"
    assert steps["recomputed"].told.startswith(f"effect of {ACTION}: {named}")


async def test_an_effect_from_a_period_that_the_report_does_not_rest_on_is_refused(judged: Judged) -> None:
    told = dict(judged.bundle.judged[ACTION] or {})
    forged = replace(judged.bundle, judged={ACTION: {**told, "periods": [*told["periods"], "2026-Q4"]}})
    steps = judged.steps(judged.signed(forged))
    assert steps["sealed"].told == "effect: it is from 2026-Q4, and the report does not rest on rows of it"


async def test_an_effect_of_which_a_quarter_is_not_at_hand_is_named_as_not_computed(
    judged: Judged, tmp_path: Path
) -> None:
    for quarter in QUARTERS[1:]:
        shutil.copytree(judged.settings.data_dir / "snapshots" / "visits" / quarter, tmp_path / quarter)
    step = judged.steps(judged.report, tmp_path)["recomputed"]
    assert step.outcome == "in_part"
    lacking = [part.name for part in step.parts if part.outcome == "not_checked"]
    assert f"effect of {ACTION}" in lacking
    assert f"scores of {QUARTERS[-1]}" not in lacking
