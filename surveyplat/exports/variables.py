"""What each column of a snapshot is called, asks and may hold in one language: what labels and codebooks need."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from surveyplat.audit.columns import Column, Kind, snapshot_columns
from surveyplat.errors import ExportError
from surveyplat.forms.asked import Asked
from surveyplat.forms.elements import Text
from surveyplat.forms.items import (
    WORDS_SUFFIX,
    ConstantSumItem,
    Item,
    MultipleItem,
    NumberItem,
    ProblemsItem,
    RankingItem,
    RatingItem,
    RecommendationItem,
    SingleItem,
    other_choice,
)
from surveyplat.forms.language import Definition
from surveyplat.forms.wording import neutral
from surveyplat.missing import Missing
from surveyplat.reports.languages import nearest
from surveyplat.reports.phrases import phrases

Measure = Literal["nominal", "ordinal", "scale"]

_SCALE_POINTS: tuple[Kind, ...] = ("rating", "recommendation")
_TICKED: tuple[Kind, ...] = ("multiple", "problem")
_AMOUNTS: tuple[Kind, ...] = ("number", "date", "constant_sum", "seconds")


@dataclass(frozen=True)
class Value:
    """One code and what it stands for; ``is_missing`` codes are no answers."""

    code: int | str
    text: str
    is_missing: bool = False


@dataclass(frozen=True)
class Variable:
    """One column of the rows, in one language.

    ``question`` is the wording of the item that it comes from, empty where nobody was asked; ``label`` says what this
    column holds of it. A scale's points without a wording of their own are no ``values``.
    """

    column: Column
    label: str
    question: str = ""
    page: str = ""
    """The title of the page on which it was asked; empty for what is known without asking."""
    values: tuple[Value, ...] = ()
    decimals: int = 0
    unit: str = ""

    @property
    def name(self) -> str:
        return self.column.name

    @property
    def holds_texts(self) -> bool:
        """Whether it holds respondents' own words, masked, or values that may be made from them."""
        return self.column.type == "String" and self.column.kind in ("text", "calculated")

    @property
    def measure(self) -> Measure:
        """The level of measurement, in SPSS's words."""
        if self.column.kind in _SCALE_POINTS:
            return "ordinal"
        is_amount = self.column.kind in _AMOUNTS or self.column.type in ("Float64", "Date")
        return "scale" if is_amount else "nominal"


def describe_columns(definition: Definition, names: Sequence[str], language: str) -> tuple[Variable, ...]:
    """The variables of a snapshot whose columns have these ``names``, in their order.

    Texts that the definition has not in ``language`` are in the nearest one that it has. Raises ``ExportError`` when
    the definition does not explain a column.
    """
    known = {column.name: column for column in snapshot_columns(definition)}
    if unknown := [name for name in names if name not in known]:
        cause = f"the frozen rows have columns that the definition does not explain: {', '.join(unknown)}"
        raise ExportError(f"{definition.study}: {cause}. Export with the release that froze the period")
    describing = _Describing(definition, language)
    return tuple(describing.variable(known[name]) for name in names)


class _Describing:
    """The words of one definition in one language."""

    def __init__(self, definition: Definition, language: str) -> None:
        self._definition = definition
        self._words = phrases(language)
        self._text_language = nearest(definition.languages, language)
        self._asked = {entry.item.id: entry for page in definition.asked for entry in page.entries}
        self._lists_details = {page.id for page in definition.asked if page.checklist}
        self._pages = {page.id: self._say(page.title) for page in definition.asked}

    def variable(self, column: Column) -> Variable:
        if column.kind == "key":
            return Variable(column, self._words[f"codebook.key.{column.name}"])
        if column.kind == "calculated":
            return Variable(column, self._word("calculated", name=column.name))
        title = self._pages[column.page]
        if column.kind == "seconds":
            values = tuple(self._missing(column))
            return Variable(column, self._word("seconds", page=title), page=title, values=values)
        asked = self._asked[column.item.removesuffix(WORDS_SUFFIX)]
        item, question = asked.item, self._question(asked)
        named = question if column.page in self._lists_details else self._say(item.text)
        return Variable(
            column,
            label=self._label(column, item, named),
            question=question,
            page=title,
            values=(*self._answers(column, item), *self._missing(column)),
            decimals=item.decimals if isinstance(item, NumberItem) else 0,
            unit=self._say(column.unit) if column.unit else "",
        )

    def _say(self, text: Text) -> str:
        return neutral(text[self._text_language], self._text_language)

    def _word(self, key: str, **fields: str) -> str:
        return self._words[f"codebook.{key}"].format(**fields)

    def _question(self, asked: Asked) -> str:
        """The item's wording, behind what is read before it, such as the lead of a battery."""
        question, lead = self._say(asked.item.text), asked.group.lead if asked.group else None
        return self._word("part", question=self._say(lead.text), part=question) if lead else question

    def _label(self, column: Column, item: Item, question: str) -> str:
        other = other_choice(item)
        match item:
            case ProblemsItem():
                return self._choices(item)[column.code]
            case RankingItem():
                return self._word("place", question=question, place=str(column.place))
            case MultipleItem() | ConstantSumItem() if column.code:
                return self._word("part", question=question, part=self._choices(item)[column.code])
            case SingleItem() | MultipleItem() if other and column.kind == "text":
                return self._word("part", question=question, part=self._say(other.text))
            case _:
                return question

    def _choices(self, item: Item) -> dict[str, str]:
        match item:
            case SingleItem() | MultipleItem() | RankingItem() | ConstantSumItem():
                return {choice.code: self._say(choice.text) for choice in item.choices}
            case ProblemsItem():
                return {problem.id: self._say(problem.text) for problem in item.problems}
            case _:
                return {}

    def _answers(self, column: Column, item: Item) -> Iterator[Value]:
        if isinstance(item, RatingItem | RecommendationItem):
            labels = self._definition.scale_of(item).labels
            yield from (Value(point, self._say(text)) for point, text in labels.items())
        elif column.codes:
            yield from (Value(code, text) for code, text in self._choices(item).items() if code in column.codes)
        elif column.kind in _TICKED:
            yield from (Value(0, self._word("not_ticked")), Value(1, self._word("ticked")))
        elif column.kind == "consent":
            yield from (Value(0, self._word("not_agreed")), Value(1, self._word("agreed")))

    def _missing(self, column: Column) -> Iterator[Value]:
        """The codes of missing that the column may hold; "don't know" as the scale words it."""
        if not column.counts_missing:
            return
        for kind in (Missing.NOT_ASKED, Missing.NOT_ANSWERED):
            yield Value(int(kind), self._word(f"missing.{kind.name.lower()}"), is_missing=True)
        if column.kind in _SCALE_POINTS:
            item = self._asked[column.item].item
            scale = self._definition.scale_of(item) if isinstance(item, RatingItem | RecommendationItem) else None
            text = self._say(scale.dont_know) if scale and scale.dont_know else self._word("missing.dont_know")
            yield Value(int(Missing.DONT_KNOW), text, is_missing=True)
