"""The PDF itself: its text, fonts, bytes and metadata, for ordinary and for hostile bundles."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from reports_examples import (
    action,
    bundle,
    dealer_names,
    imported_bundle,
    quality_bundle,
    service_bundle,
    service_comparison,
    service_scores,
)
from reports_made import BUNDLES, every_report, report_of
from reports_texts import texts_of

from surveyplat.reports import theme
from surveyplat.reports.bundle import ReportBundle, canonical_json
from surveyplat.reports.content import build_content
from surveyplat.reports.pdf import make_report
from surveyplat.reports.typesetting import normalised, visible

HOSTILE = "<script>alert('&amp;')</script> \u202eevil\u202c 😀👩‍🔧 مرحبا &lt;b&gt; \x00 ]]> %s {0} \\(\\)"


def pages_of(report: bytes) -> list[str]:
    with pypdfium2.PdfDocument(report) as document:
        return [page.get_textpage().get_text_range() for page in document]


def squeezed(text: str) -> str:
    """Without white space; a hyphen at a line's end comes back from the extractor as U+FFFE or U+0002."""
    return re.sub(r"\s", "", text.replace("\ufffe", "-").replace("\x02", "-"))


def fonts_of(report: bytes) -> dict[str, bool]:
    """Base font -> embedded, of every font in the file."""
    with pikepdf.open(BytesIO(report)) as document:
        found = [each for each in document.objects if isinstance(each, pikepdf.Dictionary)]
        fonts = [each for each in found if each.get("/Type") == "/Font"]
        return {str(font.BaseFont): "/FontFile2" in font.get("/FontDescriptor", {}) for font in fonts}


@every_report
def test_extracted_text_equals_the_content(study: str, language: str) -> None:
    made: ReportBundle = BUNDLES[study](language)
    content = build_content(made)
    pages = pages_of(report_of(study, language))
    furniture = squeezed(content.header + content.running_banner + made_id(made))
    text = ""
    for number, page in enumerate(pages):
        body = squeezed(page)
        if number:
            head = f"{furniture}{number}/{len(pages) - 1}"
            assert body.startswith(head)
            body = body.removeprefix(head)
        text += body
    for said in texts_of(content):
        shown = squeezed(visible(normalised(said), theme.glyphs(theme.REGULAR)))
        assert shown in text, said


def made_id(made: ReportBundle) -> str:
    return sha256(canonical_json(made).encode()).hexdigest()[:12]


@pytest.mark.parametrize("study", list(BUNDLES))
def test_every_font_is_embedded_noto_and_there_is_no_other(study: str) -> None:
    fonts = fonts_of(report_of(study, "zh-Hans"))
    assert fonts
    assert all(fonts.values())
    assert {name.split("+")[1] for name in fonts} == {theme.REGULAR, theme.BOLD}


def test_the_same_bundle_gives_the_same_bytes_in_other_processes(tmp_path: Path) -> None:
    made = service_bundle("zh-Hans")
    path = tmp_path / "bundle.json"
    path.write_text(canonical_json(made), encoding="utf-8")
    program = (
        "import sys, hashlib, pathlib\n"
        "from surveyplat.reports.kinds import bundle_from_json\n"
        "from surveyplat.reports.pdf import make_report\n"
        "made = bundle_from_json(pathlib.Path(sys.argv[1]).read_text(encoding='utf-8'))\n"
        "first = make_report(made)\n"
        "print(hashlib.sha256(first).hexdigest(), first == make_report(made))\n"
    )
    here = sha256(report_of("service", "zh-Hans")).hexdigest()
    for surroundings in (
        {"TZ": "America/New_York", "LC_ALL": "de_DE.UTF-8", "PYTHONHASHSEED": "1"},
        {"TZ": "Asia/Shanghai", "LANG": "zh_CN.UTF-8", "PYTHONHASHSEED": "4242"},
    ):
        done = subprocess.run(
            [sys.executable, "-c", program, str(path)],
            env=os.environ | surroundings,
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        assert done.stdout.split() == [here, "True"]


def test_another_report_made_before_changes_no_byte() -> None:
    alone = make_report(imported_bundle("en"))
    make_report(quality_bundle("zh-Hans"))
    assert make_report(imported_bundle("en")) == alone


def test_making_a_report_loads_no_heavy_statistics() -> None:
    program = (
        "import sys\n"
        "import surveyplat.reports.pdf, surveyplat.improvement.drafting\n"
        "print([name for name in ('statsmodels', 'scipy.stats', 'pandas') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_metadata_outline_language_and_dates_come_from_the_bundle() -> None:
    report = report_of("service", "zh-Hans")
    with pikepdf.open(BytesIO(report)) as document:
        assert document.Root.Lang == "zh-Hans"
        assert document.docinfo["/CreationDate"] == "D:20261020090000+08'00'"
        assert str(document.docinfo["/Title"]) == "服务满意度调查（CSI） · 2026年第三季度"
        with document.open_metadata() as metadata:
            assert metadata["xmp:CreateDate"] == "2026-10-20T09:00:00+08:00"
            assert metadata["dc:title"] == "服务满意度调查（CSI） · 2026年第三季度"
        with document.open_outline() as outline:
            titles = [item.title for item in outline.root]
    assert titles == [part.bookmark for part in build_content(service_bundle("zh-Hans")).sections]
    assert titles[:4] + titles[-2:] == ["摘要", "目录", "阅读说明", "指数与因素", "方法", "审计"]


@pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf is not installed")
def test_qpdf_finds_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(report_of("quality", "en"))
    done = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_hostile_texts_are_shown_raw_and_marked_never_lost() -> None:
    names = {code: f"{name} <b>&{code}" for code, name in dealer_names("en").items()}
    hostile = replace(action("en"), plan=dict(action("en").plan) | {"how": HOSTILE, "what": HOSTILE})
    made = service_bundle("en", dealers=names, current_actions=(hostile,), brand_group="A & <B> Group")
    text = squeezed("".join(pages_of(make_report(made))))
    for shown in (
        "<b>&D03",
        "A&<B>Group",
        "<script>alert('&amp;')</script>",
        "&lt;b&gt;",
        "□U+1F600",
        "□U+202E",
        "□U+0000",
    ):
        assert shown in text


def test_a_plan_longer_than_a_page_flows_over_pages_whole() -> None:
    sentence = "客户等待时间过长需要改进。"
    plan = dict(action("zh-Hans").plan) | {"how": sentence * 400, "what": "甲" * 3000}
    made = service_bundle("zh-Hans", current_actions=(replace(action("zh-Hans"), plan=plan),))
    text = squeezed("".join(pages_of(make_report(made))))
    assert text.count("需") >= 390
    assert text.count("甲") >= 3000


@pytest.mark.parametrize("count", [1, 2, 24, 130])
def test_any_count_of_dealers_is_drawn_with_no_empty_page(count: int) -> None:
    scores = service_scores(count)
    made = bundle(scores, service_comparison(scores))
    pages = pages_of(make_report(made))
    assert all(len(squeezed(page)) > 150 for page in pages)
    text = squeezed("".join(pages))
    assert all(text.count(f"(D{number:02d})") >= 1 for number in range(1, count + 1))


def test_names_of_two_hundred_characters_stay_on_the_page() -> None:
    names = dict.fromkeys(dealer_names("en"), "Very Long Dealer Name Of The Northern Region " * 4)
    report = make_report(service_bundle("en", dealers=names))
    with pypdfium2.PdfDocument(report) as document:
        for page in document:
            text = page.get_textpage()
            boxes = [text.get_charbox(index) for index in range(text.count_chars())]
            assert all(left >= 0 and right <= theme.PAGE_WIDTH for left, _, right, _ in boxes)
            assert all(bottom >= 0 and top <= theme.PAGE_HEIGHT for _, bottom, _, top in boxes)


def test_every_page_but_the_cover_says_that_the_data_are_synthetic() -> None:
    pages = pages_of(report_of("service", "en"))
    assert all("SYNTHETIC DATA" in page for page in pages)
    assert not any("SYNTHETIC" in page for page in pages_of(report_of("imported", "en")))
