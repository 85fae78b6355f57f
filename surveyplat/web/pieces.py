"""A page in pieces: rendered once by its template with marks where something will change, then only filled in."""

import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from uuid import uuid4


@dataclass(frozen=True)
class Pieces:
    """``texts`` are HTML in UTF-8, in order, empty at the places; ``places`` says at which of them a name stands."""

    texts: tuple[bytes, ...]
    places: Mapping[Hashable, tuple[int, ...]]

    def filled(self, values: Mapping[Hashable, str]) -> bytes:
        """The page with ``values``, which are HTML, in their places. What has no value stays empty."""
        texts = list(self.texts)
        for name, value in values.items():
            for place in self.places.get(name, ()):
                texts[place] = value.encode()
        return b"".join(texts)


class Marks:
    """Marks for one rendering. They pass through escaping as they are, and no text contains one by chance."""

    def __init__(self) -> None:
        self._key = uuid4().hex
        self._names: list[Hashable] = []

    def mark(self, name: Hashable) -> str:
        """What the template is given for ``name``; it may show it several times, or never."""
        self._names.append(name)
        return f"{self._key}-{len(self._names) - 1}-"

    def cut(self, html: str) -> Pieces:
        """The rendered page, cut at its marks."""
        texts = re.split(rf"{self._key}-(\d+)-", html)
        places: dict[Hashable, tuple[int, ...]] = {}
        for place in range(1, len(texts), 2):
            name = self._names[int(texts[place])]
            places[name] = (*places.get(name, ()), place)
            texts[place] = ""
        return Pieces(tuple(text.encode() for text in texts), places)
