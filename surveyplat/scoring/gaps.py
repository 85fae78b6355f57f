"""Gap scores: what customers perceived less what they had expected, of the people who told both."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import numpy as np

from surveyplat.scoring.families import adjusted_within
from surveyplat.scoring.intervals import mean_interval
from surveyplat.scoring.moments import Column
from surveyplat.scoring.plan import GapPair, ScaleItem
from surveyplat.scoring.records.spread import GapScore
from surveyplat.scoring.respondent import rescaled
from surveyplat.scoring.snapshot import Answers
from surveyplat.scoring.standing import p_against
from surveyplat.scoring.suppression import published
from surveyplat.scoring.tabulation import Tabulation

POINTS = 100.0


def gap_column(pair: str, side: str = "gap") -> str:
    """``side`` is gap, perception or expectation."""
    return f"gap/{pair}/{side}"


def gap_columns(pairs: Sequence[GapPair], items: Mapping[str, ScaleItem], answers: Answers) -> Iterator[Column]:
    """What the main pass counts for each pair: both sides and their difference, of those who answered both.

    Each side is rescaled by its own scale, (x - min) / (max - min), to 0-100 points.
    """
    for pair in pairs:
        both = answers.answered(pair.perception) & answers.answered(pair.expectation)
        perceived, expected = (
            POINTS * np.where(both, rescaled(answers, items[item], "minmax"), 0.0)
            for item in (pair.perception, pair.expectation)
        )
        base = both.astype(np.float64)
        yield Column(gap_column(pair.id, "perception"), perceived, base)
        yield Column(gap_column(pair.id, "expectation"), expected, base)
        yield Column(gap_column(pair.id), perceived - expected, base)


def gap_scores(table: Tabulation, pairs: Sequence[GapPair]) -> tuple[GapScore, ...]:
    """Gaps over everyone: G = Σ w (p - e) / Σ w of the respondents who answered both.

    The standard error is that of the difference itself (strata, customers as clusters, weights; see ``design``), so
    that what a respondent's two answers have in common does not count as noise. Raises nothing: a base that is too
    small gives suppressed estimates. Source: Parasuraman, Zeithaml and Berry, Journal of Marketing 49 (1985).
    """
    points = partial(mean_interval, lowest=0.0, highest=POINTS)
    difference = partial(mean_interval, lowest=-POINTS, highest=POINTS)
    gaps = [published(table.overall(gap_column(pair.id)), difference) for pair in pairs]
    p_values = [p_against(gap, 0.0) for gap in gaps]
    return tuple(
        GapScore(
            id=pair.id,
            perception=published(table.overall(gap_column(pair.id, "perception")), points),
            expectation=published(table.overall(gap_column(pair.id, "expectation")), points),
            gap=gap,
            p_value=p_value,
            p_adjusted=p_adjusted,
        )
        for pair, gap, p_value, p_adjusted in zip(pairs, gaps, p_values, adjusted_within(p_values), strict=True)
    )
