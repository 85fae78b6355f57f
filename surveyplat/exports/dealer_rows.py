"""Dealers side by side as a table: own value, shrunk value, expected range and the chance of the bottom tenth.

It holds what reports print of dealers, under the same suppression: a dealer whose own value is withheld has its base
and the reason, and nothing that follows from its answers.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from surveyplat.scoring.estimate import Estimate
from surveyplat.scoring.records.league import DealerStanding, League
from surveyplat.scoring.results import StudyScores

_VALUES = ("value", "std_error", "ci_low", "ci_high")
_BASES = ("unweighted_base", "weighted_base", "effective_base")
_SHRUNK = (*_VALUES, "weight_of_expected")
_EXPECTED = ("value", "low", "high", "outer_low", "outer_high", "category", "p_value", "p_adjusted")
_TEXTS = ("measure", "dealer", "name", "region", "suppressed", "expected_category")
COLUMNS = (
    *_TEXTS[:4],
    *_VALUES,
    *_BASES,
    "suppressed",
    *(f"shrunk_{name}" for name in _SHRUNK),
    *(f"expected_{name}" for name in _EXPECTED),
    "compared",
    "bottom_tenth",
    "bottom_tenth_std_error",
)
_COUNTS = ("unweighted_base", "compared")


def dealer_frame(scores: StudyScores, dealers: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """A row for each measure that dealers are compared by (the first index, PP100) and each of them.

    ``dealers`` have ``code``, ``name`` and ``region``. ``expected_p_adjusted`` is Benjamini-Hochberg's among the
    ``compared`` dealers of the measure.
    """
    known = {str(each["code"]): {"name": each["name"], "region": each["region"]} for each in dealers}
    rows = [cells | known.get(cells["dealer"], {}) for cells in _measures(scores)]
    return pl.DataFrame(
        [tuple(cells.get(column) for column in COLUMNS) for cells in rows],
        schema={column: _type(column) for column in COLUMNS},
        orient="row",
    )


def _type(column: str) -> type[pl.DataType]:
    if column in _TEXTS:
        return pl.String
    return pl.Int64 if column in _COUNTS else pl.Float64


def _measures(scores: StudyScores) -> Iterator[dict[str, Any]]:
    if scores.dealers:
        own = [(score.dealer, score.index.score) for score in scores.dealers]
        yield from _standings(scores.indices[0].id, own, scores.league)
    if scores.pp100 is not None:
        yield from _standings("pp100", [(cell.id, cell.pp100) for cell in scores.pp100.dealers], scores.rate_league)


def _standings(measure: str, own: Sequence[tuple[str, Estimate]], league: League | None) -> Iterator[dict[str, Any]]:
    beside = {} if league is None else {each.dealer: each for each in league.dealers}
    for dealer, estimate in own:
        cells: dict[str, Any] = {"measure": measure, "dealer": dealer, "suppressed": estimate.suppressed}
        cells |= {name: getattr(estimate, name) for name in (*_VALUES, *_BASES)}
        if league is not None and dealer in beside:
            cells |= {"compared": league.compared, **_standing(beside[dealer])}
        yield cells


def _standing(dealer: DealerStanding) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    if dealer.shrunk is not None:
        cells |= {f"shrunk_{name}": getattr(dealer.shrunk, name) for name in _SHRUNK}
    if dealer.expected is not None:
        cells |= {f"expected_{name}": getattr(dealer.expected, name) for name in _EXPECTED}
    if dealer.bottom_tenth is not None:
        chance = dealer.bottom_tenth
        cells |= {"bottom_tenth": chance.probability, "bottom_tenth_std_error": chance.std_error}
    return cells
