"""Why a verdict fell as it did: a code with its figures, so that a report can say it in any language."""

from dataclasses import dataclass, field

from surveyplat.errors import ScoringError


@dataclass(frozen=True)
class Reason:
    """``code`` is stable; ``values`` are its figures by name; ``detail`` names what it is about, "" for the whole."""

    code: str
    values: dict[str, float] = field(default_factory=dict)
    detail: str = ""
    names: dict[str, str] = field(default_factory=dict)
    """What else it names, by what that is: languages, factors, days in words."""


Refusal = tuple[Reason, ...]
"""Why something cannot be told, every reason at once."""


def reason_of(error: ScoringError) -> Reason:
    """Why a measure cannot be computed, for a result that goes on without it."""
    return Reason(error.code or "untold", dict(error.values), error.detail)
