"""Reasons in words: every code that scoring and the definitions give has a sentence in every language."""

import ast
import re
from pathlib import Path

import pytest

import surveyplat
from surveyplat.forms import comparability as definitions
from surveyplat.reports.phrases import phrases
from surveyplat.reports.reasons import reason_text, reasons_text
from surveyplat.scoring.reasons import Reason

ROOT = Path(surveyplat.__file__).parent
OF_OTHER_MEASURES = {"rule_target", "rule_rescaling", "rule_paths", "rule_modes", "rule_index"}
"""What changes measures that no report compares between periods."""


_FACTOR_FILES = ("scoring/structure.py", "scoring/period_invariance.py")
_TIMELINE_FILES = (
    "scoring/study_charts.py",
    "scoring/effects.py",
    "scoring/study_effects.py",
    "timelines/walking.py",
    "timelines/charting.py",
    "timelines/judging.py",
)


def codes_of_errors(file: Path) -> set[str]:
    """The codes of errors that can become reasons in a result, and of those that have none."""
    calls = (node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    keywords = (each.value for call in calls for each in call.keywords if each.arg == "code")
    return {"untold"} | {str(value.value) for value in keywords if isinstance(value, ast.Constant)}


def coded() -> set[str]:
    """The codes written in scoring's comparison, drivers and factors, and in the comparison of definitions."""
    found = set()
    files = (
        "scoring/periods.py",
        "scoring/weighing.py",
        "scoring/drivers.py",
        "scoring/driver_checks.py",
        "scoring/driver_priorities.py",
        "scoring/comparability.py",
        "forms/comparability.py",
        *_FACTOR_FILES,
        *_TIMELINE_FILES,
    )
    for file in files:
        for node in ast.walk(ast.parse((ROOT / file).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("Reason", "Remark"):
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    found.add(str(first.value))
    found |= {code for file in (ROOT / "scoring").glob("*.py") for code in codes_of_errors(file)}
    aspects = {*definitions._ASKED, *definitions._SHOWN, *(facet.replace("'", "") for facet in definitions._MIX)}
    built = {
        "definition_refuse",
        "definition_bridge",
        "delay",
        "expiry",
        "rule_total",
        "rule_usable_share",
        "rule_answers",
    }
    built |= {f"{kind}_{when}" for kind in ("language", "measured") for when in ("before", "after")}
    built |= {f"too_few_{what}" for what in ("treated", "controls", "months_before", "months_after")}
    built |= {"structure_unidentified", "structure_not_converged", "invariance_untested_items"}
    built |= {"response_rate", "timing_days", "response_rate_unknown", "timing_unknown", "mode_unknown"}
    return found | built | {"mode_share", "mode_without_overlap"} | {aspect.replace(" ", "_") for aspect in aspects}


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_every_code_has_a_sentence(language: str) -> None:
    worded = {key.removeprefix("why.") for key in phrases(language) if key.startswith("why.")}
    assert worded == coded()


def full(code: str) -> Reason:
    """A reason that has everything which any sentence names."""
    figures = (
        "before",
        "after",
        "limit",
        "cases",
        "attributes",
        "least",
        "most",
        "decomposition",
        "regression",
        "found",
        *("treated", "controls", "slope", "p_value", "assignments", "smallest_p"),
        "base",
        "multiple",
        "points",
        "steps",
        "rounds",
        "replicates",
    )
    values = dict.fromkeys((*figures, "cfi_loss", "cfi", "chance"), 0.25)
    return Reason(
        code,
        values,
        "kind, clean",
        {"languages": "en", "common": "2", "quota": "Q", "period": "Q", "before": "Q", "after": "Q"},
    )


@pytest.mark.parametrize("code", sorted(coded()))
def test_no_sentence_leaves_a_field_open_or_speaks_english_to_a_chinese_reader(code: str) -> None:
    label = {"kind": "友善", "clean": "干净"}.get
    chinese = reason_text(full(code), "zh-Hans", lambda name: str(label(name, name)))
    assert not re.search(
        r"[{}]|[A-Za-z]{4,}", chinese.replace("kind, clean", "").replace("kind", "").replace("clean", "")
    )
    assert "{" not in reason_text(full(code), "en", str)


def test_many_items_are_counted_and_languages_are_named() -> None:
    reason = Reason("wording", {}, "a, b, c, d, e", {"languages": "en, zh-Hans"})
    assert reason_text(reason, "en", str) == ("The wording changed (English; Simplified Chinese): a; b; c and 2 more")
    assert reason_text(reason, "zh-Hans", str) == "措辞已更改（英语；简体中文）：a；b；c，另有2个"


def test_figures_have_the_unit_of_their_reason() -> None:
    moved = (
        Reason("response_rate", {"before": 0.3, "after": 0.42, "limit": 0.05}),
        Reason("timing_days", {"before": 9.0, "after": 23.5, "limit": 14.0}),
        Reason("mode_changed", {}, "web > phone"),
    )
    assert reasons_text(moved, "en", str) == (
        "The response rate went from 30% to 42%. Half of the answers came within 23.5 days of the event, 9 days in the "
        "earlier period. The answers came in another way, web page → phone, and too few came in the same way in both "
        "periods."
    )
