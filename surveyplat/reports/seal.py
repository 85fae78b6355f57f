"""The seal: a section appended to a finished report that signs every byte before it.

A report carries a file ``seal.json`` that says "not sealed". Sealing appends one object of the same number, the signed
``seal.json``, as an incremental update (ISO 32000-1, 7.5.6): the bytes before it are those that the bundle makes.
"""

import re
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO

from pikepdf import Pdf, PdfError

from surveyplat.errors import ReportError
from surveyplat.reports.attachments import SEAL

_MARK = b"%surveyplat seal\n"
_SOURCE = "Ask for the report again from whom it came"
_ADDRESS = re.compile(r"^stream <[^>]*>:? ?")
"""How qpdf's words name bytes in memory: otherwise each time."""


@dataclass(frozen=True)
class Sealed:
    """A sealed report taken apart: the bytes as they were made, and what the seal says."""

    made: bytes
    seal: bytes


def sealed(made: bytes, seal: bytes) -> bytes:
    """The report with its seal appended. Raises ``ReportError`` when it has no place for one."""
    with _opened(made) as pdf:
        if SEAL not in pdf.attachments:
            raise ReportError("report: it was made by a program that knew no seals. Make the report again")
        stream = pdf.attachments[SEAL].get_file().obj
        number, size, root = stream.objgen[0], int(pdf.trailer.Size), pdf.Root.objgen[0]
        kept = bytes(pdf.trailer.ID[0])
    begins = made if made.endswith(b"\n") else made + b"\n"
    place = len(begins) + len(_MARK)
    head = f"{number} 0 obj\n<< /Type /EmbeddedFile /Subtype /application#2Fjson /Length {len(seal)} >>\nstream\n"
    update = head.encode() + seal + b"\nendstream\nendobj\n"
    table = _cross_references({number: place, size: place + len(update)}, size, root, _previous(made), kept, seal)
    return b"".join((begins, _MARK, update, table, f"startxref\n{place + len(update)}\n%%EOF\n".encode()))


def taken_apart(report: bytes) -> Sealed | None:
    """The report and its seal; None when it was never sealed.

    Raises ``ReportError`` when the file is no report of ours, and when more than the seal follows the made bytes.
    """
    with _opened(report) as pdf:
        if SEAL not in pdf.attachments:
            raise ReportError(f"report: the file holds no {SEAL}. {_SOURCE}")
        seal = pdf.attachments[SEAL].get_file().read_bytes()
    cut = report.rfind(_MARK)
    if cut < 0:
        return None
    made = report[:cut]
    if sealed(made, seal) != report:
        raise ReportError("report: what follows the report is not its seal alone: something was added or changed there")
    return Sealed(made, seal)


def _opened(report: bytes) -> Pdf:
    try:
        return Pdf.open(BytesIO(report))
    except PdfError as error:
        told = _ADDRESS.sub("", str(error))
        raise ReportError(f"report: it cannot be read as a PDF ({told}). {_SOURCE}") from None


def _previous(made: bytes) -> int:
    """Where the last cross-references of the file stand."""
    words = made[made.rfind(b"startxref") :].split()
    return int(words[1])


def _cross_references(places: dict[int, int], size: int, root: int, previous: int, kept: bytes, seal: bytes) -> bytes:
    """A cross-reference stream (ISO 32000-1, 7.5.8) of the objects at ``places``, the last of which is itself."""
    rows = b"".join(b"\x01" + place.to_bytes(5) + b"\x00\x00" for place in places.values())
    index = " ".join(f"{number} 1" for number in places)
    identity = f"<{kept.hex()}> <{sha256(seal).hexdigest()[:32]}>"
    head = (
        f"{size} 0 obj\n<< /Type /XRef /Size {size + 1} /W [ 1 5 2 ] /Index [ {index} ] /Root {root} 0 R"
        f" /Prev {previous} /ID [ {identity} ] /Length {len(rows)} >>\nstream\n"
    )
    return head.encode() + rows + b"\nendstream\nendobj\n"
