"""The contents and the references: each page told is the one its section begins on, and each link leads there."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from comparing_examples import comparable, several
from dealer_examples import LOW_DEALER, dealer_source
from reports_examples import action, imported_bundle, quality_bundle, service_bundle
from reports_links import destinations_of, followed, links_of, page_labels
from reports_tags import Heard
from reports_tags import heard as heard_now
from sheets_examples import sheet

from surveyplat.dealer_bundles import dealer_bundle
from surveyplat.reports import theme
from surveyplat.reports.blocks import ActionCards, Content, ContentsList, Entry, Paragraph, Points, Section, Table
from surveyplat.reports.bundle import Bundle
from surveyplat.reports.contents import CONTENTS
from surveyplat.reports.kinds import content_of
from surveyplat.reports.pdf import make_document, make_report
from surveyplat.reports.printed import printed_pages
from surveyplat.reports.typesetting import normalised, visible

DRAFTED = "csi:2026-Q3:strongest_driver:quality_fixed"
BY_HAND = "csi:2026-Q3:example:9"
NOON = datetime(2026, 10, 20, 12, tzinfo=UTC)


def planned(language: str) -> Bundle:
    """With four actions: three that rest on findings of sections there are, one that somebody entered."""
    keys = (DRAFTED, "csi:2026-Q3:dealer_below_group:D07", BY_HAND, "csi:2026-Q3:weakest_factor:quality")
    actions = tuple(replace(action(language, place), key=key) for place, key in enumerate(keys))
    return service_bundle(language, current_actions=actions)


MADE: dict[str, Any] = {
    "service": planned,
    "quality": quality_bundle,
    "imported": imported_bundle,
    "comparable": comparable,
    "several": several,
}
every_report = pytest.mark.parametrize(
    ("name", "language"),
    [*((name, language) for name in MADE for language in ("en", "zh-Hans")), ("service", "zh-Hant")],
)


heard = cache(heard_now)


@cache
def made(name: str, language: str) -> tuple[Content, bytes]:
    bundle = replace(MADE[name]("en" if language == "en" else "zh-Hans"), language=language)
    content = content_of(bundle)
    assert isinstance(content, Content)
    return content, make_report(bundle)


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text.replace("\ufffe", "-").replace("\x02", "-"))


def shown(text: str) -> str:
    return squeezed(printed(text))


def section(content: Content, name: str) -> Section:
    return next(each for each in content.sections if each.id == name)


def told_on(page: list[Heard], kind: str) -> list[str]:
    return [squeezed(each.text) for top in page for each in top.all() if each.kind == kind]


# what is said


@every_report
def test_the_contents_name_every_other_section_in_order(name: str, language: str) -> None:
    content, _ = made(name, language)
    (contents,) = (block for block in section(content, CONTENTS).blocks if isinstance(block, ContentsList))
    listed = [(entry.section, entry.name, entry.heading) for entry in contents.entries]
    others = [each for each in content.sections if each.id != CONTENTS]
    assert listed == [(each.id, each.bookmark, each.heading) for each in others]


def test_every_finding_of_the_summary_leads_to_a_section_of_the_report() -> None:
    for name in ("service", "quality"):
        content, _ = made(name, "en")
        known = {each.id for each in content.sections}
        points = [block for block in section(content, "summary").blocks if isinstance(block, Points)]
        seen = [point.see for block in points for point in block.points]
        assert seen
        assert set(seen) <= known - {"summary", CONTENTS}


def test_an_action_leads_to_the_grounds_of_its_finding_and_one_entered_by_hand_nowhere() -> None:
    content, _ = made("service", "en")
    (cards,) = (block for block in section(content, "actions").blocks if isinstance(block, ActionCards))
    assert [card.see for card in cards.actions] == ["drivers", "dealers", "", "factors"]
    (first,) = (block for block in section(content, "summary").blocks if isinstance(block, Table))
    assert [(row.see, row.cells[-1]) for row in first.rows] == [("drivers", ""), ("dealers", ""), ("", "")]


def test_a_reference_to_a_section_that_the_report_has_not_is_left_out() -> None:
    of_problems = replace(action("en"), key="iqs:2026-Q3:top_problem:screen")
    content = content_of(service_bundle("en", current_actions=(of_problems,)))
    assert isinstance(content, Content)
    assert "problems" not in {each.id for each in content.sections}
    (cards,) = (block for block in section(content, "actions").blocks if isinstance(block, ActionCards))
    assert [card.see for card in cards.actions] == [""]


def test_short_reports_have_neither_contents_nor_links() -> None:
    dealer, a3 = dealer_bundle(dealer_source(), LOW_DEALER), sheet()
    content = content_of(dealer)
    assert isinstance(content, Content)
    assert CONTENTS not in {each.id for each in content.sections}
    assert links_of(make_report(dealer)) == links_of(make_report(a3)) == []


# where it leads


@every_report
def test_every_section_is_a_destination_on_the_page_of_its_heading(name: str, language: str) -> None:
    content, report = made(name, language)
    pages, places = heard(report), destinations_of(report)
    assert places.keys() == {each.id for each in content.sections}
    for each in content.sections:
        assert shown(each.heading) in told_on(pages[places[each.id].page], "H2")
        assert 0 < places[each.id].top <= theme.PAGE_HEIGHT
    inwards = [(places[each.id].page, -places[each.id].top) for each in content.sections]
    assert inwards == sorted(inwards)


@every_report
def test_every_link_tells_the_printed_number_of_the_page_that_it_leads_to(name: str, language: str) -> None:
    content, report = made(name, language)
    places, labels = destinations_of(report), page_labels(report)
    words, names = content.references, {each.id: each.bookmark for each in content.sections}
    links = links_of(report)
    assert words is not None
    assert len(links) >= len(content.sections) - 1
    for link, (page, box, goal, text) in zip(links, followed(report), strict=True):
        assert (page, goal) == (link.page, places[link.name].page)
        assert box == pytest.approx(link.box, abs=0.01)
        assert link.told == words.link.format(page=labels[goal], name=names[link.name])
        if "/TOC" in link.above:
            heading = section(content, link.name).heading
            assert squeezed(text) == shown(names[link.name]) + shown(heading) + labels[goal]
        else:
            assert squeezed(text) == squeezed(words.page.format(page=labels[goal]))


@every_report
def test_what_a_viewer_calls_a_page_is_what_its_foot_says(name: str, language: str) -> None:
    _, report = made(name, language)
    feet = ["".join(texts) for texts in printed_pages(report)]
    labels = page_labels(report)
    assert labels == ["i", *(str(number) for number in range(1, len(feet)))]
    assert all(f"{label} / {len(feet) - 1}" in text for label, text in zip(labels[1:], feet[1:], strict=True))


@every_report
def test_every_reference_of_the_content_is_one_link(name: str, language: str) -> None:
    content, report = made(name, language)
    wanted = [see for each in content.sections for see in referred(each)]
    links = links_of(report)
    assert sorted(link.name for link in links if "/TOC" not in link.above) == sorted(wanted)
    entries = [each.id for each in content.sections if each.id != CONTENTS]
    assert [link.name for link in links if "/TOC" in link.above] == entries


def referred(part: Section) -> list[str]:
    found: list[str] = []
    for block in part.blocks:
        match block:
            case Points():
                found += [point.see for point in block.points]
            case Table():
                found += [row.see for row in block.rows]
            case ActionCards():
                found += [card.see for card in block.actions]
            case _:
                found.append(getattr(block, "see", ""))
    return [each for each in found if each]


# what is heard


@every_report
def test_links_stand_in_references_and_those_of_the_contents_in_its_list(name: str, language: str) -> None:
    content, report = made(name, language)
    for link in links_of(report):
        assert link.above[:2] == ("/Link", "/Reference")
        assert link.above[2] in ("/TOCI", "/P", "/TD")
        if link.above[2] == "/TOCI":
            assert link.above[3] == "/TOC"
    (tocs,) = ([each for top in page for each in top.all() if each.kind == "TOC"] for page in heard_contents(report))
    (toc,) = tocs
    assert [part.kind for part in toc.parts] == ["Caption"] + ["TOCI"] * (len(content.sections) - 1)


def heard_contents(report: bytes) -> list[list[Heard]]:
    pages = heard(report)
    return [pages[destinations_of(report)[CONTENTS].page]]


@every_report
def test_an_entry_is_heard_as_words_kept_apart(name: str, language: str) -> None:
    content, report = made(name, language)
    places, labels = destinations_of(report), page_labels(report)
    (page,) = heard_contents(report)
    lines = [" ".join(each.text.split()) for top in page for each in top.all() if each.kind == "Link"]
    others = [each for each in content.sections if each.id != CONTENTS]
    wanted = [printed(each.bookmark, each.heading, labels[places[each.id].page]) for each in others]
    assert [line for line in lines if line in wanted] == wanted


def printed(*texts: str) -> str:
    """As they are printed, one space between them."""
    return " ".join(" ".join(visible(normalised(text), theme.glyphs(theme.REGULAR)).split()) for text in texts)


# what must hold for any text


def test_a_text_like_the_mark_of_an_open_place_is_printed_as_it_is() -> None:
    report = make_report(service_bundle("en", brand_group="%0 is drawn last", title="%1 is drawn last"))
    for texts in printed_pages(report)[1:]:
        assert "%0 is drawn last" in texts[0]
        assert "%1 is drawn last" in texts[0]
    assert not re.search(rb"\n%\d+ is drawn last\n", b"".join(streams(report)))


def streams(report: bytes) -> list[bytes]:
    with pikepdf.open(BytesIO(report)) as pdf:
        return [page.Contents.read_bytes() for page in pdf.pages]


SHORT = Section("short", "Part", "A heading", (Paragraph("One line."),), fresh_page=True)


@pytest.mark.parametrize(("length", "sections"), [(3, 20), (300, 20), (2000, 20), (300, 33)])
def test_contents_of_any_length_stand_on_one_page(length: int, sections: int) -> None:
    content, _ = made("imported", "en")
    parts = tuple(replace(SHORT, id=f"s{n}", heading=f"{n} " * length, fresh_page=False) for n in range(sections))
    entries = tuple(Entry(part.id, part.bookmark, part.heading) for part in parts)
    contents = replace(section(content, CONTENTS), blocks=(ContentsList(entries, "Page"),))
    report = make_document(replace(content, sections=(contents, *parts)), "0" * 12, NOON)
    assert {link.page for link in links_of(report) if "/TOC" in link.above} == {1}
    labels = page_labels(report)
    for _, _, goal, text in followed(report)[:sections]:
        assert squeezed(text).endswith(labels[goal])


def test_numbers_of_one_two_and_three_digits_move_nothing() -> None:
    content, _ = made("service", "en")
    summary, contents, *rest = content.sections
    boxes = []
    for count in (0, 8, 98):
        between = (replace(SHORT, id=f"s{number}") for number in range(count))
        report = make_document(replace(content, sections=(summary, contents, *between, *rest)), "0" * 12, NOON)
        links = [link for link in links_of(report) if link.page in (1, 2)]
        boxes.append([link.box for link in links])
        assert max(len(re.findall(r"\d+", link.told)[0]) for link in links) == (3 if count == 98 else 2)
    assert boxes[0] == boxes[1] == boxes[2] != []
