"""Which few problems make up most of all problems."""

from collections.abc import Mapping

from surveyplat.errors import InsufficientBase
from surveyplat.scoring.arrays import FloatArray
from surveyplat.scoring.intervals import share_interval
from surveyplat.scoring.moments import Column
from surveyplat.scoring.records.rates import ParetoPart
from surveyplat.scoring.records.ratio import Ratio


def share_column(name: str, of_part: FloatArray, of_all: FloatArray) -> Column:
    """A part's problems over all problems of the same vehicles, which were asked everything; both count problems."""
    return Column(name, of_part, of_all)


def pareto(shares: Mapping[str, Ratio]) -> tuple[ParetoPart, ...]:
    """The parts, largest first, with cumulative shares; equal ones in the order given.

    share = Σ w y_part / Σ w y_all, a ratio with linearised SE over the vehicles with a problem, and the interval of a
    share (Korn-Graubard). Parts without any problem come last, with the share 0. Raises ``InsufficientBase`` when there
    is no problem at all, or a single customer has them all. Source: Juran, Quality Control Handbook (1951); Woodruff,
    JASA 66 (1971).
    """
    if not any(ratio.value > 0 for ratio in shares.values()):
        raise InsufficientBase("No vehicle has a problem: there is nothing to share out")
    if any(ratio.df < 1 for ratio in shares.values()):
        raise InsufficientBase("All problems are a single customer's: nothing is known of their shares elsewhere")
    parts, cumulative = [], 0.0
    for name, ratio in sorted(shares.items(), key=lambda part: -part[1].value):
        cumulative += ratio.value
        low, high = share_interval(ratio)
        problems = round(ratio.count)
        parts.append(ParetoPart(name, problems, ratio.value, ratio.std_error, low, high, min(cumulative, 1.0)))
    return tuple(parts)
