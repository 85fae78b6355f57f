"""May two periods be compared? One verdict from how they were asked (the definitions) and who answered (the data).

*refuse*: no change may be told. *bridge*: only what is computed the same way in both may be. *comparable*: with
warnings where people may answer otherwise although they were asked the same. Reasons are codes with figures.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from surveyplat.errors import ScoringError
from surveyplat.scoring.reasons import Reason

Verdict = Literal["comparable", "bridge", "refuse"]

RESPONSE_RATE_SHIFT = 0.05
TIMING_DAYS = 14
MODE_SHARE_SHIFT = 0.05
OVERLAP_BASE = 30
"""Answers by one mode in each period from which on the two can be compared within it."""
INVARIANCE_LOSS = 0.01
"""Change of CFI above which equal intercepts do not hold. Source: Cheung and Rensvold, Struct. Eq. Model. 9 (2002)."""
MODE_CODES = frozenset({"mode_share", "mode_without_overlap"})
"""Reasons of a bridge that other weights and items do not build."""
_HAIR = 1e-9


@dataclass(frozen=True)
class DefinitionStanding:
    """What the definitions say of one measure: their verdict, with its reasons and warnings."""

    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    warnings: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Collected:
    """How one period's answers came in; None where it is not known."""

    period: str
    modes: Mapping[str, int]
    """Answers by mode (web, phone, on paper); empty when it is not known."""
    response_rate: float | None
    """0 to 1: AAPOR's RR1 or another, the same in both periods."""
    days_to_answer: float | None
    """Median days from the event to the answer."""


@dataclass(frozen=True)
class Comparability:
    """The verdict on a measure; ``reasons`` made it, ``warnings`` stand beside it."""

    before: str
    after: str
    verdict: Verdict
    reasons: tuple[Reason, ...] = field(default=())
    warnings: tuple[Reason, ...] = field(default=())


def comparability(
    before: Collected,
    after: Collected,
    definition: DefinitionStanding,
    *,
    cfi_loss: float | None = None,
    moved_items: Sequence[str] = (),
) -> Comparability:
    """The worst of what definitions and data say, all reasons at once.

    Modes changed when the share of one moved by 5 points or more. Refuse: the definitions do; modes changed and none
    has 30 answers on both sides; ``cfi_loss`` (of equal intercepts, from the two-group factor model) is above 0.01,
    for which ``moved_items`` are named.
    Bridge: the definitions do; modes changed with an overlap: compare within a mode, or standardise the shares.
    Warn: the response rate moved by 5 points or more, the timing by 14 days or more, or one of these is not known.

    Raises ``ScoringError`` naming rates outside 0 to 1 and negative counts or days.
    """
    for side in (before, after):
        _check(side)
    refusals = [*_of_definitions(definition, "refuse"), *_lost_modes(before, after), *_variant(cfi_loss, moved_items)]
    bridges = [*_of_definitions(definition, "bridge"), *_shifted_modes(before, after)]
    warnings = [*definition.warnings, *_moved(before, after), *_unknown(before, after)]
    verdict: Verdict = "refuse" if refusals else "bridge" if bridges else "comparable"
    return Comparability(before.period, after.period, verdict, (*refusals, *bridges), tuple(warnings))


def _of_definitions(definition: DefinitionStanding, verdict: Verdict) -> tuple[Reason, ...]:
    if definition.verdict != verdict:
        return ()
    return definition.reasons or (Reason(f"definition_{verdict}"),)


def _lost_modes(before: Collected, after: Collected) -> Iterator[Reason]:
    if _shifts(before, after) and not _overlap(before, after):
        yield Reason("mode_changed", {}, f"{_named(before)} > {_named(after)}")


def _shifted_modes(before: Collected, after: Collected) -> Iterator[Reason]:
    """With an overlap: which modes both have in other shares, and which have too few answers on one side."""
    overlap = _overlap(before, after)
    for mode, (old, new) in _shifts(before, after).items() if overlap else ():
        code = "mode_share" if mode in overlap else "mode_without_overlap"
        yield Reason(code, {"before": old, "after": new}, mode)


def _shifts(before: Collected, after: Collected) -> dict[str, tuple[float, float]]:
    """Modes whose share moved, with it before and after; nothing where a side's modes are not known."""
    old, new = _shares(before), _shares(after)
    both = {mode: (old.get(mode, 0.0), new.get(mode, 0.0)) for mode in sorted(old.keys() | new.keys())}
    known = bool(old and new)
    return {mode: pair for mode, pair in both.items() if known and abs(pair[1] - pair[0]) >= MODE_SHARE_SHIFT - _HAIR}


def _shares(side: Collected) -> dict[str, float]:
    total = sum(side.modes.values())
    return {mode: base / total for mode, base in side.modes.items() if base}


def _overlap(before: Collected, after: Collected) -> list[str]:
    return [mode for mode, base in before.modes.items() if min(base, after.modes.get(mode, 0)) >= OVERLAP_BASE]


def _named(side: Collected) -> str:
    return ", ".join(sorted(_shares(side)))


def _variant(cfi_loss: float | None, moved_items: Sequence[str]) -> Iterator[Reason]:
    if cfi_loss is not None and abs(cfi_loss) > INVARIANCE_LOSS:
        values = {"cfi_loss": cfi_loss, "limit": INVARIANCE_LOSS}
        yield Reason("means_not_comparable", values, ", ".join(moved_items))


def _moved(before: Collected, after: Collected) -> Iterator[Reason]:
    for code, old, new, limit in (
        ("response_rate", before.response_rate, after.response_rate, RESPONSE_RATE_SHIFT),
        ("timing_days", before.days_to_answer, after.days_to_answer, float(TIMING_DAYS)),
    ):
        if old is not None and new is not None and abs(new - old) >= limit - _HAIR:
            yield Reason(code, {"before": old, "after": new, "limit": limit})


def _unknown(before: Collected, after: Collected) -> Iterator[Reason]:
    for code, values in (
        ("response_rate_unknown", (before.response_rate, after.response_rate)),
        ("timing_unknown", (before.days_to_answer, after.days_to_answer)),
        ("mode_unknown", (_shares(before) or None, _shares(after) or None)),
    ):
        if None in values:
            yield Reason(code)


def _check(side: Collected) -> None:
    faults = [f"{mode} has {base} answers" for mode, base in side.modes.items() if base < 0]
    if side.response_rate is not None and not 0 <= side.response_rate <= 1:
        faults.append(f"the response rate {side.response_rate} is not within 0 and 1")
    if side.days_to_answer is not None and not side.days_to_answer >= 0:
        faults.append(f"{side.days_to_answer} days from event to answer")
    if faults:
        raise ScoringError(f"{side.period} cannot be judged: {'; '.join(faults)}")
