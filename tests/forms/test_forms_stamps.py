"""A stamp tells when and on which draft a page was shown, and cannot be made by others."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyplat.forms.stamps import PageView, make_stamp, read_stamp, seconds_shown

KEY = b"k" * 32
VIEW = PageView(UUID(int=7), "d" * 64, "advisor", 3, 1_700_000_000, "ab12", "ABCD--EFGH")


def read(stamp: str, view: PageView = VIEW, key: bytes = KEY):
    return read_stamp(key, stamp, view.invitation, view.definition_hash, view.page)


def test_a_stamp_tells_what_the_page_knew():
    assert read(make_stamp(KEY, VIEW)) == VIEW


@pytest.mark.parametrize(
    "other",
    [
        replace(VIEW, invitation=UUID(int=8)),
        replace(VIEW, definition_hash="e" * 64),
        replace(VIEW, page="facility"),
    ],
)
def test_a_stamp_of_another_page_person_or_version_is_not_read(other):
    assert read(make_stamp(KEY, VIEW), other) is None


@pytest.mark.parametrize(("part", "other"), [(0, "4"), (1, "1699999940"), (2, "cd34"), (3, "ABCD"), (3, "")])
def test_a_stamp_with_another_revision_time_showing_or_content_is_not_read(part, other):
    parts = make_stamp(KEY, VIEW).split(".")
    assert read(".".join([*parts[:part], other, *parts[part + 1 :]])) is None


def test_a_stamp_with_another_key_or_more_to_it_is_not_read():
    assert read(make_stamp(b"x" * 32, VIEW)) is None
    assert read(make_stamp(KEY, VIEW) + "x") is None
    assert read("3.1700000000") is None


@given(st.text())
def test_no_text_breaks_the_reading_of_a_stamp(text):
    assert read(text) is None


def test_seconds_shown_is_never_negative_and_unknown_without_a_stamp():
    assert seconds_shown(VIEW, datetime.fromtimestamp(1_700_000_042, UTC)) == 42
    assert seconds_shown(VIEW, datetime.fromtimestamp(1_600_000_000, UTC)) == 0
    assert seconds_shown(None, datetime.fromtimestamp(1_700_000_042, UTC)) is None
