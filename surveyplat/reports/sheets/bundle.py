"""What an action's sheet is made from: the action, the finding it was drafted from, and its effect as far as told."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from surveyplat.errors import ReportError
from surveyplat.reports.bundle import Bundle

Form = Literal["a3", "8d"]
FORMS: tuple[Form, ...] = ("a3", "8d")


@dataclass(frozen=True, kw_only=True)
class A3Bundle(Bundle):
    """The action is the only one of ``current_actions``; ``results`` are empty, ``manifest`` is an extract.

    Whoever owns an action may see its own number, and no other dealer's.
    """

    kind: ClassVar[str] = "a3"
    has_whole_manifest: ClassVar[bool] = False
    form: Form
    finding: Mapping[str, Any]
    """kind, subject, evidence (numbers by name, with ``unweighted_base``), found_at, and rows_hash of what it is on."""
    measure: str
    """What the finding's value is of: an index, factor, item, category or problem by its id, or pp100."""
    effect: Mapping[str, Any] | None = None
    """Document of its ``scoring.study_effects.StudyEffect``; None while it cannot be looked for."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.form not in FORMS:
            raise ReportError(f"bundle.form: {self.form!r} is not one of {', '.join(FORMS)}. Choose one of them.")
        if len(self.current_actions) != 1:
            count = len(self.current_actions)
            raise ReportError(f"bundle.current_actions: a sheet is of one action, not of {count}. Build it again.")
