"""What the sections of a dealer's report share: the dealer's results, and others beside them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from surveyplat.reports.blocks import Dot, DotRow, Key, Mark
from surveyplat.reports.context import Wording, score_digits
from surveyplat.reports.dealer_bundle import DealerBundle
from surveyplat.scoring.families import benjamini_hochberg
from surveyplat.scoring.records.dealers import Aggregate, DealerResults
from surveyplat.scoring.results import Estimate
from surveyplat.scoring.standing import p_against

ALPHA = 0.05
_OWN: Mark = "group"
_MARKS: dict[str, Mark] = {"region": "above", "group": "plain", "best": "improve"}


@dataclass(frozen=True)
class Own(Wording):
    """One dealer's report being written."""

    bundle: DealerBundle
    results: DealerResults

    @property
    def digits(self) -> int:
        return 1 if self.results.index is None else score_digits(self.results.index.total)

    @cached_property
    def measure(self) -> str:
        """What the first measure is called."""
        return self.say("pp100_short") if self.results.index is None else self.label(self.results.index.id)

    @property
    def others(self) -> tuple[tuple[str, Aggregate], ...]:
        """The aggregates that may be shown, by what they are."""
        found = (("region", self.results.region), ("group", self.results.group), ("best", self.results.best))
        return tuple((name, held) for name, held in found if held is not None)

    def name_of(self, which: str, held: Aggregate) -> str:
        """ "East, 7 dealers"."""
        return self.say(f"dealer.of_{which}", dealers=self.number(held.dealers), region=self.results.region_name)

    def whole(self, estimate: Estimate | None, digits: int) -> str:
        """ "788 (780–796)"; why it is suppressed, or a dash where nothing is told."""
        if estimate is None:
            return self.number(None)
        if estimate.suppressed is not None:
            return self.value(estimate, digits)
        return f"{self.value(estimate, digits)} ({self.estimate_interval(estimate, digits)})"

    def legend(self) -> tuple[Key, ...]:
        others = (Key(_MARKS[name], self.say(f"dealer.key_{name}")) for name, _ in self.others)
        return (Key(_OWN, self.say("dealer.key_own")), *others)

    def rows(self, label: str, own: Estimate, others: Sequence[tuple[str, Estimate | None]]) -> Iterator[DotRow]:
        """A measure's rows: this dealer, then the others taken together, each with its own mark."""
        marked: list[tuple[str, Mark, Estimate | None]] = [(label, _OWN, own)]
        marked += [(f"    {self.say(f'dealer.{name}_short')}", _MARKS[name], held) for name, held in others]
        for row_label, mark, estimate in marked:
            dot = None if estimate is None else self.dot(estimate, mark)
            if estimate is not None and dot is not None:
                yield DotRow(row_label, (dot,), self.number(estimate.unweighted_base))

    def dot(self, estimate: Estimate, mark: Mark) -> Dot | None:
        if estimate.value is None or estimate.ci_low is None or estimate.ci_high is None:
            return None
        return Dot(estimate.value, estimate.ci_low, estimate.ci_high, self.whole(estimate, self.digits), mark)


def apart(pairs: Sequence[tuple[str, Estimate, Estimate]], *, as_ratio: bool = False) -> dict[str, bool]:
    """Which of (name, own, group) differ clearly: name -> whether it is higher, corrected for testing all of them."""
    tested = [
        (name, own.value > group.value, p)
        for name, own, group in pairs
        if own.value is not None and group.value and (p := p_against(own, group.value, as_ratio=as_ratio)) is not None
    ]
    adjusted = benjamini_hochberg([p for _, _, p in tested])
    return {name: higher for (name, higher, _), p in zip(tested, adjusted, strict=True) if p <= ALPHA}
