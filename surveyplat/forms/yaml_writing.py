"""Definitions as YAML text that their own reader reads back unchanged, laid out as the shipped ones are."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

_WIDTH = 120
_LONGEST_IN_A_LINE = 90
_READ_AS_A_NUMBER = re.compile(r"[-+.]?[0-9].*")
"""What YAML 1.1, which the writer follows, may leave bare, and the reader, which follows 1.2, takes for a number."""
_SCALARS = (str, int, float, bool)


@dataclass(frozen=True)
class Section:
    """Some keys of the file, and what is to be said above them."""

    content: Mapping[str, Any]
    comment: str = ""


class _Whole(dict[str, Any]):
    """What stands at the left edge: one key a line, however short."""


class _Dumper(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002  (the writer passes both)
        """Lists are indented below their key."""
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  (the writer passes it)
        """Each part is written out where it stands."""
        return True


def yaml_text(sections: Iterable[Section]) -> str:
    """The sections below one another, each under its comment."""
    return "\n".join(_commented(section.comment) + _dumped(section.content) for section in sections)


def _commented(comment: str) -> str:
    return "".join(f"# {line}\n" for line in comment.splitlines())


def _dumped(content: Mapping[str, Any]) -> str:
    return yaml.dump(_Whole(content), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_WIDTH)


def _string(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    style = '"' if _READ_AS_A_NUMBER.fullmatch(text) else "|" if _is_block(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _is_block(text: str) -> bool:
    return "\n" in text and not any(line != line.strip() for line in text.split("\n"))


def _mapping(dumper: yaml.SafeDumper, mapping: dict[Any, Any]) -> yaml.Node:
    return dumper.represent_mapping("tag:yaml.org,2002:map", mapping, flow_style=_fits_a_line(mapping))


def _whole(dumper: yaml.SafeDumper, content: _Whole) -> yaml.Node:
    return dumper.represent_mapping("tag:yaml.org,2002:map", content, flow_style=False)


def _list(dumper: yaml.SafeDumper, entries: list[Any]) -> yaml.Node:
    plain = all(isinstance(entry, _SCALARS) for entry in entries) and len(str(entries)) <= _LONGEST_IN_A_LINE
    return dumper.represent_sequence("tag:yaml.org,2002:seq", entries, flow_style=plain)


def _fits_a_line(mapping: dict[Any, Any]) -> bool:
    """Short texts, comparisons and choices stand in one line; longer parts one key a line."""
    if "\n" in str(mapping.values()) or len(str(mapping)) > _LONGEST_IN_A_LINE:
        return False
    return not mapping or all(_is_small(value) for value in mapping.values())


def _is_small(value: Any) -> bool:
    if isinstance(value, dict):
        return all(isinstance(inner, _SCALARS) for inner in value.values())
    return isinstance(value, _SCALARS)


_Dumper.add_representer(str, _string)
_Dumper.add_representer(dict, _mapping)
_Dumper.add_representer(_Whole, _whole)
_Dumper.add_representer(list, _list)
