"""Whole periods as the points of a control chart: which of a study's months or quarters stand out from the rest."""

from collections.abc import Sequence
from math import inf

import numpy as np

from surveyplat.scoring.control_charts import shewhart
from surveyplat.scoring.estimate import Estimate
from surveyplat.scoring.processes import mean_process
from surveyplat.scoring.records.charts import Chart


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
