"""Sealing adds a section and changes no byte before it; what the file carries is read by programs of others."""

import csv
import io
import json
import shutil
import subprocess
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from reports_examples import quality_bundle, service_bundle

from surveyplat.errors import ReportError
from surveyplat.reports.attachments import BUNDLE, MANIFEST, RESULTS, SEAL, TABLE, harmless, results_table
from surveyplat.reports.bundle import bundle_hash
from surveyplat.reports.kinds import bundle_from_json
from surveyplat.reports.pdf import make_report
from surveyplat.reports.printed import printed_pages
from surveyplat.reports.seal import sealed, taken_apart

THE_SEAL = b'{"seal":"signed"}'


@pytest.fixture(scope="module")
def made() -> bytes:
    return make_report(service_bundle("en"))


def test_a_seal_leaves_every_byte_before_it_as_it_was(made: bytes) -> None:
    report = sealed(made, THE_SEAL)
    assert report.startswith(made)
    apart = taken_apart(report)
    assert apart is not None
    assert (apart.made, apart.seal) == (made, THE_SEAL)
    assert taken_apart(made) is None
    assert sealed(made, THE_SEAL) == report


def test_other_programs_read_the_sealed_file(made: bytes, tmp_path: Path) -> None:
    report = sealed(made, THE_SEAL)
    with pypdfium2.PdfDocument(report) as document:
        attached = {name.get_name(): bytes(name.get_data()) for name in attachments(document)}
        pages = len(document)
    assert attached[SEAL] == THE_SEAL
    with pypdfium2.PdfDocument(made) as document:
        assert len(document) == pages
    qpdf = shutil.which("qpdf")
    if qpdf is None:
        pytest.skip("qpdf is not installed: its check of the file was not made")
    path = tmp_path / "report.pdf"
    path.write_bytes(report)
    run = subprocess.run([qpdf, "--check", str(path)], capture_output=True, text=True, timeout=60)
    assert (run.returncode, run.stderr) == (0, "")
    shown = subprocess.run([qpdf, f"--show-attachment={SEAL}", str(path)], capture_output=True, timeout=60)
    assert shown.stdout == THE_SEAL


def attachments(document: pypdfium2.PdfDocument) -> list[pypdfium2.PdfAttachment]:
    return [document.get_attachment(place) for place in range(document.count_attachments())]


def test_the_attachments_are_the_bundle_and_its_numbers(made: bytes) -> None:
    bundle = service_bundle("en")
    with pikepdf.open(io.BytesIO(made)) as pdf:
        files = {name: pdf.attachments[name].get_file().read_bytes() for name in pdf.attachments}
    assert bundle_hash(bundle_from_json(files[BUNDLE].decode())) == bundle_hash(bundle)
    assert json.loads(files[RESULTS]) == {"scores": bundle.results, "comparison": bundle.comparison}
    assert json.loads(files[MANIFEST]) == bundle.manifest
    table = csv.DictReader(io.StringIO(files[TABLE].decode("utf-8-sig")))
    rows = {row["measure"]: row for row in table}
    index = bundle.results["indices"][0]["score"]
    shown = rows["indices/csi/score"]
    assert float(shown["value"]) == index["value"]
    assert int(shown["unweighted_base"]) == index["unweighted_base"]
    suppressed = {name: row for name, row in rows.items() if row["suppressed"]}
    assert "dealers/D05/index/score" in suppressed
    assert all(row["value"] == row["std_error"] == row["ci_low"] == "" for row in suppressed.values())


def test_a_name_that_a_spreadsheet_would_run_is_made_harmless() -> None:
    estimate = {"value": 1.0, "suppressed": None, "unweighted_base": 30}
    table = results_table({'=HYPERLINK("x")': estimate})
    assert next(csv.reader(io.StringIO(table.splitlines()[1])))[0] == '\'=HYPERLINK("x")'
    assert [harmless(text) for text in ("+1", "-1", "@a", "\tx", "a=b")] == ["'+1", "'-1", "'@a", "'\tx", "a=b"]


@pytest.mark.parametrize(
    "tamper",
    [
        lambda report: report + b"\n",
        lambda report: report + b"% a remark\n%%EOF\n",
        lambda report: report.replace(b"/Subtype /application#2Fjson", b"/Subtype /application#2fjson"),
        lambda report: report[:-8] + b" %%EOF\n",
    ],
)
def test_anything_else_behind_the_report_is_found(made: bytes, tamper: "object") -> None:
    with pytest.raises(ReportError, match="its seal alone"):
        taken_apart(tamper(sealed(made, THE_SEAL)))  # type: ignore[operator]


def test_another_file_is_no_report(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="cannot be read as a PDF"):
        taken_apart(b"hello")
    target = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(target)
    with pytest.raises(ReportError, match=r"no seal\.json"):
        taken_apart(target.getvalue())
    with pytest.raises(ReportError, match="knew no seals"):
        sealed(target.getvalue(), THE_SEAL)


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_the_printed_text_is_read_as_pdfium_reads_it(language: str) -> None:
    report = make_report(quality_bundle(language))
    pages = printed_pages(report)
    with pypdfium2.PdfDocument(report) as document:
        for page, printed in zip(document, pages, strict=True):
            theirs = page.get_textpage().get_text_range().replace("\ufffe", "-").replace("\x02", "-")
            assert sorted("".join("".join(printed).split())) == sorted("".join(theirs.split()))
