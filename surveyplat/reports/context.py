"""What every section of a report needs: the bundle read into scores and findings, and the language's words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from surveyplat.reports import formats
from surveyplat.reports.bundle import Bundle
from surveyplat.reports.findings import Finding, find
from surveyplat.reports.phrases import phrases
from surveyplat.scoring.documents import comparison_from_document, scores_from_document
from surveyplat.scoring.results import Change, Estimate, PeriodComparison, RateScore, StudyScores

MOST_NAMES = 3
LONGEST_CELL = 240


@dataclass(frozen=True)
class Wording:
    """A bundle with its language's words: what any kind of report writes its sentences and numbers with."""

    bundle: Bundle
    comparison: PeriodComparison | None

    @property
    def language(self) -> str:
        return self.bundle.language

    @cached_property
    def comparable(self) -> PeriodComparison | None:
        """The comparison when its verdict allows one."""
        return self.comparison if self.comparison and self.comparison.verdict == "comparable" else None

    @cached_property
    def before(self) -> str:
        """The earlier period's name; empty when there is none."""
        return self.period(self.comparison.before) if self.comparison else ""

    def say(self, key: str, **fields: str) -> str:
        """A fixed sentence with its fields filled in."""
        return phrases(self.language)[key].format(**{"colon": self.colon, "before": self.before} | fields)

    @property
    def colon(self) -> str:
        return ": " if self.language == "en" else "："

    def either(self, key: str, otherwise: str) -> str:
        """A fixed word, or the given text when the language has none for the key."""
        return phrases(self.language).get(key, otherwise)

    def label(self, name: str) -> str:
        return self.bundle.labels.get(name) or name

    def dealer(self, code: str) -> str:
        """Name and code: names may be alike, codes are not."""
        return formats.named(self.bundle.dealers.get(code, ""), code, self.language)

    def period(self, name: str) -> str:
        return formats.period_name(name, self.language)

    def number(self, value: float | None, digits: int = 0) -> str:
        return formats.number(value, digits, self.language)

    def signed(self, value: float | None, digits: int = 0) -> str:
        return formats.signed(value, digits, self.language)

    def percent(self, share: float | None, digits: int = 0) -> str:
        return formats.percent(share, digits, self.language)

    def interval(self, low: float | None, high: float | None, digits: int = 0) -> str:
        return formats.interval(low, high, digits, self.language)

    def percent_interval(self, low: float | None, high: float | None) -> str:
        return formats.percent_interval(low, high, self.language)

    def names(self, names: Sequence[str], most: int = MOST_NAMES) -> str:
        """ "A, B and C", or "A, B, C and 5 more"."""
        if len(names) > most + 1:
            shown = self.say("comma").join(names[:most])
            return self.say("and_more", names=shown, more=self.number(len(names) - most))
        if len(names) < 2:
            return "".join(names)
        return self.say("comma").join(names[:-1]) + self.say("and") + names[-1]

    def value(self, estimate: Estimate, digits: int) -> str:
        """The value, or why it is suppressed; * below 100 answers."""
        if estimate.suppressed is not None:
            return self.say(f"suppressed.{estimate.suppressed}")
        return self.number(estimate.value, digits) + ("*" if estimate.low_base else "")

    def interval_told(self, estimate: Estimate, digits: int) -> str:
        """ "95% interval 770–790"; empty where there is none."""
        if estimate.ci_low is None:
            return ""
        return self.say("interval_of", interval=self.estimate_interval(estimate, digits))

    def estimate_interval(self, estimate: Estimate, digits: int) -> str:
        return self.interval(estimate.ci_low, estimate.ci_high, digits)

    def rate_value(self, rate: RateScore, digits: int) -> str:
        """A rate with its unit: shares in percent, NPS in points."""
        return self.value(rate.rate, digits) + self._rate_unit(rate)

    def rate_interval(self, rate: RateScore, digits: int) -> str:
        return self.estimate_interval(rate.rate, digits) + self._rate_unit(rate)

    @staticmethod
    def _rate_unit(rate: RateScore) -> str:
        return "%" if rate.id != "nps" and rate.rate.value is not None else ""

    def verdict(self, change: Change | None) -> str:
        """ "higher" or "lower" only when significant. A rise from no problem at all has a p value and no ratio."""
        if change is None or (change.change is None and change.p_value is None):
            word = "not_compared"
        elif not change.significant:
            word = "no_clear_change"
        else:
            word = "higher" if self._rose(change) else "lower"
        return self.say(word).replace(" ", "\u00a0")

    @staticmethod
    def _rose(change: Change) -> bool:
        return (change.after.value or 0.0) > (change.before.value or 0.0)


@dataclass(frozen=True)
class Context(Wording):
    """One study report being written: the bundle, what it says in numbers, and how to word it."""

    scores: StudyScores
    findings: tuple[Finding, ...]

    def found(self, *kinds: str) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.kind in kinds)


def clipped(text: str) -> str:
    """Text for a table's cell; a longer one stands in full on its action's card."""
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…"


def score_digits(total: float) -> int:
    """Decimals in sentences and charts: none on 1,000 points, one on 100. Tables print one more."""
    return 0 if total >= 1000 else 1


def by_id(changes: Iterable[Change]) -> dict[str, Change]:
    return {change.id: change for change in changes}


def context_of(bundle: Bundle) -> Context:
    """Read the bundle's documents and find what is worth saying."""
    scores = scores_from_document(dict(bundle.results))
    comparison = comparison_from_document(dict(bundle.comparison)) if bundle.comparison is not None else None
    return Context(bundle, comparison, scores, find(scores, comparison))
