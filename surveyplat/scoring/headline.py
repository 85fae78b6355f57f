"""The one measure by which a study is followed from period to period."""

from surveyplat.scoring.estimate import Estimate
from surveyplat.scoring.results import StudyScores


def first_measure(scores: StudyScores) -> tuple[str, Estimate] | None:
    """The study's first index by its id, else "pp100", with its estimate; None for a study without either."""
    if scores.indices:
        return scores.indices[0].id, scores.indices[0].score
    return ("pp100", scores.pp100.total.pp100) if scores.pp100 is not None else None
