"""The fonts read in place are those that reportlab reads as a whole."""

from pathlib import Path

import pytest
from reportlab.pdfbase.ttfonts import TTFont

from surveyplat.errors import ReportError
from surveyplat.reports import font_files, theme
from surveyplat.reports.font_files import MappedFont

_FOLDER = Path(font_files.__file__).parent / "fonts"
_READ_ELSEWISE = {"_ttf_data", "_pos", "_pdfScale", "glyphToChar", "hmetrics", "glyphPos"}
"""How they are kept differs, or, as what a shaper of text alone asks for, whether."""


@pytest.mark.parametrize("name", [theme.REGULAR, theme.BOLD])
def test_a_mapped_font_says_of_every_character_what_reportlab_reads(name: str) -> None:
    whole = TTFont(name, str(_FOLDER / f"{name}.ttf"))
    mapped = MappedFont(name, _FOLDER / f"{name}.ttf")
    for known in vars(whole.face).keys() - _READ_ELSEWISE:
        assert getattr(mapped.face, known) == getattr(whole.face, known), known
    for known in vars(whole).keys() - {"face", "encoding", "state"}:
        assert getattr(mapped, known) == getattr(whole, known), known
    assert list(mapped.face.glyphPos) == whole.face.glyphPos
    assert [mapped.face.hmetrics[glyph] for glyph in range(whole.face.numGlyphs)] == whole.face.hmetrics


@pytest.mark.parametrize("name", [theme.REGULAR, theme.BOLD])
def test_a_mapped_font_embeds_the_bytes_that_reportlab_embeds(name: str) -> None:
    whole = TTFont(name, str(_FOLDER / f"{name}.ttf"))
    mapped = MappedFont(name, _FOLDER / f"{name}.ttf")
    characters = [0, *range(32, 127), *map(ord, "é€満意度喆龑½ﬁ，。Ǻ"), 0x20000, 0x1F600]
    assert mapped.face.makeSubset(characters) == whole.face.makeSubset(characters)


def test_a_font_of_another_kind_is_refused_with_its_place(tmp_path: Path) -> None:
    """The same font, its table of all characters said to be of another platform."""
    font = (_FOLDER / f"{theme.REGULAR}.ttf").read_bytes()
    other = tmp_path / "Other.ttf"
    other.write_bytes(font.replace(b"\x00\x03\x00\x0a\x00\x00\x00\xbf", b"\x00\x03\x00\x02\x00\x00\x00\xbf"))
    with pytest.raises(ReportError, match=r"Other\.ttf: its table of characters"):
        MappedFont("Other", other)
