"""Factor analysis of Holzinger and Swineford's (1939) 301 pupils beside what lavaan's tutorial prints.

data/holzinger_swineford.csv holds nine of their tests as raw scores (lavaan's HolzingerSwineford1939 divides them by 6,
4, 8, 3, 4, 7, 23, 20 and 36, which changes neither χ² nor standardised loadings). Calls:
cfa(HS.model, data = HolzingerSwineford1939) and, with group = "school", group.equal = "loadings", then
c("loadings", "intercepts").
"""

from pathlib import Path

import numpy as np
import pytest
from reference_cases import load_table

from surveyplat.scoring.covariation import Covariation, covariation_of
from surveyplat.scoring.invariance import measurement_invariance
from surveyplat.scoring.records.structures import Factor, Invariance, StructureScore
from surveyplat.scoring.structure import FactorModel, structure

TESTS = FactorModel(
    "abilities",
    (
        Factor("visual", ("visual", "cubes", "lozenges")),
        Factor("textual", ("paragraph", "sentence", "word_meaning")),
        Factor("speed", ("addition", "counting", "letters")),
    ),
)


def pupils(*schools: str) -> Covariation:
    table = load_table(Path(__file__).parent, "holzinger_swineford.csv")
    chosen = np.isin(table["school"], schools)
    return covariation_of(TESTS.items, np.column_stack([table[item][chosen] for item in TESTS.items]))


@pytest.fixture(scope="module")
def score() -> StructureScore:
    return structure(TESTS, pupils("Pasteur", "Grant-White"))


@pytest.fixture(scope="module")
def schools() -> Invariance:
    return measurement_invariance(TESTS, pupils("Pasteur"), pupils("Grant-White"))


def test_fit_is_lavaans(score: StructureScore) -> None:
    fit = score.fit
    assert (round(fit.chi_square, 3), fit.df, fit.base) == (85.306, 24, 301)
    assert (round(fit.cfi, 3), round(fit.srmr, 3)) == (0.931, 0.065)
    assert fit.rmsea is not None
    assert fit.rmsea_low is not None
    assert fit.rmsea_high is not None
    assert (round(fit.rmsea, 3), round(fit.rmsea_low, 3), round(fit.rmsea_high, 3)) == (0.092, 0.071, 0.114)


def test_standardised_loadings_and_factor_correlations_are_lavaans(score: StructureScore) -> None:
    assert [round(one.loading.value, 3) for one in score.loadings] == [
        0.772,
        0.424,
        0.581,
        0.852,
        0.855,
        0.838,
        0.570,
        0.723,
        0.665,
    ]
    assert [round(pair.correlation.value, 3) for pair in score.correlations] == [0.459, 0.471, 0.283]


def test_standard_errors_are_lavaans(score: StructureScore) -> None:
    """standardizedSolution(fit): se of the standardised loadings."""
    errors = [one.loading.std_error for one in score.loadings]
    assert errors == pytest.approx([0.055, 0.060, 0.055, 0.023, 0.022, 0.023, 0.053, 0.051, 0.051], abs=6e-4)


def test_equal_loadings_and_intercepts_cost_what_lavaan_says(schools: Invariance) -> None:
    fits = schools.configural, schools.metric.fit, schools.scalar.fit
    assert [(round(fit.chi_square, 3), fit.df) for fit in fits] == [(115.851, 48), (124.044, 54), (164.103, 60)]
    assert [round(fit.cfi, 3) for fit in fits] == [0.923, 0.921, 0.882]
    assert [round(fit.rmsea or 0, 3) for fit in fits] == [0.097, 0.093, 0.107]
    assert (round(schools.metric.chi_square, 3), round(schools.metric.p_value, 3)) == (8.192, 0.224)
    assert (round(schools.scalar.chi_square, 3), schools.scalar.df) == (40.059, 6)


def test_the_schools_means_are_not_comparable(schools: Invariance) -> None:
    assert schools.level == "metric"
    assert not schools.means_comparable
    assert schools.mean_changes == ()
