"""Whether a report is what its own bundle makes: it is drawn again, and compared byte for byte.

So whatever was changed is found, also what only shows: a moved bar, a covered number, another font. Which change it was
is looked for afterwards: in the attachments, in the printed texts, then in everything else that the file holds.
"""

import json
from collections.abc import Iterator
from io import BytesIO

from pikepdf import Pdf

from surveyplat.errors import ReportError, SurveyplatError
from surveyplat.reports.attachments import BUNDLE, SEAL, attachments_of
from surveyplat.reports.bundle import Bundle
from surveyplat.reports.pdf import make_report
from surveyplat.reports.printed import printed_pages
from surveyplat.verification.differences import first_difference
from surveyplat.verification.file_objects import object_difference
from surveyplat.verification.opening import DAMAGED, UNREADABLE, Opened, attached
from surveyplat.verification.verdicts import Step

BROKEN = (SurveyplatError, *UNREADABLE, ArithmeticError)
"""What a bundle that was put together by somebody else may lead to."""


def check_consistency(report: Opened, bundle: Bundle, *, is_signed: bool) -> Step:
    """Draw the report again from its bundle. ``is_signed``: its bytes are known to be the publisher's.

    Only then may bytes differ where nothing else does: another version of a library packed them.
    """
    try:
        wanted = attachments_of(bundle)
        again = make_report(bundle)
    except BROKEN as error:
        return Step("consistent", "failed", f"{BUNDLE}: no report can be made of it ({error})")
    if again == report.made:
        return Step("consistent", "passed", "drawn again from its bundle it has the same bytes: texts, charts and tags")
    if report.saved_with_seal and report.sealed is None:
        told = f"{SEAL}: it is sealed, and the file was saved anew by another program since"
        return Step("consistent", "failed", told)
    difference = next(_differences(report.made, wanted, again), None)
    if difference is not None:
        return Step("consistent", "failed", difference)
    told = "everything in it is what its bundle makes, and its bytes are not: other versions of libraries packed them"
    return Step("consistent", *(("passed", told) if is_signed else ("failed", f"{told}, or it was changed")))


def _differences(made: bytes, wanted: dict[str, bytes], again: bytes) -> Iterator[str]:
    yield from _attachment_differences(made, wanted)
    try:
        yield from _printed_differences(made, again)
        difference = object_difference(made, again)
    except (ReportError, *UNREADABLE) as error:
        yield str(error)
        return
    if difference is not None:
        yield difference


def _attachment_differences(made: bytes, wanted: dict[str, bytes]) -> Iterator[str]:
    with Pdf.open(BytesIO(made)) as pdf:
        for name in sorted(wanted.keys() | set(pdf.attachments)):
            if name not in wanted or name not in pdf.attachments:
                yield f"{name}: the file {'is not attached any more' if name in wanted else 'was added'}"
            elif (content := attached(pdf, name)) != wanted[name]:
                yield f"{name}: {DAMAGED if content is None else _first_of_files(content, wanted[name])}"


def _first_of_files(found: bytes, wanted: bytes) -> str:
    try:
        difference = first_difference(json.loads(found), json.loads(wanted))
    except (ValueError, RecursionError):
        difference = None
    if difference is not None:
        return difference
    lines = zip(found.splitlines(), wanted.splitlines(), strict=False)
    told = next(((number, line) for number, (line, meant) in enumerate(lines, 1) if line != meant), None)
    return "it is longer or shorter than the bundle's" if told is None else f"line {told[0]} is not the bundle's"


def _printed_differences(made: bytes, again: bytes) -> Iterator[str]:
    """Where the printed text is not what the bundle makes, page by page."""
    found, wanted = printed_pages(made), printed_pages(again)
    for page, (texts, meant) in enumerate(zip(found, wanted, strict=False), 1):
        for text, other in zip(texts, meant, strict=False):
            if text != other:
                yield f"page {page}: “{text}” is printed, and its bundle gives “{other}”"
        if len(texts) != len(meant):
            yield f"page {page}: {len(texts)} texts are printed, and its bundle gives {len(meant)}"
    if len(found) != len(wanted):
        yield f"{len(found)} pages, and its bundle gives {len(wanted)}"
