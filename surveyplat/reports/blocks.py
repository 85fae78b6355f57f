"""A report's content as a frozen tree of blocks: every sentence and number is decided here, nothing is drawn.

Charts carry their data and every printed string, so that a drawing decides no wording.
"""

from dataclasses import dataclass
from typing import Literal

Align = Literal["left", "right", "centre"]
Mark = Literal["plain", "group", "below", "above", "improve"]
"""plain: a filled dot; group: a square, the reference; below/above: a triangle; improve: a diamond, act here first."""


@dataclass(frozen=True)
class Paragraph:
    text: str
    lead: str = ""
    """Bold words in front of the text."""
    style: Literal["body", "note", "subheading"] = "body"


@dataclass(frozen=True)
class Points:
    """Numbered findings."""

    points: tuple[Paragraph, ...]


@dataclass(frozen=True)
class KeyFigure:
    label: str
    value: str
    detail: str


@dataclass(frozen=True)
class KeyFigures:
    figures: tuple[KeyFigure, ...]


@dataclass(frozen=True)
class Column:
    title: str
    share: float
    """Of the table's width; the shares are normalised."""
    align: Align = "right"


@dataclass(frozen=True)
class Row:
    cells: tuple[str, ...]
    style: Literal["plain", "total", "muted"] = "plain"


@dataclass(frozen=True)
class Table:
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""


@dataclass(frozen=True)
class Axis:
    """A scale with its printed ticks; a chart's marks stay within low and high."""

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    title: str


@dataclass(frozen=True)
class Dot:
    """A value with its interval on an axis, printed beside it."""

    value: float
    low: float
    high: float
    text: str
    mark: Mark = "plain"
    before: float | None = None
    """The earlier period's value, drawn hollow."""


@dataclass(frozen=True)
class DotRow:
    label: str
    dots: tuple[Dot | None, ...]
    """One for each of the chart's axes; None where the value is not shown."""
    side: str = ""
    """Text at the right edge, such as the base."""


@dataclass(frozen=True)
class Reference:
    axis: int
    value: float
    text: str


@dataclass(frozen=True)
class DotChart:
    """Rows of dots with intervals against one axis or more, side by side."""

    axes: tuple[Axis, ...]
    rows: tuple[DotRow, ...]
    references: tuple[Reference, ...] = ()
    side_title: str = ""


@dataclass(frozen=True)
class Bar:
    label: str
    value: float
    low: float
    high: float
    text: str
    cumulative: str
    before: float | None = None
    strong: bool = False


@dataclass(frozen=True)
class BarChart:
    """A Pareto chart lying on its side: bars from the largest, with intervals, and the cumulative share as text."""

    axis: Axis
    bars: tuple[Bar, ...]
    cumulative_title: str


@dataclass(frozen=True)
class Key:
    """One entry of a figure's legend: what is drawn, and its meaning."""

    symbol: Literal["plain", "group", "below", "above", "improve", "before", "bar", "strong_bar"]
    text: str


@dataclass(frozen=True)
class Figure:
    title: str
    chart: DotChart | BarChart
    keys: tuple[Key, ...]
    alternative: str
    """What the figure shows, for a reader who does not see it."""


@dataclass(frozen=True)
class ActionCard:
    """One action: its number and state, what is to be done, and the labelled rest of its 5W1H plan."""

    number: str
    what: str
    state: str
    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ActionCards:
    actions: tuple[ActionCard, ...]


Block = Paragraph | Points | KeyFigures | Table | Figure | ActionCards


@dataclass(frozen=True)
class Section:
    """``heading`` states the finding; ``bookmark`` is its short name in the outline and above the heading."""

    id: str
    bookmark: str
    heading: str
    blocks: tuple[Block, ...]
    fresh_page: bool = False


@dataclass(frozen=True)
class Cover:
    banner: str
    """What must be seen first, such as that the data are synthetic; empty when there is nothing."""
    kicker: str
    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    footnote: str


@dataclass(frozen=True)
class Content:
    """The whole report."""

    language: str
    title: str
    subject: str
    header: str
    running_banner: str
    cover: Cover
    sections: tuple[Section, ...]
