"""The languages of a form: ``label::English (en)`` is the label in ``en``, a column without ``::`` the default one."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from surveyplat.forms.elements import LANGUAGE_TAG
from surveyplat.forms.xlsform.remarks import Remarks
from surveyplat.forms.xlsform.workbook import SheetRow, Worksheet

TRANSLATED = ("label", "hint", "constraint_message")
"""Columns that may come once for each language and are converted."""
ASSUMED = "en"
_IN_BRACKETS = re.compile(r"\(\s*([A-Za-z]{2,3}([-_][A-Za-z0-9]+)*)\s*\)\s*$")
_CHINESE = {"zh": "zh-Hans", "zh-CN": "zh-Hans", "zh-SG": "zh-Hans", "zh-TW": "zh-Hant", "zh-HK": "zh-Hant"}
"""Chinese is told apart by its script, because the pages are."""


@dataclass(frozen=True)
class Languages:
    """``tags`` are the definition's languages, the default one first; ``columns`` maps what follows ``::`` to them."""

    tags: tuple[str, ...]
    columns: Mapping[str, str]
    default: str

    def text(self, row: SheetRow, column: str) -> dict[str, str]:
        """Language -> the cell's text, for the languages in which there is one."""
        named = {tag: row.cell(f"{column}::{written}") for written, tag in self.columns.items()}
        found = {self.default: row.cell(column)} | {tag: text for tag, text in named.items() if text}
        return {tag: found[tag] for tag in self.tags if found.get(tag)}

    def column_of(self, row: SheetRow, column: str, tag: str) -> str:
        """The column in which the text in ``tag`` stands, or would stand."""
        named = [f"{column}::{written}" for written, own in self.columns.items() if own == tag]
        return next((name for name in named if name in row.letters), column)


def languages_of(sheets: Iterable[Worksheet], default: str, settings: SheetRow | None, remarks: Remarks) -> Languages:
    """The languages that the columns of ``sheets`` name; ``default`` is the setting default_language, "" without."""
    columns: dict[str, str] = {}
    plain: SheetRow | None = None
    for sheet in sheets:
        for column in sheet.columns:
            kind, named, written = column.partition("::")
            if kind in TRANSLATED and named and written not in columns:
                _add(columns, written, sheet.header, column, remarks)
            elif kind in TRANSLATED and not named:
                plain = plain or sheet.header
    tags = list(dict.fromkeys(columns.values()))
    first = _default(default, settings, tags, plain, remarks)
    return Languages((first, *(tag for tag in tags if tag != first)), columns, first)


def _add(columns: dict[str, str], written: str, header: SheetRow, column: str, remarks: Remarks) -> None:
    tag = language_tag(written)
    if tag is None:
        fix = "Write the language with its tag, such as label::English (en); the column is left out"
        remarks.fault("language-tag", header, column, f'"{written}" names no language', fix)
    else:
        columns[written] = tag


def _default(setting: str, settings: SheetRow | None, tags: list[str], plain: SheetRow | None, remarks: Remarks) -> str:
    tag = language_tag(setting) if setting else None
    if setting and settings is not None and tag is None:
        fix = "Write it with its tag, such as English (en)"
        remarks.fault("language-tag", settings, "default_language", f'"{setting}" names no language', fix)
    if tag is not None:
        return tag
    if plain is None and tags:
        return tags[0]
    if plain is not None and ASSUMED in tags:
        cause = f"the columns without a language are in none that is named, and {ASSUMED} has columns of its own"
        fix = "Name their language in default_language of the sheet settings; they are left out where others speak"
        remarks.fault("default-language", plain, "label", cause, fix)
    elif plain is not None:
        fix = "Name another in default_language of the sheet settings"
        remarks.note("assumed", plain, "label", f"the columns without a language are taken for {ASSUMED}", fix)
    return ASSUMED


def language_tag(written: str) -> str | None:
    """The tag of ``English (en)``, ``en``, ``pt_BR`` or ``French``; None when no language is recognised."""
    bracketed = _IN_BRACKETS.search(written)
    tag = _cased(bracketed.group(1) if bracketed else written.strip())
    if not bracketed and not re.fullmatch(LANGUAGE_TAG, tag):
        tag = _tags_by_name().get(written.strip().lower(), "")
    tag = _CHINESE.get(tag, tag)
    return tag if re.fullmatch(LANGUAGE_TAG, tag) else None


def _cased(tag: str) -> str:
    first, *others = tag.replace("_", "-").split("-")
    return "-".join([first.lower(), *(part.title() if len(part) == 4 else part.upper() for part in others)])


@cache
def _tags_by_name() -> Mapping[str, str]:
    """Languages by their English names and by their own."""
    from babel import Locale

    english = {str(name).lower(): str(tag).replace("_", "-") for tag, name in Locale("en").languages.items()}
    return english | {"简体中文": "zh-Hans", "中文": "zh-Hans", "français": "fr", "español": "es", "deutsch": "de"}
