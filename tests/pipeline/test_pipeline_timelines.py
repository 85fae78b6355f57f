"""``surveyplat charts`` and ``surveyplat effect`` on three quarters of a dealer group, frozen in a real database."""

import json
import shutil
from collections.abc import Generator, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import anyio
import pytest
import typer
from timelines_group import A_MONTH, A_MONTH_TOO, NOW, QUARTERS, SMALL, TREATED, Group
from typer.testing import CliRunner, Result

from surveyplat.audit.freeze import freeze
from surveyplat.audit.periods import parse_period
from surveyplat.cli import charting, effects, scoring
from surveyplat.errors import InvalidInput, SnapshotMissing
from surveyplat.scored_periods import PeriodScores
from surveyplat.scoring.reasons import Reason
from surveyplat.scoring.results import MeasureVerdict
from surveyplat.settings import Settings, load_settings
from surveyplat.storage.database import open_database
from surveyplat.storage.tables import Action, Finding
from surveyplat.timelines.walking import Instance, why_apart


@pytest.fixture(scope="module")
def lived(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An instance that has frozen three quarters of the group; with an action for D01, due before the third."""
    folder = tmp_path_factory.mktemp("lived")
    url = f"sqlite:///{shutil.copy(migrated_sqlite, folder / 'surveyplat.db')}"
    keys = {"link_key": "11" * 32, "data_key": "22" * 32}
    settings = load_settings(_env_file=None, data_dir=folder / "data", database_url=url, **keys)
    anyio.run(_live, settings)
    return settings


async def _live(settings: Settings) -> None:
    async with open_database(settings.database_url) as db:
        group = Group()
        await group.store(db)
        for period in (*QUARTERS, A_MONTH_TOO):
            await freeze(db, settings, group.definition, parse_period(period), now=NOW)
        await db.write(_actions)


def _actions() -> Generator[Any, Any, None]:
    for kind, subject in (("dealer_down", "D01"), ("strongest_driver", "quality_fixed")):
        finding = {"study": "visits", "period": "2026-Q2", "priority": 1, "evidence": "{}", "snapshot_hash": "0" * 64}
        row = Finding(key=f"visits:2026-Q2:{kind}", kind=kind, subject=subject, found_at=NOW, **finding)
        stored = yield Finding.insert(row).returning(Finding.id)
        action = {"study": "visits", "period": "2026-Q2", "plan": "{}", "owner": "dealer_manager"}
        dates = {"due_on": date(2026, 6, 20), "drafted_at": datetime(2026, 6, 3, tzinfo=UTC)}
        yield Action.insert(Action(key=f"visits/{kind}", finding=stored[0]["id"], **action, **dates))


@pytest.fixture
def app(lived: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[typer.Typer]:
    monkeypatch.setenv("SURVEYPLAT_DATABASE_URL", lived.database_url)
    monkeypatch.setenv("SURVEYPLAT_DATA_DIR", str(lived.data_dir))
    monkeypatch.setenv("SURVEYPLAT_CLOCK", NOW.isoformat())
    monkeypatch.setenv("COLUMNS", "200")
    app = typer.Typer()
    for group in (charting, effects, scoring):
        group.register(app)
    return app


def run(app: typer.Typer, *arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def document(app: typer.Typer, *arguments: str) -> dict[str, Any]:
    result = run(app, *arguments, "--json")
    assert result.exit_code == 0, result.exception
    return dict(json.loads(result.stdout))


def charts_of(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {measure["measure"]: measure for measure in found["measures"]}


def test_charts_go_back_over_every_comparable_period_and_see_the_gain(app: typer.Typer) -> None:
    found = charts_of(document(app, "charts", "visits", "2026-Q3"))
    index, rate = found["visits"], found["pp100"]
    assert (index["periods"], rate["periods"]) == ([*QUARTERS], [*QUARTERS])
    assert [reason["code"] for reason in index["stopped"]] == ["period_not_frozen"]
    assert index["points"][0]["name"] == "2026-W01"
    assert sum(point["unweighted_base"] for point in index["points"]) == 23 * 9 * A_MONTH + 9
    cusum = next(chart for chart in index["charts"] if chart["kind"] == "cusum")
    sides = {signal["point"]: signal["side"] for signal in cusum["signals"]}
    assert sides[len(index["points"]) - 1] == "high"
    assert {side for point, side in sides.items() if index["points"][point]["name"] < "2026-W27"} == {"low"}
    assert [signal for chart in rate["charts"] for signal in chart["signals"]] == []


def test_a_measure_is_charted_no_further_back_than_it_may_be_compared(lived: Settings) -> None:
    scored = anyio.run(_scored, lived, "2026-Q2")
    compared = scored.comparison
    assert compared is not None
    assert why_apart(scored, "visits") == why_apart(scored, "pp100") == ()
    wording = Reason("wording", {}, "told", {"languages": "en"})
    refused = replace(scored, comparison=replace(compared, verdict="refuse", reasons=(wording,)))
    for measure in ("visits", "pp100"):
        reasons = why_apart(refused, measure)
        assert [reason.code for reason in reasons] == ["periods_not_comparable", "wording"]
        assert reasons[0].names == {"before": "2026-Q1", "after": "2026-Q2"}
    withheld = MeasureVerdict("pp100", "bridge", (Reason("items"),), ())
    partly = replace(scored, comparison=replace(compared, withheld=(withheld,)))
    assert why_apart(partly, "visits") == ()
    assert [reason.code for reason in why_apart(partly, "pp100")] == ["periods_not_comparable", "items"]
    changed = replace(scored, before=scored.definition.model_copy(update={"version": "2"}))
    assert [reason.code for reason in why_apart(changed, "nps")] == ["periods_not_comparable", "definition_refuse"]


async def _scored(settings: Settings, period: str) -> PeriodScores:
    async with open_database(settings.database_url) as db:
        return await Instance(db, settings, "visits").scored(parse_period(period))


def test_charts_print_points_and_draw_them(app: typer.Typer, tmp_path: Path) -> None:
    result = run(app, "charts", "visits", "2026-Q3", "--svg", str(tmp_path / "charts.svg"))
    assert result.exit_code == 0, result.exception
    assert "pp100 by Laney u' chart" in result.stdout
    assert "2026-W30" in result.stdout
    assert "visits, pp100: charted no further back. 2025-Q4 is not frozen." in result.stdout
    drawn = (tmp_path / "charts.svg").read_text(encoding="utf-8")
    assert drawn.count("CUSUM") == 2
    assert "<title>visits up to 2026-Q3 by week</title>" in drawn


def test_too_few_months_are_no_chart(app: typer.Typer) -> None:
    found = charts_of(document(app, "charts", "visits", "2026-Q3", "--by", "month"))["visits"]
    assert (found["charts"], len(found["points"])) == ([], 9)
    assert [reason["code"] for reason in found["refused"]] == ["chart_points"]


def test_a_dealers_points_hold_thirty_answers_each(app: typer.Typer) -> None:
    """Over the quarters in which its score is shown: what is withheld for another dealer's sake is not charted."""
    for dealer in ("D02", "D11", "D23"):
        found = charts_of(document(app, "charts", "visits", "2026-Q3", "--dealer", dealer))["visits"]
        assert all(point["unweighted_base"] >= 30 for point in found["points"])
        assert sum(point["unweighted_base"] for point in found["points"]) == 3 * A_MONTH * len(found["periods"])
        (why,) = (reason["code"] for reason in found["stopped"])
        assert why == ("period_not_frozen" if len(found["periods"]) == 3 else "dealer_withheld")


def test_a_withheld_dealer_is_not_charted(app: typer.Typer) -> None:
    found = charts_of(document(app, "charts", "visits", "2026-Q3", "--dealer", SMALL))["visits"]
    assert (found["points"], found["charts"], found["periods"]) == ([], [], [])
    assert [reason["code"] for reason in found["refused"]] == ["dealer_withheld"]
    printed = run(app, "charts", "visits", "2026-Q3", "--dealer", SMALL).stdout
    assert "The dealer's numbers are withheld in 2026-Q3." in printed


def test_what_there_is_not_is_named(app: typer.Typer) -> None:
    for arguments, kind, words in (
        (("charts", "visits", "2026-Q4"), SnapshotMissing, "surveyplat freeze visits 2026-Q4"),
        (("charts", "visits", "2026-Q3", "--dealer", "D99"), InvalidInput, "D99"),
        (("effect", "visits", "--dealers", "D01", "--from", "2027-07"), SnapshotMissing, "2027-07"),
        (("effect", "visits", "--dealers", "D01,D99", "--from", "2026-07"), InvalidInput, "D99"),
        (("effect", "visits", "--dealers", "D01", "--from", "2026-Q3"), InvalidInput, "it is no month"),
        (("effect", "visits", "--dealers", "D01"), InvalidInput, "--action"),
        (("effect", "visits", "--dealers", "D01", "--from", "2026-07", "--measure", "csi"), InvalidInput, "visits"),
        (("effect", "visits", "--action", "nothing"), InvalidInput, "there is no such action"),
        (("effect", "other", "--action", "visits/dealer_down"), InvalidInput, "surveyplat effect visits"),
        (("effect", "visits", "--action", "visits/strongest_driver"), InvalidInput, "--dealers"),
    ):
        result = run(app, *arguments)
        assert isinstance(result.exception, kind), (arguments, result.exception)
        assert words in str(result.exception)


def test_the_planted_effect_is_told_with_its_interval(app: typer.Typer) -> None:
    """One point more on every item is 1000 / 9 points of the index, less what the scale's top cuts off."""
    named = ",".join(TREATED)
    found = document(app, "effect", "visits", "--dealers", named, "--from", "2026-07")
    told = found["effect"]
    assert (told["verdict"], told["treated_dealers"], told["control_dealers"]) == ("told", 8, 16)
    assert (told["months_before"], told["months_after"], found["periods"]) == (6, 3, [*QUARTERS])
    assert 85 < told["effect"]["value"] < 125
    assert told["effect"]["ci_low"] < 1000 / 9 * 0.95 < told["effect"]["ci_high"]
    assert told["effect"]["method"] == "cr2"
    trend = told["pre_trend"]
    assert trend["ci_low"] < 0 < trend["ci_high"]
    assert 0 < told["reliability"] <= 1
    printed = run(app, "effect", "visits", "--dealers", named, "--from", "2026-07").stdout
    assert "Trend before it, a month" in printed
    assert "Regression to the mean" in printed


def test_the_wild_bootstrap_tells_the_same_effect(app: typer.Typer) -> None:
    asked = ("effect", "visits", "--dealers", ",".join(TREATED), "--from", "2026-07")
    bootstrapped = document(app, *asked, "--clusters", "wild_bootstrap")["effect"]["effect"]
    assert bootstrapped["method"] == "wild_bootstrap"
    assert bootstrapped["value"] == pytest.approx(document(app, *asked)["effect"]["effect"]["value"])
    assert bootstrapped["p_value"] <= 0.01


def test_what_did_not_move_has_no_effect(app: typer.Typer) -> None:
    named = ",".join(TREATED)
    told = document(app, "effect", "visits", "--dealers", named, "--from", "2026-07", "--measure", "pp100")["effect"]
    assert told["effect"]["ci_low"] < 0 < told["effect"]["ci_high"]


def test_a_stored_action_is_judged_by_permutation(app: typer.Typer) -> None:
    """Drafted and due in June, which is left out: January to May are too few months before."""
    short = document(app, "effect", "visits", "--action", "visits/dealer_down")
    assert short["effect"]["verdict"] == "cannot_be_told"
    codes = [reason["code"] for reason in short["effect"]["reasons"]]
    assert codes == ["too_few_months_before"]
    assert [(gap["code"], gap["detail"]) for gap in short["gaps"]] == [("months_not_held", "2025-12")]
    one = document(app, "effect", "visits", "--dealers", "D01", "--from", "2026-07")["effect"]
    assert (one["effect"]["method"], one["effect"]["smallest_p"]) == ("permutation", pytest.approx(1 / 24))


def test_an_effect_on_a_handful_of_customers_is_not_told(app: typer.Typer) -> None:
    told = document(app, "effect", "visits", "--dealers", SMALL, "--from", "2026-07")["effect"]
    assert (told["verdict"], told["effect"], told["pre_trend"]) == ("cannot_be_told", None, None)
    assert [reason["code"] for reason in told["reasons"]][:1] == ["effect_base"]
    printed = run(app, "effect", "visits", "--dealers", SMALL, "--from", "2026-07").stdout
    assert "It cannot be told whether it worked." in printed


def test_score_says_that_both_periods_measure_alike(app: typer.Typer) -> None:
    result = run(app, "score", "visits", "2026-Q3")
    assert result.exit_code == 0, result.exception
    printed = result.stdout
    assert "Measurement of visits in both periods: means can be compared (CFI" in printed
    assert "Do the items hang together" in printed
