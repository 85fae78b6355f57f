"""The name that a misspelt one was probably meant to be."""

from collections.abc import Iterable
from difflib import get_close_matches


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known name that resembles ``word`` most, None when none does."""
    found = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The start of a fix: a question that ends in a space, nothing when no known name resembles ``word``."""
    meant = closest(word, known)
    return f"Did you mean {meant}? " if meant else ""
