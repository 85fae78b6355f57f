"""How much there is to read on a page, at the least: what everybody who is shown the page is shown.

Headings, questions and hints are read; the choices of a list, the problems of a checklist and the labels of a scale
are looked through for the own answer, and count for nothing. Neither do items that a rule shows to some only.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from surveyplat.forms.asked import AskedPage
from surveyplat.forms.elements import Text
from surveyplat.forms.language import Definition
from surveyplat.forms.reading_time import characters_and_words
from surveyplat.forms.wording import neutral


@dataclass(frozen=True)
class PageWords:
    """What is read on one page in one language: Chinese, Japanese and Korean characters, and words of other scripts."""

    page: str
    language: str
    characters: int
    words: int


def page_words(definition: Definition) -> Iterator[PageWords]:
    """Every page in every language. A placeholder counts as what it says when nothing is known."""
    for page in definition.asked:
        texts = list(_read_by_everybody(page))
        for language in definition.languages:
            counts = [characters_and_words(neutral(text[language], language)) for text in texts]
            yield PageWords(page.id, language, *(sum(column) for column in zip(*counts, strict=True)))


def _read_by_everybody(page: AskedPage) -> Iterator[Text]:
    yield page.title
    shown = [entry for entry in page.entries if not entry.conditions]
    for entry in shown:
        yield entry.item.text
        if entry.item.hint:
            yield entry.item.hint
    leads = {entry.group.id: entry.group.lead for entry in shown if entry.group}
    for lead in leads.values():
        if lead is not None:
            yield lead.text
