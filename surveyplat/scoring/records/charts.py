"""Control charts: what is drawn and what signals."""

from dataclasses import dataclass
from typing import Literal

from surveyplat.scoring.reasons import Reason

Span = Literal["week", "month"]
Kind = Literal["mean", "share", "rate"]
Side = Literal["high", "low"]
LEAST_POINTS = 20
"""Points that a chart needs: fewer say too little of what is usual."""


@dataclass(frozen=True)
class Signal:
    """A point that stands out from what chance would show, and by which rule."""

    point: int
    """Position from 0 on."""
    rule: Literal["beyond_limits", "two_of_three", "four_of_five", "eight_on_one_side", "ewma", "cusum"]
    side: Side


@dataclass(frozen=True)
class Chart:
    """What is drawn: a statistic a point with its limits, and the signals in order of time.

    A CUSUM plots its upper sum (``plotted``) and its lower sum (``plotted_low``, negative), in standard errors.
    """

    kind: str
    centre: float
    plotted: tuple[float, ...]
    plotted_low: tuple[float, ...] | None
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    signals: tuple[Signal, ...]


@dataclass(frozen=True)
class Dispersion:
    """Do the points of a baseline vary as the chart assumes? ``ratio`` 1: yes; above: there is more between them."""

    ratio: float
    p_value: float


@dataclass(frozen=True)
class ChartPoint:
    """One week or month, or several taken together (``2026-W27/2026-W28``), on the measure's published scale."""

    name: str
    value: float
    unweighted_base: int
    effective_base: float


@dataclass(frozen=True)
class MeasureCharts:
    """A measure over time. ``charts`` are empty where ``refused`` says why; a CUSUM counts in standard errors.

    ``dispersion``: whether the points vary as the answers within them would let them; None of means.
    """

    measure: str
    kind: Kind
    periods: tuple[str, ...]
    """The periods charted, oldest first."""
    points: tuple[ChartPoint, ...]
    charts: tuple[Chart, ...]
    dispersion: Dispersion | None
    refused: tuple[Reason, ...] = ()
    stopped: tuple[Reason, ...] = ()
    """Why no period before these is charted."""


@dataclass(frozen=True)
class StudyCharts:
    """``dealer`` is None for everybody."""

    study: str
    period: str
    span: Span
    dealer: str | None
    measures: tuple[MeasureCharts, ...]
