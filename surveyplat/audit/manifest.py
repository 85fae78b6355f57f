"""The manifest of a snapshot: everything about the frozen rows that is not in them, so that the counts can be followed.

events >= invitations >= responses = rows + exclusions. The software's versions tell where the file came from; they are
no part of what identifies it.
"""

import platform
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

import polars
from piccolo.query.functions.aggregate import Count

import surveyplat
from surveyplat.audit.columns import Column
from surveyplat.audit.gathering import Gathered, Selection
from surveyplat.audit.snapshot_file import SnapshotFile
from surveyplat.fieldwork.population import EventCell, by_dealer
from surveyplat.forms.language import Definition
from surveyplat.missing import Missing
from surveyplat.storage.database import Database
from surveyplat.storage.tables import Event, Invitation, QuestionnaireVersion, Response


@dataclass(frozen=True)
class Fieldwork:
    """How many were asked: ``events`` of the study's trigger in the period, its ``invitations`` by state.

    ``opened`` are those invitations of which there is a response, finished or not.
    """

    events: int
    invitations: Mapping[str, int]
    opened: Mapping[str, int]
    versions: Mapping[str, str]
    """The version's name of every stored definition of the study, by its hash."""


async def count_fieldwork(db: Database, definition: Definition, selection: Selection) -> Fieldwork:
    """Count the period's events and invitations; an event counts in the period of its occasion."""
    days, rules = selection.period, definition.fieldwork
    delay = timedelta(days=rules.delay_days if rules.occasion == "due" else 0)
    happened = (Event.occurred_on >= days.first_day - delay) & (Event.occurred_on <= days.last_day - delay)
    events = await db.read(Event.select(Count()).where((Event.kind == rules.trigger) & happened))
    due = (Invitation.occasion_on >= days.first_day) & (Invitation.occasion_on <= days.last_day)
    invitations = await db.read(
        Invitation.select(Invitation.state, Count())
        .where((Invitation.study == definition.study) & due)
        .group_by(Invitation.state)
    )
    asked: Any = Response.invitation
    opened = await db.read(
        Response.select(asked.state.as_alias("state"), Count())
        .where((Response.study == definition.study) & Response.invitation.is_not_null())
        .where((asked.occasion_on >= days.first_day) & (asked.occasion_on <= days.last_day))
        .group_by(asked.state)
    )
    return Fieldwork(
        events=events[0]["count"],
        invitations={row["state"]: row["count"] for row in invitations},
        opened={row["state"]: row["count"] for row in opened},
        versions=await _versions(db, definition.study),
    )


async def _versions(db: Database, study: str) -> dict[str, str]:
    table = QuestionnaireVersion
    rows = await db.read(table.select(table.content_hash, table.version).where(table.study == study))
    return {row["content_hash"]: row["version"] for row in rows}


def make_manifest(
    definition: Definition,
    definition_hash: str,
    selection: Selection,
    columns: Sequence[Column],
    gathered: Gathered,
    fieldwork: Fieldwork,
    population: Mapping[EventCell, int] | None,
) -> dict[str, Any]:
    """Everything but what depends on the file itself, as JSON values.

    Whoever was screened out was not eligible after all, and is taken out of the population.
    """
    ineligible = +gathered.ineligible
    if population is not None:
        population = {cell: max(0, events - ineligible[cell]) for cell, events in population.items()}
    return {
        "study": selection.study,
        "period": selection.period.name,
        "first_day": selection.period.first_day.isoformat(),
        "last_day": selection.period.last_day.isoformat(),
        "cut_off": selection.cut_off.isoformat(),
        "definition_hash": definition_hash,
        "definition_version": definition.version,
        "population": None if population is None else by_dealer(population),
        **_cells(population or {}),
        "population_ineligible": by_dealer(ineligible),
        "population_events": None if population is None else sum(population.values()),
        "events": fieldwork.events,
        "invited": sum(fieldwork.invitations.values()),
        "invitations_by_state": dict(fieldwork.invitations),
        "invitations_opened_by_state": dict(fieldwork.opened),
        "responses": gathered.responses,
        "responses_by_state": dict(gathered.states),
        "exclusions": list(_exclusions(gathered, fieldwork.versions)),
        "row_count": len(gathered.rows),
        "rows_by_source": dict(sorted(gathered.sources.items())),
        "days_to_answer": float(median(gathered.days.elements())) if gathered.days else None,
        "columns": [column.described() for column in columns],
        "missing_codes": {str(int(kind)): kind.name.lower() for kind in Missing},
    }


def population_of(manifest: Mapping[str, Any]) -> Counter[EventCell] | None:
    """The population that a manifest tells; by dealer alone where it counts no cells, None where it is not known."""
    if manifest["population"] is None:
        return None
    months, cells = manifest.get("population_months", ()), manifest.get("population_cells")
    if cells is None:
        return Counter({EventCell(dealer, "", ""): events for dealer, events in manifest["population"].items()})
    return Counter(
        {
            EventCell(dealer, model, month): events
            for dealer, by_model in cells.items()
            for model, counted in by_model.items()
            for month, events in zip(months, counted, strict=True)
        }
    )


def told_population(before: Mapping[str, Any], population: Mapping[EventCell, int] | None) -> dict[str, Any]:
    """A population as a manifest tells it, in as much detail as the manifest ``before`` does."""
    if population is None:
        return {}
    counted = {cell: events for cell, events in sorted(population.items()) if events}
    cells = _cells(counted) if "population_cells" in before else {}
    return {"population": by_dealer(counted), "population_events": sum(counted.values()), **cells}


def _cells(population: Mapping[EventCell, int]) -> dict[str, Any]:
    """The population's months, and dealer -> model -> events of each of these; nothing where it is not known."""
    months = sorted({cell.month for cell in population})
    cells: dict[str, dict[str, list[int]]] = {}
    for cell, events in sorted(population.items()):
        by_model = cells.setdefault(cell.dealer, {})
        by_model.setdefault(cell.model, [0] * len(months))[months.index(cell.month)] = events
    return {"population_months": months, "population_cells": cells} if population else {}


def _software_versions() -> dict[str, str]:
    """What made the file: provenance, outside every hash."""
    return {
        "surveyplat": surveyplat.__version__,
        "python": platform.python_version(),
        "polars": polars.__version__,
    }


def _exclusions(gathered: Gathered, versions: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for reason, count in sorted(gathered.exclusions.items()):
        yield {"reason": reason, "count": count}
    for definition_hash, count in sorted(gathered.other_definitions.items()):
        yield {
            "reason": "other_definition",
            "count": count,
            "definition_hash": definition_hash,
            "definition_version": versions.get(definition_hash),
        }


def frozen_manifest(
    manifest: Mapping[str, Any], file: SnapshotFile, *, synthetic: bool, frozen_at: datetime
) -> dict[str, Any]:
    """The manifest with what only the finished file tells."""
    return {
        **manifest,
        "rows_hash": file.rows_hash,
        "file_hash": file.file_hash,
        "synthetic": synthetic,
        "frozen_at": frozen_at.isoformat(),
        "software": _software_versions(),
    }
