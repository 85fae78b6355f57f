"""Every reason for which a number is withheld has its words wherever numbers are shown."""

from typing import get_args

import pytest

from surveyplat.cli.estimate_tables import shown
from surveyplat.reports.phrases import phrases
from surveyplat.scoring.estimate import Estimate, Suppression

REASONS = get_args(Suppression)


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
@pytest.mark.parametrize("reason", REASONS)
def test_reports_and_explanations_say_why_a_number_is_withheld(reason: str, language: str) -> None:
    assert phrases(language)[f"suppressed.{reason}"]
    assert phrases(language)[f"explain.rules.withheld.{reason}"]


def test_the_command_line_says_why_a_number_is_withheld() -> None:
    said = [shown(Estimate(None, None, None, None, 40, 40.0, 40.0, reason), 1) for reason in REASONS]
    assert all(words.startswith("suppressed: ") for words in said)
    assert len(set(said)) == len(REASONS)
