"""How sure the number is, and whether it may be shown: standard error, interval, suppression and flags."""

from collections.abc import Iterator
from math import floor, log, log10

from surveyplat.reports import formats
from surveyplat.reports.blocks import Paragraph
from surveyplat.reports.explaining.steps import Formula, Part, Step
from surveyplat.reports.explaining.subject import cell_of
from surveyplat.reports.explaining.voice import Voice
from surveyplat.scoring.intervals import t_quantile

_SHARE_DIGITS = 6
_KNOWN_RULES = ("base", "effective_base", "relative_error", "complementary")


def error_step(voice: Voice) -> Step:
    """The formula of the standard error and what went into it. Only for a number that is shown."""
    return Step("error", voice.say("explain.error"), tuple(_error(voice)))


def interval_step(voice: Voice) -> Step:
    """The scale on which the interval was made, and its ends written out. Only for a number that is shown."""
    return Step("interval", voice.say("explain.interval"), tuple(_interval(voice)))


def rules_step(voice: Voice) -> Step:
    """Which rules of suppression were tried with what, and what they said."""
    return Step("rules", voice.say("explain.rules"), tuple(_kept_rules(voice) if voice.shown else _broken_rule(voice)))


def _error(voice: Voice) -> Iterator[Part]:
    estimate, evidence = voice.estimate, voice.evidence
    base = {"base": voice.number(estimate.unweighted_base), "counted": voice.base_words}
    yield voice.paragraph("explain.error.rule")
    if evidence.calibrated:
        yield voice.paragraph("explain.error.calibrated", variables=voice.raked_variables)
    yield voice.paragraph(
        "explain.error.units_of_dealer" if evidence.one_stratum else "explain.error.units",
        customers=voice.number(evidence.customers),
        dealers=voice.number(evidence.strata),
        units=voice.number(evidence.units),
        **base,
    )
    unit, error = _unit(voice), _error_text(voice)
    if evidence.one_stratum and evidence.units > 1:
        squares = _significant(voice, evidence.squares * unit**2)
        yield voice.formula(
            "explain.error.one_dealer", units=voice.number(evidence.units), squares=squares, error=error
        )
    else:
        variance = _significant(voice, (estimate.std_error or 0.0) ** 2)
        yield voice.formula("explain.error.dealers", variance=variance, error=error)
    deff = estimate.unweighted_base / estimate.effective_base
    effective = voice.number(estimate.effective_base, 2)
    yield voice.paragraph("explain.error.effective", effective=effective, deff=voice.number(deff, 3), base=base["base"])


def _unit(voice: Voice) -> float:
    """What one unit of the counted column is in the number's own unit: shares and vehicles come by the hundred."""
    return 100.0 if voice.subject.kind in ("rate", "pp100") else 1.0


def _error_text(voice: Voice) -> str:
    return voice.number(voice.estimate.std_error, voice.digits + 1)


def _significant(voice: Voice, value: float) -> str:
    """Six significant digits, so that a small variance still tells something."""
    return voice.number(value, 0 if value <= 0 else max(0, 5 - floor(log10(value))))


def _interval(voice: Voice) -> Iterator[Part]:
    evidence, ratio = voice.evidence, voice.evidence.ratio
    freedom = voice.paragraph(
        "explain.interval.freedom",
        customers=voice.number(evidence.customers),
        dealers=voice.number(evidence.strata),
        df=voice.number(ratio.df),
        t=_t(voice),
    )
    if voice.subject.kind == "pp100":
        yield from _log_interval(voice, freedom)
    elif voice.subject.kind == "rate" and voice.subject.id != "nps":
        yield from _share_interval(voice, freedom)
    else:
        yield from _logit_interval(voice, freedom)


def _t(voice: Voice) -> str:
    return voice.number(t_quantile(voice.evidence.ratio.df), 5)


def _ends(voice: Voice) -> dict[str, str]:
    return {"low": voice.value(voice.estimate.ci_low), "high": voice.value(voice.estimate.ci_high)}


def _log_interval(voice: Voice, freedom: Paragraph) -> Iterator[Part]:
    if not voice.estimate.value:
        effective = voice.number(voice.estimate.effective_base, 2)
        yield voice.paragraph("explain.interval.no_events", effective=effective)
        yield voice.formula("explain.interval.result", **_ends(voice))
        return
    if not voice.estimate.std_error:
        yield voice.paragraph("explain.interval.alike_vehicles")
        yield voice.formula("explain.interval.result", **_ends(voice))
        return
    if _is_heaped(voice):
        yield voice.paragraph("explain.interval.heaped")
        yield voice.formula("explain.interval.result", **_ends(voice))
        return
    yield voice.paragraph("explain.interval.log")
    yield freedom
    value = voice.value(voice.estimate.value)
    yield voice.formula(
        "explain.interval.log_formula", value=value, t=_t(voice), error=_error_text(voice), **_ends(voice)
    )


def _is_heaped(voice: Voice) -> bool:
    """Whether the interval is a negative binomial's: few problems, heaped on few vehicles."""
    pp100 = voice.scores.pp100
    return pp100 is not None and cell_of(pp100, voice.subject).interval == "negative_binomial"


def _share_interval(voice: Voice, freedom: Paragraph) -> Iterator[Part]:
    estimate, ratio = voice.estimate, voice.evidence.ratio
    share, error = (estimate.value or 0.0) / 100, (estimate.std_error or 0.0) / 100
    place = voice.number(share, _SHARE_DIGITS)
    if voice.evidence.simple_sample:
        n = voice.number(estimate.unweighted_base)
        yield voice.paragraph("explain.interval.wilson", place=place, n=n, **_ends(voice))
        return
    yield voice.paragraph("explain.interval.beta")
    if not error:
        yield voice.paragraph("explain.interval.beta_alike", n=voice.number(estimate.effective_base, 2))
    else:
        yield freedom
        widening = (t_quantile(estimate.unweighted_base - 1) / t_quantile(ratio.df)) ** 2
        yield voice.formula(
            "explain.interval.beta_n",
            base=voice.number(estimate.unweighted_base),
            df=voice.number(ratio.df),
            n=voice.number(share * (1 - share) / error**2 * widening, 2),
            place=place,
            error=voice.number(error, _SHARE_DIGITS),
        )
    yield voice.formula("explain.interval.beta_limits", **_ends(voice))


def _logit_interval(voice: Voice, freedom: Paragraph) -> Iterator[Part]:
    estimate = voice.estimate
    lowest, highest = _scale_ends(voice)
    value, span = estimate.value or 0.0, highest - lowest
    if not estimate.std_error or not lowest < value < highest:
        unseen = voice.number(1 - 0.025 ** (1 / estimate.effective_base), _SHARE_DIGITS)
        effective = voice.number(estimate.effective_base, 2)
        yield voice.paragraph("explain.interval.alike", effective=effective, unseen=unseen)
        yield voice.formula("explain.interval.result", **_ends(voice))
        return
    texts = {"lowest": voice.number(lowest), "highest": voice.number(highest), "span": voice.number(span)}
    yield voice.paragraph("explain.interval.logit", lowest=texts["lowest"], highest=texts["highest"])
    yield freedom
    yield from _logit_formulas(voice, lowest, span, texts)


def _logit_formulas(voice: Voice, lowest: float, span: float, texts: dict[str, str]) -> Iterator[Formula | Paragraph]:
    """The published ends' distance on the logit scale is t · s' / (p(1 - p)), which tells the error s' they rest on."""
    estimate = voice.estimate
    place = ((estimate.value or 0.0) - lowest) / span
    centre = log(place / (1 - place))
    high = ((estimate.ci_high or 0.0) - lowest) / span
    reach = log(high / (1 - high)) - centre
    widened = voice.number(reach * place * (1 - place) / t_quantile(voice.evidence.ratio.df), _SHARE_DIGITS + 1)
    place_text, centre_text = voice.number(place, _SHARE_DIGITS), voice.number(centre, 5)
    yield voice.formula(
        "explain.interval.place",
        distance=_distance(voice, lowest),
        span=texts["span"],
        place=place_text,
        centre=centre_text,
    )
    yield voice.paragraph("explain.interval.ends", error=_error_text(voice), span=texts["span"])
    yield voice.formula("explain.interval.ends_formula", widened=widened)
    reach_text = voice.number(reach, 5)
    yield voice.formula("explain.interval.reach", t=_t(voice), widened=widened, reach=reach_text)
    yield voice.formula(
        "explain.interval.limits",
        start=f"{texts['lowest']} + " if lowest else "",
        span=texts["span"],
        centre=centre_text,
        reach=reach_text,
        **_ends(voice),
    )


def _distance(voice: Voice, lowest: float) -> str:
    """The value less the scale's lowest point, as it is written."""
    value = voice.value(voice.estimate.value)
    if not lowest:
        return value
    return f"({value} {'−' if lowest > 0 else '+'} {voice.number(abs(lowest))})"


def _scale_ends(voice: Voice) -> tuple[float, float]:
    """Where the number's scale ends: an index's points, an item's scale, NPS from -100 to 100."""
    plan, name = voice.published.plan, voice.subject.id
    if voice.subject.kind == "index":
        return 0.0, next(index.total for index in plan.indices if index.id == name)
    if voice.subject.kind == "rate":
        return -100.0, 100.0
    return next((float(item.minimum), float(item.maximum)) for item in plan.items if item.id == name)


def _kept_rules(voice: Voice) -> Iterator[Part]:
    estimate = voice.estimate
    base = {"base": voice.number(estimate.unweighted_base), "counted": voice.base_words}
    yield voice.paragraph("explain.rules.base", **base)
    yield voice.paragraph("explain.rules.effective", effective=voice.number(estimate.effective_base, 2))
    is_part = voice.subject.dealer is not None or voice.subject.group in ("model", "build_month")
    if voice.subject.kind == "pp100" and is_part and estimate.value:
        relative = formats.percent((estimate.std_error or 0.0) / estimate.value, 1, voice.language)
        yield voice.paragraph(
            "explain.rules.relative", error=_error_text(voice), value=voice.value(estimate.value), relative=relative
        )
    if estimate.low_base:
        yield voice.paragraph("explain.rules.low", counted=base["counted"])
    else:
        yield voice.paragraph("explain.rules.shown")
    if estimate.lone_unit:
        yield voice.paragraph("explain.rules.lone")


def _broken_rule(voice: Voice) -> Iterator[Part]:
    estimate, rule = voice.estimate, voice.estimate.suppressed or ""
    if rule in _KNOWN_RULES:
        figures = {
            "base": voice.number(estimate.unweighted_base),
            "counted": voice.base_words,
            "effective": voice.number(estimate.effective_base, 2),
        }
        yield voice.paragraph(f"explain.rules.withheld.{rule}", **figures)
    else:
        yield voice.paragraph("explain.rules.withheld.other", rule=rule)
    yield voice.paragraph("explain.rules.withheld.consequence")
