"""``surveyplat score``: how the answers are weighted, and what the weights cost."""

from collections.abc import Iterator

from rich.table import Table

from surveyplat.reports.reasons import reason_text
from surveyplat.scoring.results import StudyScores
from surveyplat.scoring.weighting import WeightedMargin, Weighting

_KINDS = {
    "post_stratified_by_dealer": "weighted to the known events of each dealer",
    "unweighted": "no weights",
}
_UNKNOWN = "not known"


def weighting_tables(scores: StudyScores) -> Iterator[Table]:
    """Events and answers of each margin but the dealers', whose events are no part of the tables."""
    for margin in scores.weighting_summary.margins:
        if margin.categories:
            yield _margin_table(margin)


def weighting_remarks(scores: StudyScores) -> Iterator[str]:
    """The kind of weights with what they cost, then everything that went otherwise than it should."""
    summary = scores.weighting_summary
    yield f"Weights: {_kind(scores)}{_figures(scores)}"
    for reason in summary.reasons:
        detail = f" ({reason.detail})" if reason.detail else ""
        yield f"Weights: {reason_text(reason, 'en', str)}{detail}"
    for margin in summary.margins:
        yield from _margin_remarks(margin)
    uncovered = [each.dealer for each in scores.coverage if each.eligible and not each.responses]
    if uncovered:
        yield f"Weights: no answer, so not covered: {', '.join(uncovered)}"


def _kind(scores: StudyScores) -> str:
    if scores.weighting != "raked":
        return _KINDS[scores.weighting]
    *names, last = [margin.name for margin in scores.weighting_summary.margins]
    return f"raked to the known events of {', '.join(names)} and {last}"


def _figures(scores: StudyScores) -> str:
    summary = scores.weighting_summary
    if scores.weighting == "unweighted":
        return ""
    return f"; design effect {summary.design_effect:.3f}{_raked(summary) if summary.sweeps else ''}"


def _raked(summary: Weighting) -> str:
    held = f", {summary.trimmed} answers held there" if summary.trimmed else ""
    return f", {summary.sweeps} sweeps, largest weight {summary.largest_multiple:.2f} times the mean{held}"


def _margin_remarks(margin: WeightedMargin) -> Iterator[str]:
    for names in margin.joined:
        yield f"Weights: {margin.name} {_named(names)} taken together, for fewer than 5 answers"
    if margin.not_covered and margin.categories:
        told = ", ".join(f"{each.category or _UNKNOWN} ({each.events:g} events)" for each in margin.not_covered)
        yield f"Weights: {margin.name} without any answer: {told}"


def _margin_table(margin: WeightedMargin) -> Table:
    table = Table(title=f"Weights by {margin.name}", title_justify="left", title_style="bold")
    for number, name in enumerate((margin.name.capitalize(), "Events", "Answers", "Mean weight")):
        table.add_column(name, justify="left" if number == 0 else "right")
    for each in margin.categories:
        mean = each.events / each.responses
        table.add_row(_named(each.names), f"{each.events:.1f}", str(each.responses), f"{mean:.4f}")
    return table


def _named(names: tuple[str, ...]) -> str:
    return " + ".join(name or _UNKNOWN for name in names)
