"""Conversions of XLSForms that tests write as text."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from forms_xlsforms import Table, table, write_form

from surveyplat.errors import Fault
from surveyplat.forms.loading import definition_from_yaml
from surveyplat.forms.xlsform.converting import Conversion, convert_xlsform
from surveyplat.forms.yaml_positions import parse

CHOICES = """
list_name | name | label
yn        | yes  | Yes
yn        | no   | No
wash      | none | None of these
wash      | in-side | Inside
wash      | outside | Outside
"""
SETTINGS = "form_title | form_id | default_language\nA form | a_form | English (en)"


def converter(tmp_path: Path) -> Callable[..., Conversion]:
    """Converts sheets, each as a text or as its rows."""

    def converted(
        survey: str | Table, choices: str | Table = CHOICES, settings: str = SETTINGS, **sheets: str
    ) -> Conversion:
        named = {"survey": survey, "choices": choices, "settings": settings, **sheets}
        tables = {name: table(text) if isinstance(text, str) else text for name, text in named.items() if text}
        return convert_xlsform(write_form(tmp_path / "form.xlsx", tables))

    return converted


def said(faults: Sequence[Fault]) -> list[str]:
    return [str(fault) for fault in faults]


def plain(conversion: Conversion) -> Any:
    """The definition as its own loader reads it, which it must."""
    definition_from_yaml(conversion.text.encode(), "form.yaml")
    root, _ = parse(conversion.text.encode())
    return root.plain() if root else None
