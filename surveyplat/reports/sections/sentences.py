"""A finding in words: a bold lead and the evidence behind it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby

from surveyplat.reports.blocks import Paragraph
from surveyplat.reports.contents import proof_of
from surveyplat.reports.context import Context, score_digits
from surveyplat.reports.findings import Finding, FindingKind
from surveyplat.reports.reasons import reasons_text

_BY_LEAD = ("index_bridged", "strongest_driver", "weakest_factor", "top_category", "top_problem")
_OF_DEALERS = (
    "dealer_up",
    "dealer_down",
    "dealer_below_group",
    "dealer_above_group",
    "dealer_more_problems",
    "dealer_fewer_problems",
)
_OF_PARTS: tuple[FindingKind, ...] = ("model_more_problems", "month_more_problems", "region_more_problems")
Numbers = Mapping[str, float | None]
NEAR = 1.0
"""Performances within one point of 100 of the mean are called close to it."""


def sentences(context: Context, findings: Iterable[Finding], most: int | None = None) -> tuple[Paragraph, ...]:
    """One paragraph for each kind of finding, in the given order; findings of one kind share it."""
    grouped = [list(group) for _, group in groupby(findings, key=lambda finding: finding.kind)]
    return tuple(_paragraph(context, group) for group in grouped[:most])


def summary_findings(context: Context) -> Iterator[Finding]:
    """What a reader with five minutes needs: level and change are already in the heading, so they come once."""
    for finding in context.findings:
        if finding.kind not in ("index_level", "pp100_level", "dealer_above_group", "dealer_fewer_problems"):
            yield finding


def against_mean(context: Context, numbers: Numbers) -> str:
    """How a driver performs against the mean of all attributes."""
    performance, mean = numbers["value"], numbers["mean_performance"]
    side = "near"
    if performance is not None and mean is not None and abs(performance - mean) > NEAR:
        side = "below" if performance < mean else "above"
    return context.say(f"find.against.{side}", mean=context.number(mean, 1))


def _paragraph(context: Context, findings: list[Finding]) -> Paragraph:
    first = findings[0]
    fields = _fields(context, first)
    fields["names"] = _names(context, findings)
    lead = f"find.{first.kind}" + (f".{_certainty(first)}" if first.kind in _BY_LEAD else "")
    text = context.say(f"find.{first.kind}.text", **fields)
    if first.kind == "weakest_factor" and first.certainty != "apart":
        text += context.say("find.weakest_factor.overlap")
    if first.kind == "suppressed_dealers" and first.evidence["beside"]:
        text += context.say("find.suppressed_dealers.beside", **fields)
    return Paragraph(text, lead=context.say(lead, **fields), see=proof_of(first.kind))


def _names(context: Context, findings: list[Finding]) -> str:
    """Dealers with commas; labels, which may hold commas themselves, with semicolons."""
    names = [_name(context, finding) for finding in findings]
    return context.names(names) if findings[0].kind in _OF_DEALERS else context.say("semicolon").join(names)


def _certainty(finding: Finding) -> str:
    return "apart" if finding.certainty == "apart" else "descriptive"


def _name(context: Context, finding: Finding) -> str:
    if finding.kind == "month_more_problems":
        return context.period(finding.subject)
    return context.dealer(finding.subject) if finding.kind in _OF_DEALERS else context.label(finding.subject)


def _fields(context: Context, finding: Finding) -> dict[str, str]:
    """Every field that this kind's sentences may name."""
    digits = _digits(context, finding.kind)
    numbers = finding.evidence
    fields = {
        "name": _name(context, finding),
        "value": context.number(numbers.get("value"), digits),
        "interval": context.interval(numbers.get("ci_low"), numbers.get("ci_high"), digits),
        "n": context.number(finding.unweighted_base),
    }
    special = _SPECIAL.get(finding.kind)
    return fields | (special(context, numbers, digits) if special else {})


def _digits(context: Context, kind: FindingKind) -> int:
    if kind.startswith(("pp100", "category", "top_")) or kind in (
        *_OF_PARTS,
        "dealer_more_problems",
        "dealer_fewer_problems",
    ):
        return 1
    if kind in ("strongest_driver", "driver_to_improve"):
        return 1
    return score_digits(context.scores.indices[0].total) if context.scores.indices else 1


def _level(context: Context, numbers: Numbers, _: int) -> dict[str, str]:
    return {"of_points": context.say("of_points", total=context.number(numbers["total"]))}


def _points_change(context: Context, numbers: Numbers, digits: int) -> dict[str, str]:
    return {
        "change": context.signed(numbers["change"], digits),
        "interval": context.interval(numbers["change_low"], numbers["change_high"], digits),
    }


def _bridged(context: Context, numbers: Numbers, digits: int) -> dict[str, str]:
    changed = {"reasons": reasons(context), "weights": context.signed(numbers["weights"], digits)}
    return _points_change(context, numbers, digits) | changed


def _mix_moved(context: Context, numbers: Numbers, digits: int) -> dict[str, str]:
    return _points_change(context, numbers, digits) | {"whole": context.signed(numbers["whole"], digits)}


def _rate_change(context: Context, numbers: Numbers, digits: int) -> dict[str, str]:
    return {
        "was": context.number(numbers["before"], digits),
        "ratio": context.number(numbers["change"], 2),
        "interval": context.interval(numbers["change_low"], numbers["change_high"], 2),
    }


def _driver(context: Context, numbers: Numbers, digits: int) -> dict[str, str]:
    return {
        "share": context.percent(numbers["share"]),
        "interval": context.percent_interval(numbers["share_low"], numbers["share_high"]),
        "performance": context.number(numbers["value"], digits),
        "mean": context.number(numbers["mean_performance"], digits),
        "against": against_mean(context, numbers),
    }


def _factor(context: Context, numbers: Numbers, _: int) -> dict[str, str]:
    return {"weight": context.percent(numbers["weight"])}


def _group(context: Context, numbers: Numbers, digits: int) -> dict[str, str]:
    return {"group": context.number(numbers["group_value"], digits)}


def _part(context: Context, numbers: Numbers, _: int) -> dict[str, str]:
    return {
        "ratio": context.number(numbers["ratio"], 2),
        "interval": context.interval(numbers["ratio_low"], numbers["ratio_high"], 2),
    }


def _top(context: Context, numbers: Numbers, _: int) -> dict[str, str]:
    return {"share": context.percent(numbers["share_of_problems"]), "problems": context.number(numbers["problems"])}


def _refused(context: Context, _numbers: Numbers, _: int) -> dict[str, str]:
    return {"reasons": reasons(context)}


def _hidden(context: Context, numbers: Numbers, _: int) -> dict[str, str]:
    return {name: context.number(numbers[name]) for name in ("count", "dealers", "beside")}


def reasons(context: Context) -> str:
    """Why two periods may not be compared, as sentences."""
    given = context.comparison.reasons if context.comparison else ()
    return reasons_text(given, context.language, context.label)


_Fields = Callable[[Context, Numbers, int], dict[str, str]]
_SPECIAL: dict[FindingKind, _Fields] = {
    "not_comparable": _refused,
    "index_level": _level,
    "index_change": _points_change,
    "index_no_clear_change": _points_change,
    "index_bridged": _bridged,
    "mix_moved": _mix_moved,
    "dealer_up": _points_change,
    "dealer_down": _points_change,
    "pp100_change": _rate_change,
    "pp100_no_clear_change": _rate_change,
    "category_rose": _rate_change,
    "category_fell": _rate_change,
    "strongest_driver": _driver,
    "driver_to_improve": _driver,
    "weakest_factor": _factor,
    "dealer_below_group": _group,
    "dealer_above_group": _group,
    "dealer_more_problems": _group,
    "dealer_fewer_problems": _group,
    "top_category": _top,
    "top_problem": _top,
    **dict.fromkeys(_OF_PARTS, _part),
    "suppressed_dealers": _hidden,
}
