"""The parts of a report that can be computed again: what the bundle tells of each, and how it is computed."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import partial
from typing import Any

import numpy as np

from surveyplat.dealer_texts import texts_by_dealer
from surveyplat.errors import ReportError, SnapshotMissing
from surveyplat.forms.versions import content_hash, definition_from_json
from surveyplat.measurement import labels, participation, scoring_plan
from surveyplat.period_texts import chosen_texts
from surveyplat.reports.bundle import Bundle, ReportBundle
from surveyplat.reports.comparing.bundle import ComparisonBundle
from surveyplat.reports.dealer_bundle import DOCUMENT as DEALER_RESULTS
from surveyplat.reports.dealer_bundle import DealerBundle
from surveyplat.reports.findings import find
from surveyplat.reports.languages import nearest, wording_of
from surveyplat.reports.restating import restatement
from surveyplat.reports.sheets.bundle import A3Bundle
from surveyplat.scored_periods import ScoredPeriod, trend_point
from surveyplat.scoring.calendars import number_of
from surveyplat.scoring.dealer_results import dealer_comparison, dealer_results
from surveyplat.scoring.documents import (
    comparison_document,
    effect_document,
    effect_from_document,
    plain_document,
    results_document,
)
from surveyplat.scoring.effect_months import effect_seed, months_in
from surveyplat.scoring.records.ratio import Ratio
from surveyplat.scoring.study_effects import effect_on
from surveyplat.scoring.timed_measures import timed_measures
from surveyplat.verification.frozen_rows import FrozenRows

_Manifest = Mapping[str, Any]


@dataclass(frozen=True)
class Source:
    """One part: what the bundle tells, and the way to compute it, which raises ``SnapshotMissing`` without the rows."""

    name: str
    told: Any
    compute: Callable[[], Any]


def parts_from_rows(bundle: Bundle, rows: FrozenRows) -> Iterator[Source]:
    """Every part that comes from frozen rows, in the order in which a reader meets them."""
    again = _Again(bundle, rows)
    if isinstance(bundle, A3Bundle):
        yield from _of_sheet(bundle, again)
        return
    yield Source(f"scores of {bundle.period}", bundle.results, again.results)
    for side in again.earlier():
        period = side["manifest"]["period"]
        yield Source(f"comparison with {period}", side["comparison"], partial(again.comparison, side["manifest"]))
    if isinstance(bundle, ReportBundle):
        yield from _of_study(bundle, again)
    if isinstance(bundle, ReportBundle | ComparisonBundle):
        for each in bundle.restated:
            yield Source(f"restatement of {each['period']}", each, partial(again.restated, each))
    if isinstance(bundle, DealerBundle):
        told = {"texts": bundle.verbatims, "in_all": bundle.verbatims_in_all}
        yield Source("customers' words", told, partial(again.words_of, bundle.dealer))


def _of_sheet(bundle: A3Bundle, again: "_Again") -> Iterator[Source]:
    yield Source(f"the finding in {bundle.period}", bundle.finding["evidence"], partial(again.evidence, bundle))
    if bundle.effect is not None:
        yield Source("the action's effect", bundle.effect, partial(again.effect, bundle.effect))


def _of_study(bundle: ReportBundle, again: "_Again") -> Iterator[Source]:
    for point in bundle.trend:
        yield Source(f"trend in {point['period']}", point, partial(again.trend_point, point))
    for action, effect in bundle.judged.items():
        if effect is not None:
            yield Source(f"effect of {action}", effect, partial(again.effect, effect))
    yield Source("customers' words", bundle.verbatims, again.words)


def parts_from_attachments(bundle: Bundle) -> Iterator[Source]:
    """The parts that come from the manifests and questionnaires, whose hashes the seal proves."""
    for side in ({"manifest": bundle.manifest, "definition": bundle.definition}, *_Again.sides(bundle)):
        manifest = side["manifest"]
        hashed = partial(_hash_of_questionnaire, side["definition"])
        yield Source(f"questionnaire of {manifest['period']}", manifest["definition_hash"], hashed)
    yield Source("names of what is measured", bundle.labels, partial(_labels, bundle))
    title = definition_from_json(bundle.definition).title
    yield Source("the study's title", bundle.title, partial(wording_of, title, bundle.language))
    if isinstance(bundle, ReportBundle):
        yield Source("dispositions", bundle.dispositions, partial(_dispositions, bundle.manifest))
        yield Source("items of the indices", bundle.index_items, partial(_index_items, bundle))
    if isinstance(bundle, ComparisonBundle):
        for side in (bundle.manifest, *(side["manifest"] for side in _Again.sides(bundle))):
            period = str(side["period"])
            yield Source(f"dispositions of {period}", bundle.participation.get(period), partial(_participation, side))


def _hash_of_questionnaire(text: str) -> str:
    return content_hash(definition_from_json(text))


def _participation(manifest: _Manifest) -> dict[str, Any] | None:
    found = participation(manifest)
    return None if found is None else asdict(found)


def _dispositions(manifest: _Manifest) -> dict[str, int] | None:
    return (_participation(manifest) or {}).get("dispositions")


def _labels(bundle: Bundle) -> dict[str, str]:
    """As the latest questionnaire that has them calls them."""
    texts = [bundle.definition, *(side["definition"] for side in _Again.sides(bundle))]
    named: dict[str, str] = {}
    for definition in map(definition_from_json, reversed(texts)):
        named |= labels(definition, nearest(definition.languages, bundle.language))
    return {name: named[name] for name in named if not isinstance(bundle, A3Bundle) or name == bundle.measure}


def _index_items(bundle: Bundle) -> dict[str, list[str]]:
    indices = definition_from_json(bundle.definition).measurement.indices
    return {index.id: [item for factor in index.factors for item in factor.items] for index in indices}


class _Again:
    """A bundle's documents, computed anew from the rows."""

    def __init__(self, bundle: Bundle, rows: FrozenRows) -> None:
        self._bundle, self._rows = bundle, rows
        sides = [{"manifest": bundle.manifest, "definition": bundle.definition}, *self.sides(bundle)]
        self._manifests: list[_Manifest] = [*(side["manifest"] for side in sides), *bundle.rests_on]
        self._questionnaires = {
            **bundle.questionnaires,
            **{str(side["manifest"]["definition_hash"]): side["definition"] for side in sides if side["definition"]},
        }

    @staticmethod
    def sides(bundle: Bundle) -> list[Mapping[str, Any]]:
        """Every period that the bundle's is compared with: manifest and definition, the latest first."""
        further = bundle.further if isinstance(bundle, ComparisonBundle) else ()
        return [*([bundle.before] if bundle.before is not None else []), *further]

    def earlier(self) -> Iterator[Mapping[str, Any]]:
        """The same with the comparisons."""
        for side in self.sides(self._bundle):
            yield side if "comparison" in side else {**side, "comparison": self._bundle.comparison}

    def results(self) -> dict[str, Any]:
        """The document of results that the kind of bundle holds."""
        scored = self._own()
        if isinstance(self._bundle, DealerBundle):
            details = self._rows.details(scored)
            return plain_document(DEALER_RESULTS, dealer_results(scored.scores, details, self._bundle.dealer))
        return results_document(scored.scores)

    def comparison(self, before: _Manifest) -> dict[str, Any]:
        compared = self._rows.compared(self._scored(before), self._own())
        if isinstance(self._bundle, DealerBundle):
            with_group = self._bundle.results["group"] is not None
            compared = dealer_comparison(compared, self._bundle.dealer, with_group=with_group)
        return comparison_document(compared)

    def trend_point(self, point: Mapping[str, Any]) -> dict[str, Any]:
        scored = self._scored(self._manifest(str(point["period"])))
        again = trend_point(scored.frozen, scored.scores)
        if again is None:
            raise ReportError(f"{point['period']}: its rows give no such measure")
        return again

    def restated(self, told: Mapping[str, Any]) -> dict[str, Any]:
        """What corrections made of a period since it was first published."""
        period, manifest = str(told["period"]), told["manifest"]
        first, now = self._scored(manifest), self._scored(self._manifest(period))
        return {**restatement(period, first.scores, now.scores), "manifest": manifest}

    def effect(self, told: Mapping[str, Any]) -> dict[str, Any]:
        """An effect from the months that it names, in the periods that it names."""
        effect = effect_from_document(told)
        run = [self._manifest(period) for period in effect.periods]
        counts = [self._rows.counted(manifest, self._questionnaires) for manifest in run]
        definition = definition_from_json(self._questionnaires[str(run[-1]["definition_hash"])])
        plan = scoring_plan(definition, str(run[-1]["definition_hash"]))
        measure = next(each for each in timed_measures(plan) if each.id == effect.measure)
        wanted = {number_of(date.fromisoformat(f"{month}-01"), "month") for month in effect.months}
        months: dict[str, dict[str, Ratio]] = {}
        for each in counts:
            months |= months_in(each, measure, wanted)
        rng = np.random.default_rng(effect_seed(str(manifest["rows_hash"]) for manifest in run))
        again = effect_on(months, effect.dealers, effect.first_month, rng)
        return effect_document(replace(effect, months=tuple(months), effect=again))

    def words(self) -> list[dict[str, Any]]:
        scored = self._own()
        return list(chosen_texts(scored.frozen, scored.definition, scored.scores))

    def words_of(self, dealer: str) -> dict[str, Any]:
        """Nothing where the dealer's own number is not shown."""
        scored = self._own()
        shown = dealer_results(scored.scores, self._rows.details(scored), dealer).score.suppressed is None
        texts = texts_by_dealer(scored.frozen).get(dealer) if shown else None
        return {"texts": texts.drawn if texts else (), "in_all": texts.in_all if texts else 0}

    def evidence(self, sheet: A3Bundle) -> dict[str, Any]:
        """The numbers that an action was drafted from, where the period by itself gives them."""
        if sheet.finding["rows_hash"] != sheet.manifest["rows_hash"]:
            raise SnapshotMissing("it was found in rows that a correction of the period has replaced since")
        named = sheet.finding["kind"], sheet.finding["subject"]
        found = (each for each in find(self._own().scores, None) if (each.kind, each.subject) == named)
        finding = next(found, None)
        if finding is None:
            raise SnapshotMissing("it was found beside the period before, which a sheet does not rest on")
        return {**finding.evidence, "unweighted_base": finding.unweighted_base, "certainty": finding.certainty}

    def _own(self) -> ScoredPeriod:
        return self._scored(self._bundle.manifest)

    def _scored(self, manifest: _Manifest) -> ScoredPeriod:
        return self._rows.scored(manifest, self._questionnaires)

    def _manifest(self, period: str) -> _Manifest:
        found = next((each for each in self._manifests if each["period"] == period), None)
        if found is None:
            raise ReportError(f"the report does not say which rows of {period} it rests on")
        return found
