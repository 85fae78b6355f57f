"""From events to rows, period beside period: who was asked, who answered, what was left out, and whether it adds up."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from surveyplat.reports.blocks import Block, Column, Paragraph, Row, Section, Table
from surveyplat.reports.comparing.pairs import Pairs
from surveyplat.reports.context import Context

_DISPOSITIONS = (
    "complete",
    "partial",
    "refusal",
    "non_contact",
    "other",
    "unknown_household",
    "unknown_other",
    "not_eligible",
)
_RATES = ("rr1", "rr2", "rr3", "rr4", "rr5", "rr6", "coop1", "coop3", "ref1", "con1")
_Manifest = Mapping[str, Any]


def fieldwork(pairs: Pairs) -> Section:
    """The counts of every manifest, and AAPOR's dispositions with their rates."""
    context = pairs.whole
    odd = [manifest for manifest in pairs.manifests if not _adds_up(manifest)]
    names = context.names([context.period(str(manifest["period"])) for manifest in odd])
    heading = context.say(f"compare.fieldwork.heading{'.odd' if odd else ''}", names=names)
    blocks: list[Block] = [_reconciliation(pairs), *_participation(pairs)]
    return Section("fieldwork", context.say("compare.fieldwork"), heading, tuple(blocks))


def _adds_up(manifest: _Manifest) -> bool:
    """responses = rows + exclusions."""
    return bool(manifest["responses"] == manifest["row_count"] + sum(each["count"] for each in _exclusions(manifest)))


def _exclusions(manifest: _Manifest) -> list[Mapping[str, Any]]:
    return list(manifest.get("exclusions") or ())


def _reconciliation(pairs: Pairs) -> Table:
    context, manifests = pairs.whole, pairs.manifests
    rows = [
        _row(context, manifests, "compare.events", lambda each: each.get("events")),
        _row(context, manifests, "compare.eligible", lambda each: each.get("population_events")),
        _row(context, manifests, "compare.invited", lambda each: each.get("invited")),
        *_states(context, manifests),
        _row(context, manifests, "compare.responses", lambda each: each.get("responses")),
        *_excluded(context, manifests),
        _row(context, manifests, "compare.rows", lambda each: each.get("row_count"), total=True),
    ]
    note = context.say("compare.reconciliation.note")
    return Table(context.say("compare.reconciliation"), _columns(context, manifests), tuple(rows), note)


def _columns(context: Context, manifests: tuple[_Manifest, ...]) -> tuple[Column, ...]:
    share = 0.56 / len(manifests)
    named = (Column(context.period(str(manifest["period"])), share) for manifest in manifests)
    return (Column(context.say("compare.step"), 0.44, "left"), *named)


def _row(
    context: Context,
    manifests: tuple[_Manifest, ...],
    key: str,
    count: Callable[[_Manifest], Any],
    *,
    total: bool = False,
) -> Row:
    told = (context.say("not_recorded") if (n := count(each)) is None else context.number(n) for each in manifests)
    return Row((context.say(key), *told), "total" if total else "plain")


def _states(context: Context, manifests: tuple[_Manifest, ...]) -> Iterator[Row]:
    """Invitations by what became of them; they are parts of the line above."""
    held = [manifest.get("invitations_by_state") or {} for manifest in manifests]
    for state in sorted({state for each in held for state in each}):
        name = context.say("compare.of_these", name=context.either(f"invitation.{state}", state))
        yield Row((name, *(context.number(each.get(state, 0)) for each in held)), "muted")


def _excluded(context: Context, manifests: tuple[_Manifest, ...]) -> Iterator[Row]:
    held = [_counts(manifest) for manifest in manifests]
    for reason in dict.fromkeys(reason for each in held for reason in each):
        name = context.say("compare.less", name=context.either(f"reason.{reason}", reason))
        yield Row((name, *(_less(context, each.get(reason, 0)) for each in held)))


def _counts(manifest: _Manifest) -> dict[str, int]:
    """Exclusions by reason: one reason may have several entries, one a version of the questionnaire."""
    found: dict[str, int] = {}
    for each in _exclusions(manifest):
        found[each["reason"]] = found.get(each["reason"], 0) + each["count"]
    return found


def _less(context: Context, count: int) -> str:
    return context.signed(-count) if count else context.number(0)


def _participation(pairs: Pairs) -> Iterator[Block]:
    """AAPOR's outcome rates; a sentence where no period's are known."""
    context = pairs.whole
    known = [pairs.bundle.participation.get(str(manifest["period"])) for manifest in pairs.manifests]
    if not any(known):
        yield Paragraph(context.say("compare.participation.unknown"), lead=context.say("compare.participation"))
        return
    counted = [_count_row(context, known, name) for name in _DISPOSITIONS]
    rated = [_rate_row(context, known, name) for name in _RATES]
    note = context.say("compare.participation.note")
    rows = tuple(row for row in (*counted, *rated) if row is not None)
    yield Table(context.say("compare.participation.table"), _columns(context, pairs.manifests), rows, note)


def _count_row(context: Context, known: list[Any], name: str) -> Row | None:
    """None for a disposition that no period has."""
    counts = [each and each["dispositions"][name] for each in known]
    if not any(counts):
        return None
    told = (context.say("not_recorded") if count is None else context.number(count) for count in counts)
    return Row((context.say(f"compare.disposition.{name}"), *told))


def _rate_row(context: Context, known: list[Any], name: str) -> Row:
    told = (context.percent(each["rates"][name], 1) if each else context.percent(None) for each in known)
    return Row((context.say(f"compare.rate.{name}"), *told), "total" if name == "rr1" else "plain")
