"""What the shipped questionnaires promise to the rest of the product."""

import re
from collections import Counter

import pytest

from surveyplat.forms.language import Definition, RatingItem
from surveyplat.forms.loading import load_study

CHINESE = re.compile(r"[\u4e00-\u9fff]")
FACTORS = {
    "quality": (22, ["quality_fixed", "quality_thorough", "quality_time", "quality_clean"]),
    "pickup": (20, ["pickup_on_time", "pickup_speed", "pickup_explanation", "pickup_fairness"]),
    "facility": (20, ["facility_location", "facility_comfort", "facility_cleanliness"]),
    "advisor": (19, ["advisor_courtesy", "advisor_attention", "advisor_explanation", "advisor_advice"]),
    "initiation": (19, ["booking_ease", "reception_promptness", "needs_understood"]),
}
ECSI = {"IMAG": 5, "CUEX": 3, "PERQ": 7, "PERV": 2, "CUSA": 3, "CUSL": 3}


def wordings(definition: Definition, language: str) -> list[str]:
    texts = [definition.title, definition.introduction, definition.thanks]
    for page, item in definition.items():
        texts += [page.title, item.text]
    texts += [problem.text for _, problem in definition.problems()]
    return [text[language] for text in texts]


@pytest.mark.parametrize("study", ["csi", "ecsi", "iqs"])
def test_every_text_is_chinese_in_chinese_and_has_no_chinese_in_english(study: str) -> None:
    definition = load_study(study)
    assert definition.languages == ("zh-Hans", "en")
    assert [text for text in wordings(definition, "zh-Hans") if not CHINESE.search(text)] == []
    assert [text for text in wordings(definition, "en") if CHINESE.search(text)] == []


@pytest.mark.parametrize("study", ["csi", "ecsi", "iqs"])
def test_the_introduction_promises_the_minutes_that_are_declared(study: str) -> None:
    definition = load_study(study)
    assert f"大约需要{definition.minutes}分钟" in definition.introduction["zh-Hans"]
    assert f"about {definition.minutes} minutes" in definition.introduction["en"]
    assert "自愿" in definition.introduction["zh-Hans"]
    assert "voluntary" in definition.introduction["en"]


def test_csi_measures_five_factors_with_the_2015_china_weights() -> None:
    (index,) = load_study("csi").measurement.indices
    assert {factor.id: (factor.weight, list(factor.items)) for factor in index.factors} == FACTORS
    assert "2015 China" in index.weights_source
    assert index.total == 1000


def test_csi_asks_each_attribute_on_ten_points_with_a_way_out() -> None:
    definition = load_study("csi")
    (driver,) = definition.measurement.drivers
    assert sorted(driver.attributes) == sorted(item for _, items in FACTORS.values() for item in items)
    for attribute in driver.attributes:
        item = definition.item(attribute)
        assert isinstance(item, RatingItem)
        assert definition.scale_of(item).points == range(1, 11)
        assert definition.scale_of(item).dont_know is not None


def test_iqs_has_ten_problems_or_more_in_each_of_nine_categories_of_both_kinds() -> None:
    problems = list(load_study("iqs").problems())
    kinds = Counter((category, problem.kind) for category, problem in problems)
    counts = Counter(category for category, _ in problems)
    assert len(counts) == 9
    assert min(counts.values()) >= 10
    assert min(kinds[category, kind] for category in counts for kind in ("malfunction", "design")) >= 3
    for language in ("zh-Hans", "en"):
        assert len({problem.text[language] for _, problem in problems}) == len(problems)


def test_iqs_belongs_to_the_period_in_which_ninety_days_of_ownership_end() -> None:
    fieldwork = load_study("iqs").fieldwork
    assert (fieldwork.trigger, fieldwork.delay_days, fieldwork.occasion) == ("sale", 90, "due")


def test_ecsi_asks_the_24_items_under_the_names_of_the_public_data() -> None:
    definition = load_study("ecsi")
    named = {f"{block}{number}" for block, count in ECSI.items() for number in range(1, count + 1)} | {"CUSCO"}
    assert {item.id for _, item in definition.items()} == named
    assert len(named) == 24
    ends = {definition.scale_of(item).points for _, item in definition.items() if isinstance(item, RatingItem)}
    assert ends == {range(1, 11)}


def test_ecsi_declares_both_rescalings_of_the_quality_index() -> None:
    measurement = load_study("ecsi").measurement
    assert [(index.id, index.rescaling, index.total) for index in measurement.derived_indices] == [
        ("quality_minmax", "minmax", 1000),
        ("quality_times100", "times100", 1000),
    ]
    assert measurement.drivers[0].attributes == tuple(f"PERQ{number}" for number in range(1, 8))
