"""What a comparison report is made from: a period, and every earlier one that it is set beside."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from surveyplat.reports.bundle import Bundle


@dataclass(frozen=True, kw_only=True)
class ComparisonBundle(Bundle):
    """The latest period with its scores; ``comparison`` and ``before`` are those with the one next before it."""

    kind: ClassVar[str] = "comparison"
    further: tuple[Mapping[str, Any], ...] = ()
    """Earlier periods, latest first: each with its ``manifest``, ``definition`` and ``comparison`` with the latest."""
    participation: Mapping[str, Any] = field(default_factory=dict)
    """Period -> what became of everybody asked (``dispositions``) and its ``rates``; None where it is not known."""
    restated: tuple[Mapping[str, Any], ...] = ()
    """Of each period that was corrected since it was first published, as in a study's own report."""
    entries: tuple[Mapping[str, Any], ...] = ()
    """What the audit log tells of these periods: index, recorded_at, kind, subject and payload, in its order."""

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("further", "entries", "restated"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
