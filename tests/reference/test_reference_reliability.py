"""Cronbach's alpha of the attitude survey beside R's psych::alpha and Python's pingouin.cronbach_alpha."""

from pathlib import Path

import numpy as np
import pytest
from reference_cases import load_case, load_table

from surveyplat.scoring.covariation import covariation_of
from surveyplat.scoring.records.structures import ReliabilityScore
from surveyplat.scoring.reliability import reliability


@pytest.fixture(scope="module")
def score(reference_data: Path) -> ReliabilityScore:
    table = load_table(reference_data, "attitude.csv")
    return reliability(covariation_of(tuple(table), np.column_stack(list(table.values()))))


def test_alpha_raw_and_standardised_is_psychs(score: ReliabilityScore, reference_data: Path) -> None:
    case = load_case(reference_data, "A1")
    assert case.agrees("raw", score.raw.alpha)
    assert case.agrees("std", score.standardised.alpha)


def test_feldts_interval_is_pingouins(score: ReliabilityScore, reference_data: Path) -> None:
    assert load_case(reference_data, "A1").agrees("feldt_ci", [score.raw.ci_low, score.raw.ci_high])
