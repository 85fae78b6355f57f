"""Value references, conditions and calculated values, as typed trees: what the rules of a questionnaire are made of.

A reference names one value: an answer, a fact of the event or of the customer, or a calculated value. A condition is a
comparison of a reference with something, or ``all``, ``any`` or ``none`` of several conditions. What they amount to,
and what a missing answer means in them, is said in ``forms.evaluation``, and only there.
"""

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from surveyplat.forms.elements import Flag, Id, Number, Part, WholeNumber

EventField = Literal["kind", "date", "dealer", "dealer_code", "region", "brand", "model", "built_on", "delivered_on"]
"""What is known of the event: its kind and day, its dealer (name, code, region, brand), its vehicle."""
CustomerField = Literal["language"]
"""What is known of the person asked."""
SOURCES = ("answer", "event", "customer", "calculated")
"""Where a reference may point to."""


class Reference(Part):
    """One value. Exactly one of the four keys is given."""

    answer: str | None = None
    """The id of an item."""
    event: EventField | None = None
    """A fact of the event."""
    customer: CustomerField | None = None
    """A fact of the person asked."""
    calculated: str | None = None
    """The name of a calculated value."""

    @property
    def source(self) -> str:
        """Which of ``SOURCES`` it points to."""
        return next(source for source in SOURCES if getattr(self, source) is not None)

    @property
    def name(self) -> str:
        """What it points to there."""
        return str(getattr(self, self.source))


def _operand_tag(value: Any) -> str | None:
    if isinstance(value, dict | Reference):
        return "<reference>"
    if isinstance(value, bool):
        return "<flag>"
    if isinstance(value, int):
        return "<whole>"
    return {float: "<number>", str: "<text>"}.get(type(value))


Scalar = Annotated[
    Annotated[Flag, Tag("<flag>")]
    | Annotated[WholeNumber, Tag("<whole>")]
    | Annotated[Number, Tag("<number>")]
    | Annotated[str, Tag("<text>")],
    Discriminator(_operand_tag),
]
"""true or false, a number, a code or a text; a day is a text such as "2026-09-30"."""

Operand = Annotated[
    Annotated[Flag, Tag("<flag>")]
    | Annotated[WholeNumber, Tag("<whole>")]
    | Annotated[Number, Tag("<number>")]
    | Annotated[str, Tag("<text>")]
    | Annotated[Reference, Tag("<reference>")],
    Discriminator(_operand_tag),
]
"""A value as it stands, or a reference to one."""

OPERATORS = (
    "equals",
    "differs",
    "one_of",
    "none_of",
    "includes",
    "at_least",
    "at_most",
    "above",
    "below",
    "answered",
    "dont_know",
)


class Comparison(Reference):
    """A reference beside what it is compared with. Several operators at once must all hold."""

    equals: Operand | None = None
    """The same code, text, number or day."""
    differs: Operand | None = None
    """Another code, text, number or day."""
    one_of: Annotated[tuple[Scalar, ...], Field(min_length=1)] | None = None
    """One of these codes or numbers."""
    none_of: Annotated[tuple[Scalar, ...], Field(min_length=1)] | None = None
    """None of these codes or numbers."""
    includes: str | None = None
    """This code is among those that were ticked or ranked."""
    at_least: Operand | None = None
    at_most: Operand | None = None
    above: Operand | None = None
    below: Operand | None = None
    answered: Flag | None = None
    """true: there is an answer. false: there is none, for whatever reason."""
    dont_know: Flag | None = None
    """true: "don't know" or "did not experience" was chosen. false: anything else."""


class AllOf(Part):
    """Every one of these conditions holds."""

    all: Annotated[tuple["Condition", ...], Field(min_length=1)]


class AnyOf(Part):
    """At least one of these conditions holds."""

    any: Annotated[tuple["Condition", ...], Field(min_length=1)]


class NoneOf(Part):
    """Not one of these conditions holds."""

    none: Annotated[tuple["Condition", ...], Field(min_length=1)]


def _condition_tag(value: Any) -> str:
    for key in ("all", "any", "none"):
        if (key in value) if isinstance(value, dict) else hasattr(value, key):
            return f"<{key}>"
    return "<comparison>"


Condition = Annotated[
    Annotated[AllOf, Tag("<all>")]
    | Annotated[AnyOf, Tag("<any>")]
    | Annotated[NoneOf, Tag("<none>")]
    | Annotated[Comparison, Tag("<comparison>")],
    Discriminator(_condition_tag),
]


class Case(Part):
    """One row of ``choose``: the value that is taken when the condition holds."""

    when: Condition
    then: Operand


class Days(Part):
    """The days from one day to another; negative when ``to`` comes first."""

    since: Operand
    to: Operand


CALCULATIONS = (*SOURCES, "sum", "difference", "product", "mean", "lowest", "highest", "count", "days", "choose")
"""The keys of which a calculated value has exactly one."""


class Calculated(Reference):
    """A value that nobody is asked for: a reference alone (a hidden value), or one way of calculating."""

    sum: Annotated[tuple[Operand, ...], Field(min_length=1)] | None = None
    """Added up; missing when one of them is."""
    difference: Annotated[tuple[Operand, ...], Field(min_length=2, max_length=2)] | None = None
    """The first less the second."""
    product: Annotated[tuple[Operand, ...], Field(min_length=1)] | None = None
    """Multiplied; missing when one of them is."""
    mean: Annotated[tuple[Operand, ...], Field(min_length=1)] | None = None
    """The mean of those that are there."""
    lowest: Annotated[tuple[Operand, ...], Field(min_length=1)] | None = None
    """The lowest of those that are there."""
    highest: Annotated[tuple[Operand, ...], Field(min_length=1)] | None = None
    """The highest of those that are there."""
    count: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    """The ids of items: how many codes or problems were ticked in them together."""
    days: Days | None = None
    choose: Annotated[tuple[Case, ...], Field(min_length=1)] | None = None
    """The value of the first case whose condition holds."""
    otherwise: Operand | None = None
    """The value when no case of choose holds; missing without one."""
    decimals: Annotated[WholeNumber, Field(ge=0, le=6)] = 0
    """How many decimals are shown where a text names the value."""
    keep: Literal["number", "text"] | None = None
    """Kept with the answers, as a column of the snapshot of this type; not kept without."""


Calculations = dict[Id, Calculated]

AllOf.model_rebuild()
AnyOf.model_rebuild()
NoneOf.model_rebuild()
