"""The arithmetic of the number itself, written out: an index from its factors, a mean or rate from the answers."""

from collections.abc import Iterator, Sequence
from functools import partial

from surveyplat.reports.blocks import Column, Row, Table
from surveyplat.reports.explaining.evidence import ScalePoint
from surveyplat.reports.explaining.steps import Part, Step
from surveyplat.reports.explaining.subject import cell_of, index_of
from surveyplat.reports.explaining.voice import HEADLINE_RATES, Voice
from surveyplat.scoring.columns import DETRACTOR, KINDS, PROMOTER, TOP_BOXES
from surveyplat.scoring.indices import on_100_points
from surveyplat.scoring.intervals import mean_interval
from surveyplat.scoring.plan import Factor, IndexPlan, ScaleItem
from surveyplat.scoring.results import Estimate, FactorScore
from surveyplat.scoring.suppression import published

LEAST_ANSWERS = 5
"""A scale point that fewer gave is not shown by itself: the weight of one answer tells which dealer it came from."""
_SUM_DIGITS = 2
_WEIGHT_DIGITS = range(3, 7)


def arithmetic_steps(voice: Voice) -> Iterator[Step]:
    """The steps from answers to the value. Only for a number that is shown."""
    if voice.subject.kind == "index":
        plan = next(index for index in voice.published.plan.indices if index.id == voice.subject.id)
        yield Step("factors", voice.say("explain.factors"), tuple(_factors(voice, plan)))
        yield Step("index", voice.say("explain.index"), tuple(_index(voice, plan)))
    elif voice.subject.kind == "pp100":
        yield Step("problems", voice.say("explain.problems"), tuple(_problems(voice)))
    elif voice.subject.kind == "rate" and voice.subject.id not in HEADLINE_RATES:
        yield Step("answers", voice.say("explain.answers"), tuple(_declared_rate(voice)))
    else:
        yield Step("answers", voice.say("explain.answers"), tuple(_answers(voice)))


def _factors(voice: Voice, plan: IndexPlan) -> Iterator[Part]:
    total = voice.number(plan.total)
    yield voice.paragraph("explain.factors.rule", total=total)
    columns = (
        Column(voice.say("explain.factors.name"), 0.4, "left"),
        *(Column(voice.say(f"explain.factors.{name}"), 0.1) for name in ("weight", "base", "scale", "mean")),
        Column(voice.say("explain.factors.points", total=total), 0.15),
    )
    scores = index_of(voice.scores, voice.subject).factors
    weights = _weight_texts(voice, scores)
    rows: list[Row] = []
    for factor, score, weight in zip(plan.factors, scores, weights, strict=True):
        base = voice.number(score.score.unweighted_base)
        rows.append(Row((voice.label(factor.id), weight, base, "", "", voice.value(score.score.value)), "total"))
        rows += _items(voice, plan, factor, shown=score.score.value is not None)
    yield Table(voice.say("explain.factors.table"), columns, tuple(rows))
    yield voice.note("explain.factors.note")


def _items(voice: Voice, plan: IndexPlan, factor: Factor, *, shown: bool) -> Iterator[Row]:
    scale = {item.id: item for item in voice.published.plan.items}
    for name in factor.items:
        item, ratio = scale[name], voice.evidence.items[name]
        ends = partial(mean_interval, lowest=float(item.minimum), highest=float(item.maximum))
        mean = published(ratio, ends).value if shown else None
        points = None if mean is None else (mean - item.minimum) / (item.maximum - item.minimum) * plan.total
        base = voice.number(ratio.unweighted_base)
        cells = (base, f"{item.minimum}–{item.maximum}", voice.number(mean, 3), voice.value(points))
        yield Row((f"  {voice.label(name)}", "", *cells), "muted")


def _index(voice: Voice, plan: IndexPlan) -> Iterator[Part]:
    declared = " + ".join(f"{factor.weight:g}" for factor in plan.factors)
    total = f"{sum(factor.weight for factor in plan.factors):g}"
    yield voice.paragraph(
        "explain.index.weights", declared=declared, sum=total, source=plan.weights_source.rstrip(".。 ")
    )
    factors = index_of(voice.scores, voice.subject).factors
    withheld = [voice.label(factor.id) for factor in factors if factor.score.value is None]
    if withheld:
        yield voice.paragraph("explain.index.withheld_factor", factors=voice.joined(withheld))
        return
    yield voice.paragraph("explain.index.rule")
    added = sum(factor.weight * (factor.score.value or 0.0) for factor in factors)
    terms = (
        f"{weight} × {voice.value(factor.score.value)}"
        for weight, factor in zip(_weight_texts(voice, factors), factors, strict=True)
    )
    yield voice.formula("explain.index.sum", terms=" + ".join(terms), sum=voice.value(added))
    yield from _moved_by_missing(voice, added)


def _moved_by_missing(voice: Voice, added: float) -> Iterator[Part]:
    """What renormalised weights change; the shown numbers' difference, so that they add up as shown."""
    leftovers, value = voice.evidence.leftovers, voice.estimate.value or 0.0
    if leftovers is None or not (leftovers.incomplete or leftovers.unusable):
        yield voice.paragraph("explain.index.complete")
        return
    counts = {
        "incomplete": voice.number(leftovers.incomplete),
        "unusable": voice.number(leftovers.unusable),
    }
    yield voice.paragraph("explain.index.incomplete", **counts)
    moved = round(value, voice.digits) - round(added, voice.digits)
    yield voice.formula(
        "explain.index.moved",
        sum=voice.value(added),
        sign="−" if moved < 0 else "+",
        moved=voice.value(abs(moved)),
        value=voice.value(value),
    )


def _weight_texts(voice: Voice, factors: tuple[FactorScore, ...]) -> list[str]:
    """Normalised weights with as many decimals as tell them, six at most."""
    weights = [factor.weight for factor in factors]
    exact = (digits for digits in _WEIGHT_DIGITS if all(abs(round(w, digits) - w) < 1e-9 for w in weights))
    digits = next(exact, _WEIGHT_DIGITS[-1])
    return [voice.number(weight, digits) for weight in weights]


def _declared_rate(voice: Voice) -> Iterator[Part]:
    rate = next(rate for rate in voice.published.plan.rates if rate.id == voice.subject.id)
    counted = [str(answer) for answer in rate.counted]
    columns = voice.joined(list(rate.columns))
    yield voice.paragraph("explain.answers.rate_rule", counted=voice.joined(counted), columns=columns)
    weight = voice.estimate.weighted_base
    yield voice.formula(
        "explain.answers.rate",
        inside=voice.number(voice.evidence.ratio.value * weight, _SUM_DIGITS),
        weight=voice.number(weight, _SUM_DIGITS),
        value=voice.value(voice.estimate.value),
    )


def _answers(voice: Voice) -> Iterator[Part]:
    item = _answered_item(voice)
    columns = tuple(
        Column(voice.say(f"explain.answers.{name}"), share)
        for name, share in (("point", 0.2), ("count", 0.3), ("weight", 0.5))
    )
    rows = tuple(_counted(voice, group) for group in grouped(voice.evidence.points))
    yield Table(voice.say("explain.answers.table", item=voice.label(item.id)), columns, rows)
    if len(rows) < len(voice.evidence.points):
        yield voice.note("explain.answers.note", least=voice.number(LEAST_ANSWERS))
    weight = voice.number(voice.estimate.weighted_base, _SUM_DIGITS)
    if voice.subject.kind == "item":
        yield from _mean(voice, item, weight)
    elif voice.subject.id == "nps":
        yield voice.paragraph("explain.answers.nps_rule")
        promoters = _weight_where(voice, PROMOTER, item.maximum)
        detractors = _weight_where(voice, item.minimum, DETRACTOR)
        value = voice.value(voice.estimate.value)
        yield voice.formula(
            "explain.answers.nps", promoters=promoters, detractors=detractors, weight=weight, value=value
        )
    else:
        yield voice.paragraph("explain.answers.csat_rule")
        top = _weight_where(voice, item.maximum - TOP_BOXES + 1, item.maximum)
        yield voice.formula("explain.answers.csat", top=top, weight=weight, value=voice.value(voice.estimate.value))


def grouped(points: Sequence[ScalePoint]) -> list[list[ScalePoint]]:
    """Neighbouring points, taken together from the lowest on until ``LEAST_ANSWERS`` gave one of them."""
    groups: list[list[ScalePoint]] = []
    for point in points:
        if groups and sum(each.answers for each in groups[-1]) < LEAST_ANSWERS:
            groups[-1].append(point)
        else:
            groups.append([point])
    if len(groups) > 1 and sum(each.answers for each in groups[-1]) < LEAST_ANSWERS:
        rest = groups.pop()
        groups[-1] += rest
    return groups


def _counted(voice: Voice, group: list[ScalePoint]) -> Row:
    first, last = group[0].point, group[-1].point
    answers = voice.number(sum(each.answers for each in group))
    weight = voice.number(sum(each.weight for each in group), _SUM_DIGITS)
    return Row((str(first) if first == last else f"{first}–{last}", answers, weight))


def _answered_item(voice: Voice) -> ScaleItem:
    plan = voice.published.plan
    name = {"nps": plan.recommend, "csat": plan.overall}.get(voice.subject.id, voice.subject.id)
    return next(item for item in plan.items if item.id == name)


def _mean(voice: Voice, item: ScaleItem, weight: str) -> Iterator[Part]:
    value = voice.value(voice.estimate.value)
    weighted = sum(each.point * each.weight for each in voice.evidence.points)
    yield voice.paragraph("explain.answers.mean_rule")
    yield voice.formula(
        "explain.answers.mean", weighted=voice.number(weighted, _SUM_DIGITS), weight=weight, value=value
    )
    yield voice.paragraph("explain.answers.hundred_rule")
    points = voice.number(on_100_points(voice.evidence.ratio, item).value, 2)
    ends = {"lowest": str(item.minimum), "highest": str(item.maximum)}
    yield voice.formula("explain.answers.hundred", value=value, points=points, **ends)


def _weight_where(voice: Voice, lowest: int, highest: int) -> str:
    inside: list[ScalePoint] = [each for each in voice.evidence.points if lowest <= each.point <= highest]
    return voice.number(sum(each.weight for each in inside), _SUM_DIGITS)


def _problems(voice: Voice) -> Iterator[Part]:
    if voice.scores.pp100 is None:
        return
    cell = cell_of(voice.scores.pp100, voice.subject)
    base = voice.number(cell.pp100.unweighted_base)
    yield voice.paragraph("explain.problems.count", base=base, problems=voice.number(cell.problems))
    yield voice.paragraph("explain.problems.rule")
    weight = voice.estimate.weighted_base
    yield voice.formula(
        "explain.problems.rate",
        weighted=voice.number(voice.evidence.ratio.value * weight, _SUM_DIGITS),
        weight=voice.number(weight, _SUM_DIGITS),
        value=voice.value(voice.estimate.value),
    )
    kinds = [
        _kind(voice, kind, rate)
        for kind, rate in zip(KINDS, (cell.malfunction, cell.design), strict=True)
        if rate is not None
    ]
    if kinds:
        yield voice.paragraph("explain.problems.kinds", kinds=voice.joined(kinds))


def _kind(voice: Voice, kind: str, rate: Estimate) -> str:
    word = voice.say(f"problems.kind.{kind}")
    if rate.value is None:
        return voice.say("explain.problems.kind_withheld", kind=word)
    ends = f"{voice.value(rate.ci_low)}–{voice.value(rate.ci_high)}"
    return voice.say("explain.problems.kind", kind=word, value=voice.value(rate.value), interval=ends)
