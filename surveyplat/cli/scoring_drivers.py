"""The tables of ``surveyplat score`` about driver models: importance, priorities, and what stands beside them."""

from collections.abc import Iterator

from rich.table import Table

from surveyplat.reports.reasons import reasons_text
from surveyplat.scoring.records.contrast import Contrast
from surveyplat.scoring.records.drivers import InfluenceScore, OrderedModel, Priority, PriorityMap
from surveyplat.scoring.results import DriverChecks, DriverScore, Estimate, StudyScores

_INTERVAL = "95 % interval"
_METHODS = {"lmg": "LMG", "shapley_permutation": "permutation Shapley"}
_REMEDIES = {
    "report_together": "report them together",
    "refit_without": "fit it again without them",
    "use_penalty_reward": "look at the contrasts of low and high answers",
    "show_both": "show both models",
    "do_not_rank": "do not rank them",
}


def driver_tables(scores: StudyScores) -> Iterator[Table]:
    """Four of each model that was fitted, as far as there is something to tell."""
    checks = {each.driver: each for each in scores.driver_checks}
    for driver in scores.drivers:
        yield _importances(driver)
        if driver.priorities is not None:
            yield _priorities(driver.id, driver.priorities)
        if driver.id in checks:
            yield _checks(checks[driver.id])


def driver_remarks(scores: StudyScores) -> Iterator[str]:
    """What could not be told and why, and what speaks for or against each model."""
    for driver, refusal in scores.drivers_refused.items():
        yield f"Driver model {driver} was refused: {reasons_text(refusal, 'en', str)}"
    for score in scores.drivers:
        if score.priorities_refused:
            yield f"Driver model {score.id} has no priorities: {reasons_text(score.priorities_refused, 'en', str)}"
    for checks in scores.driver_checks:
        yield from (f"Driver model {checks.driver}: {remark}" for remark in _remarks(checks))


def _remarks(checks: DriverChecks) -> Iterator[str]:
    for warning in checks.warnings:
        of = ", ".join(warning.attributes) or "all attributes"
        yield f"{warning.code.replace('_', ' ')} ({of}); {_REMEDIES[warning.remedy]}"
    if checks.contrasts_refused:
        yield f"no contrasts of low and high answers: {reasons_text(checks.contrasts_refused, 'en', str)}"
    if checks.ordered is not None:
        yield _ordered(checks.ordered)
    elif checks.ordered_refused:
        yield f"no ordered logit: {reasons_text(checks.ordered_refused, 'en', str)}"
    if checks.influence is not None:
        yield from _influence(checks.influence)
    if checks.linearity is not None and checks.linearity.p_value is not None:
        yield f"bends add {checks.linearity.gain:.2%} to R2 (RESET, p {checks.linearity.p_value:.4f})"


def _ordered(model: OrderedModel) -> str:
    agreement = (
        "" if model.rank_correlation is None else f", ranks of both models correlate {model.rank_correlation:.2f}"
    )
    return f"ordered logit of {model.cases} cases: pseudo-R2 {model.pseudo_r_squared:.4f}{agreement}"


def _influence(found: InfluenceScore) -> Iterator[str]:
    yield (
        f"{found.above_threshold} of {found.customers} customers above a Cook's distance of 4 / n, "
        f"the largest {found.largest_distance:.4f}"
    )
    if found.without:
        moved = max(found.without, key=lambda each: abs(each.without - each.coefficient))
        yield f"without them {moved.item}, which moves most, goes from {moved.coefficient:.4f} to {moved.without:.4f}"
    for dealer in found.dealers[:1]:
        yield (
            f"of the dealers {dealer.dealer} moves it most: without its {dealer.cases} cases {dealer.item} goes to "
            f"{dealer.coefficient_without:.4f}, by {abs(dealer.shift):.1f} standard errors"
        )


def _importances(driver: DriverScore) -> Table:
    method = _METHODS[driver.method]
    orders = f" over {driver.orders} orders" if driver.orders else ""
    title = (
        f"Drivers of {driver.target}: {driver.complete_cases} complete cases, R2 {driver.r_squared:.4f} "
        f"(regression {driver.r_squared_regression:.4f}); {method}{orders} in shares of R2, scores 0-100"
    )
    error = ("MC error",) if driver.orders else ()
    table = _table(title, "Attribute", "Share", *error, _INTERVAL, "Coef.", "SE", "Score")
    for row in driver.importances:
        table.add_row(
            row.item,
            f"{row.share:.1%}",
            *((f"{row.monte_carlo_error:.2%}",) if driver.orders else ()),
            f"{row.share_low:.1%} – {row.share_high:.1%}",
            f"{row.coefficient:.4f}",
            f"{row.coefficient_std_error:.4f}",
            _performance(row.performance),
        )
    return table


def _priorities(driver: str, found: PriorityMap) -> Table:
    """Most likely first within each quadrant, in the order in which they ask for something to be done."""
    title = (
        f"Priorities of drivers {driver}: importance above or below {found.importance_mark:.1%}, "
        f"performance above or below {found.performance_mark:.1f}"
    )
    table = _table(title, "Attribute", "Quadrant", "Probability", "Importance", "Performance")
    order = {"improve": 0, "maintain": 1, "low_priority": 2, "overkill": 3}
    for each in sorted(found.items, key=lambda each: (order[each.quadrant], -each.probabilities[each.quadrant])):
        table.add_row(each.item, _quadrant(each), f"{each.probabilities[each.quadrant]:.0%}", *_axes(each))
    return table


def _quadrant(priority: Priority) -> str:
    return priority.quadrant.replace("_", " ") if priority.settled else "cannot be told"


def _axes(priority: Priority) -> tuple[str, str]:
    return f"{priority.importance.value:.1%}", f"{priority.performance.value:.1f}"


def _checks(checks: DriverChecks) -> Table:
    """Relative weights, the contrasts of low and high answers in points of the outcome, ordered logit, and bends."""
    told = {each.item: each for each in checks.contrasts.attributes} if checks.contrasts else {}
    odds = {each.item: each for each in checks.ordered.coefficients} if checks.ordered else {}
    bends = {each.item: each for each in checks.lack_of_fit}
    title = (
        f"Cross-checks of drivers {checks.driver}: relative weights, what low and high answers change, log odds, bend"
    )
    table = _table(title, "", "Weight", "Low", "High", "Kind", "Log odds", "SE", "Bend")
    for item, share in sorted(checks.relative_weights.items(), key=lambda entry: -entry[1]):
        attribute, ordered, bend = told.get(item), odds.get(item), bends.get(item)
        low, high = (attribute.penalty, attribute.reward) if attribute else (None, None)
        table.add_row(
            item,
            f"{100 * share:.1f} %",
            _points(low),
            _points(high),
            (attribute.kind or "cannot be told") if attribute else "",
            f"{ordered.coefficient:.3f}" if ordered else "",
            f"{ordered.std_error:.3f}" if ordered else "",
            f"{bend.gain:.2%}" if bend else "",
        )
    return table


def _points(contrast: Contrast | None) -> str:
    return "" if contrast is None else f"{contrast.value:+.2f}"


def _performance(estimate: Estimate) -> str:
    return "suppressed" if estimate.value is None else f"{estimate.value:.1f}"


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number == 0 else "right", no_wrap=number == 0 or column == _INTERVAL)
    return table
