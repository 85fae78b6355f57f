"""What a reader would call a fault of a page: texts that leave it or lie on each other, read back from the PDF."""

from collections.abc import Iterator

import pypdfium2

from surveyplat.reports import theme

Rectangle = tuple[float, float, float, float]
_LEAST_OVERLAP = 0.7
"""Points across: side bearings let neighbours touch."""
_HANGING = 6.0
"""Points: opening brackets and asterisks hang outside the type area, so that edges look straight."""


def texts_on(page: pypdfium2.PdfPage) -> Iterator[tuple[str, Rectangle]]:
    """Every piece of text that was drawn, with left, bottom, right and top."""
    texts = page.get_textpage()
    for each in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT], max_depth=1):
        left, bottom, right, top = each.get_bounds()
        if right > left and top > bottom:
            yield texts.get_text_bounded(left, bottom, right, top).strip(), (left, bottom, right, top)


def faults_of(report: bytes) -> list[str]:
    """Each with its page, counted from 1."""
    with pypdfium2.PdfDocument(report) as document:
        return [f"page {number}: {fault}" for number, page in enumerate(document, 1) for fault in _faults_on(page)]


def _faults_on(page: pypdfium2.PdfPage) -> Iterator[str]:
    width, height = page.get_size()
    drawn = sorted(texts_on(page), key=lambda piece: piece[1])
    for text, (left, bottom, right, top) in drawn:
        inside = left >= theme.SIDE_MARGIN - _HANGING and right <= width - theme.SIDE_MARGIN + _HANGING
        if not inside or bottom < 0 or top > height:
            yield f"{text!r} leaves the page"
    for place, (text, box) in enumerate(drawn):
        for other, another in drawn[place + 1 :]:
            if another[0] > box[2] - _LEAST_OVERLAP:
                break
            if _lie_on_each_other(box, another):
                yield f"{text!r} lies on {other!r}"


def _lie_on_each_other(one: Rectangle, other: Rectangle) -> bool:
    """More than lines do whose descenders and ascenders come near."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    upwards = min(one[3], other[3]) - max(one[1], other[1])
    lower = min(one[3] - one[1], other[3] - other[1])
    return across > _LEAST_OVERLAP and upwards > max(1.5, 0.25 * lower)
