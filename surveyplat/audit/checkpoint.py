"""A checkpoint: how long the audit log is and its root, in a signed text that anybody can keep against us.

Text: origin, number of entries, root in base64, a line each (C2SP's "tlog-checkpoint"). It holds no time: the
checkpoint of a size is the same whenever it is made.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from surveyplat.audit.tree import root_hash
from surveyplat.errors import ProofError

_TEXT = re.compile(r"([^\n]+)\n(0|[1-9][0-9]*)\n([A-Za-z0-9+/]{43}=)\n")


@dataclass(frozen=True)
class Checkpoint:
    origin: str
    """Whose log it is: the name of the key that signs it."""
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Raises ``ProofError`` when the text is none."""
        found = _TEXT.fullmatch(text)
        if found is None:
            raise ProofError("checkpoint: its text is not a name, a number of entries and a root, a line each")
        return cls(found[1], int(found[2]), b64decode(found[3]))


def checkpoint_of(origin: str, leaves: Sequence[bytes]) -> Checkpoint:
    return Checkpoint(origin, len(leaves), root_hash(leaves))
