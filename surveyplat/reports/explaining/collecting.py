"""Who was asked, who answered, what was left out, and what an answer weighs."""

from collections.abc import Iterator

from surveyplat.reports import formats
from surveyplat.reports.blocks import Paragraph
from surveyplat.reports.explaining.evidence import weights_of
from surveyplat.reports.explaining.steps import Formula, Part, Step
from surveyplat.reports.explaining.voice import Voice
from surveyplat.scoring.results import DealerCoverage

_WEIGHT_DIGITS = 4


def events_step(voice: Voice) -> Step:
    """From the events of the period to the answers that the number counts."""
    return Step("events", voice.say("explain.events"), (_asked(voice), *_responses(voice), *_base(voice)))


def weighting_step(voice: Voice) -> Step:
    """What an answer stands for."""
    parts = tuple(_unweighted(voice) if voice.scores.weighting == "unweighted" else _weighted(voice))
    return Step("weighting", voice.say("explain.weighting"), parts)


def _asked(voice: Voice) -> Paragraph:
    manifest = voice.published.manifest
    if not manifest["invited"]:
        return voice.paragraph("explain.events.imported", period=voice.period(voice.scores.period))
    days = {
        "first": formats.long_date(manifest["first_day"], voice.language),
        "last": formats.long_date(manifest["last_day"], voice.language),
    }
    counts = {name: voice.number(manifest[name]) for name in ("events", "invited")}
    if manifest["population_events"] is None:
        return voice.paragraph("explain.events.no_population", **days, **counts)
    return voice.paragraph(
        "explain.events.text", eligible=voice.number(manifest["population_events"]), **days, **counts
    )


def _responses(voice: Voice) -> Iterator[Part]:
    manifest = voice.published.manifest
    exclusions = [each for each in manifest["exclusions"] if each["count"]]
    responses, rows = voice.number(manifest["responses"]), voice.number(manifest["row_count"])
    yield voice.paragraph(
        "explain.events.responses" if exclusions else "explain.events.no_exclusions",
        responses=responses,
        cut_off=formats.long_time(manifest["cut_off"], voice.language),
    )
    left_out = [
        voice.say(
            "explain.events.excluded",
            count=voice.number(each["count"]),
            reason=voice.either(f"reason.{each['reason']}", each["reason"]),
        )
        for each in exclusions
    ]
    yield voice.formula("explain.events.rows", steps=" − ".join((responses, *left_out)), rows=rows)


def _base(voice: Voice) -> Iterator[Part]:
    rows = voice.published.manifest["row_count"]
    if voice.subject.dealer is not None:
        coverage = _coverage(voice, voice.subject.dealer)
        rows = coverage.responses
        named = {"dealer": voice.dealer(), "rows": voice.number(rows)}
        if coverage.eligible is None:
            yield voice.paragraph("explain.events.dealer_imported", **named)
        else:
            yield voice.paragraph("explain.events.dealer", eligible=voice.number(coverage.eligible), **named)
    base = voice.estimate.unweighted_base
    counts = {"rows": voice.number(rows), "base": voice.number(base)}
    if voice.subject.kind == "index":
        plan = next(index for index in voice.published.plan.indices if index.id == voice.subject.id)
        share = formats.percent(plan.usable_share, 0, voice.language)
        yield voice.paragraph(f"explain.base.{'index' if base < rows else 'index_all'}", share=share, **counts)
    elif voice.subject.kind == "pp100":
        yield voice.paragraph(f"explain.base.{'pp100' if base < rows else 'pp100_all'}", **counts)
    else:
        yield voice.paragraph(f"explain.base.{voice.subject.kind}", missing=voice.number(rows - base), **counts)


def _coverage(voice: Voice, dealer: str) -> DealerCoverage:
    return next(each for each in voice.scores.coverage if each.dealer == dealer)


def _unweighted(voice: Voice) -> Iterator[Part]:
    yield voice.paragraph("explain.weighting.unweighted")


def _weighted(voice: Voice) -> Iterator[Part]:
    yield voice.paragraph("explain.weighting.rule")
    weights = weights_of(voice.scores)
    if voice.subject.dealer is None:
        yield from _weights_of_all(voice, weights)
    else:
        yield _weight(voice, voice.subject.dealer, weights)
        rows = {each.dealer: each.responses for each in voice.scores.coverage}
        total = sum(weight * rows[dealer] for dealer, weight in weights.items())
        share = weights[voice.subject.dealer] * rows[voice.subject.dealer] / total
        yield voice.paragraph("explain.weighting.within", share=formats.percent(share, 1, voice.language))
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
    coverage = _coverage(voice, dealer)
    return voice.formula(
        "explain.weighting.one",
        eligible=voice.number(max(coverage.eligible or 0, coverage.responses)),
        rows=voice.number(coverage.responses),
        weight=voice.number(weights[dealer], _WEIGHT_DIGITS),
        dealer=voice.dealer(dealer),
    )
