"""A row of the form as an item of the definition, with when it is shown and the check that its page makes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import TypeAdapter

from surveyplat.forms.conditions import Calculations as CalculatedValues
from surveyplat.forms.conditions import Condition
from surveyplat.forms.evaluation import Facts, holds
from surveyplat.forms.xlsform.cells import ExpressionCells
from surveyplat.forms.xlsform.choices import ChoiceList
from surveyplat.forms.xlsform.own_texts import own_text
from surveyplat.forms.xlsform.ranges import MOST_DECIMALS, WIDEST, bounds_of, conjuncts, rejoined
from surveyplat.forms.xlsform.remarks import Remarks
from surveyplat.forms.xlsform.rows import OF_A_LIST, FormItem
from surveyplat.forms.xlsform.texts import TextCells
from surveyplat.forms.xlsform.vocabulary import Mapped, Named, Vocabulary, items_named
from surveyplat.forms.xlsform.workbook import SheetRow

_TYPES = {"integer": "number", "decimal": "number", "note": "information"}
_YES, _NO = ("yes", "true", "true()", "1"), ("no", "false", "false()", "0", "")
_CONDITION: TypeAdapter[Condition] = TypeAdapter(Condition)
_CALCULATED: TypeAdapter[CalculatedValues] = TypeAdapter(CalculatedValues)


@dataclass(frozen=True)
class Piece:
    """What became of one row: its item, and the rules that its page puts around it."""

    source: FormItem
    item: Mapped
    show: Mapped | None
    check: Mapped | None


@dataclass
class Items:
    """Converts rows in their order: a rule may speak of what was asked before, so ``asked`` grows with each."""

    texts: TextCells
    lists: Mapping[str, ChoiceList]
    vocabulary: Vocabulary
    remarks: Remarks
    asked: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.cells = ExpressionCells(self.vocabulary, self.remarks)

    def convert(self, source: FormItem, item_id: str) -> Piece:
        row = source.row
        kind = _TYPES.get(source.kind, source.kind)
        item: Mapped = {"id": item_id, "type": kind, "text": self.texts.demanded(row, "label", source.name)}
        if hint := self.texts.optional(row, "hint"):
            item["hint"] = hint
        show = self.cells.condition(row, "relevant", self.asked)
        check = None
        if kind != "information":
            item |= self._required(row, source)
            bounds, check = self._constraint(source)
            item |= self._particulars(source, bounds)
            self.asked.add(item_id)
        return Piece(source, item, show, check)

    def _required(self, row: SheetRow, source: FormItem) -> Mapped:
        written = row.cell("required").lower()
        if written in _YES:
            return {"required": True}
        if written in _NO:
            return {}
        condition = self.cells.condition(row, "required", self.asked, self.vocabulary.named.get(source.name))
        return {"required_when": condition} if condition else {}

    def _constraint(self, source: FormItem) -> tuple[Mapped, Mapped | None]:
        """The constraint as bounds of the item, and what is left of it as a check of the page."""
        row, named = source.row, self.vocabulary.named[source.name]
        expression = self.cells.expression(row, "constraint")
        bounds, rest = bounds_of(source.kind, conjuncts(expression)) if expression else ({}, [])
        left = rejoined(rest)
        that = None if left is None else self.cells.converted(row, "constraint", left, self.asked, named)
        if that is None:
            if bounds and left is None and any(column.startswith("constraint_message") for column in row.cells):
                fix = "The page says in its own words what the range is"
                where = self.texts.languages.column_of(row, "constraint_message", self.texts.languages.default)
                self.remarks.note("replaced", row, where, "the constraint became a range", fix)
            return bounds, None
        message = self.texts.optional(row, "constraint_message") or own_text("check", self.texts.languages.tags)
        return bounds, {"that": self._unless_empty(named, that), "message": message, "at": named.id}

    def _unless_empty(self, named: Named, that: Mapped) -> Mapped:
        """A form tests no constraint of an empty answer. Where ours would, the condition says so."""
        calculated = _CALCULATED.validate_python(self.vocabulary.calculated)
        empty = Facts({named.id: []} if named.kind == "multiple" else {}, calculated=calculated)
        others = items_named(that, self.vocabulary.calculated) - {named.id}
        if not others and holds(_CONDITION.validate_python(that), empty) is not False:
            return that
        if named.kind == "multiple":
            return {"any": [{**self.vocabulary.count_of(named), "equals": 0}, that]}
        return {"any": [{**named.reference, "answered": False}, that]}

    def _particulars(self, source: FormItem, bounds: Mapped) -> Mapped:
        row, kind = source.row, source.kind
        if kind in ("integer", "decimal"):
            return self._number(row, kind, bounds)
        if kind in OF_A_LIST:
            chosen = self.lists[source.list_name]
            chosen = chosen.with_other(self.texts.languages) if source.or_other else chosen
            order: Mapped = {"order": "random"} if _is_random(row) else {}
            return {**bounds, **order, "choices": list(chosen.choices)}
        if kind == "text" and row.cell("appearance") == "multiline":
            return {"multiline": True}
        return bounds

    def _number(self, row: SheetRow, kind: str, bounds: Mapped) -> Mapped:
        missing = [name for name in ("minimum", "maximum") if name not in bounds]
        if missing:
            cause = f"row {row.number} has no plain range, and a number needs one"
            fix = f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} set {WIDEST} wide; narrow it"
            self.remarks.note("assumed", row, "constraint", cause, fix)
        whole = {"minimum": -WIDEST, "maximum": WIDEST} | bounds
        return whole if kind == "integer" else {**whole, "decimals": MOST_DECIMALS}


def _is_random(row: SheetRow) -> bool:
    return row.cell("parameters").replace(" ", "").lower() == "randomize=true"
