"""Every fixed sentence of a report, by key and language, from the TOML files beside this one.

A language has one file for its common sentences and one for each further subject (``reasons.en.toml``). All languages
have the same keys, and a key's sentences name the same fields; a test holds them to it.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable


@lru_cache(maxsize=8)
def phrases(language: str) -> Mapping[str, str]:
    """Key -> sentence with ``{fields}``; simplified Chinese where a sentence has no traditional characters yet."""
    texts = (tomllib.loads(file.read_text(encoding="utf-8")) for file in _files(language))
    own = {key: str(sentence) for text in texts for key, sentence in text.items()}
    return {**phrases("zh-Hans"), **own} if language == "zh-Hant" else own


def _files(language: str) -> Iterator[Traversable]:
    found = sorted(files(__package__).iterdir(), key=lambda file: file.name)
    return (file for file in found if file.name == f"{language}.toml" or file.name.endswith(f".{language}.toml"))
