"""What two devices answered differently, in words: shown at the top of the page, so that the person can choose."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from surveyplat.forms.answers import DONT_KNOW, Answer
from surveyplat.forms.elements import Text
from surveyplat.forms.items import WORDS_SUFFIX, Item, RatingItem
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
    """The draft's conflicts in the order of the page's items; the words of an "other" follow their item."""
    if draft is None:
        return []

    def words(item: Item, name: str, answer: Answer | None) -> str:
        if answer in (None, []):
            return "–"
        if answer == DONT_KNOW and isinstance(item, RatingItem):
            dont_know = definition.scale_of(item).dont_know
            return dont_know[language] if dont_know else ""
        return in_words(definition, item, answer, say, language) if name == item.id else str(answer)

    return [
        Conflict(name, say(item.text), words(item, name, there), words(item, name, draft.answers.get(name)))
        for item in items
        for name in (item.id, item.id + WORDS_SUFFIX)
        if (there := draft.conflicts.get(name)) is not None
    ]
