"""A service report with everything that is disclosed: questionnaire, fieldwork, texts, complaints, judged actions."""

from dataclasses import replace
from typing import Any

from reports_examples import action, estimate, labels, manifest, service_bundle, service_comparison, service_scores
from reports_examples import bundle as bundle_of

from surveyplat.forms.loading import load_study
from surveyplat.forms.versions import canonical_json as definition_json
from surveyplat.reports.bundle import ReportBundle
from surveyplat.reports.verbatims import ChosenTexts, Verbatim, VerbatimGroup, chosen_document
from surveyplat.scoring.documents import effect_document
from surveyplat.scoring.reasons import Reason
from surveyplat.scoring.records.effects import ActionEffect, EffectEstimate, StudyEffect
from surveyplat.scoring.results import RateScore

FIELDWORK: dict[str, Any] = {
    "events": 7400,
    "first_day": "2026-07-01",
    "last_day": "2026-09-30",
    "rows_by_source": {"web": 1845},
    "days_to_answer": 2.0,
    "file_hash": "ab" * 32,
    "frozen_at": "2026-10-27T01:00:00+00:00",
}
DISPOSITIONS = {
    "complete": 1845,
    "partial": 0,
    "refusal": 41,
    "non_contact": 12,
    "other": 3,
    "unknown_household": 0,
    "unknown_other": 4212,
    "not_eligible": 7,
}
HOSTILE = "<b>坏</b> &amp; \u202eevil 😀 مرحبا =cmd|x {0} %s"


def disclosed_bundle(language: str = "en", study: str = "csi", **overrides: Any) -> ReportBundle:
    given: dict[str, Any] = {
        "manifest": manifest() | FIELDWORK,
        "definition": definition_json(load_study(study)),
        "dispositions": DISPOSITIONS,
        "verbatims": (chosen_document(chosen_texts()),),
        "judged": judged(),
        "key_name": "example.com+01020304",
        "log": {"size": 7, "root": "cd" * 32},
        "previous_actions": tuple(action("en", number, state="done") for number in (1, 2, 3, 4)),
    }
    return service_bundle(language, **given | overrides)


def chosen_texts() -> ChosenTexts:
    long = Verbatim("长" * 10_000, "D03", "zh-Hans")
    told = (Verbatim("等了两个小时。", "D03", "zh-Hans"), Verbatim(HOSTILE, "", "en"), long)
    rest = (Verbatim("Nobody told me why it took so long.", "D09", "en"),)
    groups = (VerbatimGroup("judged 1 to 3", 64, told), VerbatimGroup("", None, rest))
    return ChosenTexts("comment", 1845, 412, groups)


def effect_of(effect: EffectEstimate | None, *reasons: Reason) -> StudyEffect:
    verdict = "cannot_be_told" if effect is None else "told"
    told = ActionEffect(verdict, effect, None, None, None, 1, 23, 6, 3, 2400.0, reasons)  # type: ignore[arg-type]
    return StudyEffect("csi", "csi", ("D16",), "2026-07", ("2026-01",), ("2026-Q1",), told)


def judged() -> dict[str, Any]:
    """The first action worked, the second cannot be told, the third's months are not frozen, the fourth was for all."""
    clear = EffectEstimate(31.4, None, None, 8.2, 54.6, 0.0417, "permutation", 0.0417)
    keys = [action("en", number).key for number in (1, 2, 3)]
    few = Reason("too_few_months_after", {"found": 1, "least": 3})
    return {
        keys[0]: effect_document(effect_of(clear)),
        keys[1]: effect_document(effect_of(None, few)),
        keys[2]: None,
    }


def complaining_bundle(language: str = "en") -> ReportBundle:
    rates = (
        RateScore("complaint_any", estimate(12.4, 0.8, 1845)),
        RateScore("complaint_price", estimate(5.1, 0.5, 1845)),
        RateScore("complaint_contract", estimate(0, 0, 12, suppressed=True)),
    )
    scores = replace(service_scores(), rates=rates)
    classes = {
        "complaint_any": "Anything",
        "complaint_price": "Price",
        "complaint_contract": "Contract",
    }
    return bundle_of(scores, service_comparison(scores), language, labels=labels(language) | classes)
