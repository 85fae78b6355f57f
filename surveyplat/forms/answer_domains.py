"""Which values an answer, a fact or a calculated value can have, as far as a definition says so.

Read from the tree of a file, tolerantly: what is faulty in itself has the family ``unknown``, about which nothing is
claimed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args

from surveyplat.event_kinds import EventKind
from surveyplat.forms.items import RECOMMENDATION_POINTS
from surveyplat.forms.yaml_positions import Node

Family = Literal["number", "code", "codes", "day", "flag", "text", "nothing", "unknown"]
"""code: one of several. codes: any of several, ticked or ranked. nothing: no value that a rule could compare."""


@dataclass(frozen=True)
class Domain:
    """The values that are possible. ``low`` and ``high`` bound numbers; ``decimals`` is None when any number will do.

    ``alone`` are the codes that exclude all others, and ``most`` is how many codes there may be.
    """

    family: Family
    codes: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    decimals: int | None = None
    alone: frozenset[str] = frozenset()
    most: int | None = None
    dont_know: bool = False

    @property
    def comparable(self) -> bool:
        """Whether anything at all is known of its values."""
        return self.family not in ("nothing", "unknown")


UNKNOWN = Domain("unknown")
NUMBER = Domain("number")
DAY = Domain("day")
TEXT = Domain("text")
EVENT_DOMAINS: Mapping[str, Domain] = {
    "kind": Domain("code", get_args(EventKind)),
    "date": DAY,
    "built_on": DAY,
    "delivered_on": DAY,
    **dict.fromkeys(("dealer", "dealer_code", "region", "brand", "model"), TEXT),
}


def item_domain(kind: str, item: Node, scales: Node) -> Domain:
    """What an item of this kind can be answered with. A battery's rows have the kind rating and the battery's node."""
    match kind:
        case "rating":
            return _rating(scales.get(item.get("scale").text))
        case "recommendation":
            return Domain("number", (), *RECOMMENDATION_POINTS, decimals=0)
        case "number":
            return _number(item)
        case "single" | "multiple" | "ranking" | "problems" | "constant_sum":
            return _choices(kind, item)
        case "information":
            return Domain("nothing")
    return {"date": DAY, "text": TEXT, "consent": Domain("flag")}.get(kind, UNKNOWN)


def language_domain(languages: Iterable[str]) -> Domain:
    """The languages that a person may be asked in."""
    codes = tuple(languages)
    return Domain("code", codes) if codes else UNKNOWN


def bounded(number: Domain, low: float | None, high: float | None) -> Domain:
    """The same kind of number between other bounds."""
    return replace(number, low=low, high=high)


def number_in(node: Node) -> float | None:
    """The number that stands here, None when there is none; true and false are none."""
    value = node.value
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _rating(scale: Node) -> Domain:
    low, high = scale.get("minimum").whole, scale.get("maximum").whole
    if low is None or high is None or low >= high:
        return UNKNOWN
    return Domain("number", (), low, high, decimals=0, dont_know=scale.get("dont_know").value is not None)


def _number(item: Node) -> Domain:
    low, high = number_in(item.get("minimum")), number_in(item.get("maximum"))
    decimals = item.get("decimals")
    if low is None or high is None or low > high or (decimals.value is not None and decimals.whole is None):
        return UNKNOWN
    return Domain("number", (), low, high, decimals=decimals.whole or 0)


def _choices(kind: str, item: Node) -> Domain:
    listed = item.get("problems").each() if kind == "problems" else item.get("choices").each()
    named = [(choice.get("id" if kind == "problems" else "code").text, choice) for choice in listed]
    codes = tuple(code for code, _ in named if code is not None)
    if not codes or len(codes) < len(named):
        return UNKNOWN
    if kind == "single":
        return Domain("code", codes)
    alone = frozenset(code for code, choice in named if code and choice.get("exclusive").value is True)
    most = item.get("places" if kind == "ranking" else "most").whole
    return Domain("codes", codes, alone=alone, most=most)
