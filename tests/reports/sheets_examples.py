"""Fabricated sheets of actions: of a driver, a dealer with its effect, problems, and hidden dealers."""

from typing import Any

from reports_examples import action, service_bundle

from surveyplat.reports.sheets.bundle import A3Bundle
from surveyplat.scoring.contrasts import contrast
from surveyplat.scoring.documents import effect_document
from surveyplat.scoring.reasons import Reason
from surveyplat.scoring.records.effects import ActionEffect, EffectEstimate, StudyEffect

DRIVER = {
    "kind": "strongest_driver",
    "subject": "quality_fixed",
    "found_at": "2026-10-20T09:00:00+08:00",
    "evidence": {
        "value": 77.1,
        "ci_low": 76.0,
        "ci_high": 78.2,
        "share": 0.171,
        "share_low": 0.142,
        "share_high": 0.202,
        "mean_performance": 79.8,
        "unweighted_base": 1801,
    },
}
DEALER = {
    "kind": "dealer_below_group",
    "subject": "D07",
    "found_at": "2026-10-20T09:00:00+08:00",
    "evidence": {
        "value": 688.0,
        "ci_low": 655.0,
        "ci_high": 721.0,
        "group_value": 784.0,
        "total": 1000.0,
        "p_adjusted": 0.001,
        "unweighted_base": 79,
    },
}
CATEGORY = {
    "kind": "category_rose",
    "subject": "infotainment",
    "found_at": "2026-10-20T09:00:00+08:00",
    "evidence": {
        "value": 24.1,
        "ci_low": 22.3,
        "ci_high": 26.1,
        "before": 12.0,
        "change": 2.01,
        "change_low": 1.8,
        "change_high": 2.25,
        "p_adjusted": 0.0008,
        "unweighted_base": 2600,
    },
}
HIDDEN = {
    "kind": "suppressed_dealers",
    "subject": "dealers",
    "found_at": "2026-10-20T09:00:00+08:00",
    "evidence": {"count": 2, "dealers": 24, "beside": 1, "unweighted_base": 34},
}


def effect(value: float = 31.2, p_value: float | None = 0.004) -> dict[str, Any]:
    """Told by permutation; untold without a p value."""
    reasons = (Reason("clustered_inference_refused", {"treated": 1, "controls": 21, "least": 6}, "cr2"),)
    told = EffectEstimate(value, None, None, 12.4, 50.1, p_value, "permutation", 1 / 22) if p_value else None
    found = ActionEffect(
        "told" if told else "cannot_be_told",
        told,
        contrast(value, 9.0, 20.0) if told else None,
        None,
        None,
        1,
        21,
        6,
        3,
        900.0,
        reasons,
    )
    return effect_document(StudyEffect("csi", "csi", ("D07",), "2027-01", ("2027-01",), ("2027-Q1",), found))


def sheet(language: str = "en", **overrides: Any) -> A3Bundle:
    told = "en" if language == "en" else "zh-Hans"
    plain = service_bundle(told)
    fields: dict[str, Any] = {
        **{name: getattr(plain, name) for name in ("study", "period", "title", "brand_group", "labels", "as_of")},
        "language": language,
        "dealers": {},
        "regions": {},
        "manifest": {},
        "results": {},
        "comparison": None,
        "synthetic": True,
        "current_actions": (action(told),),
        "form": "a3",
        "finding": DRIVER,
        "measure": "quality_fixed",
    }
    return A3Bundle(**fields | overrides)


def of_dealer(language: str = "en", **overrides: Any) -> A3Bundle:
    name = service_bundle("en" if language == "en" else "zh-Hans").dealers["D07"]
    mine = {"finding": DEALER, "measure": "csi", "dealers": {"D07": name}, "effect": effect()}
    return sheet(language, **mine | overrides)


def of_category(language: str = "en", **overrides: Any) -> A3Bundle:
    return sheet(language, **{"form": "8d", "finding": CATEGORY, "measure": "infotainment"} | overrides)


def of_hidden(language: str = "en", **overrides: Any) -> A3Bundle:
    return sheet(language, **{"finding": HIDDEN, "measure": "dealers"} | overrides)


SHEETS = {"driver": sheet, "dealer": of_dealer, "category": of_category, "hidden": of_hidden}
