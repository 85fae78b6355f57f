"""Which rates may be followed from one version of a questionnaire to the next."""

from pathlib import Path

import pytest

from surveyplat.forms.language import Definition
from surveyplat.forms.loading import load_file_or_study, load_study
from surveyplat.measurement import rate_standing

ROOT = Path(__file__).resolve().parents[2] / "questionnaires"


def version(study: str, folder: Path, old: str, new: str) -> Definition:
    """The shipped questionnaire with one place changed."""
    for file in ROOT.glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        if file.stem == study:
            assert text.count(old) == 1
            text = text.replace(old, new)
        (folder / file.name).write_text(text, encoding="utf-8")
    return load_file_or_study(str(folder / f"{study}.yaml"))


@pytest.mark.parametrize("rate", ["nps", "csat"])
def test_the_same_questions_give_comparable_rates(rate: str) -> None:
    definition = load_study("csi")
    assert rate_standing(definition, definition, rate).verdict == "comparable"


def test_another_wording_of_the_recommendation_ends_nps_and_leaves_csat(tmp_path: Path) -> None:
    after = version("csi", tmp_path, "to recommend this shop to friends", "to speak well of this shop to friends")
    nps = rate_standing(load_study("csi"), after, "nps")
    assert (nps.verdict, [reason.code for reason in nps.reasons]) == ("refuse", ["wording"])
    assert rate_standing(load_study("csi"), after, "csat").verdict == "comparable"


def test_other_answers_that_count_end_a_rate(tmp_path: Path) -> None:
    after = version("das", tmp_path, "item: outlook, answers: [reduce, leave]", "item: outlook, answers: [leave]")
    withdrawing = rate_standing(load_study("das"), after, "dealers_withdrawing")
    assert [reason.code for reason in withdrawing.reasons] == ["rule_answers"]
    assert withdrawing.verdict != "comparable"
    assert rate_standing(load_study("das"), after, "dealers_in_profit").verdict == "comparable"


def test_classes_of_complaints_stand_and_fall_with_their_question() -> None:
    definition = load_study("followup_24h")
    assert rate_standing(definition, definition, "complaint_any").verdict == "comparable"
    unknown = rate_standing(load_study("csi"), load_study("csi"), "complaint_any")
    assert (unknown.verdict, [reason.code for reason in unknown.reasons]) == ("refuse", ["definition_refuse"])
