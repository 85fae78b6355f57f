"""Legal and unique ids for what a form names in its own way."""

import re
from collections.abc import Iterable

from surveyplat.forms.name_checking import RESERVED_FIELDS, RESERVED_PAGE, SNAPSHOT_COLUMNS

MOST_CHARACTERS = 40
"""As long as an id or a code may be."""
RESERVED = frozenset({RESERVED_PAGE, *RESERVED_FIELDS, *SNAPSHOT_COLUMNS})
"""Names that pages and snapshots have for themselves."""
_ROOM_FOR_A_NUMBER = 4


class Names:
    """Gives each thing a name of its own: legal, never given before, and not reserved."""

    def __init__(self, reserved: Iterable[str] = ()) -> None:
        self._taken = set(reserved)

    def give(self, legal: str) -> str:
        """``legal``, a legal id or code, where it is free; else with a number behind it."""
        name, number = legal, 1
        while name in self._taken:
            number += 1
            name = f"{legal[: MOST_CHARACTERS - _ROOM_FOR_A_NUMBER]}_{number}"
        self._taken.add(name)
        return name


def legal_id(wanted: str, otherwise: str = "item") -> str:
    """Letters, digits and single underscores, a letter first, at most 40 characters."""
    plain = _plain(wanted)
    if not plain:
        return otherwise
    started = plain if plain[0].isalpha() else f"q_{plain}"
    return started[:MOST_CHARACTERS].rstrip("_")


def legal_code(wanted: str) -> str:
    """As ``legal_id``, but a digit may come first; the minus of a number is written out, so that -1 is not 1."""
    signed = f"minus{wanted[1:]}" if re.match(r"-\d", wanted) else wanted
    return _plain(signed)[:MOST_CHARACTERS].rstrip("_") or "choice"


def _plain(wanted: str) -> str:
    """Two underscores together are kept for what is derived from an item."""
    return re.sub(r"[^A-Za-z0-9]+", "_", wanted).strip("_")
