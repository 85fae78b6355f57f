"""What ``surveyplat score`` prints of the comparison with the period before: verdict, changes, split, bridge."""

from collections.abc import Iterator

from rich.table import Table

from surveyplat.cli.rate_ratios import METHODS, ratio_cells
from surveyplat.reports.reasons import reasons_text
from surveyplat.scoring.estimate import Estimate
from surveyplat.scoring.reasons import Reason
from surveyplat.scoring.records.changes import Bridge, Decomposition
from surveyplat.scoring.records.contrast import Contrast
from surveyplat.scoring.results import Change, PeriodComparison

_INTERVAL = "95 % interval"


def comparison_tables(comparison: PeriodComparison) -> Iterator[Table]:
    """As many of them as the verdict allows."""
    if comparison.verdict == "comparable":
        yield _changes(comparison)
    index = comparison.indices[0].id if comparison.indices else ""
    for measure, groups, split in (
        (index, "dealer", comparison.by_dealer),
        (index, "model", comparison.by_model),
        ("PP100", "dealer", comparison.pp100_by_dealer),
        ("PP100", "model", comparison.pp100_by_model),
    ):
        if split is not None:
            yield _split(measure, groups, split)
    if comparison.bridge is not None:
        yield _bridge(comparison, comparison.bridge)


def comparison_remarks(comparison: PeriodComparison) -> Iterator[str]:
    """The verdict on every measure with its reasons, and the warnings."""
    verdict = f"{comparison.after} against {comparison.before}: {comparison.verdict}"
    yield f"{verdict}. {_words(comparison.reasons)}".rstrip()
    for measure in comparison.withheld:
        yield f"{measure.measure} is not compared ({measure.verdict}): {_words(measure.reasons)}"
    if comparison.warnings:
        yield f"To bear in mind: {_words(comparison.warnings)}"


def _words(reasons: tuple[Reason, ...]) -> str:
    return reasons_text(reasons, "en", str)


def _changes(comparison: PeriodComparison) -> Table:
    title = f"{comparison.after} against {comparison.before} (PP100: ratio)"
    table = _table(title, ("", "Before", "After", "Change", _INTERVAL, "p (adj.)", "By", "Clear?"))
    families = (
        *(comparison.indices, comparison.factors, comparison.dealers),
        *(comparison.pp100_total, comparison.pp100_categories),
    )
    for change in (change for family in families for change in family):
        table.add_row(change.id, _level(change.before), _level(change.after), *_change_cells(change))
    return table


def _change_cells(change: Change) -> tuple[str, ...]:
    if change.ci_low is None or change.p_adjusted is None:
        return ("not shown", "", "", "", "")
    change_and_interval = ratio_cells(change.change, change.ci_low, change.ci_high)
    clear = "yes" if change.significant else "no"
    return (*change_and_interval, f"{change.p_adjusted:.4f}", METHODS[change.method], clear)


def _split(measure: str, groups: str, split: Decomposition) -> Table:
    title = f"The change of {measure} by {groups}: performance within them, and another mix of them"
    table = _table(title, (groups.capitalize(), "Performance", _INTERVAL, "Mix", _INTERVAL, "n before", "n after"))
    table.add_row("all", *_cells(split.performance), *_cells(split.mix), "", "")
    for group in split.groups:
        bases = f"{group.base_before:.0f}", f"{group.base_after:.0f}"
        table.add_row(group.group or "(unknown)", *_cells(group.performance), *_cells(group.mix), *bases)
    return table


def _bridge(comparison: PeriodComparison, bridge: Bridge) -> Table:
    title = "Both periods computed both ways, on the items in common"
    table = _table(title, ("", comparison.before, comparison.after, "Change", _INTERVAL))
    sides = (bridge.before, bridge.after)
    table.add_row("as before", *(f"{side.old.value:.1f}" for side in sides), *_cells(bridge.under_old))
    table.add_row("as now", *(f"{side.new.value:.1f}" for side in sides), *_cells(bridge.under_new))
    table.add_row("mean of both", "", "", *_cells(bridge.performance))
    table.add_row("made by the way of computing", "", "", *_cells(bridge.weights))
    return table


def _cells(part: Contrast) -> tuple[str, str]:
    if part.ci_low is None or part.ci_high is None:
        return f"{part.value:.2f}", ""
    return f"{part.value:.2f}", f"{part.ci_low:.2f} – {part.ci_high:.2f}"


def _level(estimate: Estimate) -> str:
    return "not shown" if estimate.value is None else f"{estimate.value:.1f}"


def _table(title: str, columns: tuple[str, ...]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number == 0 else "right", no_wrap=number == 0 or column == _INTERVAL)
    return table
