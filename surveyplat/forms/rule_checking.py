"""Faults in the rules of a questionnaire: in what they name and compare, in their order, and in what they lead to.

A rule that is faulty in what it names or compares is not looked at again for what it leads to.
"""

from collections.abc import Iterator

from surveyplat.forms.rule_kinds import Kinds, calculation_faults, comparison_faults
from surveyplat.forms.rule_outline import Rule, RuleOutline, outline_rules
from surveyplat.forms.rule_reach import Reach
from surveyplat.forms.rule_references import Order, cycle_faults, in_cycle, unknown_names, unknown_places
from surveyplat.forms.yaml_positions import Node, PlacedFault


def rule_faults(root: Node) -> Iterator[PlacedFault]:
    """Every fault of the rules of one definition."""
    outline = outline_rules(root)
    kinds, order = Kinds(outline), Order(outline)
    faults = {rule: _of_rule(rule, outline, kinds, order) for rule in (*outline.rules, *outline.bounds)}
    calculated = {name: _of_calculation(node, outline, kinds) for name, node in outline.calculated.items()}
    for found in (*faults.values(), *calculated.values()):
        yield from found
    yield from unknown_places(outline)
    yield from cycle_faults(order, outline)
    tangled = order.tangled
    sound = [rule for rule in outline.rules if not faults[rule] and rule not in tangled]
    usable = {name: outline.calculated[name] for name, found in calculated.items() if not found}
    for name in in_cycle(order):
        usable.pop(name, None)
    yield from Reach(outline, kinds, sound, usable).faults()


def _of_rule(rule: Rule, outline: RuleOutline, kinds: Kinds, order: Order) -> list[PlacedFault]:
    return [
        *unknown_names(rule.condition, outline),
        *comparison_faults(rule, kinds),
        *order.faults(rule),
    ]


def _of_calculation(node: Node, outline: RuleOutline, kinds: Kinds) -> list[PlacedFault]:
    """The faults of a calculated value and of the conditions of its cases."""
    cases = [Rule("case", "", case.get("when")) for case in node.get("choose").each()]
    return [
        *unknown_names(node, outline),
        *calculation_faults(node, kinds),
        *(fault for case in cases for fault in comparison_faults(case, kinds)),
    ]
