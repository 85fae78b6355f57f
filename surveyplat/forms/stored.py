"""Definitions in the database: each version stored once, found again by the hash of its content."""

from collections.abc import Generator
from datetime import datetime
from typing import Any

from surveyplat.errors import UnknownStudy
from surveyplat.forms.language import Definition
from surveyplat.forms.versions import canonical_json, content_hash, definition_from_json
from surveyplat.storage.database import Database, Unit
from surveyplat.storage.tables import QuestionnaireVersion


def store_definition(definition: Definition, now: datetime) -> Unit[None]:
    """The unit that stores this version, unless it is stored."""
    version = QuestionnaireVersion(
        content_hash=content_hash(definition),
        study=definition.study,
        version=definition.version,
        body=canonical_json(definition),
        stored_at=now,
    )

    def unit() -> Generator[Any, list[dict[str, Any]], None]:
        target = QuestionnaireVersion.content_hash
        yield QuestionnaireVersion.insert(version).on_conflict(target=target, action="DO NOTHING")

    return unit


async def stored_definition(db: Database, definition_hash: str) -> Definition:
    """The version with this hash. Raises ``UnknownStudy`` when it is not stored."""
    body = QuestionnaireVersion.select(QuestionnaireVersion.body)
    rows = await db.read(body.where(QuestionnaireVersion.content_hash == definition_hash))
    if not rows:
        fix = "Restore the table of questionnaire versions from a backup"
        raise UnknownStudy(f"the definition {definition_hash} that was answered is not stored. {fix}")
    return definition_from_json(rows[0]["body"])


async def stored_version(db: Database, study: str, prefix: str) -> Definition:
    """The stored version of a study whose hash starts with ``prefix``.

    Raises ``UnknownStudy``, naming the versions that there are, when none starts so, or more than one.
    """
    table = QuestionnaireVersion
    ours = table.select(table.content_hash, table.version, table.body).where(table.study == study)
    stored = await db.read(ours.order_by(table.stored_at))
    found = [row for row in stored if prefix and row["content_hash"].startswith(prefix.lower())]
    if len(found) == 1:
        return definition_from_json(found[0]["body"])
    known = ", ".join(f"{row['content_hash'][:12]} (version {row['version']})" for row in stored) or "none"
    cause = f"{len(found)} stored versions have a hash that starts with {prefix}" if found else "no such stored version"
    raise UnknownStudy(f"{study}@{prefix}: {cause}. Stored versions of {study}: {known}")
