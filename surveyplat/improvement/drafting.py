"""From a finding to a drafted action: a 5W1H plan in every language, an owner's role and a date. Pure.

The plan's numbers come from the finding, its measures from the playbook (``playbook/*.toml``): first what is written
for the subject (an item, factor or category), else what is written for the kind of finding. A draft is a proposal; its
owner decides.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Any

from surveyplat.reports import formats
from surveyplat.reports.findings import Finding, FindingKind

LANGUAGES = ("en", "zh-Hans")
START_DAYS = 14
_WEEKEND = 5

_KINDS: Mapping[FindingKind, tuple[str, str, int]] = {
    "category_rose": ("category_rose", "quality_manager", 30),
    "strongest_driver": ("driver", "study_owner", 60),
    "dealer_down": ("dealer_down", "dealer_manager", 30),
    "dealer_below_group": ("dealer_below_group", "dealer_manager", 30),
    "dealer_more_problems": ("dealer_more_problems", "dealer_manager", 30),
    "driver_to_improve": ("driver", "study_owner", 60),
    "weakest_factor": ("factor", "study_owner", 90),
    "top_category": ("category", "quality_manager", 90),
    "top_problem": ("top_problem", "quality_manager", 60),
    "dealer_up": ("dealer_up", "study_owner", 30),
    "suppressed_dealers": ("suppressed_dealers", "survey_manager", 30),
}
"""Kinds that call for an action, most urgent first: the playbook's entry, the owner's role, days until it is due."""

_OWNERS: Mapping[str, str] = {
    **dict.fromkeys(("booking_ease", "reception_promptness", "needs_understood", "initiation"), "reception_lead"),
    **dict.fromkeys(
        ("facility", "facility_location", "facility_comfort", "facility_cleanliness"),
        "facility_manager",
    ),
    **dict.fromkeys(
        ("quality", "quality_fixed", "quality_thorough", "quality_time", "quality_clean"),
        "technical_manager",
    ),
    **dict.fromkeys(
        ("advisor", "advisor_courtesy", "advisor_attention", "advisor_explanation", "advisor_advice"),
        "service_manager",
    ),
    **dict.fromkeys(
        ("pickup", "pickup_on_time", "pickup_speed", "pickup_explanation", "pickup_fairness"),
        "service_manager",
    ),
    **dict.fromkeys(("controls", "infotainment"), "product_manager"),
}
"""Subjects whose owner is another than their kind's."""

_MEASURED = ("driver", "category", "factor")
"""Entries of the playbook for which a measure of the subject itself is better."""


@dataclass(frozen=True)
class Naming:
    """How things are called: by language for labels, by code for dealers."""

    labels: Mapping[str, Mapping[str, str]]
    """Language -> id -> text."""
    dealers: Mapping[str, str]
    """Dealer code -> name."""


@dataclass(frozen=True)
class ActionDraft:
    """One drafted action. ``key`` is unique over studies and periods; ``finding_key`` is that of its finding."""

    key: str
    finding_key: str
    plan: Mapping[str, Mapping[str, str]]
    """Language -> why, what, who, when, where, how."""
    owner: str
    """A role of the playbook."""
    due_on: date


def draft_actions(
    findings: Iterable[Finding], naming: Naming, *, study: str, period: str, today: date
) -> tuple[ActionDraft, ...]:
    """A draft for each finding that calls for one, most urgent first; one draft for each subject.

    Noise gives no action: the kinds listed here rest on a corrected test, or describe where most is to be won.
    """
    seen: set[str] = set()
    drafts: list[ActionDraft] = []
    urgency = {kind: rank for rank, kind in enumerate(_KINDS)}
    for finding in sorted(filter(calls_for_action, findings), key=lambda finding: urgency[finding.kind]):
        if finding.subject not in seen:
            seen.add(finding.subject)
            drafts.append(_draft(finding, naming, f"{study}:{period}:{finding.key}", today))
    return tuple(drafts)


def calls_for_action(finding: Finding) -> bool:
    """A strong driver that performs at the mean or above is to be kept, not worked on."""
    if finding.kind == "strongest_driver":
        value, mean = finding.evidence["value"], finding.evidence["mean_performance"]
        return value is not None and mean is not None and value < mean
    return finding.kind in _KINDS


@lru_cache(maxsize=8)
def _playbook(language: str) -> Mapping[str, Any]:
    text = files(__package__).joinpath("playbook", f"{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _draft(finding: Finding, naming: Naming, key: str, today: date) -> ActionDraft:
    entry, role, days = _KINDS[finding.kind]
    owner = _OWNERS.get(finding.subject, role) if entry in _MEASURED else role
    due = _working_day(today + timedelta(days=days))
    start = _working_day(today + timedelta(days=START_DAYS))
    plan = {language: dict(_plan(finding, naming, owner, (start, due), language)) for language in LANGUAGES}
    return ActionDraft(key, finding.key, plan, owner, due)


def _working_day(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day if day.weekday() < _WEEKEND else day + timedelta(days=7 - day.weekday())


def _plan(
    finding: Finding, naming: Naming, owner: str, days: tuple[date, date], language: str
) -> Iterator[tuple[str, str]]:
    playbook = _playbook(language)
    measure = _measure(playbook, finding)
    name = _name(finding, naming, language)
    start, due = (formats.long_date(day, language) for day in days)
    yield "why", playbook["why"][finding.kind].format(**_numbers(finding, language))
    yield "what", measure["what"].format(name=name)
    yield "who", playbook["roles"][owner]
    yield "when", playbook["when"]["text"].format(start=start, due=due)
    yield "where", measure["where"].format(name=name)
    yield "how", measure["how"]


def _measure(playbook: Mapping[str, Any], finding: Finding) -> Mapping[str, str]:
    entry = _KINDS[finding.kind][0]
    general: Mapping[str, str] = playbook["kinds"][entry]
    special: Mapping[str, str] = playbook["measures"].get(finding.subject, general)
    return special if entry in _MEASURED else general


def _name(finding: Finding, naming: Naming, language: str) -> str:
    if finding.kind.startswith("dealer_"):
        return formats.named(naming.dealers.get(finding.subject, ""), finding.subject, language)
    return naming.labels.get(language, {}).get(finding.subject, finding.subject)


def _numbers(finding: Finding, language: str) -> dict[str, str]:
    """Every number that a "why" may name, written in the language."""
    numbers = finding.evidence
    digits = _digits(finding)
    written = {name: formats.number(numbers.get(name), digits, language) for name in ("value", "before")}
    written["mean"] = formats.number(numbers.get("mean_performance"), 1, language)
    written["group"] = formats.number(numbers.get("group_value"), digits, language)
    written["weight"] = formats.percent(numbers.get("weight"), 0, language)
    written["share"] = formats.percent(numbers.get("share", numbers.get("share_of_problems")), 0, language)
    for name in ("problems", "count", "dealers"):
        written[name] = formats.number(numbers.get(name), 0, language)
    return written | _spread(finding, digits, language)


def _spread(finding: Finding, digits: int, language: str) -> dict[str, str]:
    """The interval that belongs to the sentence: of the change, of the importance, or of the value itself."""
    numbers = finding.evidence
    if finding.kind == "category_rose":
        ratio = formats.number(numbers.get("change"), 2, language)
        interval = formats.interval(numbers.get("change_low"), numbers.get("change_high"), 2, language)
        return {"change": ratio, "interval": interval}
    if "change" in numbers:
        change = formats.signed(numbers.get("change"), digits, language)
        interval = formats.interval(numbers.get("change_low"), numbers.get("change_high"), digits, language)
        return {"change": change, "interval": interval}
    if "share_low" in numbers:
        return {"interval": formats.percent_interval(numbers["share_low"], numbers["share_high"], language)}
    return {"interval": formats.interval(numbers.get("ci_low"), numbers.get("ci_high"), digits, language)}


def _digits(finding: Finding) -> int:
    """None on 1,000 points, one on 100 points and for rates, as the report prints them."""
    return 0 if finding.evidence.get("total") == 1000 else 1
