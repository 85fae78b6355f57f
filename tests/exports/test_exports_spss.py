"""SPSS files, read back by another library: values, labels of variables and values, what is missing, its levels."""

from pathlib import Path
from typing import Any

import polars as pl
import pyreadstat
import pytest
from exports_cast import exported, made_rows

from surveyplat.exports.spss import clipped
from surveyplat.exports.spss_names import spss_names
from surveyplat.exports.wanted import Format, Subject, Wanted

SAV = Wanted(Format.SAV, Subject.ROWS, with_texts=True)


def read(folder: Path, language: str = "en", *, user_missing: bool = True) -> tuple[pl.DataFrame, pl.DataFrame, Any]:
    """The frozen rows, the rows of the file, and what the file says of them."""
    rows = made_rows(folder, language)
    path, _ = exported(rows, SAV, folder / "out")
    frame, told = pyreadstat.read_sav(path, output_format="polars", user_missing=user_missing)
    return rows.frame(with_texts=True), frame, told


def test_every_value_comes_back(tmp_path: Path) -> None:
    frozen, frame, _ = read(tmp_path)
    assert frame.columns == frozen.columns
    for name, kind in frozen.schema.items():
        back = frame[name].to_list()
        if kind == pl.String:
            assert back == [(text or "").rstrip(" ") for text in frozen[name]]
        else:
            assert back == frozen[name].to_list()


def test_codes_of_missing_are_user_missing_where_a_column_may_hold_them(tmp_path: Path) -> None:
    ranges = read(tmp_path / "codes")[2].missing_ranges
    assert ranges["polite"] == [{"lo": -3.0, "hi": -1.0}]
    assert "warmer" not in ranges
    frozen, frame, _ = read(tmp_path / "missing", user_missing=False)
    answers = frozen["polite"].to_list()
    assert min(answers) < 0
    assert frame["polite"].to_list() == [None if answer < 0 else answer for answer in answers]
    assert frame["warmer"].to_list() == frozen["warmer"].to_list()


@pytest.mark.parametrize(
    ("language", "question", "best", "unanswered"),
    [("en", "Polite", "Very good", "not answered"), ("zh-Hans", "礼貌", "很好", "未回答")],
)
def test_labels_are_in_the_language_that_was_chosen(
    tmp_path: Path, language: str, question: str, best: str, unanswered: str
) -> None:
    _, _, told = read(tmp_path, language)
    assert told.column_names_to_labels["polite"] == question
    assert told.variable_value_labels["polite"][5] == best
    assert told.variable_value_labels["polite"][-2] == unanswered
    assert all(label for label in told.column_names_to_labels.values())


def test_codes_of_choices_are_labelled_and_marks_say_what_they_mean(tmp_path: Path) -> None:
    _, _, told = read(tmp_path)
    assert told.variable_value_labels["why"] == {"near": "It is near", "other": "Another reason"}
    assert told.variable_value_labels["wishes__2"]["care"] == "Friendly staff"
    assert told.variable_value_labels["noise"][1] == "ticked"
    assert told.variable_value_labels["agree"][1] == "agreed"
    assert told.column_names_to_labels["heard__web"] == "Where did you hear of us? – On the web"
    assert told.column_names_to_labels["wishes__2"] == "What should we improve first? – place 2"
    assert told.column_names_to_labels["noise"] == "Strange noises"


def test_levels_of_measurement_and_decimals_are_declared(tmp_path: Path) -> None:
    _, _, told = read(tmp_path)
    levels = {name: told.variable_measure[name] for name in ("polite", "why", "noise", "mileage", "picked_up")}
    assert levels == {
        "polite": "ordinal",
        "why": "nominal",
        "noise": "nominal",
        "mileage": "scale",
        "picked_up": "scale",
    }
    assert told.original_variable_types["consumption"] == "F13.1"
    assert told.original_variable_types["polite"] == "F8.0"


def test_the_file_says_that_it_is_as_old_as_the_freeze(tmp_path: Path) -> None:
    _, _, told = read(tmp_path)
    assert f"{told.creation_time:%Y-%m-%d %H:%M:%S}" == "2026-10-27 09:00:00"


def test_names_are_cut_and_kept_apart_as_spss_wants_them() -> None:
    long = "a" * 70
    names = spss_names(["to", "Model", "model", long, long + "b", "x__", "plain"])
    assert names == {
        "to": "to_2",
        "Model": "Model",
        "model": "model_2",
        long: "a" * 64,
        long + "b": "a" * 62 + "_2",
        "x__": "x",
        "plain": "plain",
    }


def test_a_label_is_cut_between_characters() -> None:
    assert clipped("车" * 100, 250) == "车" * 82 + "…"
    assert clipped("车" * 83, 250) == "车" * 83
