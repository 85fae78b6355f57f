"""The effect of an action on one measure of a study, from its dealers' months."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from surveyplat.scoring.effects import ByClusters, action_effect
from surveyplat.scoring.panel import panel_of
from surveyplat.scoring.reasons import Reason
from surveyplat.scoring.records.effects import ActionEffect
from surveyplat.scoring.records.ratio import Ratio
from surveyplat.scoring.suppression import LEAST_BASE


def effect_on(
    months: Mapping[str, Mapping[str, Ratio]],
    treated: Sequence[str],
    first_month: str,
    rng: np.random.Generator,
    by_clusters: ByClusters = "cr2",
) -> ActionEffect:
    """Difference in differences (``action_effect``) of a measure by month and dealer, on its published scale.

    Rates of events (PP100) are compared in their own points, not as ratios: a dealer's month may have none of them.
    The unknown dealer ("") is no control. Fewer than 30 answers of either group before or after the action tell
    nothing: the effect on few customers would tell what they answered. Raises ``ScoringError`` when ``first_month`` is
    none of the months.
    """
    known = {month: {dealer: cell for dealer, cell in held.items() if dealer} for month, held in months.items()}
    found = action_effect(panel_of(known, treated, first_month), rng, by_clusters=by_clusters)
    base = min(_bases(known, treated, first_month))
    if base >= LEAST_BASE:
        return found
    few = Reason("effect_base", {"found": base, "least": LEAST_BASE})
    untold = replace(found, verdict="cannot_be_told", effect=None, unconditioned=None, pre_trend=None)
    return replace(untold, reliability=None, reasons=(few, *found.reasons))


def _bases(months: Mapping[str, Mapping[str, Ratio]], treated: Sequence[str], first_month: str) -> Iterator[int]:
    """Answers of the treated and of the others, before and after."""
    names = list(months)
    place = names.index(first_month)
    for side in (names[:place], names[place:]):
        cells = [item for month in side for item in months[month].items()]
        yield sum(cell.unweighted_base for dealer, cell in cells if dealer in treated)
        yield sum(cell.unweighted_base for dealer, cell in cells if dealer not in treated)
