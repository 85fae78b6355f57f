"""What a page demands beyond single answers: answers that are required in some cases, and checks across items."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from surveyplat.forms.answers import AnswerFault, PageAnswers, answer_names, answerable, lacks_answer, required_fault
from surveyplat.forms.asked import PageOnPath
from surveyplat.forms.evaluation import Facts, holds


def demanded(page: PageOnPath, read: PageAnswers, before: Facts) -> PageAnswers:
    """The page's answers with the faults that its rules find. ``before`` are the facts before the page was sent.

    A check stands at one item: it says nothing while that item has a fault of its own, or is not shown.
    """
    gone = {*read.empty, *(fault.item for fault in read.faults)}
    answers: Mapping[str, Any] = {
        **{item: answer for item, answer in before.answers.items() if item not in gone},
        **read.answers,
    }
    facts = before.with_answers(answers)
    absent = list(_absent(page, read, facts))
    faulty = {fault.item for fault in (*read.faults, *absent)}
    failed = [
        AnswerFault(check.at, "", message=check.message)
        for check in page.page.checks
        if check.at in page.item_ids and check.at not in faulty and holds(check.that, facts) is False
    ]
    return replace(read, faults=_in_order(page, (*read.faults, *absent, *failed)))


def _absent(page: PageOnPath, read: PageAnswers, facts: Facts) -> Iterator[AnswerFault]:
    said = {fault.item for fault in read.faults}
    for item in answerable(page):
        rule = item.required_when
        if rule and lacks_answer(read.answers.get(item.id)) and item.id not in said and holds(rule, facts) is True:
            yield required_fault(item)


def _in_order(page: PageOnPath, faults: tuple[AnswerFault, ...]) -> tuple[AnswerFault, ...]:
    """The faults in the order of their items on the page."""
    places = {item: place for place, item in enumerate(answer_names(page))}
    return tuple(sorted(faults, key=lambda fault: places.get(fault.item, len(places))))
