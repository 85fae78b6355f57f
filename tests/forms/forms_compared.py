"""A small definition, and the edits of which comparisons are made."""

import copy
from collections.abc import Callable, Iterator
from typing import Any

import yaml

from surveyplat.forms.comparing import Comparison, compare_definitions
from surveyplat.forms.differences import Difference
from surveyplat.forms.language import Definition
from surveyplat.forms.loading import definition_from_yaml

Plain = dict[str, Any]
Edit = Callable[[Plain], object]

TINY = """
surveyplat: 1
study: tiny
version: "1"
title: {en: Title, de: Titel}
languages: [en, de]
minutes: 2
introduction: {en: Hello, de: Hallo}
thanks: {en: Thanks, de: Danke}
scales:
  five:
    minimum: 1
    maximum: 5
    labels: {1: {en: Bad, de: Schlecht}, 5: {en: Good, de: Gut}}
    dont_know: {en: Not sure, de: Unsicher}
  ten:
    minimum: 1
    maximum: 10
    labels: {1: {en: Bad, de: Schlecht}, 10: {en: Good, de: Gut}}
pages:
  - id: visit
    title: {en: The visit, de: Der Besuch}
    items:
      - {id: speed, type: rating, scale: five, text: {en: Speed, de: Tempo}}
      - {id: price, type: rating, scale: five, text: {en: Price, de: Preis}}
      - {id: care, type: rating, scale: five, text: {en: Care, de: Sorgfalt}, hint: {en: Of you, de: Um Sie}}
  - id: car
    title: {en: The car, de: Das Auto}
    items:
      - id: seats
        type: problems
        category: inside
        text: {en: What broke, de: Was kaputt ging}
        problems:
          - {id: seat_loose, kind: malfunction, text: {en: Seat loose, de: Sitz lose}}
          - {id: seat_hard, kind: design, text: {en: Seat hard, de: Sitz hart}}
      - id: paint
        type: problems
        category: outside
        text: {en: What broke, de: Was kaputt ging}
        problems:
          - {id: paint_dull, kind: design, text: {en: Paint dull, de: Lack stumpf}}
  - id: whole
    title: {en: All in all, de: Alles in allem}
    items:
      - {id: overall, type: rating, scale: ten, text: {en: Overall, de: Insgesamt}}
      - id: recommend
        type: recommendation
        text: {en: Recommend, de: Empfehlen}
        labels: {0: {en: "No", de: Nein}, 10: {en: "Yes", de: Ja}}
      - id: reason
        type: single
        text: {en: Reason, de: Grund}
        choices: [{code: a, text: {en: A, de: A}}, {code: b, text: {en: B, de: B}}, {code: c, text: {en: C, de: C}}]
      - {id: comment, type: text, max_length: 100, text: {en: Comment, de: Kommentar}}
measurement:
  overall: overall
  recommend: recommend
  categories: {inside: {en: Inside, de: Innen}, outside: {en: Outside, de: Außen}}
  indices:
    - id: service
      title: {en: Service, de: Service}
      weights_source: Decided
      factors:
        - {id: work, title: {en: Work, de: Arbeit}, weight: 3, items: [speed, care]}
        - {id: cost, title: {en: Cost, de: Kosten}, weight: 1, items: [price]}
  drivers:
    - {id: why, target: overall, attributes: [speed, price]}
  derived_indices:
    - {id: derived, title: {en: Derived, de: Abgeleitet}, driver: why, rescaling: minmax}
fieldwork: {trigger: sale, delay_days: 3, expires_days: 21, occasion: event}
"""


def defined(*edits: Edit) -> Definition:
    plain = yaml.safe_load(TINY)
    for edit in edits:
        edit(plain)
    return definition_from_yaml(yaml.safe_dump(plain, allow_unicode=True, sort_keys=False).encode(), "tiny.yaml")


def compared(*edits: Edit) -> Comparison:
    return compare_definitions(defined(), defined(*edits))


def items(plain: Plain) -> Iterator[Plain]:
    return (item for page in plain["pages"] for item in page["items"])


def on(name: str, **values: Any) -> Edit:
    """Set values of an item."""
    return lambda plain: next(item for item in items(plain) if item["id"] == name).update(values)


def at(*path: str | int, **values: Any) -> Edit:
    """Set values of the part that the path leads to."""

    def edit(plain: Any) -> None:
        for step in path:
            plain = plain[step]
        plain.update(values)

    return edit


def take_out(plain: Plain, name: str) -> Plain:
    for page in plain["pages"]:
        for item in page["items"]:
            if item["id"] == name:
                page["items"].remove(item)
                return copy.deepcopy(item)
    raise KeyError(name)


def move(name: str, page: int, place: int) -> Edit:
    return lambda plain: plain["pages"][page]["items"].insert(place, take_out(plain, name))


def without(name: str) -> Edit:
    return lambda plain: take_out(plain, name)


def speak_only(*languages: str) -> Edit:
    def strip(node: Any) -> None:
        for value in list(node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()):
            strip(value)
        if isinstance(node, dict) and "de" in node:
            for gone in {"en", "de"} - set(languages):
                del node[gone]

    def edit(plain: Plain) -> None:
        strip(plain)
        plain["languages"] = list(languages)

    return edit


INDEX = ("measurement", "indices", 0)
SEATS = ("pages", 1, "items", 0)
NEW_ITEM = {"id": "calm", "type": "rating", "scale": "five", "text": {"en": "Calm", "de": "Ruhe"}}
NEW_PROBLEM = {"id": "seat_cold", "kind": "design", "text": {"en": "Seat cold", "de": "Sitz kalt"}}
add_calm: Edit = lambda plain: plain["pages"][0]["items"].insert(0, copy.deepcopy(NEW_ITEM))
add_problem: Edit = lambda plain: plain["pages"][1]["items"][0]["problems"].append(copy.deepcopy(NEW_PROBLEM))


def swap_pages(plain: Plain) -> None:
    pages = plain["pages"]
    pages[0], pages[1] = pages[1], pages[0]


def swap_problems(plain: Plain) -> None:
    plain["pages"][1]["items"][0]["problems"].reverse()


def verdicts(comparison: Comparison) -> dict[str, str]:
    """The measures that are not comparable."""
    return {each.id: each.verdict for each in comparison.standings if each.verdict != "comparable"}


def everything(found: Comparison) -> tuple[Difference, ...]:
    return (*found.survey, *found.items, *found.problems, *found.measurement, *found.fieldwork)


def sentences(found: Comparison) -> list[str]:
    return [
        " ".join(part for part in (each.kind, each.id, c.aspect, c.language, c.code) if part)
        + f": {c.before} -> {c.after}"
        for each in everything(found)
        for c in each.changes
    ]
