"""What a study report says beside levels and changes: standings, maps, parts, spreads, paths, and how sure all is."""

import re
from dataclasses import replace
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2
import pytest
from measures_examples import (
    SETTLED,
    UNSETTLED,
    WORST_MONTH,
    earlier,
    league,
    measured_bundle,
    parts_bundle,
    path_bundle,
    quality_study,
    service_study,
)
from reportlab.graphics.shapes import String
from reportlab.pdfbase.pdfmetrics import stringWidth
from reports_examples import HIDDEN_DEALERS, LOW_DEALER, bundle
from reports_texts import texts_of

from surveyplat.reports.blocks import (
    BarChart,
    Content,
    CrossChart,
    DotChart,
    Figure,
    Paragraph,
    Points,
    Row,
    Section,
    StackedChart,
    Table,
    TrendChart,
)
from surveyplat.reports.charts import draw_chart
from surveyplat.reports.content import build_content
from surveyplat.reports.findings import find
from surveyplat.reports.pdf import make_report
from surveyplat.reports.trend_drawing import trend_chart
from surveyplat.reports.typesetting import normalised, visible
from surveyplat.scoring.reasons import Reason

BUNDLES: dict[str, Any] = {"service": measured_bundle, "quality": parts_bundle, "paths": path_bundle}
every_report = pytest.mark.parametrize(
    ("study", "language"), [(study, language) for study in BUNDLES for language in ("en", "zh-Hans")]
)


def section(content: Content, name: str) -> Section:
    return next(each for each in content.sections if each.id == name)


def table(part: Section, title: str) -> Table:
    return next(block for block in part.blocks if isinstance(block, Table) and block.title == title)


def charts(part: Section, kind: type) -> list[Any]:
    return [block.chart for block in part.blocks if isinstance(block, Figure) and isinstance(block.chart, kind)]


def row_of(found: Table, start: str) -> Row:
    return next(row for row in found.rows if start in row.cells[0] or start in row.cells[1])


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text.replace("\ufffe", "-").replace("\x02", "-"))


# dealers


def test_every_dealer_shown_has_its_expected_range_and_shrunk_value_in_the_figure() -> None:
    (chart,) = charts(section(build_content(measured_bundle()), "dealers"), DotChart)
    dots = [row.dots[0] for row in chart.rows]
    assert len(dots) == 22
    for dot in dots:
        assert dot.band.outer_low < dot.band.low < 784 < dot.band.high < dot.band.outer_high
        assert min(dot.value, 784) <= dot.shrunk <= max(dot.value, 784)
        assert chart.axes[0].low <= dot.band.outer_low
        assert dot.band.outer_high <= chart.axes[0].high


def test_the_range_and_the_shrunk_value_are_drawn_beside_the_value() -> None:
    (chart,) = charts(section(build_content(measured_bundle()), "dealers"), DotChart)
    whole = len(draw_chart(chart, 480).contents)
    bare = replace(chart, rows=tuple(replace(row, dots=(replace(row.dots[0], shrunk=None),)) for row in chart.rows))
    without = len(draw_chart(bare, 480).contents)
    plain = replace(bare, rows=tuple(replace(row, dots=(replace(row.dots[0], band=None),)) for row in bare.rows))
    assert whole - without == 2 * 22
    assert without - len(draw_chart(plain, 480).contents) == 2 * 22


def test_standings_are_told_in_words_and_never_as_a_rank() -> None:
    found = table(section(build_content(measured_bundle()), "dealers"), "Every dealer against what is expected of it")
    low = row_of(found, f"({LOW_DEALER})").cells
    assert low[2] == "much worse than expected"
    assert low[4] == "very likely (93%)"
    others = [row.cells[4] for row in found.rows if f"({LOW_DEALER})" not in row.cells[0]]
    assert set(others) == {"all but ruled out (< 1%)"}
    assert "Of 22 dealers compared, 0.6 would be called worse by chance alone." in found.note


def test_dealers_with_too_few_answers_have_a_reason_and_no_standing() -> None:
    part = section(build_content(measured_bundle()), "dealers")
    hidden = {code: row_of(table(part, "Every dealer"), f"({code})") for code in HIDDEN_DEALERS}
    assert all(row.cells[3] == "n < 30" and row.style == "muted" for row in hidden.values())
    standing = table(part, "Every dealer against what is expected of it")
    assert not any(f"({code})" in row.cells[0] for row in standing.rows for code in HIDDEN_DEALERS)


def test_without_a_bottom_tenth_no_chance_of_it_is_told() -> None:
    scores = service_study(9)
    few = replace(scores, league=replace(league(scores.dealers), tenth=0))
    found = table(section(build_content(bundle(few)), "dealers"), "Every dealer against what is expected of it")
    assert [column.title for column in found.columns][-1] == "Shrunk value (95% interval)"
    assert "Bottom tenth" not in found.note


@pytest.mark.parametrize("count", [1, 24, 400])
def test_any_count_of_dealers_is_drawn_with_its_range_on_pages_that_are_not_empty(count: int) -> None:
    report = make_report(bundle(service_study(count), current_actions=(), previous_actions=()))
    with pypdfium2.PdfDocument(report) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    assert all(len(squeezed(page)) > 150 for page in pages)
    text = squeezed("".join(pages))
    assert all(text.count(f"D{number:02d}") >= 1 for number in range(1, count + 1))


# drivers


def test_the_map_has_every_attribute_with_both_intervals_in_the_order_of_importance() -> None:
    part = section(build_content(measured_bundle()), "drivers")
    (chart,) = charts(part, CrossChart)
    assert [cross.name for cross in chart.crosses] == [str(number) for number in range(1, 19)]
    assert [cross.y for cross in chart.crosses] == sorted((cross.y for cross in chart.crosses), reverse=True)
    for cross in chart.crosses:
        assert chart.x_axis.low <= cross.x_low < cross.x < cross.x_high <= chart.x_axis.high
        assert chart.y_axis.low <= cross.y_low < cross.y < cross.y_high <= chart.y_axis.high
    assert [cross.mark for cross in chart.crosses][:2] == ["improve", "plain"]


def test_a_place_on_the_map_that_is_not_settled_is_told_with_its_chances() -> None:
    made = measured_bundle()
    found = table(section(build_content(made), "drivers"), "The attributes of the map")
    assert row_of(found, made.labels[SETTLED]).cells[4] == "Improve > 99%"
    assert re.fullmatch(
        r"not settled: (Improve|Keep up) \d\d% or (Improve|Keep up) \d\d%",
        row_of(found, made.labels[UNSETTLED]).cells[4],
    )


def test_each_attribute_has_its_class_and_the_appendix_what_it_rests_on() -> None:
    content = build_content(measured_bundle())
    found = table(section(content, "drivers"), "The attributes of the map")
    assert [row.cells[5] for row in found.rows[:4]] == ["dissatisfier", "satisfier", "neutral", "cannot be told"]
    behind = table(section(content, "details"), "Penalty and reward, in points of 'Overall satisfaction'")
    assert behind.rows[0].cells[1:4] == ("−0.40 (−0.50 to −0.30)", "+0.20 (+0.10 to +0.30)", "120 / 700")
    assert behind.rows[3].cells[2] == "–"


def test_a_map_that_cannot_be_drawn_says_why() -> None:
    scores = service_study()
    driver = replace(scores.drivers[0], priorities=None, priorities_refused=(Reason("priorities_one_attribute"),))
    part = section(build_content(bundle(replace(scores, drivers=(driver,)))), "drivers")
    assert not charts(part, CrossChart)
    assert any(isinstance(block, Paragraph) and block.lead == "No driver map." for block in part.blocks)


# problems and changes


def test_the_most_frequent_problems_stand_in_a_pareto_with_their_cumulative_share() -> None:
    chart = charts(section(build_content(parts_bundle()), "problems"), BarChart)[1]
    assert len(chart.bars) == 20
    shares = [float(bar.cumulative.rstrip("%")) for bar in chart.bars]
    assert shares == sorted(shares)
    assert 0 < shares[0] < shares[-1] < 100


def test_parts_are_told_against_all_others_with_their_verdict_and_the_method() -> None:
    part = section(build_content(parts_bundle()), "problems")
    months = table(part, "By month of build")
    told = {row.cells[0]: row.cells for row in months.rows}
    assert told["May 2026"][5:] == ("1.41 (1.27–1.55)", "▲ more problems")
    assert told["April 2026"][6] == "no clear difference"
    assert told["June 2026"][1:3] == ("8", "n < 30")
    assert told["June 2026"][6] == "not compared"
    assert row_of(table(part, "By region"), "South").cells[5] == "at least 1.20"
    (method,) = [block for block in part.blocks if isinstance(block, Paragraph) and "compared" in block.lead]
    assert "1.83 times as much as Poisson counts" in method.text
    assert "log scale with linearised errors" in method.text
    assert "limits are exact" in method.text


def test_a_part_with_clearly_more_problems_is_found_and_named() -> None:
    found = [each for each in find(quality_study(), None) if each.kind.endswith("_more_problems")]
    assert [(each.kind, each.subject) for each in found if each.kind[:6] != "dealer"] == [
        ("month_more_problems", WORST_MONTH)
    ]
    points = next(
        block for block in section(build_content(parts_bundle()), "summary").blocks if isinstance(block, Points)
    )
    (told,) = [point for point in points.points if "months of build" in point.lead]
    assert told.lead == "Clearly more problems than other months of build: May 2026."
    assert "1.41 times the rate of all other vehicles (95% interval 1.27–1.55)" in told.text


def test_factors_parts_of_the_change_are_weight_times_change_and_the_rest_is_named() -> None:
    figure = next(
        block
        for block in section(build_content(measured_bundle()), "factors").blocks
        if isinstance(block, Figure) and block.title.startswith("What each factor contributed")
    )
    assert isinstance(figure.chart, DotChart)
    values = [row.dots[0].value for row in figure.chart.rows if row.dots[0]]
    assert values[0] == pytest.approx(12.0)
    assert values[1:] == pytest.approx([0.22 * 14, 0.20 * 9, -0.20 * 16, 0.19 * 11, 0.19 * 3])
    assert "(incomplete answers: +7.7)" in figure.keys[1].text


def test_categories_parts_of_the_change_of_pp100_stand_below_the_whole() -> None:
    figure = next(
        block
        for block in section(build_content(parts_bundle()), "problems").blocks
        if isinstance(block, Figure) and block.title.startswith("What each category contributed")
    )
    assert isinstance(figure.chart, DotChart)
    assert [row.dots[0].value for row in figure.chart.rows if row.dots[0]] == [13.5, *[1.5] * 9]


# over the periods


def test_a_few_periods_give_a_plain_trend_and_no_verdict() -> None:
    part = section(build_content(measured_bundle()), "trend")
    (chart,) = charts(part, TrendChart)
    assert [moment.label for moment in chart.moments] == ["Q4 2025", "Q1 2026", "Q2 2026", "Q3 2026"]
    assert part.heading == "Service Satisfaction Index over 4 periods: between 771 and 784"
    assert chart.centre is None
    assert not any(moment.high_limit or moment.signals for moment in chart.moments)
    assert "Control limits need 20 periods" in texts_of_section(part)


def test_twenty_periods_give_control_limits_and_name_what_stands_out() -> None:
    steady = [784.0 + (-1) ** number for number in range(22)]
    part = section(build_content(measured_bundle(trend=earlier("csi", steady))), "trend")
    assert part.heading == "Service Satisfaction Index: none of 23 periods stands out from chance"
    part = section(build_content(measured_bundle(trend=earlier("csi", [*steady[:9], 700.0, *steady[9:]]))), "trend")
    (chart,) = charts(part, TrendChart)
    assert [moment.text for moment in chart.moments if moment.signals] == ["700"]
    assert all(moment.low_limit < chart.centre < moment.high_limit for moment in chart.moments)
    part = section(build_content(measured_bundle(trend=earlier("csi", [750.0] * 21))), "trend")
    assert part.heading == "Service Satisfaction Index: Q3 2026 stands out from the periods before it"


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_no_text_of_a_long_trend_leaves_the_drawing(language: str) -> None:
    steady = [784.0 + (-1) ** number for number in range(35)]
    part = section(build_content(measured_bundle(language, trend=earlier("csi", steady))), "trend")
    (chart,) = charts(part, TrendChart)
    drawn = [each for each in trend_chart(chart, 450).contents if isinstance(each, String)]
    names = ["".join(each.text.split()) for each in drawn]
    assert "".join(chart.moments[-1].label.split()) in names
    for each in drawn:
        wide = stringWidth(each.text, each.fontName, each.fontSize)
        left = each.x - {"start": 0, "middle": wide / 2, "end": wide}[each.textAnchor]
        assert left >= -0.01, each.text
        assert left + wide <= 450.01, each.text


def test_periods_of_another_measure_are_no_trend() -> None:
    content = build_content(measured_bundle(trend=earlier("ssi", [771.0, 779.0])))
    assert "trend" not in [part.id for part in content.sections]


def texts_of_section(part: Section) -> str:
    return "\n".join(block.text for block in part.blocks if isinstance(block, Paragraph))


# distributions, gaps, paths, reliability, answer quality


def test_shares_add_up_and_few_answers_are_not_spread_out() -> None:
    part = section(build_content(measured_bundle()), "distributions")
    (chart,) = charts(part, StackedChart)
    assert len(chart.rows) == 17
    for row in chart.rows:
        assert sum(each.share for each in row.parts) == pytest.approx(100)
        assert [each.shade for each in row.parts] == sorted(each.shade for each in row.parts)
        assert row.side == ("1,800", "±1.8")
    found = table(part, "Median and quartiles, and who gave no answer")
    assert found.rows[0].cells[:3] == ("Service Satisfaction Index", "1,845", "711 (710–711)")
    assert found.rows[-1].cells[1:] == ("12", "n < 30", "n < 30", "n < 30", "1,800", "33", "0")
    assert found.rows[-1].style == "muted"


def test_gaps_are_clear_unclear_or_not_shown() -> None:
    part = section(build_content(path_bundle()), "gaps")
    assert part.heading == "Clearly below what was expected: Item PERQ1"
    verdicts = [row.cells[-1] for row in table(part, "Expectation and perception, on 0-100").rows]
    assert verdicts == ["▼ falls short", "no clear gap", "not shown"]
    (chart,) = charts(part, DotChart)
    assert [row.dots[0].mark for row in chart.rows] == ["below", "plain"]


def test_a_path_model_tells_its_index_and_paths_with_intervals_and_what_is_odd() -> None:
    content = build_content(path_bundle())
    part = section(content, "latent")
    assert part.heading == "What leads most to Satisfaction (en): Quality (en)"
    assert table(part, "Indices of the path model").rows[0].cells[2] == "72.5 (70.3–74.7)"
    (chart,) = charts(part, DotChart)
    assert [row.dots[0].text for row in chart.rows] == ["+0.51 (+0.41 to +0.61)", "+0.18 (+0.08 to +0.28)"]
    behind = "\n".join(block.text for block in section(content, "structure").blocks if isinstance(block, Paragraph))
    assert "Satisfaction (en) is measured by a single item" in behind
    assert "3 bootstrap replicates could not be fitted." in behind


def test_reliability_names_the_weakest_item_and_says_what_cannot_be_told() -> None:
    part = section(build_content(measured_bundle()), "structure")
    assert part.heading == "1 of 1 factors reach a reliability of 0.70"
    cells = table(part, "Do a factor's items go together?").rows[0].cells
    assert cells[3] == "0.82 (0.80–0.84)"
    assert cells[4] == "Total time that the service took: 0.44 (0.40–0.48)"
    leads = [block.lead for block in part.blocks if isinstance(block, Paragraph)]
    assert "Cannot be told." in leads


def test_a_model_without_degrees_of_freedom_is_not_said_to_fit() -> None:
    scores = service_study()
    (held,) = scores.structures
    assert held.score is not None
    score = replace(held.score, fit=replace(held.score.fit, df=0, chi_square=0.0, rmsea=None))
    part = section(build_content(bundle(replace(scores, structures=(replace(held, score=score),)))), "structure")
    assert "any answers would fit" in texts_of_section(part)
    assert "CFI" not in texts_of_section(part)


def test_answer_quality_tells_the_result_with_and_without_the_flagged() -> None:
    part = section(build_content(measured_bundle()), "quality")
    assert part.heading == "Without doubtful answers the result is another"
    rows = table(part, "The result with and without them").rows
    assert rows[0].cells[2:] == ("786.1 (780.2–792.0)", "+2.1 (+1.3 to +2.9)")
    assert rows[1].cells[2] == "not shown: 12 flagged, too few"


# every report


@every_report
def test_every_text_of_the_content_is_printed(study: str, language: str) -> None:
    made = BUNDLES[study](language)
    with pypdfium2.PdfDocument(make_report(made)) as document:
        text = squeezed("".join(page.get_textpage().get_text_range() for page in document))
    for wanted in texts_of(build_content(made)):
        shown = squeezed(normalised(visible(wanted, frozenset(map(ord, wanted)))))
        assert shown in text or all(squeezed(part) in text for part in wanted.split()), wanted


@every_report
def test_no_text_holds_an_unfilled_field_or_a_python_value(study: str, language: str) -> None:
    for text in texts_of(build_content(BUNDLES[study](language))):
        assert not re.search(r"[{}]|\bnan\b|\binf\b", text), text


@every_report
def test_the_same_bundle_gives_the_same_bytes_and_every_figure_speaks(study: str, language: str) -> None:
    report = make_report(BUNDLES[study](language))
    assert report == make_report(BUNDLES[study](language))
    figures = [
        block
        for part in build_content(BUNDLES[study](language)).sections
        for block in part.blocks
        if isinstance(block, Figure)
    ]
    assert all(len(figure.alternative) > 20 for figure in figures)
    with pikepdf.open(BytesIO(report)) as pdf:
        told = [str(each.Alt) for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and "/Alt" in each]
    assert {figure.alternative for figure in figures} <= set(told)


def test_hostile_names_are_shown_raw() -> None:
    hostile = "<b>&</b> \u202eevil 😀 " + "x" * 300
    made = measured_bundle()
    labels = dict(made.labels) | {SETTLED: hostile, UNSETTLED: "مرحبا"}
    with pypdfium2.PdfDocument(make_report(replace(made, labels=labels))) as document:
        text = squeezed("".join(page.get_textpage().get_text_range() for page in document))
    assert "<b>&</b>□U+202Eevil□U+1F600" in text
