import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyplat.audit.masking import KINDS, mask

VIN = "LSVAU2A37N2183294"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("写信到zhang.wei@163.com谢谢", "写信到[email]谢谢"),
        ("mail josé.o'neil+x@exämple.co.uk.", "mail [email]."),
        ("ＺＨＡＮＧ＠１６３．ＣＯＭ", "[email]"),
        ("电话13812345678谢谢", "电话[phone]谢谢"),
        ("tel:138 1234 5678", "tel:[phone]"),
        ("138-1234-5678", "[phone]"),
        ("我的手机是１３８１２３４５６７８。", "我的手机是[phone]。"),
        ("+86 138 1234 5678 call me", "[phone] call me"),
        ("021-62345678转2", "[phone]转2"),
        ("(010) 6234 5678", "[phone]"),
        ("400-820-8888", "[phone]"),
        ("ring +44 20 7946 0958 please", "ring [phone] please"),
        ("+1 (650) 253-0000", "[phone]"),
        (f"车架号{VIN}在异响", "车架号[vin]在异响"),
        (VIN.lower(), "[vin]"),
        ("我的车京A12345被划了", "我的车[plate]被划了"),
        ("粤B·D12345 新能源", "[plate] 新能源"),
        ("沪a 12345", "[plate]"),
        ("京A1234警", "[plate]"),
        ("身份证11010119900307123X", "身份证[id]"),
        ("110101 19900307 1234", "[id]"),
        ("card 6222 0212 3456 7890", "card [id]"),
        ("看https://a.example/x?id=1很好", "看[url]很好"),
        ("看www.example.com/a", "看[url]"),
        ("去example.com.cn看看", "去[url]看看"),
    ],
)
def test_each_kind_gets_its_mark_and_the_words_beside_it_stay(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "",
        "等了45分钟,花了1280元,里程120000公里",
        "On 2026-07-15 at 10:30 I waited 45 min; the bill was 1,280.50 yuan.",
        "The A6L at 35000 km drives like an EV400, 10/10!",
        "characterizations of the workshop",
        "新车很好,川流不息的客人,京城最好的店",
        "3.5 stars, see you @ the dealer",
    ],
)
def test_figures_dates_and_models_stay(text: str) -> None:
    assert mask(text) == text


@pytest.mark.parametrize(
    ("name", "text", "masked"),
    [
        ("王小明", "我叫王小明,小明来修车,王先生不满意", "我叫[name],[name]来修车,[name]不满意"),
        ("王 小明", "王小明", "[name]"),
        ("张伟", "张伟说张师傅很好,伟大的店", "[name]说[name]很好,伟大的店"),
        ("欧阳娜娜", "欧阳女士", "[name]"),
        ("John Smith", "I am john smith. Smith, John! 我是John啊", "I am [name]. [name]! 我是[name]啊"),
        ("Li Na", "Ms. Li came; li is short, Li Na is not", "[name] came; li is short, [name] is not"),
        ("张伟 (David)", "张伟, David", "[name], [name]"),
        ("𠮷田", "𠮷田来了", "[name]来了"),
        ("An", "An hour, an oil change; Mr. An left", "An hour, an oil change; [name] left"),
        ("O'Neil-Smith", "o'neil-smith was here", "[name] was here"),
        ("  ", "nothing", "nothing"),
        ("-", "a - b", "a - b"),
        ("A", "a wait, A grade", "a wait, A grade"),
        ("12", "12 min", "12 min"),
        ("无", "无异响", "无异响"),
        ("phone", "call [phone], the phone", "call [phone], the [name]"),
    ],
)
def test_the_customers_own_name_is_masked_in_full_in_parts_and_with_a_title(name: str, text: str, masked: str) -> None:
    assert mask(text, [name]) == masked


def test_overlapping_finds_are_masked_together_under_the_first_kind() -> None:
    assert mask("https://a.example/?mail=zhang@163.com&tel=13812345678") == "[url]"
    assert mask("smith@example.com", ["Smith"]) == "[email]"


_SNIPPETS = st.sampled_from(
    [
        *(
            "13812345678",
            VIN,
            "京A12345",
            "a@b.cn",
            "www.a.cn",
            "11010119900307123X",
            "+442079460958",
            "王小明",
            "Smith",
        ),
        *("[", "]", " ", "-", ".", "@", "1", "Ｖ", "\n", "和"),
        *KINDS,
    ]
)


@given(st.lists(_SNIPPETS | st.text(max_size=8), max_size=12).map("".join), st.lists(st.text(max_size=8), max_size=2))
def test_masking_twice_is_masking_once(text: str, names: list[str]) -> None:
    masked = mask(text, names)
    assert mask(masked, names) == masked


@given(
    st.sampled_from(["13812345678", VIN, "zhang@163.com", "11010119900307123X", "https://a.example/b", "王小明"]),
    st.text(alphabet="好的店很,。 \n!", max_size=20),
    st.text(alphabet="好的店很,。 \n!", max_size=20),
)
def test_a_planted_datum_never_survives_among_chinese_words(planted: str, before: str, after: str) -> None:
    masked = mask(before + planted + after, ["王小明"])
    assert planted not in masked
    assert re.search(rf"\[({'|'.join(KINDS)})\]", masked)
