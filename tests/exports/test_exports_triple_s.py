"""Triple-S 3.0, read back by a strict reader that knows the standard alone: every value, wording and score is there."""

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from exports_cast import exported, made_rows
from lxml import etree
from triple_s_reader import NotTripleS, Survey, read

import surveyplat
from surveyplat.audit.columns import snapshot_columns
from surveyplat.exports.frozen_rows import FrozenRows
from surveyplat.exports.wanted import Format, Subject, Wanted
from surveyplat.forms.language import Definition
from surveyplat.forms.loading import load_definitions
from surveyplat.reports.attachments import harmless
from surveyplat.shipped import shipped_folder

STUDIES = load_definitions([shipped_folder("questionnaires")])
TRIPLE_S = Wanted(Format.TRIPLE_S, Subject.ROWS, with_texts=True)


@pytest.fixture(params=["en", "zh-Hans", "zh-Hant"])
def rows(request: pytest.FixtureRequest, tmp_path: Path) -> FrozenRows:
    return made_rows(tmp_path, request.param)


@pytest.fixture
def path(rows: FrozenRows, tmp_path: Path) -> Path:
    return exported(rows, TRIPLE_S, tmp_path / "out")[0]


@pytest.fixture
def survey(path: Path) -> Survey:
    return read(path)


def test_every_value_of_the_frozen_rows_is_read_back(rows: FrozenRows, survey: Survey) -> None:
    frozen = rows.frame(with_texts=True)
    assert [each.name for each in survey.variables] == frozen.columns
    assert len(survey.rows) == frozen.height
    for row, line in zip(survey.rows, frozen.iter_rows(named=True), strict=True):
        assert row == {name: as_read(value) for name, value in line.items()} | coded(row, line)


def as_read(value: Any) -> Any:
    """A frozen value as the standard's types have it."""
    match value:
        case str():
            return harmless(re.sub(r"[\r\n]+", " ", value)) or None
        case float():
            return Decimal(repr(value))
        case _:
            return value


def coded(row: dict[str, Any], line: dict[str, Any]) -> dict[str, Any]:
    """Whole numbers as what they are read as: codes of single variables, or amounts."""
    return {name: type(row[name])(value) for name, value in line.items() if isinstance(value, int)}


def test_wordings_are_those_of_the_codebook_in_the_language_that_is_declared(rows: FrozenRows, survey: Survey) -> None:
    assert (survey.language, survey.title) == (rows.language, rows.title)
    for described, variable in zip(rows.variables, survey.variables, strict=True):
        assert variable.label == described.label
        assert {str(value.code): value.text for value in described.values}.items() <= variable.labels.items()


def test_points_have_scores_and_kinds_of_missing_have_none(survey: Survey) -> None:
    (polite,) = (each for each in survey.variables if each.name == "polite")
    assert {code: int(score) for code, score in polite.scores.items()} == {str(point): point for point in range(1, 6)}
    assert set(polite.labels) - set(polite.scores) == {"-1", "-2", "-3"}


def test_types_uses_and_ranges_are_declared(survey: Survey) -> None:
    told = {each.name: each for each in survey.variables}
    kinds = {name: told[name].kind for name in ("response_id", "polite", "why", "noise", "consumption", "picked_up")}
    assert kinds == {
        "response_id": "character",
        "polite": "single",
        "why": "single",
        "noise": "single",
        "consumption": "quantity",
        "picked_up": "date",
    }
    assert [each.name for each in survey.variables if each.use == "serial"] == ["response_id"]
    assert told["consumption"].ends == ("0.5", "40.0")
    assert told["mileage"].ends is not None
    assert "." not in told["mileage"].ends[1]


def test_the_file_says_when_and_by_what_it_was_made_and_which_version_was_answered(path: Path) -> None:
    root = etree.parse(path).getroot()
    told = [root.findtext(name) for name in ("date", "time", "origin", "survey/name", "survey/version")]
    assert told == ["2026-10-27", "09:00:00", f"surveyplat {surveyplat.__version__}", "every_type-2026-Q3", "1"]


def test_both_files_may_be_renamed_together(path: Path) -> None:
    renamed = path.with_name("other.xml")
    path.with_suffix(".csv").rename(renamed.with_suffix(".csv"))
    assert len(read(path.rename(renamed)).rows) > 0


def test_a_program_that_believes_the_declared_encoding_reads_the_texts(path: Path) -> None:
    remarks = [row["remark"] for row in read(path).rows]
    assert "שלום عليكم 👍🏽 服务很好" in remarks
    change(path, lambda root: root.find("survey/record").attrib.pop("encoding"))
    with pytest.raises(UnicodeDecodeError):
        read(path)


def change(path: Path, edit: Callable[[Any], object]) -> None:
    tree = etree.parse(path)
    edit(tree.getroot())
    tree.write(path, encoding="utf-8", xml_declaration=True)


def variable(root: Any, name: str) -> Any:
    (found,) = root.xpath(f"//variable[name='{name}']")
    return found


@pytest.mark.parametrize(
    ("edit", "rule"),
    [
        (lambda root: root.set("version", "2.0"), "version"),
        (lambda root: root.find("survey/record").set("ident", "A1"), "one letter"),
        (lambda root: variable(root, "dealer").set("ident", "1"), "two variables have one ident"),
        (lambda root: variable(root, "dealer").find("position").set("start", "1"), "two variables have one column"),
        (lambda root: variable(root, "polite").attrib.pop("format"), "numeric codes are 0 or positive"),
        (
            lambda root: variable(root, "why").find("values").remove(variable(root, "why").find("values/value")),
            "no code",
        ),
        (lambda root: variable(root, "remark").find("size").__setattr__("text", "5"), "longer than its size"),
        (lambda root: variable(root, "consumption").find("values/range").set("to", "1.0"), "out of its range"),
        (lambda root: variable(root, "consumption").find("values/range").set("to", "40"), "more decimals"),
        (lambda root: variable(root, "dealer").set("use", "serial"), "one serial"),
        (lambda root: variable(root, "picked_up").set("type", "quantity"), "has values"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_the_reader_finds_what_breaks_the_standard(tmp_path: Path, edit: Callable[[Any], object], rule: str) -> None:
    path, _ = exported(made_rows(tmp_path), TRIPLE_S, tmp_path / "out")
    change(path, edit)
    with pytest.raises(NotTripleS, match=rule):
        read(path)


@pytest.mark.parametrize("definition", STUDIES, ids=lambda each: each.study)
def test_a_shipped_questionnaires_columns_have_names_of_the_standard(definition: Definition) -> None:
    for column in snapshot_columns(definition):
        assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_.]*", column.name)
