"""Round ticks for a chart's axis."""

from collections.abc import Callable, Iterable
from math import ceil, floor, log10

from surveyplat.reports.blocks import Axis

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_MOST_TICKS = 5


def axis_over(
    values: Iterable[float | None],
    write: Callable[[float, int], str],
    title: str,
    *,
    floor_at: float | None = None,
    ceiling_at: float | None = None,
    from_zero: bool = False,
) -> Axis:
    """An axis that covers every value, with at most six round ticks; it starts at 0 when ``from_zero``.

    ``write`` prints a tick with its count of decimals. ``floor_at`` and ``ceiling_at`` are bounds of the scale that the
    axis never passes.
    """
    known = [value for value in values if value is not None] or [0.0, 1.0]
    low, high = (0.0 if from_zero else min(known)), max(known)
    step = _step(high - low if high > low else max(abs(high), 1.0) / 10)
    first = floor(low / step) * step
    if floor_at is not None:
        first = max(first, floor_at)
    count = max(1, ceil((high - first) / step - 1e-9))
    digits = max(0, -floor(log10(step) + 1e-9) + (1 if step * 10 ** -floor(log10(step)) == 2.5 else 0))
    ticks = tuple(first + step * index for index in range(count + 1))
    if ceiling_at is not None and ticks[-1] > ceiling_at:
        ticks = (*(tick for tick in ticks if tick < ceiling_at), ceiling_at)
    return Axis(ticks[0], ticks[-1], tuple((tick, write(tick, digits)) for tick in ticks), title)


def _step(span: float) -> float:
    rough = span / _MOST_TICKS
    power = 10.0 ** floor(log10(rough))
    return next(factor * power for factor in _STEPS if factor * power >= rough - 1e-12)
