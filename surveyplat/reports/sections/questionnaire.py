"""The questionnaire as an appendix: every wording with its answers and codes, and the rules in words."""

from collections.abc import Iterable, Iterator

from surveyplat.forms.asked import Asked, AskedPage
from surveyplat.forms.condition_words import in_words
from surveyplat.forms.conditions import Condition
from surveyplat.forms.elements import Text
from surveyplat.forms.items import (
    Choice,
    ConsentItem,
    ConstantSumItem,
    DateItem,
    InformationItem,
    Item,
    MultipleItem,
    NumberItem,
    ProblemsItem,
    RankingItem,
    RatingItem,
    RecommendationItem,
    SingleItem,
    TextItem,
)
from surveyplat.forms.language import Definition
from surveyplat.forms.placeholders import parse
from surveyplat.missing import Missing
from surveyplat.reports.blocks import Block, Column, Paragraph, Row, Section, Table
from surveyplat.reports.context import Context
from surveyplat.reports.languages import joined, wording_of
from surveyplat.reports.sections.disclosure import definition_of, language_names


def questionnaire(context: Context) -> Section | None:
    """None where the bundle does not hold the definition that was answered."""
    definition = definition_of(context)
    if definition is None:
        return None
    blocks = tuple(_Questionnaire(context, definition).blocks())
    return Section("questionnaire", context.say("questionnaire"), context.say("questionnaire.heading"), blocks)


class _Questionnaire:
    def __init__(self, context: Context, definition: Definition) -> None:
        self._context = context
        self._definition = definition

    def blocks(self) -> Iterator[Block]:
        say = self._context.say
        yield Paragraph(
            say(
                "questionnaire.text",
                version=self._definition.version,
                languages=language_names(self._definition.languages, self._context),
                hash=self._context.scores.definition_hash,
                **{kind.name.lower(): str(int(kind)) for kind in Missing},
            ),
            style="note",
        )
        yield Paragraph(self._read(self._definition.introduction))
        told: dict[tuple[Row, ...], str] = {}
        for page in self._definition.asked:
            rows = tuple(self._detail_rows(page) if page.checklist else self._rows(page))
            known = told.setdefault(rows, self._read(page.title))
            if page.checklist and known != self._read(page.title):
                yield self._same_questions(page, known)
            else:
                yield self._page(page, rows)
        if self._definition.calculated:
            names = say("comma").join(self._definition.calculated)
            yield Paragraph(say("questionnaire.calculated", names=names), style="note")
        yield Paragraph(self._read(self._definition.thanks))

    def _same_questions(self, page: AskedPage, known: str) -> Paragraph:
        """Questions about ticked problems are mostly the same for every checklist: they are printed once."""
        told = self._context.say("questionnaire.details_same", item=page.checklist, page=known)
        return Paragraph(told, lead=self._read(page.title) + self._context.colon, style="note")

    def _page(self, page: AskedPage, rows: tuple[Row, ...]) -> Table:
        columns = (
            Column(self._context.say("questionnaire.item"), 0.2, "left"),
            Column(self._context.say("questionnaire.wording"), 0.44, "left"),
            Column(self._context.say("questionnaire.answers"), 0.36, "left"),
        )
        return Table(self._read(page.title), columns, rows, joined(self._of_page(page), self._context.language))

    def _of_page(self, page: AskedPage) -> Iterator[str]:
        """Who sees the page, and whether the survey ends after it."""
        say = self._context.say
        if page.checklist:
            yield say("questionnaire.details", item=page.checklist)
        if page.conditions:
            yield say("questionnaire.page_if", condition=self._all(page.conditions))
        if page.end is not None and page.end.when is None:
            yield say("questionnaire.ends")
        elif page.end is not None and page.end.when is not None:
            key = "screened_if" if page.end.outcome == "screened_out" else "ends_if"
            yield say(f"questionnaire.{key}", condition=self._all((page.end.when,)))

    def _rows(self, page: AskedPage) -> Iterator[Row]:
        group = None
        for asked in page.entries:
            if asked.group is not None and asked.group != group and asked.group.lead is not None:
                yield Row(("", self._read(asked.group.lead.text), ""), "muted")
            group = asked.group
            yield Row((self._name(asked.item), self._wording(asked), self._answers(asked.item)))
            if isinstance(asked.item, ProblemsItem):
                yield from self._problem_rows(asked.item)

    def _problem_rows(self, item: ProblemsItem) -> Iterator[Row]:
        for problem in item.problems:
            yield Row((problem.id, self._read(problem.text), self._context.say(f"problems.kind.{problem.kind}")))

    def _detail_rows(self, page: AskedPage) -> Iterator[Row]:
        """The same questions are asked about every problem: they are listed once."""
        checklist = self._definition.item(page.checklist)
        if isinstance(checklist, ProblemsItem) and checklist.details is not None:
            for question in checklist.details.questions:
                yield Row((f"…__{question.id}", self._read(question.text), self._choices(question.choices)))

    @staticmethod
    def _name(item: Item) -> str:
        return "" if isinstance(item, InformationItem) else item.id

    def _wording(self, asked: Asked) -> str:
        item = asked.item
        told = [self._read(item.text), self._read(item.hint) if item.hint else ""]
        if asked.conditions:
            told.append(self._context.say("questionnaire.shown_if", condition=self._all(asked.conditions)))
        if not isinstance(item, InformationItem):
            if item.required:
                told.append(self._context.say("questionnaire.required"))
            elif item.required_when is not None:
                condition = self._all((item.required_when,))
                told.append(self._context.say("questionnaire.required_if", condition=condition))
        return joined(told, self._context.language)

    def _answers(self, item: Item) -> str:
        say = self._context.say
        match item:
            case RatingItem() | RecommendationItem():
                return self._scale(item)
            case SingleItem():
                return self._choices(item.choices)
            case MultipleItem():
                return say("questionnaire.multiple", choices=self._choices(item.choices))
            case RankingItem():
                return say("questionnaire.ranking", choices=self._choices(item.choices))
            case ConstantSumItem():
                return say("questionnaire.sum", total=str(item.total), choices=self._choices(item.choices))
            case ProblemsItem():
                return say("questionnaire.problems")
            case ConsentItem():
                return say("questionnaire.consent")
            case DateItem():
                return say("questionnaire.date")
            case _:
                return self._typed(item)

    def _typed(self, item: Item) -> str:
        match item:
            case NumberItem():
                low, high = (self._context.number(end, item.decimals) for end in (item.minimum, item.maximum))
                unit = self._read(item.unit) if item.unit else ""
                return self._context.say("questionnaire.number", low=low, high=high, unit=unit).strip()
            case TextItem():
                return self._context.say("questionnaire.words", most=self._context.number(item.max_length))
            case _:
                return ""

    def _scale(self, item: RatingItem | RecommendationItem) -> str:
        scale = self._definition.scale_of(item)
        labels = [self._code(str(point), text) for point, text in scale.labels.items()]
        if scale.dont_know is not None:
            labels.append(self._code(str(int(Missing.DONT_KNOW)), scale.dont_know))
        listed = self._context.say("semicolon").join(labels)
        return self._context.say("questionnaire.scale", low=str(scale.minimum), high=str(scale.maximum), labels=listed)

    def _choices(self, choices: Iterable[Choice]) -> str:
        return self._context.say("semicolon").join(self._code(choice.code, choice.text) for choice in choices)

    def _code(self, code: str, text: Text) -> str:
        return self._context.say("questionnaire.code", code=code, text=self._read(text))

    def _read(self, text: Text) -> str:
        """The text as it is written, each placeholder by its name: {dealer}."""
        pieces = parse(wording_of(text, self._context.language))
        return "".join(piece if isinstance(piece, str) else piece.written() for piece in pieces)

    def _all(self, conditions: Iterable[Condition]) -> str:
        words = (in_words(each, self._definition, self._context.language) for each in conditions)
        return self._context.say("and").join(words)
