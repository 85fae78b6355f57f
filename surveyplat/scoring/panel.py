"""Dealers by months: who was treated from when on, and the two-way regression that compares them.

y_gm = dealer_g + month_m + δ · treated_g · pattern_m, weighted by the cells' bases. Dealers and months are partialled
out (Frisch and Waugh, Econometrica 1 (1933); Lovell, JASA 58 (1963)), after which every quantity of the regression is
a small sum by dealer.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from surveyplat.errors import ScoringError
from surveyplat.scoring.arrays import BoolArray, FloatArray, IntArray
from surveyplat.scoring.records.ratio import Ratio

_ROUNDING = 1e-11


@dataclass(frozen=True)
class Panel:
    """A measure by dealer and month; ``values`` and ``bases`` have the shape (dealers, months).

    A cell's base is its weight: answers, or effective answers; 0 where nobody answered, whatever its value. The action
    began with the month at position ``first_after``. Put in what is additive: points, or the logarithm of a rate.
    Raises ``ScoringError`` for shapes that do not fit, and for values and bases that are not usable numbers.
    """

    dealers: tuple[str, ...]
    months: tuple[str, ...]
    values: FloatArray
    bases: FloatArray
    treated: BoolArray
    first_after: int

    def __post_init__(self) -> None:
        shape = (len(self.dealers), len(self.months))
        if not self.values.shape == self.bases.shape == shape or self.treated.shape != shape[:1]:
            raise ScoringError(f"Values and bases of {shape[0]} dealers in {shape[1]} months need this shape")
        usable = np.isfinite(self.bases) & (self.bases >= 0) & (np.isfinite(self.values) | (self.bases == 0))
        wrong = [f"{self.dealers[g]} in {self.months[m]}" for g, m in np.argwhere(~usable)]
        if wrong:
            raise ScoringError(f"No usable value or base for {', '.join(wrong)}; give base 0 where nobody answered")

    @property
    def after(self) -> BoolArray:
        return np.arange(len(self.months)) >= self.first_after

    def chosen(self, dealers: BoolArray, months: BoolArray) -> "Panel":
        """The same for some dealers and months."""
        return Panel(
            tuple(name for name, kept in zip(self.dealers, dealers, strict=True) if kept),
            tuple(name for name, kept in zip(self.months, months, strict=True) if kept),
            self.values[dealers][:, months],
            self.bases[dealers][:, months],
            self.treated[dealers],
            int(np.count_nonzero(months[: self.first_after])),
        )


def panel_of(months: Mapping[str, Mapping[str, Ratio]], treated: Collection[str], first_after: str) -> Panel:
    """The panel of a measure from its ratio by month and dealer, months in their order; bases are effective answers.

    A dealer that a month does not know, or of whom nobody answered, has base 0 there. Raises ``ScoringError`` when
    ``first_after`` is none of the months.
    """
    names = tuple(months)
    if first_after not in names:
        raise ScoringError(f"The action's first month {first_after} is none of {', '.join(names) or 'no months'}")
    dealers = tuple(sorted({dealer for held in months.values() for dealer in held}))
    cells = [[held.get(dealer) for held in months.values()] for dealer in dealers]
    return Panel(
        dealers,
        names,
        np.array([[0.0 if cell is None else cell.value for cell in row] for row in cells]).reshape(-1, len(names)),
        np.array([[0.0 if cell is None else cell.effective_base for cell in row] for row in cells]).reshape(
            -1, len(names)
        ),
        np.array([dealer in treated for dealer in dealers], dtype=np.bool_),
        names.index(first_after),
    )


@dataclass(frozen=True)
class TwoWay:
    """The regression with dealers and months partialled out.

    ``outcome``, shape (dealers, months), and ``months``, (dealers, months, rank), an orthonormal basis of the months'
    effects, are within dealers and times √base. ``pattern`` is the regressor that each dealer would have if treated,
    within the dealer only.
    """

    outcome: FloatArray
    months: FloatArray
    pattern: FloatArray
    treated: BoolArray
    cells: int
    """Cells with a base."""
    level: float
    """Σ base · value² of the values themselves: what rounding errors are measured by."""

    @classmethod
    def of(cls, panel: Panel, pattern: FloatArray) -> "TwoWay":
        """``pattern`` has a value a month: 1 after and 0 before, or the months' own number for a trend."""
        size = len(panel.months)
        dummies = np.broadcast_to(np.eye(size), (len(panel.dealers), size, size))
        basis = _orthonormal(_within(dummies, panel.bases))
        values = np.where(panel.bases > 0, panel.values, 0.0)
        outcome = _within(values[..., None], panel.bases)
        regressor = _within(np.broadcast_to(pattern[:, None], (*panel.bases.shape, 1)), panel.bases)
        cleared = outcome[..., 0] - basis @ np.einsum("gmr,gm->r", basis, outcome[..., 0])
        level = float((panel.bases * values**2).sum())
        return cls(cleared, basis, regressor[..., 0], panel.treated, int(np.count_nonzero(panel.bases)), level)

    @cached_property
    def loads(self) -> FloatArray:
        """What each dealer's pattern shares with the months, shape (dealers, rank)."""
        loads: FloatArray = np.einsum("gmr,gm->gr", self.months, self.pattern)
        return loads

    @cached_property
    def scores(self) -> FloatArray:
        """Each dealer's pattern times its outcome, shape (dealers,)."""
        scores: FloatArray = (self.pattern * self.outcome).sum(axis=1)
        return scores

    @cached_property
    def sizes(self) -> FloatArray:
        """Each dealer's squared pattern, shape (dealers,)."""
        sizes: FloatArray = (self.pattern**2).sum(axis=1)
        return sizes

    @cached_property
    def regressor(self) -> FloatArray:
        """The treated dealers' pattern, months partialled out, shape (dealers, months)."""
        regressor: FloatArray = self.pattern * self.treated[:, None] - self.months @ self.loads[self.treated].sum(
            axis=0
        )
        return regressor

    @cached_property
    def size(self) -> float:
        """The squared regressor."""
        return float((self.regressor**2).sum())

    @property
    def is_told(self) -> bool:
        """Whether the regressor is more than dealers and months, and the dealers' errors are more than rounding."""
        if self.size <= _ROUNDING * float(self.sizes.sum()):
            return False
        errors = float((self.dealer_errors**2).sum())
        return errors > (_ROUNDING * self.size) * (_ROUNDING * self.level)

    @property
    def effect(self) -> float:
        """δ, in points of the outcome."""
        return float(self.scores[self.treated].sum()) / self.size

    @cached_property
    def residuals(self) -> FloatArray:
        residuals: FloatArray = self.outcome - self.effect * self.regressor
        return residuals

    @property
    def dealer_errors(self) -> FloatArray:
        """Each dealer's regressor times its residuals, shape (dealers,): what clustered errors are made of."""
        errors: FloatArray = (self.regressor * self.residuals).sum(axis=1)
        return errors

    def effects_of(self, assignments: IntArray) -> tuple[FloatArray, FloatArray]:
        """Had other dealers been treated, shape (assignments,): δ, and what it would hold of the true regressor.

        ``assignments`` are positions of as many dealers, shape (assignments, treated).
        """
        loads = self.loads[assignments].sum(axis=1)
        size = self.sizes[assignments].sum(axis=1) - (loads**2).sum(axis=1)
        same = (self.sizes * self.treated)[assignments].sum(axis=1) - loads @ self.loads[self.treated].sum(axis=0)
        told = size > _ROUNDING * self.sizes.sum()
        whole = np.where(told, size, 1.0)
        return self.scores[assignments].sum(axis=1) * told / whole, same * told / whole


def _within(columns: FloatArray, bases: FloatArray) -> FloatArray:
    """Columns (dealers, months, columns) less their dealer's weighted mean, times √base."""
    weights = bases[..., None]
    total = weights.sum(axis=1, keepdims=True)
    means = (weights * columns).sum(axis=1, keepdims=True) / np.where(total > 0, total, 1.0)
    within: FloatArray = np.sqrt(weights) * (columns - means)
    return within


def _orthonormal(columns: FloatArray) -> FloatArray:
    dealers, months, width = columns.shape
    axes, values, _ = np.linalg.svd(columns.reshape(-1, width), full_matrices=False)
    kept: FloatArray = axes[:, values > _ROUNDING * values.max(initial=0.0)]
    return kept.reshape(dealers, months, -1)
