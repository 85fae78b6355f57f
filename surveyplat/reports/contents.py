"""A report's contents and its references from section to section: what leads a reader to the proof."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from surveyplat.reports.blocks import (
    ActionCards,
    Block,
    ContentsList,
    Entry,
    Paragraph,
    Points,
    ReferenceWords,
    Section,
    Table,
)
from surveyplat.reports.context import Wording
from surveyplat.reports.findings import FindingKind

CONTENTS = "contents"


def with_contents(wording: Wording, opening: Sequence[Section], rest: Sequence[Section]) -> tuple[Section, ...]:
    """The sections in order, their contents between the opening ones and the rest.

    References to a section that this report has not are left out.
    """
    listed = [*opening, *rest]
    entries = tuple(Entry(section.id, section.bookmark, section.heading) for section in listed)
    contents = Section(
        CONTENTS,
        wording.say("contents"),
        wording.say("contents.heading"),
        (ContentsList(entries, wording.say("contents.page")),),
    )
    known = {section.id for section in listed}
    return tuple(_resolved(section, known) for section in (*opening, contents, *rest))


def reference_words(wording: Wording) -> ReferenceWords:
    """With their fields left open: pages are known only when all are drawn."""
    link = wording.say("contents.link", name="{name}", page="{page}")
    return ReferenceWords(wording.say("contents.see", page="{page}"), link)


def proof_of_action(key: str) -> str:
    """The section that holds the finding an action was drafted from; empty for one that was entered by hand."""
    parts = key.split(":")
    return proof_of(parts[2]) if len(parts) > 2 else ""


def proof_of(kind: str) -> str:
    """The section that proves a kind of finding; empty for another word."""
    return _PROOFS.get(kind, "")


_PROVES: Mapping[str, tuple[FindingKind, ...]] = {
    "method": ("not_comparable",),
    "factors": (
        "index_level",
        "index_change",
        "index_no_clear_change",
        "index_bridged",
        "mix_moved",
        "weakest_factor",
    ),
    "problems": (
        "pp100_level",
        "pp100_change",
        "pp100_no_clear_change",
        "category_rose",
        "category_fell",
        "top_category",
        "top_problem",
        "model_more_problems",
        "month_more_problems",
        "region_more_problems",
    ),
    "drivers": ("strongest_driver", "driver_to_improve"),
    "dealers": (
        "dealer_up",
        "dealer_down",
        "dealer_below_group",
        "dealer_above_group",
        "dealer_more_problems",
        "dealer_fewer_problems",
        "suppressed_dealers",
    ),
}
_PROOFS: Mapping[str, str] = {kind: section for section, kinds in _PROVES.items() for kind in kinds}


def _resolved(section: Section, known: set[str]) -> Section:
    return replace(section, blocks=tuple(_known_only(block, known) for block in section.blocks))


def _known_only(block: Block, known: set[str]) -> Block:
    match block:
        case Paragraph():
            return block if block.see in known else replace(block, see="")
        case Points():
            kept = (each if each.see in known else replace(each, see="") for each in block.points)
            return replace(block, points=tuple(kept))
        case Table():
            return replace(block, rows=tuple(row if row.see in known else replace(row, see="") for row in block.rows))
        case ActionCards():
            cards = (card if card.see in known else replace(card, see="") for card in block.actions)
            return replace(block, actions=tuple(cards))
        case _:
            return block
