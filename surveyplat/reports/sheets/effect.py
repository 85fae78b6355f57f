"""Whether an action worked, in a sentence with its interval, or why that cannot be told."""

from collections.abc import Mapping
from typing import Any

from surveyplat.reports.context import Wording
from surveyplat.reports.reasons import reasons_text
from surveyplat.scoring.documents import effect_from_document
from surveyplat.scoring.records.effects import EffectEstimate, StudyEffect


def effect_text(words: Wording, document: Mapping[str, Any] | None) -> str:
    """Empty while nothing can be looked for: no frozen period holds the months after the action, or it is for all.

    Raises ``ScoringError`` when the document is damaged.
    """
    if document is None:
        return ""
    told = effect_from_document(document)
    reasons = reasons_text(told.effect.reasons, words.language, words.label)
    if told.effect.effect is None:
        return words.say("judged.why", what=words.say("judged.untold"), reasons=reasons)
    sentence = _sentence(words, told, told.effect.effect)
    return words.say("sheet.effect.beware", effect=sentence, reasons=reasons) if reasons else sentence


def _sentence(words: Wording, told: StudyEffect, effect: EffectEstimate) -> str:
    fields = {
        "verdict": words.say(f"judged.{told.verdict}"),
        "effect": words.signed(effect.value, 1),
        "measure": words.either(f"{told.measure}_short", words.label(told.measure)),
        "interval": words.interval(effect.ci_low, effect.ci_high, 1),
        "treated": words.number(told.effect.treated_dealers),
        "controls": words.number(told.effect.control_dealers),
        "before": words.number(told.effect.months_before),
        "after": words.number(told.effect.months_after),
    }
    return words.say("sheet.effect", **fields)
