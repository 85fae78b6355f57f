"""A report's links as an outside reader finds them: where each stands, what it is called and where it leads."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Link:
    """A link in the file; pages count from 0."""

    page: int
    box: Box
    told: str
    name: str
    above: tuple[str, ...]
    """Kinds of the structure elements that hold it, from its own up to the root's child."""


@dataclass(frozen=True)
class Place:
    page: int
    top: float


def links_of(report: bytes) -> list[Link]:
    """Every annotation, each of which must be a link that its own element in the structure tree holds."""
    with pikepdf.open(BytesIO(report)) as pdf:
        numbers = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
        owners = dict(zip(numbers[::2], numbers[1::2], strict=True))
        assert numbers[::2] == sorted(numbers[::2])
        assert pdf.Root.StructTreeRoot.ParentTreeNextKey == max(numbers[::2]) + 1
        return [_link(each, page, owners) for page in pdf.pages for each in page.get("/Annots", [])]


def _link(annotation: Any, page: pikepdf.Page, owners: dict[int, Any]) -> Link:
    assert (annotation.Subtype, annotation.A.S, annotation.P) == ("/Link", "/GoTo", page.obj)
    assert annotation.F & 4
    owner = owners[annotation.StructParent]
    held = [kid for kid in owner.K if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/OBJR"]
    assert [kid.Obj for kid in held] == [annotation]
    box = tuple(float(each) for each in annotation.Rect)
    return Link(page.index, box, str(annotation.Contents), str(annotation.A.D), tuple(_above(owner)))


def _above(node: Any) -> Iterator[str]:
    while "/S" in node:
        yield str(node.S)
        node = node.P
    assert node.Type == "/StructTreeRoot"


def destinations_of(report: bytes) -> dict[str, Place]:
    """Name -> where it leads."""
    with pikepdf.open(BytesIO(report)) as pdf:
        names = list(pdf.Root.Names.Dests.Names)
        assert [str(each) for each in names[::2]] == sorted(str(each) for each in names[::2])
        pages = [page.obj for page in pdf.pages]
        return {
            str(name): Place(pages.index(place[0]), float(place[3]))
            for name, place in zip(names[::2], names[1::2], strict=True)
        }


def followed(report: bytes) -> list[tuple[int, Box, int, str]]:
    """Of every link as PDFium finds it: its page, box, the page that it leads to and the text that it covers."""
    with pypdfium2.PdfDocument(report) as document:
        return [each for number, page in enumerate(document) for each in _followed(document, page, number)]


def _followed(
    document: pypdfium2.PdfDocument, page: pypdfium2.PdfPage, number: int
) -> Iterator[tuple[int, Box, int, str]]:
    position, link, text = ctypes.c_int(0), pdfium.FPDF_LINK(), page.get_textpage()
    while pdfium.FPDFLink_Enumerate(page.raw, position, link):
        box = pdfium.FS_RECTF()
        assert pdfium.FPDFLink_GetAnnotRect(link, box)
        goal = pdfium.FPDFAction_GetDest(document.raw, pdfium.FPDFLink_GetAction(link))
        sides = box.left, box.bottom, box.right, box.top
        yield number, sides, pdfium.FPDFDest_GetDestPageIndex(document.raw, goal), text.get_text_bounded(*sides)


def page_labels(report: bytes) -> list[str]:
    """What a viewer calls each page."""
    with pypdfium2.PdfDocument(report) as document:
        return [document.get_page_label(number) for number in range(len(document))]
