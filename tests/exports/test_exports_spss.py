"""SPSS files, read back by another library: values, labels of variables and values, what is missing, its levels."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pyreadstat
import pytest
from exports_cast import exported, made_rows

from surveyplat.errors import ExportError
from surveyplat.exports.spss import clipped, write_spss
from surveyplat.exports.spss_names import spss_names
from surveyplat.exports.spss_sets import ResponseSet, add_response_sets
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


def test_ticks_of_one_question_are_a_multiple_response_set(tmp_path: Path) -> None:
    _, _, told = read(tmp_path, "zh-Hans")
    assert told.mr_sets["heard"] == {
        "type": "D",
        "is_dichotomy": True,
        "counted_value": 1,
        "label": "您从哪里知道我们的？",
        "variable_list": ["heard__web", "heard__friends", "heard__press", "heard__elsewhere", "heard__none"],
    }
    assert told.mr_sets["engine"]["variable_list"] == ["noise", "start"]
    assert list(told.mr_sets) == ["heard", "engine"]


def test_a_set_knows_its_variables_where_names_were_cut(tmp_path: Path) -> None:
    path = tmp_path / "long.sav"
    names = [f"{'a' * 62}_{number}" for number in range(3)]
    frame = pl.DataFrame({"text": ["长" * 500, "b"], **{name: [1, 0] for name in names}})
    labels = {name: {1: "ticked", 0: "not ticked"} for name in names}
    pyreadstat.write_sav(frame, path, variable_value_labels=labels, missing_ranges={names[0]: [{"lo": -3, "hi": -1}]})
    add_response_sets(path, (ResponseSet("of_three", "Two\nlines of 车", tuple(names)),))
    back, told = pyreadstat.read_sav(path, output_format="polars")
    assert back.rows() == frame.rows()
    assert told.mr_sets["of_three"]["variable_list"] == names
    assert told.mr_sets["of_three"]["label"] == "Two lines of 车"


def test_a_text_that_spss_has_no_room_for_is_refused(tmp_path: Path) -> None:
    variables = [variable for variable in made_rows(tmp_path).variables if variable.name == "remark"]
    moment = datetime(2026, 10, 27, tzinfo=UTC)
    for text in ("长" * 10_922, "x" * 32_767):
        write_spss(tmp_path / "fits.sav", pl.DataFrame({"remark": [text]}), variables, title="", moment=moment)
        assert pyreadstat.read_sav(tmp_path / "fits.sav", output_format="polars")[0]["remark"].to_list() == [text]
    with pytest.raises(ExportError, match=r"long\.sav, column remark: a text of 32769 bytes, and SPSS takes 32767"):
        write_spss(tmp_path / "long.sav", pl.DataFrame({"remark": ["长" * 10_923]}), variables, title="", moment=moment)


def test_labels_keep_within_what_spss_takes(tmp_path: Path) -> None:
    rows = made_rows(tmp_path, "zh-Hans")
    long = [
        replace(each, label="长" * 400, values=tuple(replace(value, text="长" * 400) for value in each.values))
        for each in rows.variables
    ]
    path, _ = exported(replace(rows, variables=tuple(long)), SAV, tmp_path / "out")
    _, told = pyreadstat.read_sav(path, output_format="polars", metadataonly=True)
    assert max(len(label.encode()) for label in told.column_labels) <= 256
    assert max(len(text.encode()) for each in told.variable_value_labels.values() for text in each.values()) <= 120
    assert all(len(name) <= 64 for name in told.column_names)
    assert told.variable_display_width["remark"] == 40


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
