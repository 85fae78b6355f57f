"""Two periods side by side: what changed, by how much, and whether that is more than noise."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from surveyplat.scoring.comparability import Collected, Comparability, DefinitionStanding, comparability
from surveyplat.scoring.contrasts import difference
from surveyplat.scoring.documents import rounded
from surveyplat.scoring.families import adjusted_within
from surveyplat.scoring.period_invariance import index_invariance, telling_cfi_loss, warnings_of
from surveyplat.scoring.rate_changes import rate_change, rate_changes
from surveyplat.scoring.reasons import Reason
from surveyplat.scoring.records.contrast import Contrast
from surveyplat.scoring.records.structures import IndexInvariance
from surveyplat.scoring.results import Change, Estimate, MeasureVerdict, PeriodComparison, StudyScores

Pair = tuple[str, Estimate, Estimate]
"""An id with its estimate before and after."""

PP100, SURVEY = "pp100", "survey"


@dataclass(frozen=True)
class Grounds:
    """What decides whether two periods may be compared, beside their scores.

    ``definitions``: what the two definitions say of each measure (an index by its id, "pp100", and "survey" where a
    study has neither); empty when both answered the same one.
    """

    before: Collected
    after: Collected
    definitions: Mapping[str, DefinitionStanding] = field(default_factory=dict)


def compare_periods(
    before: StudyScores, after: StudyScores, grounds: Grounds, *, alpha: float = 0.05
) -> PeriodComparison:
    """What changed from one period to the next, as far as the two measured the same thing.

    Differences of indices, factors and dealers are in points, with their design-based interval; PP100 is compared as a
    ratio, exactly or on the log scale (``rate_changes``). P values are adjusted within each tuple (a family) by
    Benjamini-Hochberg, and a change is significant when its adjusted p value is at most ``alpha``. What is suppressed
    on either side has no change; what stands on one side only, and a measure that is not comparable, is left out. An
    index whose items do not mean the same in both periods (``index_invariance``) is not comparable.
    """
    invariance = tuple(_invariance(before, after))
    verdicts = _verdicts(before, after, grounds, {found.index: found for found in invariance})
    first = next(iter(verdicts.values()))
    if first.verdict != "comparable":
        empty = PeriodComparison(before.period, after.period, first.verdict, first.reasons, alpha, (), (), (), (), ())
        return rounded(replace(empty, warnings=first.warnings, invariance=invariance))
    kept = [measure for measure, found in verdicts.items() if found.verdict == "comparable"]
    total, categories = _problems(before, after, kept)
    return rounded(
        PeriodComparison(
            before=before.period,
            after=after.period,
            verdict=first.verdict,
            reasons=(),
            alpha=alpha,
            indices=_family(map(_difference, _paired(_indices(before, kept), _indices(after, kept))), alpha),
            factors=_family(map(_difference, _paired(_factors(before, kept), _factors(after, kept))), alpha),
            dealers=_family(map(_difference, _paired(_dealers(before), _dealers(after))), alpha),
            pp100_total=_family(total, alpha),
            pp100_categories=_family(categories, alpha),
            warnings=first.warnings,
            withheld=tuple(_withheld(verdicts)),
            invariance=invariance,
        )
    )


def _invariance(before: StudyScores, after: StudyScores) -> Iterator[IndexInvariance]:
    """Of every index that both periods have."""
    old = {structure.index: structure for structure in before.structures}
    return (index_invariance(old[new.index], new) for new in after.structures if new.index in old)


def _verdicts(
    before: StudyScores, after: StudyScores, grounds: Grounds, invariance: Mapping[str, IndexInvariance]
) -> dict[str, Comparability]:
    """The verdict on each measure, the study's first one first."""
    measures = [index.id for index in after.indices] + [PP100] * (after.pp100 is not None)
    differing = tuple(_differing(before, after))
    standings = {each: _standing(before, after, each, grounds, differing) for each in measures or [SURVEY]}
    return {measure: _verdict(grounds, standing, invariance.get(measure)) for measure, standing in standings.items()}


def _verdict(grounds: Grounds, standing: DefinitionStanding, found: IndexInvariance | None) -> Comparability:
    if found is None:
        return comparability(grounds.before, grounds.after, standing)
    warned = replace(standing, warnings=(*standing.warnings, *warnings_of(found)))
    moved = found.moved_items
    return comparability(grounds.before, grounds.after, warned, cfi_loss=telling_cfi_loss(found), moved_items=moved)


def _standing(
    before: StudyScores, after: StudyScores, measure: str, grounds: Grounds, differing: tuple[Reason, ...]
) -> DefinitionStanding:
    standing = grounds.definitions.get(measure)
    if standing is None and before.definition_hash != after.definition_hash:
        standing = DefinitionStanding("refuse", (Reason("definition_refuse"),))
    standing = standing or DefinitionStanding("comparable")
    if before.weighting != after.weighting and not differing:
        standing = replace(standing, warnings=(*standing.warnings, Reason("weighting_margins")))
    if not differing:
        return standing
    return DefinitionStanding("refuse", (*differing, *standing.reasons), standing.warnings)


def _differing(before: StudyScores, after: StudyScores) -> Iterator[Reason]:
    if before.study != after.study:
        yield Reason("studies_differ", names={"before": before.study, "after": after.study})
    if before.weighting != after.weighting and "unweighted" in (before.weighting, after.weighting):
        yield Reason("weighting", names={"before": before.weighting, "after": after.weighting})


def _withheld(verdicts: Mapping[str, Comparability]) -> Iterator[MeasureVerdict]:
    for measure, found in verdicts.items():
        if found.verdict != "comparable":
            yield MeasureVerdict(measure, found.verdict, found.reasons, found.warnings)


def _indices(scores: StudyScores, kept: Collection[str]) -> dict[str, Estimate]:
    return {index.id: index.score for index in scores.indices if index.id in kept}


def _factors(scores: StudyScores, kept: Collection[str]) -> dict[str, Estimate]:
    """Factors by their id, with the index's before it where the study has several indices."""
    several = len(scores.indices) > 1
    return {
        f"{index.id}/{factor.id}" if several else factor.id: factor.score
        for index in scores.indices
        for factor in index.factors
        if index.id in kept
    }


def _dealers(scores: StudyScores) -> dict[str, Estimate]:
    return {score.dealer: score.index.score for score in scores.dealers}


def _problems(before: StudyScores, after: StudyScores, kept: Collection[str]) -> tuple[list[Change], list[Change]]:
    """The changes of the total and of the categories."""
    if before.pp100 is None or after.pp100 is None or PP100 not in kept:
        return [], []
    categories = rate_changes(before.pp100.categories, after.pp100.categories)
    return [rate_change(before.pp100.total, after.pp100.total)], list(categories)


def _paired(before: dict[str, Estimate], after: dict[str, Estimate]) -> list[Pair]:
    return [(id_, before[id_], estimate) for id_, estimate in after.items() if id_ in before]


def _difference(pair: Pair) -> Change:
    """after - before, told by ``contrasts.difference``.

    The periods' samples count as independent. Who answers in both answers alike, so that the true variance is smaller
    rather than larger.
    """
    id_, before, after = pair
    if before.value is None or after.value is None:
        return _untold(id_, before, after)
    return _told(pair, difference(before, after))


def _told(pair: Pair, told: Contrast) -> Change:
    """A change with its interval and p value, which are None when neither side shows any spread."""
    return Change(*pair, told.value, told.ci_low, told.ci_high, told.p_value, None, False)


def _untold(id_: str, before: Estimate, after: Estimate) -> Change:
    return Change(id_, before, after, None, None, None, None, None, False)


def _family(changes: Iterable[Change], alpha: float) -> tuple[Change, ...]:
    """The changes with their p values adjusted for one another; those without a p value take no part."""
    held = list(changes)
    adjusted = adjusted_within([change.p_value for change in held])
    return tuple(
        change if p is None else replace(change, p_adjusted=p, significant=p <= alpha)
        for change, p in zip(held, adjusted, strict=True)
    )
