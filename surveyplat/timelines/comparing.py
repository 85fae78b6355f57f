"""Two or more frozen periods side by side, for whoever audits them: every earlier one beside the latest."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from surveyplat.audit.canonical import json_hash
from surveyplat.audit.periods import Period
from surveyplat.audit.proofs import AuditLog, read_log
from surveyplat.bundle_parts import computed_by, dealers_of_scores, names_of_measures
from surveyplat.errors import Fault, InvalidInput
from surveyplat.forms.versions import canonical_json
from surveyplat.measurement import participation
from surveyplat.pipeline import compare_two, restated_since, score_one
from surveyplat.publishing import MadeReport, publish_report
from surveyplat.reports.bundle import ReportBundle
from surveyplat.reports.comparing.bundle import ComparisonBundle
from surveyplat.reports.languages import wording_of
from surveyplat.scored_periods import ScoredPeriod
from surveyplat.scoring.documents import comparison_document, results_document
from surveyplat.scoring.results import PeriodComparison
from surveyplat.timelines.walking import Instance


@dataclass(frozen=True)
class SideBySide:
    """The latest period, and each earlier one (latest first) with the comparison of both."""

    latest: ScoredPeriod
    earlier: tuple[tuple[ScoredPeriod, PeriodComparison], ...]

    @property
    def all(self) -> tuple[ScoredPeriod, ...]:
        return (self.latest, *(scored for scored, _ in self.earlier))


async def report_comparison(
    instance: Instance, periods: Sequence[Period], language: str, *, now: datetime
) -> MadeReport:
    """Make the comparison report of frozen periods, in whatever order they are named.

    Its time is that of the newest fact in it: as long as nothing more is recorded of these periods, the same command
    gives the same bytes. Raises ``InvalidInput`` for fewer than two periods, a period named twice and periods that
    overlap, ``SnapshotMissing`` for one that was never frozen.
    """
    ordered = _ordered(periods)
    scored = [await _scored(instance, period) for period in ordered]
    latest, *earlier = scored
    pairs = [
        (each, await compare_two(instance.settings, each, latest, instance.workers, stored=True)) for each in earlier
    ]
    log = await read_log(instance.db)
    bundle = await _bundle(instance, SideBySide(latest, tuple(pairs)), language, log)
    return await publish_report(instance.db, instance.settings, bundle, log, now=now)


async def _scored(instance: Instance, period: Period) -> ScoredPeriod:
    return await score_one(instance.db, instance.settings, instance.study, period, instance.workers, stored=True)


def _ordered(periods: Sequence[Period]) -> list[Period]:
    """The latest first. Raises ``InvalidInput`` with every fault at once."""
    ordered = sorted(periods, key=lambda period: (period.first_day, period.last_day), reverse=True)
    fix = "Name two or more periods that do not overlap, for instance 2026-Q2 2026-Q3"
    faults = [
        Fault("period", later.name, f"it overlaps {earlier.name}, so that answers would stand on both sides", fix)
        for later, earlier in pairwise(ordered)
        if later.first_day <= earlier.last_day
    ]
    if len(ordered) < 2:
        faults.append(Fault("period", ", ".join(period.name for period in ordered), "there is nothing beside it", fix))
    if faults:
        raise InvalidInput(faults)
    return ordered


async def _bundle(instance: Instance, sides: SideBySide, language: str, log: AuditLog) -> ComparisonBundle:
    latest, (nearest, compared), *further = sides.latest, *sides.earlier
    manifest, study = latest.frozen.manifest, instance.study
    entries = _entries(log, study, [str(each.frozen.manifest["period"]) for each in sides.all])
    dealers = await dealers_of_scores(instance.db, *(each.scores for each in sides.all))
    times = [str(each.frozen.manifest["frozen_at"]) for each in sides.all]
    times += [str(entry["recorded_at"]) for entry in entries]
    return ComparisonBundle(
        study=study,
        period=str(manifest["period"]),
        language=language,
        title=wording_of(latest.definition.title, language),
        brand_group=" / ".join(sorted({row["brand"] for row in dealers})),
        labels=names_of_measures((each.definition for each in reversed(sides.all)), language),
        dealers={row["code"]: row["name"] for row in dealers},
        regions={row["code"]: row["region"] for row in dealers},
        manifest=manifest,
        results=results_document(latest.scores),
        comparison=comparison_document(compared),
        before=_side(nearest),
        further=tuple(_side(each) | {"comparison": comparison_document(told)} for each, told in further),
        participation={str(each.frozen.manifest["period"]): _participation(each) for each in sides.all},
        restated=await _restated(instance, sides, log),
        entries=entries,
        as_of=max(map(datetime.fromisoformat, times)).isoformat(),
        synthetic=any(each.frozen.manifest["synthetic"] for each in sides.all),
        definition=canonical_json(latest.definition),
        log=log.recorded(log.frozen_as(f"{study}:{manifest['period']}", json_hash(manifest)) + 1),
    )


async def _restated(instance: Instance, sides: SideBySide, log: AuditLog) -> tuple[Mapping[str, Any], ...]:
    """Of every period that was corrected since its first report, the latest first."""
    told = [await restated_since(instance.db, instance.settings, each.frozen, each.scores, log) for each in sides.all]
    return tuple(restated for each in told for restated in each)


def _side(scored: ScoredPeriod) -> dict[str, Any]:
    return computed_by(scored.frozen, scored.definition)


def _participation(scored: ScoredPeriod) -> dict[str, Any] | None:
    found = participation(scored.frozen.manifest)
    return None if found is None else asdict(found)


def _entries(log: AuditLog, study: str, periods: Sequence[str]) -> tuple[Mapping[str, Any], ...]:
    """What the log tells of these periods; of reports those on the whole study only.

    Dealers' reports are many, and a comparison's own publication would change the next one.
    """
    wanted = {f"{study}:{period}" for period in periods}
    return tuple(
        entry
        for entry in log.entries
        if ":".join(str(entry["subject"]).split(":")[:2]) in wanted
        and entry["payload"].get("report", ReportBundle.kind) == ReportBundle.kind
    )
