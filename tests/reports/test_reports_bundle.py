"""A bundle is its canonical JSON: read back alike, hashed alike, refused when damaged."""

import json
from dataclasses import replace

import pytest
from reports_examples import action, service_bundle

from surveyplat.errors import ReportError
from surveyplat.reports.bundle import bundle_hash, canonical_json
from surveyplat.reports.kinds import bundle_from_json


def test_a_bundle_read_back_from_its_json_has_the_same_hash() -> None:
    bundle = service_bundle("zh-Hans")
    assert bundle_hash(bundle_from_json(canonical_json(bundle))) == bundle_hash(bundle)


def test_the_order_of_mappings_does_not_matter_and_any_value_does() -> None:
    bundle = service_bundle()
    turned = replace(bundle, labels=dict(reversed(list(bundle.labels.items()))))
    assert bundle_hash(turned) == bundle_hash(bundle)
    assert bundle_hash(replace(bundle, synthetic=False)) != bundle_hash(bundle)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"language": "fr"}, "bundle.language"),
        ({"template_version": "99"}, "bundle.template_version"),
        ({"as_of": "2026-10-20T09:00:00"}, "bundle.as_of"),
        ({"as_of": "yesterday"}, "ISO"),
    ],
)
def test_a_damaged_bundle_is_refused_by_its_place(change: dict[str, str], place: str) -> None:
    with pytest.raises(ReportError, match=place):
        replace(service_bundle(), **change)


def test_an_action_without_all_six_parts_is_refused_by_its_key() -> None:
    short = replace(action("en"), plan={"what": "something"})
    with pytest.raises(ReportError, match="csi:2026-Q3:example:1 has no why"):
        service_bundle(current_actions=(short,))


@pytest.mark.parametrize("text", ["{", "[]", json.dumps({"study": "csi"})])
def test_text_that_is_no_bundle_is_refused(text: str) -> None:
    with pytest.raises(ReportError, match="Build it again"):
        bundle_from_json(text)
