"""How far a respondent has come: the facts that rules see, the path that they give, and what is still open on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from surveyplat.forms.answers import Answer
from surveyplat.forms.asked import AskedPage, PageOnPath
from surveyplat.forms.demands import demands_are_met
from surveyplat.forms.evaluation import Facts
from surveyplat.forms.language import Definition
from surveyplat.forms.routing import Route, may_follow, on_path, route

Saved = Mapping[str, Mapping[str, Any]]
"""Page -> when it was saved, how long it was shown and, where not everybody sees the same, the ``items`` shown."""
SHOWN_ITEMS = "items"


class Occasion(Protocol):
    """Who is asked about what: the facts of the event and the person."""

    @property
    def invitation(self) -> UUID: ...
    @property
    def event_kind(self) -> str: ...
    @property
    def event_on(self) -> Any: ...
    @property
    def dealer(self) -> str: ...
    @property
    def dealer_code(self) -> str: ...
    @property
    def region(self) -> str: ...
    @property
    def brand(self) -> str: ...
    @property
    def model(self) -> str: ...
    @property
    def built_on(self) -> Any: ...
    @property
    def delivered_on(self) -> Any: ...
    @property
    def customer_language(self) -> str: ...


@dataclass(frozen=True)
class Progress:
    """One respondent's way through a definition, as far as the answers decide it.

    Of the answers, ``facts`` knows those on the path: no rule and no text speaks of what somebody has gone back on.
    """

    definition: Definition
    facts: Facts
    path: Route
    saved: Saved

    @property
    def open_page(self) -> str | None:
        """The first page of the path that still asks something, None when all of it was answered."""
        return next((page.id for page in self.path.pages if not self._passed(page)), None)

    @property
    def done(self) -> bool:
        """Whether something was asked and nothing is open any more."""
        return bool(self.path.pages) and self.open_page is None

    def _passed(self, page: PageOnPath) -> bool:
        """Whether everything that a page shows now was shown when it was saved, and nothing it demands is lacking.

        An answer on another page, given or changed later, can show items, demand answers and make a check fail.
        """
        saved = self.saved.get(page.id)
        return saved is not None and _covers(saved, page) and demands_are_met(page, self.facts)

    def before(self, page_id: str) -> str | None:
        """The page before one of the path; None for the first, and for one that is not on it."""
        ids = [page.id for page in self.path.pages]
        return ids[ids.index(page_id) - 1] if page_id in ids[1:] else None

    def after(self, page_id: str) -> str | None:
        """Where a saved page leads: the next one of the path, or the first that is still open."""
        ids = [page.id for page in self.path.pages]
        following = ids[ids.index(page_id) + 1 :] if page_id in ids else []
        return following[0] if following else self.open_page

    def is_last(self, page: AskedPage) -> bool:
        """Whether nothing can follow a page, whatever is answered on it."""
        return not may_follow(self.definition, self.path, self.facts, page)


def progress_of(definition: Definition, occasion: Occasion, answers: Mapping[str, Answer], saved: Saved) -> Progress:
    """The way of the person who was asked about this occasion."""
    facts = facts_of(definition, occasion, answers)
    if definition.same_for_everybody:
        return Progress(definition, facts, Route(definition.whole_path), saved)
    path = route(definition, facts, str(occasion.invitation))
    return Progress(definition, facts.with_answers(on_path(path, answers)), path, saved)


def facts_of(definition: Definition, occasion: Occasion, answers: Mapping[str, Answer]) -> Facts:
    """What rules and placeholders can name. A fact that is not known is missing."""
    event = {
        "kind": occasion.event_kind,
        "date": occasion.event_on,
        "dealer": occasion.dealer,
        "dealer_code": occasion.dealer_code,
        "region": occasion.region,
        "brand": occasion.brand,
        "model": occasion.model or None,
        "built_on": occasion.built_on,
        "delivered_on": occasion.delivered_on,
    }
    return Facts(answers, event, {"language": occasion.customer_language or None}, definition.calculated)


def longest_shown(before: Mapping[str, Any] | None, seconds: int | None) -> int | None:
    """The seconds of a page's longest showing: whoever comes back to change one answer has read it before.

    None when no stamp tells the time of any showing.
    """
    earlier: int | None = before.get("seconds") if before else None
    if earlier is None or seconds is None:
        return seconds if earlier is None else earlier
    return max(earlier, seconds)


def record(page: PageOnPath, saved_at: str, seconds: int | None) -> dict[str, Any]:
    """What is kept of a page that was saved without a fault."""
    kept: dict[str, Any] = {"saved_at": saved_at, "seconds": seconds}
    return kept if page.page.fixed else {**kept, SHOWN_ITEMS: list(page.item_ids)}


def finished(progress: Progress) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """The answers and pages that are kept at completion: those on the path, with the calculated values to keep."""
    answers = on_path(progress.path, progress.facts.answers)
    answers |= kept_values(progress.facts.with_answers(answers))
    pages = {
        page.id: _trimmed(progress.saved[page.id], page) for page in progress.path.pages if page.id in progress.saved
    }
    return answers, pages


def kept_values(facts: Facts) -> dict[str, Any]:
    """The calculated values that are kept with the answers, those that are missing left out."""
    values = {name: facts.calculation(name) for name, rule in facts.calculated.items() if rule.keep}
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in values.items() if value is not None
    }


def _trimmed(saved: Mapping[str, Any], page: PageOnPath) -> dict[str, Any]:
    return {**saved, SHOWN_ITEMS: list(page.item_ids)} if SHOWN_ITEMS in saved else dict(saved)


def _covers(saved: Mapping[str, Any], page: PageOnPath) -> bool:
    return SHOWN_ITEMS not in saved or set(page.item_ids) <= set(saved[SHOWN_ITEMS])
