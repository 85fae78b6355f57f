"""How far a period's events are covered by its answers."""

from dataclasses import dataclass

DEALER, MODEL, MONTH = "dealer", "model", "month"


@dataclass(frozen=True)
class NotCovered:
    """A category with events that no response stands for."""

    category: str
    events: float


@dataclass(frozen=True)
class DealerCoverage:
    """One dealer's events and answers."""

    dealer: str
    eligible: int | None
    """Events that could have been answered; None when the population is not known (imported answers)."""
    responses: int

    @property
    def is_short(self) -> bool:
        """More answers than known events: the answers stand for themselves, with the weight 1."""
        return self.eligible is not None and self.eligible < self.responses
