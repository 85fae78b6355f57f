"""Somebody with nothing but the published documents, who solves for what is withheld in them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Any

import numpy as np
from scipy.optimize import linprog

Document = Mapping[str, Any]
ROUNDING = 1e-6


@dataclass
class Knowledge:
    """Unknown amounts between ends, and what sums of them come to."""

    ends: dict[str, tuple[float, float]] = field(default_factory=dict)
    equations: list[tuple[dict[str, float], float]] = field(default_factory=list)

    def amount(self, name: str, published: float | None, low: float, high: float) -> None:
        self.ends[name] = (low, high) if published is None else (published, published)

    def adds_up(self, parts: Mapping[str, float], to: float | None) -> None:
        if to is not None and parts:
            self.equations.append((dict(parts), to))

    def bounds(self, name: str) -> tuple[float, float]:
        """The least and the largest that an amount can be; the sums hold but for rounding."""
        names = list(self.ends)
        rows = np.array([[parts.get(each, 0.0) for each in names] for parts, _ in self.equations])
        sums = np.array([total for _, total in self.equations])
        room = ROUNDING * (1 + np.abs(sums))
        goal = np.array([float(each == name) for each in names])
        found = []
        for sign in (1, -1):
            solved = linprog(
                sign * goal,
                A_ub=np.vstack([rows, -rows]),
                b_ub=np.concatenate([sums + room, room - sums]),
                bounds=list(self.ends.values()),
                method="highs",
            )
            assert solved.status in (0, 3), solved.message
            found.append(sign * solved.fun if solved.status == 0 else -sign * inf)
        return found[0], found[1]


def of_index(document: Document, *, complete: bool = False) -> Knowledge:
    """Weighted points by dealer and column ("D01/", "D01/advisor"), from the first index and its dealers.

    ``complete``: everybody answered everything, so that factors add up to the index.
    """
    known, whole = Knowledge(), document["indices"][0]
    groups = {each["dealer"]: each["index"] for each in document["dealers"]}
    for column, (total, _) in columns(whole).items():
        for dealer, index in groups.items():
            place(known, dealer, column, columns(index)[column][0], whole["total"])
        rest = total["weighted_base"] - sum(columns(index)[column][0]["weighted_base"] for index in groups.values())
        known.amount(f"/{column}", None, 0.0, max(0.0, rest) * whole["total"])
        names = {f"{dealer}/{column}": 1.0 for dealer in [*groups, ""]}
        known.adds_up(names, points(total))
    for dealer, index in groups.items() if complete else ():
        terms = {f"{dealer}/{name}": weight for name, (_, weight) in columns(index).items() if name}
        known.adds_up({**terms, f"{dealer}/": -1.0}, 0.0)
    return known


def columns(index: Document) -> dict[str, tuple[Document, float]]:
    """The index itself ("") and its factors, with their weights in it."""
    return {"": (index["score"], 1.0), **{each["id"]: (each["score"], each["weight"]) for each in index["factors"]}}


def place(known: Knowledge, dealer: str, column: str, estimate: Document, highest: float) -> None:
    known.amount(f"{dealer}/{column}", points(estimate), 0.0, estimate["weighted_base"] * highest)


def points(estimate: Document) -> float | None:
    return None if estimate["value"] is None else estimate["value"] * estimate["weighted_base"]


def with_regions(known: Knowledge, document: Document, dealers_of: Mapping[str, list[str]]) -> Knowledge:
    """The same with what each region's index adds to it."""
    for region in document["regions"]:
        for column, (estimate, _) in columns(region["index"]).items():
            known.adds_up({f"{dealer}/{column}": 1.0 for dealer in dealers_of[region["region"]]}, points(estimate))
    return known


def of_rates(pp100: Document, cells: list[Document], regions: Mapping[str, list[str]] | None = None) -> Knowledge:
    """Weighted problems by part and kind ("D01/pp100", "D01/malfunction"), with the counts of all problems."""
    known, total = Knowledge(), pp100["total"]
    kinds = ("pp100", "malfunction", "design")
    weight = {cell["id"]: cell["pp100"]["weighted_base"] for cell in cells}
    vehicles = {cell["id"]: cell["pp100"]["unweighted_base"] for cell in cells}
    rest = total["pp100"]["weighted_base"] - sum(weight.values())
    for kind in kinds:
        for cell in cells:
            shown = points(cell[kind])
            known.amount(f"{cell['id']}/{kind}", None if shown is None else shown / 100, 0.0, inf)
        known.amount(f"/{kind}", None, 0.0, inf if rest > ROUNDING else 0.0)
        known.adds_up({f"{cell['id']}/{kind}": 1.0 for cell in [*cells, {"id": ""}]}, points(total[kind]) / 100)
    for name in [*weight, ""]:
        known.adds_up({f"{name}/pp100": -1.0, f"{name}/malfunction": 1.0, f"{name}/design": 1.0}, 0.0)
    if rest <= ROUNDING:
        counts = {f"{name}/pp100": vehicles[name] / weight[name] for name in weight if weight[name]}
        known.adds_up(counts, total["problems"])
    for region in pp100["regions"] if regions else ():
        inside = [name for name in regions[region["id"]] if weight[name]]
        for kind in kinds:
            shown = points(region[kind])
            known.adds_up({f"{name}/{kind}": 1.0 for name in inside}, None if shown is None else shown / 100)
        known.adds_up({f"{name}/pp100": vehicles[name] / weight[name] for name in inside}, region["problems"])
    return known


def withheld(document: Document) -> Iterator[tuple[str, str, Document]]:
    """Every dealer and column that is suppressed for its own base."""
    for each in document["dealers"]:
        for column, (estimate, _) in columns(each["index"]).items():
            if estimate["suppressed"] not in (None, "complementary") and estimate["weighted_base"]:
                yield each["dealer"], column, estimate
