"""The scales, lists of choices and blocks that a definition may use by name: its own and those of other files."""

import re
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from surveyplat.forms.elements import LANGUAGE_TAG
from surveyplat.forms.outline import TEXT_KEYS, TEXT_MAPPINGS
from surveyplat.forms.spelling import closest, did_you_mean
from surveyplat.forms.yaml_positions import Node, PlacedFault, Position, parse

SHARED_KEY = "surveyplat_shared"
"""The first key of a file that is shared by definitions, and is none itself."""
SHARED_PARTS = {"scales": "scale", "choice_lists": "choice list", "blocks": "block"}
"""What such a file declares, and what one of each is called."""

_FIRST_KEY = re.compile(rb"(\xef\xbb\xbf)?([ \t\r]*(#[^\n]*)?\n|---[ \t\r]*\n)*" + SHARED_KEY.encode() + rb"[ \t]*:")


def is_shared(content: bytes) -> bool:
    """Whether this is a file for sharing: its first key says so."""
    return bool(_FIRST_KEY.match(content))


@dataclass(frozen=True)
class Declared:
    """A scale, choice list or block under its name."""

    place: Position
    node: Node
    ours: bool


@dataclass
class Shelf:
    """Everything that may be used by name, what was used so far, and the faults found on the way.

    ``unresolved`` are places whose name stands for nothing that is known. ``complete`` says whether every item is
    there, or some are missing because a file or a block could not be had.
    """

    languages: list[str]
    declared: dict[str, dict[str, Declared]] = field(default_factory=lambda: {part: {} for part in SHARED_PARTS})
    used: set[tuple[str, str]] = field(default_factory=set)
    files: set[PurePosixPath] = field(default_factory=set)
    faults: list[PlacedFault] = field(default_factory=list)
    unresolved: set[Position] = field(default_factory=set)
    complete: bool = True
    files_lost: bool = False

    def fault(self, code: str, place: Position, cause: str, fix: str) -> None:
        self.faults.append(PlacedFault(code, place, cause, fix))

    def declare(self, root: Node, *, ours: bool) -> None:
        """Put the shared parts of a file on the shelf. What is declared twice is a fault."""
        for part, what in SHARED_PARTS.items():
            self._expect_mapping(part, root.get(part), ours)
            for key, place, node in root.get(part).entries():
                first = self.declared[part].setdefault(str(key), Declared(place, node, ours))
                if first.place != place:
                    cause = f"the {what} {key} is already declared {_on_line(first.place)}"
                    self.fault("duplicate-id", place, cause, "Give each its own name, or remove one")

    def open(self, name: Node, folder: Path) -> None:
        """Put what a file declares on the shelf; what cannot be used of it is a fault."""
        if name.text is None:
            self.fault("wrong-type", name.position, "this is not the name of a file", "Write a path in quotes")
            return
        if cause := self._not_to_be_used(name.text, folder):
            fix = "Name a file beside this one or in a folder below it, with / between folders, once"
            self._lose_file(name, cause, fix)
            return
        try:
            content = (folder / name.text).read_bytes()
        except OSError as error:
            fix = did_you_mean(name.text, _files_near(folder)) + "Name a readable file beside this one or below"
            self._lose_file(name, f"it cannot be read ({error.strerror})", fix)
            return
        self._take(content, name, str(folder / name.text))

    def _not_to_be_used(self, name: str, folder: Path) -> str:
        """Why a file is not opened: it leads out of the folder that is to stay whole wherever it is copied."""
        path = PurePosixPath(name)
        strange = path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name
        if strange or not (folder / name).resolve().is_relative_to(folder.resolve()):
            return "it leads out of the folder of this file"
        if path in self.files:
            return "it is named a second time"
        self.files.add(path)
        return ""

    def _lose_file(self, name: Node, cause: str, fix: str) -> None:
        self.files_lost = True
        self.complete = False
        self.fault("uses-file", name.position, f"{name.text} cannot be used: {cause}", fix)

    def _take(self, content: bytes, name: Node, file: str) -> None:
        if not is_shared(content):
            fix = f"Start it with the line {SHARED_KEY}: 1 if it is to be shared"
            self._lose_file(name, f"it does not start with {SHARED_KEY}", fix)
            return
        root, faults = parse(content)
        self.faults += [fault.moved(file) for fault in faults]
        if root is None:
            self.files_lost = True
            self.complete = False
            return
        moved = root.moved(file)
        self._check_keys(moved)
        self.declare(moved, ours=False)

    def _check_keys(self, root: Node) -> None:
        for key, place, node in root.entries():
            if key == SHARED_KEY and node.value != 1:
                self.fault("unknown-value", node.position, f"{SHARED_KEY} is not 1", f"Write {SHARED_KEY}: 1")
            elif key not in (SHARED_KEY, *SHARED_PARTS):
                fix = did_you_mean(str(key), SHARED_PARTS) + f"Known here: {', '.join(SHARED_PARTS)}"
                self.fault("unknown-key", place, f"{key} is not a key of a file for sharing", fix)

    def _expect_mapping(self, part: str, node: Node, ours: bool) -> None:
        checked_by_models = ours and part == "scales"
        if node.value is not None and not isinstance(node.value, dict) and not checked_by_models:
            self.fault(
                "wrong-type", node.position, f"{part} is not a mapping", 'Write one "name: ..." a line, indented'
            )

    def find(self, part: str, name: Node) -> Node | None:
        """What is declared under a name. An unknown one is a fault, unless it may be in a file that is not there."""
        found = self.declared[part].get(name.text or "")
        if found is None:
            self._not_found(part, name)
            return None
        self.used.add((part, name.text or ""))
        return found.node if found.ours else in_languages(found.node, self.languages)

    def _not_found(self, part: str, name: Node) -> None:
        what, shown = SHARED_PARTS[part], name.text or "nothing"
        self.used.add((part, closest(shown, self.declared[part]) or ""))
        self.unresolved.add(name.position)
        if self.files_lost:
            return
        fix = did_you_mean(shown, self.declared[part]) + f"Name one that is declared under {part}"
        self.fault(f"unknown-{what.replace(' ', '-')}", name.position, f"no {what} is called {shown}", fix)

    def report_unused(self) -> None:
        """What the definition itself declares for use by name, and never uses."""
        for part in ("choice_lists", "blocks"):
            for name, each in self.declared[part].items():
                if each.ours and (part, name) not in self.used:
                    cause = f"the {SHARED_PARTS[part]} {name} is declared and never used"
                    self.fault("unused", each.place, cause, "Use it, or remove it")


def in_languages(node: Node, declared: list[str]) -> Node:
    """A part of another file without the languages that this definition does not ask in."""
    if isinstance(node.value, list):
        return node.with_list([in_languages(child, declared) for child in node.value])
    if not isinstance(node.value, dict):
        return node
    return node.with_entries({key: _under(key, child, declared) for key, child in node.value.items()})


def _under(key: object, node: Node, declared: list[str]) -> Node:
    if key in TEXT_KEYS:
        return _text_in(node, declared)
    if key in TEXT_MAPPINGS and isinstance(node.value, dict):
        return node.with_entries({name: _text_in(text, declared) for name, text in node.value.items()})
    return in_languages(node, declared)


def _text_in(text: Node, declared: list[str]) -> Node:
    if not isinstance(text.value, dict) or not declared:
        return text
    return text.with_entries({tag: each for tag, each in text.value.items() if tag in declared or not _is_tag(tag)})


def _is_tag(tag: object) -> bool:
    return isinstance(tag, str) and bool(re.fullmatch(LANGUAGE_TAG, tag))


def _files_near(folder: Path) -> list[str]:
    near = (*folder.glob("*.y*ml"), *folder.glob("*/*.y*ml"))
    return sorted(path.relative_to(folder).as_posix() for path in near)


def _on_line(place: Position) -> str:
    return f"in {place.file} on line {place.line}" if place.file else f"on line {place.line}"
