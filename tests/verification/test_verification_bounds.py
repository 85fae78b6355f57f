"""A file that is no report, or was made to exhaust its reader, is refused soon, in a sentence."""

import io
import re
import tracemalloc
import zlib
from functools import cache

import pikepdf
import pytest
from verification.forging import Change, genuine, rewritten, told, verified

from surveyplat.reports.attachments import BUNDLE, UNSEALED
from surveyplat.verification.opening import MOST_BYTES, MOST_UNPACKED

BOMB = MOST_UNPACKED + 2**24


@cache
def packed(size: int) -> bytes:
    """So many zeros, a thousandth as long."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(2**20)) for _ in range(size // 2**20)) + packer.flush()


def a_pdf(*, encrypted_by: str | None = None) -> bytes:
    target = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        if encrypted_by is None:
            pdf.save(target)
        else:
            pdf.save(target, encryption=pikepdf.Encryption(owner="owner", user=encrypted_by))
    return target.getvalue()


def encrypted(user: str) -> bytes:
    """The report with all of its contents, to be read with or without a word."""
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(rewritten(genuine(), lambda pdf: None))) as pdf:
        pdf.save(target, encryption=pikepdf.Encryption(owner="owner", user=user))
    return target.getvalue()


def test_whatever_is_no_report_is_told_in_a_sentence() -> None:
    report = genuine()
    for file, why in {
        b"": "the file is empty",
        b"\x00" * 10_000: "the file is no PDF",
        b"{}": "the file is no PDF",
        b"%PDF-1.7\n": "cannot be read as a PDF",
        b"%PDF-1.7\n" + bytes(range(256)) * 400: "cannot be read as a PDF",
        report[: len(report) // 2]: "cannot be read as a PDF|no seal.json|what follows",
        report[100:]: "the file is no PDF",
        a_pdf(): "the file holds no seal.json",
        encrypted("secret"): "cannot be read as a PDF.*password",
        encrypted(""): "the file is encrypted",
    }.items():
        verdict = verified(file)
        assert verdict.reached == "failed", why
        assert len(verdict.steps) == 1
        assert re.search(why, verdict.steps[0].told), verdict.steps[0].told


def test_more_bytes_than_a_report_may_have_are_not_read_further() -> None:
    verdict = verified(b"%PDF-1.7\n" + bytes(100_000_000))
    assert verdict.steps[0].told == f"report: it has more than {MOST_BYTES:,} bytes, and no report has"


def bundle_bomb(pdf: pikepdf.Pdf) -> None:
    pdf.attachments[BUNDLE].get_file().obj.write(packed(BOMB), filter=pikepdf.Name.FlateDecode)


def page_bomb(pdf: pikepdf.Pdf) -> None:
    pdf.pages[1].Contents = pikepdf.Stream(pdf, packed(BOMB), Filter=pikepdf.Name.FlateDecode)


def file_bomb(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["more.bin"] = pikepdf.AttachedFileSpec(
        pdf, b"", description="", filename="more.bin", mime_type="text/plain", creation_date="", mod_date=""
    )
    pdf.attachments["more.bin"].get_file().obj.write(packed(BOMB), filter=pikepdf.Name.FlateDecode)


def many_steps(pdf: pikepdf.Pdf) -> None:
    """A drawing of millions of steps."""
    packer = zlib.compressobj(9)
    content = b"".join(packer.compress(b"q Q " * 2**18) for _ in range(20)) + packer.flush()
    pdf.pages[1].Contents = pikepdf.Stream(pdf, content, Filter=pikepdf.Name.FlateDecode)


def forms_in_forms(pdf: pikepdf.Pdf) -> None:
    """Each form draws the next one a hundred times over."""
    drawn = pdf.make_stream(b"q Q", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 9, 9])
    for _ in range(8):
        resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=drawn))
        form = {"Type": pikepdf.Name.XObject, "Subtype": pikepdf.Name.Form, "BBox": [0, 0, 9, 9]}
        drawn = pdf.make_stream(b"/F Do " * 100, Resources=resources, **form)
    page = pdf.pages[1]
    page.Resources.XObject = pikepdf.Dictionary(F=drawn)
    page.Contents = pdf.make_stream(b"/F Do")


@pytest.mark.parametrize("bomb", [bundle_bomb, page_bomb, file_bomb, many_steps, forms_in_forms])
def test_a_small_file_that_unpacks_to_much_is_refused_within_bounds(bomb: Change) -> None:
    file = rewritten(genuine(), bomb)
    assert len(file) < 2_000_000
    tracemalloc.start()
    try:
        verdict = verified(file)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert verdict.reached == "failed"
    assert peak < BOMB


def doubly_packed(pdf: pikepdf.Pdf) -> None:
    """Twice packed, a thousandth becomes a millionth."""
    stream = pdf.attachments[BUNDLE].get_file().obj
    twice = zlib.compress(packed(BOMB), 9)
    stream.write(twice, filter=pikepdf.Array([pikepdf.Name.FlateDecode, pikepdf.Name.FlateDecode]))


def packed_otherwise(pdf: pikepdf.Pdf) -> None:
    """By LZW, which has no bound."""
    pdf.attachments[BUNDLE].get_file().obj.write(b"\x80\x0b\x60\x50", filter=pikepdf.Name.LZWDecode)


@pytest.mark.parametrize("change", [doubly_packed, packed_otherwise])
def test_a_report_is_packed_in_one_way_only(change: Change) -> None:
    step = verified(rewritten(genuine(), change)).steps[0]
    assert "packed as no report is" in step.told


def test_an_escaped_name_does_not_hide_how_a_part_is_packed() -> None:
    file = (
        rewritten(genuine(), packed_otherwise).replace(b"/LZWDecode", b"/#4cZWDecode").replace(b"/Filter", b"/F#69lter")
    )
    assert "packed as no report is" in verified(file).steps[0].told


BUNDLES = {
    "deep": b"[" * 200_000,
    "deep within": b'{"a":' * 200_000,
    "text": b"not JSON",
    "list": b"[]",
    "number": b"1",
    "not UTF-8": b'{"kind":"study\xff"}',
    "no kind": b"{}",
    "empty": b'{"kind":"study"}',
}


@pytest.mark.parametrize("content", BUNDLES.values(), ids=BUNDLES)
def test_a_bundle_of_any_content_is_refused_in_a_sentence(content: bytes) -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.attachments[BUNDLE].get_file().obj.write(content)

    verdict = verified(rewritten(genuine(), change))
    assert verdict.reached == "failed"
    assert told(verdict, "consistent").startswith("bundle.json: ")


ODD = {
    "not a number": (rb'"value":[0-9.]+', b'"value":NaN'),
    "endless": (rb'"value":[0-9.]+', b'"value":Infinity'),
    "huge": (rb'"value":[0-9.]+', b'"value":1e308'),
    "tiny": (rb'"total":[0-9.]+', b'"total":5e-324'),
    "none": (rb'"results":\{', b'"results":null,"other":{'),
    "text": (rb'"value":[0-9.]+', b'"value":"many"'),
    "list": (rb'"manifest":\{', b'"manifest":[],"other":{'),
    "digits": (rb'"row_count":\d+', b'"row_count":' + b"9" * 5_000),
}


@pytest.mark.parametrize(("found", "put"), ODD.values(), ids=ODD)
def test_a_bundle_with_an_odd_value_never_ends_in_a_traceback(found: bytes, put: bytes) -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        stream = pdf.attachments[BUNDLE].get_file().obj
        held = bytes(stream.read_bytes())
        assert re.search(found, held)
        stream.write(re.sub(found, put, held, count=1))

    verdict = verified(rewritten(genuine(), change))
    assert verdict.reached == "failed"


def test_a_seal_of_any_content_is_refused_in_a_sentence() -> None:
    """The file that the report keeps a place for, where nothing follows the report."""
    for content in (b"", b"[]", b"{", UNSEALED * 2):

        def change(pdf: pikepdf.Pdf, content: bytes = content) -> None:
            pdf.attachments["seal.json"].get_file().obj.write(content)

        assert verified(rewritten(genuine(), change)).reached == "failed"
