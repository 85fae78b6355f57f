"""The columns of a snapshot: which ones a definition makes, and what one response puts into them."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from surveyplat.errors import DefinitionError, Fault
from surveyplat.forms.items import (
    Item,
    MultipleItem,
    ProblemsItem,
    RatingItem,
    RecommendationItem,
    SingleItem,
    TextItem,
)
from surveyplat.forms.language import Definition
from surveyplat.missing import Missing

Kind = Literal["key", "rating", "recommendation", "single", "multiple", "problem", "text"]
Value = int | str | date | None
Row = tuple[Value, ...]
Masking = Callable[[str], str]

KEY_COLUMNS: tuple[tuple[str, str], ...] = (
    ("response_id", "String"),
    ("dealer", "String"),
    ("region", "String"),
    ("customer", "String"),
    ("model", "String"),
    ("occasion_on", "Date"),
    ("language", "String"),
    ("source", "String"),
)


@dataclass(frozen=True)
class Column:
    """One column: ``type`` as polars names it; ``code`` is the choice or problem that an Int16 column stands for."""

    name: str
    type: str
    kind: Kind
    item: str = ""
    page: str = ""
    code: str = ""
    codes: tuple[str, ...] = ()
    """The codes that a ``single`` column may hold."""
    scale: tuple[int, int] | None = None

    def described(self) -> dict[str, Any]:
        """The column as the manifest tells it; what does not apply is left out."""
        described = {"name": self.name, "type": self.type, "kind": self.kind, "item": self.item, "code": self.code}
        shown: dict[str, Any] = {key: value for key, value in described.items() if value}
        if self.codes:
            shown["codes"] = list(self.codes)
        if self.scale:
            shown["minimum"], shown["maximum"] = self.scale
        return shown


def snapshot_columns(definition: Definition) -> tuple[Column, ...]:
    """The key columns, then those of every item in the questionnaire's order.

    Raises ``DefinitionError`` when two of them would have the same name.
    """
    keys = [Column(name, type_, "key") for name, type_ in KEY_COLUMNS]
    items = [column for page, item in definition.items() for column in _item_columns(definition, page.id, item)]
    names = Counter(column.name for column in (*keys, *items))
    if repeated := [name for name, count in names.items() if count > 1]:
        raise DefinitionError([_twice(definition, name) for name in repeated])
    return (*keys, *items)


def _twice(definition: Definition, name: str) -> Fault:
    cause = f'"{name}" would name two columns of the snapshot'
    return Fault("column", definition.study, cause, "Give the item, the choice or the problem another id")


def _item_columns(definition: Definition, page: str, item: Item) -> Iterator[Column]:
    match item:
        case RatingItem() | RecommendationItem():
            scale = definition.scale_of(item)
            yield Column(item.id, "Int16", item.type, item.id, page, scale=(scale.minimum, scale.maximum))
        case SingleItem():
            codes = tuple(choice.code for choice in item.choices)
            yield Column(item.id, "String", "single", item.id, page, codes=codes)
        case MultipleItem():
            for choice in item.choices:
                yield Column(f"{item.id}__{choice.code}", "Int16", "multiple", item.id, page, choice.code)
        case ProblemsItem():
            for problem in item.problems:
                yield Column(problem.id, "Int16", "problem", item.id, page, problem.id)
        case TextItem():
            yield Column(item.id, "String", "text", item.id, page)


def item_values(
    columns: tuple[Column, ...], answers: Mapping[str, Any], pages: Mapping[str, Any], mask: Masking
) -> Row:
    """What one response puts into the item columns.

    An item of a page that was never saved is not asked; on a saved page it has its answer or was not answered, where a
    problem not ticked is 0. A code or text that is missing, whatever the reason, is null.
    """
    return tuple(
        _value(column, answers.get(column.item) if column.page in pages else _NOT_ASKED, mask)
        for column in columns
        if column.kind != "key"
    )


_NOT_ASKED = {"missing": "not_asked"}


def _value(column: Column, answer: Any, mask: Masking) -> Value:
    if column.kind in ("single", "text"):
        return (mask(answer) if column.kind == "text" else answer) if isinstance(answer, str) else None
    if isinstance(answer, dict):
        return int(Missing[str(answer["missing"]).upper()])
    if column.kind == "problem":
        return int(column.code in (answer or ()))
    if answer is None:
        return int(Missing.NOT_ANSWERED)
    return int(column.code in answer) if column.kind == "multiple" else int(answer)


_NOTHING = (None, int(Missing.NOT_ASKED), int(Missing.NOT_ANSWERED))


def nothing_answered(values: Row) -> bool:
    """True when no item holds an answer; "don't know" and a page of unticked problems are answers."""
    return all(value in _NOTHING for value in values)
