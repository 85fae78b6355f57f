"""How synthetic customers behave: whether they answer, how far they get, and what they type on each page.

Every event has its own random stream, named by the study and the event, so that an answer depends neither on the order
in which events are asked nor on who else is asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Protocol

import numpy as np

from surveyplat.errors import UnknownStudy
from surveyplat.forms.answers import DONT_KNOW, Answer
from surveyplat.forms.asked import AskedPage, PageOnPath
from surveyplat.forms.evaluation import Facts
from surveyplat.forms.items import Item, ProblemsItem, RatingItem, RecommendationItem, SingleItem, TextItem
from surveyplat.forms.language import Definition
from surveyplat.forms.page_words import PageWords, page_words
from surveyplat.forms.reading_time import CHARACTERS_PER_MINUTE, SECONDS_PER_ANSWER, WORDS_PER_MINUTE
from surveyplat.forms.routing import route
from surveyplat.simulation.events import SyntheticEvent
from surveyplat.simulation.problems import ProblemModel
from surveyplat.simulation.randomness import stream
from surveyplat.simulation.satisfaction import SatisfactionModel
from surveyplat.simulation.truths import CHANGE_ON
from surveyplat.simulation.verbatims import comment

_ABANDONED_SHARE = 0.04
_DONT_KNOW_SHARE = 0.004
_DONT_KNOW_SHARES = {"pickup_fairness": 0.06, "booking_ease": 0.04, "facility_comfort": 0.03, "advisor_advice": 0.02}
_NOT_ANSWERED_SHARE = 0.004
_SECONDS_SPREAD = 0.45
_SECONDS_PER_PROBLEM = 0.2
"""A checklist is looked through, not read."""
SPEEDER_SHARE, _SPEEDERS_PACE = 0.03, 0.2
"""Who answers without reading, and the part of the usual time that it takes them."""


@dataclass(frozen=True)
class FilledPage:
    """One saved page: item -> answer, an item that was left empty being absent, and the seconds spent on it."""

    id: str
    answers: Mapping[str, Answer]
    seconds: float


@dataclass(frozen=True)
class FilledSurvey:
    """What one customer fills in. Not ``complete``: the pages after the last one here were never reached."""

    language: str
    pages: tuple[FilledPage, ...]
    complete: bool


Opinion = Mapping[str, Answer]
"""Item -> what the customer would answer if every question were answered."""


class _Model(Protocol):
    def opinion(self, event: SyntheticEvent, rng: np.random.Generator, *, changed: bool) -> Opinion: ...


_MODELS: dict[str, type[SatisfactionModel] | type[ProblemModel]] = {"csi": SatisfactionModel, "iqs": ProblemModel}


class Behaviour:
    """The customers of one study. Raises ``UnknownStudy`` for a study without synthetic customers."""

    def __init__(self, seed: int, definition: Definition) -> None:
        if definition.study not in _MODELS:
            known = " and ".join(_MODELS)
            raise UnknownStudy(
                f"study {definition.study}: the simulation has no customers for it; it has them for {known}"
            )
        self._seed = seed
        self._definition = definition
        self._model: _Model = _MODELS[definition.study](seed, definition)
        self._reading = {(words.page, words.language): _seconds_to_read(words) for words in page_words(definition)}

    def answers_for(self, event: SyntheticEvent) -> FilledSurvey | None:
        """What the customer of this event fills in, or None when the customer does not answer."""
        rng = stream(self._seed, "answers", self._definition.study, event.event_id)
        if rng.random() >= event.dealer.answer_rate:
            return None
        opinion = self._model.opinion(event, rng, changed=self._occasion_on(event) >= CHANGE_ON)
        return self._fill(event, opinion, rng, _SPEEDERS_PACE if self.hurries(event) else 1.0)

    def hurries(self, event: SyntheticEvent) -> bool:
        """Whether the customer of this event answers without reading."""
        return bool(stream(self._seed, "pace", self._definition.study, event.event_id).random() < SPEEDER_SHARE)

    def _occasion_on(self, event: SyntheticEvent) -> date:
        fieldwork = self._definition.fieldwork
        delay = fieldwork.delay_days if fieldwork.occasion == "due" else 0
        return event.occurred_at.date() + timedelta(days=delay)

    def _fill(self, event: SyntheticEvent, opinion: Opinion, rng: np.random.Generator, pace: float) -> FilledSurvey:
        definition = self._definition
        spoken = event.customer.language
        language = spoken if spoken in definition.languages else definition.languages[0]
        text = self._comment(event, opinion, language, rng)
        everybody = tuple(page for page in definition.asked if not page.conditions and not page.checklist)
        reached = _pages_reached(everybody, rng)
        filled = {page.id: _fill_page(definition, page, opinion, text, rng) for page in reached}
        complete = len(reached) == len(everybody)
        for page in _pages_between(definition, filled, None if complete else reached[-1]):
            filled[page.id] = _fill_page(definition, page, _whim(page, rng), None, rng)
        pages = (filled[page.id] for page in definition.asked if page.id in filled)
        return FilledSurvey(language, tuple(self._timed(page, language, pace) for page in pages), complete)

    def _timed(self, page: FilledPage, language: str, pace: float) -> FilledPage:
        """A page with what it takes to read it, too, and all of it at the customer's ``pace``."""
        return replace(page, seconds=round(pace * (page.seconds + self._reading[page.id, language]), 1))

    def _comment(self, event: SyntheticEvent, opinion: Opinion, language: str, rng: np.random.Generator) -> str | None:
        rated = opinion.get(self._definition.measurement.overall or "")
        return comment(event, language, rated, rng) if isinstance(rated, int) else None


def _pages_reached(pages: tuple[AskedPage, ...], rng: np.random.Generator) -> tuple[AskedPage, ...]:
    if len(pages) > 1 and rng.random() < _ABANDONED_SHARE:
        return pages[: int(rng.integers(1, len(pages)))]
    return pages


def _pages_between(
    definition: Definition, filled: Mapping[str, FilledPage], last: AskedPage | None
) -> list[PageOnPath]:
    """The pages that a rule shows to somebody who filled these pages, up to the ``last``, or all of them."""
    answers = {item: answer for page in filled.values() for item, answer in page.answers.items()}
    path = route(definition, Facts(answers), "").pages
    reached = definition.asked if last is None else definition.asked[: definition.asked.index(last)]
    return [page for page in path if page.id not in filled and page.page in reached]


def _whim(page: PageOnPath, rng: np.random.Generator) -> Opinion:
    """Answers about which nothing is planted: of each single choice any one."""
    singles = [item for item in page.items if isinstance(item, SingleItem)]
    return {item.id: str(rng.choice([choice.code for choice in item.choices])) for item in singles}


def _fill_page(
    definition: Definition, page: AskedPage | PageOnPath, opinion: Opinion, text: str | None, rng: np.random.Generator
) -> FilledPage:
    answers: dict[str, Answer] = {}
    for item in page.items:
        answer = text if isinstance(item, TextItem) else _typed(definition, item, opinion.get(item.id), rng)
        if answer is not None:
            answers[item.id] = answer
    problems = sum(len(item.problems) for item in page.items if isinstance(item, ProblemsItem))
    usual = SECONDS_PER_ANSWER * len(page.items) + _SECONDS_PER_PROBLEM * problems
    return FilledPage(page.id, answers, usual * float(rng.lognormal(0.0, _SECONDS_SPREAD)))


def _seconds_to_read(words: PageWords) -> float:
    return 60 * (words.characters / CHARACTERS_PER_MINUTE + words.words / WORDS_PER_MINUTE)


def _typed(definition: Definition, item: Item, answer: Answer | None, rng: np.random.Generator) -> Answer | None:
    """The opinion as it is typed: a rating may become "don't know" or be left empty, where the item allows it."""
    if not isinstance(item, RatingItem | RecommendationItem):
        return answer
    chance = rng.random()
    if definition.scale_of(item).dont_know is not None and chance < _DONT_KNOW_SHARES.get(item.id, _DONT_KNOW_SHARE):
        return dict(DONT_KNOW)
    return None if not item.required and chance > 1 - _NOT_ANSWERED_SHARE else answer
