"""The reports' benchmark makes real reports, tells its figures as they were measured, and leaves nothing behind."""

import json
import os
import tempfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from surveyplat.bench.held_memory import held_memory
from surveyplat.bench.reports import EveryDealer, Made, ReportFigures
from surveyplat.cli.bench import table_console
from surveyplat.cli.bench_reports import report_table
from surveyplat.cli.main import app


def test_the_figures_are_told_with_their_floor_and_scaled_ones_as_such(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    told = CliRunner().invoke(app, ["bench", "reports", "--dealers", "4", "--workers", "1", "--json"])
    assert told.exit_code == 0, told.output
    figures = json.loads(told.stdout)
    assert figures["floor"]["pages"] == 20
    assert 2 <= figures["dealer"]["pages"] <= 4
    assert figures["study"]["pages"] == figures["cold"]["pages"] >= 8
    assert figures["cold"]["seconds"] > figures["study"]["seconds"]
    assert figures["cold"]["processor_seconds"] > figures["study"]["seconds"]
    assert 0 < figures["study"]["ratio_to_floor"] < 1
    every = figures["dealers"]
    assert (every["reports"], every["workers"]) == (4, 1)
    assert every["seconds_for_a_thousand_at_this_pace"] == pytest.approx(250 * every["seconds"])
    assert not list(tmp_path.iterdir())


def test_every_figure_is_printed_whole_where_the_output_has_no_width(capsys):
    made, every = Made(20, 12.3456), EveryDealer(400, 123_456, 64, 1234.5, None)
    figures = ReportFigures(made, made, made, made, made, every)
    console = table_console()
    console.print(report_table(figures))
    shown = capsys.readouterr().out
    assert "…" not in shown
    assert "study report, cold, on the clock" in shown
    assert "400 dealers' reports, 64 worker(s)" in shown
    assert "123,456" in shown


def test_a_thousand_is_scaled_from_what_was_made():
    assert EveryDealer(100, 400, 2, 9.0, None).thousand == 90.0


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="the system does not tell")
def test_held_memory_counts_what_a_process_holds():
    before = held_memory(os.getpid())
    held = bytearray(os.urandom(1)) * (64 << 20)
    assert held_memory(os.getpid()) - before > 60
    assert held_memory(10**9) is None
    del held
