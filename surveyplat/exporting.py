"""An export from the frozen period to the files: made, recorded in the audit log, and only then laid down."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from surveyplat.audit.exports import Export, record_export
from surveyplat.audit.freeze import load_snapshot
from surveyplat.audit.periods import Period
from surveyplat.bundle_parts import dealers_of_scores
from surveyplat.durable import make_folder
from surveyplat.errors import ExportError
from surveyplat.exports.comparison_rows import comparison_frame
from surveyplat.exports.dealer_rows import dealer_frame
from surveyplat.exports.frozen_rows import frozen_rows
from surveyplat.exports.making import Made, file_names, make_export
from surveyplat.exports.protection import Protection
from surveyplat.exports.result_rows import result_frame
from surveyplat.exports.wanted import PUBLISHED, Subject, Wanted
from surveyplat.exports.workbook import Progress
from surveyplat.forms.stored import stored_definition
from surveyplat.pipeline import score_period
from surveyplat.scored_periods import PeriodScores
from surveyplat.scoring.disclosure import hidden_dealers
from surveyplat.scoring.documents import results_document
from surveyplat.scoring.results import StudyScores
from surveyplat.scoring.suppression import LEAST_BASE
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

    Results, comparisons and dealers are those that are published: scored, and withheld where the base is too small.
    Rows are protected unless they are wanted as frozen. The audit log names the role ``settings.operator``. Raises
    ``SnapshotMissing`` when the period was never frozen and ``ExportError`` when what is wanted is not there.
    """
    frozen = await load_snapshot(db, settings, study, period)
    definition = await stored_definition(db, frozen.definition_hash)
    exporting = _Exporting(db, settings, study, period, wanted, language, progress)
    protection, published = await exporting.protection(frozen.rows_hash), await exporting.published()
    rows = frozen_rows(frozen.path, frozen.manifest, definition, language, protection)
    if output is None:
        output = settings.data_dir / "exports" / study / period.name
        make_folder(output)
    places = file_names(rows, wanted, output)
    made = await asyncio.to_thread(make_export, rows, published, wanted, places, progress)
    try:
        entry = await db.write(record_export(exporting.told(frozen.rows_hash, made), now))
        made.lay()
    finally:
        made.drop()
    return Exported(places, made, entry)


@dataclass(frozen=True)
class _Exporting:
    """One export that was asked for."""

    db: Database
    settings: Settings
    study: str
    period: Period
    wanted: Wanted
    language: str
    progress: Progress

    async def protection(self, rows_hash: str) -> Protection | None:
        """How the rows are changed on their way out; None for what is no rows, or rows as frozen."""
        if self.wanted.subject != Subject.ROWS or self.wanted.as_frozen:
            return None
        scored = await self._scored()
        return Protection(self.settings.keys.pseudonym(), rows_hash, withheld_dealers(scored.scores))

    async def published(self) -> pl.DataFrame | None:
        """The table of published numbers that is wanted, if one is."""
        if self.wanted.subject not in PUBLISHED:
            return None
        scored = await self._scored()
        if self.wanted.subject == Subject.RESULTS:
            return result_frame(results_document(scored.scores))
        if self.wanted.subject == Subject.DEALERS:
            return dealer_frame(scored.scores, await dealers_of_scores(self.db, scored.scores))
        if scored.comparison is None:
            cause = f"the period before, {self.period.previous().name}, was never frozen: there is nothing to compare"
            raise ExportError(f"{self.study} {self.period.name}: {cause}. Freeze it, or export the results")
        return comparison_frame(scored.comparison, self.language)

    async def _scored(self) -> PeriodScores:
        progress = self.progress
        return await score_period(self.db, self.settings, self.study, self.period, progress=progress, stored=True)

    def told(self, rows_hash: str, made: Made) -> Export:
        """What the log keeps of the export."""
        return Export(
            study=self.study,
            period=self.period.name,
            format=str(self.wanted.format),
            subject=str(self.wanted.subject),
            language=self.language,
            with_texts=self.wanted.with_texts,
            as_frozen=self.wanted.as_frozen,
            by=self.settings.operator,
            rows=made.rows,
            rows_hash=rows_hash,
            hashes=dict(made.hashes),
        )


def withheld_dealers(scores: StudyScores) -> frozenset[str]:
    """The dealers that rows do not name: fewer than 30 responses, or an index that reports do not show.

    One alone would be found as the one that is missing, so that the next smallest one goes with it. Responses of no
    known dealer tell of none.
    """
    answered = {each.dealer: each.responses for each in scores.coverage if each.dealer and each.responses > 0}
    small = {dealer for dealer, responses in answered.items() if responses < LEAST_BASE}
    withheld = (small | hidden_dealers(scores)) & set(answered)
    others = sorted(set(answered) - withheld, key=lambda dealer: (answered[dealer], dealer))
    return frozenset(withheld | set(others[:1])) if len(withheld) == 1 else frozenset(withheld)
