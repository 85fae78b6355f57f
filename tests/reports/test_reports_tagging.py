"""What a listener hears: every mark tagged or an artifact, headings in order, tables with heads, figures in words."""

import re
from io import BytesIO
from typing import Any

import pikepdf
from reports_examples import bundle, service_scores
from reports_made import BUNDLES, every_report, heard_of, report_of
from reports_tags import heard
from reports_texts import texts_of

from surveyplat.reports import theme
from surveyplat.reports.blocks import Content, Figure, Table
from surveyplat.reports.content import build_content
from surveyplat.reports.pdf import make_report
from surveyplat.reports.typesetting import normalised, visible

SHOWING = {"Tj", "TJ", "'", '"'}
PAINTING = {"S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "Do", "sh"}


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text.replace("\ufffe", "-").replace("\x02", "-"))


def blocks_of(content: Content, kind: type) -> list[Any]:
    return [block for section in content.sections for block in section.blocks if isinstance(block, kind)]


@every_report
def test_every_mark_is_a_run_of_one_element_or_an_artifact(study: str, language: str) -> None:
    with pikepdf.open(BytesIO(report_of(study, language))) as pdf:
        numbers = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
        owners = dict(zip(numbers[::2], numbers[1::2], strict=True))
        for page in pdf.pages:
            runs = check_page(page)
            assert len(owners[page.StructParents]) == len(runs)
            for number, kind in runs.items():
                owner = owners[page.StructParents][number]
                assert str(owner.S) == kind
                assert any(is_run(kid, owner, page, number) for kid in owner.K)
                assert reaches_the_root(owner, pdf.Root.StructTreeRoot)


def check_page(page: pikepdf.Page) -> dict[int, str]:
    """The page's runs; every mark is in exactly one run or artifact, none of which holds another."""
    runs: dict[int, str] = {}
    inside = in_text = False
    for instruction in pikepdf.parse_content_stream(page):
        operands, name = instruction.operands, str(instruction.operator)
        if name in ("BDC", "BMC"):
            assert (inside, in_text) == (False, False)
            inside = True
            if name == "BDC":
                runs[int(operands[1].MCID)] = str(operands[0])
            else:
                assert str(operands[0]) == "/Artifact"
        elif name == "EMC":
            assert (inside, in_text) == (True, False)
            inside = False
        elif name in ("BT", "ET"):
            in_text = name == "BT"
        elif name in SHOWING | PAINTING:
            assert inside, operands
    assert not inside
    assert sorted(runs) == list(range(len(runs)))
    return runs


def is_run(kid: Any, owner: Any, page: pikepdf.Page, number: int) -> bool:
    if isinstance(kid, int):
        return kid == number and owner.Pg == page.obj
    return bool(kid.get("/Type") == "/MCR" and number == kid.MCID and kid.Pg == page.obj)


def reaches_the_root(node: Any, root: Any) -> bool:
    for _ in range(20):
        if node == root:
            return True
        node = node.P
    return False


@every_report
def test_all_of_the_content_is_heard_and_its_sections_in_order(study: str, language: str) -> None:
    content = build_content(BUNDLES[study](language))
    elements = [element for page in heard_of(study, language) for top in page for element in top.all()]
    told = squeezed("".join(element.text for element in elements))
    for said in texts_of(content):
        assert squeezed(shown(said)) in told, said
    headings = [(element.kind, element.text) for element in elements if element.kind in ("H1", "H2")]
    assert [kind for kind, _ in headings] == ["H1"] + ["H2"] * len(content.sections)
    wanted = [content.cover.title, *(section.heading for section in content.sections)]
    assert [squeezed(text) for _, text in headings] == [squeezed(shown(text)) for text in wanted]


def shown(text: str) -> str:
    return visible(normalised(text), theme.glyphs(theme.REGULAR))


@every_report
def test_figures_are_told_in_the_words_of_the_content(study: str, language: str) -> None:
    content = build_content(BUNDLES[study](language))
    wanted = {content.cover.code_alternative, *(figure.alternative for figure in blocks_of(content, Figure))}
    figures = [
        element
        for page in heard_of(study, language)
        for top in page
        for element in top.all()
        if element.kind == "Figure"
    ]
    assert {figure.alternative for figure in figures} == wanted
    assert "" not in wanted


@every_report
def test_tables_are_regular_and_every_cell_has_its_heads(study: str, language: str) -> None:
    content = build_content(BUNDLES[study](language))
    wanted = [(len(table.columns), len(table.rows)) for table in blocks_of(content, Table)]
    with pikepdf.open(BytesIO(report_of(study, language))) as pdf:
        tables = [node for node in nodes(pdf.Root.StructTreeRoot.K[0]) if node.S == "/Table"]
        assert [shape(table) for table in tables] == wanted


def nodes(node: Any) -> Any:
    yield node
    for kid in node.K:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield from nodes(kid)


def shape(table: Any) -> tuple[int, int]:
    head, body = (next(kid for kid in table.K if kind == kid.S) for kind in ("/THead", "/TBody"))
    heads = list(head.K[0].K)
    assert {str(cell.S) for cell in heads} == {"/TH"}
    assert {str(cell.A.Scope) for cell in heads} == {"/Column"}
    for row in body.K:
        assert row.K[0].S == "/TH"
        assert row.K[0].A.Scope == "/Row"
    return len(heads), len(body.K)


def test_a_head_that_every_page_repeats_is_told_once() -> None:
    made = bundle(service_scores(dealers=120), None, "en")
    content = build_content(made)
    pages = heard(make_report(made))
    rows = [[each for top in page for each in top.all() if each.kind == "TR"] for page in pages]
    assert sum(len(page) > 30 for page in rows) > 1
    told = [each.text for page in pages for top in page for each in top.all() if each.kind in ("Caption", "THead")]
    for table in blocks_of(content, Table):
        if table.title:
            assert sum(squeezed(text) == squeezed(shown(table.title)) for text in told) == 1


def test_figures_stand_within_their_pages() -> None:
    with pikepdf.open(BytesIO(report_of("service", "en"))) as pdf:
        boxes = [
            [float(each) for each in node.A.BBox] for node in nodes(pdf.Root.StructTreeRoot.K[0]) if node.S == "/Figure"
        ]
    assert boxes
    for left, bottom, right, top in boxes:
        assert 0 <= left < right <= theme.PAGE_WIDTH
        assert 0 <= bottom < top <= theme.PAGE_HEIGHT


@every_report
def test_words_stay_apart_where_a_line_ends(study: str, language: str) -> None:
    content = build_content(BUNDLES[study](language))
    told = {" ".join(each.text.split()) for page in heard_of(study, language) for top in page for each in top.all()}
    for section in content.sections:
        assert " ".join(shown(section.heading).split()) in told
