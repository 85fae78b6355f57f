"""The map of a questionnaire's routes: what it says, in both languages, and that nothing of it is cut or crossed."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
import typer
from pydantic import TypeAdapter
from typer.testing import CliRunner

from surveyplat.cli import mapping as command
from surveyplat.errors import InvalidInput
from surveyplat.forms.condition_words import in_words
from surveyplat.forms.conditions import Condition
from surveyplat.forms.language import Definition
from surveyplat.forms.loading import definition_from_yaml, load_study
from surveyplat.forms.route_drawing import SHEET_HEIGHT, SHEET_WIDTH, drawn
from surveyplat.forms.route_map import route_map
from surveyplat.forms.text_fitting import width, wrapped

SVG = "{http://www.w3.org/2000/svg}"
RICH = """
surveyplat: 1
study: rich
version: "1"
title: {zh-Hans: 维修后回访, en: After the repair}
languages: [zh-Hans, en]
minutes: 3
introduction: {zh-Hans: 您好, en: Hello}
thanks: {zh-Hans: 谢谢, en: Thanks}
scales:
  five: {minimum: 1, maximum: 5, labels: {1: {zh-Hans: 差, en: Bad}, 5: {zh-Hans: 好, en: Good}}}
pages:
  - id: welcome
    title: {zh-Hans: 您的这次到店, en: Your visit}
    items:
      - {id: agreed, type: consent, text: {zh-Hans: 同意, en: I agree}}
      - {id: overall, type: rating, scale: five, text: {zh-Hans: 总体, en: Overall}}
      - {id: mileage, type: number, minimum: 0, maximum: 500000, unit: {zh-Hans: 公里, en: km},
         text: {zh-Hans: 里程, en: Mileage}}
    end: {when: {answer: agreed, equals: false}, outcome: screened_out}
  - id: remains
    title: {zh-Hans: 还有哪些问题没有解决, en: "What is still not right, and what did the workshop say about it?"}
    show: {answer: overall, at_most: 3}
    items:
      - id: engine
        type: problems
        category: engine
        text: {zh-Hans: 症状, en: Symptoms}
        problems:
          - {id: noise, kind: malfunction, text: {zh-Hans: 异响, en: Noise}}
          - {id: leak, kind: malfunction, text: {zh-Hans: 漏油, en: Leak}}
        details:
          title: {zh-Hans: 关于这些问题, en: About these problems}
          questions:
            - id: often
              text: {zh-Hans: 频率, en: How often}
              choices:
                - {code: always, text: {zh-Hans: 总是, en: Always}}
                - {code: rarely, text: {zh-Hans: 很少, en: Rarely}}
      - {id: told, type: text, text: {zh-Hans: 告知, en: Told}, show: {answer: mileage, above: 100000}}
      - {id: waited, type: text, text: {zh-Hans: 等待, en: Waited}, required_when: {answer: told, answered: true}}
    checks:
      - {that: {answer: told, differs: {answer: waited}}, message: {zh-Hans: 不同, en: Say two things}, at: told}
  - id: last
    title: {zh-Hans: 最后, en: Last}
    items:
      - {id: words, type: text, text: {zh-Hans: 意见, en: Words}}
quotas:
  - id: dissatisfied
    when: {answer: overall, at_most: 2}
    limit: 100
    each: dealer
    per: month
    thanks: {zh-Hans: 谢谢, en: Thanks}
measurement: {categories: {engine: {zh-Hans: 发动机, en: Engine}}}
fieldwork: {trigger: service, delay_days: 3, expires_days: 14, occasion: event}
"""


@pytest.fixture(scope="module")
def rich() -> Definition:
    return definition_from_yaml(RICH.encode(), "rich.yaml")


def said(definition: Definition, language: str) -> str:
    return route_map(definition, language).description


@pytest.mark.parametrize(
    ("condition", "english", "chinese"),
    [
        ({"answer": "overall", "equals": 3}, "overall is 3", "overall 为 3"),
        ({"answer": "why", "one_of": ["a", "b"]}, "why is one of a, b", "why 为 a、b 之一"),
        ({"answer": "why", "none_of": ["a"]}, "why is none of a", "why 不为 a 中的任何一个"),
        ({"answer": "seen", "includes": "sea"}, "seen includes sea", "seen 包含 sea"),
        ({"answer": "overall", "dont_know": False}, 'overall is not "don\'t know"', "overall 没有选“不知道”"),
        ({"answer": "mileage", "above": 100000}, "mileage is above 100,000 km", "mileage 高于 100,000 公里"),
        ({"answer": "agreed", "equals": True}, "agreed is true", "agreed 为“是”"),
        (
            {"event": "date", "below": "2026-09-30"},
            "the day of the event is below September 30, 2026",
            "事件日期低于 2026年9月30日",
        ),
        ({"answer": "x", "at_least": 1, "below": 4}, "x is at least 1 and x is below 4", "x 不低于 1，且 x 低于 4"),
        (
            {
                "any": [
                    {"answer": "x", "answered": False},
                    {"all": [{"answer": "y", "equals": 1}, {"answer": "z", "equals": 2}]},
                ]
            },
            "x is not answered or (y is 1 and z is 2)",
            "x 未回答，或（y 为 1，且 z 为 2）",
        ),
        (
            {"none": [{"calculated": "tier", "equals": {"answer": "x"}}, {"event": "kind", "equals": "sale"}]},
            "not (tier is x or the kind of event is sale)",
            "并非（tier 为 x，或事件类型为 sale）",
        ),
    ],
)
def test_a_condition_is_said_in_words(rich: Definition, condition: object, english: str, chinese: str) -> None:
    read: Condition = TypeAdapter(Condition).validate_python(condition)
    assert in_words(read, rich, "en") == english
    assert in_words(read, rich, "zh-Hans") == chinese


def test_the_map_says_who_sees_what_and_where_it_ends(rich: Definition) -> None:
    english, chinese = said(rich, "en"), said(rich, "zh-Hans")
    for words in (
        "4 pages, 9 items, 3 minutes promised",
        "Shown when overall is at most 3",
        "remains · 3 items · 2 problems",
        "told: when mileage is above 100,000 km",
        "waited must be answered when told is answered",
        "Check: told is not waited",
        "Asked about each problem ticked in engine",
        "The survey ends when agreed is false (Screened out)",
        "dissatisfied: at most 100 complete for each dealer a month, of those for whom overall is at most 2",
    ):
        assert words in english
    for words in (
        "显示条件：overall 不高于 3",
        "问卷结束，条件：agreed 为“否” (不符合条件)",
        "每家经销商每月最多 100 份",
    ):
        assert words in chinese


def test_a_language_that_the_study_does_not_have_is_refused_with_those_that_it_has(rich: Definition) -> None:
    with pytest.raises(InvalidInput, match="Name one of: zh-Hans, en"):
        route_map(rich, "fr")


@pytest.mark.parametrize("study", ["rich", "csi", "iqs"])
@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_no_text_leaves_its_box_or_the_sheet_and_no_box_is_cut_by_the_edge_of_a_sheet(
    rich: Definition, study: str, language: str
) -> None:
    picture = ElementTree.fromstring(drawn(route_map(rich if study == "rich" else load_study(study), language)))
    boxes = [_box(rectangle) for rectangle in picture.iter(f"{SVG}rect") if rectangle.get("rx")]
    for left, top, right, bottom in boxes:
        assert 0 <= left < right <= SHEET_WIDTH
        assert top // SHEET_HEIGHT == bottom // SHEET_HEIGHT
    for text in picture.iter(f"{SVG}text"):
        x, y = float(text.get("x", 0)), float(text.get("y", 0))
        wide = width(text.text or "", float(text.get("font-size", 0)))
        start = x - wide * {"start": 0, "middle": 0.5, "end": 1}[text.get("text-anchor", "start")]
        limit = next((box[2] for box in boxes if box[0] <= x <= box[2] and box[1] <= y <= box[3]), SHEET_WIDTH)
        assert start >= 0
        assert start + wide <= limit


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_no_arrow_goes_through_a_box(rich: Definition, language: str) -> None:
    picture = ElementTree.fromstring(drawn(route_map(rich, language)))
    boxes = [_box(rectangle) for rectangle in picture.iter(f"{SVG}rect") if rectangle.get("rx")]
    arrows = [path.get("d", "") for path in picture if path.tag == f"{SVG}path"]
    assert len(boxes) == 8
    assert len(arrows) == 8
    for (x1, y1), (x2, y2) in (leg for arrow in arrows for leg in _legs(arrow)):
        for left, top, right, bottom in boxes:
            beside = max(x1, x2) <= left or min(x1, x2) >= right
            assert beside or max(y1, y2) < top + 0.1 or min(y1, y2) > bottom - 0.1


def test_the_map_is_read_out_by_its_title_and_description(rich: Definition) -> None:
    picture = ElementTree.fromstring(drawn(route_map(rich, "en")))
    named = {child.get("id"): child.text for child in picture if child.get("id")}
    assert picture.get("role") == "img"
    title, description = (named[name] or "" for name in (picture.get("aria-labelledby") or "").split())
    assert title == "After the repair · Routes of rich, version 1"
    assert "Shown when overall is at most 3" in description


def test_words_are_broken_at_spaces_between_chinese_signs_and_in_overlong_names() -> None:
    assert wrapped("one two three", 10, 50) == ["one two", "three"]
    assert wrapped("满意度调查，谢谢您", 10, 50) == ["满意度调查，", "谢谢您"]
    assert "".join(wrapped("x_" * 60, 12, 100)) == "x_" * 60
    assert all(width(line, 12) <= 100 for line in wrapped("a_very_long_name " * 9 + "x_" * 60, 12, 100))


def test_the_command_writes_or_prints_the_map_and_names_what_it_cannot_read(tmp_path: Path) -> None:
    app = typer.Typer()
    command.register(app)
    app.callback()(lambda: None)
    runner, output = CliRunner(), tmp_path / "csi.svg"
    printed = runner.invoke(app, ["map", "csi", "--language", "en"])
    assert printed.exit_code == 0
    assert runner.invoke(app, ["map", "csi", "--language", "en", "--output", str(output)]).exit_code == 0
    assert output.read_text(encoding="utf-8") + "\n" == printed.output
    refused = runner.invoke(app, ["map", "csi", "--output", str(tmp_path / "none" / "csi.svg")])
    assert isinstance(refused.exception, InvalidInput)


def _box(rectangle: ElementTree.Element) -> tuple[float, float, float, float]:
    left, top, wide, high = (float(rectangle.get(name, 0)) for name in ("x", "y", "width", "height"))
    return left, top, left + wide, top + high


def _legs(arrow: str) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """The straight parts of a path of M, H and V."""
    start = re.match(r"M([\d.]+) ([\d.]+)", arrow)
    assert start is not None
    at, legs = (float(start[1]), float(start[2])), []
    for way, value in re.findall(r"([HV])([\d.]+)", arrow):
        to = (float(value), at[1]) if way == "H" else (at[0], float(value))
        legs.append((at, to))
        at = to
    return legs
