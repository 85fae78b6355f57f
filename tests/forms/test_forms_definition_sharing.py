"""Scales, choice lists and blocks that stand once: written out, they are the definition written by hand."""

from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from marked_edits import edited, faults_of
from typer.testing import CliRunner
from whole_language import SHARED, WHOLE

from surveyplat.cli import definitions as command
from surveyplat.errors import DefinitionError
from surveyplat.forms.items import Battery, Block, SingleItem
from surveyplat.forms.loading import definition_files, definition_from_yaml, load_definition, load_definitions
from surveyplat.forms.versions import content_hash

VISITS = "[{code: once, text: {en: Once, zh-Hans: 一次}}, {code: often, text: {en: Often, zh-Hans: 多次}}]"
LOYALTY = """\
      - type: battery
        id: loyalty
        scale: seven
        text: {en: How likely is it, zh-Hans: 可能性有多大}
        rows:
          - {id: again, text: {en: You buy again, zh-Hans: 再次购买}}
          - {id: stay, text: {en: You stay, zh-Hans: 继续使用}}
"""
SEVEN = """\
scales:
  seven: {minimum: 1, maximum: 7, labels: {1: {en: Poor, zh-Hans: 差}, 7: {en: Superb, zh-Hans: 极好}}}
"""
REASONS = WHOLE[WHOLE.index("    - {code: product") : WHOLE.index("blocks:")]
WORK = WHOLE[WHOLE.index("    type: block") : WHOLE.index("pages:")]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "shared.yaml").write_text(SHARED, encoding="utf-8")
    (tmp_path / "whole.yaml").write_text(WHOLE, encoding="utf-8")
    return tmp_path / "whole.yaml"


def by_hand() -> str:
    """The whole language with everything written where it is asked."""
    listed = "\n" + "".join(f"    {line}\n" for line in REASONS.splitlines()).rstrip("\n")
    block = "".join(f"    {line}\n" for line in WORK.splitlines()).replace("        type", "      - type", 1)
    start, end = WHOLE.index("choice_lists:"), WHOLE.index("pages:")
    text = WHOLE[:start] + WHOLE[end:]
    text = text.replace("uses: [shared.yaml]\n", "").replace("scales:\n", SEVEN, 1)
    text = text.replace("choices: visits", f"choices: {VISITS}").replace("choices: reasons", f"choices:{listed}")
    return text.replace("      - {use: loyalty}\n", LOYALTY).replace("      - {use: work}\n", block)


def test_a_definition_that_shares_has_the_content_hash_of_the_one_written_by_hand(file: Path) -> None:
    alone = definition_from_yaml(by_hand().encode(), "alone.yaml")
    shared = load_definition(file)
    assert shared == alone
    assert content_hash(shared) == content_hash(alone)


def test_a_change_of_the_shared_text_changes_the_hash(file: Path) -> None:
    before = content_hash(load_definition(file))
    (file.parent / "shared.yaml").write_text(SHARED.replace("You buy again", "You buy here again"), encoding="utf-8")
    assert content_hash(load_definition(file)) != before


def test_a_change_of_what_is_not_used_leaves_the_hash(file: Path) -> None:
    before = content_hash(load_definition(file))
    (file.parent / "shared.yaml").write_text(SHARED.replace("{en: High}", "{en: Higher}"), encoding="utf-8")
    assert content_hash(load_definition(file)) == before


def test_what_is_shared_is_asked_where_it_is_used_and_in_the_declared_languages_only(file: Path) -> None:
    definition = load_definition(file)
    block, battery = definition.pages[2].items[:2]
    assert isinstance(block, Block)
    assert isinstance(battery, Battery)
    assert battery.text == {"en": "How likely is it", "zh-Hans": "可能性有多大"}
    assert list(definition.scales) == ["five", "seven"]
    visits = definition.item("visits")
    assert isinstance(visits, SingleItem)
    assert [choice.text["en"] for choice in visits.choices] == ["Once", "Often"]


def test_a_choice_list_serves_several_items_and_details(file: Path) -> None:
    definition = load_definition(file)
    asked = [item for _, item in definition.items() if isinstance(item, SingleItem)]
    codes = {item.id: [choice.code for choice in item.choices] for item in asked}
    assert codes["visits"] == codes["squeal__often"] == codes["hard_pedal__often"] == ["once", "often"]


@pytest.mark.parametrize(
    ("old", "new", "meant"),
    [
        ("choices: reasons", "choices: reson", "reasons"),
        ("{use: loyalty}", "{use: loyality}", "loyalty"),
        ("uses: [shared.yaml]", "uses: [sharde.yaml]", "shared.yaml"),
    ],
)
def test_a_misspelt_name_of_something_shared_gets_a_suggestion(file: Path, old: str, new: str, meant: str) -> None:
    file.write_text(WHOLE.replace(old, new), encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        load_definition(file)
    assert [fault.fix.startswith(f"Did you mean {meant}?") for fault in caught.value.faults] == [True]


def test_a_definition_without_its_file_has_that_fault_only(file: Path) -> None:
    (file.parent / "shared.yaml").unlink()
    assert faults_of(file) == [("uses-file", "whole.yaml:9:8")]


def test_a_link_that_leads_out_of_the_folder_is_not_followed(file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "inner"
    folder.mkdir()
    (folder / "shared.yaml").symlink_to(tmp_path / "shared.yaml")
    (folder / "whole.yaml").write_text(WHOLE, encoding="utf-8")
    assert faults_of(folder / "whole.yaml") == [("uses-file", "whole.yaml:9:8")]


def test_a_file_in_a_folder_below_is_used(file: Path) -> None:
    below = file.parent / "shared"
    below.mkdir()
    (file.parent / "shared.yaml").rename(below / "lists.yaml")
    file.write_text(WHOLE.replace("[shared.yaml]", "[shared/lists.yaml]"), encoding="utf-8")
    assert load_definition(file).study == "whole"
    (below / "lists.yaml").write_text(SHARED.replace("maximum: 7", "maximum: 0"), encoding="utf-8")
    assert faults_of(file) == [("scale-range", "shared/lists.yaml:6:14")]


def test_a_name_that_two_files_declare_is_a_fault(file: Path) -> None:
    (file.parent / "more.yaml").write_text("surveyplat_shared: 1\nblocks:\n  loyalty: {}\n", encoding="utf-8")
    file.write_text(WHOLE.replace("[shared.yaml]", "[shared.yaml, more.yaml]"), encoding="utf-8")
    assert faults_of(file) == [("duplicate-id", "more.yaml:3:3")]


def test_blocks_that_use_each_other_name_the_way(file: Path) -> None:
    text = WHOLE.replace("blocks:\n", "blocks:\n  outer: {use: inner}\n  inner: {use: outer}\n")
    file.write_text(
        text.replace("      - {use: work}\n", "      - {use: work}\n      - {use: outer}\n"), encoding="utf-8"
    )
    with pytest.raises(DefinitionError, match="outer -> inner -> outer") as caught:
        load_definition(file)
    assert [fault.code for fault in caught.value.faults] == ["cycle"]


def test_a_list_that_is_used_without_bound_is_refused_before_it_is_written_out(tmp_path: Path) -> None:
    choices = [{"code": f"c{n}", "text": {"en": f"C {n}"}} for n in range(500)]
    items = [{"id": f"i{n}", "type": "single", "text": {"en": "I"}, "choices": "many"} for n in range(200)]
    tree = yaml.safe_load(WHOLE) | {"choice_lists": {"many": choices}, "pages": [{"id": "p", "items": items}]}
    content = yaml.safe_dump(tree).encode()
    with pytest.raises(DefinitionError) as caught:
        definition_from_yaml(content, "large.yaml", tmp_path)
    assert "too-large" in [fault.code for fault in caught.value.faults]


@pytest.fixture
def run_check() -> Any:
    app = typer.Typer()
    app.callback()(lambda: None)
    command.register(app)
    return lambda *paths: CliRunner().invoke(app, ["check", *map(str, paths)])


def test_a_folder_is_checked_without_its_shared_files(file: Path, run_check: Any) -> None:
    assert definition_files([file.parent]) == [file]
    assert run_check(file.parent).stdout == "1 without fault: whole (version 1)\n"


def test_a_shared_file_by_itself_is_one_fault(file: Path, run_check: Any) -> None:
    result = run_check(file.parent / "shared.yaml")
    assert result.exit_code == 1
    assert result.stdout.split(": ")[1] == "shared-file"
    assert len(result.stdout.splitlines()) == 1


def test_a_fault_of_a_file_that_several_definitions_use_is_reported_once(file: Path) -> None:
    text, line, column = edited(SHARED, {"maximum: 7": "maximum: ^1"})
    (file.parent / "shared.yaml").write_text(text, encoding="utf-8")
    (file.parent / "other.yaml").write_text(WHOLE.replace("study: whole", "study: other"), encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        load_definitions([file.parent])
    assert [fault.place for fault in caught.value.faults] == [f"{file.parent}/shared.yaml:{line}:{column}"]
