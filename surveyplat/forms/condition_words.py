"""Conditions in words, for whoever reads a questionnaire rather than its file: "rating is at least 4 and ..."."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from surveyplat.forms.conditions import OPERATORS, AllOf, AnyOf, Condition, NoneOf, Reference
from surveyplat.forms.items import NumberItem
from surveyplat.forms.language import Definition
from surveyplat.forms.locales import day, number

_ENGLISH: Final[Mapping[str, str]] = {
    "equals": "{named} is {value}",
    "differs": "{named} is not {value}",
    "one_of": "{named} is one of {value}",
    "none_of": "{named} is none of {value}",
    "includes": "{named} includes {value}",
    "at_least": "{named} is at least {value}",
    "at_most": "{named} is at most {value}",
    "above": "{named} is above {value}",
    "below": "{named} is below {value}",
    "answered": "{named} is answered",
    "not answered": "{named} is not answered",
    "dont_know": '{named} is "don\'t know"',
    "not dont_know": '{named} is not "don\'t know"',
    "all": " and ",
    "any": " or ",
    "none": "not ({value})",
    "listed": ", ",
    "grouped": "({value})",
    "true": "true",
    "false": "false",
    "kind": "the kind of event",
    "date": "the day of the event",
    "dealer": "the dealer",
    "dealer_code": "the dealer's code",
    "region": "the region",
    "brand": "the brand",
    "model": "the model",
    "built_on": "the day of manufacture",
    "delivered_on": "the day of delivery",
    "language": "the language",
}
_CHINESE: Final[Mapping[str, str]] = {
    "equals": "{named} 为 {value}",
    "differs": "{named} 不为 {value}",
    "one_of": "{named} 为 {value} 之一",
    "none_of": "{named} 不为 {value} 中的任何一个",
    "includes": "{named} 包含 {value}",
    "at_least": "{named} 不低于 {value}",
    "at_most": "{named} 不高于 {value}",
    "above": "{named} 高于 {value}",
    "below": "{named} 低于 {value}",
    "answered": "{named} 已回答",
    "not answered": "{named} 未回答",
    "dont_know": "{named} 选了“不知道”",
    "not dont_know": "{named} 没有选“不知道”",
    "all": "，且 ",
    "any": "，或 ",
    "none": "并非（{value}）",
    "listed": "、",
    "grouped": "（{value}）",
    "true": "“是”",
    "false": "“否”",
    "kind": "事件类型",
    "date": "事件日期",
    "dealer": "经销商",
    "dealer_code": "经销商代码",
    "region": "区域",
    "brand": "品牌",
    "model": "车型",
    "built_on": "生产日期",
    "delivered_on": "交车日期",
    "language": "语言",
}


def in_words(condition: Condition, definition: Definition, language: str) -> str:
    """A condition in words: items, calculated values and codes by their names, days and numbers as is usual.

    In Chinese for every tag of Chinese, else in English.
    """
    return tightened(_Speaker(definition, language).condition(condition, grouped=False))


def tightened(words: str) -> str:
    """The words without spaces between Chinese characters, which only names and numbers in Latin letters need."""
    return _BETWEEN_CHINESE.sub("", words)


def is_chinese(language: str) -> bool:
    """Whether a language tag is one of Chinese."""
    return language.split("-")[0] == "zh"


_BETWEEN_CHINESE = re.compile(r"(?<=[\u3000-\uffef\u201c\u201d]) +(?=[\u3000-\uffef\u201c\u201d])")


class _Speaker:
    def __init__(self, definition: Definition, language: str) -> None:
        self._definition = definition
        self._chinese = is_chinese(language)
        self._language = language if self._chinese else "en"
        self._words = _CHINESE if self._chinese else _ENGLISH

    def condition(self, condition: Condition, grouped: bool) -> str:
        match condition:
            case AllOf(all=parts):
                return self._several(parts, "all", grouped)
            case AnyOf(any=parts):
                return self._several(parts, "any", grouped)
            case NoneOf(none=parts):
                return self._words["none"].format(value=self._several(parts, "any", grouped=False))
        compared = [self._comparison(name, condition, value) for name, value in _compared_with(condition)]
        return self._joined(compared, "all", grouped)

    def _several(self, parts: tuple[Condition, ...], way: str, grouped: bool) -> str:
        return self._joined([self.condition(part, grouped=len(parts) > 1) for part in parts], way, grouped)

    def _joined(self, parts: list[str], way: str, grouped: bool) -> str:
        words = self._words[way].join(parts)
        return self._words["grouped"].format(value=words) if grouped and len(parts) > 1 else words

    def _comparison(self, operator: str, compared: Reference, operand: Any) -> str:
        if operator in ("answered", "dont_know"):
            key = operator if operand else f"not {operator}"
            return self._words[key].format(named=self._named(compared))
        if isinstance(operand, tuple):
            value = self._words["listed"].join(self._value(each, compared) for each in operand)
        else:
            value = self._value(operand, compared)
        return self._words[operator].format(named=self._named(compared), value=value)

    def _named(self, reference: Reference) -> str:
        return self._words[reference.name] if reference.source in ("event", "customer") else reference.name

    def _value(self, value: Any, compared: Reference) -> str:
        match value:
            case Reference():
                return self._named(value)
            case bool():
                return self._words["true" if value else "false"]
            case int() | float():
                return number(value, 6, self._language) + self._unit(compared)
            case _:
                return self._day(value)

    def _unit(self, compared: Reference) -> str:
        items = (item for _, item in self._definition.items() if item.id == compared.answer)
        item = next(items, None)
        unit = item.unit if isinstance(item, NumberItem) else None
        return f" {unit.get(self._language) or next(iter(unit.values()))}" if unit else ""

    def _day(self, text: str) -> str:
        try:
            return day(date.fromisoformat(text), self._language)
        except ValueError:
            return text


def _compared_with(condition: Any) -> list[tuple[str, Any]]:
    return [(name, value) for name in OPERATORS if (value := getattr(condition, name)) is not None]
