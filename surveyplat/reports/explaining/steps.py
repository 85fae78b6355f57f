"""An explanation as data: numbered steps of sentences, written-out arithmetic and tables. Drawing decides nothing."""

from dataclasses import dataclass

from surveyplat.reports.blocks import Paragraph, Table


@dataclass(frozen=True)
class Formula:
    """One line of arithmetic, set apart."""

    text: str


Part = Paragraph | Formula | Table


@dataclass(frozen=True)
class Step:
    """``id`` names the step in every language."""

    id: str
    heading: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Explanation:
    title: str
    """The number itself, or that it is withheld."""
    summary: str
    steps: tuple[Step, ...]
