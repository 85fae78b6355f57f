"""Every fault of the wider language is reported once, with its code, at its place, in whichever file that is."""

from pathlib import Path

import pytest
from marked_edits import edited, faults_of
from whole_language import SHARED, WHOLE

from surveyplat.forms.loading import load_definition

WIDE = "宽" * 120
LISTS = "choice_lists:\n"
AGAIN = "[{code: a, text: {en: A, zh-Hans: 甲}}, {code: b, text: {en: B, zh-Hans: 乙}}]"
ONE_VISIT = "{answer: visits, equals: once}"
HINT = "{en: Town, zh-Hans: 城市}, max"
FAIR = "      3: {en: Fair, zh-Hans: 一般}\n"
HOPE_PATH = "        - {cause: HOPE, effect: QUALITY}\n"
MODEL = "      index: LOYALTY"

CASES = [
    # shape, deep inside conditions, operands, details, quotas and models
    ("unknown-key", {ONE_VISIT: "{answer: visits, ^equal: once}"}),
    ("unknown-key", {"{answer: visits, answered: true}": "{answer: visits, ^answerd: true}"}),
    ("unknown-key", {"equals: Other": "equals: {^anser: visits}"}),
    ("unknown-key", {"{all: [{answer: visits": "{^any: [], all: [{answer: visits"}),
    ("unknown-key", {"          title: {en: More": "          ^titel: {en: More"}),
    ("unknown-key", {"    order: random\n    items": "    ^ordre: random\n    items"}),
    ("unknown-key", {"- {use: work}": "- {use: work, ^show: {answer: visits, equals: often}}"}),
    ("unknown-key", {"{id: HOPE, ": "{id: HOPE, ^colour: red, "}),
    ("missing-key", {"{id: note, type: information, ": "^{id: note, "}),
    ("missing-key", {"    type: block\n    id: work": "    ^id: work"}),
    ("missing-key", {"- {id: agreeing, title": "- ^{title"}),
    ("missing-key", {"{since: {event: date}, to: {answer: picked_up}}": "^{since: {event: date}}"}),
    ("wrong-type", {"show: {answer: visits, differs: once}": "show: ^once"}),
    ("wrong-type", {"{answer: visits, equals: often}": "{answer: visits, equals: ^[often]}"}),
    ("wrong-type", {"one_of: [often]": "one_of: [often, ^[once]]"}),
    ("wrong-type", {"then: 2": "then: ^[2]"}),
    ("wrong-type", {"latest: {event: date}": "latest: ^5"}),
    ("wrong-type", {"count: [reason, brakes]": "count: ^reason"}),
    ("wrong-type", {"exclusive: true": "exclusive: ^maybe"}),
    ("unknown-value", {"{event: brand, equals": "{event: ^brnd, equals"}),
    ("unknown-value", {"outcome: screened_out": "outcome: ^screened"}),
    ("unknown-value", {"    each: dealer": "    each: ^deeler"}),
    ("unknown-value", {"channels: [sms, mail]": "channels: [sms, ^post]"}),
    ("unknown-value", {"mode: formative": "mode: ^formativ"}),
    ("out-of-range", {"        decimals: 1\n": "        decimals: ^7\n"}),
    ("out-of-range", {"share: 0.5": "share: ^1.5"}),
    ("out-of-range", {"{sum: [{calculated: town_size}, 15]}": "{difference: ^[{calculated: town_size}, 15, 1]}"}),
    ("empty", {"{none: [{event: brand, equals: Other}]}": "{none: ^[]}"}),
    ("not-a-day", {'earliest: "2000-01-01"': "earliest: ^yesterday"}),
    ("not-a-day", {'earliest: "2000-01-01"': "earliest: ^2000-02-30"}),
    ("blank", {"{en: Thanks anyway,": '{en: ^" ",'}),
    # sharing
    ("uses-file", {"uses: [shared.yaml]": "uses: [^shard.yaml]"}),
    ("uses-file", {"uses: [shared.yaml]": "uses: [shared.yaml, ^whole.yaml]"}),
    ("uses-file", {"uses: [shared.yaml]": "uses: [shared.yaml, ^shared.yaml]"}),
    ("uses-file", {"uses: [shared.yaml]": "uses: [shared.yaml, ^../shared.yaml]"}),
    ("uses-file", {"uses: [shared.yaml]": "uses: [shared.yaml, ^/etc/hostname]"}),
    ("wrong-type", {"uses: [shared.yaml]": "uses: [shared.yaml, ^5]"}),
    ("unknown-choice-list", {"choices: reasons": "choices: ^reson"}),
    ("unknown-block", {"{use: work}": "{use: ^wrk}"}),
    ("block-twice", {"- {use: loyalty}\n": "- {use: loyalty}\n      - {use: ^loyalty}\n"}),
    ("cycle", {"      - {id: hoped,": "      - {use: ^work}\n      - {id: hoped,"}),
    ("unused", {LISTS: f"{LISTS}  ^colours: {AGAIN}\n"}),
    ("unused", {"blocks:\n": "blocks:\n  ^more: {type: text, id: more, text: {en: More, zh-Hans: 更多}}\n"}),
    # names
    ("duplicate-id", {"- {id: note,": "- {id: ^agreed,"}),
    ("duplicate-id", {"- {id: note,": "- {id: squeal,", "{id: squeal, kind": "{id: ^squeal, kind"}),
    ("duplicate-id", {"- {id: note,": "- {id: work,", "    id: work\n": "    id: ^work\n"}),
    ("duplicate-id", {"  waited: {days": "  ^note: {days"}),
    ("duplicate-id", {"- id: repaired": "- id: ^often"}),
    ("duplicate-id", {'- {code: "no", text: {en: Not done': '- {code: ^"yes", text: {en: Not done'}),
    ("duplicate-id", {"- {id: content, title": "- {id: ^returning, title"}),
    ("duplicate-id", {"- {id: HOPE, title": "- {id: ^QUALITY, title", HOPE_PATH: ""}),
    ("reserved-id", {"  waited: {days": "  ^region: {days"}),
    ("reserved-id", {"- {id: note, type": "- {id: ^the__note, type"}),
    ("reserved-id", {"- id: facts": "- id: ^brakes__details"}),
    ("reserved-id", {"- id: repaired": "- id: ^is__repaired"}),
    # scales
    ("scale-holes", {"      3: {en: Fair": "      2: {en: Fair", "      1: {en: Bad": "      ^1: {en: Bad"}),
    ("scale-long", {"    maximum: 5": "    maximum: ^12", FAIR: "", "      5: {": "      12: {"}),
    # items
    ("number-range", {"maximum: 20": "maximum: ^0"}),
    ("number-decimals", {"maximum: 20": "maximum: ^19.95"}),
    ("date-range", {"latest: today": 'latest: ^"2019-12-31"'}),
    ("too-many-places", {"places: 2": "places: ^4"}),
    ("total-small", {"total: 10": "total: ^1"}),
    ("most-large", {"most: 2": "most: ^4"}),
    ("other-twice", {"价格}}\n": "价格}, other: true}\n", "其他}, other: true": "其他}, other: ^true"}),
    ("other-exclusive", {"{code: none, text": "{code: none, other: ^true, text"}),
    # references
    ("no-source", {ONE_VISIT: "^{equals: once}"}),
    ("no-source", {"latest: {event: date}": "latest: ^{}"}),
    ("two-sources", {ONE_VISIT: "{answer: visits, ^event: brand, equals: once}"}),
    ("two-sources", {"{calculated: oldest}": "{calculated: oldest, ^answer: visits}"}),
    ("no-operator", {ONE_VISIT: "^{answer: visits}"}),
    ("no-calculation", {"brand_shown: {event: brand}": "brand_shown: ^{keep: text}"}),
    ("two-calculations", {", {answer: hoped}], decimals": "], ^sum: [{answer: hoped}], decimals"}),
    ("otherwise-unused", {"decimals: 1}": "decimals: 1, ^otherwise: 3}"}),
    ("decimals-unused", {"count: [reason, brakes]": "count: [reason, brakes], ^decimals: 1"}),
    # what rules say
    ("rule-type", {ONE_VISIT: "{answer: visits, equals: ^twice}"}),
    ("rule-order", {"show: {answer: visits, differs: once}": "show: {answer: ^speed, differs: 1}"}),
    ("rule-cycle", {"then: 2": "then: {calculated: oldest}", "{calculated: town_size}": "{calculated: ^town_size}"}),
    ("unknown-calculated", {"{calculated: oldest}": "{calculated: ^older}"}),
    ("unknown-item", {"at: age": "at: ^ages"}),
    # texts
    ("missing-translation", {"thanks: {en: Thanks anyway, zh-Hans: 仍然感谢}": "^thanks: {en: Thanks anyway}"}),
    ("missing-translation", {"unit: {en: points, zh-Hans: 分}": "^unit: {en: points}"}),
    ("unknown-language", {"texts:\n      speed: {en": "texts:\n      speed: {^de: Tempo, en"}),
    ("text-long", {"zh-Hans: 评价": f"zh-Hans: ^{WIDE}"}),
    ("text-long", {"{en: Bad,": f"{{en: ^{'very ' * 9}bad,"}),
    ("text-long", {"text: {en: Squeal,": f"text: {{en: ^{'loud ' * 16},"}),
    ("text-long", {"unit: {en: years,": "unit: {en: ^years and many months,"}),
    # placeholders
    ("placeholder-malformed", {HINT: '{en: "Town {", zh-Hans: 城市}, max'.replace('"Town', '^"Town')}),
    ("unknown-placeholder", {HINT: '{en: ^"Town {dat}", zh-Hans: 城市}, max'}),
    ("unknown-placeholder", {"{en: Judged, zh": '{en: ^"Judged {answer.note|x}", zh'}),
    ("placeholder-fallback", {"您的{model|车}": "您的{model}", 'zh-Hans: "您的': 'zh-Hans: ^"您的'}),
    ("placeholder-differs", {'zh-Hans: "{date}，{dealer}。"': 'zh-Hans: ^"{date}。"'}),
    ("placeholder-early", {"{en: The work, zh-Hans: 工作}": '{en: ^"{answer.stay|x}", zh-Hans: "{answer.stay|x}"}'}),
    ("placeholder-here", {"title: {en: For Other,": 'title: {en: ^"For {brand}",'}),
    ("placeholder-here", {"{en: Bad,": '{en: ^"Bad {brand}",'}),
    # measurement
    ("complaint-class", {"- {code: price, text": "- {code: ^cost, text"}),
    ("item-kind", {"complaints: reason": "complaints: ^speed"}),
    ("item-kind", {"perception: speed": "perception: ^recommend"}),
    ("item-kind", {"item: visits, answers: [often]": "item: ^town, answers: [often]"}),
    ("item-kind", {"items: [hoped]}": "items: [^visits]}"}),
    ("unknown-item", {"perception: speed": "perception: ^sped"}),
    ("gap-itself", {"perception: speed": "perception: ^hoped"}),
    ("gap-scale", {"perception: speed": "perception: ^again"}),
    ("unknown-answer", {"answers: [often]": "answers: [^oftn]"}),
    ("unknown-answer", {"answers: [4, 5]": "answers: [4, 5, ^6]"}),
    ("unknown-answer", {"answers: [true]": "answers: [^1]"}),
    ("duplicate-answer", {"answers: [4, 5]": "answers: [4, 5, ^4]"}),
    # latent models
    ("construct-overlap", {"items: [hoped]}": "items: [hoped, ^speed]}"}),
    ("construct-apart", {"- {id: HOPE": "- {id: ^HOPE", HOPE_PATH: ""}),
    ("unknown-construct", {"cause: HOPE": "cause: ^HOP"}),
    ("unknown-construct", {MODEL: "      index: ^LOYAL"}),
    ("duplicate-path", {MODEL: "        - ^{cause: HOPE, effect: QUALITY}\n" + MODEL}),
    ("cycle", {MODEL: "        - ^{cause: LOYALTY, effect: HOPE}\n" + MODEL}),
    # fieldwork, quotas, variants
    ("reminder-late", {"reminders: [5, 12]": "reminders: [5, ^21]"}),
    ("reminder-order", {"reminders: [5, 12]": "reminders: [5, ^5]"}),
    ("duplicate-channel", {"channels: [sms, mail]": "channels: [sms, mail, ^sms]"}),
    ("quota-model", {"each: dealer": "each: ^model", "trigger: service": "trigger: dealer"}),
    ("unknown-text", {"texts:\n      speed": "texts:\n      ^sped"}),
    ("ambiguous-id", {"texts:\n      speed": "texts:\n      ^brakes", "- id: judged": "- id: brakes"}),
    ("unused", {"variants:\n": "variants:\n  - ^brand: Plain\n"}),
    (
        "duplicate-id",
        {
            "variants:\n": "variants:\n  - {brand: Other, title: {en: A, zh-Hans: 甲}}\n",
            "  - brand: O": "  - brand: ^O",
        },
    ),
]

SHARED_CASES = [
    ("syntax", {"scales:": "scales: ^]"}),
    ("unknown-value", {"surveyplat_shared: 1": "surveyplat_shared: ^2"}),
    ("unknown-value", {"type: battery": "type: ^batery"}),
    ("unknown-key", {"choice_lists:": "^lists: {}\nchoice_lists:"}),
    ("wrong-type", {"minimum: 1\n    maximum: 7": "minimum: ^one\n    maximum: 7"}),
    ("missing-translation", {"text: {en: Once, zh-Hans: 一次, de: Einmal}": "^text: {en: Once}"}),
    ("duplicate-id", {"id: loyalty": "id: ^town"}),
    ("scale-range", {"maximum: 7": "maximum: ^1"}),
]


def test_the_whole_language_has_no_fault(tmp_path: Path) -> None:
    assert {item.type for _, item in load_definition(written(tmp_path, WHOLE, SHARED)).items()} == KINDS


KINDS = {
    *("consent", "information", "single", "multiple", "text", "number", "date", "ranking", "constant_sum", "rating"),
    *("recommendation", "problems"),
}


@pytest.mark.parametrize(("code", "edits"), CASES)
def test_a_fault_is_reported_once_at_its_place(code: str, edits: dict[str, str], tmp_path: Path) -> None:
    text, line, column = edited(WHOLE, edits)
    assert faults_of(written(tmp_path, text, SHARED)) == [(code, f"whole.yaml:{line}:{column}")]


@pytest.mark.parametrize(("code", "edits"), SHARED_CASES)
def test_a_fault_of_a_shared_file_is_reported_there(code: str, edits: dict[str, str], tmp_path: Path) -> None:
    text, line, column = edited(SHARED, edits)
    assert faults_of(written(tmp_path, WHOLE, text)) == [(code, f"shared.yaml:{line}:{column}")]


FAULTLESS = [
    {FAIR: ""},
    {FAIR: FAIR + "      2: {en: Poor, zh-Hans: 较差}\n      4: {en: Fine, zh-Hans: 较好}\n"},
    {FAIR: "      2: {en: Poor, zh-Hans: 较差}\n      4: {en: Fine, zh-Hans: 较好}\n"},
    {"    minimum: 1\n    maximum: 5": "    minimum: -5\n    maximum: 5", FAIR: "", "      1: {": "      -5: {"}
    | {"answers: [4, 5]": "answers: [-5, 0, 5]"},
    {"places: 2": "places: 3"},
    {"most: 2": "most: 3"},
    {"total: 10": "total: 2"},
    {"maximum: 20": "maximum: 19.5"},
    {"latest: today": 'latest: "2020-01-01"'},
    {"{en: Judged, zh": '{en: "{{Judged}}", zh'},
    {"reminders: [5, 12]": "reminders: [20]"},
    {"answers: [4, 5]": "answers: [1]"},
    {"item: visits, answers: [often]": "item: recommend, answers: [9, 10]"},
    {"item: visits, answers: [often]": "item: way, answers: [phone, none]"},
    {"expectation: hoped": "expectation: speed", "perception: speed": "perception: hoped"},
    {"{cause: HOPE, effect: QUALITY}": "{cause: HOPE, effect: LOYALTY}"},
    {"texts:\n      speed": "texts:\n      work"},
    {"texts:\n      speed": "texts:\n      squeal"},
    {"texts:\n      speed": "texts:\n      again"},
    {"uses: [shared.yaml]": "uses: [./shared.yaml]"},
]


@pytest.mark.parametrize("edits", FAULTLESS)
def test_what_is_only_near_a_fault_is_none(edits: dict[str, str], tmp_path: Path) -> None:
    text, _, _ = edited(WHOLE, edits)
    load_definition(written(tmp_path, text, SHARED))


def written(folder: Path, whole: str, shared: str) -> Path:
    (folder / "shared.yaml").write_text(shared, encoding="utf-8")
    (folder / "whole.yaml").write_text(whole, encoding="utf-8")
    return folder / "whole.yaml"
