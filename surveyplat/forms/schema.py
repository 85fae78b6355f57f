"""The definition language as a JSON Schema, for editors that complete and check while a questionnaire is written.

It knows the shape of a file, what it may share, and the bounds of single values; ``surveyplat check`` finds the rest.
"""

import json
from ast import AnnAssign, ClassDef, Constant, Expr, Name, parse
from inspect import cleandoc, getsource
from itertools import pairwise
from typing import Any, cast

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core.core_schema import DictSchema, ModelSchema, TaggedUnionSchema

from surveyplat.forms.conditions import CALCULATIONS, OPERATORS, SOURCES
from surveyplat.forms.elements import ID, LANGUAGE_TAG, NOT_BLANK, Part
from surveyplat.forms.language import Definition
from surveyplat.forms.shelf import SHARED_KEY

DIALECT = "http://json-schema.org/draft-07/schema#"
"""The dialect that editors' YAML language server understands best."""

SCHEMA_FILE = "definition.schema.json"
"""Its name beside the shipped definitions, whose first line names it, so that it is found wherever the folder goes."""

_WORDS = {"type": "string", "pattern": NOT_BLANK}
_WHOLE = "^-?[0-9]+$"
_NAME = {"type": "string", "pattern": ID}
_USE = {
    "type": "object",
    "description": "A block that is declared under blocks, here or in a file that is used.",
    "properties": {"use": {**_NAME, "description": "The block's name."}},
    "required": ["use"],
    "additionalProperties": False,
}


def definition_schema() -> dict[str, Any]:
    """The schema, generated from the models of the language, whose docstrings are the descriptions.

    A file is a definition, or, when it starts as one, a file that is shared by definitions.
    """
    generated = Definition.model_json_schema(schema_generator=_EditorSchema)
    parts: dict[str, Any] = generated.pop("$defs")
    entry = _with_sugar(parts)
    shared = _shared_parts(entry, generated["properties"]["scales"])
    generated["properties"] |= {"uses": _FILES, **{name: shared[name] for name in ("choice_lists", "blocks")}}
    parts |= {"Definition": generated, "Use": _USE, "SharedFile": _shared_file(shared)}
    return {
        "$schema": DIALECT,
        "title": "A questionnaire of surveyplat",
        "if": {"required": [SHARED_KEY]},
        "then": {"$ref": "#/$defs/SharedFile"},
        "else": {"$ref": "#/$defs/Definition"},
        "$defs": dict(sorted(parts.items())),
    }


def schema_text() -> str:
    """The schema as the text of a file, the same for the same language."""
    return json.dumps(definition_schema(), indent=2, ensure_ascii=False) + "\n"


_FILES = {
    "type": "array",
    "items": _WORDS,
    "description": "Files whose scales, choice lists and blocks may be used: paths from here, in this folder or below.",
}


def _with_sugar(parts: dict[str, Any]) -> dict[str, Any]:
    """Let names stand for blocks and lists of choices, and count sources and operators. Gives what a page may list."""
    for part, keys in (("Reference", SOURCES), ("Comparison", SOURCES), ("Calculated", CALCULATIONS)):
        parts[part]["oneOf"] = _each_required(keys)
    parts["Comparison"]["anyOf"] = _each_required(OPERATORS)
    for part in parts.values():
        choices = part.get("properties", {}).get("choices")
        if choices is not None:
            described = {"description": "A list of choices, or the name of one that is declared under choice_lists."}
            part["properties"]["choices"] = {"anyOf": [choices, _NAME], **described}
    entry = parts["Page"]["properties"]["items"]["items"]
    for listing in (parts["Page"], parts["Block"]):
        listed = listing["properties"]["items"]
        listed["items"] = {"anyOf": [listed["items"], {"$ref": "#/$defs/Use"}]}
    return dict(entry)


def _each_required(keys: tuple[str, ...]) -> list[dict[str, Any]]:
    return [{"required": [key]} for key in keys]


def _shared_parts(entry: dict[str, Any], scales: dict[str, Any]) -> dict[str, Any]:
    """What a definition may declare for use by name, and a file for sharing may hold."""
    choices = {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/MultipleChoice"}}
    return {
        "scales": scales,
        "choice_lists": _by_name(choices, "Lists of choices by name: an item says choices: NAME."),
        "blocks": _by_name(entry, "Items, batteries and blocks by name: a page lists {use: NAME}."),
    }


def _by_name(part: dict[str, Any], description: str) -> dict[str, Any]:
    named = {"type": "object", "patternProperties": {ID: part}, "additionalProperties": False}
    return {**named, "description": description}


def _shared_file(parts: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "title": "What several questionnaires of surveyplat share",
        "description": "Scales, lists of choices and blocks for the definitions that name this file under uses.",
        "properties": {SHARED_KEY: {"const": 1, "description": "Stands first in the file."}, **parts},
        "required": [SHARED_KEY],
        "additionalProperties": False,
    }


def _attribute_docstrings(part: type) -> dict[str, str]:
    """What stands below each attribute of a part and of those that it derives from.

    pydantic can read them too, but for every part whenever the program starts.
    """
    described: dict[str, str] = {}
    for each in reversed([base for base in part.__mro__ if issubclass(base, Part)]):
        for statement, after in pairwise(cast("ClassDef", parse(getsource(each)).body[0]).body):
            match statement, after:
                case AnnAssign(target=Name(id=name)), Expr(value=Constant(value=str(words))):
                    described[name] = cleandoc(words)
    return described


class _EditorSchema(GenerateJsonSchema):
    """As pydantic has it, in an editor's dialect, and closed where pydantic leaves the keys of a mapping open."""

    def dict_schema(self, schema: DictSchema) -> JsonSchemaValue:
        generated = super().dict_schema(schema)
        if "patternProperties" in generated:
            return {**generated, "additionalProperties": False}
        if generated.get("additionalProperties") == _WORDS:
            return {**generated, "propertyNames": {"pattern": LANGUAGE_TAG}}
        if schema.get("keys_schema", {}).get("type") == "int":
            return {**generated, "propertyNames": {"pattern": _WHOLE}}
        return generated

    def model_schema(self, schema: ModelSchema) -> JsonSchemaValue:
        """Docstrings set names in double backquotes, which editors show as they are."""
        generated = super().model_schema(schema)
        for name, described in _attribute_docstrings(schema["cls"]).items():
            generated["properties"][name]["description"] = described
        shown = generated.get("description", "").replace("``", "`")
        return {**generated, "description": shown} if shown else generated

    def tagged_union_schema(self, schema: TaggedUnionSchema) -> JsonSchemaValue:
        """Without OpenAPI's discriminator, a keyword that JSON Schema does not have; a whole number is a number too."""
        generated = super().tagged_union_schema(schema)
        members = generated["oneOf"]
        apart = [each for each in members if each != {"type": "integer"} or {"type": "number"} not in members]
        return {key: value for key, value in generated.items() if key != "discriminator"} | {"oneOf": apart}
