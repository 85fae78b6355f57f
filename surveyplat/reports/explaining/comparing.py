"""How the number compares with the period before, written out, or why it does not."""

from collections.abc import Iterator
from math import log, sqrt

from surveyplat.reports import formats
from surveyplat.reports.explaining.steps import Part, Step
from surveyplat.reports.explaining.voice import Voice
from surveyplat.reports.reasons import reasons_text
from surveyplat.scoring.contrasts import welch_df
from surveyplat.scoring.intervals import t_quantile
from surveyplat.scoring.reasons import Reason
from surveyplat.scoring.results import Change, PeriodComparison

_RATIO_DIGITS = 3


def change_step(voice: Voice) -> Step:
    """The change with its interval and p value, or why there is none."""
    return Step("change", voice.say("explain.change"), tuple(_change(voice)))


def _change(voice: Voice) -> Iterator[Part]:
    comparison, family = voice.published.comparison, _family(voice)
    if comparison is None:
        yield voice.paragraph("explain.change.none")
        return
    before = voice.period(comparison.before)
    refusing = _refusing(voice, comparison)
    if refusing is not None:
        yield voice.paragraph("explain.change.refused", before=before, reasons=_reasons(voice, refusing))
        return
    if family is None:
        yield voice.paragraph("explain.change.not_published")
        return
    changes = _changes(comparison, family)
    change = change_of(voice)
    if change is None:
        yield voice.paragraph("explain.change.no_counterpart", before=before)
    elif change.p_value is None:
        why = "zero" if change.before.value == change.after.value == 0 else "withheld"
        yield voice.paragraph(f"explain.change.{why}", before=before)
    else:
        yield from _told(voice, change, before, family)
        tests = sum(each.p_value is not None for each in changes)
        yield from _verdict(voice, change, comparison.alpha, family, tests)
        if comparison.warnings:
            yield voice.paragraph("explain.change.warned", reasons=_reasons(voice, comparison.warnings))


def _told(voice: Voice, change: Change, before: str, family: str) -> Iterator[Part]:
    if change.change is None:
        yield voice.paragraph("explain.change.from_none", before=before, low=voice.number(change.ci_low, _RATIO_DIGITS))
        yield voice.paragraph(f"explain.change.{change.method}")
    elif family.startswith("pp100"):
        yield from _ratio(voice, change, before)
    else:
        yield from _difference(voice, change, before)


def _refusing(voice: Voice, comparison: PeriodComparison) -> tuple[Reason, ...] | None:
    """Why the number's measure may not be compared; None where it may."""
    measure = voice.subject.id if voice.subject.kind == "index" else voice.subject.kind
    withheld = (found.reasons for found in comparison.withheld if found.measure == measure)
    return next(withheld, None if comparison.verdict == "comparable" else comparison.reasons)


def _reasons(voice: Voice, reasons: tuple[Reason, ...]) -> str:
    return reasons_text(reasons, voice.language, voice.label)


def change_of(voice: Voice) -> Change | None:
    """The number's published change; None where there is none."""
    comparison, family = voice.published.comparison, _family(voice)
    if comparison is None or family is None:
        return None
    name = voice.subject.dealer or voice.subject.id
    return next((change for change in _changes(comparison, family) if change.id == name), None)


def _family(voice: Voice) -> str | None:
    """The tuple of ``PeriodComparison`` that holds the number's change; None where no change is published."""
    subject = voice.subject
    if subject.kind == "index":
        return "indices" if subject.dealer is None else "dealers"
    if subject.kind == "pp100" and subject.dealer is None:
        return {"total": "pp100_total", "category": "pp100_categories"}.get(subject.group)
    return None


def _changes(comparison: PeriodComparison, family: str) -> tuple[Change, ...]:
    return {
        "indices": comparison.indices,
        "dealers": comparison.dealers,
        "pp100_total": comparison.pp100_total,
        "pp100_categories": comparison.pp100_categories,
    }[family]


def _difference(voice: Voice, change: Change, before: str) -> Iterator[Part]:
    sides = {
        "after": voice.value(change.after.value),
        "after_low": voice.value(change.after.ci_low),
        "after_high": voice.value(change.after.ci_high),
        "was": voice.value(change.before.value),
        "was_low": voice.value(change.before.ci_low),
        "was_high": voice.value(change.before.ci_high),
        "change": formats.signed(change.change, voice.digits, voice.language),
    }
    yield voice.formula("explain.change.difference", before=before, **sides)
    yield voice.paragraph("explain.change.limits_rule", **sides)
    yield voice.formula("explain.change.low", low=formats.signed(change.ci_low, voice.digits, voice.language), **sides)
    high = formats.signed(change.ci_high, voice.digits, voice.language)
    yield voice.formula("explain.change.high", high=high, **sides)
    yield from _statistic(voice, change)


def _statistic(voice: Voice, change: Change) -> Iterator[Part]:
    """The margin towards 0 in units of which the change is tested; see ``contrasts.difference``."""
    df, rose = _freedom(change), (change.change or 0.0) > 0
    distance = abs(change.change or 0.0)
    margin = distance + (-1 if rose else 1) * ((change.ci_low if rose else change.ci_high) or 0.0)
    t = t_quantile(df)
    yield voice.paragraph("explain.change.p_rule", df=_degrees(voice, df), t=voice.number(t, 5))
    yield voice.formula(
        "explain.change.statistic",
        change=voice.value(distance),
        margin=voice.value(margin),
        t=voice.number(t, 5),
        statistic=voice.number(distance / margin * t, 3),
    )


def _freedom(change: Change) -> float:
    """Welch's degrees of freedom of a change in points: of the ends of both intervals that lie towards 0."""
    before, after = change.before, change.after
    far = (after.ci_low, before.ci_high) if (change.change or 0.0) > 0 else (after.ci_high, before.ci_low)
    squares = [((end or 0.0) - (side.value or 0.0)) ** 2 for end, side in zip(far, (after, before), strict=True)]
    return welch_df(squares, (after.df, before.df))


def _degrees(voice: Voice, df: float) -> str:
    return voice.number(df, 1)


def _ratio(voice: Voice, change: Change, before: str) -> Iterator[Part]:
    after, was = change.after, change.before
    error, df = _log_error(change)
    sides = {
        "after": voice.value(after.value),
        "after_error": voice.number(after.std_error, voice.digits + 1),
        "was": voice.value(was.value),
        "was_error": voice.number(was.std_error, voice.digits + 1),
    }
    ratio = voice.number(change.change, _RATIO_DIGITS)
    yield voice.formula("explain.change.ratio", before=before, ratio=ratio, **sides)
    if change.method != "quasi_poisson":
        yield from _exact(voice, change)
        return
    texts = {"error": voice.number(error, 5), "t": voice.number(t_quantile(df), 5)}
    yield voice.formula("explain.change.ratio_error", error=texts["error"], **sides)
    yield voice.paragraph("explain.change.ratio_freedom", df=_degrees(voice, df), t=texts["t"])
    yield voice.formula(
        "explain.change.ratio_limits",
        ratio=ratio,
        low=voice.number(change.ci_low, _RATIO_DIGITS),
        high=voice.number(change.ci_high, _RATIO_DIGITS),
        **texts,
    )
    statistic = voice.number(abs(log(change.change or 1.0)) / error, 3)
    yield voice.formula("explain.change.ratio_statistic", ratio=ratio, error=texts["error"], statistic=statistic)


def _exact(voice: Voice, change: Change) -> Iterator[Part]:
    """Limits that are no sum to be written out: of the binomial share of one period's problems among both periods'."""
    yield voice.paragraph(f"explain.change.{change.method}")
    ends = (voice.number(end, _RATIO_DIGITS) for end in (change.ci_low, change.ci_high))
    yield voice.formula("explain.interval.result", **dict(zip(("low", "high"), ends, strict=True)))


def _log_error(change: Change) -> tuple[float, float]:
    """The standard error of a ratio's logarithm, and its Welch degrees of freedom."""
    sides = (change.before, change.after)
    variances = [((side.std_error or 0.0) / (side.value or 1.0)) ** 2 for side in sides]
    return sqrt(sum(variances)), welch_df(variances, [side.df for side in sides])


def _verdict(voice: Voice, change: Change, alpha: float, family: str, tests: int) -> Iterator[Part]:
    df = _log_error(change)[1] if family.startswith("pp100") else _freedom(change)
    exact = change.method not in ("difference", "quasi_poisson")
    yield voice.paragraph(
        "explain.change.p_exact" if exact else "explain.change.p",
        df=_degrees(voice, df),
        p=with_sign(voice, change.p_value),
        adjusted=p_text(voice, change.p_adjusted),
        family=voice.say(f"explain.change.family.{family}"),
        tests=voice.number(tests),
    )
    verdict = "significant" if change.significant else "insignificant"
    yield voice.paragraph(f"explain.change.{verdict}", alpha=formats.percent(alpha, 0, voice.language))


def p_text(voice: Voice, p: float | None) -> str:
    """A p value in four decimals, or that it is below the last of them."""
    return "< 0.0001" if _is_tiny(p) else voice.number(p, 4)


def with_sign(voice: Voice, p: float | None) -> str:
    """The same after the letter p: with an equals sign, or the sign that it is below."""
    return p_text(voice, p) if _is_tiny(p) else f"= {p_text(voice, p)}"


def _is_tiny(p: float | None) -> bool:
    return p is not None and p < 0.0001
