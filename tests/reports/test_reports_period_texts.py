"""What a frozen period's respondents wrote, read from its rows: by class of complaint or by judgement."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from reports_examples import service_scores

from surveyplat.audit.freeze import FrozenPeriod
from surveyplat.forms.loading import load_study
from surveyplat.period_texts import chosen_texts
from surveyplat.reports.verbatims import chosen_from_document

ROWS = 120


def frozen(folder: Path, columns: Mapping[str, list[Any]]) -> FrozenPeriod:
    path = folder / "rows.parquet"
    whose = {
        "response_id": [f"r{number}" for number in range(ROWS)],
        "dealer": [("D01", "D05")[number % 2] for number in range(ROWS)],
        "language": ["zh-Hans"] * ROWS,
    }
    pl.DataFrame(whose | dict(columns)).write_parquet(path)
    return FrozenPeriod(path, {}, "aa" * 32, "bb" * 32)


@pytest.fixture
def csi(tmp_path: Path) -> FrozenPeriod:
    """20 judge 1, 60 judge 5 and 40 judge 9; every third one writes; D05 has too few answers for a number."""
    judged = [1] * 20 + [5] * 60 + [9] * 40
    comments = [f"等候太久，第{number}次" if number % 3 == 0 else None for number in range(ROWS)]
    return frozen(tmp_path, {"overall": judged, "comment": comments})


def test_texts_stand_by_thirds_of_the_judgement_with_their_respondents(csi: FrozenPeriod) -> None:
    (document,) = chosen_texts(csi, load_study("csi"), service_scores())
    chosen = chosen_from_document(document)
    assert (chosen.item, chosen.asked, chosen.written) == ("comment", ROWS, 40)
    told = [(group.name, group.respondents) for group in chosen.groups]
    assert told == [("judged 4 to 7", 60), ("judged 8 to 10", 40), ("", None)]


def test_a_dealer_without_a_number_of_its_own_is_not_named(csi: FrozenPeriod) -> None:
    (document,) = chosen_texts(csi, load_study("csi"), service_scores())
    named = {text.dealer for group in chosen_from_document(document).groups for text in group.texts}
    assert named == {"D01", ""}


def test_texts_stand_by_class_of_complaint_where_the_study_asks_for_them(tmp_path: Path) -> None:
    definition = load_study("ess")
    codes = [choice.code for choice in definition.item("complaint").choices]  # type: ignore[union-attr]
    ticked = {f"complaint__{code}": [int(code == "price" and number < 70) for number in range(ROWS)] for code in codes}
    words = {"complaint_words": [f"收费太高，第{number}次" for number in range(ROWS)], "comment": [None] * ROWS}
    texts = {"workshop_name": ["某厂"] * ROWS}
    (document,) = chosen_texts(frozen(tmp_path, ticked | words | texts), definition, service_scores())
    chosen = chosen_from_document(document)
    assert chosen.item == "complaint_words"
    assert [(group.name, group.respondents) for group in chosen.groups] == [("complaint_price", 70), ("", None)]


def test_missing_answers_belong_to_no_group_and_a_silent_period_shows_nothing(tmp_path: Path) -> None:
    silent = frozen(tmp_path, {"overall": [-2] * ROWS, "comment": pl.Series([None] * ROWS, dtype=pl.String).to_list()})
    assert chosen_texts(silent, load_study("csi"), service_scores()) == ()
