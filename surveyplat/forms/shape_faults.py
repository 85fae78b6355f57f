"""What pydantic says about a definition's shape, as faults with a place, a cause and a fix."""

from collections.abc import Sequence
from types import UnionType
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from surveyplat.forms.elements import CODE, ID, LANGUAGE_TAG, NOT_BLANK
from surveyplat.forms.language import Definition
from surveyplat.forms.spelling import closest, did_you_mean
from surveyplat.forms.yaml_positions import Node, PlacedFault, Position

Path = tuple[int | str, ...]

_KINDS = {
    "int_type": ("a whole number", "Write digits without quotes, point or unit"),
    "int_parsing": ("a whole number", "Write digits without quotes, point or unit"),
    "float_type": ("a number", "Write a number without quotes or unit"),
    "bool_type": ("true or false", "Write true or false"),
    "string_type": ("text", "Put it in quotes"),
    "dict_type": ("a mapping", 'Write one "name: value" a line, indented; a text needs one line for each language'),
    "model_type": ("a mapping", 'Write one "key: value" a line, indented'),
    "model_attributes_type": ("a mapping", 'Write one "key: value" a line, indented'),
    "tuple_type": ("a list", 'Write one entry a line, each starting with "- "'),
    "finite_number": ("a finite number", "Write an ordinary number"),
    "invalid_key": ("a key of the definition language", "Remove the entry"),
}
_PATTERNS = {
    ID: ("invalid-id", "is not an id", "Start with a letter, then letters, digits and underscores only"),
    CODE: ("invalid-id", "is not a code", "Use letters, digits and underscores only"),
    LANGUAGE_TAG: ("language-tag", "is not a language tag", "Write a tag such as zh-Hans, en or pt-BR"),
    NOT_BLANK: ("blank", "is blank", "Write the text"),
}


def shape_faults(error: ValidationError, root: Node) -> list[PlacedFault]:
    """One fault for each thing that does not fit the language; a misspelt key is one fault, not two."""
    problems = [problem for problem in error.errors(include_url=False) if not _is_consequence(problem, root)]
    misspelt = _misspelt(problems)
    meant = {(*path[:-1], word) for path, word in misspelt.items()}
    return [
        _fault(problem, root, misspelt)
        for problem in problems
        if not (problem["type"] == "missing" and _keys(problem["loc"]) in meant)
    ]


def _fault(problem: ErrorDetails, root: Node, misspelt: dict[Path, str]) -> PlacedFault:
    path = _keys(problem["loc"])
    name = _name(problem["loc"], root)
    match problem["type"]:
        case "missing":
            return PlacedFault("missing-key", _value_at(root, path[:-1]), f"{name} is missing", "Add it here")
        case "union_tag_not_found":
            fix = "Add type: rating, single, text or another kind of item"
            return PlacedFault("missing-key", _value_at(root, path), "type is missing", fix)
        case "extra_forbidden":
            return _unknown_key(path, root, misspelt.get(path))
        case "union_tag_invalid":
            return _unknown_value(_node_at(root, path).get("type"), problem["ctx"]["expected_tags"], "type")
        case "literal_error":
            return _unknown_value(_node_at(root, path), problem["ctx"]["expected"], name)
        case "string_pattern_mismatch":
            code, cause, fix = _PATTERNS[problem["ctx"]["pattern"]]
            return PlacedFault(code, _place(root, problem["loc"]), f"{_shown(problem['input'])} {cause}", fix)
        case "too_short":
            need = problem["ctx"]["min_length"]
            return PlacedFault("empty", _value_at(root, path), f"{name} has fewer than {need}", f"Write {need} or more")
    return _unfit_value(problem, root, name)


def _unfit_value(problem: ErrorDetails, root: Node, name: str) -> PlacedFault:
    place = _place(root, problem["loc"])
    if problem["type"] in _KINDS:
        kind, fix = _KINDS[problem["type"]]
        return PlacedFault("wrong-type", place, f"{name} is {_shown(problem['input'])}, which is not {kind}", fix)
    bound = problem["msg"].removeprefix("Input ").removeprefix("String ")
    return PlacedFault("out-of-range", place, f"{name} {bound}, and is {_shown(problem['input'])}", "Change the value")


def _unknown_key(path: Path, root: Node, meant: str | None) -> PlacedFault:
    parent = _node_at(root, path[:-1])
    fields = _fields(path[:-1], root)
    unused = [name for name in fields if name not in parent.key_positions]
    fix = f"Did you mean {meant}? " if meant else did_you_mean(str(path[-1]), unused)
    fix += f"Known here: {', '.join(unused or fields)}"
    return PlacedFault("unknown-key", _key_place(parent, path[-1]), f"{path[-1]} is not a key of this part", fix)


def _unknown_value(node: Node, expected: str, name: str) -> PlacedFault:
    known = expected.replace(" or ", ", ").replace("'", "")
    fix = did_you_mean(str(node.value), known.split(", ")) + f"Write one of: {known}"
    return PlacedFault("unknown-value", node.position, f"{name} is {_shown(node.plain())}", fix)


def _name(loc: Path, root: Node) -> str:
    if not loc:
        return "the definition"
    if loc[-1] == "[key]":
        return "the key"
    path = _keys(loc)
    listed = _node_at(root, path[:-1]).each()
    return f"entry {int(path[-1]) + 1}" if listed else str(path[-1])


def _misspelt(problems: Sequence[ErrorDetails]) -> dict[Path, str]:
    """Each unknown key that resembles an absent required key of the same part, with that key."""
    missing = [_keys(problem["loc"]) for problem in problems if problem["type"] == "missing"]
    unknown = [_keys(problem["loc"]) for problem in problems if problem["type"] == "extra_forbidden"]
    absent = {path: [str(other[-1]) for other in missing if other[:-1] == path[:-1]] for path in unknown}
    return {path: meant for path in unknown if (meant := closest(str(path[-1]), absent[path]))}


def _is_consequence(problem: ErrorDetails, root: Node) -> bool:
    """A list is called too short when its entries are faulty; only a list that is short as written is a fault."""
    if problem["type"] != "too_short":
        return False
    need: int = problem["ctx"]["min_length"]
    return len(_node_at(root, _keys(problem["loc"])).each()) >= need


def _keys(loc: Path) -> Path:
    """The path in the file: without the kind of item that stands after an item's number, and without the key mark."""
    path = loc[:-1] if loc and loc[-1] == "[key]" else loc
    is_item = len(path) > 4 and path[0] == "pages" and path[2] == "items"
    return (*path[:4], *path[5:]) if is_item else path


def _node_at(root: Node, path: Path) -> Node:
    node = root
    for part in path:
        children = node.each()
        node = children[part] if isinstance(part, int) and children else node.get(_key_of(node, part))
    return node


def _key_of(node: Node, part: int | str) -> object:
    """The key as the file has it: pydantic names keys that are not words by their text."""
    if part in node.key_positions:
        return part
    return next((key for key in node.key_positions if str(key) == str(part)), part)


def _value_at(root: Node, path: Path) -> Position:
    return _node_at(root, path).position


def _place(root: Node, loc: Path) -> Position:
    path = _keys(loc)
    if loc[-1:] != ("[key]",):
        return _value_at(root, path)
    return _key_place(_node_at(root, path[:-1]), path[-1])


def _key_place(parent: Node, part: int | str) -> Position:
    return parent.key_positions.get(_key_of(parent, part), parent.position)


def _shown(value: Any) -> str:
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    return f'"{str(value)[:60]}"' if isinstance(value, str) else str(value)


def _fields(path: Path, root: Node) -> list[str]:
    """The keys that the language knows at this place."""
    kind: Any = Definition
    for depth, part in enumerate(path):
        kind = _inside(kind, part)
        if isinstance(kind, UnionType):
            kind = _item_model(kind, _node_at(root, path[: depth + 1]).get("type").value)
    return list(kind.model_fields) if isinstance(kind, type) and issubclass(kind, BaseModel) else []


def _inside(kind: Any, part: int | str) -> Any:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        kind = kind.model_fields[str(part)].annotation
    else:
        kind = get_args(kind)[0 if get_origin(kind) is tuple else 1]
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def _item_model(kinds: UnionType, tag: object) -> Any:
    for model in get_args(kinds):
        fields = getattr(model, "model_fields", {})
        if "type" in fields and get_args(fields["type"].annotation) == (tag,):
            return model
    return next((model for model in get_args(kinds) if model is not type(None)), None)
