"""What the shipped questionnaires promise to the rest of the product."""

import re
from collections import Counter

import pytest

from surveyplat.forms.conditions import Comparison
from surveyplat.forms.items import ConsentItem, MultipleItem, RatingItem, TextItem
from surveyplat.forms.language import Definition
from surveyplat.forms.loading import load_definitions, load_study
from surveyplat.shipped import shipped_folder

CHINESE = re.compile(r"[\u4e00-\u9fff]")
FACTORS = {
    "quality": (22, ["quality_fixed", "quality_thorough", "quality_time", "quality_clean"]),
    "pickup": (20, ["pickup_on_time", "pickup_speed", "pickup_explanation", "pickup_fairness"]),
    "facility": (20, ["facility_location", "facility_comfort", "facility_cleanliness"]),
    "advisor": (19, ["advisor_courtesy", "advisor_attention", "advisor_explanation", "advisor_advice"]),
    "initiation": (19, ["booking_ease", "reception_promptness", "needs_understood"]),
}
STUDIES = {definition.study: definition for definition in load_definitions([shipped_folder("questionnaires")])}
FOLLOW_UPS = {"followup_24h": ("sale", 1), "followup_7d": ("sale", 7), "followup_3d_repair": ("service", 3)}
COMPLAINT_CLASSES = {"none", "product", "service", "information", "price", "contract", "after_sales"}
ON_DUTY = {"six_s"}
"""Whoever answers does so because it is the job."""
ECSI = {"IMAG": 5, "CUEX": 3, "PERQ": 7, "PERV": 2, "CUSA": 3, "CUSL": 3}


def wordings(definition: Definition, language: str) -> list[str]:
    texts = [definition.title, definition.introduction, definition.thanks]
    for page, item in definition.items():
        texts += [page.title, item.text]
        texts += [choice.text for choice in getattr(item, "choices", ())]
        texts += [item.hint] if item.hint else []
    texts += [problem.text for _, problem in definition.problems()]
    texts += [text for scale in definition.scales.values() for text in scale.labels.values()]
    return [text[language] for text in texts]


@pytest.mark.parametrize("study", STUDIES)
def test_every_text_is_chinese_in_chinese_and_has_no_chinese_in_english(study: str) -> None:
    definition = load_study(study)
    assert definition.languages == ("zh-Hans", "en")
    assert [text for text in wordings(definition, "zh-Hans") if not CHINESE.search(text)] == []
    assert [text for text in wordings(definition, "en") if CHINESE.search(text)] == []


@pytest.mark.parametrize("study", STUDIES)
def test_the_introduction_promises_the_minutes_that_are_declared(study: str) -> None:
    definition = load_study(study)
    assert f"大约需要{definition.minutes}分钟" in definition.introduction["zh-Hans"]
    assert f"about {definition.minutes} minutes" in definition.introduction["en"]


@pytest.mark.parametrize("study", sorted(STUDIES.keys() - ON_DUTY))
def test_whoever_is_asked_is_told_that_taking_part_is_voluntary(study: str) -> None:
    introduction = load_study(study).introduction
    assert "自愿" in introduction["zh-Hans"]
    assert "voluntary" in introduction["en"]


def test_no_two_studies_measure_different_things_under_one_name() -> None:
    """Measures of improvement are known by the name of what is measured, whatever the study."""
    named = Counter(name for definition in STUDIES.values() for name in measured_names(definition))
    assert [name for name, count in named.items() if count > 1] == []


def measured_names(definition: Definition) -> set[str]:
    measured = definition.measurement
    factors = {factor.id for index in measured.indices for factor in index.factors}
    return factors | set(measured.categories) | {item for driver in measured.drivers for item in driver.attributes}


@pytest.mark.parametrize("study", ["ssi", "ess", "nvss", *FOLLOW_UPS])
def test_a_complaint_has_one_of_six_classes_and_none_excludes_them_all(study: str) -> None:
    definition = load_study(study)
    item = definition.item("complaint")
    assert definition.measurement.complaints == "complaint"
    assert isinstance(item, MultipleItem)
    assert {choice.code for choice in item.choices} == COMPLAINT_CLASSES
    assert [choice.code for choice in item.choices if choice.exclusive] == ["none"]


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


def test_ssi_weighs_five_factors_as_published_for_china_in_2015() -> None:
    definition = load_study("ssi")
    (index,), (driver,) = definition.measurement.indices, definition.measurement.drivers
    assert {factor.title["en"]: factor.weight for factor in index.factors} == {
        "Delivery": 23,
        "Sales initiation": 21,
        "Deal": 20,
        "Facility": 19,
        "Salesperson": 17,
    }
    assert "2015 China" in index.weights_source
    assert sorted(driver.attributes) == sorted(item for factor in index.factors for item in factor.items)
    assert len(driver.attributes) <= 20


def test_the_contacts_after_a_hand_over_are_over_before_ssi_is_asked() -> None:
    day, week, ssi = (load_study(study).fieldwork for study in ("followup_24h", "followup_7d", "ssi"))
    assert day.delay_days + day.expires_days <= week.delay_days
    assert week.delay_days + week.expires_days <= ssi.delay_days <= 14


def test_apeal_asks_sixty_attributes_or_more_in_ten_categories_of_equal_weight() -> None:
    definition = load_study("apeal")
    (index,), (driver,) = definition.measurement.indices, definition.measurement.drivers
    attributes = [item for factor in index.factors for item in factor.items]
    assert len(attributes) >= 60
    assert len(index.factors) == 10
    assert {factor.weight for factor in index.factors} == {1}
    assert "Equal weights" in index.weights_source
    assert [len(set(driver.attributes) & set(factor.items)) for factor in index.factors] == [2] * 10
    assert len({definition.item(item).text["zh-Hans"] for item in attributes}) == len(attributes)
    assert (definition.fieldwork.delay_days, definition.fieldwork.occasion) == (90, "due")


@pytest.mark.parametrize("study", FOLLOW_UPS)
def test_a_follow_up_asks_little_of_the_contented_and_offers_the_others_a_call(study: str) -> None:
    definition = load_study(study)
    everybody = [
        entry.item for page in definition.asked if not page.conditions for entry in page.entries if not entry.conditions
    ]
    assert (definition.fieldwork.trigger, definition.fieldwork.delay_days) == FOLLOW_UPS[study]
    assert 4 <= len(everybody) <= 7
    assert definition.minutes <= 2
    assert isinstance(definition.item("callback"), ConsentItem)
    assert definition.page("to_do").conditions


TRIGGERS = {"ess": "lost", "nvss": "enquiry", "das": "dealer", "employee": "employee", "six_s": "inspection"}


@pytest.mark.parametrize("study", TRIGGERS)
def test_studies_of_other_people_follow_their_own_kind_of_event(study: str) -> None:
    assert load_study(study).fieldwork.trigger == TRIGGERS[study]


def test_every_study_that_asks_more_than_once_does_so_before_its_link_expires() -> None:
    for definition in STUDIES.values():
        assert all(day < definition.fieldwork.expires_days for day in definition.fieldwork.reminders)


def test_six_s_asks_one_point_of_each_s_in_each_area_and_words_for_whatever_is_not_met() -> None:
    definition = load_study("six_s")
    areas, kinds = definition.measurement.indices
    points = [item for factor in areas.factors for item in factor.items]
    assert sorted(points) == sorted(item for factor in kinds.factors for item in factor.items)
    assert (len(areas.factors), len(kinds.factors), len(points)) == (5, 6, 30)
    for point in points:
        found = definition.item(f"{point}_found")
        assert isinstance(found, TextItem)
        assert found.show == Comparison(answer=point, below=2)
        assert found.required_when == Comparison(answer=point, equals=0)
        assert found.text == definition.item(point).text


def test_das_pairs_five_expectations_with_what_was_found_in_the_same_words() -> None:
    definition = load_study("das")
    assert len(definition.measurement.gaps) == 5
    for gap in definition.measurement.gaps:
        expected, found = definition.item(gap.expectation), definition.item(gap.perception)
        assert isinstance(expected, RatingItem)
        assert isinstance(found, RatingItem)
        assert (expected.text, expected.scale) == (found.text, found.scale)


def test_ecsi_declares_the_paths_of_the_european_model() -> None:
    (model,) = load_study("ecsi").measurement.models
    arrows = Counter(path.cause for path in model.paths)
    assert arrows == {
        "image": 3,
        "expectation": 3,
        "perceived_quality": 2,
        "perceived_value": 1,
        "customer_satisfaction": 2,
        "complaint_handling": 1,
    }
    assert [construct.id for construct in model.constructs if construct.id not in arrows] == ["loyalty"]
    assert sum(len(construct.items) for construct in model.constructs) == 24


def test_nobody_who_may_be_recognised_is_offered_a_call() -> None:
    for study in ("employee", "das"):
        assert not [item for _, item in load_study(study).items() if isinstance(item, ConsentItem)]
