"""Triple-S: the description has the standard's structure, and every cell of the data is what it describes."""

import csv
import re
from pathlib import Path

import pytest
from exports_cast import exported, made_rows
from lxml import etree

from surveyplat.exports.wanted import Format, Subject, Wanted

TRIPLE_S = Wanted(Format.TRIPLE_S, Subject.ROWS, with_texts=True)


@pytest.fixture(params=["en", "zh-Hans"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[etree._Element, list[list[str]]]:
    """The description and the lines of the data, the header first."""
    path, _ = exported(made_rows(tmp_path, request.param), TRIPLE_S, tmp_path / "out")
    root = etree.parse(path).getroot()
    data = path.with_name(root.find("survey/record").get("href"))
    with data.open(encoding="utf-8-sig", newline="") as file:
        return root, list(csv.reader(file))


def test_the_description_has_the_standards_structure(files: tuple[etree._Element, list[list[str]]]) -> None:
    root, _ = files
    dtd = etree.DTD(str(Path(__file__).with_name("triple_s.dtd")))
    assert dtd.validate(root), dtd.error_log
    assert root.get("version") == "3.0"
    idents = root.xpath("//variable/@ident")
    names = root.xpath("//variable/name/text()")
    assert len(set(idents)) == len(set(names)) == len(idents)
    for variable in root.iter("variable"):
        kind = variable.get("type")
        assert (variable.find("size") is not None) == (kind == "character")
        assert (variable.find("values") is not None) == (kind in ("single", "quantity"))


def test_positions_are_the_fields_of_the_data(files: tuple[etree._Element, list[list[str]]]) -> None:
    root, (header, *lines) = files
    record = root.find("survey/record")
    assert (record.get("format"), record.get("skip")) == ("csv", "1")
    assert [header[int(each.find("position").get("start")) - 1] for each in record] == [
        each.find("name").text for each in record
    ]
    assert {len(line) for line in lines} == {len(record)}


def test_every_cell_is_within_what_is_declared(files: tuple[etree._Element, list[list[str]]]) -> None:
    root, (_, *lines) = files
    for place, variable in enumerate(root.iter("variable")):
        cells = {line[place] for line in lines} - {""}
        codes = set(variable.xpath("values/value/@code"))
        match variable.get("type"):
            case "single":
                assert cells <= codes
            case "quantity":
                low, high = (float(variable.find("values/range").get(end)) for end in ("from", "to"))
                assert low <= high
                assert all(cell in codes or low <= float(cell) <= high for cell in cells)
                assert "." in variable.find("values/range").get("to") or all(re.fullmatch("-?[0-9]+", c) for c in cells)
            case "character":
                assert all(len(cell) <= int(variable.find("size").text) for cell in cells)
                assert not any("\n" in cell or "\r" in cell for cell in cells)
            case "date":
                assert all(len(cell) == 8 and cell.isdecimal() for cell in cells)


def test_points_have_scores_and_kinds_of_missing_have_none(files: tuple[etree._Element, list[list[str]]]) -> None:
    root, _ = files
    (polite,) = root.xpath("//variable[name='polite']")
    scores = {value.get("code"): value.get("score") for value in polite.iter("value")}
    assert scores == {"1": "1", "2": "2", "3": "3", "4": "4", "5": "5", "-1": None, "-2": None, "-3": None}
