"""Fabricated sources of dealers' reports: 24 dealers in three regions, in both languages, with planted numbers."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from reports_examples import (
    HIDDEN_DEALERS,
    LOW_DEALER,
    action,
    bundle,
    dealer_names,
    estimate,
    manifest,
    quality_comparison,
    quality_scores,
    rate,
    service_comparison,
    service_scores,
)

from surveyplat.dealer_bundles import DealerSource
from surveyplat.dealer_texts import DealerTexts
from surveyplat.scoring.dealer_details import BestQuarter, DealerDetail, DealerDetails, Measured
from surveyplat.scoring.records.league import Chance, DealerStanding, ExpectedRange, League, ShrunkValue
from surveyplat.scoring.results import DealerScore, IndexScore, RegionScore, StudyScores

MASKED = "The advisor called [phone] twice."
DRAFTED = datetime(2026, 10, 21, tzinfo=UTC)


def own_names(language: str) -> dict[str, str]:
    """A name of its own for every dealer."""
    return {code: f"{name} {code}X" for code, name in dealer_names(language).items()}


def region_of(number: int) -> str:
    return ("North", "East", "South")[number % 3]


def scores(dealers: int = 24) -> StudyScores:
    """Service scores with regions and a league: D07 is much worse than expected."""
    made = service_scores(dealers)
    index = made.indices[0]
    regions = tuple(RegionScore(name, index) for name in ("East", "North", "South"))
    return replace(made, regions=regions, league=_league(made.dealers))


def _league(dealers: tuple[DealerScore, ...]) -> League:
    rows = tuple(_standing(dealer.dealer, dealer.index) for dealer in dealers)
    return League(rows, 784.0, 9.0, "fay_herriot", 2, 2000, len(rows), 0.5, 0.1)


def _standing(dealer: str, index: IndexScore) -> DealerStanding:
    raw = index.score
    if raw.value is None:
        return DealerStanding(dealer, raw, None, None, None)
    worse = dealer == LOW_DEALER
    expected = ExpectedRange(784.0, 752.0, 816.0, 735.0, 833.0, "much_worse" if worse else "as_expected", 0.01, 0.04)
    evened = (raw.value + 784.0) / 2
    return DealerStanding(
        dealer, raw, ShrunkValue(evened, 8.0, evened - 16, evened + 16, 0.5), expected, Chance(0.3, 0.01)
    )


def details(made: StudyScores) -> DealerDetails:
    dealers = [score.dealer for score in made.dealers] or [cell.id for cell in made.pp100.dealers]
    shown = [dealer for dealer in dealers if dealer not in HIDDEN_DEALERS]
    best = tuple(shown[: len(shown) // 4])
    index = made.indices[0] if made.indices else None
    return DealerDetails(
        made.study,
        made.period,
        made.snapshot_hash,
        tuple(_detail(made, number, dealer, dealer in shown) for number, dealer in enumerate(dealers, 1)),
        BestQuarter(best, index, rate(88.0, 4.0, 500) if made.pp100 else None, 806.0) if best else None,
    )


def _detail(made: StudyScores, number: int, dealer: str, is_shown: bool) -> DealerDetail:
    attributes = [each.item for driver in made.drivers for each in driver.importances]
    items = tuple(Measured(item, estimate(60.0 + place, 2.0, 75)) for place, item in enumerate(attributes))
    cells = made.pp100.categories if made.pp100 else ()
    categories = tuple(Measured(cell.id, rate((cell.pp100.value or 0.0) * 1.1, 3.0, 75)) for cell in cells)
    return DealerDetail(dealer, region_of(number), items if is_shown else (), categories if is_shown else ())


def dealer_source(language: str = "en", *, quality: bool = False, dealers: int = 24, **overrides: Any) -> DealerSource:
    """What dealers' bundles are cut from; D07 has an action of its own in either period."""
    made = quality_scores() if quality else scores(dealers)
    compared = quality_comparison(made) if quality else service_comparison(made)
    whole = bundle(made, compared, language)
    own = replace(action(language), key=f"csi:2026-Q3:dealer_below_group:{LOW_DEALER}")
    others = replace(action(language), key="csi:2026-Q3:dealer_below_group:D12")
    names = own_names(language)
    fields: dict[str, Any] = {
        "language": language,
        "title": whole.title,
        "names": names,
        "brands": dict.fromkeys(names, "Aurora"),
        "labels": whole.labels,
        "manifest": {**manifest(), **_told_of_others(names)},
        "definition": "{}",
        "scores": made,
        "details": details(made),
        "comparison": compared,
        "before": {"manifest": {**manifest(), **_told_of_others(names)}, "definition": "{}"},
        "current": [(own, DRAFTED), (others, DRAFTED)],
        "previous": [(own, DRAFTED)],
        "texts": {LOW_DEALER: DealerTexts(({"text": MASKED, "language": "en", "item": "comment"},), 9)},
        "log": {"size": 12, "root": "ab" * 32},
    }
    return DealerSource(**fields | overrides)


def _told_of_others(names: dict[str, str]) -> dict[str, Any]:
    """What a whole manifest tells of every dealer."""
    population = dict.fromkeys(names, 120)
    cells = {name: {"Aurora S": [40, 40, 40]} for name in names}
    frozen = {"frozen_at": "2026-10-20T09:00:00+08:00", "synthetic": True, "study": "csi", "period": "2026-Q3"}
    return {"population": population, "population_cells": cells, **frozen}
