"""The codebook as a document: its cover, then a table of variables for each page of the questionnaire."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby

from surveyplat.exports.codebook import Codebook, Entry, codebook_csv
from surveyplat.exports.variables import Value, Variable
from surveyplat.reports import formats
from surveyplat.reports.blocks import Column, Content, Cover, Paragraph, Row, Section, Table
from surveyplat.reports.bundle import SHORT_HASH
from surveyplat.reports.context import LONGEST_CELL, clipped
from surveyplat.reports.pdf import make_document
from surveyplat.reports.phrases import phrases

_BETWEEN = " · "
_RANGES = ("rating", "recommendation", "number", "constant_sum")


def codebook_pdf(codebook: Codebook) -> bytes:
    """The codebook as a tagged PDF; the same codebook gives the same bytes."""
    content = codebook_content(codebook)
    return make_document(content, codebook_id(codebook), codebook.rows.frozen_at)


def codebook_id(codebook: Codebook) -> str:
    """The first digits of the hash of the codebook's table: what stands on each page."""
    return sha256(codebook_csv(codebook)).hexdigest()[:SHORT_HASH]


def codebook_content(codebook: Codebook) -> Content:
    """Every sentence and number of the document."""
    saying = _Saying(codebook)
    rows = codebook.rows
    period = formats.period_name(rows.manifest["period"], rows.language)
    banner = saying.say("synthetic") if rows.manifest["synthetic"] else ""
    return Content(
        language=rows.language,
        title=f"{rows.title} · {saying.say('codebook')} · {period}",
        subject=saying.say("codebook.subject", title=rows.title, period=period),
        header=f"{rows.title} · {period}",
        running_banner=saying.say("synthetic_short") if banner else "",
        cover=Cover(
            banner=banner,
            kicker=f"{saying.say('codebook.kicker')} · {period}",
            title=rows.title,
            subtitle=saying.say("codebook.subtitle"),
            facts=tuple(saying.facts()),
            footnote=saying.say("codebook.footnote"),
        ),
        sections=tuple(saying.sections()),
    )


@dataclass(frozen=True)
class _Saying:
    """One codebook in the words of its language."""

    codebook: Codebook

    def say(self, key: str, **fields: str) -> str:
        return phrases(self.codebook.rows.language)[key].format(**fields)

    def number(self, value: int) -> str:
        return formats.number(value, 0, self.codebook.rows.language)

    def facts(self) -> Iterator[tuple[str, str]]:
        manifest = self.codebook.rows.manifest
        yield self.say("codebook.rows"), self.number(self.codebook.count)
        yield self.say("codebook.variables"), self.number(len(self.codebook.entries))
        yield self.say("codebook.version"), str(manifest["definition_version"])
        yield self.say("codebook.frozen_at"), formats.long_time(manifest["frozen_at"], self.codebook.rows.language)
        yield self.say("cover.data_hash"), manifest["rows_hash"][:SHORT_HASH]
        yield self.say("cover.report_id"), codebook_id(self.codebook)

    def sections(self) -> Iterator[Section]:
        counts = {"count": self.number(len(self.codebook.entries)), "rows": self.number(self.codebook.count)}
        reading = Paragraph(self.say("codebook.reading.text"), lead=self.say("codebook.reading"))
        notes = (Paragraph(self.say("codebook.empty_cells")), Paragraph(self.say("codebook.formula")))
        heading = self.say("codebook.heading", **counts)
        yield Section("codebook", self.say("codebook"), heading, (reading, *notes))
        for number, (name, entries) in enumerate(self._groups(), start=1):
            fields = {"page": name, "count": self.number(len(entries))}
            title = self.say("codebook.page_heading", **fields)
            yield Section(f"page-{number}", clipped(name), title, (self._table(entries),))

    def _groups(self) -> Iterator[tuple[str, Sequence[Entry]]]:
        """Variables that belong together; a page's own seconds go with its questions."""
        named = {name: None for name, _ in groupby(self.codebook.entries, self._group)}
        for name in named:
            yield name, [entry for entry in self.codebook.entries if self._group(entry) == name]

    def _group(self, entry: Entry) -> str:
        kind = entry.variable.column.kind
        if kind == "key":
            return self.say("codebook.about")
        return self.say("codebook.calculated_values") if kind == "calculated" else entry.variable.page

    def _table(self, entries: Sequence[Entry]) -> Table:
        columns = (
            Column(self.say("codebook.column.variable"), 0.24, "left"),
            Column(self.say("codebook.column.meaning"), 0.52, "left"),
            Column(self.say("codebook.column.kind"), 0.14, "left"),
            Column(self.say("codebook.column.base"), 0.1),
        )
        return Table("", columns, tuple(row for entry in entries for row in self._rows(entry)))

    def _rows(self, entry: Entry) -> Iterator[Row]:
        variable = entry.variable
        unit = f" ({variable.unit})" if variable.unit else ""
        cells = variable.name, clipped(variable.label) + unit, self._kind(variable), self.number(entry.base)
        yield Row(cells, "total")
        answers = [self._code(value) for value in variable.values if not value.is_missing]
        missing = [self._missing(entry, value) for value in variable.values if value.is_missing]
        for title, codes in ((self.say("codebook.codes"), answers), (self.say("codebook.missing"), missing)):
            yield from (Row((title, line, "", "")) for line in _lines(codes))

    def _kind(self, variable: Variable) -> str:
        kind = self.say(f"codebook.kind.{variable.column.kind}")
        if variable.column.scale is None or variable.column.kind not in _RANGES:
            return kind
        low, high = (
            formats.number(end, variable.decimals, self.codebook.rows.language) for end in variable.column.scale
        )
        return self.say("codebook.scale", kind=kind, low=low, high=high)

    def _code(self, value: Value) -> str:
        return self.say("codebook.code", code=str(value.code), text=value.text)

    def _missing(self, entry: Entry, value: Value) -> str:
        rows = self.number(entry.missing[int(value.code)])
        return self.say("codebook.missing_code", code=str(value.code), text=value.text, rows=rows)


def _lines(codes: Sequence[str]) -> Iterator[str]:
    """Codes side by side, as many as a cell of moderate height takes."""
    line = ""
    for code in map(clipped, codes):
        if line and len(line) + len(code) > LONGEST_CELL:
            yield line
            line = ""
        line = f"{line}{_BETWEEN}{code}" if line else code
    if line:
        yield line
