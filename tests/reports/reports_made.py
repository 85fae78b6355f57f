"""The reports of the example bundles, each made once however many tests look at it."""

from functools import cache
from typing import Any

import pytest
from reports_examples import imported_bundle, quality_bundle, service_bundle
from reports_tags import Heard, heard

from surveyplat.reports.pdf import make_report

BUNDLES: dict[str, Any] = {"service": service_bundle, "quality": quality_bundle, "imported": imported_bundle}
every_report = pytest.mark.parametrize(
    ("study", "language"), [(study, language) for study in BUNDLES for language in ("en", "zh-Hans")]
)


@cache
def report_of(study: str, language: str) -> bytes:
    return make_report(BUNDLES[study](language))


@cache
def heard_of(study: str, language: str) -> list[list[Heard]]:
    return heard(report_of(study, language))
