"""What the conversion has to say about a form: what is unsupported, what is wrong, and what was decided for it."""

from dataclasses import dataclass, field

from surveyplat.errors import Fault
from surveyplat.forms.xlsform.workbook import SheetRow

_LEFT_OUT = "It is left out"


@dataclass
class Remarks:
    """Collects everything, so that all of it is told at once. ``serious`` things make the conversion incomplete."""

    serious: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)
    """What was renamed, assumed or changed, without a loss."""

    def unsupported(self, row: SheetRow, column: str, what: str, fix: str = _LEFT_OUT) -> None:
        """``what`` has no counterpart in the definition language, or none that keeps its meaning."""
        self.serious.append(Fault("unsupported", row.place(column), f"{what} at row {row.number}", fix))

    def fault(self, code: str, row: SheetRow, column: str, cause: str, fix: str) -> None:
        """The form itself is faulty here."""
        self.serious.append(Fault(code, row.place(column), cause, fix))

    def note(self, code: str, row: SheetRow, column: str, cause: str, fix: str) -> None:
        """Something was decided that the form's author may want to see."""
        self.notes.append(Fault(code, row.place(column), cause, fix))
