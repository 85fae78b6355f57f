"""The texts of a form as texts of a definition: every language, and ``${name}`` as a placeholder."""

import re
from dataclasses import dataclass, field

from surveyplat.forms.placeholders import Placeholder, parse
from surveyplat.forms.xlsform.languages import Languages
from surveyplat.forms.xlsform.remarks import Remarks
from surveyplat.forms.xlsform.vocabulary import Mapped, Problem, Vocabulary
from surveyplat.forms.xlsform.workbook import SheetRow

FALLBACK = "…"
"""What stands for an answer that is not there: a placeholder needs something."""
_REFERENCE = re.compile(r"\$\{\s*([^}]*?)\s*\}")
_MARKUP = re.compile(r"<(/?[a-z][a-z0-9]*)\b[^<>]*>|\*\*[^*\n]+\*\*|^#{1,6} ", re.IGNORECASE | re.MULTILINE)


@dataclass
class TextCells:
    """Reads texts; ``missing`` counts the translations that were not there."""

    languages: Languages
    remarks: Remarks
    vocabulary: Vocabulary
    missing: int = field(default=0)

    def demanded(self, row: SheetRow, column: str, otherwise: str) -> dict[str, str]:
        """The text of every language. One that lacks is told; ``otherwise`` stands where there is none at all."""
        found = self.read(row, column)
        if not found:
            cause = f"row {row.number} has no {column}"
            fix = f'Write one; "{otherwise}" stands in its place'
            self.remarks.fault(f"missing-{column}", row, column, cause, fix)
            return dict.fromkeys(self.languages.tags, escaped(otherwise))
        self._tell_missing(row, column, found)
        return found

    def optional(self, row: SheetRow, column: str) -> dict[str, str]:
        """The text of every language, or nothing where there is none."""
        found = self.read(row, column)
        if found:
            self._tell_missing(row, column, found)
        return found

    def read(self, row: SheetRow, column: str) -> dict[str, str]:
        texts = self.languages.text(row, column)
        for tag, text in texts.items():
            if markup := _MARKUP.search(text):
                where = self.languages.column_of(row, column, tag)
                self.remarks.unsupported(row, where, f"markup {markup.group()} in {column}", "It is shown as it stands")
        return {tag: self._with_placeholders(row, column, tag, text) for tag, text in texts.items()}

    def _tell_missing(self, row: SheetRow, column: str, found: dict[str, str]) -> None:
        for tag in self.languages.tags:
            if tag not in found:
                self.missing += 1
                where = self.languages.column_of(row, column, tag)
                cause = f"{column} has no {tag} text at row {row.number}"
                self.remarks.fault("missing-translation", row, where, cause, "Write it, here or in the YAML file")

    def _with_placeholders(self, row: SheetRow, column: str, tag: str, text: str) -> str:
        pieces, end = "", 0
        for match in _REFERENCE.finditer(text):
            pieces += escaped(text[end : match.start()])
            pieces += self._placeholder(row, self.languages.column_of(row, column, tag), column, match.group(1))
            end = match.end()
        return pieces + escaped(text[end:])

    def _placeholder(self, row: SheetRow, where: str, column: str, name: str) -> str:
        found = self.vocabulary.find(name)
        if isinstance(found, Problem) or found.kind in ("multiple", "ranking"):
            what = found.what if isinstance(found, Problem) else f"${{{name}}}, of which several may be chosen,"
            code = found.code if isinstance(found, Problem) else "unsupported"
            self.remarks.fault(code, row, where, f"{what} in {column} at row {row.number}", f"{FALLBACK} stands there")
            return FALLBACK
        ((source, own),) = found.reference.items()
        cause = f"a placeholder in {column} needs what is said when there is no answer"
        self.remarks.note("assumed", row, where, cause, f'"{FALLBACK}" is written; a word reads better')
        return f"{{{source}.{own}|{FALLBACK}}}"


def references_in_texts(item: Mapped) -> list[Mapped]:
    """References to what the placeholders of an item's texts name."""
    texts = [item["text"], item.get("hint", {}), *(choice["text"] for choice in item.get("choices", ()))]
    pieces = [piece for text in texts for words in text.values() for piece in parse(words)]
    return [{piece.source: piece.name} for piece in pieces if isinstance(piece, Placeholder)]


def escaped(text: str) -> str:
    """With braces written twice, as texts of a definition have those that are braces only."""
    return text.replace("{", "{{").replace("}", "}}")
