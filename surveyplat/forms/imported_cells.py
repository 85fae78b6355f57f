"""A cell of answers collected elsewhere becomes the form fields that a browser would have sent for it."""

import re
from collections.abc import Iterator, Mapping

from surveyplat.forms.answers import DONT_KNOW_FIELD
from surveyplat.forms.items import (
    ConsentItem,
    ConstantSumItem,
    DateItem,
    Item,
    MultipleItem,
    NumberItem,
    ProblemsItem,
    RankingItem,
    RatingItem,
    RecommendationItem,
    SingleItem,
    TextItem,
    places_of,
)
from surveyplat.forms.language import Definition
from surveyplat.forms.locales import number, typed_number
from surveyplat.forms.reading import SAMPLE_DAY

DIVIDED_BY = "|"
_SHARE_AFTER = "="
_TAKEN_NOWHERE = "?"
"""Neither a code nor a number."""
_WITH_POINT = re.compile(r"-?\d{1,15}\.\d{1,6}", re.ASCII)

Fields = Iterator[tuple[str, str]]


def cell_fields(definition: Definition, item: Item, cell: str, language: str) -> Fields:
    """The fields of one item. What is malformed becomes a value that no page takes, so that reading it refuses it."""
    match item:
        case MultipleItem() | ProblemsItem():
            yield from ((item.id, code) for code in _parts(cell))
        case RankingItem():
            yield from _places(item, cell)
        case ConstantSumItem():
            yield from _shares(item, cell)
        case ConsentItem():
            yield item.id, "" if cell == "no" else cell
        case RatingItem():
            dont_know = definition.scales[item.scale].dont_know or {}
            yield item.id, DONT_KNOW_FIELD if cell in dont_know.values() else cell
        case NumberItem():
            yield item.id, typed_number(float(cell), language) if _WITH_POINT.fullmatch(cell) else cell
        case _:
            yield item.id, cell


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(DIVIDED_BY)] if cell else []


def _places(item: RankingItem, cell: str) -> Fields:
    codes = _parts(cell)
    if len(codes) > places_of(item):
        codes = [_TAKEN_NOWHERE]
    yield from ((f"{item.id}__{place}", code) for place, code in enumerate(codes, start=1))


def _shares(item: ConstantSumItem, cell: str) -> Fields:
    pairs = [part.partition(_SHARE_AFTER) for part in _parts(cell)]
    shares: Mapping[str, str] = {code.strip(): share for code, _, share in pairs}
    known = {choice.code for choice in item.choices}
    if len(shares) < len(pairs) or not shares.keys() <= known or not all(share.strip() for share in shares.values()):
        shares = {item.choices[0].code: _TAKEN_NOWHERE}
    yield from ((f"{item.id}__{code}", share) for code, share in shares.items())


def what_is_taken(definition: Definition, item: Item) -> str:
    """What an item's cell may hold, for whoever has to correct it."""
    match item:
        case RatingItem() | RecommendationItem():
            scale = definition.scale_of(item)
            dont_know = "".join(f' or "{text}"' for text in (scale.dont_know or {}).values())
            return f"a whole number from {scale.minimum} to {scale.maximum}{dont_know}"
        case SingleItem():
            return f"one of {_codes(item)}"
        case MultipleItem():
            most = f"at most {item.most} " if item.most else ""
            return f"{most}codes divided by |, an exclusive one alone, of {_codes(item)}"
        case ProblemsItem():
            return f"problems of {item.category} divided by |"
        case _:
            return _what_is_typed(item)


def _what_is_typed(item: Item) -> str:
    match item:
        case TextItem():
            return f"a text of at most {item.max_length} characters"
        case NumberItem():
            kind = f"a number with at most {item.decimals} decimals" if item.decimals else "a whole number"
            low, high = (number(bound, item.decimals, "en") for bound in (item.minimum, item.maximum))
            return f"{kind} from {low} to {high}"
        case DateItem():
            within = [f"{word} {day}" for word, day in (("from", item.earliest), ("to", item.latest)) if _fixed(day)]
            return " ".join((f"a day such as {SAMPLE_DAY}", *within))
        case RankingItem():
            return f"up to {places_of(item)} codes divided by |, the first place first, each once, of {_codes(item)}"
        case ConstantSumItem():
            sample = f"{item.choices[0].code}={item.total}"
            return f"shares such as {sample} divided by |, {item.total} in all, of {_codes(item)}"
        case ConsentItem():
            return "yes or no"
    return "an item that takes an answer"


def _codes(item: SingleItem | MultipleItem | RankingItem | ConstantSumItem) -> str:
    return ", ".join(choice.code for choice in item.choices)


def _fixed(bound: object) -> bool:
    return isinstance(bound, str) and bound != "today"
