"""What a person is handed who asks what is stored about it (GDPR art. 15): every value, in words that can be read."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from surveyplat.fieldwork.personal_data import Found, PersonalData
from surveyplat.forms.elements import Text
from surveyplat.forms.language import Definition
from surveyplat.forms.stored import stored_definition
from surveyplat.storage.database import Database

_EVENT = (
    *("reference", "kind", "occurred_on", "dealer_code", "dealer"),
    *("vin", "model", "built_on", "delivered_on", "taken_in_at"),
)
_INVITATION = (
    *("id", "study", "language", "state", "failure"),
    *("occasion_on", "created_at", "send_after", "sent_at", "expires_at"),
)
_RESPONSE = (
    *("id", "study", "definition_hash", "source", "language", "state", "outcome", "receipt"),
    *("occasion_on", "started_at", "updated_at", "submitted_at"),
)


async def definitions_of(db: Database, person: PersonalData) -> dict[str, Definition]:
    """The questionnaires that the person answered, by their hashes. Raises ``UnknownStudy`` when one is gone."""
    wanted = {response["definition_hash"] for response in person.responses}
    return {version: await stored_definition(db, version) for version in sorted(wanted)}


def personal_copy(person: PersonalData, definitions: Mapping[str, Definition]) -> dict[str, Any]:
    """The document, as JSON values. ``definitions`` has those of ``definitions_of``."""
    references = {event["id"]: event["reference"] for event in person.events}
    events = {row["id"]: references[row["event"]] for row in person.invitations}
    return {
        "reference": person.reference,
        "language": person.language,
        "contact": _contact(person),
        "events": [_plain(row, _EVENT) for row in person.events],
        "invitations": [{"event": events[row["id"]], **_plain(row, _INVITATION)} for row in person.invitations],
        "responses": [
            {"event": events[row["invitation"]], **_response(row, definitions[row["definition_hash"]])}
            for row in person.responses
        ],
    }


def _contact(person: PersonalData) -> dict[str, Any] | None:
    known, told_at = person.contact, person.contact_updated_at
    if known is None:
        return None
    updated = {"updated_at": _value(told_at)}
    return {"name": known.name, "email": known.email, "phone": known.phone, **updated}


def _plain(row: Found, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: _value(row[name]) for name in names}


def _value(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _response(row: Found, definition: Definition) -> dict[str, Any]:
    answers = json.loads(row["answers"])
    pages = {name: page for name, page in json.loads(row["pages"]).items() if name}
    return {
        **_plain(row, _RESPONSE),
        "title": _worded(definition.title, row["language"]),
        "answers": list(_answers(definition, answers, row["language"])),
        "pages": pages,
    }


def _answers(definition: Definition, answers: Mapping[str, Any], language: str) -> Iterator[dict[str, Any]]:
    """Each answer with its question and, where it is a code, what the code means; what is no item's comes last."""
    told = set()
    for _, item in definition.items():
        if item.id in answers:
            told.add(item.id)
            question = {"item": item.id, "question": _worded(item.text, language), "answer": answers[item.id]}
            means = _meanings(item, answers[item.id], language)
            yield {**question, "means": means} if means else question
    for name in sorted(answers.keys() - told):
        yield {"item": name, "answer": answers[name]}


def _meanings(item: Any, answer: Any, language: str) -> list[str]:
    """The labels of the codes in an answer, of choices and of problems."""
    named = {choice.code: choice.text for choice in getattr(item, "choices", ())}
    named |= {problem.id: problem.text for problem in getattr(item, "problems", ())}
    codes = answer if isinstance(answer, list) else [answer]
    return [_worded(named[code], language) for code in codes if isinstance(code, str) and code in named]


def _worded(text: Text, language: str) -> str:
    return text.get(language) or next(iter(text.values()))
