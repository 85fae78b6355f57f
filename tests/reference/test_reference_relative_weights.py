"""Johnson's relative weights beside R: rwa 0.1.0 and relaimpo's calc.relimp(type = "genizi"), equal to 12 digits."""

from pathlib import Path

import numpy as np
from reference_cases import load_case, load_table

from surveyplat.scoring.johnson import relative_weights


def test_relative_weights_are_rwas_and_genizis(reference_data: Path) -> None:
    case = load_case(reference_data, "L2")
    table = load_table(reference_data, "swiss.csv")
    attributes = [column for column in table if column and column != "Fertility"]
    weights = relative_weights(np.cov(np.array([table[column] for column in (*attributes, "Fertility")])))
    for attribute, weight in zip(attributes, weights.tolist(), strict=True):
        assert case.agrees(attribute.replace(".", ""), weight)
