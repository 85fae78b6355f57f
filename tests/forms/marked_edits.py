"""Faulty definitions made from a sound one: pieces are replaced, and the mark ^ shows where the fault is reported."""

from pathlib import Path

import pytest

from surveyplat.errors import DefinitionError
from surveyplat.forms.loading import load_definition

MARK = "^"


def edited(sound: str, edits: dict[str, str]) -> tuple[str, int, int]:
    """The sound text with the edits, without the mark, and the mark's line and column."""
    text = sound
    for old, new in edits.items():
        assert text.count(old) == 1, f"{old!r} must stand once in the sound definition"
        text = text.replace(old, new)
    before, _, after = text.partition(MARK)
    return before + after, before.count("\n") + 1, len(before) - before.rfind("\n")


def faults_of(file: Path) -> list[tuple[str, str]]:
    """The code and the place of every fault of a file, relative to its folder."""
    with pytest.raises(DefinitionError) as caught:
        load_definition(file)
    return [(fault.code, fault.place.removeprefix(f"{file.parent}/")) for fault in caught.value.faults]
