"""``surveyplat explain`` on 250 real answers, taken in and frozen: the numbers that ``score --json`` prints."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import anyio
import polars as pl
import pytest
import typer
from rich.cells import cell_len
from typer.testing import CliRunner, Result

from surveyplat.audit.periods import parse_period
from surveyplat.cli import explaining, scoring
from surveyplat.errors import InvalidInput, SnapshotMissing, UnknownStudy
from surveyplat.forms.importing import import_responses
from surveyplat.forms.loading import load_study
from surveyplat.pipeline import freeze_period
from surveyplat.settings import Settings
from surveyplat.storage.database import open_database

NOW = datetime(2026, 10, 1, tzinfo=UTC)
YEAR = parse_period("2005")


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


@pytest.fixture
def app(settings: Settings, reference_data: Path, monkeypatch: pytest.MonkeyPatch) -> typer.Typer:
    monkeypatch.setenv("SURVEYPLAT_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("SURVEYPLAT_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("SURVEYPLAT_CLOCK", NOW.isoformat())
    anyio.run(_freeze, settings, reference_data / "data" / "seminr_mobi.csv")
    app = typer.Typer()
    explaining.register(app)
    scoring.register(app)
    return app


async def _freeze(settings: Settings, answers: Path) -> None:
    study = load_study("ecsi")
    async with open_database(settings.database_url) as db:
        await import_responses(db, study, answers, YEAR.name, data_dir=settings.data_dir, now=NOW)
        await freeze_period(db, settings, "ecsi", YEAR, now=NOW)


def run(app: typer.Typer, *arguments: str) -> Result:
    return CliRunner().invoke(app, arguments, env={"COLUMNS": "100"})


def test_explained_numbers_are_those_of_the_scores(app: typer.Typer, settings: Settings) -> None:
    scores = json.loads(run(app, "score", "ecsi", "2005", "--json").stdout)["scores"]
    index = scores["indices"][0]["score"]
    said = run(app, "explain", "ecsi", "2005", "--lang", "en").stdout
    assert said.splitlines()[0].endswith(f"2005: {index['value']:.2f} of 100 points")
    assert f"95% interval {index['ci_low']:.2f} to {index['ci_high']:.2f}" in said
    (line,) = [line for line in said.splitlines() if line.strip().startswith("√(250")]
    assert float(line.rsplit("=", 1)[1]) == round(index["std_error"], 3)
    (snapshot,) = (settings.data_dir / "snapshots" / "ecsi" / "2005").glob("*.parquet")
    assert str(snapshot) in said
    assert scores["snapshot_hash"] in said


def test_hashes_and_paths_stay_whole_in_80_columns(app: typer.Typer, settings: Settings) -> None:
    said = CliRunner().invoke(app, ["explain", "ecsi", "2005", "--lang", "en"], env={"COLUMNS": "80"}).stdout
    hashes = [line.split()[-1] for line in said.splitlines() if re.search(r"\b[0-9a-f]{64}$", line)]
    assert len(hashes) == 3
    (snapshot,) = (settings.data_dir / "snapshots" / "ecsi" / "2005").glob("*.parquet")
    assert f"    {snapshot}" in said.splitlines()


def test_an_items_counts_are_those_of_the_frozen_file(app: typer.Typer, settings: Settings) -> None:
    said = run(app, "explain", "ecsi", "2005", "--item", "CUSA1", "--lang", "en").stdout
    (snapshot,) = (settings.data_dir / "snapshots" / "ecsi" / "2005").glob("*.parquet")
    answered = pl.read_parquet(snapshot).filter(pl.col("CUSA1") > 0)["CUSA1"]
    assert f"{answered.sum():.2f} / {len(answered)}.00 = {answered.mean():.3f}" in said.replace(",", "")


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_lines_fit_a_hundred_columns_and_start_with_no_closing_punctuation(
    app: typer.Typer, settings: Settings, language: str
) -> None:
    lines = run(app, "explain", "ecsi", "2005", "--lang", language).stdout.splitlines()
    assert len(lines) > 50
    assert [line for line in lines if cell_len(line) > 100 and str(settings.data_dir) not in line] == []
    assert not [line for line in lines if line.lstrip().startswith(tuple("。，；：、）”"))]


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        (["ecsi", "2006"], SnapshotMissing, "surveyplat freeze ecsi 2006"),
        (["ecs", "2005"], UnknownStudy, "Did you mean ecsi"),
        (["ecsi", "2005", "--item", "CUSA9"], InvalidInput, "Did you mean CUSA"),
    ],
)
def test_what_cannot_be_explained_is_told_with_the_way_out(
    app: typer.Typer, arguments: list[str], error: type[Exception], said: str
) -> None:
    result = run(app, "explain", *arguments)
    assert isinstance(result.exception, error)
    assert said in str(result.exception)
