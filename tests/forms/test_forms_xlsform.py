"""XLSForms as workbooks: each construct, the command, and a form as they are published."""

import pytest
from forms_converted import converter, plain, said
from forms_xlsforms import table, write_form
from typer.testing import CliRunner

from surveyplat.cli.main import app
from surveyplat.errors import InvalidInput
from surveyplat.forms.loading import definition_from_yaml
from surveyplat.forms.xlsform.languages import language_tag
from surveyplat.forms.yaml_positions import parse


@pytest.fixture
def convert(tmp_path):
    return converter(tmp_path)


def only_item(conversion):
    ((entry,),) = [page["items"] for page in plain(conversion)["pages"]]
    return entry


def test_a_form_becomes_a_definition_that_loads_and_says_what_to_fill_in(convert):
    conversion = convert("type | name | label\ntext | why | Why?")
    assert conversion.serious == ()
    definition = plain(conversion)
    assert definition["pages"] == [
        {
            "id": "why",
            "title": {"en": "A form"},
            "items": [{"id": "why", "type": "text", "text": {"en": "Why?"}}],
        }
    ]
    assert (definition["study"], definition["measurement"], definition["languages"]) == ("a_form", {}, ["en"])
    assert "# Fill in before the study is used" in conversion.text
    assert "# Fill in what is to be measured" in conversion.text


@pytest.mark.parametrize(
    ("row", "item"),
    [
        ("select_one yn | q | Q? | yes", {"type": "single", "required": True}),
        ("select one yn | q | Q? | no", {"type": "single"}),
        ("integer | q | Q? | | . >= 1 and . < 10", {"type": "number", "minimum": 1, "maximum": 9}),
        ("integer | q | Q? | | . > 0.5 and 20 >= .", {"type": "number", "minimum": 1, "maximum": 20}),
        ("decimal | q | Q? | | . >= 0.5 and . <= 2", {"minimum": 0.5, "maximum": 2, "decimals": 6}),
        ("date | q | Q? | | . <= today() and . >= date('2020-01-01')", {"latest": "today", "earliest": "2020-01-01"}),
        ("select_multiple wash | q | Q? | | count-selected(.) <= 2", {"type": "multiple", "most": 2}),
        ("rank wash | q | Q? |", {"type": "ranking"}),
        ("note | q | Q? |", {"type": "information"}),
        ("string | q | Q? |", {"type": "text"}),
    ],
)
def test_each_type_has_its_item(convert, row, item):
    conversion = convert(f"type | name | label | required | constraint\n{row}")
    assert conversion.serious == ()
    found = only_item(conversion)
    assert {key: found[key] for key in item} == item
    assert "checks" not in plain(conversion)["pages"][0]
    assert ("required" in found) == ("required" in item)


def test_choices_keep_their_codes_or_are_renamed_with_a_message(convert):
    conversion = convert("type | name | label\nselect_multiple wash | q | Q?")
    assert [choice["code"] for choice in only_item(conversion)["choices"]] == ["none", "in_side", "outside"]
    assert said(conversion.notes) == ["choices!B5: renamed: the choice in-side is no code. It is called in_side"]


def test_codes_that_differ_by_their_sign_stay_apart(convert):
    choices = "list_name | name | label\nn | 99 | All\nn | -99 | None\nn | 1.5 | Some"
    conversion = convert("type | name | label\nselect_one n | q | Q?", choices)
    assert [choice["code"] for choice in only_item(conversion)["choices"]] == ["99", "minus99", "1_5"]


def test_numbers_and_truths_of_a_workbook_are_read_as_they_are_shown(convert):
    choices = [["list_name", "name", "label"], ["n", 1, "One"], ["n", 2, 2]]
    survey = [["type", "name", "label", "required"], ["select_one n", "q", "Q?", True]]
    item = only_item(convert(survey, choices))
    assert [choice["code"] for choice in item["choices"]] == ["1", "2"]
    assert item["choices"][1]["text"] == {"en": "2"}
    assert item["required"] is True


def test_or_other_adds_a_choice_that_takes_words(convert):
    item = only_item(convert("type | name | label\nselect_one yn or_other | q | Q?"))
    assert item["choices"][-1] == {"code": "other", "text": {"en": "Other"}, "other": True}


def test_a_number_without_a_range_gets_a_wide_one_and_says_so(convert):
    conversion = convert("type | name | label | constraint\ninteger | q | Q? | . >= 3")
    assert only_item(conversion)["maximum"] == 1_000_000_000
    assert "maximum is set 1000000000 wide" in said(conversion.notes)[0]


def test_what_is_left_of_a_constraint_becomes_a_check_at_its_item(convert):
    conversion = convert(
        "type | name | label | constraint | constraint_message\n"
        "integer | total | Total? | . >= 0 and . <= 9 |\n"
        "integer | part | Part? | . >= 0 and . <= ${total} | Too many"
    )
    page = plain(conversion)["pages"][1]
    assert page["items"][0]["minimum"] == 0
    assert page["checks"][0]["message"] == {"en": "Too many"}
    assert page["checks"][0]["at"] == "part"


def test_groups_are_pages_and_nested_groups_blocks(convert):
    pages = plain(
        convert("""
        type | name | label | relevant
        begin_group | visit | Your visit |
        text | a | A? |
        begin group | inner | Inside |
        text | b | B? |
        text | c | C? |
        end group | | |
        text | d | D? |
        end_group | | |
        text | e | E? |
        begin_group | late | | ${a} != ''
        text | f | F? |
        end_group | | |
        """)
    )["pages"]
    assert [(page["id"], page["title"]["en"]) for page in pages] == [
        ("visit", "Your visit"),
        ("e", "A form"),
        ("late", "A form"),
    ]
    assert [entry["id"] for entry in pages[0]["items"]] == ["a", "inner", "d"]
    block = pages[0]["items"][1]
    assert (block["type"], block["text"], [item["id"] for item in block["items"]]) == (
        "block",
        {"en": "Inside"},
        ["b", "c"],
    )
    assert pages[2]["show"] == {"answer": "a", "answered": True}


def test_a_page_is_split_before_what_depends_on_it(convert):
    conversion = convert("""
        type | name | label | relevant
        begin_group | g | G |
        select_one yn | a | A? |
        begin_group | inner | I | selected(${a}, 'yes')
        text | b | B? |
        end_group
        end_group
        """)
    pages = plain(conversion)["pages"]
    assert [page["id"] for page in pages] == ["g", "g_2"]
    assert pages[1]["items"][0]["show"] == {"answer": "a", "equals": "yes"}
    assert "split" in {fault.code for fault in conversion.notes}


def test_what_depends_on_a_page_through_a_calculation_is_split_off_too(convert):
    pages = plain(
        convert("""
        type | name | label | relevant | calculation | constraint
        begin_group | g | G |
        integer | a | A? | | | . >= 0 and . <= 9
        calculate | twice | | | ${a} * 2
        text | b | B? | ${twice} > 3
        end_group
        """)
    )["pages"]
    assert [page["id"] for page in pages] == ["g", "g_2"]


def test_a_page_is_split_before_a_text_that_repeats_an_answer_of_it(convert):
    pages = plain(
        convert("""
        type | name | label
        begin_group | g | G
        text | who | Who?
        text | why | Why ${who}?
        end_group
        """)
    )["pages"]
    assert [page["id"] for page in pages] == ["g", "g_2"]


def test_an_expression_as_required_becomes_required_when(convert):
    conversion = convert(
        "type | name | label | required\nselect_one yn | a | A? |\ntext | b | B? | ${a} = 'no'\ntext | c | C? | yes"
    )
    items = [page["items"][0] for page in plain(conversion)["pages"]]
    assert items[1]["required_when"]["equals"] == "no"


def test_translations_are_kept_apart_and_a_missing_one_is_named_by_its_cell(convert):
    conversion = convert(
        "type | name | label::English (en) | label::Français (fr) | hint::English (en) | hint::Français (fr)\n"
        "text | a | A? | A ? | h | i\ntext | b | B? | | |",
        choices=None,
    )
    assert conversion.languages == ("en", "fr")
    assert said(conversion.serious) == [
        "survey!D3: missing-translation: label has no fr text at row 3. Write it, here or in the YAML file"
    ]
    root = parse(conversion.text.encode())[0].plain()
    assert root["pages"][0]["items"][0]["hint"] == {"en": "h", "fr": "i"}


def test_a_column_without_a_language_speaks_the_default_one(convert):
    conversion = convert("type | name | label | label::fr\ntext | a | A? | A ?", choices=None)
    assert plain(conversion)["pages"][0]["items"][0]["text"] == {"en": "A?", "fr": "A ?"}


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("English (en)", "en"),
        ("Português (pt_br)", "pt-BR"),
        ("简体中文 (zh-CN)", "zh-Hans"),
        ("French", "fr"),
        ("zh-Hant", "zh-Hant"),
        ("Arabic (ar)", "ar"),
        ("Klingonese", None),
    ],
)
def test_languages_are_known_by_their_tag_or_name(written, tag):
    assert language_tag(written) == tag


def test_answers_in_texts_become_placeholders_and_braces_stay_braces(convert):
    conversion = convert("type | name | label\ntext | who | Who?\ntext | why | Why {is} ${who} here?")
    assert plain(conversion)["pages"][1]["items"][0]["text"] == {"en": "Why {{is}} {answer.who|…} here?"}


def test_reserved_and_illegal_names_are_renamed_wherever_they_are_used(convert):
    conversion = convert(
        "type | name | label | relevant\ntext | model | Model? |\ntext | 2nd-car | Car? | ${model} = 'x'\n"
        "text | a__b | B? | ${2nd-car} != ''"
    )
    pages = plain(conversion)["pages"]
    assert [page["items"][0]["id"] for page in pages] == ["model_2", "q_2nd_car", "a_b"]
    assert pages[1]["items"][0]["show"] == {"answer": "model_2", "equals": "x"}
    assert pages[2]["items"][0]["show"] == {"answer": "q_2nd_car", "answered": True}
    assert [fault.place for fault in conversion.notes if fault.place.startswith("survey")] == [
        "survey!B2",
        "survey!B3",
        "survey!B4",
    ]


def test_calculations_are_kept_values_in_any_order(convert):
    conversion = convert("""
        type | name | label | calculation | constraint
        calculate | level | | if(${sum} > 5, 'high', 'low')
        calculate | sum | | ${a} + ${b}
        integer | a | A? | | . >= 0 and . <= 9
        integer | b | B? | | . >= 0 and . <= 9
        """)
    calculated = plain(conversion)["calculated"]
    assert calculated["sum"] == {"sum": [{"answer": "a"}, {"answer": "b"}], "keep": "number"}
    assert calculated["level"]["keep"] == "text"


def command(*arguments):
    return CliRunner().invoke(app, ["import-xlsform", *map(str, arguments)])


def test_the_command_writes_what_is_convertible_and_ends_with_1(tmp_path):
    survey = table("type | name | label\ntext | a | A?\naudio | b | B?")
    form = write_form(tmp_path / "form.xlsx", {"survey": survey})
    run = command(form)
    assert run.exit_code == 1
    assert "survey!A3: unsupported: type audio at row 3" in run.stderr
    assert "1 items on 1 pages in en; 1 things are unsupported or wrong" in run.stdout
    definition_from_yaml((tmp_path / "form.yaml").read_bytes(), "form.yaml")
    assert isinstance(command(form).exception, InvalidInput)
    assert command(form, "--output", tmp_path / "form.yaml").exit_code == 1


def test_the_command_ends_with_0_when_nothing_is_left_out(tmp_path):
    form = write_form(tmp_path / "form.xlsx", {"survey": table("type | name | label\ntext | a | A?")})
    assert command(form, "--output", tmp_path / "out.yaml").exit_code == 0


SERVICE = """
type | name | label::English (en) | label::简体中文 (zh-Hans) | hint::English (en) | hint::简体中文 (zh-Hans) | relevant | required | constraint | constraint_message::English (en) | constraint_message::简体中文 (zh-Hans) | calculation
note | welcome | Thank you for taking part. | 感谢您的参与。
select_one yn | consent | May we ask a few questions? | 可以问您几个问题吗？ | | | | yes
begin_group | visit | Your visit | 您的到店 | | | ${consent} = 'yes'
date | visited_on | When were you here? | 您哪天到店？ | | | | yes | . <= today() | Not in the future | 不能晚于今天
select_multiple work | work | What was done? | 做了哪些项目？ | Tick all | 可多选 | | yes | not(selected(., 'none') and count-selected(.) > 1) | Nothing, or something | “没有”不能同时选
select_one workshop or_other | workshop | Which workshop? | 哪个车间？ | | | count-selected(${work}) > 0
integer | waited | How many minutes did you wait? | 您等了几分钟？ | Roughly | 大概 | | no | . >= 0 and . <= 600 | 0 to 600 | 0到600
decimal | paid | What did you pay? | 您付了多少钱？ | In yuan | 单位：元 | | | . >= 0 and . <= 100000
begin_group | waiting | The waiting room | 休息区 | | | ${waited} > 10
select_one five | seats | The seats | 座椅
select_one five | drinks | The drinks | 饮料
select_one five | screen | The screen with the state of the work | 显示维修进度的屏幕
end_group
end_group
begin_group | result | The result | 结果 | | | ${consent} = 'yes'
select_one yn | solved | Is the problem solved? | 问题解决了吗？ | | | not(selected(${work}, 'none')) | yes
text | unsolved | What is left? | 还有什么没解决？ | | | ${solved} != 'yes' | ${solved} = 'no'
select_one five | quality | The quality of the work | 维修质量
select_one five | value | What you got for the price | 性价比 | | | ${paid} > 0
end_group
calculate | hourly | | | | | | | | | | ${waited} * 60
calculate | patience | | | | | | | | | | if(${waited} > 60 or ${waited} = '', 'none', 'some')
select_one five | overall | All in all | 总体满意度 | | | | yes
select_multiple reasons or_other | reasons | Why? | 为什么？ | | | ${overall} <= 2
text | why | ${waited} minutes: please tell us more | ${waited}分钟：请告诉我们更多 | | | ${overall} <= 2 and ${patience} = 'none'
select_one yn | again | Will you come again? | 您还会再来吗？
select_one yn | call | May we call you? | 可以给您打电话吗？ | | | ${again} = 'no' or ${overall} < 3
text | when | When may we call? | 什么时候方便？ | | | ${call} = 'yes' and not(${again} = 'yes')
rank work | next | What would you come for next? | 下次会为哪些项目来？ | Best first | 最想的在前
note | bye | That was all. | 就这些。
"""  # noqa: E501
LISTS = """
list_name | name | label::English (en) | label::简体中文 (zh-Hans)
yn | yes | Yes | 是
yn | no | No | 否
work | service | Service | 保养
work | repair | Repair | 维修
work | none | Nothing | 没有
workshop | north | North | 北厂
workshop | south | South | 南厂
five | 1 | Very poor | 很差
five | 2 | Poor | 较差
five | 3 | Fair | 一般
five | 4 | Good | 较好
five | 5 | Very good | 很好
reasons | price | Price | 价格
reasons | time | Time | 时间
"""


def test_a_form_as_they_are_published_converts_without_loss(convert):
    conversion = convert(
        SERVICE, LISTS, "form_title | form_id | version\nAfter the service | after_service | 2026093001"
    )
    assert said(conversion.serious) == []
    definition = definition_from_yaml(conversion.text.encode(), "form.yaml")
    assert (conversion.items, conversion.languages) == (22, ("en", "zh-Hans"))
    assert [page.id for page in definition.asked] == [
        *("welcome", "consent", "visit", "visit_2", "visit_3", "result", "result_2", "overall", "reasons"),
        *("why", "again", "call", "when", "next", "bye"),
    ]
    assert definition.item("reasons").show.one_of == ("1", "2")
    assert definition.calculated["patience"].keep == "text"
    assert "split" in {fault.code for fault in conversion.notes}
