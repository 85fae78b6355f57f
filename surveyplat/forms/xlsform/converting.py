"""A form as a definition: everything that has a counterpart, and remarks on everything else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from surveyplat.errors import DefinitionError, Fault, InvalidInput
from surveyplat.forms.loading import definition_from_yaml
from surveyplat.forms.reading_time import minutes_needed
from surveyplat.forms.spelling import did_you_mean
from surveyplat.forms.xlsform.calculated_rows import CalculatedRows
from surveyplat.forms.xlsform.choices import ChoiceList, choice_lists
from surveyplat.forms.xlsform.columns import CHOICES, SETTINGS, SURVEY, tell_unread, tell_unused, tell_unused_of_group
from surveyplat.forms.xlsform.items import Items
from surveyplat.forms.xlsform.languages import Languages, languages_of
from surveyplat.forms.xlsform.names import RESERVED, Names, legal_id
from surveyplat.forms.xlsform.own_texts import not_spoken, own_text
from surveyplat.forms.xlsform.pages import Pages
from surveyplat.forms.xlsform.remarks import Remarks
from surveyplat.forms.xlsform.rows import OF_A_LIST, FormItem, FormRows, read_rows
from surveyplat.forms.xlsform.texts import TextCells, escaped
from surveyplat.forms.xlsform.vocabulary import Kind, Mapped, Named, Vocabulary
from surveyplat.forms.xlsform.workbook import SheetRow, Worksheet, read_workbook
from surveyplat.forms.yaml_positions import parse
from surveyplat.forms.yaml_writing import Section, yaml_text

_SHEETS = ("survey", "choices", "settings")
_KINDS: Mapping[str, Kind] = {"integer": "number", "decimal": "number"}
_CALCULATIONS = ("calculate", "hidden")
_FIELDWORK = """Fill in before the study is used: which event leads to an invitation (sale, service, ...), how many days
later it is sent, for how many days it is open, and which date decides the period. These are examples."""
_MEASUREMENT = "Fill in what is to be measured: indices, drivers, rates, the overall item. Nothing is measured yet."
_TEXTS = "The form has no introduction and no thanks: replace these."


@dataclass(frozen=True)
class Conversion:
    """``text`` is the definition's YAML. ``serious`` says what is incomplete or wrong, ``notes`` what was decided."""

    text: str
    items: int
    pages: int
    languages: tuple[str, ...]
    serious: tuple[Fault, ...]
    notes: tuple[Fault, ...]


def convert_xlsform(path: Path, name: str = "definition.yaml") -> Conversion:
    """Convert the XLSForm at ``path``; ``name`` stands for the YAML file in what is said about it.

    Raises ``InvalidInput`` when it is no workbook or has no sheet survey.
    """
    sheets = read_workbook(path)
    survey = _demanded_survey(path, sheets)
    remarks = Remarks()
    settings = _settings(sheets, remarks)
    default = settings.cell("default_language") if settings else ""
    read = [sheets[name] for name in ("survey", "choices") if name in sheets]
    languages = languages_of(read, default, settings, remarks)
    vocabulary = Vocabulary({}, {}, Names(RESERVED))
    texts = TextCells(languages, remarks, vocabulary)
    form = _Form(survey, sheets.get("choices"), texts, vocabulary, remarks)
    title = (settings.cell("form_title") if settings else "") or path.stem
    pages = form.pages(dict.fromkeys(languages.tags, escaped(title)))
    head = _head(path, settings, title, languages, remarks)
    text = _written(head, pages, vocabulary.calculated)
    still = _still_wrong(text, name, told_missing=texts.missing > 0)
    asked = sum(len(entry.get("items", (entry,))) for page in pages for entry in page["items"])
    return Conversion(
        text, asked, len(pages), languages.tags, (*_placed(remarks.serious), *still), _placed(remarks.notes)
    )


@dataclass
class _Form:
    survey: Worksheet
    choices: Worksheet | None
    texts: TextCells
    vocabulary: Vocabulary
    remarks: Remarks

    def pages(self, title: Mapping[str, str]) -> list[Mapped]:
        tell_unread(self.survey, self.survey.rows, SURVEY, self.remarks)
        if self.choices:
            tell_unread(self.choices, self.choices.rows, CHOICES, self.remarks)
        rows = read_rows(self.survey, self.remarks)
        lists = choice_lists(self.choices, self.texts, self.remarks)
        ids = self._name(rows, lists)
        calculations = {item.name: item for item in rows.items if item.kind in _CALCULATIONS and item in ids}
        named = {item.name: ids[item] for item in calculations.values()}
        CalculatedRows(calculations, named, self.vocabulary, self.remarks).convert_all()
        return self._packed(title, rows, lists, ids)

    def _name(self, rows: FormRows, lists: Mapping[str, ChoiceList]) -> dict[FormItem, str]:
        """The id of every row that can be converted, and the vocabulary of those that have a value."""
        ids: dict[FormItem, str] = {}
        first: dict[str, int] = {}
        self.vocabulary.unconverted.update(rows.unconverted)
        for item in rows.items:
            if item.name in first:
                cause = f"the name {item.name} was given at row {first[item.name]} already"
                self.remarks.fault(
                    "duplicate-name", item.row, "name", cause, "Give each row its own; this one is left out"
                )
                continue
            first[item.name] = item.row.number
            if item.kind in OF_A_LIST and not self._has_choices(item, lists):
                self.vocabulary.unconverted[item.name] = item.row.number
                continue
            ids[item] = self._id(item)
            self._add_to_vocabulary(item, ids[item], lists)
        return ids

    def _add_to_vocabulary(self, item: FormItem, item_id: str, lists: Mapping[str, ChoiceList]) -> None:
        if item.kind == "note":
            self.vocabulary.unconverted[item.name] = item.row.number
        elif item.kind not in _CALCULATIONS:
            chosen = lists.get(item.list_name)
            codes = dict(chosen.codes) if chosen else {}
            if item.or_other:
                codes.setdefault("other", "other")
            kind: Kind = _KINDS.get(item.kind, item.kind)  # type: ignore[arg-type]
            self.vocabulary.named[item.name] = Named(item.name, item_id, kind, codes)

    def _has_choices(self, item: FormItem, lists: Mapping[str, ChoiceList]) -> bool:
        chosen, row = lists.get(item.list_name), item.row
        if chosen is None:
            fix = f"{did_you_mean(item.list_name, lists)}Name a list of the sheet choices; the row is left out"
            self.remarks.fault("unknown-list", row, "type", f"no list is called {item.list_name}", fix)
            return False
        several = item.kind in ("single", "ranking") and len(chosen.choices) + item.or_other < 2
        if several:
            self.remarks.unsupported(row, "type", f"a choice of one answer, {item.name},")
        return not several

    def _id(self, item: FormItem) -> str:
        given = self.vocabulary.ids.give(legal_id(item.name))
        if given != item.name:
            cause = f"{item.name} cannot be an id here" if item.name not in RESERVED else f"{item.name} is reserved"
            self.remarks.note("renamed", item.row, "name", cause, f"It is called {given}")
        return given

    def _packed(
        self, title: Mapping[str, str], rows: FormRows, lists: Mapping[str, ChoiceList], ids: Mapping[FormItem, str]
    ) -> list[Mapped]:
        items = Items(self.texts, lists, self.vocabulary, self.remarks)
        pages = Pages(title, self.texts, self.vocabulary, self.remarks)
        seen = set[int]()
        for item in rows.items:
            for group in item.groups:
                pages.open(group, items.asked)
                if group.row.number not in seen:
                    seen.add(group.row.number)
                    tell_unused_of_group(group, self.remarks)
            tell_unused(item, self.remarks)
            if item not in ids:
                items.cells.condition(item.row, "relevant", items.asked)
            elif item.kind not in _CALCULATIONS:
                pages.add(items.convert(item, ids[item]))
        return pages.pages


def _demanded_survey(path: Path, sheets: Mapping[str, Worksheet]) -> Worksheet:
    survey = sheets.get("survey")
    if survey is None:
        cause = f"there is no sheet survey, only {', '.join(sheets) or 'empty ones'}"
        raise InvalidInput([Fault("workbook", str(path), cause, "Name the sheet with the questions survey")])
    absent = [name for name in ("type", "name") if name not in survey.columns]
    if absent:
        cause = f"the sheet has no column {' and no column '.join(absent)}"
        fix = f"Write the columns' names in the first row; there are {', '.join(survey.columns)}"
        raise InvalidInput([Fault("workbook", "survey!1", cause, fix)])
    return survey


def _settings(sheets: Mapping[str, Worksheet], remarks: Remarks) -> SheetRow | None:
    for name, sheet in sheets.items():
        if name not in _SHEETS:
            remarks.unsupported(sheet.header, "", f"sheet {name}")
    settings = sheets.get("settings")
    row = settings.rows[0] if settings and settings.rows else None
    if settings and row:
        tell_unread(settings, [row], SETTINGS, remarks, named_elsewhere=False)
    return row


def _head(path: Path, settings: SheetRow | None, title: str, languages: Languages, remarks: Remarks) -> Mapped:
    wanted = (settings.cell("form_id") if settings else "") or path.stem
    study = legal_id(wanted, "study")
    if settings and study != wanted:
        remarks.note("renamed", settings, "form_id", f"{wanted} cannot be the name of a study", f"It is called {study}")
    if settings and (foreign := not_spoken(languages.tags)):
        cause = f"the introduction and the thanks are in English for {', '.join(foreign)}"
        remarks.note("assumed", settings, "form_title", cause, "Write them in the YAML file")
    return {
        "surveyplat": 1,
        "study": study,
        "version": (settings.cell("version") if settings else "")[:40] or "1",
        "title": dict.fromkeys(languages.tags, title),
        "languages": list(languages.tags),
    }


def _written(head: Mapped, pages: list[Mapped], calculated: Mapping[str, Mapped]) -> str:
    """The definition, promising the minutes that it takes."""
    minutes = 1
    root, _ = parse(_text(head, minutes, pages, calculated).encode())
    if root is not None:
        minutes = max(1, *(round(minutes_needed(root, tag)) for tag in head["languages"]))
    return _text(head, minutes, pages, calculated)


def _text(head: Mapped, minutes: int, pages: list[Mapped], calculated: Mapping[str, Mapped]) -> str:
    languages = head["languages"]
    sections = [
        Section({**head, "minutes": minutes}),
        Section({"introduction": own_text("introduction", languages), "thanks": own_text("thanks", languages)}, _TEXTS),
        Section({"pages": pages}),
        *([Section({"calculated": dict(calculated)})] if calculated else []),
        Section({"measurement": {}}, _MEASUREMENT),
        Section(
            {"fieldwork": {"trigger": "service", "delay_days": 3, "expires_days": 21, "occasion": "event"}}, _FIELDWORK
        ),
    ]
    return yaml_text(sections)


def _still_wrong(text: str, name: str, *, told_missing: bool) -> tuple[Fault, ...]:
    """What `surveyplat check` would say; missing translations only when none was told by its cell."""
    try:
        definition_from_yaml(text.encode(), name)
    except DefinitionError as error:
        return tuple(fault for fault in error.faults if not (told_missing and fault.code == "missing-translation"))
    return ()


def _placed(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Each once, sheet by sheet and row by row."""
    return tuple(sorted(dict.fromkeys(faults), key=_place))


def _place(fault: Fault) -> tuple[int, int, int, str]:
    sheet, _, cell = fault.place.partition("!")
    letters = cell.rstrip("0123456789")
    return (
        _SHEETS.index(sheet) if sheet in _SHEETS else len(_SHEETS),
        int(cell[len(letters) :] or 0),
        len(letters),
        letters,
    )
