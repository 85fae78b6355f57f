"""The definition language as a JSON Schema, for editors that complete and check while a questionnaire is written.

It knows the shape of a file and the bounds of single values; ``surveyplat check`` finds the rest.
"""

import json
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core.core_schema import DictSchema, ModelSchema, TaggedUnionSchema

from surveyplat.forms.elements import LANGUAGE_TAG, NOT_BLANK
from surveyplat.forms.language import Definition

DIALECT = "http://json-schema.org/draft-07/schema#"
"""The dialect that editors' YAML language server understands best."""

SCHEMA_FILE = "definition.schema.json"
"""Its name beside the shipped definitions, whose first line names it, so that it is found wherever the folder goes."""

_WORDS = {"type": "string", "pattern": NOT_BLANK}
_WHOLE = "^-?[0-9]+$"


def definition_schema() -> dict[str, Any]:
    """The schema, generated from the models of the language, whose docstrings are the descriptions."""
    generated = Definition.model_json_schema(schema_generator=_EditorSchema)
    return {"$schema": DIALECT, **generated, "title": "A questionnaire of surveyplat"}


def schema_text() -> str:
    """The schema as the text of a file, the same for the same language."""
    return json.dumps(definition_schema(), indent=2, ensure_ascii=False) + "\n"


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
        shown = generated.get("description", "").replace("``", "`")
        return {**generated, "description": shown} if shown else generated

    def tagged_union_schema(self, schema: TaggedUnionSchema) -> JsonSchemaValue:
        """Without OpenAPI's discriminator, a keyword that JSON Schema does not have."""
        generated = super().tagged_union_schema(schema)
        return {key: value for key, value in generated.items() if key != "discriminator"}
