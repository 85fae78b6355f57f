"""XLSForms with what cannot be converted, or is wrong: all of it is named with its row and place."""

import pytest
from forms_converted import CHOICES, converter, plain, said
from forms_xlsforms import table, write_form

from surveyplat.errors import InvalidInput
from surveyplat.forms.xlsform.converting import convert_xlsform


@pytest.fixture
def convert(tmp_path):
    return converter(tmp_path)


UNSUPPORTED = """
type | name | label | hint | relevant | constraint | appearance | default | readonly | choice_filter | media::image | calculation | repeat_count
start | start
geopoint | where | Where?
image | photo | Photo?
begin_repeat | again | Again | | | | field-list | | | | | | 3
text | a | A **bold** ${where}? | | regex(${a}, 'x') and pulldata('a') | string-length(.) < 5 | multiline | x | yes
end_repeat
select_one yn | b | B? | | ../a = 1 | | minimal | | | x = 1 | b.png
calculate | c | | | | | | | | | | concat('a', 'b')
text | d | D? | | ${c} = 'ab' and ${later} = 'x'
text | later | L?
note | e | E | | | 1 = 1
"""  # noqa: E501


def test_everything_unsupported_is_named_with_its_row_and_place(convert):
    conversion = convert(UNSUPPORTED, entities="list_name | label\nx | y")
    assert [text.partition(". ")[0] for text in said(conversion.serious)] == [
        "survey!A2: unsupported: type start at row 2",
        "survey!A3: unsupported: type geopoint at row 3",
        "survey!A4: unsupported: type image at row 4",
        "survey!A5: unsupported: repeat again at row 5",
        "survey!G5: unsupported: appearance field-list at row 5",
        "survey!M5: unsupported: repeat_count at row 5",
        "survey!C6: unsupported: markup **bold** in label at row 6",
        "survey!C6: unsupported: ${where}, itself not converted (row 3), in label at row 6",
        "survey!E6: unsupported: function regex() in relevant at row 6",
        "survey!E6: unsupported: function pulldata() in relevant at row 6",
        "survey!F6: unsupported: function string-length() in constraint at row 6",
        "survey!H6: unsupported: default at row 6",
        "survey!I6: unsupported: readonly at row 6",
        'survey!E8: expression: relevant at row 8 cannot be read: ".." is a path, and only ${name} is read '
        "(character 1)",
        "survey!G8: unsupported: appearance minimal at row 8",
        "survey!J8: unsupported: choice_filter at row 8",
        "survey!K8: unsupported: media::image at row 8",
        "survey!L9: unsupported: function concat() in calculation at row 9",
        "survey!E10: unsupported: ${c}, itself not converted (row 9), in relevant at row 10",
        "survey!F12: unsupported: constraint at row 12",
        "entities!A1: unsupported: sheet entities at row 1",
    ]
    assert [item["id"] for page in plain(conversion)["pages"] for item in page["items"]] == [
        "a",
        "b",
        "d",
        "later",
        "e",
    ]


def test_a_rule_about_a_later_answer_is_unsupported(convert):
    conversion = convert("type | name | label | relevant\ntext | a | A? | ${b} = 'x'\ntext | b | B? |")
    assert "unsupported: b, asked later, in relevant at row 2" in said(conversion.serious)[0]


FAULTY = """
type | name | label | relevent
text | a | A? |
text | a | Again? |
select_one yna | b | B? |
select_one | c | C? |
txet | d | D? |
end_group
begin_group | g | G |
text | f | | ${aa} = 'x'
 | h | H? |
"""


TAUGHT = """
survey!B3: duplicate-name: the name a was given at row 2 already. Give each row its own; this one is left out
survey!A4: unknown-list: no list is called yna. Did you mean yn? Name a list of the sheet choices; the row is left out
survey!A5: missing-list: the type at row 5 names no list. Write the name of a list of the sheet choices: select_one LIST
survey!A6: unsupported: type txet at row 6. Did you mean text? It is left out
survey!A7: missing-begin: an end_group stands at row 7, and no group is open there. Write begin_group where it starts, or remove this row
survey!A8: missing-end: the group g begins here and never ends. Write a row of the type end_group where it ends; it is taken to end with the form
survey!C9: missing-label: row 9 has no label. Write one; "f" stands in its place
survey!D9: unknown-name: ${aa} is the name of no row, in relevant at row 9. Did you mean a? Name a row of the sheet survey
survey!A10: missing-type: row 10 has no type. Write one, such as text
choices!B7: duplicate-choice: the list yn has the choice no already. Give each its own name; this one is left out
choices!A8: missing-list-name: list_name is empty. Write it
"""  # noqa: E501


def test_the_forms_own_faults_teach(convert):
    choices = CHOICES + "yn | no | Twice\n | maybe | Maybe\n"
    conversion = convert(FAULTY.replace("relevent", "relevant | relevent"), choices)
    assert said(conversion.serious) == TAUGHT.strip().splitlines()


def test_a_misspelt_column_is_named_with_the_one_that_was_meant(convert):
    conversion = convert("type | name | label | relevent\ntext | a | A? | x")
    assert said(conversion.serious) == [
        "survey!D1: unsupported: column relevent at row 1. Did you mean relevant? The column is left out"
    ]


@pytest.mark.parametrize(
    ("sheets", "cause"),
    [
        ({"questions": "type | name\ntext | a"}, "there is no sheet survey, only questions"),
        ({"survey": "typ | name\ntext | a"}, "the sheet has no column type"),
        ({"survey": "type | name | name\ntext | a | b"}, "the column name is there already, as B"),
    ],
)
def test_what_is_no_form_is_refused(tmp_path, sheets, cause):
    path = write_form(tmp_path / "form.xlsx", {name: table(text) for name, text in sheets.items()})
    with pytest.raises(InvalidInput, match=cause):
        convert_xlsform(path)


def test_blank_rows_keep_the_numbers_of_the_others(convert):
    conversion = convert([[None], ["type", "name", "label"], [None], ["audio", "a", "A?"], ["text", "b", "B?"]])
    assert [fault.place for fault in conversion.serious] == ["survey!A4"]


def test_what_is_no_workbook_is_refused(tmp_path):
    (tmp_path / "form.xlsx").write_text("type,name\n")
    for name in ("form.xlsx", "absent.xlsx"):
        with pytest.raises(InvalidInput, match=name):
            convert_xlsform(tmp_path / name)
