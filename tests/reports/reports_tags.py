"""A report's structure tree as an outside reader (PDFium) tells it: elements with the text drawn for each."""

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pypdfium2
import pypdfium2.raw as pdfium  # type: ignore[import-untyped]


@dataclass
class Heard:
    """An element as it is heard on one page."""

    kind: str
    text: str
    alternative: str
    parts: "list[Heard]" = field(default_factory=list)

    def all(self) -> "Iterator[Heard]":
        yield self
        for part in self.parts:
            yield from part.all()


def heard(report: bytes) -> list[list[Heard]]:
    """For each page the elements that stand on it, from the root down."""
    with pypdfium2.PdfDocument(report) as document:
        return [_page(page) for page in document]


def _page(page: pypdfium2.PdfPage) -> list[Heard]:
    texts = _texts(page)
    tree = pdfium.FPDF_StructTree_GetForPage(page.raw)
    try:
        tops = range(pdfium.FPDF_StructTree_CountChildren(tree))
        return [_element(pdfium.FPDF_StructTree_GetChildAtIndex(tree, top), texts) for top in tops]
    finally:
        pdfium.FPDF_StructTree_Close(tree)


def _texts(page: pypdfium2.PdfPage) -> dict[int, str]:
    """The text of each numbered run of content; -1 are the artifacts."""
    found: dict[int, str] = {}
    textpage = page.get_textpage()
    for item in page.get_objects(max_depth=8):
        if item.type == pdfium.FPDF_PAGEOBJ_TEXT:
            number = pdfium.FPDFPageObj_GetMarkedContentID(item.raw)
            found[number] = found.get(number, "") + _text(item.raw, textpage.raw)
    return found


def _text(item: object, textpage: object) -> str:
    size = pdfium.FPDFTextObj_GetText(item, textpage, None, 0)
    held = ctypes.create_string_buffer(size)
    pdfium.FPDFTextObj_GetText(item, textpage, ctypes.cast(held, ctypes.POINTER(ctypes.c_ushort)), size)
    return held.raw[: size - 2].decode("utf-16-le")


def _element(node: object, texts: dict[int, str]) -> Heard:
    children = range(max(0, pdfium.FPDF_StructElement_CountChildren(node)))
    runs = [pdfium.FPDF_StructElement_GetChildMarkedContentID(node, place) for place in children]
    made = Heard(
        _string(pdfium.FPDF_StructElement_GetType, node),
        "".join(texts.get(run, "") for run in runs if run >= 0),
        _string(pdfium.FPDF_StructElement_GetAltText, node),
    )
    for place in children:
        child = pdfium.FPDF_StructElement_GetChildAtIndex(node, place)
        if child:
            made.parts.append(_element(child, texts))
    return made


def _string(read: Callable[..., int], node: object) -> str:
    size = read(node, None, 0)
    held = ctypes.create_string_buffer(size)
    read(node, held, size)
    return held.raw[: max(0, size - 2)].decode("utf-16-le")
