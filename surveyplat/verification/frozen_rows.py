"""The frozen rows at hand: found by their hash, proved by it, and scored once however many reports rest on them."""

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from surveyplat.audit.freeze import FrozenPeriod
from surveyplat.audit.periods import parse_period
from surveyplat.audit.snapshot_file import SnapshotFile, verify_snapshot
from surveyplat.errors import ReportError, SnapshotMissing
from surveyplat.forms.language import Definition
from surveyplat.forms.versions import content_hash, definition_from_json
from surveyplat.scored_periods import ScoredPeriod, compare_scored, score_frozen, side_of
from surveyplat.scoring.calendars import Calendar
from surveyplat.scoring.dealer_details import DealerDetails, dealer_details
from surveyplat.scoring.documents import results_document, scores_from_document
from surveyplat.scoring.results import PeriodComparison
from surveyplat.scoring.timed_measures import TimedCounts, count_in_time
from surveyplat.scoring.workers import ALONE, Workers

Questionnaires = Mapping[str, str]
"""Hash -> canonical JSON."""


class FrozenRows:
    """The folder that holds frozen rows, at whatever depth, with all that was computed from them."""

    def __init__(self, folder: Path, workers: Workers = ALONE) -> None:
        self.folder = folder
        self._workers = workers
        self._scored: dict[tuple[str, str], ScoredPeriod] = {}
        self._compared: dict[tuple[str, str], PeriodComparison] = {}
        self._details: dict[str, DealerDetails] = {}
        self._counted: dict[str, TimedCounts] = {}

    def frozen(self, manifest: Mapping[str, Any]) -> FrozenPeriod:
        """The rows that a manifest, or an extract of one, is of.

        Raises ``SnapshotMissing`` when they are not at hand, ``SnapshotAltered`` when they were changed.
        """
        rows, name = str(manifest["rows_hash"]), f"{manifest['study']} {manifest['period']}"
        path = next(iter(sorted(self.folder.rglob("*.parquet"), key=lambda path: path.stem != rows)), None)
        if path is None or path.stem != rows:
            raise SnapshotMissing(f"{self.folder} does not hold {rows}.parquet, the rows of {name}")
        verify_snapshot(SnapshotFile(path, rows, str(manifest["file_hash"])))
        return FrozenPeriod(path, _whole(manifest, path), rows, str(manifest["definition_hash"]))

    def scored(self, manifest: Mapping[str, Any], questionnaires: Questionnaires) -> ScoredPeriod:
        """The period scored from its rows, its scores as they are kept. Raises like ``frozen``, and ``ReportError``."""
        answered = str(manifest["definition_hash"])
        known = _revision_of(manifest), answered
        if known not in self._scored:
            frozen, definition = self.frozen(manifest), _definition(answered, questionnaires, str(manifest["period"]))
            scores = score_frozen(frozen, definition, self._workers)
            self._scored[known] = ScoredPeriod(frozen, definition, scores_from_document(results_document(scores)))
        return self._scored[known]

    def compared(self, before: ScoredPeriod, after: ScoredPeriod) -> PeriodComparison:
        known = before.frozen.name, after.frozen.name
        if known not in self._compared:
            self._compared[known] = compare_scored(before, after, self._workers)
        return self._compared[known]

    def details(self, scored: ScoredPeriod) -> DealerDetails:
        """What only the dealers themselves are told."""
        known = scored.frozen.name
        if known not in self._details:
            side = side_of(scored.frozen, scored.definition)
            self._details[known] = dealer_details(side.plan, side.source, scored.scores, self._workers)
        return self._details[known]

    def counted(self, manifest: Mapping[str, Any], questionnaires: Questionnaires) -> TimedCounts:
        """A period's headline measures by month. Raises like ``scored``."""
        known = _revision_of(manifest)
        if known not in self._counted:
            frozen = self.frozen(manifest)
            definition = _definition(frozen.definition_hash, questionnaires, str(manifest["period"]))
            period = parse_period(str(manifest["period"]))
            calendar = Calendar("month", period.first_day, period.last_day)
            self._counted[known] = count_in_time(side_of(frozen, definition), calendar, self._workers)
        return self._counted[known]


def _revision_of(manifest: Mapping[str, Any]) -> str:
    """A correction may leave the rows as they are and change the population that they stand for."""
    return f"{manifest['rows_hash']}-r{manifest.get('revision', 0)}"


def _definition(answered: str, questionnaires: Questionnaires, period: str) -> Definition:
    text = questionnaires.get(answered)
    if text is None:
        raise ReportError(f"{period}: the questionnaire that was answered ({answered}) is not attached")
    definition = definition_from_json(text)
    if content_hash(definition) != answered:
        raise ReportError(f"{period}: the attached questionnaire is not the one that was answered")
    return definition


def _whole(manifest: Mapping[str, Any], rows: Path) -> dict[str, Any]:
    """The manifest itself, or of an extract the one that lies beside the rows. Raises ``ReportError`` for another."""
    if "manifest_hash" not in manifest:
        return dict(manifest)
    for beside in sorted(rows.parent.glob("*.json")):
        text = beside.read_text(encoding="utf-8").strip()
        if sha256(text.encode()).hexdigest() == manifest["manifest_hash"]:
            return _checked(manifest, json.loads(text))
    cause = "no manifest beside it is the one that the report was made with"
    raise ReportError(f"{rows}: {cause}. Restore it beside the rows")


def _checked(extract: Mapping[str, Any], whole: dict[str, Any]) -> dict[str, Any]:
    for name, told in extract.items():
        if name != "manifest_hash" and whole.get(name) != told:
            raise ReportError(f"manifest: {name} is {told!r}, and {whole.get(name)!r} was frozen")
    return whole
