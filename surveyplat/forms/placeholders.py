"""Placeholders in texts: ``{model}``, ``{answer.reason}``, with a fallback ``{answer.town|your town}``.

A brace of its own is written twice: ``{{`` and ``}}``.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from surveyplat.forms.elements import ID

EVENT_NAMES = ("model", "dealer", "brand", "region", "date", "delivered_on", "built_on")
"""Facts of the event that a text may name by themselves."""
DAYS = frozenset({"date", "delivered_on", "built_on"})
"""Those that are days: they are written as the language writes days."""
ALWAYS_THERE = frozenset({"dealer", "brand", "region", "date"})
"""Facts that every event has; any other placeholder needs a fallback."""
SOURCES = ("answer", "calculated")
"""What stands before the point where a text names an answer or a calculated value."""

_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_NAME = re.compile(ID)


class BadPlaceholder(ValueError):
    """A brace without its counterpart, or something between braces that names nothing."""

    def __init__(self, cause: str, column: int) -> None:
        super().__init__(cause)
        self.cause = cause
        self.column = column
        """Where in the text, counted from 0."""


@dataclass(frozen=True)
class Placeholder:
    """``source`` is event, answer or calculated; ``name`` is what it names there."""

    source: str
    name: str
    fallback: str | None = None

    @property
    def may_be_missing(self) -> bool:
        return self.source != "event" or self.name not in ALWAYS_THERE

    def written(self) -> str:
        """As a text writes it, without its fallback."""
        return f"{{{self.name}}}" if self.source == "event" else f"{{{self.source}.{self.name}}}"


@lru_cache(maxsize=8192)
def parse(text: str) -> tuple[str | Placeholder, ...]:
    """A text's plain pieces and placeholders in order. Raises ``BadPlaceholder`` at the first that makes no sense.

    Whether the named item or value exists is not known here.
    """
    pieces: list[str | Placeholder] = []
    plain, end = "", 0
    for token in _TOKEN.finditer(text):
        plain += text[end : token.start()]
        end = token.end()
        if token.group() in ("{{", "}}"):
            plain += token.group()[0]
            continue
        if plain:
            pieces.append(plain)
        pieces.append(_placeholder(token.group(1), token.start()))
        plain = ""
    plain += text[end:]
    return (*pieces, plain) if plain else tuple(pieces)


def _placeholder(inside: str | None, column: int) -> Placeholder:
    if inside is None:
        raise BadPlaceholder("a brace stands alone", column)
    named, bar, fallback = inside.partition("|")
    source, point, name = named.strip().partition(".")
    if not point:
        source, name = "event", source
    elif source not in SOURCES:
        raise BadPlaceholder(f"{source} is nothing that a text can name", column)
    if not _NAME.fullmatch(name):
        raise BadPlaceholder(f'"{named.strip()}" is not a name', column)
    return Placeholder(source, name, fallback.strip() if bar else None)
