"""The dealers side by side on their vehicles' problems: raw and shrunk PP100, expected range, bottom tenth."""

from dataclasses import replace

import numpy as np

from surveyplat.errors import InsufficientBase
from surveyplat.scoring.columns import problem_column
from surveyplat.scoring.expected_range import CaseMix
from surveyplat.scoring.league import league_of, mix_of
from surveyplat.scoring.league_numbers import PP100
from surveyplat.scoring.records.league import League
from surveyplat.scoring.results import Pp100Score
from surveyplat.scoring.tabulation import Tabulation

_ROUNDING = 1e-9
"""A smaller share of a dealer's weight is what its models' weights leave by rounding, no vehicle."""


def rate_league(
    table: Tabulation, pp100: Pp100Score | None, models: tuple[str, ...], rng: np.random.Generator
) -> League | None:
    """``league`` of the dealers' PP100, gamma-Poisson, each held against what its mix of models lets expect.

    A dealer's own estimate is the one of the breakdown by dealer, so that one number has one interval; whoever is
    withheld there has no part in the league. None without problems, with fewer than two dealers, and where there is
    nothing to set side by side.
    """
    if pp100 is None or len(table.known_dealers) < 2:
        return None
    own = {cell.id: cell.pp100 for cell in pp100.dealers}
    withheld = [dealer for dealer, estimate in own.items() if estimate.suppressed]
    try:
        found = league_of(table, problem_column("total"), PP100, rng, _mix(table, models), withheld)
    except InsufficientBase:
        return None
    return replace(found, dealers=tuple(replace(standing, raw=own[standing.dealer]) for standing in found.dealers))


def _mix(table: Tabulation, models: tuple[str, ...]) -> CaseMix:
    """Weights and problems of each known dealer by model, with the vehicles of no known model as one more."""
    by_model = mix_of(table, [problem_column("model", model) for model in models])
    whole = mix_of(table, [problem_column("total")])
    weights = whole.weights - by_model.weights.sum(axis=1, keepdims=True)
    totals = whole.totals - by_model.totals.sum(axis=1, keepdims=True)
    unknown = weights > _ROUNDING * whole.weights
    rest = (np.where(unknown, part, 0.0) for part in (weights, totals))
    return CaseMix(*(np.hstack(pair) for pair in zip((by_model.weights, by_model.totals), rest, strict=True)))
