"""What a cell of an events file may hold, cell by cell."""

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from surveyplat.fieldwork import cells
from surveyplat.fieldwork.cells import BadCell
from surveyplat.fieldwork.event_rows import local_day

SHANGHAI = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    ("check", "cell", "value"),
    [
        (cells.kind, "SALE", "sale"),
        (cells.moment, "2026-07-01", date(2026, 7, 1)),
        (cells.moment, "2026/7/1", date(2026, 7, 1)),
        (cells.moment, "2026/7/1 9:30", datetime(2026, 7, 1, 9, 30)),  # noqa: DTZ001
        (cells.moment, "2026-07-01 00:00:00", datetime(2026, 7, 1)),  # noqa: DTZ001
        (cells.moment, "2026-07-01T09:30:00+08:00", datetime(2026, 7, 1, 9, 30, tzinfo=SHANGHAI)),
        (cells.moment, "2026-07-01T09:30:00Z", datetime(2026, 7, 1, 9, 30, tzinfo=timezone.utc)),  # noqa: UP017
        (cells.optional_day, "", None),
        (cells.optional_day, "2026-07-01 00:00:00", date(2026, 7, 1)),
        (cells.time_zone, "Asia/Urumqi", "Asia/Urumqi"),
        (cells.language, "", ""),
        (cells.language, "ZH-hans", "zh-Hans"),
        (cells.language, "zh_cn", "zh-CN"),
        (cells.language, "zh-hans-cn", "zh-Hans-CN"),
        (cells.vin, "lsvaa4182e2184847", "LSVAA4182E2184847"),
        (cells.vin, "ＬＳＶＡＡ4182E2184847", "LSVAA4182E2184847"),
        (cells.email, "", ""),
        (cells.email, "Li.Wei@Example.COM", "Li.Wei@example.com"),
        (cells.email, "a@例子.中国", "a@xn--fsqu00a.xn--fiqs8s"),
        (cells.email, "rehearsal@dealer.test", "rehearsal@dealer.test"),
        (cells.phone, "", ""),
        (cells.phone, "138 0013 8000", "+8613800138000"),
        (cells.phone, "１３８００１３８０００", "+8613800138000"),
        (cells.phone, "+1 650 253 0000", "+16502530000"),
        (cells.code(8), "Ｄ０１", "D01"),
        (cells.text(3, required=False), "", ""),
    ],
)
def test_a_good_cell_is_read_in_its_normal_form(check: Callable[[str], Any], cell: str, value: object) -> None:
    assert check(cell) == value


@pytest.mark.parametrize(
    ("check", "cell"),
    [
        (cells.kind, "repair"),
        (cells.moment, ""),
        (cells.moment, "01.07.2026"),
        (cells.moment, "2026-02-30"),
        (cells.moment, "2026-07-01T25:00"),
        (cells.moment, "0000-01-01"),
        (cells.moment, "0001-01-01T00:00:00+14:00"),
        (cells.moment, "9999-12-31T23:00:00-12:00"),
        (cells.time_zone, ""),
        (cells.time_zone, "China"),
        (cells.time_zone, "../etc/passwd"),
        (cells.language, "chinese"),
        (cells.language, "zh--Hans"),
        (cells.vin, "LSVAA4182E218484"),
        (cells.vin, "LSVAA4182E218484O"),
        (cells.email, "li.wei"),
        (cells.email, "a@localhost"),
        (cells.email, "a@b.com\nBcc: c@d.com"),
        (cells.email, "李@example.com"),
        (cells.phone, "123"),
        (cells.phone, "1.38E10"),
        (cells.text(3), ""),
        (cells.text(3), "abcd"),
        (cells.text(30), "two\nlines"),
        (cells.text(30), "nul\x00"),
    ],
)
def test_a_bad_cell_is_refused_without_repeating_it(check: Callable[[str], Any], cell: str) -> None:
    with pytest.raises(BadCell) as caught:
        check(cell)
    assert caught.value.fix
    assert not cell or cell not in caught.value.cause + caught.value.fix


def test_the_day_of_an_event_is_the_dealers() -> None:
    late = datetime(2026, 6, 30, 17, 0, tzinfo=timezone.utc)  # noqa: UP017
    assert local_day(late, "Asia/Shanghai") == date(2026, 7, 1)
    assert local_day(late, "Europe/London") == date(2026, 6, 30)
    assert local_day(late.replace(tzinfo=None), "Asia/Shanghai") == date(2026, 6, 30)
    assert local_day(date(2026, 6, 30), "Asia/Shanghai") == date(2026, 6, 30)
