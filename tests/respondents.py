"""Respondents who answer whatever is shown to them, each at random by a number, until nothing more is asked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zlib import crc32

import cast
import numpy as np

from surveyplat.forms.answers import DONT_KNOW, DONT_KNOW_FIELD, Answer
from surveyplat.forms.asked import AskedPage, PageOnPath
from surveyplat.forms.evaluation import Facts
from surveyplat.forms.items import (
    WORDS_SUFFIX,
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
    derived_names,
    other_choice,
    places_of,
)
from surveyplat.forms.language import Definition
from surveyplat.forms.progress import facts_of
from surveyplat.forms.reading import CONSENTED
from surveyplat.forms.routing import route

EVERY_NTH_PROBLEM = 7
MOST_RESPONDENTS = 80
WORDS = "好 / good"


@dataclass(frozen=True)
class Respondent:
    """Somebody with a number: it decides every answer, whatever else is asked. Ratings follow a mood of their own.

    ``unsure`` people know no answer where that can be said.
    """

    definition: Definition
    number: int
    unsure: bool = False

    @property
    def mood(self) -> float:
        return float(np.random.default_rng(self.number).uniform(0.1, 0.9))

    def answer(self, item: Item) -> Answer | None:
        """A typed answer of the item's kind, None where there is nothing to answer."""
        rng = np.random.default_rng([self.number, crc32(item.id.encode())])
        match item:
            case RatingItem() | RecommendationItem():
                return self._point(item, rng)
            case SingleItem():
                return str(rng.choice(_codes(item)))
            case MultipleItem():
                return [str(rng.choice(_codes(item)))]
            case ProblemsItem():
                turn = self.number % EVERY_NTH_PROBLEM
                return [problem.id for problem in item.problems[turn::EVERY_NTH_PROBLEM]]
            case _:
                return _typed(item, rng)

    def _point(self, item: RatingItem | RecommendationItem, rng: np.random.Generator) -> Answer:
        scale = self.definition.scale_of(item)
        if self.unsure and scale.dont_know:
            return dict(DONT_KNOW)
        points, width = scale.points, len(scale.points) - 1
        point = round(points[0] + self.mood * width + rng.normal(0, 0.15 * width))
        return int(np.clip(point, points[0], points[-1]))

    def fields(self, items: tuple[Item, ...]) -> list[tuple[str, str]]:
        """What a browser sends of these items."""
        return [field for item in items for field in form_fields(item, self.answer(item))]

    def way(self) -> Iterator[PageOnPath]:
        """The pages that are shown, one after the other, each with the items that are shown on it."""
        nobody = facts_of(self.definition, cast.visit_to(self.definition), {})
        answers: dict[str, Any] = {}
        seen: set[str] = set()
        while True:
            path = route(self.definition, self._knowing(nobody, answers), "")
            page = next((each for each in path.pages if each.id not in seen), None)
            if page is None:
                return
            yield page
            seen.add(page.id)
            answers |= {item.id: self.answer(item) for item in page.items}

    def _knowing(self, facts: Facts, answers: dict[str, Any]) -> Facts:
        return facts.with_answers({name: answer for name, answer in answers.items() if answer is not None})


def shown_items(page: AskedPage, names: set[str]) -> tuple[Item, ...]:
    """The items of a page of which fields with these names are there; information has none and is left out."""
    return tuple(item for item in page.items if names & {item.id, *_field_names(item)})


def respondents(definition: Definition) -> list[Respondent]:
    """As many as it takes until every item that takes an answer was shown to somebody; who adds none is left out."""
    missing = {(page.id, item.id) for page, item in definition.items()}
    found = []
    for number in range(1, MOST_RESPONDENTS):
        respondent = Respondent(definition, number)
        shown = {(page.id, item.id) for page in respondent.way() for item in page.items}
        if missing & shown:
            found.append(respondent)
        missing -= shown
        if not missing:
            return found
    raise AssertionError(f"nobody of {MOST_RESPONDENTS} is ever asked {sorted(missing)} in {definition.study}")


def _typed(item: Item, rng: np.random.Generator) -> Answer | None:
    match item:
        case RankingItem():
            return [str(code) for code in rng.permutation(_codes(item))[: places_of(item)]]
        case ConstantSumItem():
            parts = rng.multinomial(item.total, [1 / len(item.choices)] * len(item.choices))
            return {"points": {choice.code: int(part) for choice, part in zip(item.choices, parts, strict=True)}}
        case NumberItem():
            number = round(float(rng.uniform(item.minimum, item.maximum)), item.decimals)
            return int(number) if number.is_integer() else number
        case DateItem():
            return (cast.NOW.date() + timedelta(days=int(rng.integers(1, 20)))).isoformat()
        case ConsentItem():
            return bool(rng.random() < 0.5)
        case InformationItem():
            return None
    return WORDS


def _codes(item: SingleItem | MultipleItem | RankingItem) -> list[str]:
    """In an order of their own: that of the page may be another one for everybody."""
    return sorted(choice.code for choice in item.choices)


def form_fields(item: Item, answer: Any) -> Iterator[tuple[str, str]]:
    """What a browser sends of one item with this answer."""
    match item, answer:
        case _, None:
            return
        case RankingItem(), list():
            yield from ((f"{item.id}__{place}", code) for place, code in enumerate(answer, start=1))
        case ConstantSumItem(), {"points": points}:
            yield from ((f"{item.id}__{code}", str(part)) for code, part in points.items())
        case ConsentItem(), bool():
            yield from [(item.id, CONSENTED)] if answer else []
        case _, list():
            yield from ((item.id, code) for code in answer)
        case _:
            yield item.id, DONT_KNOW_FIELD if answer == DONT_KNOW else str(answer)
    other = other_choice(item)
    if other and (answer == other.code or (isinstance(answer, list) and other.code in answer)):
        yield item.id + WORDS_SUFFIX, WORDS


def _field_names(item: Item) -> tuple[str, ...]:
    return derived_names(item) if isinstance(item, RankingItem | ConstantSumItem) else ()
