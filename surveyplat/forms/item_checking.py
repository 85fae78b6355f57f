"""What must agree inside one item: ranges of numbers and days, numbers of choices, and which of them stand apart."""

from collections.abc import Iterator
from datetime import date

from surveyplat.forms.outline import details, items
from surveyplat.forms.yaml_positions import Node, PlacedFault


def item_faults(root: Node) -> Iterator[PlacedFault]:
    """Faults inside single items, each by itself."""
    for item in items(root):
        match item.get("type").text:
            case "number":
                yield from _number(item)
            case "date":
                yield from _days(item)
            case "ranking":
                yield from _places(item)
            case "constant_sum":
                yield from _total(item)
            case "single" | "multiple":
                yield from _apart(item)
                yield from _most(item)
            case "problems":
                yield from _details(item)


def _number(item: Node) -> Iterator[PlacedFault]:
    low, high = item.get("minimum"), item.get("maximum")
    decimals = item.get("decimals").whole or 0
    if _is_number(low) and _is_number(high) and low.value >= high.value:
        cause = f"the range ends at {high.value} and starts at {low.value}"
        yield PlacedFault("number-range", high.position, cause, "Make maximum greater than minimum")
    for bound in (low, high):
        if _is_number(bound) and round(bound.value, decimals) != bound.value:
            cause = f"{bound.value} has more decimals than an answer may have ({decimals})"
            yield PlacedFault("number-decimals", bound.position, cause, "Allow more decimals, or round it")


def _is_number(node: Node) -> bool:
    return isinstance(node.value, int | float) and not isinstance(node.value, bool) and abs(node.value) < float("inf")


def _days(item: Node) -> Iterator[PlacedFault]:
    earliest, latest = _day(item.get("earliest")), _day(item.get("latest"))
    for bound in (item.get("earliest"), item.get("latest")):
        if _looks_like_a_day(bound) and _day(bound) is None:
            cause = f"{bound.text} is no day of the calendar"
            yield PlacedFault("not-a-day", bound.position, cause, "Write a day that there is, such as 2026-09-30")
    if earliest and latest and earliest > latest:
        cause = f"the last day, {latest}, comes before the first, {earliest}"
        yield PlacedFault("date-range", item.get("latest").position, cause, "Exchange them")


def _looks_like_a_day(node: Node) -> bool:
    """Anything of another form is found with the shape of the file."""
    parts = (node.text or "").split("-")
    return [len(part) for part in parts] == [4, 2, 2] and all(part.isascii() and part.isdigit() for part in parts)


def _day(node: Node) -> date | None:
    try:
        return date.fromisoformat(node.text or "") if _looks_like_a_day(node) else None
    except ValueError:
        return None


def _places(item: Node) -> Iterator[PlacedFault]:
    places, choices = item.get("places"), len(item.get("choices").each())
    if places.whole is not None and choices and places.whole > choices:
        cause = f"{places.whole} places are asked for, and there are {choices} choices"
        yield PlacedFault(
            "too-many-places", places.position, cause, "Ask for fewer, or leave places out to ask for all"
        )


def _total(item: Node) -> Iterator[PlacedFault]:
    total, choices = item.get("total"), len(item.get("choices").each())
    if total.whole is not None and total.whole < choices:
        cause = f"a total of {total.whole} in whole numbers cannot reach all of {choices} choices"
        yield PlacedFault("total-small", total.position, cause, "Make the total greater")


def _most(item: Node) -> Iterator[PlacedFault]:
    most = item.get("most")
    together = [choice for choice in item.get("choices").each() if choice.get("exclusive").value is not True]
    if most.whole is not None and together and most.whole > len(together):
        cause = f"{most.whole} may be ticked, and only {len(together)} can be ticked together"
        yield PlacedFault("most-large", most.position, cause, "Make it smaller, or leave it out")


def _apart(item: Node) -> Iterator[PlacedFault]:
    """Choices that ask for words or exclude the others."""
    others = [choice for choice in item.get("choices").each() if choice.get("other").value is True]
    for choice in others[1:]:
        cause = "a second choice asks what it is in words, and there is one field for them"
        yield PlacedFault("other-twice", choice.get("other").position, cause, "Keep one choice with other: true")
    for choice in others:
        if choice.get("exclusive").value is True:
            cause = "the choice names something else and excludes all others at once"
            yield PlacedFault("other-exclusive", choice.get("other").position, cause, "Take other or exclusive away")


def _details(item: Node) -> Iterator[PlacedFault]:
    questions = {question.position: question for question in details(item)}
    for question in questions.values():
        yield from _apart(question)
