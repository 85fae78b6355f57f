"""A correction applied to frozen rows and their counts: pure, so that the next revision follows from the last one.

Rows are not gathered anew: what was stored since the freeze (another region of a dealer, a masked name) changes no row
that the correction does not name.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from surveyplat.audit.change_files import Changes
from surveyplat.audit.columns import Row, key_value, row_order, with_key_values
from surveyplat.audit.corrected_counts import Counts
from surveyplat.audit.withdrawals import OTHER_KIND, OTHER_PERIOD
from surveyplat.event_kinds import EventKind
from surveyplat.fieldwork.contact_rules import Timing, occasion_day
from surveyplat.fieldwork.event_corrections import AskedEvent, RightEvent
from surveyplat.fieldwork.population import EventCell, month_of


@dataclass(frozen=True)
class Basis:
    """What a correction changes, and by what it is judged: the rows and manifest of the revision before."""

    rows: tuple[Row, ...]
    manifest: Mapping[str, Any]
    timing: Timing
    trigger: EventKind
    regions: Mapping[str, str]
    """Dealer -> region, as it is stored today."""
    events: Mapping[str, AskedEvent]
    names: Mapping[str, str]
    """Event -> what the rows call its response."""

    @property
    def first_day(self) -> date:
        return date.fromisoformat(self.manifest["first_day"])

    @property
    def last_day(self) -> date:
        return date.fromisoformat(self.manifest["last_day"])


@dataclass
class Corrected:
    """The rows of the next revision and its counts, and what became of those of the one before."""

    rows: list[Row]
    manifest: dict[str, Any]
    withdrawn: Counter[str] = field(default_factory=Counter)
    """Rows that went, by the reason's code; ``other_period`` and ``other_kind`` where their event did not belong."""
    added: int = 0
    changed: int = 0
    events: int = 0
    """Events without a row here that were put right: they change the population."""
    gone: dict[str, str] = field(default_factory=dict)
    """Response -> the code of its withdrawal, of the rows that were withdrawn now."""

    @property
    def changes_something(self) -> bool:
        return bool(self.withdrawn or self.added or self.changed or self.events)


def with_changes(basis: Basis, changes: Changes) -> Corrected:
    """The rows and counts with what a file of changes asks for."""
    counts = Counts(basis.manifest)
    rows = {str(key_value(row, "response_id")): row for row in basis.rows}
    made = Corrected([], {})
    for name, code in changes.withdrawals.items():
        row = rows.pop(name, None)
        if row is not None:
            made.gone[name] = code
            made.withdrawn[code] += 1
            counts.withdraw(_cell_of(row), code)
    for right in changes.rights:
        _put_right(basis, right, rows, counts, made)
    made.rows = sorted(rows.values(), key=row_order)
    made.manifest = counts.told([str(key_value(row, "source")) for row in made.rows])
    return made


def _put_right(basis: Basis, right: RightEvent, rows: dict[str, Row], counts: Counts, made: Corrected) -> None:
    event = basis.events[right.reference]
    name = basis.names[right.reference]
    row = rows.get(name)
    before = _stored(basis, event) if row is None else _Place.of(row)
    after = _right(basis, right, before)
    was_here, why_gone = _is_within(basis, before.occasion), _why_gone(basis, right, after)
    if was_here and why_gone:
        rows.pop(name, None)
        counts.leave(event, before.cell, is_row=row is not None)
        made.withdrawn[why_gone] += row is not None
        made.events += row is None
    elif not was_here and not why_gone:
        counts.enter(event, after.cell)
        made.events += 1
    elif was_here and before != after:
        counts.move(event, before.cell, after.cell)
        made.changed += row is not None
        made.events += row is None
        if row is not None:
            rows[name] = after.put_into(row)


@dataclass(frozen=True)
class _Place:
    """Where and when an event counts."""

    dealer: str
    region: str
    model: str
    occasion: date

    @classmethod
    def of(cls, row: Row) -> "_Place":
        dealer, region, model, occasion = (
            key_value(row, name) for name in ("dealer", "region", "model", "occasion_on")
        )
        return cls(str(dealer), str(region), str(model), occasion)  # type: ignore[arg-type]

    @property
    def cell(self) -> EventCell:
        return EventCell(self.dealer, self.model, month_of(self.occasion))

    def put_into(self, row: Row) -> Row:
        where = {"dealer": self.dealer, "region": self.region, "model": self.model}
        return with_key_values(row, {**where, "occasion_on": self.occasion})


def _stored(basis: Basis, event: AskedEvent) -> _Place:
    """Of an event without a row, what is stored of it tells where it counted."""
    occasion = occasion_day(event.occurred_on, basis.timing)
    return _Place(event.dealer, basis.regions.get(event.dealer, ""), event.model, occasion)


def _right(basis: Basis, right: RightEvent, before: _Place) -> _Place:
    dealer = right.dealer or before.dealer
    region = before.region if dealer == before.dealer else _region(basis, dealer)
    occasion = before.occasion if right.occurred_on is None else occasion_day(right.occurred_on, basis.timing)
    return _Place(dealer, region, right.model or before.model, occasion)


def _region(basis: Basis, dealer: str) -> str:
    """The dealer's region in this snapshot; as it is stored where the snapshot does not know the dealer."""
    known = (str(key_value(row, "region")) for row in basis.rows if key_value(row, "dealer") == dealer)
    return next(known, basis.regions.get(dealer, ""))


def _why_gone(basis: Basis, right: RightEvent, after: _Place) -> str:
    if right.kind is not None and right.kind != basis.trigger:
        return OTHER_KIND
    return "" if _is_within(basis, after.occasion) else OTHER_PERIOD


def _is_within(basis: Basis, occasion: date) -> bool:
    return basis.first_day <= occasion <= basis.last_day


def _cell_of(row: Row) -> EventCell:
    return _Place.of(row).cell if key_value(row, "occasion_on") is not None else EventCell("", "", "")
