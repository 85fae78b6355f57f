"""What two devices answered differently, in words: shown at the top of the page, so that the person can choose."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from surveyplat.forms.answers import DONT_KNOW, Answer
from surveyplat.forms.elements import Text
from surveyplat.forms.items import Item, RatingItem
from surveyplat.forms.language import Definition
from surveyplat.forms.responses import Draft
from surveyplat.forms.wording import in_words


@dataclass(frozen=True)
class Conflict:
    """One question that was answered twice: ``there`` on the other device, ``now`` is what is saved."""

    field: str
    question: str
    there: str
    now: str


def conflicts_in_words(
    definition: Definition, items: Iterable[Item], draft: Draft | None, say: Callable[[Text], str], language: str
) -> list[Conflict]:
    """The draft's conflicts in the order of the page's items."""
    if draft is None:
        return []

    def words(item: Item, answer: Answer | None) -> str:
        if answer == DONT_KNOW and isinstance(item, RatingItem):
            dont_know = definition.scale_of(item).dont_know
            return dont_know[language] if dont_know else ""
        return in_words(definition, item, answer, language) if answer not in (None, []) else "–"

    return [
        Conflict(item.id, say(item.text), words(item, there), words(item, draft.answers.get(item.id)))
        for item in items
        if (there := draft.conflicts.get(item.id)) is not None
    ]
