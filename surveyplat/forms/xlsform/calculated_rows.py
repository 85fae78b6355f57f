"""The calculate rows of a form, each after those that it speaks of."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from surveyplat.forms.xlsform.calculations import Calculations, Keep
from surveyplat.forms.xlsform.cells import ExpressionCells
from surveyplat.forms.xlsform.conditions import Conditions
from surveyplat.forms.xlsform.expressions import Binary, Call, Expression, Ref
from surveyplat.forms.xlsform.remarks import Remarks
from surveyplat.forms.xlsform.rows import FormItem
from surveyplat.forms.xlsform.vocabulary import Kind, Mapped, Named, Vocabulary
from surveyplat.forms.xlsform.workbook import SheetRow

_KINDS: Mapping[Keep, Kind] = {"number": "number", "text": "text"}


@dataclass
class CalculatedRows:
    """Adds each calculation to the vocabulary; one that cannot be converted joins its ``unconverted`` names."""

    rows: Mapping[str, FormItem]
    ids: Mapping[str, str]
    vocabulary: Vocabulary
    remarks: Remarks
    _begun: set[str] = field(default_factory=set)

    def convert_all(self) -> None:
        for name in self.rows:
            self._convert(name)

    def _convert(self, name: str) -> None:
        """Convert one and first what it speaks of. What leads back to itself finds no name there, and is told."""
        if name in self._begun:
            return
        self._begun.add(name)
        self.vocabulary.unconverted[name] = self.rows[name].row.number
        row = self.rows[name].row
        expression = self._expression(self.rows[name])
        if expression is None:
            return
        for other in _names(expression):
            if other in self.rows:
                self._convert(other)
        found = self._rule(row, name, expression)
        if found is not None:
            self._keep(self.rows[name], *found)

    def _expression(self, source: FormItem) -> Expression | None:
        row = source.row
        if not row.cell("calculation"):
            cause = f"the {source.kind} at row {row.number} calculates nothing"
            self.remarks.fault("missing-calculation", row, "calculation", cause, "Write it; the row is left out")
            return None
        if row.cell("relevant"):
            self.remarks.unsupported(row, "relevant", "relevant of a calculation", "Use if() in the calculation")
        return ExpressionCells(self.vocabulary, self.remarks).expression(row, "calculation")

    def _rule(self, row: SheetRow, name: str, expression: Expression) -> tuple[Mapped, Keep | None] | None:
        before = dict(self.vocabulary.calculated)
        conditions = Conditions(self.vocabulary)
        found = Calculations(self.vocabulary, self.ids[name], conditions).rule(expression)
        if conditions.problems:
            self.vocabulary.calculated = before
            ExpressionCells(self.vocabulary, self.remarks).tell(row, "calculation", conditions.problems)
            return None
        return found

    def _keep(self, source: FormItem, rule: Mapped, kind: Keep | None) -> None:
        name, row = source.name, source.row
        kept: Keep = kind or "text"
        self.vocabulary.calculated[self.ids[name]] = {**rule, "keep": kept}
        self.vocabulary.named[name] = Named(name, self.ids[name], _KINDS[kept], calculated=True)
        del self.vocabulary.unconverted[name]
        if any(group.row.cell("relevant") for group in source.groups):
            cause = f"{name} stands in a group that is not always shown, and is calculated even then"
            self.remarks.note("changed", row, "calculation", cause, "Use if() where that matters")


def _names(expression: Expression) -> Iterator[str]:
    match expression:
        case Ref(str(name)):
            yield name
        case Call(_, parts):
            yield from _all_names(parts)
        case Binary(_, left, right):
            yield from _all_names((left, right))


def _all_names(parts: Iterable[Expression]) -> Iterator[str]:
    for part in parts:
        yield from _names(part)
