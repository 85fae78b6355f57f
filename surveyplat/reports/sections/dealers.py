"""Dealers: the caterpillar figure and the table of every dealer, suppressed ones included."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from surveyplat.reports.axes import axis_over
from surveyplat.reports.blocks import (
    Axis,
    Block,
    Column,
    CrowdChart,
    Dot,
    DotChart,
    DotRow,
    Figure,
    Key,
    Mark,
    Paragraph,
    Ranked,
    Reference,
    Row,
    Section,
    Table,
)
from surveyplat.reports.context import Context, by_id, score_digits
from surveyplat.reports.sections.standing import band_of, standing_blocks, standings
from surveyplat.scoring.records.league import DealerStanding
from surveyplat.scoring.results import Change, DealerCoverage, Estimate

CROWD = 60
"""Above so many dealers the figure is one page, and their lists stand among the appendices."""
EVERY_DEALER = "every_dealer"
_MOST_TOLD = 20


@dataclass(frozen=True)
class _Study:
    """The dealers' values of this study, and which way is better."""

    values: tuple[tuple[str, Estimate], ...]
    group: float
    digits: int
    fewer_is_better: bool
    axis_title: str


def dealers(context: Context) -> Section | None:
    study = _study(context)
    if study is None or not study.values:
        return None
    blocks: list[Block] = [*_figures(context, study)] if len(study.values) > 1 else []
    if blocks:
        blocks.append(Paragraph(context.say("dealers.note"), style="note"))
    if len(study.values) > CROWD:
        blocks += _outstanding(context, study)
        blocks.append(Paragraph(context.say("dealers.crowd.list"), see=EVERY_DEALER))
    else:
        blocks += _lists(context, study)
    return Section("dealers", context.say("dealers"), _heading(context, study), tuple(blocks))


def every_dealer(context: Context) -> Section | None:
    """The lists of all dealers, when they are too many to stand in the way of what follows."""
    study = _study(context)
    if study is None or len(study.values) <= CROWD:
        return None
    blocks = tuple(_lists(context, study))
    return Section(EVERY_DEALER, context.say("dealers.crowd"), context.say("dealers.crowd.heading"), blocks)


def _lists(context: Context, study: _Study) -> Iterator[Block]:
    yield _table(context, study, context.say("dealers.table"), study.values)
    yield from standing_blocks(context, study.digits)


def _outstanding(context: Context, study: _Study) -> Iterator[Table]:
    """Those that differ clearly, in their order; of very many the first and the last ones."""
    marked = [pair for pair in _sorted(study) if _mark(context, pair[0]) != "plain"]
    if len(marked) > _MOST_TOLD:
        marked = marked[: _MOST_TOLD // 2] + marked[-_MOST_TOLD // 2 :]
    if marked:
        yield _table(context, study, context.say("dealers.crowd.table"), marked)


def _study(context: Context) -> _Study | None:
    scores = context.scores
    if scores.indices and scores.dealers and scores.indices[0].score.value is not None:
        index = scores.indices[0]
        values = tuple((dealer.dealer, dealer.index.score) for dealer in scores.dealers)
        digits = score_digits(index.total)
        return _Study(values, index.score.value or 0.0, digits, False, context.say("factors.points_axis"))
    if scores.pp100 is not None and scores.pp100.total.pp100.value is not None:
        values = tuple((cell.id, cell.pp100) for cell in scores.pp100.dealers)
        return _Study(values, scores.pp100.total.pp100.value, 1, True, context.say("problems.axis"))
    return None


def _heading(context: Context, study: _Study) -> str:
    if all(estimate.suppressed for _, estimate in study.values):
        return context.say("dealers.heading.hidden")
    if len(study.values) == 1:
        return context.say("dealers.heading.one")
    kinds = (
        ("dealer_more_problems", "dealer_fewer_problems")
        if study.fewer_is_better
        else ("dealer_below_group", "dealer_above_group")
    )
    names = ("worse", "better", "worse_better") if study.fewer_is_better else ("below", "above", "both")
    worse, better = (len(context.found(kind)) for kind in kinds)
    if not worse and not better:
        return context.say("dealers.heading.none")
    name = names[2] if worse and better else names[0] if worse else names[1]
    counts = {
        "below": context.number(worse),
        "above": context.number(better),
        "count": context.number(len(study.values)),
    }
    return context.say(f"dealers.heading.{name}", **counts)


def _figures(context: Context, study: _Study) -> Iterator[Figure]:
    shown = _sorted(study)
    places = standings(context)
    rows = [_chart_row(context, study, dealer, estimate, places.get(dealer)) for dealer, estimate in shown]
    if not rows:
        return
    group = context.number(study.group, study.digits)
    level, axis = context.say("group_value", value=group), _axis(context, study, rows)
    chart: DotChart | CrowdChart
    if len(study.values) > CROWD:
        chart = CrowdChart(axis, _ranked(rows), study.group, level, context.say("dealers.crowd.order"))
    else:
        chart = DotChart((axis,), tuple(rows), (Reference(0, study.group, level),), context.say("answers"))
    yield Figure(
        context.say("dealers.figure_pp100" if study.fewer_is_better else "dealers.figure"),
        chart,
        _keys(context, study, rows),
        context.say("dealers.alternative", count=context.number(len(rows)), group=group),
    )


def _ranked(rows: Sequence[DotRow]) -> tuple[Ranked, ...]:
    dots = (dot for row in rows for dot in row.dots if dot is not None)
    return tuple(Ranked(dot.value, dot.low, dot.high, dot.mark, dot.band) for dot in dots)


def _sorted(study: _Study) -> list[tuple[str, Estimate]]:
    """Those that are shown, the best first."""
    shown = [(dealer, estimate) for dealer, estimate in study.values if estimate.value is not None]
    return sorted(shown, key=lambda pair: (pair[1].value or 0.0) * (1 if study.fewer_is_better else -1))


def _axis(context: Context, study: _Study, rows: Sequence[DotRow]) -> Axis:
    dots = [dot for row in rows for dot in row.dots if dot]
    ends = [end for dot in dots for end in (dot.low, dot.high)]
    ends += [end for dot in dots if dot.band for end in (dot.band.outer_low, dot.band.outer_high)]
    return axis_over([*ends, study.group], context.number, study.axis_title, floor_at=0.0)


def _chart_row(
    context: Context, study: _Study, dealer: str, estimate: Estimate, standing: DealerStanding | None
) -> DotRow:
    value = estimate.value or 0.0
    low = estimate.ci_low if estimate.ci_low is not None else value
    high = estimate.ci_high if estimate.ci_high is not None else value
    text = f"{context.number(value, study.digits)} ({context.interval(low, high, study.digits)})"
    shrunk = standing.shrunk.value if standing and standing.shrunk else None
    dot = Dot(value, low, high, text, _mark(context, dealer), band=band_of(standing), shrunk=shrunk)
    return DotRow(context.dealer(dealer), (dot,), context.number(estimate.unweighted_base))


def _mark(context: Context, dealer: str) -> Mark:
    kinds = {finding.kind for finding in context.findings if finding.subject == dealer}
    if kinds & {"dealer_below_group", "dealer_more_problems"}:
        return "below"
    return "above" if kinds & {"dealer_above_group", "dealer_fewer_problems"} else "plain"


def _keys(context: Context, study: _Study, rows: Sequence[DotRow]) -> tuple[Key, ...]:
    below, above = ("key.more", "key.fewer") if study.fewer_is_better else ("key.below", "key.above")
    crowded = len(study.values) > CROWD
    keys = [
        Key("crowd" if crowded else "plain", context.say("key.value")),
        Key("crowd_below" if crowded else "below", context.say(below)),
        Key("crowd_above" if crowded else "above", context.say(above)),
    ]
    dots = [dot for row in rows for dot in row.dots if dot]
    if any(dot.band for dot in dots):
        keys.append(Key("band", context.say("key.band")))
    if any(dot.shrunk is not None for dot in dots) and not crowded:
        keys.append(Key("shrunk", context.say("key.shrunk")))
    return tuple(keys)


def _table(context: Context, study: _Study, title: str, values: Sequence[tuple[str, Estimate]]) -> Table:
    columns = [
        Column(context.say("dealers.dealer"), 0.32, "left"),
        Column(context.say("dealers.region"), 0.10, "left"),
        Column(context.say("dealers.coverage"), 0.13),
        Column(context.say("pp100_short" if study.fewer_is_better else "factors.score"), 0.11),
        Column(context.say("interval95"), 0.15),
    ]
    changes = by_id(context.comparable.dealers) if context.comparable else {}
    if changes:
        columns += [Column(context.say("factors.change"), 0.09), Column(context.say("factors.verdict"), 0.15, "left")]
    coverage = {each.dealer: each for each in context.scores.coverage}
    rows = tuple(_row(context, study, dealer, estimate, coverage.get(dealer), changes) for dealer, estimate in values)
    return Table(title, tuple(columns), rows, context.say("dealers.table_note"))


def _row(
    context: Context,
    study: _Study,
    dealer: str,
    estimate: Estimate,
    coverage: DealerCoverage | None,
    changes: dict[str, Change],
) -> Row:
    digits = study.digits if study.fewer_is_better else study.digits + 1
    cells = [
        context.dealer(dealer),
        context.bundle.regions.get(dealer, ""),
        _answers(context, estimate, coverage),
        context.value(estimate, digits),
        context.estimate_interval(estimate, digits),
    ]
    if changes:
        change = changes.get(dealer)
        cells += [context.signed(change.change if change else None, digits), context.verdict(change)]
    return Row(tuple(cells), "muted" if estimate.suppressed else "plain")


def _answers(context: Context, estimate: Estimate, coverage: DealerCoverage | None) -> str:
    responses = context.number(coverage.responses if coverage else estimate.unweighted_base)
    if coverage is None or coverage.eligible is None:
        return responses
    return context.say("dealers.coverage_of", responses=responses, eligible=context.number(coverage.eligible))
