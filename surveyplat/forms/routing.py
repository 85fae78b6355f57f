"""A respondent's path: which pages and items are shown, in which order, and where the survey ends.

The path is worked out page by page. Only answers to items that are shown on the path so far count in a rule, so that an
answer which the respondent has gone back on decides nothing any more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from surveyplat.forms.asked import Asked, AskedPage, End, PageOnPath, Shown
from surveyplat.forms.evaluation import Facts, all_hold, holds
from surveyplat.forms.items import WORDS_SUFFIX, Item, MultipleItem, RankingItem, SingleItem, asks_words
from surveyplat.forms.language import Definition


@dataclass(frozen=True)
class Route:
    """The pages of one respondent's path, and the rule that ends it early, if one does."""

    pages: tuple[PageOnPath, ...]
    end: End | None = None

    def page(self, page_id: str) -> PageOnPath | None:
        """The page with this id, None when it is not on the path."""
        return next((page for page in self.pages if page.id == page_id), None)


def route(definition: Definition, facts: Facts, seed: str) -> Route:
    """The path as far as the answers decide it. ``seed`` names the invitation: it decides every random order.

    Rules over answers that are not there yet show nothing: a path can grow or shrink with each saved page.
    """
    if definition.same_for_everybody:
        return Route(definition.whole_path)
    pages: list[PageOnPath] = []
    counted: dict[str, Any] = {}
    end: End | None = None
    for page in definition.asked:
        if end and page.written_on != pages[-1].page.written_on:
            break
        known = facts.with_answers(counted)
        if all_hold(page.conditions, known) is not True:
            continue
        shown = _shown(page, known, seed)
        if not shown:
            continue
        pages.append(PageOnPath(page, shown))
        counted |= _answers_to(pages[-1], facts.answers)
        if page.end and _ends(page.end, facts.with_answers(counted)):
            end = page.end
    return Route(tuple(pages), end)


def on_path(path: Route, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers to items that the path shows."""
    return {name: answer for page in path.pages for name, answer in _answers_to(page, answers).items()}


def shuffled(names: list[str], seed: str, group: str) -> list[str]:
    """The names in a random order that the seed and the group's name decide: sorted by their SHA-256 with both."""
    return sorted(names, key=lambda name: sha256(f"{seed}|{group}|{name}".encode()).digest())


def may_follow(definition: Definition, path: Route, facts: Facts, page: AskedPage) -> bool:
    """Whether some answer to a page could lead to a page after it."""
    before = [each for each in path.pages if definition.asked.index(each.page) < definition.asked.index(page)]
    known = facts.with_answers(on_path(Route(tuple(before)), facts.answers))
    following = definition.asked[definition.asked.index(page) + 1 :]
    if page.end and page.end.when is None:
        following = tuple(each for each in following if each.written_on == page.written_on)
    return any(all_hold(each.conditions, known) is not False and _may_show(each, known) for each in following)


def _may_show(page: AskedPage, known: Facts) -> bool:
    return any(all_hold(entry.conditions, known) is not False for entry in page.entries)


def _shown(page: AskedPage, known: Facts, seed: str) -> tuple[Shown, ...]:
    if page.fixed and not page.shuffles:
        return page.whole.shown
    if page.checklist and not known.answers.get(page.checklist):
        return ()  # the same as its rules say, and most people tick nothing in most checklists
    truths: dict[tuple[int, ...], bool] = {}
    entries = []
    for entry in page.entries:
        rules = tuple(map(id, entry.conditions))
        if rules not in truths:
            truths[rules] = all_hold(entry.conditions, known) is True
        if truths[rules]:
            entries.append(entry)
    if any(entry.group and entry.group.shuffled for entry in entries):
        entries = _in_random_order(entries, seed)
    return tuple(Shown(_with_choices_in_order(entry.item, seed), entry.group) for entry in entries)


def _with_choices_in_order(item: Item, seed: str) -> Item:
    """The item with its choices in this respondent's order; those that stand for "none" or "other" keep their place."""
    if not isinstance(item, SingleItem | MultipleItem | RankingItem) or item.order == "fixed":
        return item
    moving = {choice.code: choice for choice in item.choices if not getattr(choice, "stays", False)}
    turn = iter([moving[code] for code in shuffled(list(moving), seed, item.id)])
    choices = tuple(next(turn) if choice.code in moving else choice for choice in item.choices)
    return item.model_copy(update={"choices": choices})


def _in_random_order(entries: list[Asked], seed: str) -> list[Asked]:
    """Entries of a shuffled group change places with one another; all others keep theirs."""
    by_group: dict[str, dict[str, Asked]] = {}
    for entry in entries:
        if entry.group and entry.group.shuffled:
            by_group.setdefault(entry.group.id, {})[entry.item.id] = entry
    turns = {
        group: iter([members[name] for name in shuffled(list(members), seed, group)])
        for group, members in by_group.items()
    }
    return [next(turns[entry.group.id]) if entry.group and entry.group.shuffled else entry for entry in entries]


def _answers_to(page: PageOnPath, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers to the page's items; the words of "other, please say" only beside their choice."""
    if not answers:
        return {}
    counted = {name: answers[name] for name in page.item_ids if name in answers}
    for item in page.worded:
        words = item.id + WORDS_SUFFIX
        if words in answers and asks_words(item, answers.get(item.id)):
            counted[words] = answers[words]
    return counted


def _ends(end: End, facts: Facts) -> bool:
    return end.when is None or holds(end.when, facts) is True
