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


def axis_of_shares(values: Iterable[float], mark: float, write: Callable[[float, int], str], title: str) -> Axis:
    """A logarithmic axis over shares in percent: a few large ones do not press the many small ones together.

    It covers ``mark``, the share that they are measured by, and every value down to a tenth of it; less stands at the
    low end. The ticks are 1, 2 and 5 of every power of ten.
    """
    covered = [mark, *(max(value, mark / 10) for value in values)]
    ticks = [10.0**power * factor for power in range(-3, 3) for factor in (1, 2, 5)]
    first = max(tick for tick in ticks if tick <= min(covered))
    last = min(tick for tick in ticks if tick >= max(covered))
    kept = [tick for tick in ticks if first <= tick <= last]
    written = tuple((tick, write(tick, max(0, -floor(log10(tick) + 1e-9)))) for tick in kept)
    return Axis(kept[0], kept[-1], written, title, logarithmic=True)


def _step(span: float) -> float:
    rough = span / _MOST_TICKS
    power = 10.0 ** floor(log10(rough))
    return next(factor * power for factor in _STEPS if factor * power >= rough - 1e-12)
