"""The pairs that a comparison report is about: the latest period with each earlier one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from surveyplat.errors import ReportError
from surveyplat.reports.comparing.bundle import ComparisonBundle
from surveyplat.reports.context import Context, context_of
from surveyplat.reports.findings import find
from surveyplat.scoring.documents import comparison_from_document
from surveyplat.scoring.results import PeriodComparison


@dataclass(frozen=True)
class Pair:
    """One earlier period, and a context whose comparison is that with it."""

    context: Context
    comparison: PeriodComparison
    manifest: Mapping[str, Any]
    """Of the earlier period."""
    definition: str
    """The earlier period's questionnaire, as canonical JSON."""

    @property
    def name(self) -> str:
        """ "Q3 2026 against Q2 2026"."""
        after = self.context.period(self.comparison.after)
        return self.context.say("compare.pair", after=after, before=self.context.before)


@dataclass(frozen=True)
class Pairs:
    """``whole`` words what no single pair says; ``each`` are the pairs, the latest earlier period first."""

    whole: Context
    bundle: ComparisonBundle
    each: tuple[Pair, ...]

    @property
    def manifests(self) -> tuple[Mapping[str, Any], ...]:
        """Of every period, the earliest first."""
        return (*(pair.manifest for pair in reversed(self.each)), self.bundle.manifest)


def pairs_of(bundle: ComparisonBundle) -> Pairs:
    """Read the bundle's documents. Raises ``ScoringError`` or ``ReportError`` when they are damaged."""
    if bundle.comparison is None or bundle.before is None:
        raise ReportError("bundle: it compares nothing. Build it with an earlier period.")
    context = context_of(bundle)
    sides = ({**bundle.before, "comparison": bundle.comparison}, *bundle.further)
    return Pairs(context, bundle, tuple(_pair(context, side) for side in sides))


def _pair(context: Context, side: Mapping[str, Any]) -> Pair:
    try:
        manifest, definition = side["manifest"], str(side["definition"])
        comparison = comparison_from_document(dict(side["comparison"]))
    except (KeyError, TypeError) as error:
        raise ReportError(f"bundle: an earlier period is not whole ({error}). Build it again.") from None
    found = find(context.scores, comparison)
    return Pair(replace(context, comparison=comparison, findings=found), comparison, manifest, definition)
