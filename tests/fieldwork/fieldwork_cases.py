"""Rows of an events file and a study, as the fieldwork tests use them."""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

NOW = datetime(2026, 9, 20, 1, 0, tzinfo=UTC)
"""Nine in the morning in Shanghai."""

ROW = {
    "event_id": "E1",
    "kind": "service",
    "occurred_at": "2026-09-15T10:30:00+08:00",
    "dealer_code": "D01",
    "dealer_name": "上海浦东店",
    "region": "华东",
    "brand": "Aurora",
    "time_zone": "Asia/Shanghai",
    "customer_id": "C1",
    "customer_name": "李伟",
    "email": "li.wei@example.com",
    "phone": "13800138000",
    "language": "zh-Hans",
    "vin": "LSVAA4182E2184847",
    "model": "Aurora 5",
    "delivered_on": "2026-01-05",
    "built_on": "2025-12-01",
}


def row(number: int = 1, **changes: str) -> dict[str, str]:
    """Event ``number`` of customer ``number``, everything in order but for ``changes``."""
    own = {
        "event_id": f"E{number}",
        "customer_id": f"C{number}",
        "email": f"person{number}@example.com",
        "vin": f"LSVAA{number:012d}",
    }
    return ROW | own | changes


def csv_text(rows: Sequence[Mapping[str, str]], columns: Sequence[str] | None = None) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns or list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


@dataclass(frozen=True)
class TimingCase:
    trigger: Any = "service"
    delay_days: int = 3
    expires_days: int = 21
    occasion: Any = "event"


@dataclass(frozen=True)
class StudyCase:
    study: str = "csi"
    title: Mapping[str, str] = field(default_factory=lambda: {"zh-Hans": "服务满意度调查", "en": "Service survey"})
    languages: tuple[str, ...] = ("zh-Hans", "en")
    minutes: int = 3
    fieldwork: TimingCase = TimingCase()


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PARTS = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def workbook(lines: Sequence[Sequence[str]]) -> bytes:
    """The smallest XLSX that holds these texts."""
    rows = "".join(f"<row>{''.join(map(_cell, line))}</row>" for line in lines)
    sheet = '<sheets><sheet name="S" sheetId="1" r:id="a"/></sheets>'
    files = {
        "[Content_Types].xml": f'<Types xmlns="{_PARTS}/content-types"/>',
        "_rels/.rels": _relationship("officeDocument", "xl/workbook.xml"),
        "xl/_rels/workbook.xml.rels": _relationship("worksheet", "worksheets/sheet1.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{sheet}</workbook>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>',
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


def _cell(text: str) -> str:
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'


def _relationship(kind: str, target: str) -> str:
    one = f'<Relationship Id="a" Type="{_OFFICE}/{kind}" Target="{target}"/>'
    return f'<Relationships xmlns="{_PARTS}/relationships">{one}</Relationships>'
