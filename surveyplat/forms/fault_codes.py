"""Every code that ``surveyplat check`` can report: what it means and how to mend it, the source of the documentation.

A fault's own sentence names the place, the values and the fix; here stands what all faults of a code have in common.
"""

FAULT_CODES: dict[str, dict[str, tuple[str, str]]] = {
    "The file": {
        "file": ("The file cannot be read, or there is no definition here", "Name a readable file or folder"),
        "shared-file": ("The file is shared by definitions, and is none itself", "Check a definition that uses it"),
        "syntax": (
            "The text is not YAML, or uses more of YAML than a definition may",
            "Look at indentation and quotes",
        ),
        "encoding": ("A byte or character does not belong into a text", "Save the file as UTF-8, remove the character"),
        "tag": ("A YAML tag stands before a value", "Remove it"),
        "unknown-anchor": ("An alias names nothing that is complete before it", "Name the value further up"),
        "duplicate-key": ("A key stands twice in one mapping", "Keep one of them"),
        "too-deep": ("Values are nested deeper than any definition needs", "Nest less"),
        "too-large": ("The file, or what it repeats, is larger than any definition", "Split it, repeat less"),
    },
    "Keys and values": {
        "empty": ("The file or a list has nothing in it, or too little", "Write what is missing"),
        "unknown-key": ("A key is not one of this part", "Write the key that was meant, or remove it"),
        "missing-key": ("A key that this part needs is missing", "Add it"),
        "wrong-type": (
            "A value is of another kind: a text for a number, say",
            "Write a value of the kind that is named",
        ),
        "unknown-value": ("A word is not one of those that are possible here", "Write one of those that are named"),
        "out-of-range": ("A number, a text's length or a list's is outside its bounds", "Change the value"),
        "invalid-id": ("An id or code has signs that ids may not have", "Use letters, digits and underscores"),
        "language-tag": ("A language is not written as a tag", "Write a tag such as zh-Hans, en or pt-BR"),
        "blank": ("A text has no words", "Write the text"),
        "not-a-day": ("A day is not one of the calendar", "Write a day such as 2026-09-30, or today"),
    },
    "Sharing": {
        "uses-file": (
            "A used file is absent, leads out of the folder or is not for sharing",
            "Name a shared file below",
        ),
        "unknown-choice-list": ("No list of choices has this name", "Name one that is declared under choice_lists"),
        "unknown-block": ("No block has this name", "Name one that is declared under blocks"),
        "block-twice": ("A block is used a second time", "Use it once"),
        "cycle": ("Blocks use each other, or paths of a latent model lead back", "Take one of them out"),
        "unused": ("A list, block or variant is declared and does nothing", "Use it, or remove it"),
    },
    "Names": {
        "duplicate-id": ("Two things have one name", "Give each its own name, or remove one"),
        "reserved-id": ("The name belongs to the product", "Choose another id"),
        "unknown-item": ("No item has this id, or none on this page", "Name an item that is asked"),
        "unknown-scale": ("No scale has this name", "Name a declared scale"),
        "unknown-category": ("No problem category has this name", "Name a declared category"),
        "unknown-driver": ("No driver model has this id", "Name a declared driver"),
        "unknown-construct": ("No construct of the model has this id", "Name a declared construct"),
        "unknown-calculated": ("No calculated value has this name", "Name a declared one"),
        "unknown-text": ("A variant words something that is not asked", "Name a page, item, row, problem or detail"),
        "ambiguous-id": ("A variant's text would stand in several places", "Give the page an id of its own"),
    },
    "Languages and texts": {
        "missing-translation": ("A text lacks one of the languages", "Add it, or take the language out"),
        "unknown-language": ("A text is in a language that is not declared", "Use the tags of languages"),
        "duplicate-language": ("A language is declared twice", "Remove one"),
        "text-long": ("A text does not fit a small phone", "Shorten it"),
        "minutes-short": ("Answering takes longer than is promised", "Promise more minutes, or ask less"),
    },
    "Placeholders": {
        "placeholder-malformed": (
            "A brace stands alone or names nothing",
            "Write {name} or {answer.ITEM|words}; {{ for {",
        ),
        "unknown-placeholder": (
            "The placeholder names nothing that there is",
            "Name a fact, an item or a calculated value",
        ),
        "placeholder-fallback": ("What is named may be missing, and nothing is said instead", "Add words after a bar"),
        "placeholder-differs": (
            "A language lacks a placeholder of the first one",
            "Use the same ones in each language",
        ),
        "placeholder-early": ("An answer is named before it can be given", "Ask it on an earlier page"),
        "placeholder-here": ("A placeholder stands in a text that is never filled in", "Write it without"),
    },
    "Scales and items": {
        "scale-range": ("A scale does not rise", "Make maximum greater than minimum"),
        "scale-long": ("A scale has more points than a small phone shows", "Use eleven points or fewer"),
        "scale-label": ("A label stands at a point that the scale does not have", "Remove it, or change the scale"),
        "scale-ends": ("An end of the scale has no label", "Say in words what both ends mean"),
        "scale-holes": (
            "The labels are not the same on both halves",
            "Label the ends, every point, or pairs of points",
        ),
        "number-range": ("A range does not rise", "Make maximum greater than minimum"),
        "number-decimals": ("A bound has more decimals than an answer may have", "Allow more decimals, or round it"),
        "date-range": ("The last day comes before the first", "Exchange them"),
        "too-many-places": ("A ranking asks for more places than choices", "Ask for fewer places"),
        "total-small": ("A total cannot reach all of the choices", "Make it greater"),
        "most-large": ("More choices may be ticked than can be together", "Make it smaller, or leave it out"),
        "other-twice": ("Two choices ask for words", "Keep one choice with other"),
        "other-exclusive": ("A choice asks for words and excludes the others", "Take one of the two away"),
    },
    "Rules": {
        "no-source": ("A reference or comparison names no value", "Name one of answer, event, customer, calculated"),
        "two-sources": ("A reference or comparison names two values", "Keep one"),
        "no-operator": ("A comparison does not say with what", "Add an operator"),
        "no-calculation": ("A calculated value does not say how", "Write one way of calculating"),
        "two-calculations": ("A calculated value says it twice", "Keep one way"),
        "otherwise-unused": ("otherwise stands without choose", "Remove it"),
        "decimals-unused": ("Decimals are declared for whole numbers", "Remove them"),
        "rule-type": ("A value is compared with what it can never be", "Compare with a possible answer"),
        "rule-order": ("A rule speaks of an answer that is not given yet", "Ask it on an earlier page"),
        "rule-cycle": ("Items or values depend on themselves", "Let one of them depend on something else"),
        "rule-always": ("A condition holds for everybody, whatever is answered", "Remove it"),
        "always-hidden": ("Something is never shown to anybody", "Change the condition, or what leads here"),
        "contradictory-rule": ("A condition contradicts itself or the way that leads here", "Change one of them"),
        "unreachable": ("No answers lead to a page", "Let the survey not end before"),
    },
    "Measurement": {
        "item-kind": ("An item of this kind cannot be measured so", "Name an item of a kind that is named"),
        "factor-overlap": ("An item is weighed twice in one index", "Keep it in one factor"),
        "driver-size": ("A driver has more attributes than can be decomposed", "Leave out what matters least"),
        "driver-target": ("A driver explains an item by itself", "Remove it from the attributes"),
        "duplicate-attribute": ("A driver names an attribute twice", "Remove one"),
        "rescaling": ("times100 is used off scales from 1 to 10", "Use minmax"),
        "category-unused": ("No item asks about the category", "Ask about it, or remove it"),
        "complaint-class": ("A code is no class of complaints", "Use the six classes, none or an other"),
        "gap-itself": ("A gap compares an item with itself", "Name two items"),
        "gap-scale": ("A gap compares two scales", "Ask both on one scale"),
        "unknown-answer": ("A rate counts an answer that the item cannot have", "Name a possible answer"),
        "duplicate-answer": ("A rate names an answer twice", "Remove one"),
        "construct-overlap": ("An item shows two constructs", "Keep it in one"),
        "construct-apart": ("No path leads to or from a construct", "Add a path, or remove it"),
        "duplicate-path": ("A path stands twice", "Remove one"),
    },
    "Fieldwork": {
        "reminder-late": ("A reminder comes when the survey is closed", "Remind before it expires"),
        "reminder-order": ("The days of reminders do not rise", "Write them in rising order"),
        "duplicate-channel": ("A way to reach people is named twice", "Remove one"),
        "quota-model": ("A quota is counted by model where there may be no vehicle", "Count by study or dealer"),
    },
}
"""Where it belongs -> code -> what it means and how to mend it."""


def codes() -> frozenset[str]:
    """Every code of the table."""
    return frozenset(code for group in FAULT_CODES.values() for code in group)


def codes_table() -> str:
    """The table as the text of a Markdown file."""
    lines = [
        "# What `surveyplat check` finds",
        "",
        "Every fault is reported as `file:line:column: code: cause. fix`, all of them at once, with a suggestion where",
        "a name is misspelt. Codes stay as they are. This file is what `surveyplat check --codes` prints.",
    ]
    for group, faults in FAULT_CODES.items():
        lines += ["", f"## {group}", "", "| code | what it means | how to mend it |", "| --- | --- | --- |"]
        lines += [f"| `{code}` | {_cell(meaning)} | {_cell(fix)} |" for code, (meaning, fix) in faults.items()]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    """A bar would end the cell."""
    return text.replace("|", "\\|")
