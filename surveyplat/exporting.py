"""An export from the frozen period to the files: made, recorded in the audit log, and only then laid down."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from surveyplat.audit.exports import Export, record_export
from surveyplat.audit.freeze import load_snapshot
from surveyplat.audit.periods import Period
from surveyplat.durable import make_folder
from surveyplat.exports.frozen_rows import frozen_rows
from surveyplat.exports.making import Made, file_names, make_export
from surveyplat.exports.wanted import Subject, Wanted
from surveyplat.exports.workbook import Progress
from surveyplat.forms.stored import stored_definition
from surveyplat.pipeline import score_period
from surveyplat.scoring.documents import results_document
from surveyplat.settings import Settings
from surveyplat.storage.database import Database


@dataclass(frozen=True)
class Exported:
    """Where the files are, the SHA-256 of each by its ending, how many rows, and the number of the log's entry."""

    files: tuple[Path, ...]
    made: Made
    entry: int


async def export_period(
    db: Database,
    settings: Settings,
    study: str,
    period: Period,
    wanted: Wanted,
    language: str,
    *,
    output: Path | None,
    progress: Progress,
    now: datetime,
) -> Exported:
    """Export a frozen period; without ``output`` into the instance's own folder of exports.

    Results are those that are published: scored, and withheld where the base is too small. Raises ``SnapshotMissing``
    when the period was never frozen and ``ExportError`` when the format cannot hold what is wanted.
    """
    frozen = await load_snapshot(db, settings, study, period)
    definition = await stored_definition(db, frozen.definition_hash)
    rows = frozen_rows(frozen.path, frozen.manifest, definition, language)
    if output is None:
        output = settings.data_dir / "exports" / study / period.name
        make_folder(output)
    places = file_names(rows, wanted, output)
    results = None
    if wanted.subject == Subject.RESULTS:
        scored = await score_period(db, settings, study, period, progress=progress, stored=True)
        results = results_document(scored.scores)
    made = await asyncio.to_thread(make_export, rows, results, wanted, places, progress)
    try:
        entry = await db.write(record_export(_told(study, period, wanted, language, frozen.rows_hash, made), now))
        made.lay()
    finally:
        made.drop()
    return Exported(places, made, entry)


def _told(study: str, period: Period, wanted: Wanted, language: str, rows_hash: str, made: Made) -> Export:
    """What the log keeps of an export."""
    return Export(
        study=study,
        period=period.name,
        format=str(wanted.format),
        subject=str(wanted.subject),
        language=language,
        with_texts=wanted.with_texts,
        rows=made.rows,
        rows_hash=rows_hash,
        hashes=dict(made.hashes),
    )
