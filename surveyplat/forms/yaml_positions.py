"""YAML with a place for every value: a tree of nodes built from parse events, without recursion and within bounds.

Plain scalars follow YAML 1.2's core schema (null, true, false, whole numbers, decimals); ``yes``, ``no``, ``on``,
``off``, dates and sexagesimals stay text. Tags, merge keys and complex keys are not part of a definition.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import yaml

from surveyplat.errors import Fault

MOST_BYTES = 4_000_000
MOST_NODES = 200_000
MOST_DEPTH = 40

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CONSTANTS = {"": None, "~": None} | {
    word: value
    for plain, value in (("null", None), ("true", True), ("false", False))
    for word in (plain, plain.capitalize(), plain.upper())
}
_WHOLE = re.compile(r"[-+]?[0-9]{1,18}")
_NOT_ALLOWED = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")


@dataclass(frozen=True, order=True)
class Position:
    """Where a value starts, counted from 1. ``file`` is given where it is not the file that was asked for."""

    line: int
    column: int
    file: str = ""


START = Position(1, 1)


@dataclass(frozen=True)
class PlacedFault:
    """A fault of a text whose file may not be known here; ``in_file`` completes it."""

    code: str
    position: Position
    cause: str
    fix: str

    def in_file(self, name: str) -> Fault:
        place = f"{self.position.file or name}:{self.position.line}:{self.position.column}"
        return Fault(self.code, place, self.cause, self.fix)

    def moved(self, file: str) -> "PlacedFault":
        """The same fault, known to stand in ``file``."""
        return replace(self, position=replace(self.position, file=file))


@dataclass(frozen=True)
class Node:
    """A value and its place. ``value`` is a scalar, a list of nodes, or a dict of key -> node.

    The accessors are tolerant: what is absent or of another kind reads as empty, so that checks need no guards.
    """

    position: Position
    value: Any
    key_positions: dict[Any, Position] = field(default_factory=dict)
    size: int = 1
    height: int = 1

    def get(self, key: object) -> "Node":
        """The node under ``key``, else an empty one at this place."""
        found = self.value.get(key) if isinstance(self.value, dict) else None
        return found if found is not None else Node(self.position, None)

    def each(self) -> Sequence["Node"]:
        """The nodes of a list."""
        return self.value if isinstance(self.value, list) else ()

    def entries(self) -> Iterator[tuple[Any, Position, "Node"]]:
        """Key, the key's place and the node, for each entry of a mapping."""
        if isinstance(self.value, dict):
            for key, child in self.value.items():
                yield key, self.key_positions[key], child

    @property
    def text(self) -> str | None:
        return self.value if isinstance(self.value, str) else None

    @property
    def whole(self) -> int | None:
        return self.value if isinstance(self.value, int) and not isinstance(self.value, bool) else None

    def plain(self) -> Any:
        """The value without places: dicts, lists and scalars."""
        if isinstance(self.value, dict):
            return {key: child.plain() for key, child in self.value.items()}
        if isinstance(self.value, list):
            return [child.plain() for child in self.value]
        return self.value

    def with_list(self, children: Sequence["Node"]) -> "Node":
        """A node at the same place with this list as its value."""
        return replace(self, value=list(children), key_positions={}, size=1 + sum(child.size for child in children))

    def with_entries(self, entries: Mapping[Any, "Node"]) -> "Node":
        """A node at the same place with this mapping as its value; a key that is new stands where its value does."""
        places = {key: self.key_positions.get(key, child.position) for key, child in entries.items()}
        size = 1 + sum(child.size for child in entries.values())
        return replace(self, value=dict(entries), key_positions=places, size=size)

    def moved(self, file: str) -> "Node":
        """The same tree, known to stand in ``file``."""
        value = self.value
        if isinstance(value, dict):
            value = {key: child.moved(file) for key, child in value.items()}
        elif isinstance(value, list):
            value = [child.moved(file) for child in value]
        places = {key: replace(place, file=file) for key, place in self.key_positions.items()}
        return replace(self, position=replace(self.position, file=file), value=value, key_positions=places)


def parse(content: bytes) -> tuple[Node | None, list[PlacedFault]]:
    """Read one YAML document. Gives its tree (None when it cannot be read at all) and every fault found on the way."""
    builder = _Builder()
    try:
        _feed(builder, _decoded(content))
    except _Unreadable as stop:
        return None, [*builder.faults, stop.fault]
    if builder.root is None:
        builder.faults.append(PlacedFault("empty", START, "the file is empty", "Write a definition"))
    return builder.root, builder.faults


class _Unreadable(Exception):
    def __init__(self, code: str, position: Position, cause: str, fix: str) -> None:
        super().__init__(cause)
        self.fault = PlacedFault(code, position, cause, fix)


def _decoded(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise _Unreadable("too-large", START, f"the file has {len(content)} bytes", f"Keep it under {MOST_BYTES}")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = _position_at(content[: error.start].decode("utf-8-sig", "replace"))
        raise _Unreadable("encoding", place, "the file is not UTF-8 from here on", "Save it as UTF-8") from None
    if strange := _NOT_ALLOWED.search(text):
        cause = f"the character U+{ord(strange.group()):04X} is not allowed"
        raise _Unreadable("encoding", _position_at(text[: strange.start()]), cause, "Remove it")
    return text


def _feed(builder: "_Builder", text: str) -> None:
    try:
        for event in yaml.parse(text, Loader=_Loader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        raise _syntax(error) from None


def _syntax(error: yaml.MarkedYAMLError) -> _Unreadable:
    """Where the reader stumbled; for something that is never closed, where it was opened."""
    stumbled, opened, problem = error.problem_mark, error.context_mark, error.problem or "this is not YAML"
    mark = opened if opened and "unexpected end" in problem else stumbled or opened
    since = f" that starts on line {opened.line + 1}" if opened and stumbled and opened.line < stumbled.line else ""
    cause = f"{error.context}{since}: {problem}" if error.context else problem
    fix = "Look at indentation, colons and quotes there and on the line above"
    return _Unreadable("syntax", _position(mark) if mark else START, cause, fix)


def _position(mark: Any) -> Position:
    return Position(mark.line + 1, mark.column + 1)


def _position_at(before: str) -> Position:
    return Position(before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)


def _scalar(event: yaml.ScalarEvent) -> Any:
    """The core schema's value of a plain scalar; a quoted or block scalar is text."""
    word = event.value
    if event.style not in (None, ""):
        return word
    if word in _CONSTANTS:
        return _CONSTANTS[word]
    if _WHOLE.fullmatch(word):
        return int(word)
    return float(word) if _DECIMAL.fullmatch(word) else word


@dataclass
class _Open:
    """A list or mapping whose end has not come yet; a mapping's keys and values alternate."""

    position: Position
    anchor: str | None
    mapping: bool
    children: list[Node] = field(default_factory=list)


class _Builder:
    def __init__(self) -> None:
        self.root: Node | None = None
        self.faults: list[PlacedFault] = []
        self._open: list[_Open] = []
        self._anchors: dict[str, Node] = {}

    def take(self, event: Any) -> None:
        if isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.NodeEvent):
            self._node(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close()
        elif isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
            place = _position(event.start_mark)
            raise _Unreadable("syntax", place, "a second document starts here", "Keep one definition in one file")

    def _node(self, event: Any) -> None:
        place = _position(event.start_mark)
        if event.tag is not None:
            self.faults.append(PlacedFault("tag", place, f"the tag {event.tag} has no meaning here", "Remove it"))
        if isinstance(event, yaml.ScalarEvent):
            self._add(Node(place, _scalar(event)), event.anchor)
            return
        self._open.append(_Open(place, event.anchor, isinstance(event, yaml.MappingStartEvent)))
        self._bound_depth(len(self._open), place)

    def _alias(self, event: yaml.AliasEvent) -> None:
        place = _position(event.start_mark)
        if event.anchor not in self._anchors:
            cause = f"nothing complete is named &{event.anchor} before this place"
            raise _Unreadable(
                "unknown-anchor", place, cause, "Name a value further up, and never one from inside itself"
            )
        self._add(self._anchors[event.anchor], None)

    def _close(self) -> None:
        done = self._open.pop()
        size = 1 + sum(child.size for child in done.children)
        height = 1 + max((child.height for child in done.children), default=0)
        self._bound_depth(len(self._open) + height, done.position)
        if size > MOST_NODES:
            cause = f"with its aliases written out this part has more than {MOST_NODES} values"
            raise _Unreadable("too-large", done.position, cause, "Split the definition, or repeat less through aliases")
        if not done.mapping:
            self._add(Node(done.position, done.children, {}, size, height), done.anchor)
            return
        values, places = self._mapping(done)
        self._add(Node(done.position, values, places, size, height), done.anchor)

    def _mapping(self, done: _Open) -> tuple[dict[Any, Node], dict[Any, Position]]:
        values: dict[Any, Node] = {}
        places: dict[Any, Position] = {}
        for key, value in zip(done.children[::2], done.children[1::2], strict=True):
            if isinstance(key.value, list | dict):
                self.faults.append(
                    PlacedFault("syntax", key.position, "a key is a list or a mapping", "Use a word as key")
                )
            elif key.value in values:
                first = places[key.value].line
                cause = f"{key.value!r} stands twice in one mapping, first on line {first}"
                self.faults.append(PlacedFault("duplicate-key", key.position, cause, "Keep one of them"))
            else:
                values[key.value], places[key.value] = value, key.position
        return values, places

    def _add(self, node: Node, anchor: str | None) -> None:
        if anchor is not None:
            self._anchors[anchor] = node
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node

    @staticmethod
    def _bound_depth(depth: int, place: Position) -> None:
        if depth > MOST_DEPTH:
            raise _Unreadable("too-deep", place, f"values are nested more than {MOST_DEPTH} deep", "Nest less")
