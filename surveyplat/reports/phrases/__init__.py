"""Every fixed sentence of a report, by key and language, from the TOML files beside this one.

The files have the same keys, and a key's sentences name the same fields; a test holds them to it.
"""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=8)
def phrases(language: str) -> Mapping[str, str]:
    """Key -> sentence with ``{fields}``."""
    text = files(__package__).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    return {key: str(sentence) for key, sentence in tomllib.loads(text).items()}
