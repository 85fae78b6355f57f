"""How many of the people asked took part: response, cooperation, refusal and contact rates from final dispositions."""

from dataclasses import dataclass, fields

from surveyplat.errors import InsufficientBase, ScoringError


@dataclass(frozen=True)
class Dispositions:
    """Final counts of invited people by what became of them, in AAPOR's terms."""

    complete: int
    """I"""
    partial: int
    """P: enough answered to be used."""
    refusal: int
    """R: refusals and break-offs."""
    non_contact: int
    """NC: known to be eligible, never reached (bounced, undelivered)."""
    other: int
    """O: eligible and reached, no answer for another reason (language, illness)."""
    unknown_household: int
    """UH: not known whether they are eligible at all."""
    unknown_other: int
    """UO: other cases of unknown eligibility."""
    not_eligible: int = 0
    """NE: turned out not to be eligible (not the customer of this event)."""

    def __post_init__(self) -> None:
        negative = [field.name for field in fields(self) if getattr(self, field.name) < 0]
        if negative:
            raise ScoringError(f"Dispositions: {', '.join(negative)} below 0; count people again")

    @property
    def eligible(self) -> int:
        return self.complete + self.partial + self.refusal + self.non_contact + self.other

    @property
    def unknown(self) -> int:
        return self.unknown_household + self.unknown_other

    @property
    def eligible_share(self) -> float:
        """e among those whose eligibility is known: eligible / (eligible + not eligible); 1 when nobody's is."""
        known = self.eligible + self.not_eligible
        return self.eligible / known if known else 1.0


@dataclass(frozen=True)
class ParticipationRates:
    """Rates of 0-1; None where their base is empty. ``e`` is the share of unknown cases taken to be eligible."""

    e: float
    rr1: float | None
    rr2: float | None
    rr3: float | None
    rr4: float | None
    rr5: float | None
    rr6: float | None
    coop1: float | None
    coop2: float | None
    coop3: float | None
    coop4: float | None
    ref1: float | None
    ref2: float | None
    ref3: float | None
    con1: float | None
    con2: float | None
    con3: float | None


@dataclass(frozen=True)
class Participation:
    """What became of the people asked, and the rates of it."""

    dispositions: Dispositions
    rates: ParticipationRates


def participation_rates(counts: Dispositions, e: float | None = None) -> ParticipationRates:
    """All of AAPOR's rates. ``e`` defaults to the eligible share of the cases that are known.

    Response: complete interviews (RR1, 3, 5) or with partial ones (RR2, 4, 6), of everybody that is or may be eligible
    (1, 2), of the eligible and the share e of the unknown (3, 4), of the eligible alone (5, 6). Cooperation: of those
    reached (COOP1, 2) and able (3, 4). Refusal and contact: of the same three bases in turn.

    Raises ``ScoringError`` for e outside 0-1, ``InsufficientBase`` when nobody was invited.
    Source: AAPOR, Standard Definitions (10th edition, 2023), RR1-RR6, COOP1-COOP4, REF1-REF3, CON1-CON3.
    """
    share = counts.eligible_share if e is None else e
    if not 0 <= share <= 1:
        raise ScoringError(f"e is {share}: give the share of unknown cases that are eligible, 0 to 1")
    if not counts.eligible + counts.unknown:
        raise InsufficientBase("Nobody who is or may be eligible was invited: there is no response rate")
    full, used = counts.complete, counts.complete + counts.partial
    everyone = float(counts.eligible + counts.unknown)
    likely, certain = counts.eligible + share * counts.unknown, float(counts.eligible)
    able = used + counts.refusal
    reached = able + counts.other
    return ParticipationRates(
        e=share,
        rr1=_share(full, everyone),
        rr2=_share(used, everyone),
        rr3=_share(full, likely),
        rr4=_share(used, likely),
        rr5=_share(full, certain),
        rr6=_share(used, certain),
        coop1=_share(full, reached),
        coop2=_share(used, reached),
        coop3=_share(full, able),
        coop4=_share(used, able),
        ref1=_share(counts.refusal, everyone),
        ref2=_share(counts.refusal, likely),
        ref3=_share(counts.refusal, certain),
        con1=_share(reached, everyone),
        con2=_share(reached, likely),
        con3=_share(reached, certain),
    )


def _share(part: float, base: float) -> float | None:
    return part / base if base > 0 else None
