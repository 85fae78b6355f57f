"""A dealer's report: it holds nothing of any other dealer, and says so politely when its own answers are too few."""

import re
from dataclasses import replace

import pytest
from dealer_examples import MASKED, dealer_source, details, own_names, scores
from reports_examples import HIDDEN_DEALERS, LOW_DEALER, estimate
from reports_texts import texts_of
from test_reports_pdf import HOSTILE, pages_of, squeezed

from surveyplat.dealer_bundles import dealer_bundle
from surveyplat.dealer_texts import DealerTexts
from surveyplat.errors import ScoringError
from surveyplat.reports import theme
from surveyplat.reports.attachments import attachments_of
from surveyplat.reports.bundle import canonical_json
from surveyplat.reports.kinds import bundle_from_json, content_of
from surveyplat.reports.pdf import make_report
from surveyplat.reports.sections.own_words import LONGEST_COMMENT
from surveyplat.reports.typesetting import normalised, visible
from surveyplat.scoring.results import StudyScores

LANGUAGES = ["en", "zh-Hans"]
REASONS = ["base", "effective_base", "relative_error", "complementary"]


def with_suppressed(dealer: str, reason: str) -> StudyScores:
    made = scores()
    hidden = replace(estimate(0.0, 0.0, 44, suppressed=True), suppressed=reason)
    dealers = tuple(
        replace(each, index=replace(each.index, score=hidden)) if each.dealer == dealer else each
        for each in made.dealers
    )
    return replace(made, dealers=dealers)


@pytest.mark.parametrize("dealer", [LOW_DEALER, *HIDDEN_DEALERS, "D24"])
def test_no_other_dealer_is_named_anywhere(dealer: str) -> None:
    made = dealer_bundle(dealer_source(), dealer)
    report = make_report(made)
    told = canonical_json(made) + "".join(pages_of(report))
    told += "".join(file.decode("utf-8", "replace") for file in attachments_of(made).values())
    others = {code: name for code, name in own_names("en").items() if code != dealer}
    assert not re.findall(rf"\b({'|'.join(others)})\b", told)
    assert not [name for name in others.values() if name in told]
    assert dealer in told


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("quality", "dealer"), [(False, LOW_DEALER), (False, "D05"), (True, "D02")])
def test_extracted_text_equals_the_content(language: str, quality: bool, dealer: str) -> None:
    made = dealer_bundle(dealer_source(language, quality=quality), dealer)
    text = squeezed("".join(pages_of(make_report(made))))
    for said in texts_of(content_of(made)):
        assert squeezed(visible(normalised(said), theme.glyphs(theme.REGULAR))) in text, said


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_ordinary_report_has_two_to_four_pages_none_of_them_empty(language: str) -> None:
    for quality, dealer in ((False, LOW_DEALER), (False, "D12"), (True, "D02")):
        pages = pages_of(make_report(dealer_bundle(dealer_source(language, quality=quality), dealer)))
        assert 2 <= len(pages) <= 4
        assert all(len(squeezed(page)) > 250 for page in pages)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", REASONS)
def test_a_withheld_dealer_gets_one_page_with_its_count_and_no_number_of_others(reason: str, language: str) -> None:
    made = dealer_bundle(dealer_source(language, scores=with_suppressed("D09", reason)), "D09")
    pages = pages_of(make_report(made))
    assert len(pages) == 1
    assert "44" in pages[0]
    own = made.results
    assert (own["region"], own["group"], own["best"], own["standing"]) == (None, None, None, None)
    assert (own["levers"], own["categories"], made.verbatims) == ([], [], ())


def test_the_same_bundle_read_from_its_json_gives_the_same_bytes() -> None:
    made = dealer_bundle(dealer_source("zh-Hans"), LOW_DEALER)
    assert make_report(bundle_from_json(canonical_json(made))) == make_report(made)


def test_a_dealer_is_given_its_own_actions_and_words_alone() -> None:
    made = dealer_bundle(dealer_source(), LOW_DEALER)
    assert [each.key for each in made.current_actions] == [f"csi:2026-Q3:dealer_below_group:{LOW_DEALER}"]
    assert [each["text"] for each in made.verbatims] == [MASKED]
    other = dealer_bundle(dealer_source(), "D08")
    assert (other.current_actions, other.previous_actions, other.verbatims) == ((), (), ())


def test_the_manifest_is_an_extract_that_still_proves_the_whole_one() -> None:
    made = dealer_bundle(dealer_source(), LOW_DEALER)
    assert not {"population", "population_cells", "invited", "row_count"} & made.manifest.keys()
    assert len(made.manifest["manifest_hash"]) == 64


def test_the_heading_says_what_chance_explains_and_never_a_rank() -> None:
    (summary, *_) = content_of(dealer_bundle(dealer_source(), LOW_DEALER)).sections
    assert summary.heading.endswith("much worse than chance alone would explain")
    words = " ".join(text for text in texts_of(content_of(dealer_bundle(dealer_source(), LOW_DEALER))))
    assert not re.search(r"\brank(ed|ing)?\b(?!: neighbours)|\b\d+(st|nd|rd|th) of\b", words)


def test_what_the_correction_takes_back_is_called_perhaps() -> None:
    made = scores()
    league = made.league
    assert league is not None
    rows = tuple(
        replace(row, expected=replace(row.expected, p_adjusted=0.2)) if row.expected else row for row in league.dealers
    )
    source = dealer_source(scores=replace(made, league=replace(league, dealers=rows)))
    (summary, *_) = content_of(dealer_bundle(source, LOW_DEALER)).sections
    assert summary.heading.endswith("worse than expected, which may still be chance")


def test_hostile_words_are_shown_raw_and_a_book_of_them_is_cut() -> None:
    long = "客户等待时间过长。" * 1111
    texts = DealerTexts(tuple({"text": text, "language": "ar", "item": "comment"} for text in (HOSTILE, long)), 2)
    made = dealer_bundle(dealer_source(texts={LOW_DEALER: texts}), LOW_DEALER)
    pages = pages_of(make_report(made))
    text = squeezed("".join(pages))
    for shown in (
        "<script>alert('&amp;')</script>",
        "&lt;b&gt;",
        "□U+1F600",
        "□U+202E",
        "]]>%s{0}",
        "morethan400characters",
    ):
        assert shown in text
    assert text.count("间") == (LONGEST_COMMENT - 1) // 9
    assert len(pages) <= 5


def test_a_language_tag_that_nobody_knows_is_printed_as_it_is() -> None:
    texts = DealerTexts(({"text": "Good", "language": "x-odd", "item": "comment"},), 1)
    made = dealer_bundle(dealer_source(texts={LOW_DEALER: texts}), LOW_DEALER)
    assert "x-odd: Good" in texts_of(content_of(made))


@pytest.mark.parametrize("dealers", [1, 3])
def test_among_few_dealers_nothing_of_the_others_is_shown(dealers: int) -> None:
    made = dealer_bundle(dealer_source(dealers=dealers), "D01")
    own = made.results
    assert (own["region"], own["group"], own["best"], own["standing"], own["levers"]) == (None, None, None, None, [])
    assert made.comparison is not None
    assert made.comparison["indices"] == []
    assert len(pages_of(make_report(made))) >= 2


def test_a_dealer_without_answers_has_no_report() -> None:
    with pytest.raises(ScoringError, match="'D99'"):
        dealer_bundle(dealer_source(), "D99")


def test_a_clear_lever_is_marked_and_levers_are_ordered_by_what_is_to_be_won() -> None:
    content = content_of(dealer_bundle(dealer_source(), LOW_DEALER))
    (levers,) = (section for section in content.sections if section.id == "levers")
    shares = scores().drivers[0].importances
    own = {each.id: each.score.value for each in details(scores()).dealers[0].items}
    best = max(shares, key=lambda each: each.share * (100 - (own[each.item] or 0.0)))
    assert best.item == "quality_fixed"
    assert "right the first time" in levers.heading
    (chart,) = (block.chart for block in levers.blocks if hasattr(block, "chart"))
    assert {dot.mark for row in chart.rows for dot in row.dots} == {"below"}
