"""A frozen period with every kind of column, whose texts are as hostile as respondents can make them."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from surveyplat.audit.columns import Column, Row, snapshot_columns
from surveyplat.audit.snapshot_file import write_snapshot
from surveyplat.exports.frozen_rows import FrozenRows, frozen_rows
from surveyplat.exports.making import Made, file_names, make_export
from surveyplat.exports.wanted import Wanted
from surveyplat.forms.language import Definition
from surveyplat.forms.loading import definition_from_yaml, load_definition

TEXTS = (
    '=HYPERLINK("http://example.invalid","click")',
    "+1-1",
    "-5 degrees",
    "@SUM(A1)",
    "＝1+1",
    "  =1+1",
    "\t=1",
    "'=1 was quoted",
    "'tis plain",
    'He said "no", twice\nand left\r\nfor good',
    "<b>&amp; \x01 bell \x07</b>",
    "שלום عليكم 👍🏽 服务很好",
    "长" * 10_000,
    "",
    None,
)
"""One a row; the last of them nobody wrote."""
_MISSING = (-1, -2, -3)
_HASH = "5d" * 32


_EVERY_TYPE = Path(__file__).parents[1] / "forms" / "definitions" / "every_type.yaml"


def every_type() -> Definition:
    return load_definition(_EVERY_TYPE)


def worded(polite: str) -> Definition:
    """The same questionnaire with another English wording of its item ``polite`` and of its best answer."""
    told = json.dumps(polite, ensure_ascii=False)
    text = _EVERY_TYPE.read_text(encoding="utf-8")
    text = text.replace("{en: Polite,", f"{{en: {told},").replace("{en: Very good,", f"{{en: {told},")
    return definition_from_yaml(text.encode(), "every_type.yaml")


def made_rows(
    folder: Path,
    language: str = "en",
    *,
    count: int = len(TEXTS),
    texts: bool = True,
    definition: Definition | None = None,
) -> FrozenRows:
    """``count`` rows of the questionnaire with every type; without ``texts`` nobody wrote a word."""
    definition = definition or every_type()
    columns = snapshot_columns(definition)
    rows = [_row(columns, number, texts) for number in range(count)]
    file = write_snapshot(folder, columns, rows)
    return frozen_rows(file.path, _manifest(count), definition, language)


def _manifest(count: int) -> dict[str, Any]:
    return {
        "study": "every_type",
        "period": "2026-Q3",
        "rows_hash": _HASH,
        "definition_hash": _HASH,
        "definition_version": "1",
        "row_count": count,
        "synthetic": True,
        "frozen_at": "2026-10-27T09:00:00+08:00",
    }


def _row(columns: tuple[Column, ...], number: int, texts: bool) -> Row:
    return tuple(_value(column, number + place, number, texts) for place, column in enumerate(columns))


def _value(column: Column, turn: int, number: int, texts: bool) -> Any:
    match column.kind:
        case "key":
            return _key(column.name, number)
        case "text":
            return TEXTS[number % len(TEXTS)] if texts else None
        case "rating" | "recommendation" | "constant_sum" | "seconds":
            low, high = column.scale or (0, 90)
            return int(_cycled((*range(int(low), int(high) + 1, max(1, int(high) // 5)), *_MISSING[:2]), turn))
        case "multiple" | "problem" | "consent":
            return int(_cycled((0, 1, *_MISSING[:2]), turn))
        case "number":
            low, high = column.scale or (0.0, 1.0)
            return _cycled((float(low), (low + high) // 2.0, None, float(high)), turn)
        case "date":
            return _cycled((date(2026, 2, 28), date(1999, 12, 31), None), turn)
        case _:
            return _cycled((*column.codes, None), turn)


def _cycled(values: tuple[Any, ...], turn: int) -> Any:
    return values[turn % len(values)]


def _key(name: str, number: int) -> Any:
    keys = {
        "response_id": f"{number:032x}",
        "dealer": ("D1", "", "=D3")[number % 3],
        "customer": f"{number // 2:032x}",
        "build_month": "2026-01",
        "occasion_on": date(2026, 7, 1 + number % 30),
        "language": "en",
        "source": "web",
    }
    return keys.get(name, "华东")


def told(name: str, done: int, total: int) -> None:
    """Progress that nobody looks at."""


def exported(
    rows: FrozenRows, wanted: Wanted, folder: Path, published: pl.DataFrame | None = None
) -> tuple[Path, Made]:
    """The first file of an export, laid into the folder."""
    folder.mkdir(exist_ok=True)
    places = file_names(rows, wanted, folder)
    made = make_export(rows, published, wanted, places, told)
    made.lay()
    return places[0], made
