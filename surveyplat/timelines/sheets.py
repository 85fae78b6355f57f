"""One stored action on its sheet: its plan, the number that it starts from, and its effect once that can be told."""

from datetime import datetime
from typing import Any

from surveyplat.audit.canonical import json_hash
from surveyplat.audit.freeze import load_snapshot
from surveyplat.audit.periods import parse_period
from surveyplat.audit.proofs import read_log
from surveyplat.bundle_parts import action_record
from surveyplat.errors import InvalidInput, SnapshotMissing
from surveyplat.forms.language import Definition
from surveyplat.forms.stored import stored_definition
from surveyplat.forms.versions import canonical_json as definition_json
from surveyplat.foundations import with_foundations
from surveyplat.improvement.grounds import Grounds, grounds_of
from surveyplat.measurement import labels
from surveyplat.publishing import MadeReport, publish_report
from surveyplat.reports.dealer_bundle import extract_of
from surveyplat.reports.languages import nearest, wording_of
from surveyplat.reports.sheets.bundle import A3Bundle, Form
from surveyplat.scoring.documents import effect_document
from surveyplat.scoring.periods import PP100
from surveyplat.scoring.records.effects import StudyEffect
from surveyplat.settings import Settings
from surveyplat.storage.database import Database
from surveyplat.storage.tables import Dealer, PeriodSnapshot
from surveyplat.timelines.judging import Manner, effect_of, question_of_action
from surveyplat.timelines.walking import Instance

_OF_PROBLEMS = ("dealer_more_problems", "dealer_fewer_problems")


async def report_action(
    db: Database, settings: Settings, key: str, form: Form, language: str, *, now: datetime
) -> MadeReport:
    """Make an action's A3 or 8D sheet: the seal covers what is printed, not what is written on it by hand.

    Raises ``InvalidInput`` for an action that there is not.
    """
    grounds = await grounds_of(db, key)
    bundle = await _bundle(Instance(db, settings, grounds.action.study), grounds, form, language)
    bundle = await with_foundations(db, settings, bundle)
    return await publish_report(db, settings, bundle, await read_log(db), now=now)


async def _bundle(instance: Instance, grounds: Grounds, form: Form, language: str) -> A3Bundle:
    action, db = grounds.action, instance.db
    frozen = await load_snapshot(db, instance.settings, action.study, parse_period(action.period))
    definition = await stored_definition(db, frozen.definition_hash)
    dealers = await _dealers(db, grounds.dealer)
    measure, effect = _measure(grounds, definition), await _effect(instance, grounds)
    named = labels(definition, nearest(definition.languages, language))
    return A3Bundle(
        study=action.study,
        period=action.period,
        language=language,
        title=wording_of(definition.title, language),
        brand_group=" / ".join(sorted({row["brand"] for row in dealers})),
        labels={name: label for name, label in named.items() if name == measure},
        dealers={row["code"]: row["name"] for row in dealers},
        regions={row["code"]: row["region"] for row in dealers},
        manifest=extract_of(frozen.manifest, json_hash(frozen.manifest)),
        results={},
        comparison=None,
        current_actions=(action_record(action, language),),
        as_of=max(action.drafted_at, grounds.found_at, *await _frozen(instance, effect)).isoformat(),
        synthetic=bool(frozen.manifest["synthetic"]),
        definition=definition_json(definition),
        form=form,
        finding={
            "kind": grounds.kind,
            "subject": grounds.subject,
            "evidence": dict(grounds.evidence),
            "found_at": grounds.found_at.isoformat(),
            "rows_hash": grounds.rows_hash,
        },
        measure=measure,
        effect=None if effect is None else effect_document(effect),
    )


async def _dealers(db: Database, code: str | None) -> list[dict[str, Any]]:
    """The one dealer that the action is for; nobody's name where it is for all."""
    if code is None:
        return []
    columns = (Dealer.code, Dealer.name, Dealer.region, Dealer.brand)
    return await db.read(Dealer.select(*columns).where(Dealer.code == code))


def _measure(grounds: Grounds, definition: Definition) -> str:
    """What the finding's value is of: of a dealer the study's first index or PP100, else the subject itself."""
    if grounds.dealer is None:
        return PP100 if grounds.subject == "total" else grounds.subject
    indices = definition.measurement.indices
    return PP100 if grounds.kind in _OF_PROBLEMS or not indices else indices[0].id


async def _effect(instance: Instance, grounds: Grounds) -> StudyEffect | None:
    """None for an action of everybody, and until frozen periods hold its dealer's months after it was due."""
    if grounds.dealer is None:
        return None
    asked = await question_of_action(instance.db, instance.study, grounds.action.key, Manner())
    try:
        return await effect_of(instance, asked)
    except (InvalidInput, SnapshotMissing):
        return None


async def _frozen(instance: Instance, effect: StudyEffect | None) -> list[datetime]:
    """When the periods that an effect is told from were frozen."""
    if effect is None:
        return []
    query = PeriodSnapshot.select(PeriodSnapshot.frozen_at).where(
        (PeriodSnapshot.study == instance.study) & PeriodSnapshot.period.is_in(list(effect.periods))
    )
    return [row["frozen_at"] for row in await instance.db.read(query)]
