"""When fieldwork closes: the cut-off of a period, and why a period cannot be frozen before it."""

from datetime import UTC, date, datetime, time, timedelta, timezone

from surveyplat.audit.periods import Period
from surveyplat.errors import FieldworkOpen
from surveyplat.forms.language import Definition

_LAST_ZONE = timezone(timedelta(hours=-12))
_FIRST_ZONE = timezone(timedelta(hours=14))


def declared_cut_off(definition: Definition, period: Period) -> datetime:
    """When the last link of the period has expired: the end of that day in the last time zone on Earth, in UTC.

    The occasion's last day, then the delay before the invitation (none when the occasion is the due day itself), then
    the days that a link lives. No dealer's day ends later, so the answer does not depend on where the dealers are.
    """
    rules = definition.fieldwork
    delay = rules.delay_days if rules.occasion == "event" else 0
    return _end_of(period.last_day + timedelta(days=delay + rules.expires_days), _LAST_ZONE)


def closing_time(definition: Definition, period: Period, wanted: datetime | None, now: datetime) -> datetime:
    """The cut-off to freeze by: the ``wanted`` one, else the declared one.

    Raises ``FieldworkOpen`` when it lies in the future, or before the period's last day has ended anywhere.
    """
    cut_off = declared_cut_off(definition, period) if wanted is None else wanted.astimezone(UTC)
    name = f"{definition.study} {period.name}"
    if cut_off > now:
        fix = "Freeze it then, or end it earlier with `--cut-off` and a time that has passed"
        raise FieldworkOpen(f"{name}: fieldwork is open until {_shown(cut_off)}; it is {_shown(now)}. {fix}")
    if cut_off < _end_of(period.last_day, _FIRST_ZONE):
        fix = f"Give a `--cut-off` after {period.last_day}"
        raise FieldworkOpen(f"{name}: the cut-off {_shown(cut_off)} is before the period's last day has ended. {fix}")
    return cut_off


def _end_of(day: date, zone: timezone) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)


def _shown(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
