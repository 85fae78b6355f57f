"""One row of an events file -> one checked event, or every fault of the row at once."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from surveyplat.event_kinds import OF_A_VEHICLE, EventKind
from surveyplat.fieldwork import cells
from surveyplat.fieldwork.cells import BadCell
from surveyplat.fieldwork.people import Person
from surveyplat.quarantine import CellFault

Check = Callable[[str], Any]

CHECKS: dict[str, Check] = {
    "event_id": cells.code(64),
    "kind": cells.kind,
    "occurred_at": cells.moment,
    "dealer_code": cells.code(32),
    "dealer_name": cells.text(200),
    "region": cells.text(100),
    "brand": cells.text(100),
    "time_zone": cells.time_zone,
    "customer_id": cells.code(64),
    "customer_name": cells.text(200, required=False),
    "email": cells.email,
    "phone": cells.phone,
    "language": cells.language,
    "vin": cells.vin,
    "model": cells.text(100, required=False),
    "delivered_on": cells.optional_day,
    "built_on": cells.optional_day,
}
"""Every column and what its cells may hold; lengths are those of the tables."""
VEHICLE_COLUMNS = ("vin", "model", "delivered_on", "built_on")
REQUIRED_COLUMNS = tuple(name for name in CHECKS if name not in VEHICLE_COLUMNS)
REQUIRED_OF_A_VEHICLE = ("vin", "model", "delivered_on")
"""The columns that a file needs as well when one of its events is of a kind that never happens without a vehicle."""


@dataclass(frozen=True, slots=True)
class DealerRow:
    code: str
    name: str
    region: str
    brand: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class EventRow:
    """A checked event. ``occurred_on`` is its day in the dealer's time zone; ``language`` is empty when unknown.

    Without a vehicle ``vin`` and ``model`` are empty.
    """

    event_id: str
    kind: EventKind
    occurred_on: date
    dealer: DealerRow
    customer_id: str
    person: Person
    language: str
    vin: str
    model: str
    delivered_on: date | None
    built_on: date | None

    def canonical(self) -> str:
        """What makes two reports of one event the same: all of it but the dealer's master data, which may change."""
        content = {name: getattr(self, name) for name in _OWN_FIELDS} | {
            "dealer": self.dealer.code,
            "person": [self.person.name, self.person.email, self.person.phone],
        }
        return json.dumps(content, default=str, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


@dataclass
class RowReader:
    """Reads the rows of one file in order; remembers the dealers, which must stay the same throughout a file."""

    now: datetime
    _dealers: dict[str, tuple[DealerRow, int]] = field(default_factory=dict)

    def read(self, number: int, texts: Mapping[str, str]) -> EventRow | list[CellFault]:
        """The event in row ``number``, or all of its faults."""
        values, faults = _checked(texts)
        if "occurred_at" in values and "time_zone" in values:
            values["occurred_on"] = local_day(values["occurred_at"], values["time_zone"])
            faults += _impossible_days(values, self.now.astimezone(ZoneInfo(values["time_zone"])).date())
        faults += _half_told_vehicle(values)
        faults += _personal_reference(values)
        dealer = _dealer(values)
        if dealer is not None:
            faults += self._changed_dealer(dealer, number)
        if faults or dealer is None:
            return faults
        return _event(values, dealer)

    def _changed_dealer(self, dealer: DealerRow, number: int) -> list[CellFault]:
        known, row = self._dealers.setdefault(dealer.code, (dealer, number))
        if known == dealer:
            return []
        told = asdict(dealer)
        fix = "Give one dealer the same name, region, brand and time zone throughout the file"
        return [
            CellFault(_DEALER_COLUMNS[part], f"differs from row {row} for dealer {dealer.code}", fix)
            for part, value in asdict(known).items()
            if told[part] != value
        ]


_OWN_FIELDS = (
    "event_id",
    "kind",
    "occurred_on",
    "customer_id",
    "language",
    "vin",
    "model",
    "delivered_on",
    "built_on",
)
_VEHICLES_OWN = ("vin", "model")
_DEALER_COLUMNS = {
    "code": "dealer_code",
    "name": "dealer_name",
    "region": "region",
    "brand": "brand",
    "time_zone": "time_zone",
}


def local_day(moment: date | datetime, time_zone: str) -> date:
    """The day of an event at its dealer: a time with an offset is converted, one without is the dealer's own."""
    if not isinstance(moment, datetime):
        return moment
    return (moment.astimezone(ZoneInfo(time_zone)) if moment.tzinfo else moment).date()


def _checked(texts: Mapping[str, str]) -> tuple[dict[str, Any], list[CellFault]]:
    values: dict[str, Any] = {}
    faults: list[CellFault] = []
    for column, check in CHECKS.items():
        try:
            values[column] = check(texts.get(column, ""))
        except BadCell as fault:
            faults.append(CellFault(column, fault.cause, fault.fix))
    return values, faults


def _impossible_days(values: Mapping[str, Any], today: date) -> list[CellFault]:
    faults = []
    if values["occurred_on"] > today:
        faults.append(CellFault("occurred_at", "lies in the future", "Take an event in once it has happened"))
    built, delivered = values.get("built_on"), values.get("delivered_on")
    if built and delivered and built > delivered:
        faults.append(CellFault("built_on", "is later than delivered_on", "Correct one of the two days"))
    return faults


def _half_told_vehicle(values: Mapping[str, Any]) -> list[CellFault]:
    """A vehicle needs VIN and model; some kinds of events need a vehicle, the others take one when there is one."""
    told = [column for column in VEHICLE_COLUMNS if values.get(column)]
    empty = [column for column in _VEHICLES_OWN if values.get(column) == ""]
    if values.get("kind") in OF_A_VEHICLE:
        return [CellFault(column, "is empty", f"Fill it in: a {values['kind']} is of a vehicle") for column in empty]
    if not told:
        return []
    cause = f"is empty, though {' and '.join(told)} {'are' if len(told) > 1 else 'is'} told"
    return [CellFault(column, cause, "Tell both VIN and model, or nothing of a vehicle") for column in empty]


def _personal_reference(values: Mapping[str, Any]) -> list[CellFault]:
    """References are stored in clear, so a customer's mail address or phone number must not serve as one."""
    reference = str(values.get("customer_id", ""))
    phone = str(values.get("phone", "")).lstrip("+")
    digits = "".join(filter(str.isdigit, reference))
    is_phone = bool(phone) and len(digits) >= 7 and len(digits) == len(reference.lstrip("+")) and phone.endswith(digits)
    if "@" not in reference and not is_phone:
        return []
    return [
        CellFault("customer_id", "is personal data (a mail address or phone number)", "Use the dealer's own number")
    ]


def _dealer(values: Mapping[str, Any]) -> DealerRow | None:
    if not all(column in values for column in _DEALER_COLUMNS.values()):
        return None
    return DealerRow(**{part: values[column] for part, column in _DEALER_COLUMNS.items()})


def _event(values: Mapping[str, Any], dealer: DealerRow) -> EventRow:
    person = Person(values["customer_name"], values["email"], values["phone"])
    return EventRow(dealer=dealer, person=person, **{name: values[name] for name in _OWN_FIELDS})
