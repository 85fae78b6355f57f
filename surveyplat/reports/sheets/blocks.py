"""A sheet's content as data: boxes of labelled fields in two columns; nothing is drawn here."""

from dataclasses import dataclass

from surveyplat.reports.blocks import KeyFigure


@dataclass(frozen=True)
class Field:
    """What is recorded, under its label; without a text, ``blank`` lines to write on by hand."""

    label: str
    text: str
    blank: int = 1


@dataclass(frozen=True)
class Box:
    number: str
    """1 to 8, or D1 to D8."""
    title: str
    fields: tuple[Field, ...]
    figure: KeyFigure | None = None
    """The one number that the box is about, with its uncertainty."""


@dataclass(frozen=True)
class Sheet:
    """``continued`` ends a text that has no room on the page; the whole text then follows on a further page."""

    language: str
    title: str
    subject: str
    kicker: str
    banner: str
    heading: str
    facts: tuple[tuple[str, str], ...]
    columns: tuple[tuple[Box, ...], tuple[Box, ...]]
    continued: str
    continued_heading: str
    footnote: str
