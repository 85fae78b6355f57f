"""The columns of a snapshot: which ones a definition makes, and what one response puts into them."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from surveyplat.errors import DefinitionError, Fault
from surveyplat.forms.elements import Text
from surveyplat.forms.items import (
    WORDS_SUFFIX,
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
    derived_names,
    other_choice,
)
from surveyplat.forms.language import Definition
from surveyplat.forms.progress import SHOWN_ITEMS
from surveyplat.missing import Missing

Kind = Literal[
    "key",
    "rating",
    "recommendation",
    "single",
    "multiple",
    "problem",
    "consent",
    "number",
    "date",
    "ranking",
    "constant_sum",
    "text",
    "calculated",
    "seconds",
]
Value = int | float | str | date | None
Row = tuple[Value, ...]
Masking = Callable[[str], str]

KEY_COLUMNS: tuple[tuple[str, str], ...] = (
    ("response_id", "String"),
    ("dealer", "String"),
    ("region", "String"),
    ("customer", "String"),
    ("model", "String"),
    ("build_month", "String"),
    ("occasion_on", "Date"),
    ("language", "String"),
    ("source", "String"),
)
_PLACES = {name: place for place, (name, _) in enumerate(KEY_COLUMNS)}


def key_value(row: Row, name: str) -> Value:
    """What a row holds in a key column."""
    return row[_PLACES[name]]


def with_key_values(row: Row, values: Mapping[str, Value]) -> Row:
    """The row with other values in the key columns that ``values`` names."""
    by_place = {_PLACES[name]: value for name, value in values.items()}
    return tuple(by_place.get(place, value) for place, value in enumerate(row))


def row_order(row: Row) -> tuple[Value, ...]:
    """What a snapshot's rows are sorted by: dealer, customer and response."""
    return tuple(row[_PLACES[name]] for name in ("dealer", "customer", "response_id"))


@dataclass(frozen=True)
class Column:
    """One column: ``type`` as polars names it; ``code`` is the choice or problem that the column stands for.

    Whole-number columns hold the codes of ``Missing``, which no answer has. A number may be negative, and a code, a day
    or a text has no number: in columns of every other type whatever is missing is null, for whatever reason.
    """

    name: str
    type: str
    kind: Kind
    item: str = ""
    page: str = ""
    code: str = ""
    codes: tuple[str, ...] = ()
    """The codes that a ``single`` or ``ranking`` column may hold."""
    scale: tuple[float, float] | None = None
    """The lowest and the highest value."""
    place: int = 0
    """The place of a ranking, from 1."""
    unit: Text | None = None

    @property
    def counts_missing(self) -> bool:
        """Whether it tells the kinds of missing apart."""
        return self.type in ("Int16", "Int32")

    def described(self) -> dict[str, Any]:
        """The column as the manifest tells it; what does not apply is left out."""
        described = {"name": self.name, "type": self.type, "kind": self.kind, "item": self.item, "code": self.code}
        shown: dict[str, Any] = {key: value for key, value in described.items() if value}
        if self.codes:
            shown["codes"] = list(self.codes)
        if self.scale:
            shown["minimum"], shown["maximum"] = self.scale
        if self.place:
            shown["place"] = self.place
        if self.unit:
            shown["unit"] = dict(self.unit)
        return shown


def snapshot_columns(definition: Definition) -> tuple[Column, ...]:
    """The key columns, every item's in the questionnaire's order, the calculated values that are kept, pages' seconds.

    Raises ``DefinitionError`` when two of them would have the same name.
    """
    keys = [Column(name, type_, "key") for name, type_ in KEY_COLUMNS]
    items = [column for page, item in definition.items() for column in _item_columns(definition, page.id, item)]
    columns = (*keys, *items, *_calculated(definition), *_seconds(definition))
    names = Counter(column.name for column in columns)
    if repeated := [name for name, count in names.items() if count > 1]:
        raise DefinitionError([_twice(definition, name) for name in repeated])
    return columns


def seconds_column(page: str) -> str:
    """The name of the column that tells how long a page was shown."""
    return f"seconds__{page}"


def _seconds(definition: Definition) -> Iterator[Column]:
    """How long each page was shown, in whole seconds: not answered where the page was saved and no stamp told it."""
    for page in definition.asked:
        yield Column(seconds_column(page.id), "Int32", "seconds", page=page.id)


def _twice(definition: Definition, name: str) -> Fault:
    cause = f'"{name}" would name two columns of the snapshot'
    return Fault("column", definition.study, cause, "Give the item, the choice or the problem another id")


def _item_columns(definition: Definition, page: str, item: Item) -> Iterator[Column]:
    """The columns of one item; those that it makes beside its own are named by ``derived_names``."""
    name, names = item.id, derived_names(item)
    match item:
        case RatingItem() | RecommendationItem():
            scale = definition.scale_of(item)
            yield Column(name, "Int16", item.type, name, page, scale=(scale.minimum, scale.maximum))
        case SingleItem():
            yield Column(name, "String", "single", name, page, codes=tuple(choice.code for choice in item.choices))
        case MultipleItem():
            for column, choice in zip(names, item.choices, strict=False):
                yield Column(column, "Int16", "multiple", name, page, choice.code)
        case ProblemsItem():
            for problem in names:
                yield Column(problem, "Int16", "problem", name, page, problem)
        case ConsentItem():
            yield Column(name, "Int16", "consent", name, page)
        case _:
            yield from _typed_columns(page, item)
    if other_choice(item):
        yield Column(name + WORDS_SUFFIX, "String", "text", name + WORDS_SUFFIX, page)


def _typed_columns(page: str, item: Item) -> Iterator[Column]:
    name, names = item.id, derived_names(item)
    match item:
        case NumberItem():
            yield Column(name, "Float64", "number", name, page, scale=(item.minimum, item.maximum), unit=item.unit)
        case DateItem():
            yield Column(name, "Date", "date", name, page)
        case TextItem():
            yield Column(name, "String", "text", name, page)
        case RankingItem():
            codes = tuple(choice.code for choice in item.choices)
            for place, column in enumerate(names, start=1):
                yield Column(column, "String", "ranking", name, page, codes=codes, place=place)
        case ConstantSumItem():
            for column, choice in zip(names, item.choices, strict=True):
                scale = (0, item.total)
                yield Column(column, "Int32", "constant_sum", name, page, choice.code, scale=scale, unit=item.unit)


def _calculated(definition: Definition) -> Iterator[Column]:
    for name, rule in definition.calculated.items():
        if rule.keep:
            yield Column(name, "Float64" if rule.keep == "number" else "String", "calculated", name)


def item_values(
    columns: tuple[Column, ...], answers: Mapping[str, Any], pages: Mapping[str, Any], mask: Masking
) -> Row:
    """What one response puts into all columns but the keys.

    An item of a page that was never saved, or that a rule hid on it, is not asked; on a saved page it has its answer or
    was not answered, where a problem not ticked is 0. Every text is masked, those of calculated values too.
    """
    return tuple(_value(column, _answer(column, answers, pages), mask) for column in columns if column.kind != "key")


_NOT_ASKED = {"missing": "not_asked"}


def _answer(column: Column, answers: Mapping[str, Any], pages: Mapping[str, Any]) -> Any:
    if column.kind == "seconds":
        page = pages.get(column.page)
        return _NOT_ASKED if page is None else page.get("seconds")
    return answers.get(column.item) if _was_asked(column, pages) else _NOT_ASKED


def _was_asked(column: Column, pages: Mapping[str, Any]) -> bool:
    if column.kind == "calculated":
        return True
    page, item = pages.get(column.page), column.item.removesuffix(WORDS_SUFFIX)
    return page is not None and item in page.get(SHOWN_ITEMS, (item,))


def _value(column: Column, answer: Any, mask: Masking) -> Value:
    if column.kind == "calculated":
        return _calculated_value(column, answer, mask)
    if column.counts_missing:
        return _coded(column, answer)
    if answer is None or (isinstance(answer, dict) and "missing" in answer):
        return None
    match column.kind:
        case "number":
            return float(answer)
        case "date":
            return date.fromisoformat(answer)
        case "ranking":
            return str(answer[column.place - 1]) if column.place <= len(answer) else None
        case "text":
            return mask(answer)
        case _:
            return str(answer)


def _coded(column: Column, answer: Any) -> int:
    """The value of a column of whole numbers, where each kind of missing has its code."""
    if isinstance(answer, dict) and "missing" in answer:
        return int(Missing[str(answer["missing"]).upper()])
    if column.kind == "problem":
        return int(column.code in (answer or ()))
    if answer is None:
        return int(Missing.NOT_ANSWERED)
    if column.kind == "constant_sum":
        return int(answer["points"][column.code])
    return int(column.code in answer) if column.kind == "multiple" else int(answer)


def _calculated_value(column: Column, value: Any, mask: Masking) -> Value:
    """A kept value in its declared type; null when it is missing or, for a number, when it is none."""
    if column.type == "Float64":
        return float(value) if isinstance(value, int | float) else None
    if value is None or isinstance(value, str):
        return None if value is None else mask(value)
    return mask("|".join(value)) if isinstance(value, list) else str(value)


_NOTHING = (int(Missing.NOT_ASKED), int(Missing.NOT_ANSWERED))


def nothing_answered(columns: tuple[Column, ...], values: Row) -> bool:
    """True when no item holds an answer; "don't know" and a page of unticked problems are answers.

    ``values`` are those of ``item_values``. What is calculated is nobody's answer, nor is the time that a page took.
    """
    own = [column for column in columns if column.kind != "key"]
    return all(
        value is None or (column.counts_missing and value in _NOTHING)
        for column, value in zip(own, values, strict=True)
        if column.kind not in ("calculated", "seconds")
    )
