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
    see: str = ""
    """Id of the section to turn to: its page is printed beside the text, as a link."""


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
    see: str = ""
    """Id of the section whose page is printed, as a link, in the last cell: that one is given empty."""


@dataclass(frozen=True)
class Table:
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""


@dataclass(frozen=True)
class Axis:
    """A scale with its printed ticks; a chart's marks stay within low and high.

    On a logarithmic axis, whose low end is above 0, equal distances are equal ratios.
    """

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    title: str
    logarithmic: bool = False


@dataclass(frozen=True)
class Band:
    """Where a value would lie by chance alone: the inner (95 %) range within the outer (99.8 %) one."""

    low: float
    high: float
    outer_low: float
    outer_high: float


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
    band: Band | None = None
    shrunk: float | None = None
    """The value drawn towards what is expected, as a short upright stroke."""


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
class Cross:
    """A point with an interval both ways. ``name`` is short: the table beside the chart says what it stands for."""

    name: str
    x: float
    x_low: float
    x_high: float
    y: float
    y_low: float
    y_high: float
    mark: Mark = "plain"


@dataclass(frozen=True)
class CrossChart:
    """Points on two axes, divided into four fields by a line on each; ``fields`` names these, row by row from above."""

    x_axis: Axis
    y_axis: Axis
    crosses: tuple[Cross, ...]
    x_line: float
    y_line: float
    fields: tuple[str, str, str, str]


@dataclass(frozen=True)
class Part:
    """A share of a row, 0-100, with the text printed where it has room and its place on the scale, 0-1."""

    share: float
    text: str
    shade: float


@dataclass(frozen=True)
class StackedRow:
    label: str
    parts: tuple[Part, ...]
    """They add up to 100."""
    side: tuple[str, ...]


@dataclass(frozen=True)
class StackedChart:
    """Rows of shares that add up to 100 %, darker towards the scale's upper end; ``points`` are its legend."""

    rows: tuple[StackedRow, ...]
    points: tuple[tuple[str, float], ...]
    side_titles: tuple[str, ...]


@dataclass(frozen=True)
class Moment:
    """A period's value with its interval and base; ``low_limit`` and ``high_limit`` are those of a control chart."""

    label: str
    value: float
    low: float
    high: float
    text: str
    base: str
    low_limit: float | None = None
    high_limit: float | None = None
    signals: bool = False


@dataclass(frozen=True)
class TrendChart:
    """Values over time, upright; ``centre`` is that of the control limits."""

    axis: Axis
    moments: tuple[Moment, ...]
    base_title: str
    centre: float | None = None


@dataclass(frozen=True)
class Ranked:
    """A value among many with its interval."""

    value: float
    low: float
    high: float
    mark: Mark = "plain"
    band: Band | None = None


@dataclass(frozen=True)
class CrowdChart:
    """Too many values for a line of text each, side by side in their order, against one value for all."""

    axis: Axis
    values: tuple[Ranked, ...]
    level: float
    level_text: str
    order: str
    """What the order from left to right is."""


AnyChart = DotChart | CrowdChart | BarChart | CrossChart | StackedChart | TrendChart


@dataclass(frozen=True)
class Key:
    """One entry of a figure's legend: what is drawn, and its meaning."""

    symbol: Literal[
        "plain",
        "group",
        "below",
        "above",
        "improve",
        "before",
        "crowd",
        "crowd_below",
        "crowd_above",
        "bar",
        "strong_bar",
        "band",
        "shrunk",
        "limits",
        "signal",
    ]
    text: str


@dataclass(frozen=True)
class Figure:
    title: str
    chart: AnyChart
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
    see: str = ""
    """Id of the section that holds its grounds: its page is printed beside the first part, as a link."""


@dataclass(frozen=True)
class ActionCards:
    actions: tuple[ActionCard, ...]


@dataclass(frozen=True)
class Entry:
    """A line of the contents; the page is known once everything is drawn."""

    section: str
    name: str
    heading: str


@dataclass(frozen=True)
class ContentsList:
    """What the sections are called and what each states, in order; ``page`` is the head above their pages."""

    entries: tuple[Entry, ...]
    page: str


Block = Paragraph | Points | KeyFigures | Table | Figure | ActionCards | ContentsList


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
    code: str = ""
    """What a QR code beside the footnote says; without it there is none."""
    code_alternative: str = ""
    """The same for a reader who does not see it."""
    is_masthead: bool = False
    """Whether it stands above the first section, on the same page: for short reports."""


@dataclass(frozen=True)
class ReferenceWords:
    """How pages are referred to; "{page}", and in ``link`` "{name}" too, are filled in when the pages are known."""

    page: str
    """Printed."""
    link: str
    """What a link is called for a reader who does not see it."""


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
    references: ReferenceWords | None = None
    """None where no section refers to another."""
