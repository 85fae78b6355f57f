"""The schema for editors: it says what the models say, takes the shipped files, and is kept up to date."""

import copy
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from pydantic import ValidationError
from typer.testing import CliRunner
from whole_language import SHARED, WHOLE

from surveyplat.cli import definitions as command
from surveyplat.errors import DefinitionError
from surveyplat.forms.language import Definition
from surveyplat.forms.loading import definition_files, definition_from_yaml
from surveyplat.forms.schema import SCHEMA_FILE, definition_schema, schema_text
from surveyplat.forms.yaml_positions import parse
from surveyplat.shipped import shipped_folder

SHIPPED = shipped_folder("questionnaires")
FILES = definition_files([SHIPPED])
CSI = yaml.safe_load((SHIPPED / "csi.yaml").read_bytes())
SCHEMA = definition_schema()
KINDS: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
}
KNOWN = {
    *("$schema", "$defs", "$ref", "title", "description", "default", "type", "enum", "const", "pattern", "maxLength"),
    *("minimum", "maximum", "exclusiveMinimum", "minItems", "items", "properties", "required", "additionalProperties"),
    *("patternProperties", "propertyNames", "anyOf", "oneOf", "maxItems", "if", "then", "else"),
}
"""What ``fits`` knows how to read; the schema may use nothing else."""


def fits(value: Any, schema: dict[str, Any]) -> bool:
    """Whether a JSON value is valid under the part of JSON Schema draft 7 that our schema uses."""
    assert schema.keys() <= KNOWN, schema.keys() - KNOWN
    if "$ref" in schema:
        return fits(value, SCHEMA["$defs"][schema["$ref"].removeprefix("#/$defs/")])
    if "if" in schema and not fits(value, schema["then" if fits(value, schema["if"]) else "else"]):
        return False
    if not all(
        sum(fits(value, each) for each in schema[word]) in counts
        for word, counts in (("anyOf", range(1, 99)), ("oneOf", (1,)))
        if word in schema
    ):
        return False
    if "const" in schema and (type(value), value) != (type(schema["const"]), schema["const"]):
        return False
    return value in schema.get("enum", [value]) and fits_type(value, schema)


def fits_type(value: Any, schema: dict[str, Any]) -> bool:
    kind = schema.get("type")
    if kind == "null":
        return value is None
    if kind and (not isinstance(value, KINDS[kind]) or (isinstance(value, bool) and kind != "boolean")):
        return False
    if isinstance(value, str):
        return bool(re.search(schema.get("pattern", ""), value)) and len(value) <= schema.get("maxLength", 10**6)
    if isinstance(value, list):
        counted = schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", 10**6)
        return counted and all(fits(each, schema.get("items", {})) for each in value)
    if isinstance(value, dict):
        return fits_object(value, schema)
    if isinstance(value, int | float):
        inside = schema.get("minimum", value) <= value <= schema.get("maximum", value)
        return bool(inside and value > schema.get("exclusiveMinimum", value - 1))
    return True


def fits_object(value: dict[str, Any], schema: dict[str, Any]) -> bool:
    if not set(schema.get("required", ())) <= value.keys():
        return False
    for key, each in value.items():
        patterns = schema.get("patternProperties", {})
        matching = [patterns[pattern] for pattern in patterns if re.search(pattern, key)]
        named = [schema["properties"][key]] if key in schema.get("properties", {}) else []
        rest = schema.get("additionalProperties", True)
        if not (matching or named) and rest is False:
            return False
        others = [rest] if isinstance(rest, dict) and not (matching or named) else []
        if not fits(key, schema.get("propertyNames", {})):
            return False
        if not all(fits(each, part) for part in (*matching, *named, *others)):
            return False
    return True


def as_json(plain: object) -> Any:
    """YAML's mapping with whole numbers as keys, as JSON and editors see it."""
    return json.loads(json.dumps(plain))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_shipped_definition_is_valid_under_the_schema(file: Any) -> None:
    root, _ = parse(file.read_bytes())
    assert root is not None
    assert fits(as_json(root.plain()), SCHEMA)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_first_line_of_every_shipped_definition_leads_an_editor_to_the_schema(file: Any) -> None:
    first = file.read_text(encoding="utf-8").split("\n")[0]
    assert first == f"# yaml-language-server: $schema=./{SCHEMA_FILE}"


def test_the_schema_beside_the_shipped_definitions_is_that_of_the_language() -> None:
    """When this fails: ``surveyplat schema > questionnaires/definition.schema.json``."""
    assert (SHIPPED / SCHEMA_FILE).read_text(encoding="utf-8") == schema_text()


def changed(change: Callable[[Any], object]) -> Any:
    plain = copy.deepcopy(CSI)
    change(plain)
    return plain


FAULTS: list[Callable[[Any], object]] = [
    lambda plain: plain.pop("study"),
    lambda plain: plain.update(colour="red"),
    lambda plain: plain.update(surveyplat=2),
    lambda plain: plain.update(study="my study"),
    lambda plain: plain.update(version=1),
    lambda plain: plain.update(minutes=0),
    lambda plain: plain.update(minutes="3"),
    lambda plain: plain.update(languages=[]),
    lambda plain: plain.update(languages=["english"]),
    lambda plain: plain.update(pages=[]),
    lambda plain: plain.update(title={"en": " "}),
    lambda plain: plain["scales"].update({"1x": plain["scales"]["overall"]}),
    lambda plain: plain["scales"]["overall"].pop("maximum"),
    lambda plain: plain["scales"]["overall"].update(labels={"low": {"en": "Low"}}),
    lambda plain: plain["pages"][0]["items"][0].update(type="ratin"),
    lambda plain: plain["pages"][0]["items"][0].pop("scale"),
    lambda plain: plain["pages"][0]["items"][0].update(required="yes"),
    lambda plain: plain["pages"][0]["items"][0].update(choices=[]),
    lambda plain: plain["pages"][0]["items"][0].update(id="x" * 41),
    lambda plain: plain["pages"][-1]["items"][-1].update(max_length=1_000_000),
    lambda plain: plain["measurement"]["indices"][0].update(usable_share=1.5),
    lambda plain: plain["measurement"]["indices"][0]["factors"][0].update(weight=0),
    lambda plain: plain["measurement"]["indices"][0]["factors"][0].update(items=[]),
    lambda plain: plain["fieldwork"].update(trigger="repair"),
    lambda plain: plain["fieldwork"].update(delay_days=2.5),
]


@pytest.mark.parametrize("fault", FAULTS)
def test_what_the_models_refuse_is_marked_in_the_editor_too(fault: Callable[[Any], object]) -> None:
    plain = changed(fault)
    assert not fits(as_json(plain), SCHEMA)
    with pytest.raises(ValidationError):
        Definition.model_validate(plain)


@pytest.mark.parametrize(
    "change",
    [
        lambda plain: plain["measurement"]["indices"][0].pop("total"),
        lambda plain: plain["measurement"].update(overall=None),
        lambda plain: plain["pages"][0]["items"][0].update(hint=None, required=True),
        lambda plain: plain["scales"]["overall"]["labels"].update({5: {"en": "Fair", "zh-Hans": "一般"}}),
        lambda plain: plain["measurement"]["indices"][0]["factors"][0].update(weight=22.5),
    ],
)
def test_what_the_models_take_is_not_marked(change: Callable[[Any], object]) -> None:
    plain = changed(change)
    assert fits(as_json(plain), SCHEMA)
    Definition.model_validate(plain)


LATE: list[tuple[str, str]] = [
    ("{answer: visits, equals: once}", "{equals: once}"),
    ("{answer: visits, equals: once}", "{answer: visits}"),
    ("{answer: visits, equals: once}", "{answer: visits, event: brand, equals: once}"),
    ("{answer: visits, equals: once}", "{answer: visits, equal: once}"),
    ("{answer: visits, equals: once}", "once"),
    ("{none: [{event: brand, equals: Other}]}", "{none: []}"),
    ("latest: {event: date}", "latest: {event: day}"),
    ("latest: {event: date}", "latest: {}"),
    ("brand_shown: {event: brand}", "brand_shown: {keep: text}"),
    ("decimals: 1}\n", "decimals: 1, sum: [1]}\n"),
    ("then: 2", "then: [2]"),
    ("- {use: work}", "- {use: work, show: {answer: visits, equals: once}}"),
    ("- {use: work}", "- {uses: work}"),
    ("choices: reasons", "choices: [reasons]"),
    ("uses: [shared.yaml]", "uses: shared.yaml"),
    ("{code: product, text", "{cod: product, text"),
    ("    type: block\n", ""),
    ("limit: 100", "limit: 0"),
    ("mode: formative", "mode: formed"),
]
"""A piece of the whole language, and what neither an editor nor the linter takes instead."""


@pytest.mark.parametrize(("old", "new"), LATE)
def test_an_editor_marks_what_the_linter_refuses(old: str, new: str, tmp_path: Path) -> None:
    assert WHOLE.count(old) == 1
    faulty = WHOLE.replace(old, new)
    (tmp_path / "shared.yaml").write_text(SHARED, encoding="utf-8")
    assert not fits(as_json(yaml.safe_load(faulty)), SCHEMA)
    with pytest.raises(DefinitionError):
        definition_from_yaml(faulty.encode(), "whole.yaml", tmp_path)


@pytest.mark.parametrize("file", sorted((SHIPPED / "shared").glob("*.yaml")), ids=lambda file: file.stem)
def test_every_shipped_file_for_sharing_is_valid_under_the_schema(file: Path) -> None:
    assert fits(as_json(yaml.safe_load(file.read_bytes())), SCHEMA)


@pytest.mark.parametrize("text", [WHOLE, SHARED])
def test_the_whole_language_and_a_shared_file_are_valid_under_the_schema(text: str) -> None:
    assert fits(as_json(yaml.safe_load(text)), SCHEMA)


@pytest.mark.parametrize(
    "change", [{"surveyplat_shared": 2}, {"pages": []}, {"scales": {"x": {}}}, {"blocks": {"x": 1}}]
)
def test_a_faulty_shared_file_is_marked(change: dict[str, Any]) -> None:
    assert not fits(as_json(yaml.safe_load(SHARED) | change), SCHEMA)


def test_a_misspelt_language_tag_is_marked_where_it_is_written() -> None:
    assert not fits(as_json(changed(lambda plain: plain["title"].update(zh_Hans="标题"))), SCHEMA)


def test_every_part_of_the_language_explains_itself_in_plain_words() -> None:
    parts = SCHEMA["$defs"]
    assert [name for name, part in parts.items() if "description" not in part] == []
    assert "``" not in schema_text()
    assert parts["Index"]["properties"]["weights_source"]["description"].startswith("Where the weights come from")
    assert parts["Fieldwork"]["properties"]["occasion"]["enum"] == ["event", "due"]


def test_the_schema_names_the_dialect_that_editors_read() -> None:
    assert SCHEMA["$schema"] == "http://json-schema.org/draft-07/schema#"


def test_the_command_prints_the_schema_and_nothing_else() -> None:
    app = typer.Typer()
    command.register(app)
    result = CliRunner().invoke(app, ["schema"], catch_exceptions=False)
    assert result.exit_code == 0
    assert json.loads(result.stdout) == SCHEMA
    assert result.stdout == schema_text()
