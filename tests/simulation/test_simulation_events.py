import csv
import itertools
import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from statistics import median

import phonenumbers
import pytest

from surveyplat.fieldwork.event_rows import EventRow, RowReader
from surveyplat.simulation.events import COLUMNS, synthetic_events, write_events_csv
from surveyplat.simulation.group import QUARTERS, dealer_group, improver
from surveyplat.simulation.people import check_digit, vehicle_number

_WRITE = """
import sys
from pathlib import Path
from surveyplat.simulation.events import synthetic_events, write_events_csv
write_events_csv(Path(sys.argv[1]), synthetic_events(7))
"""


def _quarter(day: date) -> str:
    return next(quarter.name for quarter in QUARTERS if quarter.first <= day <= quarter.last)


def test_the_same_seed_writes_the_same_bytes_in_every_process(tmp_path):
    written = set()
    for hash_seed in ("0", "4242"):
        folder = tmp_path / hash_seed
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        subprocess.run([sys.executable, "-c", _WRITE, str(folder)], check=True, env=environment)
        written.add(sha256((folder / "synthetic-events.csv").read_bytes()).hexdigest())
    here = write_events_csv(tmp_path / "here", synthetic_events(7))
    assert written == {sha256(here.read_bytes()).hexdigest()}


def test_another_seed_makes_another_group():
    assert dealer_group(1) != dealer_group(2)


def test_about_twenty_thousand_events_are_numbered_in_the_order_of_time(events):
    assert 19_000 <= len(events) <= 21_000
    assert [event.event_id for event in events] == sorted({event.event_id for event in events})
    assert all(first.occurred_at <= second.occurred_at for first, second in itertools.pairwise(events))


def test_a_dealer_has_60_to_600_visits_a_quarter_and_300_in_the_median(events):
    services = [event for event in events if event.kind == "service"]
    visits = Counter((event.dealer.code, _quarter(event.occurred_at.date())) for event in services)
    assert len(visits) == 24 * 2
    assert (min(visits.values()), median(visits.values()), max(visits.values())) == (60, 300, 600)


def test_ninety_days_after_delivery_falls_in_the_quarters_evenly(events):
    sales = [event for event in events if event.kind == "sale"]
    occasions = Counter(_quarter(event.occurred_at.date() + timedelta(days=90)) for event in sales)
    assert set(occasions) == {"2026-Q2", "2026-Q3"}
    assert all(2_600 <= count <= 2_900 for count in occasions.values())
    assert all(event.occurred_at.date() == event.customer.delivered_on for event in sales)


@pytest.mark.parametrize("seed", range(5))
def test_bases_suit_what_must_be_suppressed_and_what_must_be_found(seed):
    dealers = dealer_group(seed)
    expected = {dealer.code: dealer.visits * dealer.answer_rate for dealer in dealers}
    small = [dealer for dealer in dealers if dealer.small]
    assert len(small) == 2
    assert all(dealer.visits * dealer.answer_rate + 4 * dealer.visits**0.5 / 2 < 30.5 for dealer in small)
    assert expected[improver(dealers).code] > 120 + 3 * 0.5 * improver(dealers).visits ** 0.5
    assert sum(answers >= 60 for answers in expected.values()) >= 18
    assert sum(expected.values()) / sum(dealer.visits for dealer in dealers) == pytest.approx(0.30, abs=0.015)


def test_some_customers_come_again_and_keep_their_name_and_car(events):
    services = [event for event in events if event.kind == "service"]
    visits = Counter(event.customer.id for event in services)
    assert 0.10 < sum(count > 1 for count in visits.values()) / len(visits) < 0.25
    assert len({event.customer for event in events}) == len({event.customer.id for event in events})


def test_no_two_customers_share_a_car_a_mail_address_or_a_telephone(events):
    customers = {event.customer for event in events}
    for shared in ("vin", "email", "phone"):
        assert len({getattr(customer, shared) for customer in customers}) == len(customers)


def test_telephone_numbers_are_chinese_mobiles_and_mail_goes_to_example_domains(events):
    for event in events[::50]:
        number = phonenumbers.parse(event.customer.phone)
        assert phonenumbers.is_valid_number(number)
        assert phonenumbers.region_code_for_number(number) == "CN"
        assert phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
        assert event.customer.email.endswith(("@example.com", "@example.org"))


def test_vehicle_numbers_have_17_characters_and_the_check_digit_of_the_standard(events):
    assert check_digit("1M8GDM9AXKP042788") == "X"
    assert check_digit("11111111111111111") == "1"
    for event in events[::50]:
        vin = event.customer.vin
        assert len(vin) == 17
        assert not set(vin) & set("IOQ")
        assert vin[8] == check_digit(vin)
    assert vehicle_number("示例 A3", 2026, 1) != vehicle_number("示例 A3", 2026, 2)


def test_cars_are_built_before_delivery_and_delivered_before_a_visit(events):
    for event in events:
        assert event.customer.built_on < event.customer.delivered_on <= event.occurred_at.date()


def test_most_customers_speak_chinese_and_some_english(events):
    customers = {event.customer for event in events}
    english = sum(customer.language == "en" for customer in customers) / len(customers)
    assert {customer.language for customer in customers} == {"zh-Hans", "en"}
    assert 0.08 < english < 0.12


def test_the_group_says_that_it_is_synthetic(events):
    for dealer in dealer_group():
        assert "示例" in dealer.name
        assert "synthetic" in dealer.name
        assert "示例" in dealer.region
    assert len({dealer.name for dealer in dealer_group()}) == 24
    assert len({dealer.region for dealer in dealer_group()}) == 3
    assert 4 <= len({event.customer.model for event in events}) <= 6


def test_the_file_has_one_row_an_event_with_the_dealers_own_time(events, tmp_path):
    path = write_events_csv(tmp_path / "new folder", events[:100])
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert "synthetic" in path.name
    assert tuple(rows[0]) == COLUMNS
    for row, event in zip(rows, events[:100], strict=True):
        assert row["event_id"] == event.event_id
        assert datetime.fromisoformat(row["occurred_at"]).utcoffset() == timedelta(hours=8)
        assert datetime.fromisoformat(row["occurred_at"]) == event.occurred_at
        assert (row["kind"], row["vin"], row["model"]) == (event.kind, event.customer.vin, event.customer.model)
        assert all(row.values())


def test_intake_finds_no_fault_in_any_row(events, tmp_path):
    path = write_events_csv(tmp_path, events)
    reader = RowReader(now=datetime(2026, 10, 1, tzinfo=UTC))
    with path.open(encoding="utf-8", newline="") as file:
        taken = [reader.read(number, row) for number, row in enumerate(csv.DictReader(file), start=2)]
    assert [row for row in taken if not isinstance(row, EventRow)] == []
    assert [row.occurred_on for row in taken] == [event.occurred_at.date() for event in events]
