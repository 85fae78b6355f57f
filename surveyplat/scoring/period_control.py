"""Whole periods as the points of a control chart: which of a study's months or quarters stand out from the rest."""

from collections.abc import Sequence
from math import inf

import numpy as np

from surveyplat.scoring.control_charts import Chart, shewhart
from surveyplat.scoring.estimate import Estimate
from surveyplat.scoring.processes import mean_process
from surveyplat.scoring.results import StudyScores


def first_measure(scores: StudyScores) -> tuple[str, Estimate] | None:
    """The study's first index by its id, else "pp100", with its estimate; None for a study without either."""
    if scores.indices:
        return scores.indices[0].id, scores.indices[0].score
    return ("pp100", scores.pp100.total.pp100) if scores.pp100 is not None else None


def period_chart(estimates: Sequence[Estimate], highest: float | None) -> Chart:
    """Periods that are shown, oldest first, on the measure's published scale, which ends at 0 and at ``highest``.

    Centre Σnx / Σn and limits of three standard errors σ/√n, n the effective base; σ² = Σ df · n · SE² / Σ df is the
    spread of one answer within the periods. Raises ``InsufficientBase`` under 20 periods.
    Source: Montgomery, Introduction to Statistical Quality Control, 6.3.
    """
    values, errors, bases, df = (
        np.array([float(each or 0.0) for each in column])
        for column in zip(*((e.value, e.std_error, e.effective_base, e.df) for e in estimates), strict=True)
    )
    deviation = float(np.sqrt((df * bases * errors**2).sum() / df.sum()))
    process = mean_process(values, bases, deviation, lowest=0.0, highest=inf if highest is None else highest)
    return shewhart(process)
