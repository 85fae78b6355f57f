"""The languages of reports: which tags are Chinese, and how a definition's text is read where a language lacks it."""

from collections.abc import Iterable, Mapping

CHINESE = ("zh-Hans", "zh-Hant")


def is_chinese(language: str) -> bool:
    return language in CHINESE


def wording_of(text: Mapping[str, str], language: str) -> str:
    """A definition's text in the report's language, in the nearest one that it has where it lacks that.

    Traditional Chinese is read from the simplified text, and the other way round, before any other language.
    """
    near = (language, *(CHINESE if is_chinese(language) else ()))
    return next((text[tag] for tag in near if tag in text), None) or next(iter(text.values()))


def joined(sentences: Iterable[str], language: str) -> str:
    """Sentences as one text: with a space between them where the language has one; empty ones are left out."""
    return ("" if is_chinese(language) else " ").join(filter(None, sentences))
