"""The smallest elements of the definition language: names, texts, numbers, and what every part has in common."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

ID = r"^[A-Za-z][A-Za-z0-9_]*$"
CODE = r"^[A-Za-z0-9][A-Za-z0-9_]*$"
LANGUAGE_TAG = r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$"
NOT_BLANK = r"\S"
DAY_OR_TODAY = r"^(today|[0-9]{4}-[0-9]{2}-[0-9]{2})$"

Id = Annotated[str, StringConstraints(pattern=ID, max_length=40)]
Code = Annotated[str, StringConstraints(pattern=CODE, max_length=40)]
LanguageTag = Annotated[str, StringConstraints(pattern=LANGUAGE_TAG)]
Words = Annotated[str, StringConstraints(pattern=NOT_BLANK)]
Text = dict[str, Words]
"""Language tag -> text, one entry for each language of the definition."""
DayOrToday = Annotated[str, StringConstraints(pattern=DAY_OR_TODAY)]
"""A day of the calendar, such as 2026-09-30, or today."""

WholeNumber = Annotated[int, Field(strict=True)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Flag = Annotated[bool, Field(strict=True)]


class Part(BaseModel):
    """What every part of a definition has in common: it never changes and takes no unknown key.

    pydantic builds what reads it when it is first read: most of what starts reads no definition.
    The docstrings below are what an editor shows its user: the JSON Schema takes them as descriptions.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
