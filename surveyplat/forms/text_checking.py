"""Texts: each in every language, and none too long for a small phone.

How long a text may be follows from a screen of 320 x 568 px, the smallest in use, with text of 17 px and 16 px free at
either side. Width is counted in columns of half an em; a Chinese, Japanese or Korean character takes two.

    text               size   columns a line   lines   why so many lines
    page title         24 px        24           4     a quarter of the screen: the first question is seen with it
    question, row      18 px        32           7     a third: the first answers are seen with it
    hint, message      15 px        38           4     a sixth
    choice, problem    17 px        26           3     five choices fill half of the screen
    scale label        17 px        22           2     eleven points stay within two screens
    unit               17 px        17           1     beside its field, half as wide as the screen
    statement          17 px        34          21     one screen: introduction, thanks, information, consent

A placeholder counts as its fallback, or as twelve columns without one.
"""

import unicodedata
from collections.abc import Iterator

from surveyplat.forms.named import repeated
from surveyplat.forms.outline import PlacedText, entries, languages, pages, texts
from surveyplat.forms.placeholders import BadPlaceholder, parse
from surveyplat.forms.spelling import did_you_mean
from surveyplat.forms.yaml_positions import Node, PlacedFault

MOST_COLUMNS = {
    "title": 24 * 4,
    "question": 32 * 7,
    "hint": 38 * 4,
    "choice": 26 * 3,
    "scale label": 22 * 2,
    "unit": 17,
    "statement": 34 * 21,
}
"""What is called what in the table above -> the most columns that its text may take."""
COLUMNS_OF_A_PLACEHOLDER = 12


def text_faults(root: Node) -> Iterator[PlacedFault]:
    """Texts that a language lacks or does not know, and texts too long for a small phone."""
    yield from _translations(root)
    for kind, text in _limited(root):
        for _, _, words in text.entries():
            if words.text is not None and (width := columns(words.text)) > MOST_COLUMNS[kind]:
                cause = f"the {kind} is {width} columns wide, and {MOST_COLUMNS[kind]} fit a small phone"
                fix = "Shorten it; a Chinese, Japanese or Korean character counts as two columns"
                yield PlacedFault("text-long", words.position, cause, fix)


def columns(text: str) -> int:
    """The width of a text in columns of half an em."""
    try:
        pieces = parse(text)
    except BadPlaceholder:
        pieces = (text,)
    shown = (each if isinstance(each, str) else each.fallback or "x" * COLUMNS_OF_A_PLACEHOLDER for each in pieces)
    return sum(_width(sign) for piece in shown for sign in piece)


def _width(sign: str) -> int:
    if sign.isascii():
        return 1
    return 0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1


def _translations(root: Node) -> Iterator[PlacedFault]:
    declared = languages(root)
    yield from repeated("language", root.get("languages").each(), "duplicate-language", "Remove it here")
    for text in texts(root):
        if isinstance(text.node.value, dict):
            yield from _in_every_language(text, declared)


def _in_every_language(text: PlacedText, declared: list[str]) -> Iterator[PlacedFault]:
    for language in declared:
        if language not in text.node.value:
            fix = f"Add a line {language}: ..., or take the language out of languages"
            yield PlacedFault("missing-translation", text.position, f"{text.name} has no {language} text", fix)
    for tag, place, _ in text.node.entries():
        if declared and tag not in declared:
            fix = f"{did_you_mean(str(tag), declared)}Use the tags of languages: {', '.join(declared)}"
            yield PlacedFault("unknown-language", place, f"{tag} is not a language of this definition", fix)


def _limited(root: Node) -> Iterator[tuple[str, Node]]:
    """Every text that stands on a page, with what it is called in ``MOST_COLUMNS``."""
    for part in (root, *root.get("variants").each(), *root.get("quotas").each()):
        yield "title", part.get("title")
        yield "statement", part.get("introduction")
        yield "statement", part.get("thanks")
    for _, _, scale in root.get("scales").entries():
        yield from (("scale label", label) for _, _, label in scale.get("labels").entries())
        yield "choice", scale.get("dont_know")
    for page in pages(root):
        yield "title", page.get("title")
        yield "statement", page.get("end").get("thanks")
        yield from (("hint", check.get("message")) for check in page.get("checks").each())
        for entry in entries(page):
            yield from _of_entry(entry)


def _of_entry(entry: Node) -> Iterator[tuple[str, Node]]:
    statement = entry.get("type").text in ("information", "consent")
    yield "statement" if statement else "question", entry.get("text")
    yield "hint", entry.get("hint")
    yield "unit", entry.get("unit")
    yield "title", entry.get("details").get("title")
    yield from (("scale label", label) for _, _, label in entry.get("labels").entries())
    for question in (*entry.get("rows").each(), *entry.get("details").get("questions").each()):
        yield "question", question.get("text")
        yield from (("choice", choice.get("text")) for choice in question.get("choices").each())
    for choice in (*entry.get("choices").each(), *entry.get("problems").each()):
        yield "choice", choice.get("text")
