"""A file of changes to a frozen period: each line withdraws one response, or puts one event right.

Columns: ``response`` (as `export --rows --as-frozen` names it) or ``event`` (its reference), then either ``withdraw``
(a reason's code) or the right ``dealer``, ``model``, ``occurred_on`` and ``kind``, as far as they were wrong. A
correction is all or nothing: with one fault in the file nothing is changed, and all of its faults are told.
"""

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from surveyplat.audit.withdrawals import CODES
from surveyplat.errors import Fault, InvalidInput
from surveyplat.event_kinds import EventKind
from surveyplat.fieldwork import cells
from surveyplat.fieldwork.cells import BadCell
from surveyplat.fieldwork.contact_rules import Timing, occasion_day
from surveyplat.fieldwork.event_corrections import AskedEvent, RightEvent
from surveyplat.fieldwork.sheets import Row, Sheet

WHICH, RIGHT = ("response", "event"), ("dealer", "model", "occurred_on", "kind")
COLUMNS = (*WHICH, "withdraw", *RIGHT)


@dataclass(frozen=True)
class Known:
    """What the lines of a file are checked against: the newest revision, and what is stored."""

    rows: AbstractSet[str]
    """The names of its responses."""
    withdrawn: AbstractSet[str]
    """Names of responses that were withdrawn before: to withdraw one again changes nothing, and is no fault."""
    events: Mapping[str, AskedEvent]
    """Those events of the file that the study asked about."""
    names: Mapping[str, str]
    """What the snapshot calls the response to each of them."""
    dealers: AbstractSet[str]
    first_day: date
    last_day: date
    timing: Timing
    trigger: EventKind
    today: date


@dataclass(frozen=True)
class Changes:
    """What a file asks for: response -> the code of its withdrawal, and the events to be put right."""

    withdrawals: Mapping[str, str]
    rights: tuple[RightEvent, ...]

    def described(self) -> dict[str, Any]:
        """The changes as JSON values, in an order that does not depend on that of the lines."""
        rights = sorted(self.rights, key=lambda right: right.reference)
        return {"withdrawals": dict(self.withdrawals), "rights": [vars(right) for right in rights]}


NO_CHANGES = Changes({}, ())


def references_in(sheet: Sheet) -> tuple[str, ...]:
    """Every event that the file names, wrong ones too. Raises ``InvalidInput`` where its columns are not known."""
    _check_columns(sheet)
    named = (_texts(sheet, row).get("event", "") for row in sheet.rows)
    return tuple(dict.fromkeys(filter(None, named)))


def read_changes(sheet: Sheet, known: Known) -> Changes:
    """Check every line. Raises ``InvalidInput`` with all faults of the file."""
    _check_columns(sheet)
    lines = [_Line(sheet, row, known) for row in sheet.rows]
    faults = [fault for line in lines for fault in line.faults]
    faults += _repeated(lines)
    if not lines:
        fix = "Write a line for each response to withdraw and each event to put right"
        faults.append(Fault("table", sheet.place, "it has no line below its header", fix))
    if faults:
        raise InvalidInput(faults)
    withdrawals = {line.name: line.code for line in lines if line.code}
    return Changes(withdrawals, tuple(line.right for line in lines if line.right is not None))


class _Line:
    """One line, read and checked: ``faults`` are all that is wrong with it."""

    def __init__(self, sheet: Sheet, row: Row, known: Known) -> None:
        self.faults: list[Fault] = []
        self.name, self.code = "", ""
        self.right: RightEvent | None = None
        self.place = f"{sheet.place}, line {row.number}"
        self._known, self._texts = known, _texts(sheet, row)
        if len(row.cells) > len(sheet.columns):
            cause = f"it has {len(row.cells)} cells and the header {len(sheet.columns)}"
            self._fault("", cause, "Quote the cell that holds a separator")
        self._event = self._which()
        told = [name for name in RIGHT if self._texts.get(name)]
        if self._texts.get("withdraw"):
            self._withdraw(told)
        elif told:
            self._put_right()
        else:
            fix = f"Fill withdraw ({', '.join(CODES)}) or one of {', '.join(RIGHT)}"
            self._fault("", "it changes nothing", fix)

    def _fault(self, column: str, cause: str, fix: str) -> None:
        place = f"{self.place}, column {column}" if column else self.place
        self.faults.append(Fault("correction", place, cause, fix))

    def _which(self) -> AskedEvent | None:
        """The event that the line names; the response, by either name, becomes ``name``."""
        response, reference = (self._texts.get(name, "") for name in WHICH)
        if bool(response) == bool(reference):
            cause = "both are filled in" if response else "both are empty"
            self._fault("response and event", cause, "Name the response, as exported rows do, or its event")
            return None
        if response:
            self.name = response
            return None
        event = self._known.events.get(reference)
        if event is None:
            fix = "Correct the reference, or leave the line out: nothing of this period rests on it"
            self._fault("event", f"{reference} is no event that this study asked about", fix)
        self.name = self._known.names.get(reference, "")
        return event

    def _withdraw(self, told: list[str]) -> None:
        code = self._texts["withdraw"].lower()
        if told:
            fix = "Withdraw the response or put its event right, not both"
            self._fault("withdraw", f"it stands beside {' and '.join(told)}", fix)
        if code not in CODES:
            self._fault("withdraw", f"{code} is no reason", f"{_meant(code, CODES)}Write one of {', '.join(CODES)}")
        elif self.name and self.name not in self._known.rows | self._known.withdrawn:
            fix = "Write a response_id of `surveyplat export --rows --as-frozen`, or the event of a frozen response"
            self._fault("", "the period's rows hold no such response", fix)
        else:
            self.code = code

    def _put_right(self) -> None:
        if self._texts.get("response") and not self._texts.get("event"):
            self._fault(
                "event", "it is empty", "Name the event: what it was reported with is put right by its reference"
            )
            return
        dealer = self._cell("dealer", cells.code(32))
        if dealer and dealer not in self._known.dealers:
            fix = f"{_meant(dealer, self._known.dealers)}Take in an event of a new dealer first"
            self._fault("dealer", f"{dealer} is no dealer's code", fix)
        model = self._cell("model", cells.text(100))
        if model and self._event is not None and not self._event.has_vehicle:
            self._fault("model", "the event has no vehicle", "Leave the model out")
        day, kind = self._cell("occurred_on", _day), self._cell("kind", cells.kind)
        if day and day > self._known.today:
            self._fault("occurred_on", "it lies in the future", "Correct the day")
        if self._event is not None and not self.faults:
            self.right = RightEvent(self._event.reference, dealer, model, day, kind)
            self._touches_the_period(self._event, day)

    def _touches_the_period(self, event: AskedEvent, day: date | None) -> None:
        known = self._known
        occasions = [occasion_day(each, known.timing) for each in (event.occurred_on, day) if each is not None]
        within = any(known.first_day <= occasion <= known.last_day for occasion in occasions)
        if not within and self.name not in known.rows:
            told = " and ".join(str(occasion) for occasion in occasions)
            self._fault("event", f"it counts on {told}, outside of the period", "Correct the period that it belongs to")

    def _cell(self, column: str, check: Callable[[str], Any]) -> Any:
        """The checked value; None where the cell is empty or wrong."""
        text = self._texts.get(column, "")
        if not text:
            return None
        try:
            return check(text)
        except BadCell as bad:
            self._fault(column, f"it {bad.cause}", bad.fix)
            return None


def _day(text: str) -> date | None:
    moment = cells.moment(text)
    return moment.date() if isinstance(moment, datetime) else moment


def _texts(sheet: Sheet, row: Row) -> dict[str, str]:
    return dict(zip(sheet.columns, row.cells, strict=False))


def _check_columns(sheet: Sheet) -> None:
    """A column that is not known is a fault: what it was meant to change would be left as it is."""
    unknown = [name for name in sheet.columns if name and name not in COLUMNS]
    faults = [
        Fault("columns", sheet.place, f"{name} is no column", f"{_meant(name, COLUMNS)}Columns: {', '.join(COLUMNS)}")
        for name in unknown
    ]
    if not set(WHICH) & set(sheet.columns):
        fix = f"Name the lines by one of {' and '.join(WHICH)}"
        faults.append(Fault("columns", sheet.place, "no column says which response or event is meant", fix))
    if faults:
        raise InvalidInput(faults)


def _repeated(lines: list[_Line]) -> Iterator[Fault]:
    first: dict[str, str] = {}
    for line in lines:
        if line.name:
            earlier = first.setdefault(line.name, line.place)
            if earlier != line.place:
                yield Fault(
                    "correction", line.place, f"it names the response of {earlier} again", "Keep one of the two"
                )


def _meant(word: str, known: AbstractSet[str] | tuple[str, ...]) -> str:
    found = get_close_matches(word, sorted(known), n=1)
    return f"Did you mean {found[0]}? " if found else ""
