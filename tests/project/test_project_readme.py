"""README says what is true."""

import re
from pathlib import Path

import typer.main

from surveyplat.cli.main import app
from surveyplat.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def settings_table() -> str:
    """The table of settings as README must have it."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = (
            "unset"
            if field.default is None
            else f"`{str(field.default).lower() if field.default is False else field.default}`"
        )
        rows.append(f"| `{PREFIX}{name.upper()}` | {default} | {field.description} |")
    return "\n".join(rows)


def test_every_setting_stands_in_readme_with_its_default_and_meaning():
    assert settings_table() in README


def test_every_command_that_readme_names_exists():
    commands = set(typer.main.get_command(app).commands)
    named = set(re.findall(r"^ +surveyplat ([a-z0-9-]+)", README, re.MULTILINE))
    assert named
    assert named <= commands


def test_every_picture_and_folder_that_readme_names_exists():
    pictures = re.findall(r"\]\((docs/[^)]+)\)", README)
    assert len(pictures) >= 2
    for path in (*pictures, "docs/decisions", "questionnaires", "surveyplat/pipeline.py", "surveyplat/reports/fonts"):
        assert (ROOT / path).exists(), path
