"""What came for one item becomes its answer, or is refused with a sentence of the chrome that says why."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from surveyplat.forms.day_bounds import DayBounds
from surveyplat.forms.elements import Text
from surveyplat.forms.items import (
    Choice,
    ConstantSumItem,
    DateItem,
    MultipleItem,
    NumberItem,
    RankingItem,
    places_of,
)
from surveyplat.forms.locales import day, number
from surveyplat.forms.typed import day_of, number_of

DONT_KNOW: dict[str, str] = {"missing": "dont_know"}
DONT_KNOW_FIELD = "dk"
"""The value that the "don't know" choice of a rating sends."""
CONSENTED = "yes"
"""The value that a ticked consent sends."""
MOST_WORDS = 200
"""How many characters "other, please say" takes."""
SAMPLE_DAY = "2026-09-30"
"""How a day is written, where a sentence has to show it."""

Values = Sequence[str]
"""What came under one field's name, in the order sent."""

_UNSTORABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_MOST_SHARE = 9


class Refused(Exception):
    """What came is no answer: the chrome's sentence, and the values that stand in it, texts of the definition too."""

    def __init__(self, sentence: str, **values: str | Text) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.values = values


def read_point(values: Values, points: range, *, dont_know: bool) -> int | dict[str, str] | None:
    value = _last(values)
    if not value:
        return None
    if dont_know and value == DONT_KNOW_FIELD:
        return dict(DONT_KNOW)
    if value.isascii() and value.isdigit() and len(value) < 4 and int(value) in points:
        return int(value)
    raise Refused("fault_unknown_choice")


def read_code(values: Values, choices: Sequence[Choice]) -> str | None:
    value = values[-1] if values else ""
    if value and value not in {choice.code for choice in choices}:
        raise Refused("fault_unknown_choice")
    return value or None


def read_codes(item: MultipleItem, values: Values) -> list[str]:
    codes = ticked([choice.code for choice in item.choices], values)
    exclusive = [choice for choice in item.choices if choice.exclusive and choice.code in codes]
    if exclusive and len(codes) > 1:
        raise Refused("fault_exclusive", choice=exclusive[0].text)
    if item.most and len(codes) > item.most:
        raise Refused("fault_most", count=str(item.most))
    return codes


def ticked(codes: Sequence[str], values: Values) -> list[str]:
    """The ticked codes, each once, in the questionnaire's order."""
    chosen = {value for value in values if value}
    if not chosen <= set(codes):
        raise Refused("fault_unknown_choice")
    return [code for code in codes if code in chosen]


def read_consent(values: Values) -> bool:
    """Whether the statement was ticked. A page that was sent without the tick says that it was not."""
    sent = {value for value in values if value}
    if not sent <= {CONSENTED}:
        raise Refused("fault_unknown_choice")
    return bool(sent)


def read_text(values: Values, longest: int) -> str | None:
    text = clean_text(values[-1]) if values else ""
    if len(text) > longest:
        raise Refused("fault_too_long", count=str(longest))
    return text or None


def clean_text(text: str) -> str:
    """Line ends as one line feed; without what no store can keep: control characters and halves of surrogate pairs."""
    return _UNSTORABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def read_number(item: NumberItem, values: Values, language: str) -> int | float | None:
    """A number within the item's range and decimals; its unit may stand behind it. Whole numbers are int."""
    text = _last(values)
    if not text:
        return None
    try:
        given = number_of(_without_unit(item, text), language)
    except ValueError:
        raise Refused("fault_number", example=number(item.minimum, item.decimals, language)) from None
    for bound, sentence, beyond in (
        (item.minimum, "fault_below", given < _exact(item.minimum)),
        (item.maximum, "fault_above", given > _exact(item.maximum)),
    ):
        if beyond:
            raise Refused(sentence, bound=_with_unit(item, bound, language))
    if given != round(given, item.decimals):
        sentence = "fault_decimals" if item.decimals else "fault_whole"
        raise Refused(sentence, count=str(item.decimals))
    return int(given) if given == int(given) else float(given)


def _without_unit(item: NumberItem, text: str) -> str:
    units = sorted((item.unit or {}).values(), key=len, reverse=True)
    unit = next((unit for unit in units if text.casefold().endswith(unit.casefold())), "")
    return text[: len(text) - len(unit)]


def _with_unit(item: NumberItem, bound: float, language: str) -> str:
    unit = f" {item.unit[language]}" if item.unit else ""
    return number(bound, item.decimals, language) + unit


def _exact(bound: float) -> Decimal:
    """The bound as the definition writes it: 0.1, not the nearest binary fraction."""
    return Decimal(repr(bound))


def read_day(item: DateItem, values: Values, language: str, bounds: DayBounds) -> str | None:
    """A day between the item's bounds, as ISO 8601."""
    text = _last(values)
    if not text:
        return None
    try:
        given = day_of(text)
    except ValueError:
        raise Refused("fault_date", example=SAMPLE_DAY) from None
    earliest, latest = bounds.of(item)
    if earliest and given < earliest:
        raise Refused("fault_early", day=day(earliest, language))
    if latest and given > latest:
        raise Refused("fault_late", day=day(latest, language))
    return given.isoformat()


def read_ranking(item: RankingItem, places: Sequence[Values]) -> list[str] | None:
    """The codes from the first place on. Fewer places than asked for are an answer too, unless it is required."""
    codes = [read_code(values, item.choices) for values in places]
    given = [code for code in codes if code]
    labels = {choice.code: choice.text for choice in item.choices}
    for code in given:
        if given.count(code) > 1:
            raise Refused("fault_rank_twice", choice=labels[code])
    if not given:
        return None
    if codes[: len(given)] != given:
        raise Refused("fault_rank_hole", number=str(codes.index(None) + 1))
    if item.required and len(given) < places_of(item):
        raise Refused("fault_rank_places", count=str(places_of(item)))
    return given


def read_shares(item: ConstantSumItem, parts: Mapping[str, Values], language: str) -> dict[str, dict[str, int]] | None:
    """Each choice's share; what was left empty got nothing. They add up to the total."""
    typed = {choice.code: _last(parts.get(choice.code, ())) for choice in item.choices}
    if not any(typed.values()):
        return None
    points = {choice.code: _share(choice, typed[choice.code], language) for choice in item.choices}
    given = sum(points.values())
    if given != item.total:
        sentence = "fault_sum_short" if given < item.total else "fault_sum_above"
        amounts = {"sum": given, "total": item.total, "rest": abs(item.total - given)}
        raise Refused(sentence, **{name: number(amount, 0, language) for name, amount in amounts.items()})
    return {"points": points}


def _share(choice: Choice, text: str, language: str) -> int:
    try:
        given = number_of(text, language) if text else Decimal(0)
    except ValueError:
        given = Decimal(-1)
    if given < 0 or given != int(given) or len(str(int(given))) > _MOST_SHARE:
        raise Refused("fault_share", choice=choice.text)
    return int(given)


def _last(values: Values) -> str:
    return values[-1].strip() if values else ""
