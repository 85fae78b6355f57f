"""What ``${name}`` means in a form: which question or calculation it is, and what kind of value that has."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from surveyplat.forms.spelling import did_you_mean
from surveyplat.forms.xlsform.names import Names, legal_id

Mapped = dict[str, Any]
"""A part of a definition as plain values, before it is written as YAML."""
Kind = Literal["single", "multiple", "ranking", "number", "date", "text"]


@dataclass(frozen=True)
class Named:
    """Something that has a value: its name in the form, its id in the definition, and its kind."""

    name: str
    id: str
    kind: Kind
    codes: Mapping[str, str] = field(default_factory=dict)
    """Of a choice: the name in the form -> the code in the definition."""
    calculated: bool = False

    @property
    def reference(self) -> Mapped:
        return {"calculated" if self.calculated else "answer": self.id}


@dataclass(frozen=True)
class Problem:
    """Why an expression, or a part of one, is not converted. ``code`` is unsupported or that of a fault."""

    code: str
    what: str
    fix: str


@dataclass
class Vocabulary:
    """Every name of the form, the ids that are taken, and the calculated values with those that were added."""

    named: dict[str, Named]
    unconverted: dict[str, int]
    """Names of rows that have no counterpart -> the row."""
    ids: Names
    calculated: dict[str, Mapped] = field(default_factory=dict)

    def find(self, name: str) -> Named | Problem:
        """What ``${name}`` is, or why it is nothing."""
        if name in self.named:
            return self.named[name]
        if name in self.unconverted:
            what = f"${{{name}}}, itself not converted (row {self.unconverted[name]}),"
            return Problem("unsupported", what, "It is left out")
        fix = f"{did_you_mean(name, self.named)}Name a row of the sheet survey"
        return Problem("unknown-name", f"${{{name}}} is the name of no row", fix)

    def count_of(self, named: Named) -> Mapped:
        """A reference to how many choices of a multiple choice are ticked; nobody is asked for it."""
        return self._derived(f"{named.id}_count", {"count": [named.id]})

    def number_of(self, named: Named) -> Mapped | None:
        """A reference to a single choice's code as a number, None when a code is no number."""
        values = {code: as_number(name) for name, code in named.codes.items()}
        if None in values.values():
            return None
        cases = [{"when": {**named.reference, "equals": code}, "then": value} for code, value in values.items()]
        return self._derived(f"{named.id}_number", {"choose": cases})

    def add(self, wanted: str, rule: Mapped) -> Mapped:
        """A reference to a new calculated value."""
        name = self.ids.give(legal_id(wanted))
        self.calculated[name] = rule
        return {"calculated": name}

    def _derived(self, wanted: str, rule: Mapped) -> Mapped:
        there = next((name for name, known in self.calculated.items() if known == rule), None)
        return {"calculated": there} if there else self.add(wanted, rule)


def as_number(text: str) -> int | float | None:
    """The number that a text is, None when it is none; infinite ones and those in other digits are none."""
    try:
        number = float(text) if text.isascii() else None
    except ValueError:
        return None
    if number is None or number - number != 0:
        return None
    return int(number) if number.is_integer() else number


def items_named(part: Any, calculated: Mapping[str, Mapped]) -> set[str]:
    """The ids of all items that a rule speaks of, those behind its calculated values too."""
    found: set[str] = set()
    seen: set[str] = set()
    waiting = [part]
    while waiting:
        match waiting.pop():
            case dict() as mapping:
                if isinstance(mapping.get("answer"), str):
                    found.add(mapping["answer"])
                if isinstance(mapping.get("count"), list):
                    found.update(mapping["count"])
                name = mapping.get("calculated")
                if isinstance(name, str) and name not in seen:
                    seen.add(name)
                    waiting.append(calculated.get(name))
                waiting.extend(mapping.values())
            case list() as several:
                waiting.extend(several)
    return found
