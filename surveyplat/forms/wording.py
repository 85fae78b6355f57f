"""What a text says to one respondent: in the brand's wording, with the placeholders filled in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from surveyplat.forms.elements import Part, Text
from surveyplat.forms.evaluation import Facts, Value
from surveyplat.forms.items import (
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
)
from surveyplat.forms.language import Definition, Variant
from surveyplat.forms.locales import day, number
from surveyplat.forms.placeholders import DAYS, Placeholder, parse
from surveyplat.web.chrome import chrome

Say = Callable[[Placeholder], str]
"""What stands for a placeholder."""
_Part = TypeVar("_Part")


@dataclass(frozen=True)
class Wording:
    """How the texts of a definition read in one language to one respondent."""

    definition: Definition
    language: str
    facts: Facts

    def __call__(self, text: Text) -> str:
        return filled(text[self.language], self.value)

    def value(self, placeholder: Placeholder) -> str:
        """What a placeholder stands for, its fallback when that is missing, "…" when it has none."""
        return self._known(placeholder) or placeholder.fallback or "…"

    def _known(self, placeholder: Placeholder) -> str | None:
        match placeholder.source:
            case "event":
                found = self.facts.event.get(placeholder.name)
                return day(found, self.language) if placeholder.name in DAYS and found else found
            case "calculated":
                value = self.facts.calculation(placeholder.name)
                rule = self.definition.calculated.get(placeholder.name)
                return None if value is None else _plainly(value, rule.decimals if rule else 0, self.language)
            case _:
                return self._answer(placeholder.name)

    def _answer(self, item_id: str) -> str | None:
        answer = self.facts.answers.get(item_id)
        if answer is None or answer == [] or (isinstance(answer, dict) and "missing" in answer):
            return None
        return in_words(self.definition, self.definition.item(item_id), answer, self, self.language)


def filled(text: str, say: Say) -> str:
    """A text with each placeholder replaced."""
    return "".join(piece if isinstance(piece, str) else say(piece) for piece in parse(text))


def neutral(text: str, language: str) -> str:
    """A text as it reads about everybody, as in a report: each placeholder is its fallback, or says what it names."""
    words = chrome(language)

    def named(placeholder: Placeholder) -> str:
        return placeholder.fallback or words.get(f"any_{placeholder.name}", "…")

    return filled(text, named)


def in_words(definition: Definition, item: Item, answer: Any, say: Callable[[Text], str], language: str) -> str:
    """An answer as a person reads it: labels instead of codes, numbers with their unit, days as the language writes."""
    match item:
        case SingleItem() | MultipleItem() | RankingItem():
            labels = {choice.code: say(choice.text) for choice in item.choices}
            return _listed([labels.get(code, code) for code in _codes(answer)], language)
        case ProblemsItem():
            problems = {problem.id: say(problem.text) for problem in item.problems}
            return _listed([problems.get(code, code) for code in _codes(answer)], language)
        case ConstantSumItem():
            labels = {choice.code: say(choice.text) for choice in item.choices}
            return _listed([f"{labels.get(code, code)} {share}" for code, share in answer["points"].items()], language)
        case NumberItem():
            unit = f" {say(item.unit)}" if item.unit else ""
            return _plainly(answer, item.decimals, language) + unit
        case DateItem():
            return day(date.fromisoformat(answer), language)
        case RatingItem() | RecommendationItem():
            label = definition.scale_of(item).labels.get(answer)
            return f"{answer} ({label[language]})" if label else str(answer)
        case _:
            return _plainly(answer, 0, language)


def for_brand(definition: Definition, brand: str | None) -> Definition:
    """The definition in a brand's wording; as it stands when it has no variant for the brand."""
    variant = next((each for each in definition.variants if each.brand == brand), None)
    if variant is None:
        return definition
    whole = {name: text for name in ("title", "introduction", "thanks") if (text := getattr(variant, name))}
    return definition.model_copy(update={**whole, "pages": _reworded(definition.pages, variant)})


def _reworded(part: _Part, variant: Variant) -> _Part:
    """The same part with the variant's texts wherever an id has one."""
    if isinstance(part, tuple):
        return tuple(_reworded(each, variant) for each in part)  # type: ignore[return-value]
    if not isinstance(part, Part):
        return part
    fields: Mapping[str, Any] = dict(part)
    changed: dict[str, Any] = {
        name: _reworded(value, variant) for name, value in fields.items() if isinstance(value, tuple | Part)
    }
    text = variant.texts.get(str(fields.get("id")))
    if text is not None:
        changed["text" if "text" in fields else "title"] = text
    return part.model_copy(update=changed)


def _codes(answer: Any) -> list[str]:
    return list(answer) if isinstance(answer, list | tuple) else [str(answer)]


def _listed(words: list[str], language: str) -> str:
    return ("、" if language.startswith("zh") else ", ").join(words)


def _plainly(value: Value, decimals: int, language: str) -> str:
    """A number with the language's signs and at most so many decimals, yes or no, any other value as text."""
    if isinstance(value, bool):
        return chrome(language)["yes" if value else "no"]
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return _listed(list(value), language)
    return number(value, decimals, language)
