"""What is to be corrected, and what a correction would make of it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from uuid import UUID

from surveyplat.audit.change_files import NO_CHANGES, Changes
from surveyplat.audit.columns import Row, key_value
from surveyplat.audit.corrected_rows import Corrected
from surveyplat.audit.corrections import Correction
from surveyplat.audit.freeze import FrozenPeriod
from surveyplat.audit.periods import Period
from surveyplat.forms.language import Definition

FEWEST_DIFFERENT = 5
"""Answers of one dealer that differ between two revisions, from which on none of them can be worked out."""


@dataclass(frozen=True)
class Wanted:
    """What is to be corrected: by a file of changes, or, without one, by the answers that came late."""

    study: str
    period: Period
    reason: str
    by: str
    """A role, such as quality manager."""
    changes: Path | None = None
    cut_off: datetime | None = None
    """Late answers until then count; None: until the cut-off that the period was frozen with."""


@dataclass(frozen=True)
class Newest:
    """The newest revision of a period, with the definition that was answered and its rows."""

    base: FrozenPeriod
    definition: Definition
    rows: tuple[Row, ...]

    @property
    def cut_off(self) -> datetime:
        """Until when its answers were submitted, in UTC."""
        return datetime.fromisoformat(self.base.manifest["cut_off"]).astimezone(UTC)

    @property
    def names(self) -> set[str]:
        """What its rows call the responses."""
        return {str(key_value(row, "response_id")) for row in self.rows}


@dataclass(frozen=True)
class Planned:
    """The newest revision, and the rows and counts that the next one would have."""

    newest: Newest
    correction: Correction
    corrected: Corrected
    changes: Changes = NO_CHANGES
    events: tuple[str, ...] = ()
    """References of the events that the file names."""
    gone: Mapping[str, tuple[str, UUID | None]] = field(default_factory=dict)
    """Withdrawn response -> the reason's code, and the stored response where it is still known."""

    @property
    def base(self) -> FrozenPeriod:
        return self.newest.base

    @cached_property
    def few(self) -> tuple[str, ...]:
        """Dealers of whom 1 to 4 answers differ: whoever has both reports could work these answers out."""
        differing = set(self.newest.rows) ^ set(self.corrected.rows)
        responses = {(str(key_value(row, "dealer")), key_value(row, "response_id")) for row in differing}
        counts = Counter(dealer for dealer, _ in responses)
        return tuple(sorted(dealer for dealer, count in counts.items() if dealer and count < FEWEST_DIFFERENT))
