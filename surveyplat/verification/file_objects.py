"""The first object of a PDF that is not the one in another PDF: pages first, then whatever else the catalogue leads to.

Two files are the same here when all of their objects are, however they are numbered, packed and ordered.
"""

from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import zip_longest
from typing import Any

from pikepdf import Array, Dictionary, Object, Page, Pdf, Stream, unparse_content_stream

from surveyplat.reports.printed import Ink

_PACKING = ("/Length", "/Filter", "/DecodeParms")
"""Entries of a stream that say how it is packed, not what it holds."""
_PLACES = {
    "/Info": "the document information",
    "/Metadata": "the metadata (XMP)",
    "/Outlines": "the outline",
    "/StructTreeRoot": "the tags (with the alternative texts)",
    "/Names": "the names (destinations and attached files)",
    "/AF": "the attached files",
    "/PageLabels": "the page numbers",
}
_LONGEST = 80
_Pair = tuple[tuple[int, int], tuple[int, int]]


def object_difference(made: bytes, again: bytes) -> str | None:
    """Where it is and what stands there, in words; None when every object is the same."""
    with Pdf.open(BytesIO(made)) as found, Pdf.open(BytesIO(again)) as wanted:
        return next(_of_files(found, wanted), None)


def _of_files(found: Pdf, wanted: Pdf) -> Iterator[str]:
    ink = Ink()
    pages = [*zip(found.pages, wanted.pages, strict=False)]
    seen: set[_Pair] = {(page.obj.objgen, meant.obj.objgen) for page, meant in pages}
    for number, (page, meant) in enumerate(pages, 1):
        yield from _of_drawings(f"page {number}", _steps(page, ink), _steps(meant, Ink()))
        for place, one, other in _children(f"page {number}", page.obj, meant.obj):
            yield from () if place.endswith("/Parent") else _below(place, one, other, seen)
    for name in sorted({*found.Root.keys(), *wanted.Root.keys()}):
        place = _PLACES.get(name, f"the catalogue: {name}")
        yield from _below(place, found.Root.get(name), wanted.Root.get(name), seen)
    yield from _below(_PLACES["/Info"], found.trailer.get("/Info"), wanted.trailer.get("/Info"), seen)


def _of_drawings(place: str, drawn: Iterable[str], meant: Iterable[str]) -> Iterator[str]:
    """The first step of a page's drawing that is another one."""
    within = ""
    for number, (one, other) in enumerate(zip_longest(drawn, meant), 1):
        if one != other:
            found, wanted = (_quoted(step) for step in (one, other))
            yield f"{place}, step {number} of its drawing{within}: {found} is drawn, and its bundle gives {wanted}"
            return
        if one is not None and one.endswith(("BDC", "BMC", "EMC")):
            within = "" if one == "EMC" else f", in its {one.split()[0].removeprefix('/')}"


def _steps(page: Page, ink: Ink) -> Iterator[str]:
    for instruction in ink.steps(page):
        yield unparse_content_stream([instruction]).decode("latin-1").strip()


def _below(place: str, found: Any, wanted: Any, seen: set[_Pair]) -> Iterator[str]:
    """Every place below two objects where they differ; each pair of numbered objects is looked at once."""
    waiting = [(place, found, wanted)]
    while waiting:
        place, one, other = waiting.pop()
        if isinstance(one, Object) and isinstance(other, Object) and one.is_indirect and other.is_indirect:
            pair = one.objgen, other.objgen
            if pair in seen:
                continue
            seen.add(pair)
        difference = _difference(one, other)
        if difference is not None:
            yield f"{place}: {difference}"
        else:
            waiting += reversed([*_children(place, one, other)])


def _difference(found: Any, wanted: Any) -> str | None:
    """What two objects differ in by themselves, whatever is below them."""
    if found is None or wanted is None:
        return None if found is wanted else "it was added" if wanted is None else "it is absent"
    if type(found) is not type(wanted):
        return f"{_quoted(found)} stands there, and its bundle gives {_quoted(wanted)}"
    if isinstance(found, Stream):
        return None if found.read_bytes() == wanted.read_bytes() else "its content is not what the bundle gives"
    if isinstance(found, Array):
        same = len(found) == len(wanted)
        return None if same else f"it has {len(found)} entries, and its bundle gives {len(wanted)}"
    if isinstance(found, Dictionary) or found == wanted:
        return None
    return f"{_quoted(found)} stands there, and its bundle gives {_quoted(wanted)}"


def _children(place: str, found: Any, wanted: Any) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(found, Array):
        for number, (one, other) in enumerate(zip(found, wanted, strict=True), 1):
            yield f"{place} {number}", one, other
    elif isinstance(found, Dictionary | Stream):
        for name in sorted({*found.keys(), *wanted.keys()} - set(_PACKING)):
            yield f"{place} {name}", found.get(name), wanted.get(name)


def _quoted(value: Any) -> str:
    if value is None:
        return "nothing"
    text = str(value)
    return f"“{text}”" if len(text) <= _LONGEST else f"“{text[:_LONGEST]}…”"
