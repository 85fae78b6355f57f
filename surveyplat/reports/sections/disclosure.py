"""What AAPOR asks every survey to disclose, the way from events to rows, and what became of everybody asked.

Source: AAPOR, Code of Professional Ethics and Practices (2021), III.A; Standard Definitions (10th edition, 2023).
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import groupby
from typing import Any

from surveyplat.forms.language import Definition
from surveyplat.forms.versions import definition_from_json
from surveyplat.reports import formats
from surveyplat.reports.blocks import Block, Column, Row, Table
from surveyplat.reports.bundle import ReportBundle
from surveyplat.reports.context import Context, score_digits
from surveyplat.reports.languages import joined
from surveyplat.scoring.dispositions import Dispositions, ParticipationRates, participation_rates
from surveyplat.scoring.records.coverage import DEALER
from surveyplat.scoring.results import Estimate
from surveyplat.scoring.weighting import WeightedMargin

MOST_CATEGORIES = 6
"""Joined groups and uncovered categories that are named; more of them are counted."""
_RATES = ("rr1", "rr3", "rr5", "coop1", "ref1", "con1")


def disclosure(context: Context) -> Iterator[Block]:
    yield _Disclosure(context).table
    yield _flow(context)
    counts = _dispositions(context)
    if counts is not None:
        yield _disposition_table(context, counts)
        yield _rate_table(context, participation_rates(counts))


def definition_of(context: Context) -> Definition | None:
    """The questionnaire that was answered; None where the bundle does not hold it."""
    return definition_from_json(context.bundle.definition) if context.bundle.definition else None


def language_names(tags: tuple[str, ...], context: Context) -> str:
    """Language tags as the report's language calls them."""
    return context.say("comma").join(formats.language_name(tag, context.language) for tag in tags)


class _Disclosure:
    """The disclosure table; each property is one item's text."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._manifest = context.bundle.manifest
        self._definition = definition_of(context)

    @property
    def table(self) -> Table:
        say = self._context.say
        columns = (Column(say("disclosed.item"), 0.2, "left"), Column(say("disclosed.text"), 0.8, "left"))
        rows = tuple(Row((say(f"disclosed.{item}"), self._or_unknown(text))) for item, text in self._items())
        return Table(say("disclosed.table"), columns, rows)

    def _items(self) -> Iterator[tuple[str, str]]:
        yield "sponsor", self._context.bundle.brand_group
        yield "conductor", self._conductor
        yield "population", self._population
        yield "sample", self._sample
        yield "mode", self._mode
        yield "languages", language_names(self._definition.languages, self._context) if self._definition else ""
        yield "dates", self._dates
        yield "weighting", weighting_text(self._context)
        yield "response", self._response
        yield "margin", self._margin
        yield "rules", self._context.say("disclosed.rules.text")
        yield "questionnaire", self._questionnaire
        yield "software", software_text(self._context)

    def _or_unknown(self, text: str) -> str:
        return text or self._context.say("not_recorded")

    @property
    def _conductor(self) -> str:
        version = (self._manifest.get("software") or {}).get("surveyplat")
        return self._context.say("disclosed.conductor.text", version=version) if version else ""

    @property
    def _population(self) -> str:
        eligible = self._manifest.get("population_events")
        if eligible is None or self._definition is None or "first_day" not in self._manifest:
            return self._context.say("disclosed.population.unknown")
        return self._context.say(
            "disclosed.population.text",
            trigger=self._context.say(f"disclosed.trigger.{self._definition.fieldwork.trigger}"),
            first=formats.long_date(self._manifest["first_day"], self._context.language),
            last=formats.long_date(self._manifest["last_day"], self._context.language),
            eligible=self._context.number(eligible),
        )

    @property
    def _sample(self) -> str:
        if self._definition is None or not self._manifest.get("invited"):
            return ""
        rules, told = self._definition.fieldwork.sampling, []
        if rules.share < 1:
            told.append(self._context.say("disclosed.sample.share", share=self._context.percent(rules.share)))
        if rules.most_per_dealer is not None:
            most = self._context.number(rules.most_per_dealer)
            told.append(self._context.say("disclosed.sample.most", most=most))
        return joined(told or [self._context.say("disclosed.sample.all")], self._context.language)

    @property
    def _mode(self) -> str:
        sources: Mapping[str, int] = self._manifest.get("rows_by_source") or {}
        modes = (
            self._context.say(
                "disclosed.mode.one",
                mode=self._context.either(f"mode.{source}", source),
                count=self._context.number(count),
            )
            for source, count in sorted(sources.items())
        )
        return self._context.say("semicolon").join(modes)

    @property
    def _dates(self) -> str:
        if not self._manifest.get("cut_off"):
            return ""
        return joined(self._dated(), self._context.language)

    def _dated(self) -> Iterator[str]:
        cut_off = formats.long_time(self._manifest["cut_off"], self._context.language)
        if self._definition is not None and self._manifest.get("invited"):
            rules = self._definition.fieldwork
            delay, expires = self._context.number(rules.delay_days), self._context.number(rules.expires_days)
            yield self._context.say("disclosed.dates.text", delay=delay, expires=expires, cut_off=cut_off)
        else:
            yield self._context.say("disclosed.dates.closed", cut_off=cut_off)
        days = self._manifest.get("days_to_answer")
        if days is not None:
            yield self._context.say("disclosed.dates.median", days=self._context.number(days))

    @property
    def _response(self) -> str:
        counts, invited = _dispositions(self._context), self._manifest.get("invited")
        if counts is not None:
            rates = participation_rates(counts)
            shown = {name: self._context.percent(getattr(rates, name), 1) for name in ("rr1", "rr3", "coop1")}
            return self._context.say("disclosed.response.text", **shown)
        if not invited:
            return self._context.say("disclosed.response.unknown")
        rate = self._context.percent(self._context.scores.unweighted_base / invited, 1)
        return self._context.say("disclosed.response.invited", rate=rate)

    @property
    def _margin(self) -> str:
        name, found, digits = self._headline
        if found is None or found.ci_low is None or found.ci_high is None:
            return self._context.say("disclosed.margin.plain")
        return self._context.say(
            "disclosed.margin.text",
            name=name,
            n=self._context.number(found.unweighted_base),
            margin=self._context.number((found.ci_high - found.ci_low) / 2, digits),
        )

    @cached_property
    def _headline(self) -> tuple[str, Estimate | None, int]:
        scores = self._context.scores
        if scores.indices:
            index = scores.indices[0]
            return self._context.label(index.id), index.score, score_digits(index.total) + 1
        if scores.pp100 is not None:
            return self._context.say("pp100_short"), scores.pp100.total.pp100, 1
        return "", None, 1

    @property
    def _questionnaire(self) -> str:
        version = self._manifest.get("definition_version")
        return self._context.say("disclosed.questionnaire.text", version=str(version)) if version else ""


def software_text(context: Context) -> str:
    """What made the frozen file, with versions; empty where the manifest does not tell."""
    software = context.bundle.manifest.get("software") or {}
    return ", ".join(f"{name} {version}" for name, version in sorted(software.items()))


def weighting_text(context: Context) -> str:
    """How the answers are weighted: margins, joined and uncovered categories, trimming, and what it costs."""
    return joined(_weighting(context), context.language)


def _weighting(context: Context) -> Iterator[str]:
    scores, summary = context.scores, context.scores.weighting_summary
    margins = context.say("margin.comma").join(context.say(f"margin.{margin.name}") for margin in summary.margins)
    yield context.say(f"disclosed.weighting.{scores.weighting}", margins=margins)
    for margin in summary.margins:
        yield from _incomplete(context, margin)
    if scores.weighting == "raked":
        key = "trimmed" if summary.trimmed else "untrimmed"
        multiple = context.number(summary.largest_multiple, 2)
        yield context.say(f"disclosed.weighting.{key}", trimmed=context.number(summary.trimmed), multiple=multiple)
    if summary.apart:
        yield context.say("disclosed.weighting.apart", apart=context.number(summary.apart))
    if scores.weighting != "unweighted":
        yield context.say("disclosed.weighting.deff", deff=context.number(summary.design_effect, 2))


def _incomplete(context: Context, margin: WeightedMargin) -> Iterator[str]:
    """Categories of a margin that were joined, and those without answers. Joined dealers are counted, not named."""
    name = context.say(f"margin.{margin.name}")
    groups = [" + ".join(group) for group in margin.joined]
    if groups and margin.name != DEALER and len(groups) <= MOST_CATEGORIES:
        listed = context.say("semicolon").join(groups)
        yield context.say("disclosed.weighting.joined", margin=name, groups=listed)
    elif groups:
        yield context.say("disclosed.weighting.joined_count", margin=name, count=context.number(len(groups)))
    if margin.not_covered:
        missed = context.names([each.category for each in margin.not_covered], MOST_CATEGORIES)
        yield context.say("disclosed.weighting.uncovered", margin=name, categories=missed)


def _flow(context: Context) -> Table:
    """Events, invitations, responses and rows, with what is lost from each to the next."""
    columns = (Column(context.say("flow.step"), 0.75, "left"), Column(context.say("flow.count"), 0.25))
    rows = tuple(_flow_rows(context, context.bundle.manifest))
    return Table(context.say("flow.table"), columns, rows)


def _flow_rows(context: Context, manifest: Mapping[str, Any]) -> Iterator[Row]:
    events, eligible = manifest.get("events"), manifest.get("population_events")
    if events is not None and eligible is not None and events >= eligible:
        yield Row((context.say("flow.events"), context.number(events)))
        yield Row((context.say("flow.uneligible"), context.signed(eligible - events)), "muted")
    for key, name in (("population_events", "eligible"), ("invited", "invited"), ("responses", "responses")):
        if manifest.get(key) is not None:
            yield Row((context.say(f"flow.{name}"), context.number(manifest[key])))
    for reason, count in _excluded(manifest):
        told = context.say("flow.excluded", reason=context.either(f"reason.{reason}", reason))
        yield Row((told, context.signed(-count)), "muted")
    rows = manifest.get("row_count", context.scores.unweighted_base)
    yield Row((context.say("flow.rows"), context.number(rows)), "total")


def _excluded(manifest: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Each reason once, with all that it left out."""
    given = sorted(manifest.get("exclusions", ()), key=lambda each: str(each["reason"]))
    for reason, group in groupby(given, key=lambda each: str(each["reason"])):
        count = sum(each["count"] for each in group)
        if count:
            yield reason, count


def _dispositions(context: Context) -> Dispositions | None:
    counts = context.bundle.dispositions if isinstance(context.bundle, ReportBundle) else None
    return None if counts is None else Dispositions(**counts)


def _disposition_table(context: Context, counts: Dispositions) -> Table:
    columns = (
        Column(context.say("dispositions.disposition"), 0.75, "left"),
        Column(context.say("dispositions.count"), 0.25),
    )
    told = {
        "complete": counts.complete,
        "partial": counts.partial,
        "refusal": counts.refusal,
        "non_contact": counts.non_contact,
        "other": counts.other,
        "unknown": counts.unknown,
        "not_eligible": counts.not_eligible,
    }
    rows = tuple(Row((context.say(f"dispositions.{name}"), context.number(count))) for name, count in told.items())
    return Table(context.say("dispositions.table"), columns, rows)


def _rate_table(context: Context, rates: ParticipationRates) -> Table:
    columns = (Column(context.say("rates_of.rate"), 0.75, "left"), Column(context.say("rates_of.value"), 0.25))
    rows = tuple(Row((context.say(f"rates_of.{name}"), context.percent(getattr(rates, name), 1))) for name in _RATES)
    note = context.say("rates_of.note", e=context.number(rates.e, 3))
    return Table(context.say("rates_of.table"), columns, rows, note)
