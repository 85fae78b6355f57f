"""The choice lists of a form, each choice with a legal code and its text in every language."""

from collections.abc import Mapping
from dataclasses import dataclass

from surveyplat.forms.xlsform.languages import Languages
from surveyplat.forms.xlsform.names import Names, legal_code
from surveyplat.forms.xlsform.remarks import Remarks
from surveyplat.forms.xlsform.texts import TextCells
from surveyplat.forms.xlsform.vocabulary import Mapped
from surveyplat.forms.xlsform.workbook import SheetRow, Worksheet

KNOWN_COLUMNS = frozenset({"list_name", "name", "label"})
OTHER = "other"
OTHER_TEXTS = {"en": "Other", "zh-Hans": "其他", "zh-Hant": "其他", "fr": "Autre", "es": "Otro", "de": "Sonstiges"}
"""What the choice is called that or_other adds."""


@dataclass(frozen=True)
class ChoiceList:
    """``codes`` maps the names in the form to codes; ``choices`` are as the definition writes them."""

    codes: Mapping[str, str]
    choices: tuple[Mapped, ...]

    def with_other(self, languages: Languages) -> "ChoiceList":
        """The list with a choice that takes words: its own "other" where it has one."""
        if OTHER in self.codes:
            code = self.codes[OTHER]
            marked = (choice | {"other": True} if choice["code"] == code else choice for choice in self.choices)
            return ChoiceList(self.codes, tuple(marked))
        text = {tag: OTHER_TEXTS.get(tag, OTHER_TEXTS["en"]) for tag in languages.tags}
        added = {"code": OTHER, "text": text, "other": True}
        return ChoiceList({**self.codes, OTHER: OTHER}, (*self.choices, added))


def choice_lists(sheet: Worksheet | None, texts: TextCells, remarks: Remarks) -> dict[str, ChoiceList]:
    """Every list of the sheet choices, by its name."""
    rows: dict[str, list[SheetRow]] = {}
    for row in sheet.rows if sheet else ():
        name = row.cell("list_name")
        if name and row.cell("name"):
            rows.setdefault(name, []).append(row)
        else:
            missing = "name" if name else "list_name"
            remarks.fault(f"missing-{missing.replace('_', '-')}", row, missing, f"{missing} is empty", "Write it")
    return {name: _list(name, own, texts, remarks) for name, own in rows.items()}


def _list(list_name: str, rows: list[SheetRow], texts: TextCells, remarks: Remarks) -> ChoiceList:
    names, codes, choices = Names(), dict[str, str](), list[Mapped]()
    for row in rows:
        name = row.cell("name")
        if name in codes:
            cause = f"the list {list_name} has the choice {name} already"
            remarks.fault("duplicate-choice", row, "name", cause, "Give each its own name; this one is left out")
            continue
        codes[name] = code = names.give(legal_code(name))
        if code != name:
            remarks.note("renamed", row, "name", f"the choice {name} is no code", f"It is called {code}")
        choices.append({"code": code, "text": texts.demanded(row, "label", name)})
    return ChoiceList(codes, tuple(choices))
