"""What a report carries with it: the bundle that it was made from, and its numbers as files for other programs."""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from pikepdf import Array, AttachedFileSpec, Name, Pdf

from surveyplat.reports.bundle import Bundle, canonical_json

BUNDLE, RESULTS, TABLE, MANIFEST, SEAL = "bundle.json", "results.json", "results.csv", "manifest.json", "seal.json"
UNSEALED = b'{"seal":null}\n'
"""What stands in a report that nobody has sealed: the place that the seal takes."""
COLUMNS = (
    "measure",
    "value",
    "std_error",
    "ci_low",
    "ci_high",
    "unweighted_base",
    "weighted_base",
    "effective_base",
    "suppressed",
)
_NAMES = ("id", "dealer", "item", "driver", "measure", "factor", "region", "name", "check")
"""What an entry of a list is called by, the first of them that it has."""
_RELATIONS = {BUNDLE: Name.Source, MANIFEST: Name.Source, SEAL: Name.Supplement}
FORMULA = r"^'*(\s*[=+\-@＝＋－＠]|[\t\r\n])"
"""What a spreadsheet may run: also behind spaces, and in full width where such letters are typed.

Apostrophes before it count as well, so that one in front can be taken away again for certain.
"""


def attachments_of(bundle: Bundle) -> dict[str, bytes]:
    """Each attached file by its name, as the bundle alone makes it; the same bundle gives the same bytes."""
    return {
        BUNDLE: canonical_json(bundle).encode(),
        RESULTS: _json({"scores": bundle.results, "comparison": bundle.comparison}),
        TABLE: results_table(bundle.results).encode("utf-8-sig"),
        MANIFEST: _json(bundle.manifest),
        SEAL: UNSEALED,
    }


def attach(pdf: Pdf, bundle: Bundle) -> None:
    """Put the attachments into the file, and name them as what the report was made from and says."""
    moment = pdf_date(datetime.fromisoformat(bundle.as_of))
    files = attachments_of(bundle)
    for name, content in files.items():
        pdf.attachments[name] = AttachedFileSpec(  # type: ignore[call-arg]  # its stub knows no relationship
            pdf,
            content,
            filename=name,
            mime_type="text/csv" if name.endswith(".csv") else "application/json",
            creation_date=moment,
            mod_date=moment,
            relationship=_RELATIONS.get(name, Name.Data),
        )
    pdf.Root.AF = Array([pdf.attachments[name].obj for name in files])


def results_table(results: Mapping[str, Any]) -> str:
    """Every estimate of a results document as a line of CSV: where it stands in the document, value, error, base.

    Measures are paths such as ``dealers/D07/index/score``. What is suppressed has no value and says why. A text that a
    spreadsheet would take for a formula gets an apostrophe in front.
    """
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(COLUMNS)
    for path, estimate in estimates_in("", results):
        cells = (_plain(estimate.get(column)) for column in COLUMNS[1:])
        writer.writerow([harmless(path), *cells])
    return target.getvalue()


def harmless(text: str) -> str:
    """The text with an apostrophe in front where a spreadsheet would run it as a formula."""
    return f"'{text}" if re.search(FORMULA, text) else text


def pdf_date(moment: datetime) -> str:
    """A time with its offset as PDF writes it: D:20261020090000+08'00'."""
    offset = moment.strftime("%z")
    return f"D:{moment:%Y%m%d%H%M%S}{offset[:3]}'{offset[3:5]}'"


def estimates_in(path: str, part: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every estimate in a part of a document, each with its path below ``path``."""
    if isinstance(part, Mapping):
        if "value" in part and "suppressed" in part:
            yield path, part
            return
        for name, inner in sorted(part.items()):
            yield from estimates_in(f"{path}/{name}" if path else str(name), inner)
    elif isinstance(part, list | tuple):
        for place, inner in enumerate(part):
            yield from estimates_in(f"{path}/{_name(inner, place)}", inner)


def _name(part: Any, place: int) -> str:
    if not isinstance(part, Mapping):
        return str(place)
    named = [part[name] for name in _NAMES if isinstance(part.get(name), str)]
    if not named and {"lowest", "highest"} <= set(part):
        low, high = part["lowest"], part["highest"]
        return str(low) if low == high else f"{low}-{high}"
    return str(named[0]) if named else str(place)


def _plain(value: Any) -> str:
    return "" if value is None else repr(value) if isinstance(value, float) else str(value)


def _json(document: Any) -> bytes:
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return f"{text}\n".encode()
