"""A definition's identity: what changes its hash, what does not, and that its stored form reads back."""

import json
from collections.abc import Callable

import pytest
import yaml
from pydantic import ValidationError

from surveyplat.forms.items import RatingItem, RecommendationItem
from surveyplat.forms.language import Definition
from surveyplat.forms.loading import definition_from_yaml, load_definitions, load_study
from surveyplat.forms.versions import canonical_json, content_hash, definition_from_json
from surveyplat.shipped import shipped_folder

CSI = (shipped_folder("questionnaires") / "csi.yaml").read_text(encoding="utf-8")
STUDIES = tuple(definition.study for definition in load_definitions([shipped_folder("questionnaires")]))


def hash_of(text: str) -> str:
    return content_hash(definition_from_yaml(text.encode(), "csi.yaml"))


def backwards(value: object) -> object:
    if isinstance(value, dict):
        return {key: backwards(value[key]) for key in reversed(value)}
    return [backwards(entry) for entry in value] if isinstance(value, list) else value


def test_comments_layout_and_key_order_leave_the_hash_as_it_is() -> None:
    turned = yaml.safe_dump(backwards(yaml.safe_load(CSI)), allow_unicode=True, sort_keys=False)
    assert turned.startswith("fieldwork:")
    assert hash_of(turned) == hash_of("# a comment\n" + CSI) == hash_of(CSI)


def test_writing_a_default_out_leaves_the_hash_as_it_is() -> None:
    assert hash_of(CSI.replace("      usable_share: 0.5\n", "")) == hash_of(CSI)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("zh-Hans: 店内的整洁", "zh-Hans: 店里的整洁"),
        ("en: How clean the shop was", "en: How clean the shop is"),
        ("hint:\n          zh-Hans: 请不要写", "hint:\n          zh-Hans: 请别写"),
        ("10: {zh-Hans: 非常可能", "10: {zh-Hans: 极有可能"),
        ("weight: 22", "weight: 21"),
        ("max_length: 1000", "max_length: 900"),
        ("delay_days: 3", "delay_days: 4"),
        ('version: "1"', 'version: "2"'),
        (
            "items: [booking_ease, reception_promptness, needs_understood]",
            "items: [reception_promptness, booking_ease, needs_understood]",
        ),
    ],
)
def test_any_change_of_content_changes_the_hash(old: str, new: str) -> None:
    assert CSI.count(old) == 1
    assert hash_of(CSI.replace(old, new)) != hash_of(CSI)


@pytest.mark.parametrize("study", STUDIES)
def test_the_canonical_form_reads_back_as_the_same_definition(study: str) -> None:
    definition = load_study(study)
    stored = canonical_json(definition)
    again = definition_from_json(stored)
    assert again == definition
    assert (
        canonical_json(again)
        == stored
        == json.dumps(json.loads(stored), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    )


def test_categories_and_labels_keep_their_order_through_the_canonical_form() -> None:
    iqs = definition_from_json(canonical_json(load_study("iqs")))
    assert list(iqs.measurement.categories) == [page.id for page in iqs.pages[:-1]]
    assert [list(scale.labels) for scale in iqs.scales.values()] == [[1, 10]]


def test_a_definition_never_changes_and_takes_no_unknown_field() -> None:
    definition = load_study("csi")
    with pytest.raises(ValidationError, match="frozen"):
        definition.minutes = 9  # type: ignore[misc]
    with pytest.raises(ValidationError, match="colour"):
        Definition.model_validate({**definition.model_dump(), "colour": "red"})


def test_a_definition_is_looked_up_by_page_item_and_scale() -> None:
    definition = load_study("csi")
    assert [page.id for page in definition.asked][:2] == ["initiation", "advisor"]
    assert definition.page("facility").items[0].id == "facility_location"
    rating, recommend = definition.item("quality_fixed"), definition.item("recommend")
    assert isinstance(rating, RatingItem)
    assert isinstance(recommend, RecommendationItem)
    assert definition.scale_of(rating).points == range(1, 11)
    assert definition.scale_of(recommend).points == range(11)


@pytest.mark.parametrize("look_up", [Definition.page, Definition.item])
def test_an_unknown_page_or_item_is_a_key_error(look_up: Callable[[Definition, str], object]) -> None:
    with pytest.raises(KeyError, match="absent"):
        look_up(load_study("csi"), "absent")
