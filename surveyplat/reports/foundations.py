"""What a report rests on: the frozen periods that its numbers come from, and the log's entries that it prints.

Read from a bundle's document, so that a report can be asked for it whatever version of the templates drew it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from surveyplat.audit.canonical import json_hash
from surveyplat.errors import ReportError
from surveyplat.reports.bundle import Bundle

_TOLD = (
    "kind",
    "study",
    "period",
    "manifest",
    "before",
    "further",
    "rests_on",
    "trend",
    "judged",
    "effect",
    "entries",
    "restated",
)
_WITH_EXTRACTS = ("dealer", "a3")
"""Kinds of reports whose readers are told a part of the manifests only."""


@dataclass(frozen=True)
class Frozen:
    """A frozen period as a report names it."""

    study: str
    period: str
    rows_hash: str
    manifest_hash: str

    @property
    def subject(self) -> str:
        """What the audit log calls it."""
        return f"{self.study}:{self.period}"


def document_of(bundle: Bundle) -> dict[str, Any]:
    """The parts of a bundle that say what it rests on, as its document has them."""
    return {name: getattr(bundle, name) for name in _TOLD if hasattr(bundle, name)}


def foundations(document: Mapping[str, Any]) -> tuple[Frozen, ...]:
    """Every frozen period that a bundle's document rests on, its own first.

    Raises ``ReportError`` for a manifest that is of another study or period than the report, and for a period that is
    printed in a trend or in an effect, and that the report names no rows of.
    """
    try:
        found = tuple(dict.fromkeys(_frozen(each, is_extract=cut) for each, cut in _manifests(document)))
        _check_own(document, found)
        _check_named(document, found)
    except (KeyError, TypeError, AttributeError) as error:
        raise ReportError(f"bundle: it does not say which frozen rows it is made from ({error!r})") from None
    return found


def printed_entries(document: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """The entries of the audit log that the report prints."""
    return tuple(document.get("entries") or ())


def printed_periods(document: Mapping[str, Any]) -> Iterator[str]:
    """Every period that a trend or an effect in the report is from."""
    yield from (str(point["period"]) for point in document.get("trend") or ())
    yield from _periods_of_effects(document)


def _periods_of_effects(document: Mapping[str, Any]) -> Iterator[str]:
    for effect in (*(document.get("judged") or {}).values(), document.get("effect")):
        yield from effect["periods"] if effect is not None else ()


def _manifests(document: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], bool]]:
    """Each with whether it is an extract."""
    cut = document["kind"] in _WITH_EXTRACTS
    yield document["manifest"], cut
    if document.get("before") is not None:
        yield document["before"]["manifest"], cut
    yield from ((side["manifest"], cut) for side in document.get("further") or ())
    yield from ((manifest, True) for manifest in document.get("rests_on") or ())
    yield from ((each["manifest"], True) for each in document.get("restated") or ())


def _frozen(manifest: Mapping[str, Any], *, is_extract: bool) -> Frozen:
    """An extract has its own word for the whole one's hash, which nobody but the signer can have put there."""
    study, period, rows_hash = (str(manifest[name]) for name in ("study", "period", "rows_hash"))
    return Frozen(study, period, rows_hash, str(manifest["manifest_hash"]) if is_extract else json_hash(manifest))


def _check_own(document: Mapping[str, Any], found: tuple[Frozen, ...]) -> None:
    own = f"{document['study']}:{document['period']}"
    if found[0].subject != own:
        raise ReportError(f"bundle: the report is of {own}, and its manifest of {found[0].subject}")
    for each in found:
        if each.study != document["study"]:
            raise ReportError(f"bundle: the report is of {document['study']}, and rests on {each.subject}")


def _check_named(document: Mapping[str, Any], found: tuple[Frozen, ...]) -> None:
    rows = {each.period: each.rows_hash for each in reversed(found)}
    for point in document.get("trend") or ():
        if rows.get(point["period"]) != point["rows_hash"]:
            raise ReportError(f"trend: {point['period']} is printed, and the report does not rest on these rows of it")
    for period in _periods_of_effects(document):
        if period not in rows:
            raise ReportError(f"effect: it is from {period}, and the report does not rest on rows of it")
