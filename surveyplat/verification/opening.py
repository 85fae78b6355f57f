"""A file of unknown origin opened as a report: within bounds, and taken apart into what was made and its seal."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

from pikepdf import PasswordError, Pdf, PdfError
from pikepdf.settings import set_qpdf_limits

from surveyplat.errors import ReportError
from surveyplat.reports.attachments import BUNDLE, SEAL, UNSEALED
from surveyplat.reports.seal import Sealed, taken_apart

MOST_BYTES = 64 * 2**20
"""Of a file; reports of a thousand dealers stay below a tenth of it."""
MOST_UNPACKED = 128 * 2**20
"""Of one packed stream in it."""
DAMAGED = "its bytes were changed: they can no longer be unpacked, or give more than any report holds"
UNREADABLE = (PdfError, PasswordError, ValueError, TypeError, LookupError, AttributeError, RecursionError)
"""What a file that was put together by somebody else may lead to."""

_STREAM = re.compile(rb"(?<!end)stream[ \t]*[\r\n]")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_FILTER = re.compile(rb"/Filter\b\s*(/\w+|[^/\s])")
_DICTIONARY = 4096
"""Bytes before a stream's data in which its dictionary stands; those of reports are a tenth as long."""


@dataclass(frozen=True)
class Opened:
    """A report as it was read. Nothing of it is believed yet."""

    made: bytes
    """Without the seal, as its bundle should make it."""
    sealed: Sealed | None
    bundle: bytes
    """The attached bundle as it stands there."""
    saved_with_seal: bool
    """Whether another program saved a sealed report anew: what was signed is gone."""

    @property
    def template_version(self) -> str | None:
        """Of the templates that drew it, as far as the bundle tells."""
        try:
            version = json.loads(self.bundle).get("template_version")
        except (ValueError, AttributeError, RecursionError):
            return None
        return version if isinstance(version, str) else None


def opened(report: bytes) -> Opened:
    """Take a report apart. Raises ``ReportError`` naming what makes it none, or more than one may be asked to read."""
    _check_bounds(report)
    try:
        apart = taken_apart(report)
        made = report if apart is None else apart.made
        with Pdf.open(BytesIO(made)) as pdf:
            if pdf.is_encrypted:
                raise ReportError("report: the file is encrypted, as no report is: another program wrote it")
            bundle, seal = attached(pdf, BUNDLE), attached(pdf, SEAL)
    except UNREADABLE as error:
        raise ReportError(f"report: it cannot be read as a PDF ({error})") from None
    if bundle is None:
        raise ReportError(f"{BUNDLE}: {DAMAGED}")
    return Opened(made, apart, bundle, saved_with_seal=seal != UNSEALED)


def attached(pdf: Pdf, name: str) -> bytes | None:
    """An attached file's content; None where its packed bytes are damaged. Raises ``ReportError`` without the file."""
    if name not in pdf.attachments:
        raise ReportError(f"{name} is not attached any more")
    try:
        return pdf.attachments[name].get_file().read_bytes()
    except PdfError:
        return None


@contextmanager
def bounded() -> Iterator[None]:
    """Within it no stream of a PDF is unpacked beyond ``MOST_UNPACKED``. Holds for the whole process."""
    before = set_qpdf_limits(
        flate_max_memory=MOST_UNPACKED,
        png_max_memory=MOST_UNPACKED,
        run_length_max_memory=MOST_UNPACKED,
        tiff_max_memory=MOST_UNPACKED,
        dct_max_memory=MOST_UNPACKED,
        max_stream_filters=1,
    )
    try:
        yield
    finally:
        set_qpdf_limits(**before)  # type: ignore[arg-type]  # each value goes back to where it came from


def _check_bounds(report: bytes) -> None:
    if not report:
        raise ReportError("report: the file is empty")
    if len(report) > MOST_BYTES:
        raise ReportError(f"report: it has more than {MOST_BYTES:,} bytes, and no report has")
    if not report.startswith(b"%PDF-"):
        raise ReportError("report: the file is no PDF. Ask for the report again from whom it came")
    for found in _STREAM.finditer(report):
        _check_filter(report[max(0, found.start() - _DICTIONARY) : found.start()])


def _check_filter(before: bytes) -> None:
    """Reports are packed by Flate, once: nothing else is unpacked, since not every way of packing has a bound."""
    dictionary = _ESCAPED.sub(lambda code: bytes.fromhex(code[1].decode()), before[before.rfind(b"obj") :])
    for name in _FILTER.findall(dictionary):
        if name != b"/FlateDecode":
            raise ReportError("report: a part of it is packed as no report is: another program wrote or changed it")
