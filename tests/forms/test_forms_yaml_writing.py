"""What is written as YAML is read back unchanged by the definitions' own reader, which has its own idea of numbers."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyplat.forms.yaml_positions import parse
from surveyplat.forms.yaml_writing import Section, yaml_text

READABLE = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"], include_characters="\n")).map(str.strip)
PARTS = st.recursive(
    READABLE | st.integers(-(10**9), 10**9) | st.booleans(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), inner),
    max_leaves=12,
)


def read_back(content):
    root, faults = parse(yaml_text([Section(content, "Above it.")]).encode())
    assert faults == []
    return root.plain()


@settings(deadline=None)
@given(PARTS)
def test_whatever_is_written_is_read_back(part):
    assert read_back({"part": part, "again": [part, {"inner": part}]}) == {
        "part": part,
        "again": [part, {"inner": part}],
    }


@pytest.mark.parametrize(
    "text", ["yes", "no", "on", "null", "~", "", "1e5", "1_000", "0x1F", "1.", ".5", "+1", "12:30", "2026-09-30"]
)
def test_a_text_that_looks_like_something_else_stays_a_text(text):
    assert read_back({"text": text}) == {"text": text}


def test_sections_stand_apart_under_their_comments():
    text = yaml_text([Section({"first": 1}), Section({"second": {"a": [1, 2]}}, "Two lines\nof comment.")])
    assert text == "first: 1\n\n# Two lines\n# of comment.\nsecond:\n  a: [1, 2]\n"
