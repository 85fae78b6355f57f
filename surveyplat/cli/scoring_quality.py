"""The tables of ``surveyplat score`` about the answers themselves: how spread, how well thought about, of how many."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.table import Table

from surveyplat.scoring.distributions import IndexDistribution, ItemDistribution
from surveyplat.scoring.quality_results import AnswerQuality, MeasureWithout
from surveyplat.scoring.quantiles import Quantile
from surveyplat.scoring.results import Estimate, StudyScores

if TYPE_CHECKING:
    from surveyplat.scoring.dispositions import Participation

_INTERVAL = "95 % interval"
_CHECKS = {
    "speeding": "faster than the pages can be read",
    "straight_lining": "one answer throughout, full marks apart",
    "duplicates": "all answers as another customer of the dealer",
    "any": "any of these",
}
_WITHHELD = {
    "few_flagged": "not told: the mean of fewer than 30 flagged answers would follow from it",
    "few_left": "not told: too few answers are left",
}
_RATES = (
    *(("RR1", "response, complete"), ("RR3", "response, of those likely to be eligible")),
    *(("RR5", "response, of those known to be eligible"), ("COOP1", "cooperation of those reached")),
    *(("REF1", "refusal and breaking off"), ("CON1", "contact")),
)


def quality_tables(scores: StudyScores, participation: "Participation | None") -> Iterator[Table]:
    """As many of them as the study has."""
    if scores.distributions:
        yield _distributions(scores.distributions)
    if scores.distributions or scores.index_distributions:
        yield _quartiles(scores)
    if scores.answer_quality is not None and scores.answer_quality.checks:
        yield _checks(scores.answer_quality)
        if scores.answer_quality.measures:
            yield _measures(scores, scores.answer_quality)
    if participation is not None:
        yield _participation(participation)


def quality_remarks(scores: StudyScores) -> Iterator[str]:
    """What the checks do not flag, and what they leave alone."""
    if scores.answer_quality is not None and scores.answer_quality.checks:
        yield (
            f"{scores.answer_quality.full_marks} responses gave full marks throughout, which is not flagged; "
            "no score leaves flagged answers out"
        )


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number == 0 else "right", no_wrap=number == 0 or column == _INTERVAL)
    return table


def _distributions(items: tuple[ItemDistribution, ...]) -> Table:
    columns = ("Answered", "Don't know", "No answer", "Not asked", "Scale point: percent of answers")
    table = _table("Answers of each item", "", *columns)
    for item in items:
        counts = (item.answered, item.dont_know, item.not_answered, item.not_asked)
        table.add_row(item.id, *map(str, counts), _points(item))
    return table


def _points(item: ItemDistribution) -> str:
    if not item.points:
        return "suppressed"
    named = (
        (str(each.lowest) if each.lowest == each.highest else f"{each.lowest}–{each.highest}", each.share.value)
        for each in item.points
    )
    return "  ".join(f"{name}: {share:.1f}" for name, share in named if share is not None)


def _quartiles(scores: StudyScores) -> Table:
    table = _table("Medians and quartiles", "", "Lower", "Median", _INTERVAL, "Upper")
    spreads: tuple[IndexDistribution | ItemDistribution, ...] = (*scores.index_distributions, *scores.distributions)
    for spread in spreads:
        if spread.quartiles:
            lower, median, upper = spread.quartiles
            table.add_row(spread.id, f"{lower.value:g}", f"{median.value:g}", _limits(median), f"{upper.value:g}")
        else:
            table.add_row(spread.id, "", "suppressed", "", "")
    return table


def _limits(quantile: Quantile) -> str:
    return f"{quantile.ci_low:g} – {quantile.ci_high:g}"


def _checks(quality: AnswerQuality) -> Table:
    table = _table("Quality of answers", "", "Flagged", "Of", "Percent", _INTERVAL)
    for check in quality.checks:
        table.add_row(_CHECKS[check.check], str(check.flagged), str(check.told), *_percent(check.share))
    return table


def _percent(share: Estimate) -> tuple[str, str]:
    if share.value is None or share.ci_low is None or share.ci_high is None:
        return "suppressed", ""
    return f"{share.value:.2f}", f"{share.ci_low:.2f} – {share.ci_high:.2f}"


def _measures(scores: StudyScores, quality: AnswerQuality) -> Table:
    table = _table("Scores without the flagged answers", "", "Flagged", "All", "Without", "Difference", _INTERVAL)
    for measure in quality.measures:
        table.add_row(measure.measure, str(measure.flagged), _all(scores, measure), *_without(measure))
    return table


def _all(scores: StudyScores, measure: MeasureWithout) -> str:
    named = {index.id: index.score.value for index in scores.indices}
    named["pp100"] = scores.pp100.total.pp100.value if scores.pp100 else None
    value = named[measure.measure]
    return "suppressed" if value is None else f"{value:.2f}"


def _without(measure: MeasureWithout) -> tuple[str, str, str]:
    if measure.withheld is not None:
        return "", _WITHHELD[measure.withheld], ""
    if measure.unflagged is None or measure.unflagged.value is None or measure.difference is None:
        return "", "", ""
    told = measure.difference
    interval = "" if told.ci_low is None else f"{told.ci_low:+.2f} – {told.ci_high:+.2f}"
    return f"{measure.unflagged.value:.2f}", f"{told.value:+.2f}", interval


def _participation(participation: "Participation") -> Table:
    """AAPOR's outcome rates, and beside the first of them what became of whom."""
    counts, rates = participation.dispositions, participation.rates
    became = {
        "complete": counts.complete,
        "broken off or empty": counts.refusal,
        "after the cut-off": counts.other,
        "never handed over": counts.non_contact,
        "no word since": counts.unknown,
        "not eligible": counts.not_eligible,
    }
    table = _table(
        f"Participation, with {100 * rates.e:.1f} % of the unknown eligible (AAPOR)", "", "People", "Percent"
    )
    for name, people in became.items():
        table.add_row(name, str(people), "")
    for code, name in _RATES:
        rate: float | None = getattr(rates, code.lower())
        table.add_row(f"{code}: {name}", "", "" if rate is None else f"{100 * rate:.1f}")
    return table
