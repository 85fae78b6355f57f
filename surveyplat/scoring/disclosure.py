"""The last step of scoring: nothing that is suppressed can be worked out from what is published beside it.

Parts are published beside their totals: dealers and regions beside the index and its factors, dealers, regions, models
and build months beside the PP100 of all vehicles, malfunctions and designs beside both. A suppressed part would follow
from the total and the other parts, so that further parts go, with "complementary" as their reason; see ``hiding`` for
how far a reader may not get. Totals stay: they stand on a base of their own. So where a breakdown has one part alone,
or a second one is suppressed beside it, none of its parts is shown.

Where some dealers alone sell some models, a breakdown tells of the other one too (``linked_groups``).

What adds up but needs nothing: categories and problems. A total counts vehicles that were asked all of its parts, so
that a part has the total's base or a larger one, and is never withheld for its base beside a total that is shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from surveyplat.scoring.additive import WHOLE
from surveyplat.scoring.columns import problem_column
from surveyplat.scoring.hidden_dealers import IndexByGroup
from surveyplat.scoring.hidden_rates import RatesByGroup
from surveyplat.scoring.linked_groups import LinkedGroups, hidden_cells, without_told
from surveyplat.scoring.records.rates import RestContrast
from surveyplat.scoring.records.ratio import Ratio
from surveyplat.scoring.regional import Regional, region_name
from surveyplat.scoring.rest_comparison import still_compared
from surveyplat.scoring.results import Pp100Cell, Pp100Score, StudyScores
from surveyplat.scoring.tabulation import Tabulation


def without_disclosure(scores: StudyScores, table: Tabulation, regions: Mapping[str, Sequence[str]]) -> StudyScores:
    """The same scores with complementary suppression, from what was counted for them; ``regions``: their dealers.

    Leagues are to be made of the dealers that are still shown: all that they say follows from these.
    """
    regional = Regional(table, regions)
    pp100 = None if scores.pp100 is None else _without_rates(scores.pp100, regional)
    return replace(_without_indices(scores, regional), pp100=pp100)


def hidden_dealers(scores: StudyScores) -> frozenset[str]:
    """The dealers whose index is not shown."""
    return frozenset(score.dealer for score in scores.dealers if score.index.score.value is None)


def _without_indices(scores: StudyScores, regional: Regional) -> StudyScores:
    if not scores.dealers:
        return scores
    by_name = {score.dealer: score.index for score in scores.dealers}
    by_name |= {region_name(score.region): score.index for score in scores.regions}
    safe = IndexByGroup(scores.indices[0], by_name, regional).withheld()
    return replace(
        scores,
        dealers=tuple(replace(score, index=safe[score.dealer]) for score in scores.dealers),
        regions=tuple(replace(score, index=safe[region_name(score.region)]) for score in scores.regions),
    )


def _without_rates(pp100: Pp100Score, regional: Regional) -> Pp100Score:
    by_name = {cell.id: cell for cell in pp100.dealers} | {region_name(cell.id): cell for cell in pp100.regions}
    unions = {total: parts for total, parts in regional.sums.items() if total != WHOLE}
    safe = RatesByGroup(pp100.total, by_name, partial(_of_dealers, regional), unions).withheld()
    dealers = tuple(safe[cell.id] for cell in pp100.dealers)
    models = _without_groups(pp100, dealers, pp100.models, "model", regional.table)
    months = _without_groups(pp100, dealers, pp100.build_months, "build_month", regional.table)
    regions = tuple(safe[region_name(cell.id)] for cell in pp100.regions)
    return replace(
        pp100,
        dealers=dealers,
        regions=regions,
        models=models,
        build_months=months,
        models_against_rest=_compared(pp100.models_against_rest, models),
        build_months_against_rest=_compared(pp100.build_months_against_rest, months),
        regions_against_rest=_compared(pp100.regions_against_rest, regions),
    )


def _without_groups(
    pp100: Pp100Score, dealers: Sequence[Pp100Cell], cells: tuple[Pp100Cell, ...], group: str, table: Tabulation
) -> tuple[Pp100Cell, ...]:
    """Models or build months, neither told by one another nor telling of the dealers, and not told by these."""
    linked = LinkedGroups.of(table, group, [cell.id for cell in cells])
    hidden = hidden_cells(dealers) | {""}
    told: frozenset[str] | None = None
    while told is None or told:
        held = without_told(cells, told or ())
        safe = RatesByGroup(
            pp100.total, {cell.id: cell for cell in held}, partial(_of_group, table, group), {}
        ).withheld()
        cells = tuple(safe[cell.id] for cell in cells)
        told = linked.told(hidden, hidden_cells(cells))
    return cells


def _of_dealers(regional: Regional, name: str, kind: str) -> Ratio:
    return regional.ratio(name, problem_column("total", "", kind))


def _of_group(table: Tabulation, group: str, name: str, kind: str) -> Ratio:
    return table.overall(problem_column("total", "", kind) if name == WHOLE else problem_column(group, name, kind))


def _compared(contrasts: tuple[RestContrast, ...], cells: tuple[Pp100Cell, ...]) -> tuple[RestContrast, ...]:
    return still_compared(contrasts, {cell.id for cell in cells if cell.pp100.value is not None})
