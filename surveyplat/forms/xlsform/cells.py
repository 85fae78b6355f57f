"""Cells with an expression: read, converted, and every problem of them told with its place."""

from dataclasses import dataclass

from surveyplat.forms.xlsform.conditions import Conditions
from surveyplat.forms.xlsform.expressions import BadExpression, Expression, parse
from surveyplat.forms.xlsform.remarks import Remarks
from surveyplat.forms.xlsform.vocabulary import Mapped, Named, Problem, Vocabulary, items_named
from surveyplat.forms.xlsform.workbook import SheetRow


@dataclass
class ExpressionCells:
    vocabulary: Vocabulary
    remarks: Remarks

    def expression(self, row: SheetRow, column: str) -> Expression | None:
        """The cell's expression; None when it is blank or cannot be read, which is told."""
        text = row.cell(column)
        try:
            return parse(text) if text else None
        except BadExpression as bad:
            cause = f"{column} at row {row.number} cannot be read: {bad}"
            self.remarks.fault("expression", row, column, cause, "Correct it; it is left out")
            return None

    def condition(self, row: SheetRow, column: str, asked: set[str], own: Named | None = None) -> Mapped | None:
        """The cell's expression as a condition over ``asked`` items; None without one of the same meaning."""
        expression = self.expression(row, column)
        return None if expression is None else self.converted(row, column, expression, asked, own)

    def converted(
        self, row: SheetRow, column: str, expression: Expression, asked: set[str], own: Named | None = None
    ) -> Mapped | None:
        """As ``condition``, of an expression that was read already."""
        before = dict(self.vocabulary.calculated)
        conditions = Conditions(self.vocabulary, own)
        condition = conditions.condition(expression)
        later = items_named(condition, self.vocabulary.calculated) - asked - ({own.id} if own else set())
        if later and not conditions.problems:
            conditions.unsupported(f"{', '.join(sorted(later))}, asked later,")
        if conditions.problems:
            self.vocabulary.calculated = before
            self.tell(row, column, conditions.problems)
            return None
        return condition

    def tell(self, row: SheetRow, column: str, problems: list[Problem]) -> None:
        """Every problem once."""
        for problem in dict.fromkeys(problems):
            if problem.code == "unsupported":
                self.remarks.unsupported(row, column, f"{problem.what} in {column}", problem.fix)
            else:
                cause = f"{problem.what}, in {column} at row {row.number}"
                self.remarks.fault(problem.code, row, column, cause, problem.fix)
