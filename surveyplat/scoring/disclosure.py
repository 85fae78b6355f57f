"""The last step of scoring: nothing that is suppressed can be worked out from what is published beside it.

Parts are published beside their totals: dealers beside the index and its factors, dealers, models and build months
beside the PP100 of all vehicles, malfunctions and designs beside both. A suppressed part would follow from the total
and the other parts, so that further parts go, with "complementary" as their reason; see ``hiding`` for how far a
reader may not get. Totals stay: they stand on a base of their own.

What adds up but needs nothing: categories and problems. A total counts vehicles that were asked all of its parts, so
that a part has the total's base or a larger one, and is never withheld for its base beside a total that is shown.
"""

from dataclasses import replace
from functools import partial

from surveyplat.scoring.columns import problem_column
from surveyplat.scoring.design import Ratio
from surveyplat.scoring.hidden_dealers import DealersOfIndex
from surveyplat.scoring.hidden_rates import RatesOfGroup
from surveyplat.scoring.results import Pp100Score, StudyScores
from surveyplat.scoring.tabulation import Tabulation


def without_disclosure(scores: StudyScores, table: Tabulation) -> StudyScores:
    """The same scores with complementary suppression, from what was counted for them.

    The league is to be made of the dealers that are still shown: all that it says follows from these.
    """
    dealers = scores.dealers
    if dealers:
        dealers = DealersOfIndex(scores.indices[0], dealers, table).withheld()
    pp100 = None if scores.pp100 is None else _without_rates(scores.pp100, table)
    return replace(scores, dealers=dealers, pp100=pp100)


def hidden_dealers(scores: StudyScores) -> frozenset[str]:
    """The dealers whose index is not shown."""
    return frozenset(score.dealer for score in scores.dealers if score.index.score.value is None)


def _without_rates(pp100: Pp100Score, table: Tabulation) -> Pp100Score:
    dealers = RatesOfGroup(pp100.total, pp100.dealers, partial(_of_dealer, table)).withheld()
    models = RatesOfGroup(pp100.total, pp100.models, partial(_of_group, table, "model")).withheld()
    return replace(pp100, dealers=dealers, models=models)


def _of_dealer(table: Tabulation, dealer: str, kind: str) -> Ratio:
    column = problem_column("total", "", kind)
    return table.of_dealer(dealer, column) if dealer else table.overall(column)


def _of_group(table: Tabulation, group: str, name: str, kind: str) -> Ratio:
    return table.overall(problem_column(group if name else "total", name, kind))
