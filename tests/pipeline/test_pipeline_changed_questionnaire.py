"""A questionnaire that changed between two periods: what may be compared, what is bridged, what is refused, and why."""

import re
from datetime import UTC, datetime

import numpy as np
import pytest
from car_wash import ITEMS, STUDY
from reports_texts import texts_of

from surveyplat.audit.freeze import freeze
from surveyplat.audit.periods import parse_period
from surveyplat.forms.importing import import_responses
from surveyplat.forms.loading import definition_from_yaml
from surveyplat.pipeline import report_period, score_period
from surveyplat.reports.kinds import bundle_from_json, content_of

pytestmark = pytest.mark.anyio

NOW = datetime(2027, 6, 1, tzinfo=UTC)
BEFORE, AFTER = parse_period("2026-Q2"), parse_period("2026-Q3")
NEW_ITEM = """  - id: more
    title: {en: One more, zh-Hans: 还有一个}
    items:
      - {id: again, type: rating, scale: points, text: {en: Would you come again?, zh-Hans: 您还会再来吗？}}
measurement:"""
CHANGES = {
    "wording": ("How kind we were", "How friendly we were"),
    "weights": ("weight: 3", "weight: 1"),
    "item": ("measurement:", NEW_ITEM),
}


@pytest.fixture
def engine_name():
    """What is compared with what does not depend on the engine."""
    return "sqlite"


async def taken_in(db, settings, tmp_path, definition, period, means):
    """Two hundred answers about each item, around its mean."""
    rng = np.random.default_rng(list(period.name.encode()))
    points = np.clip(np.round(rng.normal(means, 1.0, (200, 3))), 1, 10).astype(int)
    rows = [",".join(ITEMS), *(",".join(map(str, row)) for row in points.tolist())]
    path = tmp_path / f"{period.name}.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    await import_responses(db, definition, path, period.name, data_dir=settings.data_dir, now=NOW)
    await freeze(db, settings, definition, period, now=NOW)
    return points


@pytest.fixture
async def compared(db, settings, tmp_path, request):
    """The study in two periods; in the second one the questionnaire has changed as the test names it."""
    old, new = CHANGES[request.param]
    points = [
        await taken_in(db, settings, tmp_path, definition_from_yaml(text.encode(), "wash.yaml"), period, means)
        for text, period, means in ((STUDY, BEFORE, (7, 7, 5)), (STUDY.replace(old, new, 1), AFTER, (7, 7, 6)))
    ]
    return (await score_period(db, settings, "wash", AFTER)).comparison, points


async def texts(db, settings, language):
    """Every string of the report, read from the bundle that is kept beside it."""
    made = await report_period(db, settings, "wash", AFTER, language, now=NOW)
    return texts_of(content_of(bundle_from_json(made.path.with_suffix(".bundle.json").read_text(encoding="utf-8"))))


_NAMES = re.compile(
    r"[0-9a-f]{12,}|[a-z]+ [0-9.]+|Benjamini-Hochberg|Kitagawa|Kish|AAPOR|COOP1|Parquet"
    r"|surveyplat verify( report\.pdf --key)?|（(sealed|consistent|recomputed)）"
)


def english_in(texts):
    """Texts with English words; names, and ids of items, are what they are."""
    told = (text for text in texts if not re.fullmatch("[a-z_]+", text))
    return [text for text in told if re.search(r"[A-Za-z]{4,}", _NAMES.sub("", text))]


@pytest.mark.parametrize("compared", ["wording"], indirect=True)
async def test_a_changed_wording_is_refused_and_named_in_both_languages(db, settings, compared):
    comparison, _ = compared
    assert (comparison.verdict, comparison.indices, comparison.bridge) == ("refuse", (), None)
    (reason,) = comparison.reasons
    assert (reason.code, reason.detail, reason.names["languages"]) == ("wording", "kind", "en")
    english = await texts(db, settings, "en")
    assert any("The wording changed (English): How friendly we were." in text for text in english)
    chinese = await texts(db, settings, "zh-Hans")
    assert any("措辞已更改（英语）：我们是否友善。" in text for text in chinese)
    assert english_in(chinese) == []


@pytest.mark.parametrize("compared", ["weights"], indirect=True)
async def test_changed_weights_are_bridged_with_both_sets_of_weights(db, settings, compared):
    """Each answer p counts (p - 1) / 9 of 1,000 points; the people's factor weighed 3 of 4 before, 1 of 2 now."""
    comparison, points = compared
    assert (comparison.verdict, comparison.indices) == ("bridge", ())
    assert [reason.code for reason in comparison.reasons] == ["weights"]
    factors = [
        (held[:, :2].mean(axis=1).mean() - 1, held[:, 2].mean() - 1) for held in (side.astype(float) for side in points)
    ]
    old, new = ([(w * people + (1 - w) * result) / 9 * 1000 for people, result in factors] for w in (0.75, 0.5))
    bridge = comparison.bridge
    assert bridge.under_old.value == pytest.approx(old[1] - old[0])
    assert bridge.under_new.value == pytest.approx(new[1] - new[0])
    assert bridge.published.value == pytest.approx(new[1] - old[0])
    assert bridge.performance.value + bridge.weights.value == pytest.approx(bridge.published.value)
    chinese = await texts(db, settings, "zh-Hans")
    assert any("权重已更改。" in text for text in chinese)
    assert any("计算方法与2026年第二季度不同" in text for text in chinese)
    assert english_in(chinese) == []
    assert any("with both periods computed both ways" in text.lower() for text in await texts(db, settings, "en"))


@pytest.mark.parametrize("compared", ["item"], indirect=True)
async def test_an_item_added_elsewhere_leaves_the_index_comparable(db, settings, compared):
    comparison, _ = compared
    assert (comparison.verdict, comparison.reasons, comparison.withheld) == ("comparable", (), ())
    assert comparison.indices[0].change is not None
    assert {warning.code for warning in comparison.warnings} == {"response_rate_unknown", "timing_unknown"}
    chinese = await texts(db, settings, "zh-Hans")
    assert any("请注意：有一期的应答率未知。" in text for text in chinese)
    assert english_in(chinese) == []
