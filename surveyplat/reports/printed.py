"""What is printed on a report's pages, read back from the file: every run of text in the order of drawing."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from io import BytesIO

from pikepdf import (
    Array,
    ContentStreamInlineImage,
    ContentStreamInstruction,
    Dictionary,
    Name,
    Object,
    Page,
    Pdf,
    PdfError,
    Stream,
    String,
    parse_content_stream,
)

from surveyplat.errors import ReportError

_SECTION = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)
_CODE = re.compile(rb"<([0-9A-Fa-f]+)>")
MOST_DRAWN = 12 * 2**20
"""Unpacked bytes of all drawings together; the longest reports have a third of it."""
_LEAST_DRAWN = 4096
"""What a drawing counts as at the least: forms within forms can be short, and countless."""
_LOST = "\ufffd"
"""A code that its font gives no character for."""


def printed_pages(report: bytes) -> tuple[tuple[str, ...], ...]:
    """For each page the texts that it shows, forms included. Raises ``ReportError`` when the file cannot be read."""
    try:
        with Pdf.open(BytesIO(report)) as pdf:
            ink = Ink()
            return tuple(tuple(_texts(page, page.obj.get("/Resources", Dictionary()), ink)) for page in pdf.pages)
    except (PdfError, ValueError, TypeError, LookupError, AttributeError) as error:
        raise ReportError(f"report: its pages cannot be read ({error})") from None


class Ink:
    """How much a file may still draw: a small one can hold drawings that nobody would ever finish to read."""

    def __init__(self, left: int = MOST_DRAWN) -> None:
        self._left = left

    def steps(self, content: Page | Object) -> Sequence[ContentStreamInstruction | ContentStreamInlineImage]:
        """The steps of a page's or a form's drawing. Raises ``ReportError`` when all pages draw too much together."""
        held = content.obj.get("/Contents") if isinstance(content, Page) else content
        streams = held if isinstance(held, Array) else [held]
        self._left -= _LEAST_DRAWN + sum(len(stream.read_bytes()) for stream in streams if isinstance(stream, Stream))
        if self._left < 0:
            raise ReportError(f"report: its pages draw more than the {MOST_DRAWN:,} bytes that any report's do")
        return parse_content_stream(content)


def _texts(content: Page | Object, resources: Object, ink: Ink) -> Iterator[str]:
    fonts, forms = resources.get("/Font", Dictionary()), resources.get("/XObject", Dictionary())
    characters: dict[int, str] = {}
    for instruction in ink.steps(content):
        operator, operands = str(instruction.operator), instruction.operands
        if operator == "Tf":
            characters = _characters(bytes(fonts[str(operands[0])].ToUnicode.read_bytes()))
        elif operator in ("Tj", "'", '"'):
            yield _decoded(operands[-1], characters)
        elif operator == "TJ":
            yield "".join(_decoded(part, characters) for part in operands[0] if isinstance(part, String))
        elif operator == "Do":
            form = forms[str(operands[0])]
            if form.get("/Subtype") == Name.Form:
                yield from _texts(form, form.get("/Resources", resources), ink)


def _decoded(text: Object, characters: dict[int, str]) -> str:
    return "".join(characters.get(code, _LOST) for code in bytes(text))


@lru_cache(maxsize=256)
def _characters(to_unicode: bytes) -> dict[int, str]:
    """The character of each one-byte code of a font, from its ToUnicode map (ISO 32000-1, 9.10.3)."""
    found: dict[int, str] = {}
    for kind, body in _SECTION.findall(to_unicode):
        codes = [bytes.fromhex(code.decode()) for code in _CODE.findall(body)]
        if kind == b"bfchar":
            for code, character in zip(codes[::2], codes[1::2], strict=True):
                found[int.from_bytes(code)] = character.decode("utf-16-be")
        elif b"[" in body:
            found |= _listed(body)
        else:
            for first, last, character in zip(codes[::3], codes[1::3], codes[2::3], strict=True):
                start = int.from_bytes(character)
                for step in range(int.from_bytes(last) - int.from_bytes(first) + 1):
                    found[int.from_bytes(first) + step] = (start + step).to_bytes(len(character)).decode("utf-16-be")
    return found


def _listed(body: bytes) -> dict[int, str]:
    """Ranges whose characters are listed: <first> <last> [<character> ...]."""
    found = {}
    for head, members in re.findall(rb"([^\[\]]+)\[([^\]]*)\]", body):
        first = int.from_bytes(bytes.fromhex(_CODE.findall(head)[0].decode()))
        for step, character in enumerate(_CODE.findall(members)):
            found[first + step] = bytes.fromhex(character.decode()).decode("utf-16-be")
    return found
