"""Every fault that a definition file can have is reported once, with its code, at its place.

A case replaces one piece of a small sound definition by a faulty one; the mark ^ in the faulty piece, which is taken
out before the file is written, shows where the fault is to be reported.
"""

from pathlib import Path

import pytest
from marked_edits import edited, faults_of

from surveyplat.forms.loading import definition_from_yaml

SOUND = """\
surveyplat: 1
study: tiny
version: "1"
title: {en: Tiny, zh-Hans: 小调查}
languages: [en, zh-Hans]
minutes: 2
introduction: {en: Please answer., zh-Hans: 请回答。}
thanks: {en: Thank you., zh-Hans: 谢谢。}
scales:
  five:
    minimum: 1
    maximum: 5
    labels:
      1: {en: Bad, zh-Hans: 差}
      5: {en: Good, zh-Hans: 好}
  ten:
    minimum: 1
    maximum: 10
    labels:
      1: {en: Bad, zh-Hans: 差}
      10: {en: Good, zh-Hans: 好}
pages:
  - id: first
    title: {en: First, zh-Hans: 第一}
    items:
      - {id: speed, type: rating, scale: ten, text: {en: Speed, zh-Hans: 速度}}
      - {id: care, type: rating, scale: ten, text: {en: Care, zh-Hans: 用心}}
      - {id: price, type: rating, scale: five, text: {en: Price, zh-Hans: 价格}}
      - id: reason
        type: single
        text: {en: Why, zh-Hans: 为什么}
        choices:
          - {code: repair, text: {en: Repair, zh-Hans: 维修}}
          - {code: upkeep, text: {en: Upkeep, zh-Hans: 保养}}
  - id: second
    title: {en: Second, zh-Hans: 第二}
    items:
      - id: brakes
        type: problems
        category: brakes
        text: {en: Any problems, zh-Hans: 有问题吗}
        problems:
          - {id: squeal, kind: malfunction, text: {en: Squeal, zh-Hans: 异响}}
          - {id: hard_pedal, kind: design, text: {en: Hard pedal, zh-Hans: 踏板重}}
      - id: recommend
        type: recommendation
        text: {en: Recommend, zh-Hans: 推荐}
        labels: {0: {en: Never, zh-Hans: 不会}, 10: {en: Surely, zh-Hans: 一定}}
      - {id: comment, type: text, text: {en: Comment, zh-Hans: 意见}, max_length: 500}
measurement:
  overall: care
  recommend: recommend
  categories:
    brakes: {en: Brakes, zh-Hans: 制动}
  indices:
    - id: tiny
      title: {en: Tiny, zh-Hans: 小指数}
      weights_source: chosen for this example
      factors:
        - {id: work, title: {en: Work, zh-Hans: 工作}, weight: 60, items: [speed]}
        - {id: people, title: {en: People, zh-Hans: 人员}, weight: 40, items: [care, price]}
  drivers:
    - {id: tiny, target: care, attributes: [speed]}
  derived_indices:
    - {id: derived, title: {en: Derived, zh-Hans: 推导}, driver: tiny, rescaling: times100}
fieldwork: {trigger: service, delay_days: 3, expires_days: 21, occasion: event}
"""

LONG = "word " * 140
QUESTION = "word " * 44

CASES = [
    # the file as YAML
    ("syntax", {"minutes: 2": "minutes: 2\n  maximum^: 3"}),
    ("syntax", {'version: "1"': 'version: ^"1'}),
    ("syntax", {"study: tiny": "study: tiny\n^---\nstudy: other"}),
    ("syntax", {"minutes: 2": "minutes: 2\n? ^[a, b]\n: 3"}),
    ("encoding", {"Please answer.": "Please ^\x07answer."}),
    ("tag", {"minutes: 2": "minutes: ^!!python/object:os.system 2"}),
    ("unknown-anchor", {"minutes: 2": "minutes: ^*two"}),
    ("unknown-anchor", {"languages: [en, zh-Hans]": "languages: &all [en, ^*all]"}),
    ("duplicate-key", {"minutes: 2": "minutes: 2\n^minutes: 3"}),
    # keys and values
    ("unknown-key", {"minutes: 2": "minutes: 2\n^colour: red"}),
    ("unknown-key", {"minutes: 2": "^minuts: 2"}),
    ("unknown-key", {"max_length: 500": "^max_lenght: 500"}),
    ("missing-key", {"surveyplat: 1\nstudy: tiny": "^surveyplat: 1"}),
    ("missing-key", {"{id: speed, type: rating, scale: ten,": "^{id: speed, type: rating,"}),
    ("missing-key", {"{id: comment, type: text, ": "^{id: comment, "}),
    ("wrong-type", {"minutes: 2": "minutes: ^two"}),
    ("wrong-type", {"minutes: 2": "minutes: ^true"}),
    ("wrong-type", {'version: "1"': "version: ^1"}),
    ("wrong-type", {"thanks: {en: Thank you., zh-Hans: 谢谢。}": "thanks: ^Thank you."}),
    ("wrong-type", {"items: [speed]": "items: ^speed"}),
    ("wrong-type", {"weight: 60": "weight: ^.inf"}),
    ("wrong-type", {"      5: {en: Good": "      ^top: {en: Top, zh-Hans: 顶}\n      5: {en: Good"}),
    ("unknown-value", {"surveyplat: 1": "surveyplat: ^2"}),
    ("unknown-value", {"type: text,": "type: ^txt,"}),
    ("unknown-value", {"kind: design": "kind: ^designed"}),
    ("unknown-value", {"trigger: service": "trigger: ^services"}),
    ("out-of-range", {"expires_days: 21": "expires_days: ^0"}),
    ("out-of-range", {"study: tiny": "study: ^" + "x" * 41}),
    ("out-of-range", {"weight: 60": "weight: ^0"}),
    ("out-of-range", {"weight: 60": "weight: ^-1"}),
    ("empty", {"items: [speed]": "items: ^[]"}),
    ("invalid-id", {"id: first": "id: ^1st"}),
    ("invalid-id", {"code: repair": "code: ^re-pair"}),
    ("language-tag", {"[en, zh-Hans]": "[en, ^zh_Hans]"}),
    ("blank", {"thanks: {en: Thank you.,": 'thanks: {en: ^" ",'}),
    # names
    ("duplicate-id", {"id: second": "id: ^first"}),
    ("duplicate-id", {"id: comment": "id: ^speed"}),
    ("duplicate-id", {"id: hard_pedal": "id: ^squeal"}),
    ("duplicate-id", {"id: hard_pedal": "id: ^brakes"}),
    ("duplicate-id", {"code: upkeep": "code: ^repair"}),
    ("duplicate-id", {"id: people": "id: ^work"}),
    (
        "duplicate-id",
        {
            "  drivers:\n": "  drivers:\n    - {id: tiny, target: care, attributes: [price]}\n",
            "- {id: tiny, target: care, attributes: [speed]}": "- {id: ^tiny, target: care, attributes: [speed]}",
        },
    ),
    ("duplicate-key", {"zh-Hans: 制动}\n": "zh-Hans: 制动}\n    ^brakes: {en: Brakes, zh-Hans: 制动}\n"}),
    ("reserved-id", {"id: comment": "id: ^dealer"}),
    ("reserved-id", {"id: comment": "id: ^stamp"}),
    ("reserved-id", {"id: comment": "id: ^saving"}),
    ("reserved-id", {"id: second": "id: ^receipt"}),
    ("unknown-scale", {"scale: five": "scale: ^fiv"}),
    ("unknown-item", {"items: [speed]": "items: [^sped]"}),
    ("unknown-item", {"attributes: [speed]": "attributes: [^sped]"}),
    ("unknown-item", {"target: care": "target: ^car"}),
    ("unknown-item", {"overall: care": "overall: ^caring"}),
    ("unknown-driver", {"driver: tiny": "driver: ^tinny"}),
    ("unknown-category", {"        category: brakes": "        category: ^brake"}),
    ("item-kind", {"items: [speed]": "items: [^reason]"}),
    ("item-kind", {"  recommend: recommend": "  recommend: ^speed"}),
    # languages
    ("missing-translation", {"title: {en: Tiny, zh-Hans: 小调查}": "^title: {en: Tiny}"}),
    ("missing-translation", {"      5: {en: Good, zh-Hans: 好}": "      ^5: {zh-Hans: 好}"}),
    ("unknown-language", {"zh-Hans: 谢谢。}": "zh-Hans: 谢谢。, ^zh: 谢谢}"}),
    ("duplicate-language", {"[en, zh-Hans]": "[en, zh-Hans, ^en]"}),
    # scales
    ("scale-range", {"maximum: 5": "maximum: ^1"}),
    ("scale-label", {"      5: {en: Good": "      ^6: {en: Best, zh-Hans: 最好}\n      5: {en: Good"}),
    ("scale-ends", {"      1: {en: Bad, zh-Hans: 差}\n      5:": "      ^5:"}),
    ("scale-ends", {"{0: {en: Never, zh-Hans: 不会}, 10:": "^{10:"}),
    # measurement
    ("factor-overlap", {"items: [care, price]": "items: [care, ^speed]"}),
    ("driver-target", {"attributes: [speed]": "attributes: [speed, ^care]"}),
    ("duplicate-attribute", {"attributes: [speed]": "attributes: [speed, ^speed]"}),
    ("rescaling", {"attributes: [speed]": "attributes: [price]", "rescaling: times100": "rescaling: ^times100"}),
    ("category-unused", {"    brakes: {en: Brakes": "    ^gears: {en: Gears, zh-Hans: 变速}\n    brakes: {en: Brakes"}),
    # length
    (
        "minutes-short",
        {
            "minutes: 2": "minutes: ^1",
            "Please answer.": LONG,
            **{f"text: {{en: {word},": f"text: {{en: {QUESTION}," for word in ("Speed", "Care", "Price")},
        },
    ),
]


def test_the_sound_definition_has_no_fault() -> None:
    assert definition_from_yaml(SOUND.encode(), "tiny.yaml").study == "tiny"


@pytest.mark.parametrize(("code", "edits"), CASES)
def test_a_fault_is_reported_once_at_its_line_and_column(code: str, edits: dict[str, str], tmp_path: Path) -> None:
    text, line, column = edited(SOUND, edits)
    (tmp_path / "tiny.yaml").write_text(text, encoding="utf-8")
    assert faults_of(tmp_path / "tiny.yaml") == [(code, f"tiny.yaml:{line}:{column}")]
