"""What a page demands beyond single answers: answers that are required in some cases, and checks across items."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from surveyplat.forms.answers import (
    AnswerFault,
    PageAnswers,
    answer_names,
    answerable,
    lacks_answer,
    required_fault,
)
from surveyplat.forms.asked import PageOnPath
from surveyplat.forms.evaluation import Facts, holds
from surveyplat.forms.items import AnswerableItem


def demanded(page: PageOnPath, read: PageAnswers, before: Facts) -> PageAnswers:
    """The page's answers with the faults that its rules find. ``before`` are the facts before the page was sent.

    A check stands at one item: it says nothing while that item has a fault of its own, or is not shown.
    """
    if not page.page.demanding:
        return read
    gone = {*read.empty, *(fault.item for fault in read.faults)}
    answers: Mapping[str, Any] = {
        **{item: answer for item, answer in before.answers.items() if item not in gone},
        **read.answers,
    }
    facts = before.with_answers(answers)
    said = {fault.item for fault in read.faults}
    absent = [fault for fault in _absent(page, facts) if fault.item not in said]
    failed = _failed(page, facts, {*said, *(fault.item for fault in absent)})
    return replace(read, faults=_in_order(page, (*read.faults, *absent, *failed)))


def demands_are_met(page: PageOnPath, facts: Facts) -> bool:
    """Whether a page could be sent again with the answers as they stand, and nothing would be said."""
    if not page.page.demanding:
        return True
    return not any(_absent(page, facts)) and not any(_failed(page, facts, ()))


def _absent(page: PageOnPath, facts: Facts) -> Iterator[AnswerFault]:
    for item in answerable(page):
        if lacks_answer(facts.answers.get(item.id)) and _is_demanded(item, facts):
            yield required_fault(item)


def _is_demanded(item: AnswerableItem, facts: Facts) -> bool:
    return item.required or (item.required_when is not None and holds(item.required_when, facts) is True)


def _failed(page: PageOnPath, facts: Facts, faulty: Collection[str]) -> Iterator[AnswerFault]:
    for check in page.page.checks:
        if check.at in page.item_ids and check.at not in faulty and holds(check.that, facts) is False:
            yield AnswerFault(check.at, "", message=check.message)


def _in_order(page: PageOnPath, faults: tuple[AnswerFault, ...]) -> tuple[AnswerFault, ...]:
    """The faults in the order of their items on the page."""
    places = {item: place for place, item in enumerate(answer_names(page))}
    return tuple(sorted(faults, key=lambda fault: places.get(fault.item, len(places))))
