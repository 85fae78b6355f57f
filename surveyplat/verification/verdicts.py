"""What verification says of a report: three levels, each with what was found, and how far it came with all of them.

sealed: its bytes were signed, and every freeze that it rests on stands in the audit log. consistent: every byte of its
pages is what the attached bundle makes. recomputed: the numbers come out again from the frozen rows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

Level = Literal["sealed", "consistent", "recomputed"]
Outcome = Literal["passed", "in_part", "failed", "not_checked"]
Reached = Literal["recomputed", "consistent", "sealed", "unproven", "unknown", "failed"]

EXIT_CODES: dict[Reached, int] = {
    "recomputed": 0,
    "failed": 1,
    "consistent": 3,
    "sealed": 4,
    "unproven": 5,
    "unknown": 6,
}
"""What ``surveyplat verify`` ends with; 2 is a command line that cannot be read."""
_WORST_FIRST: tuple[Reached, ...] = ("failed", "unknown", "unproven", "sealed", "consistent", "recomputed")


@dataclass(frozen=True)
class Part:
    """One part of a report that can be computed again by itself, such as one period's point in a trend."""

    name: str
    outcome: Outcome
    told: str = ""
    """What is different, or what would be needed."""


@dataclass(frozen=True)
class Step:
    level: Level
    outcome: Outcome
    told: str
    """What was found, or the first difference, or what would be needed."""
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """A report's steps, the three levels in order; fewer where nothing more could be read."""

    steps: tuple[Step, ...]
    notes: tuple[str, ...] = ()
    """What is no fault of the report and its reader should know: a period that was corrected since."""

    def outcome(self, level: Level) -> Outcome:
        return next((step.outcome for step in self.steps if step.level == level), "not_checked")

    @property
    def reached(self) -> Reached:
        """The furthest that can be said.

        "consistent" and "recomputed" presuppose a seal by the key that was given; without one a report that
        contradicts nothing is "unproven": anybody may have made it.
        """
        found = {step.level: step.outcome for step in self.steps}
        if "failed" in found.values():
            return "failed"
        if self.outcome("sealed") != "passed":
            return "unproven" if self.outcome("consistent") == "passed" else "unknown"
        if self.outcome("consistent") != "passed":
            return "sealed"
        return "recomputed" if self.outcome("recomputed") == "passed" else "consistent"

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        steps = [_plain(step) for step in self.steps]
        return {"reached": self.reached, "steps": steps, "notes": list(self.notes)}


def worst(verdicts: Iterable[Verdict]) -> Reached:
    """The least that can be said of all of them."""
    return min((verdict.reached for verdict in verdicts), key=_WORST_FIRST.index)


def _plain(step: Step) -> dict[str, Any]:
    return {**vars(step), "parts": [vars(part) for part in step.parts]}
