"""The tables of ``surveyplat score`` about problems: rates by group, shares of all problems, dealers side by side."""

from collections.abc import Iterator, Sequence

from rich.table import Table

from surveyplat.cli.estimate_tables import INTERVAL, estimates, plain_table, shown
from surveyplat.cli.rate_ratios import METHODS, ratio_cells
from surveyplat.cli.scoring_structure import league_table
from surveyplat.scoring.estimate import Estimate
from surveyplat.scoring.records.changes import CommonProblems, ProblemBridge
from surveyplat.scoring.records.contrast import Contrast
from surveyplat.scoring.records.rates import ParetoPart, RestContrast
from surveyplat.scoring.results import PeriodComparison, Pp100Cell, Pp100Score, StudyScores

_MOST_PROBLEMS = 20


def pp100_tables(scores: StudyScores) -> Iterator[Table]:
    """As many of them as the study has."""
    pp100 = scores.pp100
    if pp100 is None:
        return
    yield _rates("Problems per 100 vehicles", (pp100.total, *pp100.categories))
    yield _top_problems(pp100)
    for title, parts in (("categories", pp100.pareto_categories), ("problems", pp100.pareto_problems)):
        if parts:
            yield _shares(f"Shares of all problems, {title}", parts[:_MOST_PROBLEMS])
    for group, cells, contrasts in (
        ("model", pp100.models, pp100.models_against_rest),
        ("build month", pp100.build_months, pp100.build_months_against_rest),
        ("region", pp100.regions, pp100.regions_against_rest),
    ):
        if cells:
            yield _group(f"Problems per 100 vehicles by {group}, and against all others", cells, contrasts)
    if pp100.dealers:
        yield _rates("Problems per 100 vehicles by dealer", pp100.dealers)
    if scores.rate_league is not None:
        yield league_table("Dealers side by side, problems per 100 vehicles", scores.rate_league)


def pp100_remarks(scores: StudyScores) -> Iterator[str]:
    """How far the vehicles differ beyond chance, and what that means for the comparisons."""
    dispersion = None if scores.pp100 is None else scores.pp100.total.dispersion
    if dispersion is not None:
        yield f"Problems of a vehicle vary {dispersion:.2f} times as much as Poisson counts do"
    if scores.rate_league is not None:
        by_chance, compared = scores.rate_league.alarms_by_chance, scores.rate_league.compared
        yield f"Of {compared} dealers' PP100 compared, {by_chance:.1f} would be worse than expected by chance alone"


def pp100_change_tables(comparison: PeriodComparison) -> Iterator[Table]:
    """The steps of the categories, or both periods on the problems in common."""
    if comparison.pp100_by_category is not None:
        yield _steps(comparison, comparison.pp100_by_category)
    if comparison.pp100_common is not None:
        yield _common(comparison, comparison.pp100_common)


def _rates(title: str, cells: Sequence[Pp100Cell]) -> Table:
    rows = [(cell.id, cell.pp100, (*_kinds(cell), *_details(cell))) for cell in cells]
    return estimates(title, rows, 1, ("Malf.", "Design", "Count", "Dispersion", "Interval by"))


def _kinds(cell: Pp100Cell) -> tuple[str, str, str]:
    return _kind(cell.malfunction), _kind(cell.design), _count(cell.problems)


def _kind(rate: Estimate | None) -> str:
    """In short: why a kind is suppressed is told of rates, which have a column for it."""
    return "suppressed" if rate is not None and rate.suppressed else shown(rate, 1)


def _details(cell: Pp100Cell) -> tuple[str, str]:
    if cell.pp100.value is None:
        return "", ""
    return "" if cell.dispersion is None else f"{cell.dispersion:.2f}", METHODS[cell.interval]


def _top_problems(pp100: Pp100Score) -> Table:
    top = sorted(pp100.problems, key=lambda cell: (-(cell.problems or 0), cell.id))[:_MOST_PROBLEMS]
    title = f"The {len(top)} problems reported most often, per 100 vehicles"
    return estimates(title, ((cell.id, cell.pp100, (_count(cell.problems),)) for cell in top), 1, ("Count",))


def _shares(title: str, parts: Sequence[ParetoPart]) -> Table:
    table = plain_table(title, ("", "Count", "Share", INTERVAL, "Cumulative"))
    for part in parts:
        interval = f"{part.ci_low:.1%} – {part.ci_high:.1%}"
        table.add_row(part.id, str(part.problems), f"{part.share:.1%}", interval, f"{part.cumulative:.1%}")
    return table


def _group(title: str, cells: Sequence[Pp100Cell], contrasts: Sequence[RestContrast]) -> Table:
    against = {contrast.id: contrast for contrast in contrasts}
    rows = [(cell.id, cell.pp100, (*_kinds(cell), *_against(against.get(cell.id)))) for cell in cells]
    return estimates(title, rows, 1, ("Malf.", "Design", "Count", "Ratio", INTERVAL, "p (adj.)", "By", "Clear?"))


def _against(contrast: RestContrast | None) -> tuple[str, ...]:
    if contrast is None:
        return ("", "", "", "", "")
    clear = "yes" if contrast.significant else "no"
    ratio = ratio_cells(contrast.ratio, contrast.ci_low, contrast.ci_high)
    return (*ratio, f"{contrast.p_adjusted:.4f}", METHODS[contrast.method], clear)


def _steps(comparison: PeriodComparison, bridge: ProblemBridge) -> Table:
    title = f"PP100 from {comparison.before} to {comparison.after}: what each category adds, on vehicles asked all"
    table = plain_table(title, ("", comparison.before, comparison.after, "Change", INTERVAL))
    for step in bridge.categories:
        table.add_row(step.category, f"{step.before:.1f}", f"{step.after:.1f}", *_difference(step.change))
    table.add_row("all", "", "", *_difference(bridge.change))
    return table


def _common(comparison: PeriodComparison, common: CommonProblems) -> Table:
    table = plain_table(
        f"PP100 of the {common.problems} problems that both periods asked",
        ("", comparison.before, comparison.after, "Ratio", INTERVAL, "p", "By"),
    )
    ratio = ratio_cells(common.ratio, common.ci_low, common.ci_high)
    levels = shown(common.before, 1), shown(common.after, 1)
    table.add_row("in common", *levels, *ratio, f"{common.p_value:.4f}", METHODS[common.method])
    for name, left_out in (("asked before only", common.only_before), ("asked now only", common.only_after)):
        if left_out:
            table.add_row(f"{name}: {', '.join(left_out)}", "", "", "", "", "", "")
    return table


def _difference(change: Contrast) -> tuple[str, str]:
    if change.ci_low is None or change.ci_high is None:
        return f"{change.value:+.1f}", ""
    return f"{change.value:+.1f}", f"{change.ci_low:+.1f} – {change.ci_high:+.1f}"


def _count(problems: int | None) -> str:
    return "" if problems is None else str(problems)
