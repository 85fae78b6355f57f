"""How long a questionnaire takes, roughly: its texts at reading speed, and a few seconds for each answer.

Reading speed: 228 words or 255 Chinese characters a minute (Trauzettel-Klosinski and Dietz 2012, "Standardized
assessment of reading performance", for English and Chinese). An answer costs 3 seconds, so does each place of a ranking
and each share of a total; an optional text costs none, because most people leave it empty.

The promise is for somebody in the middle. The longest way through would promise nearly everybody too much, the shortest
too little. So what everybody sees counts whole; what is shown under a condition counts half, however many conditions
there are; and the details of a problem count for a twentieth of the problems of a checklist: owners of new cars tick
one or two of the 150 problems or more that a quality study asks about, and a twentieth is several times as many.
"""

import re
from collections.abc import Iterable, Iterator

from surveyplat.forms.outline import languages, pages, texts
from surveyplat.forms.yaml_positions import Node, PlacedFault

WORDS_PER_MINUTE = 228
CHARACTERS_PER_MINUTE = 255
SECONDS_PER_ANSWER = 3
SHARE_UNDER_A_CONDITION = 0.5
SHARE_OF_PROBLEMS_TICKED = 0.05

_CHARACTER = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def length_faults(root: Node) -> Iterator[PlacedFault]:
    """A fault when answering takes longer than is promised."""
    promised = root.get("minutes")
    needed = {language: minutes_needed(root, language) for language in languages(root)}
    if promised.whole is None or not needed:
        return
    slowest = max(needed, key=lambda language: needed[language])
    if needed[slowest] >= promised.whole + 0.5:
        takes = f"reading and answering takes about {needed[slowest]:.1f} minutes ({slowest})"
        cause = f"{takes}, and {promised.whole} are promised"
        fix = f"Promise {round(needed[slowest])} minutes, or ask less"
        yield PlacedFault("minutes-short", promised.position, cause, fix)


def minutes_needed(root: Node, language: str) -> float:
    """Minutes for one respondent in one language. Scale labels count once for each scale, not for each item."""
    once = _minutes_to_read(root, language, ("introduction", "scales"))
    return once + sum(_minutes_of(page, language, conditional=False) for page in pages(root))


def _minutes_of(part: Node, language: str, *, conditional: bool) -> float:
    """A page, a block or an item, with everything in it. ``conditional``: not everybody gets there."""
    conditional = conditional or part.get("show").value is not None
    share = SHARE_UNDER_A_CONDITION if conditional else 1.0
    inside = sum(_minutes_of(entry, language, conditional=conditional) for entry in part.get("items").each())
    own = [str(key) for key, _, _ in part.entries() if key not in ("items", "details", "checks", "end")]
    seconds = 0 if part.get("items").each() else _answers(part) * SECONDS_PER_ANSWER
    reading = _minutes_to_read(part, language, own)
    return inside + share * (reading + seconds / 60 + _minutes_of_details(part, language))


def _minutes_of_details(checklist: Node, language: str) -> float:
    details, problems = checklist.get("details"), len(checklist.get("problems").each())
    seconds = len(details.get("questions").each()) * SECONDS_PER_ANSWER
    each = _minutes_to_read(details, language, ("questions",)) + seconds / 60
    return each * problems * SHARE_OF_PROBLEMS_TICKED


def _minutes_to_read(node: Node, language: str, parts: Iterable[str]) -> float:
    read = (text.node.get(language).text or "" for part in parts for text in texts(node, part))
    return sum(map(_minutes_of_words, read))


def characters_and_words(text: str) -> tuple[int, int]:
    """Chinese, Japanese and Korean characters, and the words of all other scripts."""
    return len(_CHARACTER.findall(text)), len(_WORD.findall(_CHARACTER.sub(" ", text)))


def _minutes_of_words(text: str) -> float:
    characters, words = characters_and_words(text)
    return characters / CHARACTERS_PER_MINUTE + words / WORDS_PER_MINUTE


def _answers(item: Node) -> int:
    """How many answers an item asks for."""
    match item.get("type").text:
        case None | "information":
            return 0
        case "text":
            return int(item.get("required").value is True)
        case "battery":
            return len(item.get("rows").each())
        case "ranking":
            return item.get("places").whole or len(item.get("choices").each())
        case "constant_sum":
            return len(item.get("choices").each())
    return 1
