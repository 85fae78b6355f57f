"""Reasons and warnings in words: a code with its figures, said in the reader's language."""

from collections.abc import Callable, Iterable

from surveyplat.reports import formats
from surveyplat.reports.languages import is_chinese
from surveyplat.reports.phrases import phrases
from surveyplat.scoring.reasons import Reason

MOST_ITEMS = 3
_SHARES = ("response_rate", "mode_share", "mode_without_overlap")
_DIGITS = {
    "means_not_comparable": 3,
    "loadings_differ": 3,
    "invariance_untested_chance": 3,
    "invariance_untested_fit": 2,
    "driver_disagrees": 6,
    "too_few_assignments": 2,
    "pre_trend": 3,
}

Label = Callable[[str], str]
"""What an id is called in the reader's language."""


def reason_text(reason: Reason, language: str, label: Label) -> str:
    """One sentence without its full stop."""
    fields = {name: _figure(reason.code, value, language) for name, value in reason.values.items()}
    if "languages" in reason.names:
        fields["languages"] = _listed(map(_language(language), _parts(reason.names["languages"])), language)
    fields["items"] = _listed(map(label, _parts(reason.detail)), language)
    fields["modes"] = " → ".join(_modes(side, language) for side in reason.detail.split(" > "))
    fields["colon"] = phrases(language)["colon"]
    return phrases(language)[f"why.{reason.code}"].format(**{**reason.names, **fields})


def reasons_text(reasons: Iterable[Reason], language: str, label: Label) -> str:
    """Sentences with their full stops."""
    stop = "。" if is_chinese(language) else ". "
    return "".join(reason_text(reason, language, label) + stop for reason in reasons).rstrip()


def _figure(code: str, value: float, language: str) -> str:
    if code in _SHARES:
        return formats.percent(value, 0, language)
    whole = value == round(value)
    return formats.number(value, 0 if whole else _DIGITS.get(code, 1), language)


def _parts(listed: str) -> list[str]:
    return [part for part in listed.split(", ") if part]


def _listed(names: Iterable[str], language: str) -> str:
    """With semicolons: labels may hold commas themselves."""
    held, words = list(names), phrases(language)
    shown = words["semicolon"].join(held[:MOST_ITEMS])
    if len(held) <= MOST_ITEMS:
        return shown
    return words["and_more"].format(names=shown, more=formats.number(len(held) - MOST_ITEMS, 0, language))


def _language(reader: str) -> Label:
    return lambda tag: formats.language_name(tag, reader)


def _modes(side: str, language: str) -> str:
    words = phrases(language)
    return words["comma"].join(words.get(f"mode.{mode}", mode) for mode in _parts(side))
