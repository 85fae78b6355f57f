"""What an answer weighs: the same as every other, its dealer's share of the events, or raked to several margins."""

from collections.abc import Iterator

from surveyplat.reports import formats
from surveyplat.reports.blocks import Paragraph
from surveyplat.reports.explaining.evidence import weights_of
from surveyplat.reports.explaining.steps import Formula, Part, Step
from surveyplat.reports.explaining.voice import Voice
from surveyplat.reports.reasons import reasons_text
from surveyplat.scoring.records.coverage import DEALER, MONTH
from surveyplat.scoring.weighting import MarginCategory, WeightedMargin

_WEIGHT_DIGITS = 4


def weighting_step(voice: Voice) -> Step:
    """What an answer stands for."""
    parts = {"unweighted": _unweighted, "raked": _raked, "post_stratified_by_dealer": _weighted}
    return Step("weighting", voice.say("explain.weighting"), tuple(parts[voice.scores.weighting](voice)))


def _unweighted(voice: Voice) -> Iterator[Part]:
    yield voice.paragraph("explain.weighting.unweighted")


def _weighted(voice: Voice) -> Iterator[Part]:
    yield voice.paragraph("explain.weighting.rule")
    yield from _why(voice)
    weights = weights_of(voice.scores)
    if voice.subject.dealer is None:
        yield from _weights_of_all(voice, weights)
    else:
        yield _weight(voice, voice.subject.dealer, weights)
        rows = {each.dealer: each.responses for each in voice.scores.coverage}
        total = sum(weight * rows[dealer] for dealer, weight in weights.items())
        share = weights[voice.subject.dealer] * rows[voice.subject.dealer] / total
        yield voice.paragraph("explain.weighting.within", share=formats.percent(share, 1, voice.language))
    yield from _sum(voice)


def _sum(voice: Voice) -> Iterator[Part]:
    if voice.shown:
        yield voice.paragraph(
            "explain.weighting.sum",
            base=voice.number(voice.estimate.unweighted_base),
            counted=voice.base_words,
            weight=voice.number(voice.estimate.weighted_base, 2),
        )


def _weights_of_all(voice: Voice, weights: dict[str, float]) -> Iterator[Part]:
    ranked = sorted(weights, key=lambda dealer: (weights[dealer], dealer))
    yield voice.paragraph("explain.weighting.range", dealers=voice.number(len(ranked)))
    for dealer in dict.fromkeys((ranked[0], ranked[-1])):
        yield _weight(voice, dealer, weights)
    yield from _exceptions(voice)


def _exceptions(voice: Voice) -> Iterator[Part]:
    short = [voice.dealer(each.dealer) for each in voice.scores.coverage if each.is_short]
    if short:
        yield voice.paragraph("explain.weighting.short", dealers=voice.joined(short))
    uncovered = [
        voice.say(
            "explain.weighting.uncovered_one", dealer=voice.dealer(each.dealer), eligible=voice.number(each.eligible)
        )
        for each in voice.scores.coverage
        if not each.responses
    ]
    if uncovered:
        yield voice.paragraph("explain.weighting.uncovered", dealers=voice.joined(uncovered))


def _weight(voice: Voice, dealer: str, weights: dict[str, float]) -> Formula:
    coverage = voice.coverage(dealer)
    return voice.formula(
        "explain.weighting.one",
        eligible=voice.number(max(coverage.eligible or 0, coverage.responses)),
        rows=voice.number(coverage.responses),
        weight=voice.number(weights[dealer], _WEIGHT_DIGITS),
        dealer=voice.dealer(dealer),
    )


def _raked(voice: Voice) -> Iterator[Part]:
    summary = voice.scores.weighting_summary
    yield voice.paragraph("explain.weighting.raked", margins=voice.raked_margins, variables=voice.raked_variables)
    yield from _why(voice)
    if voice.subject.dealer is None:
        for margin in summary.margins:
            yield from _margin(voice, margin)
        yield from _exceptions(voice)
    yield _spread(voice)
    if summary.trimmed:
        yield voice.paragraph("explain.weighting.trimmed", answers=voice.number(summary.trimmed))
    yield from _sum(voice)


def _why(voice: Voice) -> Iterator[Paragraph]:
    """Why not more was raked, or not trimmed."""
    reasons = voice.scores.weighting_summary.reasons
    if reasons:
        told = reasons_text(reasons, voice.language, voice.label)
        yield voice.paragraph("explain.weighting.why", reasons=told)


def _margin(voice: Voice, margin: WeightedMargin) -> Iterator[Paragraph]:
    name = voice.say(f"margin.{margin.name}")
    if margin.categories:
        categories = voice.joined([_category(voice, margin.name, each) for each in margin.categories])
        yield voice.paragraph("explain.weighting.margin", margin=name, categories=categories)
    if margin.joined:
        groups = voice.joined([_group(voice, margin.name, names) for names in margin.joined])
        yield voice.paragraph("explain.weighting.joined", margin=name, groups=groups)
    if margin.not_covered and margin.categories:
        uncovered = voice.joined([_group(voice, margin.name, (each.category,)) for each in margin.not_covered])
        yield voice.paragraph("explain.weighting.not_covered", margin=name, categories=uncovered)


def _category(voice: Voice, margin: str, category: MarginCategory) -> str:
    return voice.say(
        "explain.weighting.category",
        category=_group(voice, margin, category.names),
        events=voice.number(category.events, 0 if category.events == round(category.events) else 1),
        rows=voice.number(category.responses),
    )


def _group(voice: Voice, margin: str, names: tuple[str, ...]) -> str:
    return " + ".join(_written(voice, margin, name) for name in names)


def _written(voice: Voice, margin: str, name: str) -> str:
    if not name:
        return voice.say("margin.unknown")
    if margin == DEALER:
        return voice.dealer(name)
    return voice.period(name) if margin == MONTH else name


def _spread(voice: Voice) -> Paragraph:
    weights, summary = voice.evidence.weights, voice.scores.weighting_summary
    ends = {
        "lightest": voice.number(weights.lightest, _WEIGHT_DIGITS),
        "heaviest": voice.number(weights.heaviest, _WEIGHT_DIGITS),
    }
    if voice.subject.dealer is None:
        multiple, deff = voice.number(summary.largest_multiple, 2), voice.number(summary.design_effect, 3)
        return voice.paragraph("explain.weighting.spread", multiple=multiple, deff=deff, **ends)
    share = formats.percent(weights.total / weights.total_of_all, 1, voice.language)
    total = voice.number(weights.total, 2)
    return voice.paragraph(
        "explain.weighting.spread_of_dealer", dealer=voice.dealer(), total=total, share=share, **ends
    )
