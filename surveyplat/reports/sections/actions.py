"""Actions: what became of the last period's, and the 5W1H plans that follow from this period's findings."""

from collections.abc import Sequence

from surveyplat.reports import formats
from surveyplat.reports.blocks import ActionCard, ActionCards, Block, Column, Paragraph, Row, Section, Table
from surveyplat.reports.bundle import ActionRecord
from surveyplat.reports.contents import proof_of_action
from surveyplat.reports.context import Wording, clipped

_MOST_CARDS = 12
"""Plans told in full, in the findings' order; further ones are lines of a table, in full with ``surveyplat a3``."""
_PARTS = ("why", "who", "when", "where", "how")


def previous_actions(context: Wording) -> Section | None:
    actions = context.bundle.previous_actions
    if not actions:
        return None
    title = context.say("action.table", day=formats.long_date(context.bundle.as_of[:10], context.language))
    heading = _counted(context, "previous.heading", len(actions))
    return Section("previous", context.say("previous"), heading, (_listed(context, title, actions),))


def current_actions(context: Wording) -> Section:
    actions = context.bundle.current_actions
    if not actions:
        block = Paragraph(context.say("actions.none"))
        return Section("actions", context.say("actions"), context.say("actions.heading.none"), (block,))
    cards = tuple(_card(context, number, action) for number, action in enumerate(actions[:_MOST_CARDS], 1))
    blocks: list[Block] = [Paragraph(context.say("actions.note"), style="note"), ActionCards(cards)]
    rest = actions[_MOST_CARDS:]
    if rest:
        blocks.append(_listed(context, context.say("actions.rest", count=context.number(len(rest))), rest))
    heading = _counted(context, "actions.heading", len(actions))
    return Section("actions", context.say("actions"), heading, tuple(blocks))


def _listed(context: Wording, title: str, actions: Sequence[ActionRecord]) -> Table:
    columns = (
        Column(context.say("action.what"), 0.52, "left"),
        Column(context.say("action.who"), 0.18, "left"),
        Column(context.say("action.due"), 0.18),
        Column(context.say("action.state"), 0.12, "left"),
    )
    rows = tuple(
        Row((clipped(action.plan["what"]), clipped(action.plan["who"]), _due(context, action), _state(context, action)))
        for action in actions
    )
    return Table(title, columns, rows)


def _counted(context: Wording, key: str, count: int) -> str:
    return context.say(f"{key}.one") if count == 1 else context.say(key, count=context.number(count))


def _card(context: Wording, number: int, action: ActionRecord) -> ActionCard:
    parts = tuple((context.say(f"action.{part}"), action.plan[part]) for part in _PARTS)
    state = f"{_state(context, action)} · {context.say('action.due')} {_due(context, action)}"
    return ActionCard(context.number(number), action.plan["what"], state, parts, proof_of_action(action.key))


def _due(context: Wording, action: ActionRecord) -> str:
    return formats.long_date(action.due_on, context.language)


def _state(context: Wording, action: ActionRecord) -> str:
    return context.either(f"state.{action.state}", action.state)
