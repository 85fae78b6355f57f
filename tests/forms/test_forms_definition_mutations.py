"""Whatever stands wherever in a definition, its faults are told with a place, a cause and a fix: never a traceback."""

import copy
import json
import random
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from whole_language import SHARED, WHOLE

from surveyplat.errors import DefinitionError, Fault
from surveyplat.forms.loading import definition_from_yaml

TREE = yaml.safe_load(WHOLE)
SHARED_TREE = yaml.safe_load(SHARED)
SCALARS: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    3,
    2.5,
    10**17,
    1e300,
    "",
    " ",
    "x",
    "en",
    "answer",
    "today",
    "2026-02-30",
]
SCALARS += [
    "all",
    "<all>",
    "<comparison>",
    "[key]",
    "visits",
    "speed",
    "work",
    "brakes",
    "{",
    "{answer.speed}",
    "__",
    "é",
]
PARTS: list[Any] = [
    *(
        [],
        {},
        [[]],
        [{}],
        [None],
        {"en": 5},
        {"en": "x"},
        {"zh-Hans": "x", "en": "x"},
        {5: {"en": "x"}},
        {"use": "work"},
    ),
    *({"answer": "speed"}, {"answer": "speed", "event": "date"}, {"calculated": "ticked", "above": 2}, {"equals": 3}),
    *(
        {"all": []},
        {"all": [{"any": [{"answer": "visits", "equals": "often"}]}]},
        {"none": {"answer": "x"}},
        {"any": 5},
    ),
    *({"answer": "visits", "equals": ["often"]}, {"answer": "visits", "one_of": [None]}, {"<all>": 1}, {"[key]": 1}),
    *({"type": "block", "id": "b", "items": []}, {"type": "battery"}, {"type": []}, {"type": "rating", "id": "new"}),
    *(
        {"choose": [{"when": {}, "then": []}]},
        {"days": {"since": "x"}},
        {"difference": [1]},
        {"sum": [1, 2], "mean": [3]},
    ),
]
KEYS: list[Any] = [
    *("id", "type", "show", "items", "use", "choices", "all", "answer", "equals", "details", "then"),
    5,
    True,
]
KEYS += ["<comparison>", "rows", "texts", "labels", "scales", "blocks", "uses", "choice_lists", None, "en", "paths"]


def inner(node: Any) -> list[Any]:
    """Every list and mapping inside a value, itself first."""
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return [node, *(found for child in children for found in inner(child))] if isinstance(node, dict | list) else []


def mutate(tree: Any, rng: random.Random) -> None:
    """One random change somewhere: a value replaced, taken away, doubled, moved, or put under another key."""
    parts = [part for part in inner(tree) if part]
    part = rng.choice(parts)
    key = rng.choice(list(part) if isinstance(part, dict) else range(len(part)))
    put = rng.choice([rng.choice(SCALARS), rng.choice(PARTS), rng.choice(parts)])
    match rng.randrange(5):
        case 0:
            del part[key]
        case 1 if isinstance(part, dict):
            part[rng.choice(KEYS)] = copy.deepcopy(put)
        case 2 if isinstance(part, dict):
            part[rng.choice(KEYS)] = part.pop(key)
        case 3 if isinstance(part, list):
            part.append(copy.deepcopy(part[key]))
        case _:
            part[key] = copy.deepcopy(put)


def faults_of(tree: Any, folder: Path) -> tuple[Fault, ...]:
    content = yaml.dump(tree, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False).encode()
    try:
        definition_from_yaml(content, "whole.yaml", folder)
    except DefinitionError as error:
        return error.faults
    return ()


@pytest.mark.parametrize("seed", range(4))
def test_any_change_of_any_part_is_a_definition_or_a_definition_error(seed: int, tmp_path: Path) -> None:
    (tmp_path / "shared.yaml").write_text(SHARED, encoding="utf-8")
    place = re.compile(rf"(whole\.yaml|{re.escape(str(tmp_path))}/shared\.yaml):\d+:\d+")
    rng = random.Random(seed)
    for _ in range(50):
        tree = copy.deepcopy(TREE)
        for _ in range(rng.choice([1, 1, 2, 4])):
            mutate(tree, rng)
        for fault in faults_of(tree, tmp_path):
            assert place.fullmatch(fault.place), fault
            assert fault.code
            assert fault.cause
            assert fault.fix


@pytest.mark.parametrize("seed", range(2))
def test_any_change_of_a_shared_file_is_a_definition_or_a_definition_error(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    for _ in range(20):
        tree = copy.deepcopy(SHARED_TREE)
        mutate(tree, rng)
        text = yaml.safe_dump(tree, allow_unicode=True, sort_keys=False)
        (tmp_path / "shared.yaml").write_text(text, encoding="utf-8")
        assert all(fault.code for fault in faults_of(TREE, tmp_path)), json.dumps(tree)
