"""What was planted beside what was found."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from surveyplat.scored_periods import PeriodScores
from surveyplat.scoring.results import Change, PeriodComparison
from surveyplat.simulation.truths import PlantedTruths, planted_truths


@dataclass(frozen=True)
class Verdict:
    """One planted truth, what the reports say of it, and whether they found it."""

    planted: str
    found: str
    held: bool


def verdicts(scored: Mapping[tuple[str, str], PeriodScores]) -> tuple[Verdict, ...]:
    """Each planted truth against the last quarter's numbers."""
    return tuple(_verdicts(planted_truths(), scored))


def _verdicts(truths: PlantedTruths, scored: Mapping[tuple[str, str], PeriodScores]) -> Iterator[Verdict]:
    last = truths.periods[-1]
    csi, iqs = scored[truths.driver.study, last], scored[truths.category.study, last]
    yield _driver(truths, csi)
    yield _gain(truths, _compared(csi))
    yield _rate(truths, _compared(iqs))
    yield _suppressed(truths, csi)


def _driver(truths: PlantedTruths, csi: PeriodScores) -> Verdict:
    (driver,) = csi.scores.drivers
    first, second = driver.importances[:2]
    found = f"{first.item}: {first.share:.0%} of R2 ({first.share_low:.0%} – {first.share_high:.0%})"
    held = first.item == truths.driver.item and first.share_low > second.share
    return Verdict(f"{truths.driver.item} moves overall satisfaction most", found, held)


def _gain(truths: PlantedTruths, comparison: PeriodComparison) -> Verdict:
    planted = truths.dealer
    change = _change(comparison.dealers, planted.dealer)
    others = [other.id for other in comparison.dealers if other.significant and other.id != planted.dealer]
    found = f"{planted.dealer}: {_interval(change)}; other changes: {', '.join(others) or 'none'}"
    held = change.significant and _holds(change, planted.gain)
    return Verdict(f"{planted.dealer} gains {planted.gain:g} points", found, held)


def _rate(truths: PlantedTruths, comparison: PeriodComparison) -> Verdict:
    planted = truths.category
    change = _change(comparison.pp100_categories, planted.category)
    found = f"{change.before.value:.1f} -> {change.after.value:.1f}, ratio {_interval(change)}"
    held = change.significant and _holds(change, planted.after / planted.before)
    return Verdict(f"{planted.category} goes from {planted.before:g} to {planted.after:g} PP100", found, held)


def _suppressed(truths: PlantedTruths, csi: PeriodScores) -> Verdict:
    own = ((score.dealer, score.index.score.suppressed) for score in csi.scores.dealers)
    found = [dealer for dealer, reason in own if reason not in (None, "complementary")]
    small = list(truths.suppressed_dealers)
    return Verdict(f"{' and '.join(small)} are too small to show", f"suppressed: {', '.join(found)}", found == small)


def _compared(scored: PeriodScores) -> PeriodComparison:
    if scored.comparison is None:
        raise LookupError(f"{scored.scores.study} {scored.scores.period} has no period before it")
    return scored.comparison


def _change(family: tuple[Change, ...], subject: str) -> Change:
    return next(change for change in family if change.id == subject)


def _interval(change: Change) -> str:
    return f"{change.change:.2f} ({change.ci_low:.2f} – {change.ci_high:.2f})"


def _holds(change: Change, truth: float) -> bool:
    return change.ci_low is not None and change.ci_high is not None and change.ci_low <= truth <= change.ci_high
