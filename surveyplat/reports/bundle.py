"""The report bundle: everything that a report is made from, and nothing else.

A report is a pure function of its bundle: no database, clock, environment or locale. Two bundles with the same
canonical JSON give the same bytes.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from functools import cached_property
from hashlib import sha256
from typing import Any, ClassVar, Literal, TypeVar

from surveyplat.errors import ReportError

TEMPLATE_VERSION = "3"
"""Raised whenever the same bundle would give other pages."""

SHORT_HASH = 12

LANGUAGES = ("zh-Hans", "zh-Hant", "en")
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


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """What every kind of report is made from. Mappings are canonicalised by key, so their order does not matter."""

    kind: ClassVar[str]
    """What its document calls it."""
    has_whole_manifest: ClassVar[bool] = True
    """Else ``manifest`` is an extract, with the hash of the whole one as its manifest_hash."""
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
    """``scoring.documents.results_document`` of the period, as far as the report's readers may see it."""
    comparison: Mapping[str, Any] | None
    """The comparison's document, or None when there is no earlier period."""
    as_of: str
    """ISO time with offset at which the state of the actions was read; the PDF's dates."""
    synthetic: bool
    previous_actions: tuple[ActionRecord, ...] = ()
    current_actions: tuple[ActionRecord, ...] = ()
    index_items: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Index id -> the items that make it up, in order: what an index of a single factor is drawn from."""
    definition: str = ""
    """Canonical JSON of the questionnaire that was answered, by which the numbers can be computed again."""
    before: Mapping[str, Any] | None = None
    """Of the period that ``comparison`` is with: its manifest, and its definition as canonical JSON."""
    log: Mapping[str, Any] | None = None
    """The audit log as of the freeze: size, and root (hexadecimal). The freeze is its last entry."""
    key_name: str = ""
    """Of the key that the report is sealed with afterwards; empty when it is not."""
    rests_on: tuple[Mapping[str, Any], ...] = ()
    """Extracts of the manifests of further frozen periods, those that a trend or an effect is from, oldest first."""
    questionnaires: Mapping[str, str] = field(default_factory=dict)
    """Hash -> canonical JSON of those that ``rests_on`` answered and that are not held already."""
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
        _check_time(self.as_of)
        _check_actions((*self.previous_actions, *self.current_actions))

    @cached_property
    def content_hash(self) -> str:
        """See ``bundle_hash``; kept, because a report names itself on every page and a bundle never changes."""
        return sha256(canonical_json(self).encode()).hexdigest()


AnyBundle = TypeVar("AnyBundle", bound=Bundle)


@dataclass(frozen=True, kw_only=True)
class ReportBundle(Bundle):
    """A study in a period, for whoever decides: everything that was found, and what is to be done."""

    kind: ClassVar[str] = "study"
    dispositions: Mapping[str, int] | None = None
    """``scoring.dispositions.Dispositions`` of everybody invited; None where they are not known."""
    verbatims: tuple[Mapping[str, Any], ...] = ()
    """One document of ``verbatims.chosen_document`` for each text item of which texts may be shown."""
    judged: Mapping[str, Mapping[str, Any] | None] = field(default_factory=dict)
    """Key of a previous action on a dealer -> document of its ``scoring.study_effects.StudyEffect``.

    None where no month after the action is frozen yet.
    """
    restated: tuple[Mapping[str, Any], ...] = ()
    """What corrections made of the period since it was first published (``restating.restatement``), with an extract of
    the ``manifest`` of the revision that was published then; nothing where that one still counts."""
    trend: tuple[Mapping[str, Any], ...] = ()
    """Earlier periods, oldest first, as far back as each may be compared with the next: period, rows_hash, measure
    ("pp100", or the id of the first index) and the measure's estimate."""


def canonical_json(bundle: Bundle) -> str:
    """The bundle as one line of JSON with sorted keys and no spaces."""
    document = {"kind": bundle.kind, **_fields_of(bundle)}
    return json.dumps(
        document, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_plain
    )


def _fields_of(held: Any) -> dict[str, Any]:
    """Without the copies that ``asdict`` makes of everything below."""
    return {each.name: getattr(held, each.name) for each in fields(held)}


def _plain(held: Any) -> dict[str, Any]:
    return dict(held) if isinstance(held, Mapping) else _fields_of(held)


def bundle_hash(bundle: Bundle) -> str:
    """SHA-256 of the canonical JSON, 64 hexadecimal digits: the report's identity."""
    return bundle.content_hash


def report_id(bundle: Bundle) -> str:
    """The first 12 digits of the bundle's hash: what a reader quotes."""
    return bundle_hash(bundle)[:SHORT_HASH]


def bundle_from_document(kind: type[AnyBundle], document: Mapping[str, Any]) -> AnyBundle:
    """Read one kind of bundle. Raises ``ReportError`` when a field is absent, unknown or malformed."""
    try:
        names = {each.name for each in fields(kind)}
        if set(document) != names | {"kind"}:
            odd = sorted(set(document) ^ (names | {"kind"}))
            raise ReportError(f"bundle: fields {odd} are absent or unknown. Build it again.")
        read = {name: document[name] for name in names}
        for name in ("previous_actions", "current_actions"):
            read[name] = tuple(ActionRecord(**action) for action in read[name])
        return kind(**read)
    except (ValueError, TypeError) as error:
        raise ReportError(f"bundle: not a report bundle ({error}). Build it again from the snapshot.") from error


def _check_time(text: str) -> None:
    """Raises ``ReportError`` unless the text is an ISO time with an offset."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ReportError(f"bundle: {error}. Write an ISO time in as_of.") from error
    if moment.tzinfo is None:
        raise ReportError("bundle.as_of: the time has no offset. Write one, for instance 2026-10-20T09:00:00+08:00.")


def _check_actions(actions: Iterable[ActionRecord]) -> None:
    """Raises ``ReportError`` naming the first action whose day or plan is not whole."""
    for action in actions:
        try:
            date.fromisoformat(action.due_on)
        except ValueError as error:
            raise ReportError(f"bundle: action {action.key}: {error}. Write an ISO date (2026-10-20).") from error
        absent = [part for part in PLAN_PARTS if part not in action.plan]
        if absent:
            raise ReportError(
                f"bundle: action {action.key} has no {', '.join(absent)}. Give all six parts of its plan."
            )
