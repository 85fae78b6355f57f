"""No sentence is kept in three languages that no report says: every key is named by the program, whole or in parts."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import surveyplat
from surveyplat.reports.phrases import phrases


@cache
def _trees() -> tuple[ast.Module, ...]:
    package = Path(surveyplat.__file__).parent
    return tuple(ast.parse(file.read_text(encoding="utf-8")) for file in sorted(package.rglob("*.py")))


def _nodes() -> Iterator[ast.AST]:
    for tree in _trees():
        yield from ast.walk(tree)


@cache
def _texts() -> frozenset[str]:
    return frozenset(node.value for node in _nodes() if isinstance(node, ast.Constant) and isinstance(node.value, str))


@cache
def _words() -> frozenset[str]:
    """What may stand in an open place of a key: the program's texts and names of fields, as keys are written."""
    fields = {
        node.target.id for node in _nodes() if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }
    return frozenset(text.replace(" ", "_") for text in _texts() | fields)


@cache
def _composed() -> tuple[re.Pattern[str], ...]:
    """Keys that the program puts together, such as ``f"state.{action.state}"``."""
    joined = [node.values for node in _nodes() if isinstance(node, ast.JoinedStr)]
    fixed = ["".join(str(part.value) for part in parts if isinstance(part, ast.Constant)) for parts in joined]
    return tuple(
        re.compile("".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else "(.+)" for part in parts))
        for parts, text in zip(joined, fixed, strict=True)
        if " " not in text and re.search("[a-z]{2}", text)
    )


def is_said(key: str) -> bool:
    key = key.replace(" ", "_")
    return key in _words() or any(
        all(map(_is_part, found.groups())) for each in _composed() if (found := each.fullmatch(key))
    )


def _is_part(part: str) -> bool:
    return is_said(part) or ("." in part and all(map(is_said, part.split("."))))


@pytest.mark.parametrize("key", ["reason.nobody_counts_this", "summary.never_written", "no_such_key"])
def test_a_key_that_the_program_never_says_is_found(key: str) -> None:
    assert not is_said(key)


def test_every_sentence_is_said_somewhere() -> None:
    assert [key for key in phrases("en") if not is_said(key)] == []
