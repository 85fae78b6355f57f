"""``surveyplat verify`` as an auditor types it: in an empty folder, of one report or many, for people and scripts."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner
from verification.washing import Published

from surveyplat.cli.main import app
from surveyplat.reports.seal import taken_apart

RUNNER = CliRunner()


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, without a setting in the environment."""
    for name in [name for name in os.environ if name.startswith("SURVEYPLAT_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def laid(folder: Path, **reports: bytes) -> list[str]:
    for name, report in reports.items():
        (folder / f"{name}.pdf").write_bytes(report)
    return [f"{name}.pdf" for name in reports]


def unsealed(report: bytes) -> bytes:
    apart = taken_apart(report)
    assert apart is not None
    return apart.made


def key_of(published: Published) -> list[str]:
    return ["--key", str(published.signer.public)]


def rows_of(published: Published) -> list[str]:
    return ["--snapshots", str(published.snapshots)]


def test_the_exit_code_says_how_far_it_came(published: Published, elsewhere: Path) -> None:
    laid(elsewhere, genuine=published.report, bare=unsealed(published.report), cut=published.report[:-9])
    key, rows = key_of(published), rows_of(published)
    for code, wanted in {
        0: ["genuine.pdf", *key, *rows],
        3: ["genuine.pdf", *key],
        5: ["genuine.pdf", *rows],
        1: ["bare.pdf", *key, *rows],
    }.items():
        done = RUNNER.invoke(app, ["verify", *wanted])
        assert done.exit_code == code, (wanted, done.output)
    assert RUNNER.invoke(app, ["verify", "cut.pdf"]).exit_code == 1
    assert RUNNER.invoke(app, ["verify"]).exit_code == 2
    assert list(elsewhere.glob("*.db")) == []


def test_a_reader_without_a_key_is_told_that_the_key_came_with_the_report(
    published: Published, elsewhere: Path
) -> None:
    laid(elsewhere, genuine=published.report)
    told = RUNNER.invoke(app, ["verify", "genuine.pdf"]).output
    assert f"signed by {published.signer.public.fingerprint}; the key came with the report itself" in told
    assert "nobody who is known has signed it" in told


def test_a_script_gets_one_document(published: Published, elsewhere: Path) -> None:
    names = laid(elsewhere, genuine=published.report, bare=unsealed(published.report))
    done = RUNNER.invoke(app, ["verify", *names, "--json", *key_of(published), *rows_of(published)])
    document = json.loads(done.stdout)
    assert (done.exit_code, document["reached"]) == (1, "failed")
    genuine, bare = document["reports"]
    assert (genuine["file"], genuine["reached"]) == ("genuine.pdf", "recomputed")
    assert [step["level"] for step in genuine["steps"]] == ["sealed", "consistent", "recomputed"]
    assert {"name": "trend in 2026-Q1", "outcome": "passed", "told": ""} in genuine["steps"][2]["parts"]
    assert bare["steps"][0]["told"].startswith("NOT SEALED")


def test_twenty_reports_are_verified_in_one_call_with_a_summary(published: Published, elsewhere: Path) -> None:
    """What was scored for the first of them is not scored again, and the one that was changed is picked out."""
    held = {f"report-{number:02}": published.report for number in range(19)}
    changed = bytearray(published.report)
    changed[len(changed) // 2] ^= 1
    names = laid(elsewhere, **held, other=bytes(changed))
    done = RUNNER.invoke(app, ["verify", *names, *key_of(published), *rows_of(published)])
    assert done.exit_code == 1
    assert "19 of 20 recomputed. Verified to the end" in done.stdout
    assert "1 of 20 failed. NOT VERIFIED" in done.stdout
    assert re.search(r"^failed +other.pdf\n +\w+ +NO: ", done.stdout, re.MULTILINE)


def test_every_file_that_there_is_not_is_named_at_once(published: Published, elsewhere: Path) -> None:
    laid(elsewhere, genuine=published.report)
    done = subprocess.run(
        [sys.executable, "-m", "surveyplat.cli", "verify", "one.pdf", "genuine.pdf", "two.pdf"],
        capture_output=True,
        text=True,
        check=False,
        cwd=elsewhere,
    )
    assert done.returncode == 1
    assert [line.split(":")[0] for line in done.stderr.splitlines()] == ["one.pdf", "two.pdf"]
    assert done.stdout == ""


def test_it_needs_no_environment_and_leaves_nothing_behind(published: Published, elsewhere: Path) -> None:
    laid(elsewhere, genuine=published.report)
    arguments = ["verify", "genuine.pdf", *key_of(published), *rows_of(published)]
    done = subprocess.run(
        [sys.executable, "-m", "surveyplat.cli", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=elsewhere,
        env={},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Verified to the end" in done.stdout
    assert [path.name for path in elsewhere.iterdir()] == ["genuine.pdf"]
