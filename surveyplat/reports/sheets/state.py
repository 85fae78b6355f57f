"""The present state that an action starts from: the finding's number with its interval, its base, and what it is
measured against."""

from collections.abc import Iterator

from surveyplat.reports.blocks import KeyFigure
from surveyplat.reports.context import Wording, score_digits
from surveyplat.reports.languages import joined
from surveyplat.reports.sheets.bundle import A3Bundle

_ON_HUNDRED = ("strongest_driver", "driver_to_improve")
"""Kinds whose value is a performance on 0-100 points."""
_PP100 = ("top_", "category_", "pp100_", "dealer_more_", "dealer_fewer_")


def figure_of(words: Wording, bundle: A3Bundle) -> KeyFigure | None:
    """The finding's value; None for a finding without one, such as that of dealers with too few answers."""
    numbers = bundle.finding["evidence"]
    if numbers.get("value") is None:
        return None
    interval = words.interval(numbers.get("ci_low"), numbers.get("ci_high"), _digits(bundle))
    base = words.number(numbers.get("unweighted_base"))
    detail = words.say("sheet.figure.detail", interval=interval, n=base)
    return KeyFigure(_name(words, bundle), value_text(words, bundle), detail)


def value_text(words: Wording, bundle: A3Bundle) -> str:
    """The value with its unit; empty where the finding has none, to be filled in by hand."""
    value = bundle.finding["evidence"].get("value")
    if value is None:
        return ""
    total = _total(bundle)
    unit = "pp100" if total is None else "points"
    return words.say(f"sheet.value.{unit}", value=words.number(value, _digits(bundle)), total=words.number(total))


def state_text(words: Wording, bundle: A3Bundle) -> str:
    """What the number is measured against, one sentence each."""
    return joined(_against(words, bundle), words.language)


def _against(words: Wording, bundle: A3Bundle) -> Iterator[str]:
    numbers, digits = bundle.finding["evidence"], _digits(bundle)
    yield words.say("sheet.state.period", period=words.period(bundle.period))
    if numbers.get("group_value") is not None:
        yield words.say("sheet.state.group", value=words.number(numbers["group_value"], digits))
    if numbers.get("mean_performance") is not None:
        yield words.say("sheet.state.mean", value=words.number(numbers["mean_performance"], 1))
    if numbers.get("share_low") is not None:
        share, interval = words.percent(numbers["share"]), (numbers["share_low"], numbers["share_high"])
        yield words.say("sheet.state.share", share=share, interval=words.percent_interval(*interval))
    if numbers.get("change_low") is not None:
        yield _changed(words, bundle)
    if numbers.get("count") is not None:
        counts = {name: words.number(numbers.get(name)) for name in ("count", "dealers")}
        yield words.say("sheet.state.count", **counts)


def _changed(words: Wording, bundle: A3Bundle) -> str:
    """A difference in points, or the ratio of two rates."""
    numbers, ratio = bundle.finding["evidence"], _total(bundle) is None
    digits = 2 if ratio else _digits(bundle)
    write = words.number if ratio else words.signed
    return words.say(
        "sheet.state.ratio" if ratio else "sheet.state.change",
        before=words.number(numbers.get("before"), _digits(bundle)),
        change=write(numbers.get("change"), digits),
        interval=words.interval(numbers["change_low"], numbers.get("change_high"), digits),
    )


def _name(words: Wording, bundle: A3Bundle) -> str:
    return words.either(f"{bundle.measure}_short", words.label(bundle.measure))


def _total(bundle: A3Bundle) -> float | None:
    """The points of the scale; None for rates of problems."""
    kind, total = str(bundle.finding["kind"]), bundle.finding["evidence"].get("total")
    if total is not None:
        return float(total)
    return None if kind.startswith(_PP100) else 100.0


def _digits(bundle: A3Bundle) -> int:
    return score_digits(_total(bundle) or 0.0)
