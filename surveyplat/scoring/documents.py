"""Results as plain data: rounded once, written as one JSON document, read back as the same results."""

import json
import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from surveyplat.errors import ScoringError
from surveyplat.scoring.records.effects import StudyEffect
from surveyplat.scoring.results import PeriodComparison, StudyScores

DIGITS = 12
_KIND = "document"
_SCORES, _COMPARISON, _EFFECT = "surveyplat scores 1", "surveyplat comparison 1", "surveyplat effect 1"

Results = TypeVar("Results", StudyScores, PeriodComparison, StudyEffect)
Other = TypeVar("Other")


def rounded(results: Results) -> Results:
    """The same results with every number at 12 significant digits, so that printed and stored numbers are one.

    Raises ``ScoringError`` naming the first number that is not finite.
    """
    return _rounded(results, "", False)  # type: ignore[no-any-return]


def results_document(scores: StudyScores) -> dict[str, Any]:
    """One study's scores as JSON values, in the order in which ``results`` declares them."""
    return {_KIND: _SCORES, **_plain(scores, "")}


def comparison_document(comparison: PeriodComparison) -> dict[str, Any]:
    """A comparison of two periods as JSON values."""
    return {_KIND: _COMPARISON, **_plain(comparison, "")}


def effect_document(effect: StudyEffect) -> dict[str, Any]:
    """What an action did, as JSON values, rounded like the scores."""
    return plain_document(_EFFECT, effect)


def effect_from_document(document: Mapping[str, Any]) -> StudyEffect:
    """The effect that a document was made from. Raises ``ScoringError`` like ``scores_from_document``."""
    return _opened(StudyEffect, document, _EFFECT)


def plain_document(kind: str, results: Any) -> dict[str, Any]:
    """Other results (frozen dataclasses) as JSON values, rounded like the scores: what is printed and never kept.

    Raises ``ScoringError`` naming the first number that is not finite.
    """
    return {_KIND: kind, **_plain(_rounded(results, "", False), "")}


def from_plain_document(results: type[Other], kind: str, document: Mapping[str, Any]) -> Other:
    """What ``plain_document`` wrote of the dataclass. Raises ``ScoringError`` like ``scores_from_document``."""
    return _opened(results, document, kind)


def json_line(document: Any) -> str:
    """One JSON document on one line, the same for the same content."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False) + "\n"


def scores_from_document(document: Mapping[str, Any]) -> StudyScores:
    """The scores that a document was made from. Raises ``ScoringError`` naming the first place that does not fit."""
    return _opened(StudyScores, document, _SCORES)


def comparison_from_document(document: Mapping[str, Any]) -> PeriodComparison:
    """The comparison that a document was made from. Raises ``ScoringError`` like ``scores_from_document``."""
    return _opened(PeriodComparison, document, _COMPARISON)


def _opened(kind: type[Other], document: Mapping[str, Any], expected: str) -> Other:
    if document.get(_KIND) != expected:
        raise ScoringError(
            f"This is a document of kind {document.get(_KIND)!r}, not {expected!r}; score the period again"
        )
    return _read(kind, document, "")  # type: ignore[no-any-return]


def _rounded(value: Any, place: str, real: bool) -> Any:
    """``value`` with its floats rounded; a whole number that stands for a ``real`` one becomes a float."""
    if isinstance(value, float) or (real and type(value) is int):
        return _significant(float(value), place)
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, tuple):
        return tuple(_rounded(part, f"{place}/{position}", real) for position, part in enumerate(value))
    if isinstance(value, dict):
        return {key: _rounded(part, f"{place}/{key}", real) for key, part in value.items()}
    if is_dataclass(value):
        kind: Any = type(value)
        return kind(**{name: _rounded(getattr(value, name), f"{place}/{name}", reals) for name, reals in _fields(kind)})
    raise ScoringError(f"{place}: {value!r} is of no kind that results are made of")


@cache
def _fields(kind: Any) -> tuple[tuple[str, bool], ...]:
    """The fields of a dataclass, and which of them hold floats."""
    return tuple((name, "float" in str(hint)) for name, hint in _hints(kind).items())


def _plain(value: Any, place: str) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name), f"{place}/{field.name}") for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(part, f"{place}/{position}") for position, part in enumerate(value)]
    if isinstance(value, dict):
        return {key: _plain(part, f"{place}/{key}") for key, part in value.items()}
    return _significant(value, place) if isinstance(value, float) else value


def _significant(number: float, place: str) -> float:
    if not math.isfinite(number):
        raise ScoringError(f"{place}: {number} is not a number that may be published; the data do not determine it")
    return float(f"{number:.{DIGITS}g}") + 0.0


def _read(kind: Any, value: Any, place: str) -> Any:
    """``value`` as the type ``kind``: a dataclass, tuple, dict, Literal, optional or plain type."""
    holds_fields, origin, arguments = _shape(kind)
    if holds_fields:
        return _dataclass(kind, value, place)
    if origin in (Union, UnionType):
        (inner,) = (part for part in arguments if part is not NoneType)
        return None if value is None else _read(inner, value, place)
    if origin is tuple and isinstance(value, list):
        return tuple(_read(arguments[0], part, f"{place}/{position}") for position, part in enumerate(value))
    if origin is dict and isinstance(value, dict):
        return {key: _read(arguments[1], part, f"{place}/{key}") for key, part in value.items()}
    if origin is Literal and value in arguments:
        return value
    if kind is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if isinstance(kind, type) and type(value) is kind:
        return value
    raise ScoringError(f"{place}: {value!r} does not fit here; the document was changed or made by another version")


@cache
def _shape(kind: Any) -> tuple[bool, Any, tuple[Any, ...]]:
    """Whether a type is a dataclass, and what it is made of: asked of the same few types thousands of times."""
    return is_dataclass(kind), get_origin(kind), get_args(kind)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _dataclass(kind: Any, value: Any, place: str) -> Any:
    hints = _hints(kind)
    absent = [name for name in hints if not isinstance(value, Mapping) or name not in value]
    if absent:
        raise ScoringError(f"{place}: the document lacks {', '.join(absent)}; score the period again")
    return kind(**{name: _read(hint, value[name], f"{place}/{name}") for name, hint in hints.items()})
