"""A number with its interval as one cell's text, wherever a table has no room for two columns."""

from surveyplat.reports.context import Context
from surveyplat.scoring.estimate import Estimate
from surveyplat.scoring.records.contrast import Contrast
from surveyplat.scoring.records.drivers import Bootstrapped


def with_interval(context: Context, value: float | None, low: float | None, high: float | None, digits: int) -> str:
    """ "784.2 (778.1–790.3)"; an en dash without a value, and the bare value where there is no interval."""
    return _joined(context.number(value, digits), value, context.interval(low, high, digits), low, high)


def signed_with_interval(
    context: Context, value: float | None, low: float | None, high: float | None, digits: int
) -> str:
    """ "+3.1 (−0.2 to +6.4)"."""
    ends = "" if low is None or high is None else f"{context.signed(low, digits)}{context.say('to')}"
    return _joined(context.signed(value, digits), value, ends + context.signed(high, digits), low, high)


def _joined(text: str, value: float | None, interval: str, low: float | None, high: float | None) -> str:
    return text if value is None or low is None or high is None else f"{text} ({interval})"


def told_estimate(context: Context, estimate: Estimate, digits: int) -> str:
    """An estimate with its interval, or why it is suppressed."""
    if estimate.suppressed is not None:
        return context.value(estimate, digits)
    return with_interval(context, estimate.value, estimate.ci_low, estimate.ci_high, digits)


def told_bootstrapped(context: Context, told: Bootstrapped | None, digits: int) -> str:
    if told is None:
        return context.number(None)
    return with_interval(context, told.value, told.ci_low, told.ci_high, digits)


def told_contrast(context: Context, told: Contrast | None, digits: int) -> str:
    if told is None:
        return context.number(None)
    return signed_with_interval(context, told.value, told.ci_low, told.ci_high, digits)
