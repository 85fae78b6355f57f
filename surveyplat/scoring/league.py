"""Dealers side by side without a bare rank: raw and shrunk value, expected range, and the chance of the bottom tenth.

Everything is worked out over all dealers that have answers; what rests on too few of them is withheld last. Dealers
that are withheld for another one's sake have no part in any of it, so that nothing of them follows from the others.
"""

from collections.abc import Collection, Sequence
from dataclasses import fields
from functools import partial
from math import sqrt

import numpy as np

from surveyplat.errors import InsufficientBase, ScoringError
from surveyplat.scoring.arrays import BoolArray, FloatArray
from surveyplat.scoring.design import Ratios, ratios_by_cell
from surveyplat.scoring.estimate import Estimate
from surveyplat.scoring.expected_range import BANDS, CaseMix, bands, categories, chances
from surveyplat.scoring.families import adjusted_within
from surveyplat.scoring.intervals import mean_interval, rate_interval
from surveyplat.scoring.league_numbers import LeagueNumbers, Measure, league_numbers
from surveyplat.scoring.records.league import (
    Chance,
    DealerStanding,
    ExpectedRange,
    League,
    ShrunkValue,
)
from surveyplat.scoring.records.ratio import Interval, Ratio
from surveyplat.scoring.suppression import LARGEST_RELATIVE_ERROR, published, withheld_beside
from surveyplat.scoring.tabulation import Tabulation


def league_of(
    table: Tabulation,
    column: str,
    measure: Measure,
    rng: np.random.Generator,
    mix: CaseMix | None = None,
    withheld: Collection[str] = (),
) -> League:
    """``league`` of one column of a tabulation, for its known dealers; ``mix`` has a row for each of these."""
    known = np.array([bool(dealer) for dealer in table.dealers])
    place = table.moments.columns.index(column)
    ratios = _at(ratios_by_cell(table.moments), (known, place))
    return league(table.known_dealers, ratios, measure, rng, mix, withheld)


def mix_of(table: Tabulation, columns: Sequence[str]) -> CaseMix:
    """The case mix of a tabulation's known dealers, whose cells are columns that each live on one part (a model)."""
    known = np.array([bool(dealer) for dealer in table.dealers])
    places = [table.moments.columns.index(column) for column in columns]
    return CaseMix(table.moments["w"][known][:, places], table.moments["wy"][known][:, places])


def league(
    dealers: Sequence[str],
    ratios: Ratios,
    measure: Measure,
    rng: np.random.Generator,
    mix: CaseMix | None = None,
    withheld: Collection[str] = (),
) -> League:
    """Every dealer's standing, in the order given, from its ratio (arrays of the shape (dealers,)).

    Values are shrunk towards what is expected of the dealer: the mean of all, or with ``mix`` the mean at the dealer's
    own mix of cases. Scores: normal, see ``shrinkage``; rates: gamma-Poisson on effective exposures, see
    ``rate_shrinkage``. Sampling variances are smoothed. Withheld: under 30 answers, an effective base under 20, a rate
    with a standard error above 30 % of it; flagged under 100 answers. The ``withheld`` are not shown and have no part
    in what is said of others. Raises ``InsufficientBase`` when no other dealer has an answer or none has two,
    ``ScoringError`` when the arrays do not fit.
    """
    answered = ratios.effective_base > 0
    _check(dealers, answered, mix)
    answered &= ~np.isin(list(dealers), list(withheld))
    if not answered.any():
        raise InsufficientBase("No dealer has an answer that may be compared: there is nothing to compare")
    part = None if mix is None else CaseMix(mix.weights[answered], mix.totals[answered])
    found = league_numbers(_at(ratios, answered), measure, rng, part)
    raw = [_raw(ratios.at(place), measure) for place in range(len(dealers))]
    raw = [withheld_beside(own) if dealer in withheld else own for dealer, own in zip(dealers, raw, strict=True)]
    shown = np.array([estimate.suppressed is None for estimate in raw])[answered]
    told = dict(zip(np.flatnonzero(answered).tolist(), _told(found, measure, shown), strict=True))
    rows = [
        DealerStanding(dealer, estimate, *told.get(place, (None, None, None)))
        for place, (dealer, estimate) in enumerate(zip(dealers, raw, strict=True))
    ]
    return _league(tuple(rows), found, measure)


_Told = tuple[ShrunkValue | None, ExpectedRange | None, Chance | None]


def _league(rows: tuple[DealerStanding, ...], found: LeagueNumbers, measure: Measure) -> League:
    compared = sum(row.expected is not None for row in rows)
    return League(
        dealers=rows,
        mean=measure.factor * found.mean,
        between_sd=measure.factor * sqrt(found.shrunk.between_variance),
        shrinking=found.shrunk.shrinking,
        tenth=found.tenth.places if found.tenth else 0,
        draws=found.tenth.draws if found.tenth else 0,
        compared=compared,
        alarms_by_chance=compared * (1 - BANDS[0]) / 2,
        grave_alarms_by_chance=compared * (1 - BANDS[1]) / 2,
    )


def _told(found: LeagueNumbers, measure: Measure, shown: BoolArray) -> list[_Told]:
    """What is said of each dealer with answers beside its raw value: nothing of those that are not shown."""
    if found.shrunk.shrinking == "no_spread":
        return [(None, None, None)] * len(shown)
    parts = zip(_shrunk_values(found, measure), _ranges(found, measure, shown), _chances(found), strict=True)
    return [told if is_shown else (None, None, None) for told, is_shown in zip(parts, shown.tolist(), strict=True)]


def _shrunk_values(found: LeagueNumbers, measure: Measure) -> list[ShrunkValue]:
    held = found.shrunk
    columns = (measure.factor * column for column in (held.values, held.std_errors, held.lows, held.highs))
    return [ShrunkValue(*row) for row in _rows(*columns, held.weight_of_mean)]


def _ranges(found: LeagueNumbers, measure: Measure, shown: BoolArray) -> list[ExpectedRange | None]:
    drawn = bands(found.expectation, found.skewness, measure.lowest, measure.highest)
    sides = categories(found.values, drawn, higher_is_better=measure.higher_is_better)
    compared = shown & (found.expectation.variances > 0)
    raw_p = chances(found.values, found.expectation, found.skewness).tolist()
    p_values = [p if is_compared else None for p, is_compared in zip(raw_p, compared.tolist(), strict=True)]
    ends = (found.expectation.values, drawn.lows, drawn.highs, drawn.outer_lows, drawn.outer_highs)
    rows = zip(_rows(*(measure.factor * end for end in ends)), sides, p_values, adjusted_within(p_values), strict=True)
    return [
        None
        if p is None or adjusted is None
        else ExpectedRange(value, low, high, outer_low, outer_high, side, p, adjusted)
        for (value, low, high, outer_low, outer_high), side, p, adjusted in rows
    ]


def _chances(found: LeagueNumbers) -> list[Chance | None]:
    if found.tenth is None:
        return [None] * len(found.values)
    return [Chance(*row) for row in _rows(found.tenth.probabilities, found.tenth.errors)]


def _rows(*columns: FloatArray) -> list[list[float]]:
    rows: list[list[float]] = np.stack(columns, axis=1).tolist()
    return rows


def _raw(ratio: Ratio, measure: Measure) -> Estimate:
    """The dealer's own estimate, as everywhere; a rate's interval is that of the rate of one vehicle."""

    def rate_ends(published_ratio: Ratio) -> Interval:
        low, high = rate_interval(published_ratio.scaled(1 / measure.factor))
        return measure.factor * low, measure.factor * high

    if measure.kind == "rate":
        return published(ratio.scaled(measure.factor), rate_ends, largest_relative_error=LARGEST_RELATIVE_ERROR)
    lowest, highest = measure.factor * measure.lowest, measure.factor * measure.highest
    return published(ratio.scaled(measure.factor), partial(mean_interval, lowest=lowest, highest=highest))


def _at(ratios: Ratios, chosen: BoolArray | tuple[BoolArray, int]) -> Ratios:
    return Ratios(**{field.name: getattr(ratios, field.name)[chosen] for field in fields(ratios)})


def _check(dealers: Sequence[str], answered: BoolArray, mix: CaseMix | None) -> None:
    rows = len(answered) if mix is None else len(mix.weights)
    if answered.shape != (len(dealers),) or rows != len(dealers):
        raise ScoringError(
            f"{len(dealers)} dealers, ratios of the shape {answered.shape} and {rows} rows of mix differ"
        )
