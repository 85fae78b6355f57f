"""Placeholders in texts: sound, known, the same in every language, and filled in by the time they are read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from surveyplat.forms.outline import details, entries, items_of, pages, texts
from surveyplat.forms.placeholders import EVENT_NAMES, SOURCES, BadPlaceholder, Placeholder, parse
from surveyplat.forms.spelling import did_you_mean
from surveyplat.forms.yaml_positions import Node, PlacedFault

AT_THE_END = 1_000_000
"""Later than every page: thanks are read when everything is answered."""


@dataclass(frozen=True)
class _Known:
    """What placeholders may name: the page on which an item is answered, counted from 1, and calculated values."""

    asked: Mapping[str, int]
    calculated: frozenset[str]

    def has(self, placeholder: Placeholder) -> bool:
        known = {"event": EVENT_NAMES, "answer": self.asked, "calculated": self.calculated}
        return placeholder.name in known[placeholder.source]

    def names(self) -> list[str]:
        answers, values = (f"answer.{name}" for name in self.asked), (f"calculated.{name}" for name in self.calculated)
        return [*EVENT_NAMES, *answers, *values]


def placeholder_faults(root: Node) -> Iterator[PlacedFault]:
    """Faults of every text that a respondent reads; most texts have no placeholder and no fault."""
    if not _has_braces(root):
        return
    known = _known(root)
    for text, page in _read_texts(root):
        yield from _faults_of(text, page, known)
    for text in _plain_texts(root):
        for _, _, words in text.entries():
            if isinstance(found := _placeholders(words), list) and found:
                cause = "a placeholder stands where a text is not filled in"
                fix = "Write the definition's title, labels and names of measures without placeholders"
                yield PlacedFault("placeholder-here", words.position, cause, fix)


def _has_braces(root: Node) -> bool:
    return any("{" in (words.text or "") or "}" in (words.text or "") for words in _all_words(root))


def _all_words(root: Node) -> Iterator[Node]:
    return (words for text in texts(root) for _, _, words in text.node.entries())


def _known(root: Node) -> _Known:
    """A problem's details are asked on a page of their own after the checklist's."""
    asked: dict[str, int] = {}
    for number, page in enumerate(pages(root), start=1):
        for item in items_of(page):
            if item.get("type").text != "information":
                asked.setdefault(item.get("id").text or "", 2 * number)
            asked.update({detail.get("id").text or "": 2 * number + 1 for detail in details(item)})
    calculated = frozenset(str(name) for name, _, _ in root.get("calculated").entries())
    return _Known(asked, calculated)


def _read_texts(root: Node) -> Iterator[tuple[Node, int]]:
    """Every text that is filled in, with the page on which it is read, numbered as in ``_known``."""
    for number, page in enumerate(pages(root), start=1):
        yield from _texts_of_page(page, 2 * number)
    for part in (root, *root.get("variants").each(), *root.get("quotas").each()):
        yield part.get("introduction"), 0
        yield part.get("thanks"), AT_THE_END
    places = _pages_of_ids(root)
    for variant in root.get("variants").each():
        for name, _, text in variant.get("texts").entries():
            yield text, places.get(str(name), AT_THE_END)


def _texts_of_page(page: Node, number: int) -> Iterator[tuple[Node, int]]:
    yield page.get("title"), number
    yield page.get("end").get("thanks"), AT_THE_END
    yield from ((check.get("message"), number + 2) for check in page.get("checks").each())
    for entry in entries(page):
        for part in (entry, *entry.get("rows").each(), *entry.get("choices").each(), *entry.get("problems").each()):
            yield part.get("text"), number
            yield part.get("hint"), number
        yield entry.get("details").get("title"), number + 1
        for question in entry.get("details").get("questions").each():
            for part in (question, *question.get("choices").each()):
                yield part.get("text"), number + 1


def _pages_of_ids(root: Node) -> dict[str, int]:
    found: dict[str, int] = {}
    for number, page in enumerate(pages(root), start=1):
        found[page.get("id").text or ""] = 2 * number
        for entry in entries(page):
            for part in (entry, *entry.get("rows").each(), *entry.get("problems").each()):
                found[part.get("id").text or ""] = 2 * number
            found |= {
                each.get("id").text or "": 2 * number + 1 for each in entry.get("details").get("questions").each()
            }
    return found


def _plain_texts(root: Node) -> Iterator[Node]:
    """Every text that is shown as it stands."""
    yield root.get("title")
    yield from (variant.get("title") for variant in root.get("variants").each())
    yield from (text.node for part in ("scales", "measurement") for text in texts(root, part))
    for page in pages(root):
        for entry in entries(page):
            yield entry.get("unit")
            yield from (label for _, _, label in entry.get("labels").entries())


def _faults_of(text: Node, page: int, known: _Known) -> Iterator[PlacedFault]:
    sound: list[tuple[Node, list[Placeholder]]] = []
    for _, _, words in text.entries():
        found = _placeholders(words)
        if isinstance(found, PlacedFault):
            yield found
            continue
        for placeholder in found:
            yield from _placeholder(placeholder, words, known)
        sound.append((words, [placeholder for placeholder in found if known.has(placeholder)]))
    yield from _too_early(sound, page, known)
    yield from _different(sound)


def _too_early(texts: Sequence[tuple[Node, list[Placeholder]]], page: int, known: _Known) -> Iterator[PlacedFault]:
    """Once for each answer that is named, where the first language names it."""
    early = {
        placeholder.name: words
        for words, placeholders in reversed(texts)
        for placeholder in placeholders
        if placeholder.source == "answer" and known.asked[placeholder.name] >= page
    }
    for name, words in early.items():
        cause = f"{name} is not answered yet when this is read"
        yield PlacedFault("placeholder-early", words.position, cause, "Ask it on an earlier page")


def _different(texts: Sequence[tuple[Node, list[Placeholder]]]) -> Iterator[PlacedFault]:
    named = [{placeholder.written() for placeholder in placeholders} for _, placeholders in texts]
    for (words, _), ours in zip(texts[1:], named[1:], strict=True):
        if ours != named[0]:
            cause = f"not the same placeholders as in the first language: {', '.join(sorted(ours ^ named[0]))}"
            yield PlacedFault("placeholder-differs", words.position, cause, "Use the same ones in every language")


def _placeholders(words: Node) -> list[Placeholder] | PlacedFault:
    if words.text is None or ("{" not in words.text and "}" not in words.text):
        return []
    try:
        return [piece for piece in parse(words.text) if isinstance(piece, Placeholder)]
    except BadPlaceholder as bad:
        cause = f"at character {bad.column + 1} of the text, {bad.cause}"
        fix = "Write {model}, {answer.reason|other words} or {calculated.age|other words}; a brace itself as {{ or }}"
        return PlacedFault("placeholder-malformed", words.position, cause, fix)


def _placeholder(placeholder: Placeholder, words: Node, known: _Known) -> Iterator[PlacedFault]:
    written = placeholder.written()
    if not known.has(placeholder):
        fix = did_you_mean(written.strip("{}"), known.names())
        fix += f"Name one of {', '.join(EVENT_NAMES)}, {SOURCES[0]}.ITEM or {SOURCES[1]}.NAME"
        yield PlacedFault("unknown-placeholder", words.position, f"{written} names nothing that there is", fix)
    elif placeholder.may_be_missing and not placeholder.fallback:
        cause = f"{written} may be missing, and nothing is said instead"
        fix = f"Write {written[:-1]}|words that fit anybody}}"
        yield PlacedFault("placeholder-fallback", words.position, cause, fix)
