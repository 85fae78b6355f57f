"""``surveyplat diff`` as typed: which definitions it finds, what it prints, and how it ends."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer
from rich.cells import cell_len
from typer.testing import CliRunner, Result

from surveyplat.cli import comparing
from surveyplat.errors import DefinitionError, UnknownStudy
from surveyplat.forms.language import Definition
from surveyplat.forms.loading import definition_from_yaml, load_study
from surveyplat.forms.stored import store_definition
from surveyplat.forms.versions import content_hash
from surveyplat.settings import Settings
from surveyplat.shipped import shipped_folder
from surveyplat.storage.database import open_database

CSI = (shipped_folder("questionnaires") / "csi.yaml").read_text(encoding="utf-8")
REWORDED = CSI.replace("How clean the shop was", "How tidy the shop was").replace('version: "1"', 'version: "2"')


@pytest.fixture
def app() -> typer.Typer:
    app = typer.Typer()
    app.command("beside")(lambda: None)
    comparing.register(app)
    return app


@pytest.fixture
def reworded(tmp_path: Path) -> str:
    file = tmp_path / "csi.yaml"
    file.write_text(REWORDED, encoding="utf-8")
    return str(file)


def run(app: typer.Typer, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["diff", *arguments], env={"COLUMNS": "80"})


def test_the_same_definition_twice_ends_with_0(app: typer.Typer) -> None:
    result = run(app, "csi", "csi")
    assert result.exit_code == 0
    assert "comparable  index csi" in result.stdout
    assert "21 of the 21 items and problems that both ask stay comparable" in result.stdout
    assert "->" in result.stdout.splitlines()[0]


def test_a_changed_wording_is_shown_in_both_versions_and_ends_with_1(app: typer.Typer, reworded: str) -> None:
    result = run(app, "csi", reworded)
    assert result.exit_code == 1
    lines = [line.strip() for line in result.stdout.splitlines()]
    assert lines[0].startswith("csi version 1 (")
    assert "refuse      index csi" in lines
    assert "wording changed in en: facility_cleanliness" in lines
    place = lines.index("~ item facility_cleanliness (not comparable)")
    assert lines[place + 1 : place + 4] == ["wording en", "- How clean the shop was", "+ How tidy the shop was"]
    assert "comparable  recommend" in lines
    assert "20 of the 21 items and problems that both ask stay comparable" in lines


def test_a_bridge_ends_with_1_too(app: typer.Typer, tmp_path: Path) -> None:
    file = tmp_path / "csi.yaml"
    file.write_text(CSI.replace("weight: 22", "weight: 25"), encoding="utf-8")
    result = run(app, "csi", str(file))
    assert result.exit_code == 1
    assert "bridge      index csi" in result.stdout
    assert "weight: 22 -> 25" in result.stdout


def test_chinese_and_long_texts_fit_eighty_columns_and_none_is_cut(app: typer.Typer) -> None:
    lines = run(app, "csi", "iqs").stdout.splitlines()
    assert max(map(cell_len, lines)) <= 80
    assert "…" not in "".join(lines)
    introduction = load_study("iqs").introduction["zh-Hans"]
    assert "".join(introduction.split()) in "".join("".join(lines).split())


def test_json_is_one_document_and_nothing_else(app: typer.Typer, reworded: str) -> None:
    result = run(app, "csi", reworded, "--json")
    assert result.exit_code == 1
    document = json.loads(result.stdout)
    assert len(result.stdout.splitlines()) == 1
    assert document["verdict"] == "refuse"
    assert {(standing["kind"], standing["id"]): standing["verdict"] for standing in document["standings"]} == {
        ("survey", "survey"): "comparable",
        ("index", "csi"): "refuse",
        ("recommend", "recommend"): "comparable",
        ("overall", "overall"): "comparable",
    }
    assert document["not_comparable"] == ["facility_cleanliness"]
    assert document["before"]["content_hash"] == content_hash(load_study("csi"))
    assert run(app, "csi", "csi", "--json").exit_code == 0


def store(settings: Settings, *definitions: Definition) -> None:
    async def write() -> None:
        async with open_database(settings.database_url) as db:
            for definition in definitions:
                await db.write(store_definition(definition, datetime(2026, 7, 1, tzinfo=UTC)))

    asyncio.run(write())


@pytest.fixture
def stored(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The hashes of two stored versions of one study."""
    monkeypatch.setenv("SURVEYPLAT_DATABASE_URL", settings.database_url)
    versions = [definition_from_yaml(text.encode(), "csi.yaml") for text in (CSI, REWORDED)]
    store(settings, *versions)
    return [content_hash(version) for version in versions]


def test_stored_versions_are_named_by_the_start_of_their_hash(app: typer.Typer, stored: list[str]) -> None:
    first, second = stored
    assert run(app, f"csi@{first[:8]}", "csi").exit_code == 0
    assert run(app, "csi", f"csi@{first.upper()}").exit_code == 0
    result = run(app, f"csi@{first[:8]}", f"csi@{second[:8]}")
    assert result.exit_code == 1
    assert "wording changed in en: facility_cleanliness" in result.stdout


@pytest.mark.parametrize("prefix", ["", "zz", "%", "_"])
def test_an_unknown_version_is_told_which_there_are(app: typer.Typer, stored: list[str], prefix: str) -> None:
    result = run(app, "csi", f"csi@{prefix}")
    assert isinstance(result.exception, UnknownStudy)
    for known in stored:
        assert known[:12] in str(result.exception)
    other = run(app, "csi", f"iqs@{stored[0]}")
    assert "Stored versions of iqs: none" in str(other.exception)


def test_a_start_that_two_versions_share_is_refused(settings: Settings, app: typer.Typer, stored: list[str]) -> None:
    likes = (load_study("csi").model_copy(update={"version": f"like {number}"}) for number in range(1_000))
    twin = next(each for each in likes if content_hash(each)[0] == stored[0][0])
    store(settings, twin)
    result = run(app, "csi", f"csi@{stored[0][0]}")
    assert isinstance(result.exception, UnknownStudy)
    assert f"stored versions have a hash that starts with {stored[0][0]}." in str(result.exception)
    assert f"{content_hash(twin)[:12]} (version {twin.version})" in str(result.exception)


def test_what_cannot_be_found_is_a_named_failure(app: typer.Typer, tmp_path: Path) -> None:
    assert isinstance(run(app, "csi", str(tmp_path / "absent.yaml")).exception, DefinitionError)
    misspelt = run(app, "csii", "csi").exception
    assert isinstance(misspelt, UnknownStudy)
    assert "Did you mean csi?" in str(misspelt)
