"""One dealer's own part of a study's results: what this dealer may see, and nothing that tells of another one.

Beside its own numbers stand aggregates of dealers. From them, and from its own number, a dealer could work out what is
left: so none is shown from which a sum of fewer than three other dealers would follow.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace

from surveyplat.errors import ScoringError
from surveyplat.scoring.dealer_details import BestQuarter, DealerDetail, DealerDetails, Measured
from surveyplat.scoring.records.dealers import LEAST_OTHERS, Aggregate, DealerResults, Lever, OwnCategory
from surveyplat.scoring.results import PeriodComparison, StudyScores
from surveyplat.scoring.suppression import LEAST_BASE


def dealers_of(scores: StudyScores) -> tuple[str, ...]:
    """The dealers that have a report of their own: those of the first index, else those of PP100."""
    if scores.indices:
        return tuple(dealer.dealer for dealer in scores.dealers)
    return tuple(cell.id for cell in scores.pp100.dealers) if scores.pp100 else ()


def dealer_results(scores: StudyScores, details: DealerDetails, dealer: str) -> DealerResults:
    """A dealer's own results, from everybody's. Raises ``ScoringError`` for a dealer without answers in the period."""
    if dealer not in dealers_of(scores) or details.snapshot_hash != scores.snapshot_hash:
        raise ScoringError(f"{scores.study} {scores.period}: there are no results of a dealer {dealer!r}")
    detail = next(each for each in details.dealers if each.dealer == dealer)
    coverage = next(each for each in scores.coverage if each.dealer == dealer)
    bare = DealerResults(
        study=scores.study,
        period=scores.period,
        snapshot_hash=scores.snapshot_hash,
        definition_hash=scores.definition_hash,
        dealer=dealer,
        region_name=detail.region,
        answers=coverage.responses,
        eligible=coverage.eligible,
        index=next((each.index for each in scores.dealers if each.dealer == dealer), None),
        pp100=next((each for each in scores.pp100.dealers if each.id == dealer), None) if scores.pp100 else None,
    )
    return bare if bare.score.suppressed else _with_others(bare, scores, details, detail)


def _with_others(
    bare: DealerResults, scores: StudyScores, details: DealerDetails, detail: DealerDetail
) -> DealerResults:
    answers = {each.dealer: each.responses for each in scores.coverage if each.dealer and each.responses}
    region = {each.dealer for each in details.dealers if detail.region and each.region == detail.region}
    best = set(details.best.dealers) if details.best else set()
    shown = _safe_sets([region & answers.keys(), best], bare.dealer, answers)
    group_is_safe = tells_of_nobody([], bare.dealer, answers)
    league = scores.league if scores.indices else scores.rate_league
    standings = league.dealers if league else ()
    return replace(
        bare,
        region=_region(scores, detail.region, len(region & answers.keys())) if shown[0] else None,
        group=_group(scores, len(answers)) if group_is_safe else None,
        best=_best(details.best) if details.best and shown[1] else None,
        standing=next((each for each in standings if each.dealer == bare.dealer), None) if group_is_safe else None,
        levers=_levers(scores, detail.items) if group_is_safe else (),
        categories=_categories(scores, detail.categories) if group_is_safe else (),
    )


def _safe_sets(sets: Sequence[Set[str]], own: str, answers: Mapping[str, int]) -> list[bool]:
    """Which of the sets may be shown, taken one after the other beside those that are shown already."""
    shown: list[Set[str]] = []
    told = []
    for each in sets:
        is_safe = bool(each) and each != answers.keys() and tells_of_nobody([*shown, each], own, answers)
        told.append(is_safe)
        shown += [each] if is_safe else []
    return told


def tells_of_nobody(sets: Sequence[Set[str]], own: str, answers: Mapping[str, int]) -> bool:
    """Whether sums over all dealers and over ``sets`` of them leave every part of the others large enough.

    Part: the others that lie in the same sets. With no more parts than sums, each part follows from the sums; with all
    four parts of two sets only the sets and what lies outside each of them do. ``answers`` are those of each dealer.
    """
    others = answers.keys() - {own}
    parts: dict[tuple[bool, ...], set[str]] = {}
    for dealer in others:
        parts.setdefault(tuple(dealer in each for each in sets), set()).add(dealer)
    known = list(parts.values())
    if len(parts) > len(sets) + 1:
        known = [side for each in sets for side in (others & each, others - each)]
    enough = (len(part) >= LEAST_OTHERS and sum(answers[each] for each in part) >= LEAST_BASE for part in known)
    return bool(others) and all(enough)


def _region(scores: StudyScores, region: str, dealers: int) -> Aggregate:
    index = next((each.index for each in scores.regions if each.region == region), None)
    cells = scores.pp100.regions if scores.pp100 else ()
    return Aggregate(dealers, index, next((cell.pp100 for cell in cells if cell.id == region), None))


def _group(scores: StudyScores, dealers: int) -> Aggregate:
    index = scores.indices[0] if scores.indices else None
    return Aggregate(dealers, index, scores.pp100.total.pp100 if scores.pp100 else None)


def _best(best: BestQuarter) -> Aggregate:
    return Aggregate(len(best.dealers), best.index, best.pp100, best.evened_out)


def _levers(scores: StudyScores, items: tuple[Measured, ...]) -> tuple[Lever, ...]:
    """Of the first driver model that could be fitted, most important first."""
    own = {each.id: each.score for each in items}
    return tuple(
        Lever(each.item, each.share, each.share_low, each.share_high, own[each.item], each.performance)
        for driver in scores.drivers[:1]
        for each in driver.importances
        if each.item in own
    )


def _categories(scores: StudyScores, own: tuple[Measured, ...]) -> tuple[OwnCategory, ...]:
    group = {cell.id: cell.pp100 for cell in scores.pp100.categories} if scores.pp100 else {}
    return tuple(OwnCategory(each.id, each.score, group[each.id]) for each in own)


def dealer_comparison(comparison: PeriodComparison, dealer: str, *, with_group: bool) -> PeriodComparison:
    """The comparison as far as it speaks of this dealer, and of the group where that may be shown."""
    return PeriodComparison(
        before=comparison.before,
        after=comparison.after,
        verdict=comparison.verdict,
        reasons=comparison.reasons,
        alpha=comparison.alpha,
        indices=comparison.indices[:1] if with_group else (),
        factors=(),
        dealers=tuple(change for change in comparison.dealers if change.id == dealer),
        pp100_total=comparison.pp100_total if with_group else (),
        pp100_categories=(),
        warnings=comparison.warnings,
    )
