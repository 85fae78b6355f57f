"""Tables of estimates as ``surveyplat score`` prints them: value, base, standard error and interval, or why not."""

from collections.abc import Iterable

from rich.table import Table

from surveyplat.scoring.estimate import Estimate

INTERVAL = "95 % interval"
_BASE = ("n", "SE", INTERVAL)
_WHY_SUPPRESSED = {
    "base": "suppressed: fewer than 30 answers",
    "effective_base": "suppressed: effective base below 20",
    "relative_error": "suppressed: standard error above 30 % of the rate",
    "complementary": "suppressed: another suppressed number would follow from it",
}

EstimateRow = tuple[str, Estimate, tuple[str, ...]]
"""A row's name, its number, and what stands in the columns after it."""


def estimates(title: str, rows: Iterable[EstimateRow], digits: int, extra: tuple[str, ...] = ()) -> Table:
    """One row an estimate, with further columns after its interval."""
    table = plain_table(title, ("", "Score", *_BASE, *extra))
    for name, estimate, cells in rows:
        table.add_row(name, *_cells(estimate, digits), *cells)
    return table


def plain_table(title: str, columns: tuple[str, ...]) -> Table:
    """A table whose first column is a name, and the others are numbers."""
    table = Table(title=title, title_justify="left", title_style="bold")
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number == 0 else "right", no_wrap=number == 0 or column == INTERVAL)
    return table


def shown(estimate: Estimate | None, digits: int) -> str:
    """The value, or why it is suppressed; nothing where there is no such number."""
    if estimate is None:
        return ""
    if estimate.value is None:
        return _WHY_SUPPRESSED.get(estimate.suppressed or "", "not available")
    return f"{estimate.value:.{digits}f}"


def _cells(estimate: Estimate, digits: int) -> tuple[str, str, str, str]:
    base = f"{estimate.unweighted_base}{' (low)' if estimate.low_base and estimate.value is not None else ''}"
    if estimate.value is None or estimate.ci_low is None or estimate.ci_high is None:
        return shown(estimate, digits), base, "", ""
    error = "" if estimate.std_error is None else f"{estimate.std_error:.{digits + 1}f}"
    return shown(estimate, digits), base, error, f"{estimate.ci_low:.{digits}f} – {estimate.ci_high:.{digits}f}"
