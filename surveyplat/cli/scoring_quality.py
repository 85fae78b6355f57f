"""The tables of ``surveyplat score`` about the answers themselves: how spread, how well thought about, of how many."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.table import Table

from surveyplat.scoring.records.quality import AnswerQuality, MeasureWithout
from surveyplat.scoring.records.spread import ItemDistribution, Quantile
from surveyplat.scoring.results import Estimate, StudyScores

if TYPE_CHECKING:
    from surveyplat.scoring.dispositions import Participation

_INTERVAL, _MEDIAN = "95 % interval", "Median 95 %"
_UNBROKEN = ("", _INTERVAL, _MEDIAN, "Quartiles")
_CHECKS = {
    "speeding": "too fast to be read",
    "straight_lining": "one answer throughout",
    "duplicates": "copied answers",
    "any": "any of these",
}
_WITHHELD = {
    "few_flagged": "the mean of fewer than 30 flagged answers would follow from it",
    "few_left": "too few answers are left",
}
_RATES = (
    *(("RR1", "response, complete"), ("RR3", "response, of those likely to be eligible")),
    *(("RR5", "response, of those known to be eligible"), ("COOP1", "cooperation of those reached")),
    *(("REF1", "refusal and breaking off"), ("CON1", "contact")),
)


def quality_tables(scores: StudyScores, participation: "Participation | None") -> Iterator[Table]:
    """As many of them as the study has."""
    if scores.distributions or scores.index_distributions:
        yield _spread(scores)
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
            f"Full marks throughout, which is not flagged: {scores.answer_quality.full_marks} responses; "
            "no score leaves flagged answers out"
        )
        for measure in scores.answer_quality.measures:
            if measure.withheld is not None:
                yield f"{measure.measure} is not told without the flagged: {_WITHHELD[measure.withheld]}"


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number == 0 else "right", no_wrap=column in _UNBROKEN)
    return table


def _spread(scores: StudyScores) -> Table:
    """One line an item; the JSON document has the share of every scale point."""
    title = "Spread of answers; missing: don't know / no answer / not asked"
    table = _table(title, "", "n", "Missing", "Quartiles", _MEDIAN, "Best")
    for index in scores.index_distributions:
        table.add_row(index.id, str(index.answered), "", *_quartiles(index.quartiles), "")
    for item in scores.distributions:
        missing = f"{item.dont_know}/{item.not_answered}/{item.not_asked}"
        table.add_row(item.id, str(item.answered), missing, *_quartiles(item.quartiles), _best(item))
    return table


def _quartiles(quartiles: tuple[Quantile, ...]) -> tuple[str, str]:
    """All three, then the interval of the median."""
    if not quartiles:
        return "suppressed", ""
    median = quartiles[1]
    return " ".join(f"{each.value:g}" for each in quartiles), f"{median.ci_low:g} – {median.ci_high:g}"


def _best(item: ItemDistribution) -> str:
    share = item.points[-1].share.value if item.points else None
    return "" if share is None else f"{share:.1f} %"


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
    if measure.unflagged is None or measure.unflagged.value is None or measure.difference is None:
        return "", "withheld", ""
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
