"""What pydantic says about a definition's shape, as faults with a place, a cause and a fix.

Pydantic tells where by a location: the keys and list places that lead there, with the kinds of items ("rating") and of
conditions ("<comparison>") in between that it chose on the way. A path here is a location without those kinds.
"""

import re
from collections.abc import Sequence
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, Tag, ValidationError
from pydantic_core import ErrorDetails

from surveyplat.forms.elements import CODE, DAY_OR_TODAY, ID, LANGUAGE_TAG, NOT_BLANK
from surveyplat.forms.language import Definition
from surveyplat.forms.sharing import SHARING_KEYS
from surveyplat.forms.spelling import closest, did_you_mean
from surveyplat.forms.yaml_positions import Node, PlacedFault, Position

Path = tuple[int | str, ...]

_WHOLE = ("a whole number", "Write digits without quotes, point or unit")
_MAPPING = ("a mapping", 'Write one "key: value" a line, indented')
_KINDS = {
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "float_type": ("a number", "Write a number without quotes or unit"),
    "bool_type": ("true or false", "Write true or false"),
    "string_type": ("text", "Put it in quotes"),
    "dict_type": ("a mapping", 'Write one "name: value" a line, indented; a text needs one line for each language'),
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
    "tuple_type": ("a list", 'Write one entry a line, each starting with "- "'),
    "finite_number": ("a finite number", "Write an ordinary number"),
    "invalid_key": ("a key of the definition language", "Remove the entry"),
    "union_tag_not_found": ("one value", "Write a number, a code, a day or a reference such as {answer: reason}"),
}
_A_CONDITION = "Write a condition such as {answer: reason, equals: repair}"
_PATTERNS = {
    ID: ("invalid-id", "is not an id", "Start with a letter, then letters, digits and underscores only"),
    CODE: ("invalid-id", "is not a code", "Use letters, digits and underscores only"),
    LANGUAGE_TAG: ("language-tag", "is not a language tag", "Write a tag such as zh-Hans, en or pt-BR"),
    NOT_BLANK: ("blank", "is blank", "Write the text"),
    DAY_OR_TODAY: ("not-a-day", "is not a day", "Write a day such as 2026-09-30, or today"),
}
_CHOSEN = re.compile(r"<[a-z]+>")
"""How the kinds of conditions, operands and bounds are called in locations."""


def shape_faults(error: ValidationError, root: Node) -> list[PlacedFault]:
    """One fault for each thing that does not fit the language; a misspelt key is one fault, not two."""
    problems = [problem for problem in error.errors(include_url=False) if not _is_consequence(problem, root)]
    misspelt = _misspelt(problems, root)
    meant = {(*path[:-1], word) for path, word in misspelt.items()}
    return [
        _fault(problem, root, misspelt)
        for problem in problems
        if not (problem["type"] == "missing" and _keys(problem["loc"], root) in meant)
    ]


def _fault(problem: ErrorDetails, root: Node, misspelt: dict[Path, str]) -> PlacedFault:
    path = _keys(problem["loc"], root)
    name = _name(problem["loc"], root)
    match problem["type"]:
        case "missing":
            return PlacedFault("missing-key", _value_at(root, path[:-1]), f"{name} is missing", "Add it here")
        case "union_tag_not_found" if problem["ctx"]["discriminator"] == "'type'":
            fix = "Add type: rating, single, text or another kind of item; a block by its name is {use: NAME}"
            return PlacedFault("missing-key", _value_at(root, path), "type is missing", fix)
        case "extra_forbidden":
            return _unknown_key(problem["loc"], root, misspelt.get(path))
        case "union_tag_invalid":
            return _unknown_value(_node_at(root, path).get("type"), problem["ctx"]["expected_tags"], "type")
        case "literal_error":
            return _unknown_value(_node_at(root, path), problem["ctx"]["expected"], name)
        case "string_pattern_mismatch":
            code, cause, fix = _PATTERNS[problem["ctx"]["pattern"]]
            return PlacedFault(code, _place(root, problem["loc"]), f"{_shown(problem['input'])} {cause}", fix)
        case "too_short":
            least, actual = problem["ctx"]["min_length"], problem["ctx"]["actual_length"]
            cause = f"{name} has {actual or 'nothing'} in it, and {least} is the least"
            return PlacedFault("empty", _value_at(root, path), cause, f"Write {least} or more")
    return _unfit_value(problem, root, name)


def _unfit_value(problem: ErrorDetails, root: Node, name: str) -> PlacedFault:
    place, shown = _place(root, problem["loc"]), _shown(problem["input"])
    if problem["type"] in _KINDS:
        kind, fix = _KINDS[problem["type"]]
        fix = _A_CONDITION if problem["loc"][-1:] == ("<comparison>",) else fix
        return PlacedFault("wrong-type", place, f"{name} is {shown}, which is not {kind}", fix)
    if problem["type"] == "too_long":
        most, actual = problem["ctx"]["max_length"], problem["ctx"]["actual_length"]
        cause = f"{name} has {actual} entries, and {most} are the most"
        return PlacedFault("out-of-range", place, cause, "Leave some out")
    bound = problem["msg"].removeprefix("Input ").removeprefix("String ")
    return PlacedFault("out-of-range", place, f"{name} {bound}, and is {shown}", "Change the value")


def _unknown_key(loc: Path, root: Node, meant: str | None) -> PlacedFault:
    parent, key = _node_at(root, _keys(loc[:-1], root)), loc[-1]
    fields = _fields(loc[:-1])
    unused = [name for name in fields if name not in parent.key_positions]
    fix = f"Did you mean {meant}? " if meant else did_you_mean(str(key), unused)
    fix += f"Known here: {', '.join(unused or fields)}"
    return PlacedFault("unknown-key", _key_place(parent, key), f"{key} is not a key of this part", fix)


def _unknown_value(node: Node, expected: str, name: str) -> PlacedFault:
    known = expected.replace(" or ", ", ").replace("'", "")
    fix = did_you_mean(str(node.value), known.split(", ")) + f"Write one of: {known}"
    return PlacedFault("unknown-value", node.position, f"{name} is {_shown(node.plain())}", fix)


def _name(loc: Path, root: Node) -> str:
    if not loc:
        return "the definition"
    if loc[-1] == "[key]":
        return "the key"
    path = _keys(loc, root)
    listed = _node_at(root, path[:-1]).each()
    return f"entry {int(path[-1]) + 1}" if listed else str(path[-1])


def _misspelt(problems: Sequence[ErrorDetails], root: Node) -> dict[Path, str]:
    """Each unknown key that resembles an absent required key of the same part, with that key."""
    missing = [_keys(problem["loc"], root) for problem in problems if problem["type"] == "missing"]
    unknown = [_keys(problem["loc"], root) for problem in problems if problem["type"] == "extra_forbidden"]
    absent = {path: [str(other[-1]) for other in missing if other[:-1] == path[:-1]] for path in unknown}
    return {path: meant for path in unknown if (meant := closest(str(path[-1]), absent[path]))}


def _is_consequence(problem: ErrorDetails, root: Node) -> bool:
    """A list is called too short when its entries are faulty; only a list that is short as written is a fault."""
    if problem["type"] != "too_short":
        return False
    need: int = problem["ctx"]["min_length"]
    return len(_node_at(root, _keys(problem["loc"], root)).each()) >= need


def _keys(loc: Path, root: Node) -> Path:
    """The path in the file: without the kinds that pydantic chose on the way, and without the key mark."""
    whole = loc[:-1] if loc[-1:] == ("[key]",) else loc
    path: list[int | str] = []
    node = root
    for place, part in enumerate(whole):
        if not _is_kind(whole[: place + 1], node):
            path.append(part)
            node = _child(node, part)
    return tuple(path)


def _is_kind(loc: Path, node: Node) -> bool:
    """Whether the last part of a location is a kind that pydantic chose, and no key of the file."""
    *before, part = loc
    if not isinstance(part, str) or part in node.key_positions:
        return _is_kind_of_item(before)
    return bool(_CHOSEN.fullmatch(part)) or _is_kind_of_item(before)


def _is_kind_of_item(before: Sequence[int | str]) -> bool:
    """An entry of a page or block is followed by its kind; names of items, listed elsewhere, are not."""
    return before[:1] == ["pages"] and before[-2:-1] == ["items"] and isinstance(before[-1], int)


def _node_at(root: Node, path: Path) -> Node:
    node = root
    for part in path:
        node = _child(node, part)
    return node


def _child(node: Node, part: int | str) -> Node:
    children = node.each()
    return children[part] if isinstance(part, int) and children else node.get(_key_of(node, part))


def _key_of(node: Node, part: int | str) -> object:
    """The key as the file has it: pydantic names keys that are not words by their text."""
    if part in node.key_positions:
        return part
    return next((key for key in node.key_positions if str(key) == str(part)), part)


def _value_at(root: Node, path: Path) -> Position:
    return _node_at(root, path).position


def _place(root: Node, loc: Path) -> Position:
    path = _keys(loc, root)
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


def _fields(loc: Path) -> list[str]:
    """The keys that the language knows at this location."""
    kind: Any = Definition
    for part in loc:
        kind = _inside(_bare(kind), part)
    model = _bare(kind)
    fields = list(model.model_fields) if isinstance(model, type) and issubclass(model, BaseModel) else []
    return fields if loc else [*fields, *SHARING_KEYS]


def _inside(kind: Any, part: int | str) -> Any:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind.model_fields[str(part)].annotation
    if get_origin(kind) in (tuple, dict):
        return get_args(kind)[0 if get_origin(kind) is tuple else 1]
    return next(member for member in get_args(kind) if part in _tags(member))


def _bare(kind: Any) -> Any:
    """Without the marks of ``Annotated`` and without ``None``; a union of several others stays one."""
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    others = [member for member in get_args(kind) if member is not type(None)]
    optional = type(None) in get_args(kind) and len(others) == 1
    return _bare(others[0]) if optional else kind


def _tags(member: Any) -> tuple[str, ...]:
    """By what pydantic calls a member of a union: its mark, or the kinds of item that it stands for."""
    marks = [mark.tag for mark in get_args(member)[1:] if isinstance(mark, Tag)]
    fields = getattr(member, "model_fields", {})
    return tuple(marks) or (get_args(fields["type"].annotation) if "type" in fields else ())
