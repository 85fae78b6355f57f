"""The form of references, comparisons and calculated values: one source, an operator, one way of calculating.

What they name, and what follows from it, is judged in ``rule_checking``.
"""

from collections.abc import Collection, Iterator

from surveyplat.forms.conditions import CALCULATIONS, OPERATORS, SOURCES, Calculated
from surveyplat.forms.outline import comparisons, conditions, operands
from surveyplat.forms.yaml_positions import Node, PlacedFault

_A_SOURCE = "Name one of answer, event, customer and calculated"
_WHOLE = ("count", "days")
"""Ways of calculating whose result is always a whole number."""


def reference_faults(root: Node) -> Iterator[PlacedFault]:
    """References without a source or with two, comparisons with nothing, and calculations of no kind or of two."""
    for condition in conditions(root):
        for comparison in comparisons(condition):
            yield from _comparison(comparison)
    for operand in operands(root):
        if _known_keys(operand, SOURCES):
            yield from _one_of(operand, SOURCES, "source", _A_SOURCE)
    for _, _, calculated in root.get("calculated").entries():
        yield from _calculated(calculated)


def _comparison(node: Node) -> Iterator[PlacedFault]:
    if not _known_keys(node, (*SOURCES, *OPERATORS)):
        return
    yield from _one_of(node, SOURCES, "source", _A_SOURCE)
    if not _given(node, OPERATORS):
        cause = "it is not said what the value is compared with"
        yield PlacedFault("no-operator", node.position, cause, f"Add one of: {', '.join(OPERATORS)}")


def _calculated(node: Node) -> Iterator[PlacedFault]:
    if not _known_keys(node, Calculated.model_fields):
        return
    yield from _one_of(node, CALCULATIONS, "calculation", f"Write exactly one of: {', '.join(CALCULATIONS)}")
    given = _given(node, CALCULATIONS)
    if "otherwise" in node.key_positions and given and "choose" not in given:
        cause = "otherwise is taken when no case of choose holds, and there is no choose"
        yield PlacedFault("otherwise-unused", node.key_positions["otherwise"], cause, "Remove it")
    if node.get("decimals").whole and given and given[0] in _WHOLE:
        cause = f"{given[0]} gives whole numbers, which have no decimals to show"
        yield PlacedFault("decimals-unused", node.key_positions["decimals"], cause, "Remove it")


def _one_of(node: Node, keys: Collection[str], what: str, fix: str) -> Iterator[PlacedFault]:
    given = _given(node, keys)
    if not given:
        yield PlacedFault(f"no-{what}", node.position, f"there is no {what} here", fix)
    for key in given[1:]:
        cause = f"{key} stands beside {given[0]}, and there is one {what} only"
        yield PlacedFault(f"two-{what}s", node.key_positions[key], cause, "Keep one of them")


def _given(node: Node, keys: Collection[str]) -> list[str]:
    return [key for key in node.key_positions if key in keys and node.get(key).value is not None]


def _known_keys(node: Node, known: Collection[str]) -> bool:
    """Whether it is a mapping of keys that belong here; one that does not is found with the shape of the file."""
    return isinstance(node.value, dict) and set(node.key_positions) <= set(known)
