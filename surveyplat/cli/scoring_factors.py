"""The tables of ``surveyplat score`` about factors: whether they hold, and whether two periods measure alike."""

from collections.abc import Iterator

from rich.table import Table

from surveyplat.reports.reasons import reasons_text
from surveyplat.scoring.records.structures import IndexStructure, Invariance, StructureScore, StructureWarning
from surveyplat.scoring.results import PeriodComparison, StudyScores

_WARNINGS = {
    "negative_unique_variance": "the variance of its own is below 0, which no variance can be",
    "factors_not_apart": "these factors cannot be told apart",
    "weak_loading": "it hardly belongs to its factor",
}


_LEVELS = {
    "scalar": "means can be compared",
    "metric": "loadings only, not means",
    "configural": "factors only, not loadings",
    "none": "the factors fit neither period",
}


def factor_tables(scores: StudyScores) -> Iterator[Table]:
    """Each index's factor model: how well it fits, and how the items load on their factors."""
    told = [(check.index, check.score) for check in scores.structures if check.score is not None]
    if told:
        yield _fits(told)
    for index, score in told:
        yield _loadings(index, score)


def factor_remarks(scores: StudyScores) -> Iterator[str]:
    """What of the factors could not be told and why, and what to beware of."""
    for check in scores.structures:
        yield from _check_remarks(check)


def invariance_remarks(comparison: PeriodComparison) -> Iterator[str]:
    """Of each index, whether its items mean the same in both periods, and the figures that say so."""
    for tested in comparison.invariance:
        found = tested.found
        if found is None:
            yield f"{tested.index}: {reasons_text(tested.refused, 'en', str)}"
            continue
        fits = f"CFI {found.configural.cfi:.3f}, less {found.metric.cfi_loss:.3f} with equal loadings and "
        moved = f"; moved by themselves: {', '.join(tested.moved_items)}" if found.level != "scalar" else ""
        yield f"Measurement of {tested.index} in both periods: {_LEVELS[found.level]} ({fits}{_loss(found)}{moved})"


def _loss(found: Invariance) -> str:
    return f"{found.scalar.cfi_loss:.3f} with equal intercepts"


def _check_remarks(check: IndexStructure) -> Iterator[str]:
    if check.refused:
        yield f"Factors of {check.index} were not checked: {reasons_text(check.refused, 'en', str)}"
    for warning in check.score.warnings if check.score else ():
        yield f"Factors of {check.index}: {_warning(warning)}"


def _warning(warning: StructureWarning) -> str:
    return f"{', '.join(warning.subject)} ({warning.value:.2f}): {_WARNINGS[warning.code]}"


def _fits(told: list[tuple[str, StructureScore]]) -> Table:
    title = "Do the items hang together as the factors say? Good: CFI from 0.95, RMSEA to 0.06, SRMR to 0.08"
    table = _table(title, "", "Cases", "χ²", "df", "CFI", "RMSEA", "90 % interval", "SRMR")
    for index, score in told:
        fit = score.fit
        error = "" if fit.rmsea is None else f"{fit.rmsea:.3f}"
        ends = "" if fit.rmsea_low is None else f"{fit.rmsea_low:.3f} – {fit.rmsea_high:.3f}"
        cells = (str(score.complete_cases), f"{fit.chi_square:.1f}", str(fit.df), f"{fit.cfi:.3f}", error, ends)
        table.add_row(index, *cells, f"{fit.srmr:.3f}")
    return table


def _loadings(index: str, score: StructureScore) -> Table:
    table = _table(f"Loadings of {index}: the correlation of an item with its factor", "", "Factor", "Loading", "95 %")
    for each in score.loadings:
        value = each.loading
        table.add_row(each.item, each.factor, f"{value.value:.3f}", f"{value.ci_low:.3f} – {value.ci_high:.3f}")
    return table


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number == 0 else "right", no_wrap=number == 0)
    return table
