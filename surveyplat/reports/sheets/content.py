"""What stands on an action's sheet: what is recorded of it in words, and labelled room for what is not."""

from surveyplat.reports import formats
from surveyplat.reports.bundle import ActionRecord
from surveyplat.reports.context import Wording
from surveyplat.reports.sheets.blocks import Box, Field, Sheet
from surveyplat.reports.sheets.bundle import A3Bundle, Form
from surveyplat.reports.sheets.effect import effect_text
from surveyplat.reports.sheets.state import figure_of, state_text, value_text

_LONGEST_HEADING = 96

_A3: tuple[tuple[str, ...], tuple[str, ...]] = (
    ("background", "state", "target", "cause"),
    ("countermeasures", "plan", "effect", "follow_up"),
)
_8D: tuple[tuple[str, ...], tuple[str, ...]] = (
    ("team", "problem", "containment", "cause_8d"),
    ("corrective", "validated", "prevention", "closed"),
)
_COLUMNS = {"a3": _A3, "8d": _8D}
_NUMBERED: dict[Form, str] = {"a3": "{}", "8d": "D{}"}
_FIELDS: dict[str, tuple[tuple[str, int], ...]] = {
    "background": (("why", 1), ("where", 1), ("background", 1)),
    "state": (("state", 1),),
    "target": (("target_from", 1), ("target_to", 1), ("due", 1)),
    "cause": (("why_1", 1), ("why_2", 1), ("why_3", 1), ("why_4", 1), ("why_5", 1), ("root_cause", 1)),
    "countermeasures": (("what", 1), ("how", 1), ("more_measures", 2)),
    "plan": (("who", 1), ("when", 1), ("due", 1), ("steps", 3)),
    "effect": (("effect", 2),),
    "follow_up": (("standard", 1), ("elsewhere", 1), ("next_check", 1), ("signed", 1)),
    "team": (("leader", 1), ("members", 2), ("sponsor", 1)),
    "problem": (("why", 1), ("where", 1), ("state", 1), ("customer_effect", 1)),
    "containment": (("containment", 2), ("contained_by", 1)),
    "cause_8d": (("why_1", 1), ("why_2", 1), ("why_3", 1), ("why_4", 1), ("why_5", 1), ("escape", 1)),
    "corrective": (("what", 1), ("how", 1), ("chosen_because", 1)),
    "validated": (("who", 1), ("when", 1), ("due", 1), ("effect", 1)),
    "prevention": (("standard", 1), ("elsewhere", 1), ("documents", 1)),
    "closed": (("thanks_to", 1), ("next_check", 1), ("signed", 1)),
}
"""The fields of each box, with the lines to write on when nothing is recorded."""
_WITH_FIGURE = ("state", "problem")


def sheet_of(bundle: A3Bundle) -> Sheet:
    """The sheet as data. Raises ``ScoringError`` when the effect's document is damaged."""
    words = Wording(bundle, None)
    action, period = bundle.current_actions[0], words.period(bundle.period)
    what = _shortened(action.plan["what"])
    recorded = _recorded(words, bundle, action)
    return Sheet(
        language=bundle.language,
        title=words.say(f"sheet.title.{bundle.form}", what=what),
        subject=words.say("sheet.subject", title=bundle.title, period=period),
        kicker=" · ".join(part for part in (words.say(f"sheet.kicker.{bundle.form}"), bundle.title, period) if part),
        banner=words.say("synthetic_short") if bundle.synthetic else "",
        heading=what,
        facts=tuple((words.say(f"sheet.fact.{name}"), text) for name, text in _facts(words, bundle, action)),
        columns=_columns(words, bundle, recorded),
        continued=words.say("sheet.continued"),
        continued_heading=words.say("sheet.continued_heading"),
        footnote=words.say("sheet.footnote"),
    )


def _shortened(what: str) -> str:
    """For the heading; the whole of it stands in its field."""
    return what if len(what) <= _LONGEST_HEADING else what[: _LONGEST_HEADING - 1] + "…"


def _facts(words: Wording, bundle: A3Bundle, action: ActionRecord) -> list[tuple[str, str]]:
    dealers = [words.dealer(code) for code in bundle.dealers]
    facts = [
        ("owner", _shortened(action.plan["who"])),
        ("due", formats.long_date(action.due_on, words.language)),
        ("state", words.either(f"state.{action.state}", action.state)),
        ("as_of", formats.long_date(bundle.as_of[:10], words.language)),
        ("key", action.key),
    ]
    return [("dealer", words.names(dealers)), *facts] if dealers else facts


def _recorded(words: Wording, bundle: A3Bundle, action: ActionRecord) -> dict[str, str]:
    """What each field holds: the plan's own parts, and what the finding and the effect tell."""
    told = {
        "state": state_text(words, bundle),
        "target_from": value_text(words, bundle),
        "due": formats.long_date(action.due_on, words.language),
        "effect": effect_text(words, bundle.effect),
    }
    return {**action.plan, **told}


def _columns(words: Wording, bundle: A3Bundle, recorded: dict[str, str]) -> tuple[tuple[Box, ...], tuple[Box, ...]]:
    left, right = _COLUMNS[bundle.form]
    numbers = {name: number for number, name in enumerate((*left, *right), 1)}
    figure = figure_of(words, bundle)

    def box(name: str) -> Box:
        fields = (
            Field(words.say(f"sheet.field.{part}"), recorded.get(part, ""), lines) for part, lines in _FIELDS[name]
        )
        number = _NUMBERED[bundle.form].format(numbers[name])
        return Box(number, words.say(f"sheet.box.{name}"), tuple(fields), figure if name in _WITH_FIGURE else None)

    return tuple(map(box, left)), tuple(map(box, right))
