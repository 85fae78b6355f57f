"""Whether a period that a report rests on was corrected since: the report stays what it was, and no longer the newest.

That is told beside the verdict, and changes nothing of it. What is at hand decides how much is known: the manifests of
later revisions beside the frozen rows, or the audit log of the instance.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from surveyplat.audit.revisions import CORRECTED, corrections_of

Corrections = Mapping[tuple[str, str], Mapping[str, Any]]
"""Study and period -> the newest known correction: revision, corrected_at, reason and rows_hash."""


def corrections_beside(folder: Path) -> Corrections:
    """As the manifests of later revisions below a folder tell; files that are none of them are passed over."""
    return _newest(_told_beside(folder))


def _told_beside(folder: Path) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for path in sorted(folder.rglob("manifest-r*.json")):
        try:
            manifest = json.loads(path.read_text(encoding="utf-8"))
            made = {**corrections_of(manifest)[-1], "rows_hash": manifest["rows_hash"]}
            yield str(manifest["study"]), str(manifest["period"]), made
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            continue


def corrections_told(entries: Iterable[Mapping[str, Any]]) -> Corrections:
    """As the entries of an audit log tell."""
    corrected = (each["payload"] for each in entries if each["kind"] == CORRECTED)
    return _newest((str(told["study"]), str(told["period"]), told) for told in corrected)


def _newest(told: Iterable[tuple[str, str, Mapping[str, Any]]]) -> Corrections:
    newest: dict[tuple[str, str], Mapping[str, Any]] = {}
    for study, period, made in told:
        known = newest.get((study, period))
        if known is None or int(made["revision"]) > int(known["revision"]):
            newest[study, period] = made
    return newest


def superseded(document: Mapping[str, Any], known: Corrections) -> tuple[str, ...]:
    """A sentence for each period that a bundle's document rests on and that was corrected since."""
    revisions: dict[tuple[str, str], int] = {}
    for manifest in _manifests(document):
        named = str(manifest.get("study")), str(manifest.get("period"))
        revisions[named] = max(revisions.get(named, 0), int(manifest.get("revision") or 0))
    return tuple(
        _sentence(named, revision, known[named])
        for named, revision in sorted(revisions.items())
        if named in known and int(known[named]["revision"]) > revision
    )


def _manifests(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    sides = [document, document.get("before"), *(document.get("further") or ())]
    held = [side["manifest"] for side in sides if side is not None]
    yield from (*held, *(document.get("rests_on") or ()))


def _sentence(named: tuple[str, str], revision: int, made: Mapping[str, Any]) -> str:
    when, rows = str(made["corrected_at"])[:10], str(made["rows_hash"])
    told = f"{' '.join(named)}: the report rests on revision {revision}, and the period was corrected since"
    return f"{told}: revision {made['revision']} of {when} (rows {rows}): {made['reason']}"
