"""The steps that a change is made of: each factor's part of the index's, each category's part of PP100's."""

from collections.abc import Iterator, Sequence

from surveyplat.reports.axes import axis_over
from surveyplat.reports.blocks import Block, Dot, DotChart, DotRow, Figure, Key, Mark, Reference
from surveyplat.reports.context import Context, by_id, score_digits
from surveyplat.scoring.records.changes import ProblemBridge
from surveyplat.scoring.records.contrast import Contrast
from surveyplat.scoring.results import Change, IndexScore, PeriodComparison


def factor_parts(context: Context, comparison: PeriodComparison, index: IndexScore) -> Iterator[Block]:
    """Weight times change of each factor, in points of the index, and what incomplete answers leave over."""
    whole = by_id(comparison.indices).get(index.id)
    changes = {change.id.removeprefix(f"{index.id}/"): change for change in comparison.factors}
    held = [(factor.id, factor.weight, changes[factor.id]) for factor in index.factors if factor.id in changes]
    if whole is None or whole.change is None or len(held) < max(2, len(index.factors)):
        return
    parts = [(name, _weighted(change, weight)) for name, weight, change in held]
    if any(part is None for _, part in parts):
        return
    digits = score_digits(index.total) + 1
    rows = [_row(context, context.label(index.id), _ends(whole, 1.0), digits, "group")]
    rows += [_row(context, context.label(name), part, digits) for name, part in parts if part is not None]
    rest = whole.change - sum(part[0] for _, part in parts if part is not None)
    yield _figure(context, "change.factors", rows, context.say("factors.points_axis"), context.signed(rest, digits))


_Ends = tuple[float, float | None, float | None]
"""A value with its interval, where it has one."""


def _weighted(change: Change, weight: float) -> _Ends | None:
    return _ends(change, weight) if change.change is not None else None


def _ends(change: Change, weight: float) -> _Ends:
    low, high = (None if end is None else weight * end for end in (change.ci_low, change.ci_high))
    return weight * (change.change or 0.0), low, high


def category_parts(context: Context, bridge: ProblemBridge) -> Iterator[Block]:
    """Each category's step, largest first; the steps add up to the change of the total."""
    rows = [_row(context, context.say("problems.total"), _reach(bridge.change), 1, "group")]
    for step in sorted(bridge.categories, key=lambda step: -abs(step.change.value)):
        rows.append(_row(context, context.label(step.category), _reach(step.change), 1))
    yield _figure(context, "change.categories", rows, context.say("problems.axis"), "")


def _reach(told: Contrast) -> _Ends:
    return told.value, told.ci_low, told.ci_high


def _row(context: Context, name: str, ends: _Ends, digits: int, mark: Mark = "plain") -> DotRow:
    value, low, high = ends
    text = context.signed(value, digits)
    if low is None or high is None:
        return DotRow(name, (Dot(value, value, value, text, mark),))
    reach = f"{context.signed(low, digits)}{context.say('to')}{context.signed(high, digits)}"
    return DotRow(name, (Dot(value, low, high, f"{text} ({reach})", mark),))


def _figure(context: Context, key: str, rows: Sequence[DotRow], title: str, rest: str) -> Figure:
    ends = [end for row in rows for dot in row.dots if dot for end in (dot.low, dot.high)]
    axis = axis_over([*ends, 0.0], context.number, title)
    listed = "; ".join(f"{row.label} {row.dots[0].text}" for row in rows if row.dots[0])
    return Figure(
        context.say(f"{key}.figure"),
        DotChart((axis,), tuple(rows), (Reference(0, 0.0, context.say("change.zero")),)),
        (Key("group", context.say(f"{key}.key.whole")), Key("plain", context.say(f"{key}.key.part", rest=rest))),
        context.say(f"{key}.alternative", list=listed),
    )
