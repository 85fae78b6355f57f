"""A report changed by somebody who has everything but the publisher's key is found, and the change is named."""

import re

import pikepdf
import pytest
from verification.forging import (
    FORGER,
    PUBLISHER,
    Change,
    bundle_in,
    genuine,
    log_of,
    published,
    resealed,
    rewritten,
    signed_by_forger,
    study_bundle,
    told,
    verified,
)

from surveyplat.reports.attachments import BUNDLE, RESULTS, SEAL
from surveyplat.reports.pdf import make_report
from surveyplat.reports.seal import sealed, taken_apart
from surveyplat.verification.verdicts import EXIT_CODES


def stream_of(page: pikepdf.Page) -> bytes:
    return bytes(page.Contents.read_bytes())


def page_with(pdf: pikepdf.Pdf, text: bytes) -> pikepdf.Page:
    return next(page for page in pdf.pages if text in stream_of(page))


def replaced(pdf: pikepdf.Pdf, page: pikepdf.Page, content: bytes) -> None:
    page.Contents = pdf.make_stream(content)


# what is drawn


def mark_moved(pdf: pikepdf.Pdf) -> None:
    """A mark in a chart goes up; no text changes."""
    page = page_with(pdf, b"/Figure")
    content = stream_of(page)
    mark = re.compile(rb"\nn (\S+) (\S+) m (\S+) (\S+) l").search(content, content.find(b"/Figure"))
    assert mark is not None
    moved = f"\nn {mark[1].decode()} {float(mark[2]) + 9:.2f} m {mark[3].decode()} {mark[4].decode()} l".encode()
    replaced(pdf, page, content[: mark.start()] + moved + content[mark.end() :])


def number_covered(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[1]
    replaced(pdf, page, stream_of(page) + b"\nq 1 1 1 rg 60 700 120 30 re f Q\n")


def texts_swapped(pdf: pikepdf.Pdf) -> None:
    """Two dealers' names change places in a table of the dealers."""
    for page in pdf.pages:
        content = stream_of(page)
        rows = list(re.finditer(rb"\(([^()\\]{8,})\) Tj", content))
        first, second = (rows[place] for place in (-3, -2)) if len(rows) > 40 and b"D07" in content else (None, None)
        if first is not None and second is not None and first[1] != second[1]:
            start, end = content[: first.start(1)], content[second.end(1) :]
            between = content[first.end(1) : second.start(1)]
            replaced(pdf, page, start + second[1] + between + first[1] + end)
            return
    raise AssertionError("no page has a table")


def page_removed(pdf: pikepdf.Pdf) -> None:
    del pdf.pages[4]


def page_added(pdf: pikepdf.Pdf) -> None:
    pdf.add_blank_page()


def pages_swapped(pdf: pikepdf.Pdf) -> None:
    pdf.pages.insert(3, pdf.pages[5])
    del pdf.pages[6]


def page_cropped(pdf: pikepdf.Pdf) -> None:
    pdf.pages[1].CropBox = pikepdf.Array([0, 400, 595, 842])


def overlay_added(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[1]
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FreeText, Rect=[60, 700, 180, 730], Contents="812", F=4
    )
    page.Annots = pikepdf.Array([*page.get("/Annots", []), pdf.make_indirect(note)])


def font_reads_otherwise(pdf: pikepdf.Pdf) -> None:
    """What is copied or read aloud is another text than what is seen."""
    for font in pdf.pages[1].Resources.Font.values():
        if "/ToUnicode" in font:
            mapped = bytes(font.ToUnicode.read_bytes())
            font.ToUnicode = pdf.make_stream(mapped.replace(b"<0030>", b"<0039>").replace(b"<0031>", b"<0037>"))


def font_looks_otherwise(pdf: pikepdf.Pdf) -> None:
    """Two fonts change their outlines: what is seen is another text than what is read."""
    fonts = [font for font in pdf.pages[1].Resources.Font.values() if "/FontDescriptor" in font]
    one, other = fonts[0].FontDescriptor, fonts[1].FontDescriptor
    one.FontFile2, other.FontFile2 = other.FontFile2, one.FontFile2


# what is told beside it


def metadata_changed(pdf: pikepdf.Pdf) -> None:
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        metadata["dc:title"] = "Another title"


def title_changed(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo["/Title"] = "Another title"


def outline_changed(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Outlines.First.Title = "Another heading"


def alternative_changed(pdf: pikepdf.Pdf) -> None:
    for held in pdf.objects:
        if isinstance(held, pikepdf.Dictionary) and held.get("/S") == pikepdf.Name.Figure:
            held.Alt = "Everything has become better"
            return
    raise AssertionError("no figure has an alternative text")


def link_added(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://elsewhere.example/")


def link_leads_elsewhere(pdf: pikepdf.Pdf) -> None:
    """Every heading in the outline leads to the first page."""
    heading = pdf.Root.Outlines.First
    while "/Next" in heading:
        heading = heading.Next
    heading.Dest = pikepdf.Array([pdf.pages[0].obj, pikepdf.Name.Fit])


def script_added(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('hello')")


# the attachments


def first_value(pdf: pikepdf.Pdf) -> bytes:
    content = bytes(pdf.attachments[RESULTS].get_file().read_bytes())
    found = re.search(rb'"score":\{[^}]*?"value":([0-9.]+)', content)
    assert found is not None
    return found[1]


def value_changed_everywhere(pdf: pikepdf.Pdf) -> None:
    """A value in every attachment that has it, and the same number where it is printed."""
    value = first_value(pdf)
    for name in pdf.attachments:
        stream = pdf.attachments[name].get_file().obj
        stream.write(bytes(stream.read_bytes()).replace(value, b"811.111"))
    for page in pdf.pages:
        replaced(pdf, page, stream_of(page).replace(value[:3], b"811"))


def attachments_swapped(pdf: pikepdf.Pdf) -> None:
    one, other = (pdf.attachments[name].get_file().obj for name in (BUNDLE, RESULTS))
    first, second = bytes(one.read_bytes()), bytes(other.read_bytes())
    one.write(second)
    other.write(first)


FORGERIES: list[tuple[Change, str]] = [
    (
        mark_moved,
        r"page \d+, step \d+ of its drawing, in its Figure: “\S+ \S+ m” is drawn, and its bundle gives “\S+ \S+ m”",
    ),
    (number_covered, r"page 2, step \d+ of its drawing.*: “q” is drawn, and its bundle gives nothing"),
    (texts_swapped, r"page \d+: “.+” is printed, and its bundle gives “"),
    (page_removed, r"page 5: “.*” is printed|pages, and its bundle gives"),
    (page_added, r"\d+ pages, and its bundle gives \d+"),
    (pages_swapped, r"page 4: “.*” is printed, and its bundle gives"),
    (page_cropped, r"page 2 /CropBox: it was added"),
    (overlay_added, r"page 2 /Annots: it (was added|has \d+ entries)"),
    (font_reads_otherwise, r"page 1: “.*” is printed, and its bundle gives|page 2: “.*” is printed"),
    (font_looks_otherwise, r"page \d /Resources /Font /\S+ /FontDescriptor /FontFile2: its content"),
    (metadata_changed, r"the metadata \(XMP\): its content"),
    (title_changed, r"the document information /Title: “Another title” stands there"),
    (outline_changed, r"the outline /First /Title: “Another heading” stands there"),
    (alternative_changed, r"the tags \(with the alternative texts\).* /Alt: “Everything has become better”"),
    (link_added, r"the catalogue: /OpenAction: it was added"),
    (link_leads_elsewhere, r"the outline .*/Dest"),
    (script_added, r"the catalogue: /OpenAction: it was added"),
    (value_changed_everywhere, r"page 1: “[0-9a-f]{12}” is printed, and its bundle gives “[0-9a-f]{12}”"),
    (attachments_swapped, r"bundle"),
]
every_forgery = pytest.mark.parametrize(
    ("change", "named"), FORGERIES, ids=[change.__name__ for change, _ in FORGERIES]
)


@every_forgery
def test_a_forgery_under_the_old_seal_is_found_and_named(change: Change, named: str) -> None:
    verdict = verified(resealed(genuine(), change))
    assert verdict.reached == "failed"
    assert "signed for other bytes" in told(verdict, "sealed")
    assert re.match(named, told(verdict, "consistent")), told(verdict, "consistent")


@every_forgery
def test_a_forgery_without_any_key_at_hand_is_found(change: Change, named: str) -> None:
    """The reader knows no key, and the forger signs with an own one: the drawing by itself tells."""
    verdict = verified(signed_by_forger(genuine(), change), with_key=False)
    assert verdict.reached == "failed"
    assert re.match(named, told(verdict, "consistent")), told(verdict, "consistent")


def test_the_genuine_report_is_sealed_and_drawn_again() -> None:
    verdict = verified(genuine())
    assert (verdict.reached, EXIT_CODES[verdict.reached]) == ("consistent", 3)
    assert "same bytes: texts, charts and tags" in told(verdict, "consistent")


# made wholly anew


def test_a_report_of_other_numbers_is_not_the_publishers_though_it_contradicts_nothing() -> None:
    """The forger draws everything anew, from a bundle with better numbers, and signs it under the same name."""
    better = study_bundle(title="All is well", key_name=FORGER.public.fingerprint)
    forged = published(better, signer=FORGER)
    alone = verified(forged, with_key=False)
    assert (alone.reached, EXIT_CODES[alone.reached]) == ("unproven", 5)
    assert alone.outcome("sealed") == "in_part"
    assert FORGER.public.fingerprint in told(alone, "sealed")
    assert "the key came with the report itself" in told(alone, "sealed")
    assert verified(forged).reached == "failed"
    assert f"has not signed this report with the key {PUBLISHER.public.fingerprint}" in told(verified(forged), "sealed")


def test_a_seal_by_another_key_than_the_report_names_is_found_without_any_key() -> None:
    forged = published(study_bundle(title="All is well"), signer=FORGER)
    verdict = verified(forged, with_key=False)
    assert verdict.reached == "failed"
    assert told(verdict, "sealed") == (
        f"seal: it is by {FORGER.public.fingerprint}, and the report says that {PUBLISHER.public.fingerprint} seals it"
    )


def test_a_seal_that_was_taken_away_is_told_loudly() -> None:
    apart = taken_apart(genuine())
    assert apart is not None
    verdict = verified(apart.made, with_key=False)
    assert verdict.reached == "failed"
    assert told(verdict, "sealed").startswith("NOT SEALED: it says that it is sealed by survey.example+")


def test_a_report_that_nobody_sealed_is_told_loudly() -> None:
    bare = make_report(study_bundle(key_name=""))
    verdict = verified(bare, with_key=False)
    assert (verdict.reached, EXIT_CODES[verdict.reached]) == ("unproven", 5)
    assert told(verdict, "sealed").startswith("NOT SEALED: nobody has signed it")
    assert verified(bare).reached == "failed"


def test_the_seal_of_another_report_is_found() -> None:
    """Both are genuine: one period's report and the same one of another group."""
    other = taken_apart(published(study_bundle(brand_group="Another group")))
    apart = taken_apart(genuine())
    assert apart is not None
    assert other is not None
    verdict = verified(sealed(apart.made, other.seal))
    assert told(verdict, "sealed").startswith("seal: it was signed for other bytes")


def test_a_sealed_report_that_another_program_saved_anew_is_told_apart() -> None:
    """What was signed is gone then, whether anything was changed or not."""

    def saved(pdf: pikepdf.Pdf) -> None:
        pdf.attachments[SEAL].get_file().obj.write(b'{"seal":2}')

    verdict = verified(rewritten(genuine(), saved), with_key=False)
    assert verdict.reached == "failed"
    assert (
        told(verdict, "consistent") == "seal.json: it is sealed, and the file was saved anew by another program since"
    )


def test_an_update_after_the_seal_is_found() -> None:
    """An incremental update, as a program appends it that fills in or comments a file."""
    report = genuine()
    start = int(report[report.rfind(b"startxref") :].split()[1])
    update = b"1 0 obj\n<< /Type /Catalog >>\nendobj\n"
    table = f"xref\n1 1\n{len(report):010} 00000 n \ntrailer\n<< /Size 2 /Root 1 0 R /Prev {start} >>\n".encode()
    appended = report + update + table + f"startxref\n{len(report) + len(update)}\n%%EOF\n".encode()
    verdict = verified(appended)
    assert verdict.reached == "failed"


@pytest.mark.parametrize("more", [b"\n", b"%", b"0" * 1000, b"%%EOF\n", b"\x00"])
def test_bytes_after_the_end_are_found(more: bytes) -> None:
    verdict = verified(genuine() + more)
    assert verdict.reached == "failed"
    assert "what follows the report is not its seal alone" in verdict.steps[0].told


def test_a_report_of_another_version_keeps_its_seal_and_is_not_drawn_again() -> None:
    """Its pages cannot be compared: the signature alone vouches for them."""
    apart = taken_apart(genuine())
    assert apart is not None

    def older(pdf: pikepdf.Pdf) -> None:
        stream = pdf.attachments[BUNDLE].get_file().obj
        held = bytes(stream.read_bytes())
        version = re.search(rb'"template_version":"(\d+)"', held)
        assert version is not None
        stream.write(held.replace(version[0], b'"template_version":"1"'))

    verdict = verified(resealed(genuine(), older))
    assert verdict.outcome("consistent") == "not_checked"
    assert "signed for other bytes" in told(verdict, "sealed")


def test_the_forger_cannot_take_the_publishers_proofs_over() -> None:
    """The publisher's own log and checkpoint in a seal that the forger signs."""
    bundle = bundle_in(genuine())
    own = log_of(bundle)
    forged = published(study_bundle(key_name=FORGER.public.fingerprint), own, FORGER)
    assert verified(forged).reached == "failed"
