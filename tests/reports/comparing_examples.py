"""Fabricated comparisons: comparable, bridged, refused, of several periods, with planted questionnaires and counts."""

from dataclasses import replace
from typing import Any

from reports_examples import (
    bridged_comparison,
    manifest,
    quality_comparison,
    quality_scores,
    service_bundle,
    service_comparison,
    service_scores,
)

from surveyplat.forms.loading import definition_from_yaml
from surveyplat.forms.versions import canonical_json, content_hash
from surveyplat.reports.comparing.bundle import ComparisonBundle
from surveyplat.scoring.documents import comparison_document, results_document
from surveyplat.scoring.reasons import Reason
from surveyplat.scoring.results import MeasureVerdict, PeriodComparison, StudyScores

QUESTIONNAIRE = """
surveyplat: 1
study: csi
version: "1"
title: {en: Service, zh-Hans: 服务}
languages: [en, zh-Hans]
minutes: 1
introduction: {en: A few questions., zh-Hans: 几个问题。}
thanks: {en: Thank you., zh-Hans: 谢谢。}
scales:
  points: {minimum: 1, maximum: 10, labels: {1: {en: Bad, zh-Hans: 差}, 10: {en: Good, zh-Hans: 好}}}
pages:
  - id: service
    title: {en: The service, zh-Hans: 服务}
    items:
      - {id: pickup_speed, type: rating, scale: points, text: {en: How quick we were, zh-Hans: 我们是否迅速}}
      - {id: quality_clean, type: rating, scale: points, text: {en: How clean the car is, zh-Hans: 车洗得是否干净}}
measurement:
  indices:
    - id: csi
      title: {en: Satisfaction, zh-Hans: 满意度}
      weights_source: Declared
      factors:
        - {id: pickup, title: {en: Pick-up, zh-Hans: 取车}, weight: 3, items: [pickup_speed]}
        - {id: quality, title: {en: Quality, zh-Hans: 质量}, weight: 1, items: [quality_clean]}
fieldwork: {trigger: service, delay_days: 1, expires_days: 30, occasion: event}
"""
REWORDED = QUESTIONNAIRE.replace("How quick we were", "How fast we were").replace("我们是否迅速", "我们动作是否快")
DISPOSITIONS = {
    "complete": 1845,
    "partial": 0,
    "refusal": 48,
    "non_contact": 12,
    "other": 0,
    "unknown_household": 0,
    "unknown_other": 4215,
    "not_eligible": 0,
}
_NAMES = (*(f"rr{number}" for number in range(1, 7)), "coop1", "coop2", "coop3", "coop4", "ref1", "con1")
RATES = {"e": 1.0} | dict.fromkeys(_NAMES, 0.3015)


def questionnaire(text: str = QUESTIONNAIRE) -> str:
    return canonical_json(definition_from_yaml(text.encode(), "csi.yaml"))


def frozen(period: str, text: str = QUESTIONNAIRE, **overrides: Any) -> dict[str, Any]:
    """A manifest whose counts add up: 1,893 responses less 48 are 1,845 rows."""
    hashed = content_hash(definition_from_yaml(text.encode(), "csi.yaml"))
    told = {"study": "csi", "period": period, "rows_hash": period[-1] * 64, "file_hash": "f" * 64, "events": 7300}
    told |= {"definition_hash": hashed, "frozen_at": "2026-10-20T16:00:00+08:00"}
    return manifest() | told | {"invitations_by_state": {"sent": 6108, "failed": 12}} | overrides


def entry(index: int, kind: str, subject: str, **payload: str) -> dict[str, Any]:
    when = "2026-10-20T09:00:00.000000+00:00"
    return {"index": index, "recorded_at": when, "kind": kind, "subject": subject, "payload": payload}


def entries(study: str = "csi") -> tuple[dict[str, Any], ...]:
    """One freeze of each period, and one report."""
    return (
        entry(0, "period_frozen", f"{study}:2026-Q2", manifest_hash="a" * 64),
        entry(4, "period_frozen", f"{study}:2026-Q3", manifest_hash="b" * 64),
        entry(5, "report_published", f"{study}:2026-Q3:en", bundle_hash="c" * 64, pdf_hash="d" * 64),
    )


def compared(
    scores: StudyScores, comparison: PeriodComparison, language: str, text: str = QUESTIONNAIRE, **overrides: Any
) -> ComparisonBundle:
    """``scores`` of 2026-Q3 beside 2026-Q2, which answered ``text``."""
    plain = service_bundle("en" if language == "en" else "zh-Hans")
    participation = {"dispositions": DISPOSITIONS, "rates": RATES}
    fields: dict[str, Any] = {
        **{name: getattr(plain, name) for name in ("title", "brand_group", "labels", "dealers", "regions")},
        "study": scores.study,
        "period": "2026-Q3",
        "language": language,
        "manifest": frozen("2026-Q3"),
        "results": results_document(scores),
        "comparison": comparison_document(comparison),
        "before": {"manifest": frozen("2026-Q2", text), "definition": questionnaire(text)},
        "definition": questionnaire(),
        "participation": {"2026-Q3": participation, "2026-Q2": None},
        "entries": entries(scores.study),
        "as_of": "2026-10-20T16:00:00+08:00",
        "synthetic": True,
        "log": {"size": 5, "root": "e" * 64},
    }
    return ComparisonBundle(**fields | overrides)


def comparable(language: str = "en", count: int = 24, **overrides: Any) -> ComparisonBundle:
    scores = service_scores(count)
    return compared(scores, service_comparison(scores), language, **overrides)


def bridged(language: str = "en", **overrides: Any) -> ComparisonBundle:
    scores = service_scores()
    text = QUESTIONNAIRE.replace("weight: 3", "weight: 2")
    return compared(scores, bridged_comparison(scores), language, text, **overrides)


REASONS = (
    Reason("wording", {}, "pickup_speed, quality_clean", {"languages": "en, zh-Hans"}),
    Reason("mode_changed", {}, "web > import"),
    Reason("means_not_comparable", {"cfi_loss": 0.023, "limit": 0.01}, "quality_clean"),
)


def refusal(scores: StudyScores) -> PeriodComparison:
    empty = PeriodComparison("2026-Q2", scores.period, "refuse", REASONS, 0.05, (), (), (), (), ())
    return replace(empty, warnings=(Reason("response_rate", {"before": 0.31, "after": 0.37, "limit": 0.05}),))


def refused(language: str = "en", **overrides: Any) -> ComparisonBundle:
    scores = service_scores()
    return compared(scores, refusal(scores), language, REWORDED, **overrides)


def several(language: str = "en", **overrides: Any) -> ComparisonBundle:
    """Q3 beside Q2, comparable, and beside Q1, refused."""
    scores = service_scores()
    further = {"manifest": frozen("2026-Q1", REWORDED), "definition": questionnaire(REWORDED)}
    further["comparison"] = comparison_document(replace(refusal(scores), before="2026-Q1"))
    first = entry(0, "period_frozen", "csi:2026-Q1", manifest_hash="0" * 64)
    return comparable(language, **{"further": (further,), "entries": (first, *entries())} | overrides)


def problems(language: str = "en", **overrides: Any) -> ComparisonBundle:
    scores = quality_scores()
    told = quality_comparison(scores)
    withheld = (MeasureVerdict("overall", "refuse", REASONS[:1], ()),)
    return compared(scores, replace(told, withheld=withheld), language, **overrides)


EXAMPLES = {
    "comparable": comparable,
    "bridged": bridged,
    "refused": refused,
    "several": several,
    "problems": problems,
}
