"""Every fixed sentence of a report, by key and language, from the TOML files beside this one.

A language has one file for its sentences and one for reasons. Both languages have the same keys, and a key's sentences
name the same fields; a test holds them to it.
"""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=8)
def phrases(language: str) -> Mapping[str, str]:
    """Key -> sentence with ``{fields}``."""
    names = (f"{language}.toml", f"reasons.{language}.toml")
    texts = (files(__package__).joinpath(name).read_text(encoding="utf-8") for name in names)
    return {key: str(sentence) for text in texts for key, sentence in tomllib.loads(text).items()}
