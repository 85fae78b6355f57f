"""How long a questionnaire takes, roughly: its texts at reading speed, and a few seconds for each answer.

Reading speed: 228 words or 255 Chinese characters a minute (Trauzettel-Klosinski and Dietz 2012, "Standardized
assessment of reading performance", for English and Chinese). An answer costs 3 seconds; an optional text none,
because most people leave it empty.
"""

import re
from collections.abc import Iterator

from surveyplat.forms.outline import items, texts
from surveyplat.forms.yaml_positions import Node

WORDS_PER_MINUTE = 228
CHARACTERS_PER_MINUTE = 255
SECONDS_PER_ANSWER = 3

_CHARACTER = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def minutes_needed(root: Node, language: str) -> float:
    """Minutes for one respondent in one language. Scale labels count once for each scale, not for each item."""
    reading = sum(_minutes_to_read(text) for text in _shown_texts(root, language))
    return reading + sum(map(_asks_an_answer, items(root))) * SECONDS_PER_ANSWER / 60


def _shown_texts(root: Node, language: str) -> Iterator[str]:
    for part in ("introduction", "scales", "pages"):
        for text in texts(root, part):
            yield text.node.get(language).text or ""


def _minutes_to_read(text: str) -> float:
    characters = len(_CHARACTER.findall(text))
    words = len(_WORD.findall(_CHARACTER.sub(" ", text)))
    return characters / CHARACTERS_PER_MINUTE + words / WORDS_PER_MINUTE


def _asks_an_answer(item: Node) -> bool:
    kind = item.get("type").text
    return kind != "information" and (kind != "text" or item.get("required").value is True)
