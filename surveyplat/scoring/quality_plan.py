"""What scoring must know of a questionnaire to tell how well its answers were thought about."""

from collections.abc import Collection
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class PageReading:
    """The least seconds that reading a page takes, by language; ``column`` has those that were spent on it."""

    column: str
    seconds: dict[str, float]


@dataclass(frozen=True)
class QualityPlan:
    """``batteries`` are the items of one scale, in the order shown; ``days``: the day of the occasion is known."""

    pages: tuple[PageReading, ...] = ()
    batteries: tuple[tuple[str, ...], ...] = ()
    days: bool = True

    def told_by(self, columns: Collection[str]) -> "QualityPlan":
        """What a snapshot with these columns can tell: older ones hold no seconds."""
        pages = tuple(page for page in self.pages if page.column in columns and "language" in columns)
        return replace(self, pages=pages, days="occasion_on" in columns)
