"""The four kinds of missing, as they stand in a snapshot's columns.

A scale point is never negative, so a negative code cannot be mistaken for an answer, and none of them is 0.
This file imports nothing, so that every room, scoring included, can speak of the same codes.
"""

from enum import IntEnum


class Missing(IntEnum):
    NOT_ASKED = -1
    """The person never reached the page, or a rule hid the item."""
    NOT_ANSWERED = -2
    """The item was shown on a submitted page and left empty."""
    DONT_KNOW = -3
    """The person chose "don't know" or "did not experience"."""
    SUPPRESSED = -4
    """The value exists and may not be shown, because its base is too small."""
