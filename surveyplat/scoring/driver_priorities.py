"""A driver model's importance-performance quadrants, with the replicates of one bootstrap on both axes."""

from collections.abc import Mapping

import numpy as np

from surveyplat.scoring.arrays import FloatArray
from surveyplat.scoring.bootstrapped import LEAST_REPLICATES
from surveyplat.scoring.estimate import Estimate
from surveyplat.scoring.gram import Gram
from surveyplat.scoring.importance import SharedOut
from surveyplat.scoring.plan import DriverPlan, ScaleItem
from surveyplat.scoring.priorities import priority_map
from surveyplat.scoring.reasons import Reason
from surveyplat.scoring.records.drivers import PriorityMap


def driver_priorities(
    driver: DriverPlan,
    gram: Gram,
    shared: SharedOut,
    performance: Mapping[str, Estimate],
    scales: Mapping[str, ScaleItem],
) -> PriorityMap | Reason:
    """Each attribute's quadrant, or the reason why it cannot be told.

    Importance is that of the model. Performance is the published mean on 0-100 points; in a replicate it moves as the
    complete cases' mean does there, to the extent of the published standard error, so that what joins importance and
    performance in the sample also joins them in the replicates.
    """
    suppressed = [item for item in driver.attributes if performance[item].value is None]
    if suppressed:
        return Reason("priorities_suppressed", {}, ", ".join(suppressed))
    if len(driver.attributes) < 2:
        return Reason("priorities_one_attribute")
    if shared.replicates < LEAST_REPLICATES:
        return Reason("priorities_few_replicates", {"replicates": shared.replicates, "least": LEAST_REPLICATES})
    spans = np.array([scales[item].maximum - scales[item].minimum for item in driver.attributes])
    means = 100 * gram.means[1:, :-1][shared.usable] / spans
    return priority_map(driver.attributes, shared.stack, _stack(driver, means, performance))


def _stack(driver: DriverPlan, means: FloatArray, performance: Mapping[str, Estimate]) -> FloatArray:
    values = np.array([performance[item].value for item in driver.attributes], dtype=np.float64)
    errors = np.array([performance[item].std_error for item in driver.attributes], dtype=np.float64)
    moved = means - means.mean(axis=0)
    spread = means.std(axis=0, ddof=1)
    scale = np.divide(errors, spread, out=np.zeros_like(errors), where=spread > 0)
    return np.vstack([values, values + moved * scale])
