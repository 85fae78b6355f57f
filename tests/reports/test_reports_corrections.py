"""What reports say of corrections, in every language: cover, summary, audit page, and what a comparison restates."""

from dataclasses import replace
from typing import Any

import pytest
from comparing_examples import comparable, entries, entry, frozen
from dealer_examples import dealer_source
from reports_examples import manifest, service_bundle
from reports_texts import texts_of

from surveyplat.dealer_bundles import dealer_bundle
from surveyplat.reports.blocks import Section, Table
from surveyplat.reports.bundle import canonical_json
from surveyplat.reports.comparing.content import comparison_content
from surveyplat.reports.content import build_content
from surveyplat.reports.dealer_content import build_dealer_content
from surveyplat.reports.restating import headlines, restatement
from surveyplat.scoring.documents import scores_from_document

LANGUAGES = ("en", "zh-Hans", "zh-Hant")
REASON = "Twelve were filled in at the desk"


def correction(revision: int, **overrides: Any) -> dict[str, Any]:
    told = {
        "revision": revision,
        "corrected_at": f"2026-11-{20 + revision}T01:00:00+00:00",
        "reason": REASON,
        "by": "quality manager",
        "supersedes": f"{revision}" * 64,
        "withdrawn": {"filled_by_dealer": 12, "other_period": 1},
        "added": 4,
        "changed": 3,
        "events": 0,
    }
    return told | overrides


CORRECTED = {
    "revision": 2,
    "first_frozen_at": "2026-10-20T16:00:00+08:00",
    "frozen_at": "2026-11-22T01:00:00+00:00",
    "corrections": [correction(1), correction(2, reason="A late batch", withdrawn={})],
}


def measure(name: str, first: float | None, now: float | None, kind: str = "index", **told: Any) -> dict[str, Any]:
    def side(value: float | None) -> dict[str, Any]:
        return {"value": value, "suppressed": None if value is not None else "base", "low_base": False} | told

    return {"kind": kind, "id": name, "first": side(first), "now": side(now)}


def restated(*measures: dict[str, Any], period: str = "2026-Q3") -> tuple[dict[str, Any], ...]:
    first = {"study": "csi", "period": period, "rows_hash": "1" * 64, "manifest_hash": "2" * 64}
    return ({"period": period, "measures": list(measures), "manifest": first},)


def section(content: Any, wanted: str) -> Section:
    return next(each for each in content.sections if each.id == wanted)


def tables(part: Section) -> list[Table]:
    return [block for block in part.blocks if isinstance(block, Table)]


def corrected_report(language: str = "en", **overrides: Any) -> Any:
    told = {"manifest": manifest() | CORRECTED, "restated": restated(measure("csi", 784.3, 783.5))}
    return build_content(service_bundle(language, **told | overrides))


@pytest.mark.parametrize(
    ("language", "status"),
    [
        ("en", "Frozen, revision 2, corrected on 22 November 2026"),
        ("zh-Hans", "已冻结，第2次修订，2026年11月22日更正"),
        ("zh-Hant", "已凍結，第2次修訂，2026年11月22日更正"),
    ],
)
def test_the_cover_tells_revision_and_day(language: str, status: str) -> None:
    assert status in dict(corrected_report(language).cover.facts).values()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_that_was_never_corrected_says_so_and_has_no_table_of_corrections(language: str) -> None:
    told = texts_of(build_content(service_bundle(language)))
    assert "quality manager" not in "\n".join(told)
    assert any(word in "\n".join(told) for word in ("has not been corrected", "本期没有更正", "本期沒有更正"))


def test_the_summary_says_in_one_sentence_what_moved() -> None:
    told = "\n".join(texts_of(corrected_report()))
    assert "was 784.3 as first published and is 783.5 after correction" in told
    same = "\n".join(texts_of(corrected_report(restated=restated(measure("csi", 784.3, 784.3)))))
    assert "is 784.3, as first published" in same


def test_a_value_that_was_withheld_is_not_told_by_the_correction() -> None:
    told = "\n".join(texts_of(corrected_report(restated=restated(measure("csi", None, 783.5)))))
    assert "783.5 after correction" in told
    assert "was n < 30 as first published" in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_audit_page_lists_every_correction_with_its_counts_and_the_rows_it_replaced(language: str) -> None:
    [*_, listed] = tables(section(corrected_report(language), "audit"))
    rows = [row.cells for row in listed.rows]
    assert [row[2] for row in rows] == [REASON, "A late batch"]
    assert [row[4] for row in rows] == ["13 / 4 / 3", "0 / 4 / 3"]
    assert [row[5] for row in rows] == ["1" * 12, "2" * 12]
    assert "12" in listed.note


def test_nothing_restated_is_said_of_a_comparison_without_corrections() -> None:
    part = section(comparison_content(comparable("en")), "restated")
    assert part.heading == "Nothing was restated: every period was frozen once"


def corrected_comparison(*measures: dict[str, Any], language: str = "en") -> Section:
    told = entry(9, "period_corrected", "csi:2026-Q3", manifest_hash="5" * 64)
    bundle = comparable(
        language,
        manifest=frozen("2026-Q3", **CORRECTED),
        restated=restated(*measures),
        entries=(*entries(), told),
    )
    return section(comparison_content(bundle), "restated")


def test_a_comparison_lists_only_measures_that_print_otherwise_with_their_difference() -> None:
    part = corrected_comparison(
        measure("csi", 784.3, 783.5), measure("csi/quality", 736.0, 736.0, "factor"), measure("nps", 30.0, 29.7, "rate")
    )
    assert part.heading == "2 published measures of Q3 2026 were restated"
    listed, corrections, _ = tables(part)
    assert [row.cells[1:] for row in listed.rows] == [("784.3", "783.5", "−0.8"), ("30.0", "29.7", "−0.3")]
    assert len(corrections.rows) == 2


def test_one_restated_measure_is_spoken_of_as_one() -> None:
    part = corrected_comparison(measure("csi", 784.3, 783.5))
    assert part.heading == "One published measure of Q3 2026 was restated"


def test_a_measure_that_came_out_of_suppression_has_no_difference() -> None:
    [row] = tables(corrected_comparison(measure("csi", None, 783.5)))[0].rows
    assert row.cells[1:] == ("n < 30", "783.5", "–")


def test_a_correction_that_moved_nothing_published_says_so() -> None:
    part = corrected_comparison(measure("csi", 784.3, 784.3))
    assert part.heading == "A period was corrected, and nothing published was restated"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_entry_of_a_correction_has_its_own_words_among_the_entries(language: str) -> None:
    *_, listed = tables(corrected_comparison(measure("csi", 784.3, 783.5), language=language))
    assert "period_corrected" not in "".join(cell for row in listed.rows for cell in row.cells)


def test_restated_numbers_are_of_the_whole_study_and_as_printed() -> None:
    scores = scores_from_document(dict(service_bundle("en").results))
    assert scores.dealers
    told = restatement("2026-Q3", scores, scores)
    assert [each["id"] for each in told["measures"]] == [each.id for each in headlines(scores)]
    assert not {score.dealer for score in scores.dealers} & {each["id"] for each in told["measures"]}
    for each in told["measures"]:
        assert set(each["first"]) == {"value", "suppressed", "low_base"}
        assert each["first"]["value"] is None or each["first"]["value"] == round(each["first"]["value"], 1)


def test_a_dealer_is_told_the_revision_and_not_why() -> None:
    source = dealer_source("en")
    bundle = dealer_bundle(replace(source, manifest={**source.manifest, **CORRECTED}), "D01")
    assert (
        "Frozen, revision 2, corrected on 22 November 2026" in dict(build_dealer_content(bundle).cover.facts).values()
    )
    assert REASON not in canonical_json(bundle)
