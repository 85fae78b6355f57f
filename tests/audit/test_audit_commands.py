"""The commands of the room, as typed: what they print, and how they end."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from surveyplat.cli import audit
from surveyplat.errors import InvalidInput, InvalidPeriod, NothingToFreeze
from surveyplat.settings import Settings

ITEMS = "respondent,CUSA1,CUSA2,CUSA3"


@pytest.fixture
def app(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> typer.Typer:
    monkeypatch.setenv("SURVEYPLAT_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("SURVEYPLAT_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("SURVEYPLAT_CLOCK", "2026-01-10T00:00:00+00:00")
    app = typer.Typer()
    audit.register(app)
    return app


def run(app: typer.Typer, *arguments: str) -> Result:
    return CliRunner().invoke(app, arguments, env={"COLUMNS": "200"})


def answers(folder: Path, *rows: str) -> str:
    file = folder / "answers.csv"
    file.write_text("\n".join([ITEMS, *rows, ""]), encoding="utf-8")
    return str(file)


def test_answers_are_taken_in_then_frozen(app: typer.Typer, settings: Settings, tmp_path: Path) -> None:
    taken = run(app, "import-responses", "ecsi", answers(tmp_path, "a,7,8,9", "b,1,1,1"), "--period", "2005")
    assert (taken.exit_code, taken.stdout.splitlines()[0]) == (0, "ecsi 2005: 2 stored, 0 unchanged, 0 refused")
    frozen = [run(app, "freeze", "ecsi", "2005") for _ in range(2)]
    assert [result.exit_code for result in frozen] == [0, 0]
    assert frozen[0].stdout == frozen[1].stdout
    assert frozen[0].stdout.startswith("ecsi 2005: 2 rows, frozen 2026-01-10")
    assert len(list((settings.data_dir / "snapshots" / "ecsi" / "2005").glob("*.parquet"))) == 1
    late = run(app, "import-responses", "ecsi", answers(tmp_path, "c,1,1,1"), "--period", "2005")
    assert "stays out of its snapshot" in late.stdout


def test_refused_rows_are_shown_and_the_command_fails(app: typer.Typer, tmp_path: Path) -> None:
    result = run(app, "import-responses", "ecsi", answers(tmp_path, "a,77,8,9", "b,1,1,1"), "--period", "2005")
    assert result.exit_code == 1
    assert "1 stored, 0 unchanged, 1 refused" in result.stdout
    assert "row 2: CUSA1 is not a whole number from 1 to 10" in result.stdout
    assert "quarantine" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["freeze", "ecsi", "2005-Q9"], InvalidPeriod),
        (["freeze", "ecsi", "2005"], NothingToFreeze),
        (["freeze", "ecsi", "2005", "--cut-off", "yesterday"], InvalidInput),
        (["freeze", "ecsi", "2005", "--cut-off", "2006-02-01T00:00:00"], InvalidInput),
        (["import-responses", "ecsi", "absent.csv", "--period", "2005"], InvalidInput),
    ],
)
def test_what_a_person_can_mend_is_a_named_error(
    app: typer.Typer, arguments: list[str], error: type[Exception]
) -> None:
    assert type(run(app, *arguments).exception) is error
