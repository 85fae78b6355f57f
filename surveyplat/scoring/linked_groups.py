"""Two breakdowns of the same vehicles that tell of each other: dealers who sell models that nobody else sells.

Where the models of some dealers are sold by these alone, the problems of both add up to the same. With one group of
dealers for each brand, what is shown of a brand's models is what is shown of its dealers, so that a dealer withheld
here and another one there would no longer hide each other. Groups of dealers and models that are linked by any vehicle
are found as the parts of a graph; all in one part, the usual case, tells nothing.
Source: de Wolf and Giessing, Adjusting the tau-Argus modular approach to deal with linked tables (2009).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from surveyplat.scoring.arrays import BoolArray, FloatArray, IntArray
from surveyplat.scoring.columns import problem_column
from surveyplat.scoring.results import Pp100Cell
from surveyplat.scoring.suppression import withheld_beside
from surveyplat.scoring.tabulation import Tabulation


@dataclass(frozen=True)
class LinkedGroups:
    """Vehicles of each dealer in each of ``names`` (models, build months), shape (dealers, names).

    A last column holds the vehicles of none of them, which nothing is published of.
    """

    dealers: tuple[str, ...]
    names: tuple[str, ...]
    vehicles: FloatArray

    @classmethod
    def of(cls, table: Tabulation, group: str, names: Sequence[str]) -> "LinkedGroups":
        """From the columns that ``columns_by_group`` counted."""
        places = [table.moments.columns.index(problem_column(group, name)) for name in names]
        whole = table.moments["n"][:, table.moments.columns.index(problem_column("total"))]
        inside = table.moments["n"][:, places]
        return cls(table.dealers, tuple(names), np.column_stack([inside, whole - inside.sum(axis=1)]))

    def told(self, hidden_dealers: Collection[str], hidden_names: Collection[str]) -> frozenset[str]:
        """The names that must go next, so that neither breakdown parts what is withheld in the other; none at the end.

        A part with a withheld dealer, beside other such parts, needs a withheld name, the smallest; a part with a
        withheld name, beside other such parts, and without a withheld dealer shows none of its names at all.
        """
        dealer_part, name_part = _parts(self.vehicles > 0)
        gone_dealers = np.isin(self.dealers, list(hidden_dealers)) & self.vehicles.any(axis=1)
        gone_names = np.append(np.isin(self.names, list(hidden_names)), True) & self.vehicles.any(axis=0)
        by_dealer, by_name = set(dealer_part[gone_dealers].tolist()), set(name_part[gone_names].tolist())
        bare = by_name - by_dealer if len(by_name) > 1 else set()
        found = np.flatnonzero(np.isin(name_part, list(bare)) & ~gone_names)
        if not len(found) and len(by_dealer) > 1:
            found = np.flatnonzero(np.isin(name_part, list(by_dealer - by_name)))
            found = found[self.vehicles[:, found].sum(axis=0).argsort(kind="stable")[:1]]
        return frozenset(self.names[place] for place in found.tolist())


def without_told(cells: Sequence[Pp100Cell], told: Collection[str]) -> tuple[Pp100Cell, ...]:
    """The cells, those told withheld for the sake of others."""
    return tuple(replace(cell, pp100=withheld_beside(cell.pp100)) if cell.id in told else cell for cell in cells)


def hidden_cells(cells: Sequence[Pp100Cell]) -> frozenset[str]:
    """The ids of the cells whose rate is not shown."""
    return frozenset(cell.id for cell in cells if cell.pp100.suppressed is not None)


def _parts(linked: BoolArray) -> tuple[IntArray, IntArray]:
    """The number of the part that each row and each column belongs to: those linked directly or through others."""
    rows, columns = np.arange(linked.shape[0]), np.full(linked.shape[1], -1)
    settled = False
    while not settled:
        least = np.where(linked, rows[:, None], linked.shape[0]).min(axis=0, initial=linked.shape[0])
        joined = np.minimum(rows, np.where(linked, least, linked.shape[0]).min(axis=1, initial=linked.shape[0]))
        settled = bool((joined == rows).all() and (least == columns).all())
        rows, columns = joined, least
    return rows, columns
