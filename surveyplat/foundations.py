"""What a report rests on besides its own period and the one before: gathered, so that its seal can prove it."""

from collections.abc import Iterator
from dataclasses import replace

from surveyplat.audit.canonical import json_hash
from surveyplat.audit.freeze import load_snapshot
from surveyplat.audit.periods import parse_period
from surveyplat.forms.stored import stored_definition
from surveyplat.forms.versions import canonical_json as definition_json
from surveyplat.reports.bundle import AnyBundle
from surveyplat.reports.dealer_bundle import extract_of
from surveyplat.reports.foundations import document_of, printed_periods
from surveyplat.settings import Settings
from surveyplat.storage.database import Database


async def with_foundations(db: Database, settings: Settings, bundle: AnyBundle) -> AnyBundle:
    """The bundle with the manifests of every further period that its trend and its effects are from.

    Raises ``SnapshotMissing`` and ``SnapshotAltered`` when the rows of one are gone or were changed.
    """
    further = set(printed_periods(document_of(bundle))) - set(_held(bundle))
    names = sorted(further, key=lambda name: parse_period(name).first_day)
    frozen = [await load_snapshot(db, settings, bundle.study, parse_period(name)) for name in names]
    known = {bundle.manifest["definition_hash"], *_known_before(bundle)} if bundle.definition else set()
    hashes = sorted({each.definition_hash for each in frozen} - known)
    return replace(
        bundle,
        rests_on=tuple(extract_of(each.manifest, json_hash(each.manifest)) for each in frozen),
        questionnaires={hashed: definition_json(await stored_definition(db, hashed)) for hashed in hashes},
    )


def _held(bundle: AnyBundle) -> Iterator[str]:
    yield bundle.period
    if bundle.before is not None:
        yield str(bundle.before["manifest"]["period"])


def _known_before(bundle: AnyBundle) -> Iterator[str]:
    if bundle.before is not None:
        yield bundle.before["manifest"]["definition_hash"]
