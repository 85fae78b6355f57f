"""Kitagawa's two components beside the formula in R, on Berkeley's admissions of 1973 by department."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from reference_cases import load_case, load_table

from surveyplat.scoring.decomposition import Mix, decomposed


def admissions(folder: Path, gender: str) -> Mix:
    table = load_table(folder, "ucb_admissions.csv")
    departments = tuple(sorted(set(table["Dept"].tolist())))

    def counts(outcome: str) -> NDArray[np.float64]:
        rows = (table["Gender"] == gender) & (table["Admit"] == outcome)
        return np.array([table["Freq"][rows & (table["Dept"] == name)].sum() for name in departments])

    admitted, applicants = counts("Admitted"), counts("Admitted") + counts("Rejected")
    rate = admitted / applicants
    spread = rate * (1 - rate) * applicants**2 / (applicants - 1)
    nothing = np.zeros(len(departments))
    return Mix(gender, departments, rate, applicants, applicants, spread, nothing, applicants, known_shares=False)


def test_admission_gap_splits_into_rate_and_composition(reference_data: Path) -> None:
    """Men minus women: Σ (rm - rf)(cm + cf) / 2 and Σ (cm - cf)(rm + rf) / 2 over the departments."""
    case = load_case(reference_data, "K1")
    split = decomposed(admissions(reference_data, "Female"), admissions(reference_data, "Male"))
    assert case.agrees("diff", split.change.value)
    assert case.agrees("rate", split.performance.value)
    assert case.agrees("composition", split.mix.value)
