"""The table of codes: it names those that the linter reports, each is tested, and the documentation is what it says."""

import re
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

import surveyplat.forms
from surveyplat.cli import definitions as command
from surveyplat.forms.fault_codes import FAULT_CODES, codes, codes_table

FORMS = Path(surveyplat.forms.__file__).parent
CHECKING = [
    *FORMS.glob("*_checking.py"),
    *FORMS.glob("rule_*.py"),
    *(FORMS / f"{name}.py" for name in ("yaml_positions", "shape_faults", "loading", "shelf", "sharing", "named")),
    FORMS / "reading_time.py",
]
SOURCE = "\n".join(file.read_text(encoding="utf-8") for file in CHECKING)
TESTS = "\n".join(file.read_text(encoding="utf-8") for file in Path(__file__).parent.glob("test_*.py"))
REPORTED = {
    *re.findall(r'(?:Fault|fault|_Unreadable)\(\s*"([a-z-]+)"', SOURCE),
    *(f"unknown-{what}" for what in re.findall(r'unknown\(\s*"([a-z]+)"', SOURCE)),
}


def test_every_code_that_is_reported_stands_in_the_table() -> None:
    assert REPORTED - codes() == set()
    assert len(REPORTED) > 60


def test_every_code_of_the_table_is_reported_somewhere() -> None:
    unwritten = {code for code in codes() - REPORTED if f'"{code}"' not in SOURCE}
    assert unwritten <= {"unknown-choice-list", "unknown-block", "no-calculation", "two-calculations", *SOURCES}


SOURCES = {"no-source", "two-sources"}
"""Codes whose last word is that of what is lacking or doubled."""


@pytest.mark.parametrize("code", sorted(codes()))
def test_every_code_has_a_test(code: str) -> None:
    assert f'"{code}"' in TESTS


def test_every_code_says_what_it_means_and_how_to_mend_it() -> None:
    cells = [cell for group in FAULT_CODES.values() for row in group.values() for cell in row]
    assert [cell for cell in cells if not cell or cell.endswith(".")] == []
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in codes_table().splitlines() if line[:1] == "|"} == {4}
    assert sum(map(len, FAULT_CODES.values())) == len(codes())


def test_the_documentation_lists_the_codes() -> None:
    """When this fails: ``surveyplat check --codes > docs/linter-codes.md``."""
    docs = Path(__file__).parents[2] / "docs" / "linter-codes.md"
    assert docs.read_text(encoding="utf-8") == codes_table()


def test_check_prints_the_codes() -> None:
    app = typer.Typer()
    app.callback()(lambda: None)
    command.register(app)
    result = CliRunner().invoke(app, ["check", "--codes"], catch_exceptions=False)
    assert (result.exit_code, result.stdout) == (0, codes_table())
