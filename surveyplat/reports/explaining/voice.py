"""One number to be explained with everything known about it, and the words to say it in."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from surveyplat.reports import formats
from surveyplat.reports.blocks import Paragraph
from surveyplat.reports.explaining.evidence import Evidence
from surveyplat.reports.explaining.steps import Formula
from surveyplat.reports.explaining.subject import Subject
from surveyplat.reports.phrases import phrases
from surveyplat.scoring.plan import ScoringPlan
from surveyplat.scoring.records.coverage import DEALER
from surveyplat.scoring.results import DealerCoverage, Estimate, PeriodComparison, StudyScores

HEADLINE_RATES = ("nps", "csat")
"""The rates that every study with their item has; all others are declared, with a title."""
_PP100_NAMES = {"model": "explain.pp100_of_model", "build_month": "explain.pp100_built_in"}
_DIGITS = {"index": 2, "item": 3, "rate": 2, "pp100": 2}


@dataclass(frozen=True)
class Published:
    """What was published of a study and period, and where it lies; ``labels`` and ``dealers`` are names by id."""

    scores: StudyScores
    comparison: PeriodComparison | None
    plan: ScoringPlan
    manifest: Mapping[str, Any]
    snapshot: Path
    labels: Mapping[str, str]
    dealers: Mapping[str, str]


@dataclass(frozen=True)
class Voice:
    """Says things about one number in one language."""

    language: str
    published: Published
    subject: Subject
    evidence: Evidence

    @property
    def scores(self) -> StudyScores:
        return self.published.scores

    @property
    def estimate(self) -> Estimate:
        return self.subject.estimate

    @property
    def shown(self) -> bool:
        return self.estimate.value is not None

    @property
    def digits(self) -> int:
        """Decimals of the number itself; its standard error has one more."""
        return _DIGITS[self.subject.kind]

    @property
    def base_words(self) -> str:
        """What the number counts: answers or vehicles."""
        return self.say(f"explain.counted.{'vehicles' if self.subject.kind == 'pp100' else 'answers'}")

    @cached_property
    def name(self) -> str:
        """What the number is, and whose."""
        labels, subject = self.published.labels, self.subject
        if subject.kind == "rate":
            what = phrases(self.language)[subject.id] if subject.id in HEADLINE_RATES else self.label(subject.id)
        elif subject.group == "build_month":
            what = self.period(subject.id)
        elif subject.group == "total":
            what = self.say("explain.pp100")
        else:
            what = formats.named(labels.get(subject.id, ""), subject.id, self.language)
        if subject.kind == "pp100" and subject.group != "total":
            what = self.say(_PP100_NAMES.get(subject.group, "explain.pp100_of"), name=what)
        return what if subject.dealer is None else self.say("explain.of_dealer", what=what, dealer=self.dealer())

    def say(self, key: str, **fields: str) -> str:
        """A fixed sentence with its fields filled in."""
        return phrases(self.language)[key].format(**fields)

    def either(self, key: str, otherwise: str) -> str:
        """A fixed word, or the given text when the language has none for the key."""
        return phrases(self.language).get(key, otherwise)

    def paragraph(self, key: str, **fields: str) -> Paragraph:
        return Paragraph(self.say(key, **fields))

    def note(self, key: str, **fields: str) -> Paragraph:
        return Paragraph(self.say(key, **fields), style="note")

    def formula(self, key: str, **fields: str) -> Formula:
        return Formula(self.say(key, **fields))

    def label(self, name: str) -> str:
        return self.published.labels.get(name) or name

    def dealer(self, code: str | None = None) -> str:
        """A dealer's name with its code; the subject's own without an argument."""
        code = self.subject.dealer if code is None else code
        if not code:
            return self.say("explain.unknown_dealer")
        return formats.named(self.published.dealers.get(code, ""), code, self.language)

    def coverage(self, dealer: str) -> DealerCoverage:
        """Events and responses of a dealer."""
        return next(each for each in self.scores.coverage if each.dealer == dealer)

    @property
    def raked_margins(self) -> str:
        """What raked weights add up to, beside the dealers."""
        return self._listed([name for name in self._margins if name != DEALER])

    @property
    def raked_variables(self) -> str:
        """What raked weights depend on, the dealer first."""
        return self._listed(self._margins)

    @property
    def _margins(self) -> list[str]:
        return [margin.name for margin in self.scores.weighting_summary.margins]

    def _listed(self, margins: list[str]) -> str:
        *others, last = [self.say(f"margin.{name}") for name in margins]
        return self.say("margin.and").join(([self.say("margin.comma").join(others)] if others else []) + [last])

    def period(self, name: str) -> str:
        return formats.period_name(name, self.language)

    def number(self, value: float | None, digits: int = 0) -> str:
        return formats.number(value, digits, self.language)

    def value(self, value: float | None) -> str:
        """In the number's own unit and decimals."""
        return self.number(value, self.digits)

    def joined(self, parts: list[str]) -> str:
        return self.say("semicolon").join(parts)
