"""What each dealer's report is made from, cut from everybody's results: pure, one dealer after the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from surveyplat.audit.canonical import json_hash
from surveyplat.dealer_texts import DealerTexts
from surveyplat.reports.bundle import ActionRecord
from surveyplat.reports.dealer_bundle import DOCUMENT, DealerBundle, extract_of
from surveyplat.scoring.dealer_details import DealerDetails
from surveyplat.scoring.dealer_results import dealer_comparison, dealer_results
from surveyplat.scoring.documents import comparison_document, plain_document
from surveyplat.scoring.records.dealers import DealerResults
from surveyplat.scoring.results import PeriodComparison, StudyScores

Drafted = Sequence[tuple[ActionRecord, datetime]]
"""Actions with when they were drafted."""


@dataclass(frozen=True)
class DealerSource:
    """A period's results with everything else that dealers' reports tell, in one language."""

    language: str
    title: str
    names: Mapping[str, str]
    """Dealer code -> name."""
    brands: Mapping[str, str]
    labels: Mapping[str, str]
    manifest: Mapping[str, Any]
    definition: str
    """Canonical JSON."""
    scores: StudyScores
    details: DealerDetails
    comparison: PeriodComparison | None
    before: Mapping[str, Any] | None
    """The earlier period's manifest and definition; None without a comparison."""
    current: Drafted
    previous: Drafted
    texts: Mapping[str, DealerTexts]
    log: Mapping[str, Any]
    key_name: str = ""
    """Of the key that the reports are sealed with."""

    @cached_property
    def manifest_hash(self) -> str:
        return json_hash(self.manifest)

    @cached_property
    def told_before(self) -> Mapping[str, Any] | None:
        """The earlier period as far as dealers are told of it."""
        if self.before is None:
            return None
        manifest = self.before["manifest"]
        return {"definition": self.before["definition"], "manifest": extract_of(manifest, json_hash(manifest))}


def dealer_bundle(source: DealerSource, dealer: str) -> DealerBundle:
    """One dealer's bundle. Raises ``ScoringError`` for a dealer without answers in the period."""
    results = dealer_results(source.scores, source.details, dealer)
    current, previous = _own(source.current, dealer), _own(source.previous, dealer)
    drafted = [at for _, at in (*current, *previous)]
    is_shown = results.score.suppressed is None
    texts = source.texts.get(dealer) if is_shown else None
    return DealerBundle(
        study=results.study,
        period=results.period,
        language=source.language,
        title=source.title,
        brand_group=source.brands.get(dealer, ""),
        labels=source.labels,
        dealers={dealer: source.names.get(dealer, "")},
        regions={dealer: results.region_name},
        manifest=extract_of(source.manifest, source.manifest_hash),
        results=plain_document(DOCUMENT, results),
        comparison=_comparison(source.comparison, results),
        previous_actions=tuple(action for action, _ in previous),
        current_actions=tuple(action for action, _ in current),
        as_of=max([datetime.fromisoformat(source.manifest["frozen_at"]), *drafted]).isoformat(),
        synthetic=bool(source.manifest["synthetic"]),
        definition=source.definition,
        before=source.told_before,
        log=source.log,
        key_name=source.key_name,
        dealer=dealer,
        verbatims=texts.drawn if texts else (),
        verbatims_in_all=texts.in_all if texts else 0,
    )


def _comparison(comparison: PeriodComparison | None, results: DealerResults) -> dict[str, Any] | None:
    if comparison is None:
        return None
    return comparison_document(dealer_comparison(comparison, results.dealer, with_group=results.group is not None))


def _own(actions: Drafted, dealer: str) -> list[tuple[ActionRecord, datetime]]:
    """The actions that were drafted from a finding on this dealer: their keys end with its kind and the dealer."""
    return [(action, at) for action, at in actions if _is_of(action.key.split(":"), dealer)]


def _is_of(key: Sequence[str], dealer: str) -> bool:
    study_period_kind, subject = key[:3], ":".join(key[3:])
    return subject == dealer and study_period_kind[-1].startswith("dealer_")
