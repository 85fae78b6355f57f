import json

import pytest
import typer
from typer.testing import CliRunner

from surveyplat.cli import simulation
from surveyplat.errors import InvalidInput


@pytest.fixture
def app():
    app = typer.Typer()
    app.callback()(lambda: None)
    simulation.register(app)
    return app


def test_simulate_writes_events_and_truths_of_the_seed_and_says_synthetic(app, tmp_path):
    result = CliRunner().invoke(app, ["simulate", "--out", str(tmp_path / "new"), "--seed", "3"])
    assert result.exit_code == 0
    assert "Synthetic" in result.output
    written = sorted(path.name for path in (tmp_path / "new").iterdir())
    assert written == ["synthetic-events.csv", "synthetic-truths.json"]
    assert json.loads((tmp_path / "new" / "synthetic-truths.json").read_text(encoding="utf-8"))["seed"] == 3


def test_a_folder_that_cannot_be_made_is_named(app, tmp_path):
    (tmp_path / "file").write_text("")
    result = CliRunner().invoke(app, ["simulate", "--out", str(tmp_path / "file" / "below")])
    assert isinstance(result.exception, InvalidInput)
    assert "below" in str(result.exception)
