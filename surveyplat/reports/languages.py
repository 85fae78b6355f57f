"""The languages of reports: which tags are Chinese, and how a definition's text is read where a language lacks it."""

from collections.abc import Iterable, Mapping

from surveyplat.errors import ReportError

CHINESE = ("zh-Hans", "zh-Hant")


def is_chinese(language: str) -> bool:
    return language in CHINESE


def nearest(tags: Iterable[str], language: str) -> str:
    """Which of a definition's languages a reader of ``language`` is given: the same, the other Chinese, or the first.

    Raises ``ReportError`` when there are none.
    """
    held: tuple[str, ...] = tuple(tags)
    wanted: tuple[str, ...] = (language, *(CHINESE if is_chinese(language) else ()), *held)
    for tag in wanted:
        if tag in held:
            return tag
    raise ReportError(f"{language}: a text has no language at all. Give it one in the definition.")


def wording_of(text: Mapping[str, str], language: str) -> str:
    """A definition's text in the report's language, or in the nearest one that it has."""
    return str(text[nearest(text, language)])


def joined(sentences: Iterable[str], language: str) -> str:
    """Sentences as one text: with a space between them where the language has one; empty ones are left out."""
    return ("" if is_chinese(language) else " ").join(filter(None, sentences))
