"""The report bundle: everything that a report is made from, and nothing else.

A report is a pure function of its bundle: no database, clock, environment or locale. Two bundles with the same
canonical JSON give the same bytes.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Literal

from surveyplat.errors import ReportError

TEMPLATE_VERSION = "2"
"""Raised whenever the same bundle would give other pages."""

LANGUAGES = ("zh-Hans", "en")
PLAN_PARTS = ("why", "what", "who", "when", "where", "how")


@dataclass(frozen=True)
class ActionRecord:
    """One action as it stood at the bundle's time: the plan in the report's language."""

    key: str
    plan: Mapping[str, str]
    """why, what, who, when, where, how."""
    owner: str
    """A role (see ``improvement.drafting.ROLES``) or a name that somebody entered."""
    due_on: str
    """ISO date."""
    state: str
    """draft, open, done or dropped; another word is printed as it is."""


@dataclass(frozen=True)
class ReportBundle:
    """Plain data in, a report out. Mappings are canonicalised by key, so their order does not matter."""

    study: str
    period: str
    language: str
    title: str
    """The study's title in the report's language."""
    brand_group: str
    """Whose customers were asked; may be empty, as for answers collected elsewhere."""
    labels: Mapping[str, str]
    """Of factors, items, categories, problems, models, drivers, indices; an id without a label prints as itself."""
    dealers: Mapping[str, str]
    """Dealer code -> name."""
    regions: Mapping[str, str]
    """Dealer code -> region."""
    manifest: Mapping[str, Any]
    """Of the snapshot: definition_version, row_count, population_events, invited, responses, cut_off,
    exclusions [{reason, count}] and software {name: version}. An absent key is printed as not recorded."""
    results: Mapping[str, Any]
    """``scoring.documents.results_document`` of the period."""
    comparison: Mapping[str, Any] | None
    """The comparison's document, or None when there is no earlier period."""
    previous_actions: tuple[ActionRecord, ...]
    current_actions: tuple[ActionRecord, ...]
    index_items: Mapping[str, tuple[str, ...]]
    """Index id -> the items that make it up, in order: what an index of a single factor is drawn from."""
    as_of: str
    """ISO time with offset at which the state of the actions was read; the PDF's dates."""
    synthetic: bool
    definition: str = ""
    """Canonical JSON of the questionnaire that was answered, by which the numbers can be computed again."""
    before: Mapping[str, Any] | None = None
    """Of the period that ``comparison`` is with: its manifest, and its definition as canonical JSON."""
    log: Mapping[str, Any] | None = None
    """The audit log as of the freeze: size, and root (hexadecimal). The freeze is its last entry."""
    status: Literal["DRAFT", "FROZEN"] = "FROZEN"
    template_version: str = TEMPLATE_VERSION

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES:
            raise ReportError(
                f"bundle.language: {self.language!r} is not one of {', '.join(LANGUAGES)}. Choose one of them."
            )
        if self.template_version != TEMPLATE_VERSION:
            raise ReportError(
                f"bundle.template_version: this program draws version {TEMPLATE_VERSION}, the bundle asks for "
                f"{self.template_version!r}. Use the release that made the bundle, or build the bundle again."
            )
        _check_times(self)


def canonical_json(bundle: ReportBundle) -> str:
    """The bundle as one line of JSON with sorted keys and no spaces."""
    return json.dumps(asdict(bundle), sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def bundle_hash(bundle: ReportBundle) -> str:
    """SHA-256 of the canonical JSON, 64 hexadecimal digits: the report's identity."""
    return sha256(canonical_json(bundle).encode()).hexdigest()


def bundle_from_json(text: str) -> ReportBundle:
    """Read what ``canonical_json`` wrote. Raises ``ReportError`` when a field is absent, unknown or malformed."""
    try:
        document = json.loads(text)
        names = {field.name for field in fields(ReportBundle)}
        if set(document) != names:
            raise ReportError(f"bundle: fields {sorted(set(document) ^ names)} are absent or unknown. Build it again.")
        for key in ("previous_actions", "current_actions"):
            document[key] = tuple(ActionRecord(**action) for action in document[key])
        return ReportBundle(**document)
    except (ValueError, TypeError) as error:
        raise ReportError(f"bundle: not a report bundle ({error}). Build it again from the snapshot.") from error


def _check_times(bundle: ReportBundle) -> None:
    try:
        aware = datetime.fromisoformat(bundle.as_of).tzinfo is not None
        for action in (*bundle.previous_actions, *bundle.current_actions):
            date.fromisoformat(action.due_on)
    except ValueError as error:
        raise ReportError(f"bundle: {error}. Write ISO dates (2026-10-20) and an ISO time in as_of.") from error
    if not aware:
        raise ReportError("bundle.as_of: the time has no offset. Write one, for instance 2026-10-20T09:00:00+08:00.")
    for action in (*bundle.previous_actions, *bundle.current_actions):
        absent = [part for part in PLAN_PARTS if part not in action.plan]
        if absent:
            raise ReportError(
                f"bundle: action {action.key} has no {', '.join(absent)}. Give all six parts of its plan."
            )
