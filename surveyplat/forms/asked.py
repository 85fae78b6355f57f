"""A page as it is written, and as it is asked: batteries, blocks and the details of problems written out item by item.

Everything that follows (routing, rendering, typed answers, the columns of a snapshot) sees the written-out form only,
so that a battery is nothing but rating items, and a detail of a problem nothing but a choice shown when it was ticked.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from surveyplat.forms.conditions import Comparison, Condition
from surveyplat.forms.elements import Id, Part, Text
from surveyplat.forms.items import (
    WORDS_SUFFIX,
    Battery,
    Block,
    DateItem,
    Details,
    Entry,
    InformationItem,
    Item,
    ProblemChoice,
    ProblemsItem,
    RatingItem,
    SingleItem,
    other_choice,
)

DETAILS_SUFFIX = "__details"
"""What the name of a checklist's page of details ends with."""


class Check(Part):
    """What must hold between answers; the page is shown again with the message when it does not."""

    that: Condition
    """Nothing is said when it cannot be told, because an answer is missing."""
    message: Text
    at: str
    """The id of the page's item at which the message stands."""


class End(Part):
    """The survey ends after this page when the condition holds."""

    when: Condition | None = None
    """Always without it."""
    outcome: Literal["complete", "screened_out"] = "complete"
    """screened_out: the person does not belong to those who are to be asked; the answers are not scored."""
    thanks: Text | None = None
    """What is said instead of the survey's own thanks."""


class Page(Part):
    """What is asked, saved and acknowledged together."""

    id: Id
    title: Text
    """The heading of the page: its items are read below it."""
    show: Condition | None = None
    """Shown when this holds; always without it. It speaks of earlier pages."""
    items: Annotated[tuple[Entry, ...], Field(min_length=1)]
    checks: tuple[Check, ...] = ()
    end: End | None = None


@dataclass(frozen=True)
class Group:
    """Items that belong together. ``lead`` is read before them; ``shuffled`` says whether they change places."""

    id: str
    lead: InformationItem | None
    shuffled: bool


@dataclass(frozen=True)
class Asked:
    """One item on its page: when it is shown (all of ``conditions``) and the group that it belongs to."""

    item: Item
    conditions: tuple[Condition, ...] = ()
    group: Group | None = None


@dataclass(frozen=True)
class Shown:
    """An item that is shown, and the group it stands in."""

    item: Item
    group: Group | None


@dataclass(frozen=True)
class PageOnPath:
    """A page with the items that one respondent is shown, in the order in which they are shown."""

    page: "AskedPage"
    shown: tuple[Shown, ...]

    @property
    def id(self) -> str:
        return self.page.id

    @cached_property
    def items(self) -> tuple[Item, ...]:
        return tuple(shown.item for shown in self.shown)

    @cached_property
    def item_ids(self) -> tuple[str, ...]:
        return tuple(shown.item.id for shown in self.shown)

    @cached_property
    def answer_names(self) -> tuple[str, ...]:
        """The names under which the answers are kept."""
        return _answer_names(self.items)

    @cached_property
    def worded(self) -> tuple[Item, ...]:
        """The items that may be answered in words, with an "other"."""
        return tuple(item for item in self.items if other_choice(item))

    @cached_property
    def dated(self) -> bool:
        """Whether a day is asked for."""
        return any(isinstance(item, DateItem) for item in self.items)


@dataclass(frozen=True)
class AskedPage:
    """A page with its items written out."""

    id: str
    title: Text
    entries: tuple[Asked, ...]
    conditions: tuple[Condition, ...] = ()
    checks: tuple[Check, ...] = ()
    end: End | None = None
    """Where a checklist's details follow, the survey ends after them."""
    written_on: str = ""
    """The page of the file that this one comes from: itself, or the checklist's."""
    checklist: str = ""
    """The checklist whose ticked problems it asks about: without one the page is not shown."""

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Every item of the page, whether shown or not, in the order in which they are written."""
        return tuple(entry.item for entry in self.entries)

    @cached_property
    def answer_names(self) -> tuple[str, ...]:
        """The names under which the answers are kept, of items that are not shown too."""
        return _answer_names(self.items)

    @cached_property
    def whole(self) -> PageOnPath:
        """The page with all of its items, whoever sees them."""
        return PageOnPath(self, tuple(Shown(entry.item, entry.group) for entry in self.entries))

    @cached_property
    def fixed(self) -> bool:
        """Whether everybody who comes to the page sees the same items in the same order."""
        return not any(entry.conditions or (entry.group and entry.group.shuffled) for entry in self.entries)

    @cached_property
    def demanding(self) -> bool:
        """Whether the page demands answers, always or in some cases, or checks them."""
        return bool(self.checks) or any(
            getattr(item, name, None) for item in self.items for name in ("required", "required_when")
        )

    @cached_property
    def shuffles(self) -> bool:
        """Whether items or choices stand in a random order."""
        return any(
            (entry.group and entry.group.shuffled) or getattr(entry.item, "order", "fixed") == "random"
            for entry in self.entries
        )


def _answer_names(items: Iterable[Item]) -> tuple[str, ...]:
    """Those of the items, and of the words of those with an "other"."""
    return tuple(name for item in items for name in (item.id, item.id + WORDS_SUFFIX)[: 2 if other_choice(item) else 1])


def asked_pages(pages: Iterable[Page]) -> tuple[AskedPage, ...]:
    """The pages written out; a checklist with details is followed by their page."""
    return tuple(asked for page in pages for asked in _written_out(page))


def _written_out(page: Page) -> Iterator[AskedPage]:
    entries = tuple(asked for entry in page.items for asked in _entries(entry))
    conditions = _when(page.show)
    detailed = [asked for asked in entries if isinstance(asked.item, ProblemsItem) and asked.item.details]
    yield AskedPage(page.id, page.title, entries, conditions, page.checks, page.end, page.id)
    for asked in detailed:
        yield _details_page(asked, page)


def _entries(entry: Entry) -> Iterator[Asked]:
    if isinstance(entry, Battery):
        group = Group(entry.id, _lead(entry.id, entry.text, entry.hint), entry.order == "random")
        for row in entry.rows:
            rating = RatingItem(type="rating", id=row.id, text=row.text, scale=entry.scale, required=entry.required)
            yield Asked(rating, _when(entry.show), group)
    elif isinstance(entry, Block):
        lead = _lead(entry.id, entry.text, entry.hint) if entry.text else None
        group = Group(entry.id, lead, entry.order == "random")
        for item in entry.items:
            yield Asked(item, (*_when(entry.show), *_when(item.show)), group)
    else:
        yield Asked(entry, _when(entry.show))


def _details_page(asked: Asked, page: Page) -> AskedPage:
    """The page on which every problem that was ticked in a checklist is asked about."""
    checklist = asked.item
    if not isinstance(checklist, ProblemsItem) or checklist.details is None:
        raise TypeError(f"{checklist.id} is no checklist with details")
    entries = [
        detail
        for problem in checklist.problems
        for detail in _problem_details(checklist.id, problem, checklist.details, asked.conditions)
    ]
    name, title = checklist.id + DETAILS_SUFFIX, checklist.details.title
    return AskedPage(
        name,
        title,
        tuple(entries),
        conditions=_when(page.show),
        end=page.end,
        written_on=page.id,
        checklist=checklist.id,
    )


def _problem_details(
    checklist: str, problem: ProblemChoice, details: Details, conditions: tuple[Condition, ...]
) -> Iterator[Asked]:
    group = Group(problem.id, _lead(f"{problem.id}__problem", problem.text, None), shuffled=False)
    ticked = Comparison(answer=checklist, includes=problem.id)
    for detail in details.questions:
        item = SingleItem.model_construct(
            type="single", id=f"{problem.id}__{detail.id}", text=detail.text, choices=detail.choices
        )
        yield Asked(item, (*conditions, ticked), group)


def _lead(group: str, text: Text, hint: Text | None) -> InformationItem:
    return InformationItem.model_construct(type="information", id=group, text=text, hint=hint)


def _when(condition: Condition | None) -> tuple[Condition, ...]:
    return () if condition is None else (condition,)
