"""A frozen period scored, and two of them compared: from files alone, without a database."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from surveyplat.audit.freeze import FrozenPeriod
from surveyplat.audit.periods import Period
from surveyplat.forms.language import Definition
from surveyplat.measurement import collected, event_cells, scoring_plan, standings
from surveyplat.scoring.comparison_passes import Side, with_passes
from surveyplat.scoring.disclosure import hidden_dealers
from surveyplat.scoring.headline import first_measure
from surveyplat.scoring.periods import Grounds, compare_periods
from surveyplat.scoring.problem_passes import with_problem_passes
from surveyplat.scoring.results import PeriodComparison, StudyScores
from surveyplat.scoring.snapshot import SnapshotSource
from surveyplat.scoring.study import score_study
from surveyplat.scoring.workers import Workers


@dataclass(frozen=True)
class ScoredPeriod:
    """One study in one period, scored by itself."""

    frozen: FrozenPeriod
    definition: Definition
    scores: StudyScores

    @property
    def side(self) -> Side:
        """The rows with their plan, as a comparison's passes need them: without the dealers that are not shown."""
        bare, scores = side_of(self.frozen, self.definition), self.scores
        return replace(bare, withheld=hidden_dealers(scores), pp100=scores.pp100)


@dataclass(frozen=True)
class PeriodScores:
    """One study in one period, scored, beside the period before it when that one is frozen too."""

    frozen: FrozenPeriod
    definition: Definition
    period: Period
    scores: StudyScores
    comparison: PeriodComparison | None
    before: Definition | None = None
    """The definition that the period before answered, when there is a comparison."""
    frozen_before: FrozenPeriod | None = None

    @property
    def side(self) -> Side:
        """The frozen rows with the plan that they are scored by, for further passes."""
        return side_of(self.frozen, self.definition)


def source_of(frozen: FrozenPeriod) -> SnapshotSource:
    manifest = frozen.manifest
    cells = event_cells(manifest)
    return SnapshotSource(frozen.path, frozen.rows_hash, manifest["period"], manifest["population"], cells)


def side_of(frozen: FrozenPeriod, definition: Definition) -> Side:
    """The frozen rows with the plan that they are scored by."""
    return Side(scoring_plan(definition, frozen.definition_hash), source_of(frozen))


def score_frozen(frozen: FrozenPeriod, definition: Definition, workers: Workers) -> StudyScores:
    """Score the rows by the definition that was answered."""
    side = side_of(frozen, definition)
    return score_study(side.plan, side.source, executor=workers.executor, progress=workers.progress)


def compare_scored(before: ScoredPeriod, after: ScoredPeriod, workers: Workers) -> PeriodComparison:
    """What changed, as far as definitions, fieldwork and answers allow a comparison."""
    changed = before.frozen.definition_hash != after.frozen.definition_hash
    definitions = standings(before.definition, after.definition) if changed else {}
    grounds = Grounds(collected(before.frozen.manifest), collected(after.frozen.manifest), definitions)
    compared = compare_periods(before.scores, after.scores, grounds)
    compared = with_passes(compared, before.side, after.side, workers)
    return with_problem_passes(compared, before.side, after.side, workers)


def trend_point(frozen: FrozenPeriod, scores: StudyScores) -> dict[str, Any] | None:
    """The first measure of a period as later reports' trends hold it; None of a study that has none."""
    measured = first_measure(scores)
    if measured is None:
        return None
    measure, estimate = measured
    return {
        "period": scores.period,
        "measure": measure,
        "rows_hash": frozen.rows_hash,
        "estimate": asdict(estimate),
    }
