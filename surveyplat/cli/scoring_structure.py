"""The tables of ``surveyplat score`` about what belongs together: dealers side by side, gaps, factors, path models."""

from collections.abc import Iterator

from rich.table import Table

from surveyplat.reports.reasons import reasons_text
from surveyplat.scoring.records.drivers import Bootstrapped
from surveyplat.scoring.records.latent import LatentIndex, LatentScore
from surveyplat.scoring.records.league import DealerStanding, League
from surveyplat.scoring.records.spread import GapScore
from surveyplat.scoring.results import FactorReliability, StudyScores


def structure_tables(scores: StudyScores) -> Iterator[Table]:
    """As many of them as the study has."""
    if scores.league is not None:
        yield league_table("Dealers side by side", scores.league)
    if scores.gaps:
        yield _gaps(scores.gaps)
    if scores.reliability:
        yield _reliability(scores.reliability)
    for model in scores.latent_models:
        yield _constructs(model)
        yield _paths(model)
    if scores.latent_indices:
        yield _latent_indices(scores.latent_indices)


def structure_remarks(scores: StudyScores) -> Iterator[str]:
    """What could not be told, and why."""
    for model, refusal in scores.latent_refused.items():
        yield f"Path model {model} was refused: {reasons_text(refusal, 'en', str)}"
    if scores.league is not None:
        by_chance, compared = scores.league.alarms_by_chance, scores.league.compared
        yield f"Of {compared} dealers compared, {by_chance:.1f} would be below expectation by chance alone"


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number == 0 else "right", no_wrap=number == 0)
    return table


def league_table(title: str, league: League) -> Table:
    """The dealers of an index or of PP100, side by side."""
    title = f"{title}: mean {league.mean:.1f}, spread between dealers {league.between_sd:.1f}"
    table = _table(title, "", "Raw", "Shrunk", "95 % interval", "Expected range", "Standing", "P(bottom tenth)")
    for standing in league.dealers:
        table.add_row(standing.dealer, *_standing(standing))
    return table


def _standing(standing: DealerStanding) -> tuple[str, ...]:
    raw = "suppressed" if standing.raw.value is None else f"{standing.raw.value:.1f}"
    shrunk, expected, chance = standing.shrunk, standing.expected, standing.bottom_tenth
    return (
        raw,
        "" if shrunk is None else f"{shrunk.value:.1f}",
        "" if shrunk is None else f"{shrunk.ci_low:.1f} – {shrunk.ci_high:.1f}",
        "" if expected is None else f"{expected.low:.1f} – {expected.high:.1f}",
        "" if expected is None else expected.category.replace("_", " "),
        "" if chance is None else f"{100 * chance.probability:.0f} %",
    )


def _gaps(gaps: tuple[GapScore, ...]) -> Table:
    table = _table(
        "Gaps, perception less expectation on 100 points", "", "n", "Expected", "Found", "Gap", "95 %", "p adj."
    )
    for gap in gaps:
        both = (gap.expectation.value, gap.perception.value, gap.gap.value)
        if None in both:
            table.add_row(gap.id, str(gap.gap.unweighted_base), "suppressed", "", "", "", "")
            continue
        interval = f"{gap.gap.ci_low:.1f} – {gap.gap.ci_high:.1f}" if gap.gap.ci_low is not None else ""
        p = "" if gap.p_adjusted is None else f"{gap.p_adjusted:.4f}"
        table.add_row(gap.id, str(gap.gap.unweighted_base), *(f"{each:.1f}" for each in both), interval, p)
    return table


def _reliability(factors: tuple[FactorReliability, ...]) -> Table:
    table = _table(
        "Reliability of factors (Cronbach's alpha)", "", "Cases", "Alpha", "95 % interval", "Weakest item-rest"
    )
    for factor in factors:
        name = f"{factor.index}/{factor.factor}"
        if factor.score is None:
            table.add_row(name, "", "not told", "", reasons_text(factor.refused, "en", str))
            continue
        rest = [each.correlation for each in factor.score.items if each.correlation is not None]
        raw = factor.score.raw
        interval = f"{raw.ci_low:.3f} – {raw.ci_high:.3f}"
        weakest = f"{min(rest):.3f}" if rest else ""
        table.add_row(name, str(factor.score.complete_cases), f"{raw.alpha:.3f}", interval, weakest)
    return table


def _constructs(model: LatentScore) -> Table:
    title = f"Path model {model.id}: {model.complete_cases} complete cases, {model.replicates} replicates"
    table = _table(title, "", "R²", "Alpha", "rho_c", "rho_a", "AVE")
    for construct in model.constructs:
        figures = (construct.r_squared, construct.alpha, construct.rho_c, construct.rho_a, construct.ave)
        table.add_row(construct.construct, *(_value(figure) for figure in figures))
    return table


def _paths(model: LatentScore) -> Table:
    table = _table(f"Paths of {model.id}", "", "Coef.", "SE", "95 % interval")
    for path in model.paths:
        table.add_row(f"{path.start} → {path.end}", *_with_interval(path.coefficient, 3))
    return table


def _latent_indices(indices: tuple[LatentIndex, ...]) -> Table:
    table = _table("Indices of constructs, 100 points", "", "Index", "SE", "95 % interval")
    for index in indices:
        table.add_row(index.construct, *_with_interval(index.index, 2))
    return table


def _value(figure: Bootstrapped | None) -> str:
    return "" if figure is None else f"{figure.value:.3f}"


def _with_interval(figure: Bootstrapped, digits: int) -> tuple[str, str, str]:
    if figure.std_error is None or figure.ci_low is None or figure.ci_high is None:
        return f"{figure.value:.{digits}f}", "", ""
    interval = f"{figure.ci_low:.{digits}f} – {figure.ci_high:.{digits}f}"
    return f"{figure.value:.{digits}f}", f"{figure.std_error:.{digits}f}", interval
