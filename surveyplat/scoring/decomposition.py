"""What of a change is performance, and what is another mix of dealers or models.

With the mean r_k and the share c_k of group k, R = Σ c_k r_k, and between periods 1 and 2

    R₂ - R₁ = Σ (r₂ - r₁)(c₁ + c₂) / 2   performance: the groups' own changes, at their mean share
            + Σ (c₂ - c₁)(r₁ + r₂) / 2   mix: the groups' moving shares, at their mean level

A group that stands in one period only changed the mix, not its performance: it enters with the same mean in both.
Source: Kitagawa, JASA 50 (1955), two components.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from surveyplat.errors import InsufficientBase, NotComparable
from surveyplat.scoring.arrays import BoolArray, FloatArray
from surveyplat.scoring.contrasts import contrast, welch_df
from surveyplat.scoring.moments import Moments
from surveyplat.scoring.records.changes import Decomposition, GroupPart
from surveyplat.scoring.weights import kish_effective_n


@dataclass(frozen=True)
class Mix:
    """One period's groups, in a fixed order; every array has the shape (groups,), 0 where a group has no answer.

    ``unit_squares`` is ΣB² of the units' (customers') total weights B. ``mean_squares`` is Σ(A - r·B)² of their
    weighted values A about the group's mean, times m / (m - 1) of the group's m units; ``cross`` is Σ(A - r·B)·B.
    ``known_shares``: the weights add up to known counts of events, so that the shares are no estimates.
    """

    period: str
    groups: tuple[str, ...]
    means: FloatArray
    weights: FloatArray
    units: FloatArray
    mean_squares: FloatArray
    cross: FloatArray
    unit_squares: FloatArray
    known_shares: bool

    @property
    def present(self) -> BoolArray:
        return self.weights > 0

    @property
    def shares(self) -> FloatArray:
        shares: FloatArray = self.weights / self.weights.sum()
        return shares

    @property
    def df(self) -> float:
        """Kish's effective number of customers less 1."""
        return float(kish_effective_n(self.weights.sum(), self.unit_squares.sum())) - 1

    def variances(self, by_mean: FloatArray, by_share: FloatArray) -> FloatArray:
        """Variance of each combination Σ a·r + Σ b·c, shape (combinations,), from a and b (combinations, groups).

        The delta method on the units' linearised values a·(A - r·B) / W_k + (b - Σbc)·B / W: means and shares are
        estimated from the same units and covary where these weigh unequally. Shares are those of one sample of all
        units, unless they are known. Source: Woodruff, JASA 66 (1971).
        """
        own = np.divide(by_mean, self.weights, out=np.zeros_like(by_mean), where=self.present)
        variance: FloatArray = (own**2) @ self.mean_squares
        if not self.known_shares:
            moved = (by_share - (by_share @ self.shares)[:, None]) / self.weights.sum()
            sample = self.units.sum() / max(self.units.sum() - 1, 1)
            variance = variance + sample * (2 * (own * moved) @ self.cross + (moved**2) @ self.unit_squares)
        return np.maximum(variance, 0.0)


def mix_of(
    moments: Moments, column: str, groups: Sequence[str], *, period: str, known_shares: bool, scale: float = 1.0
) -> Mix:
    """The groups' mix of one column, from moments whose cells are the groups; means are multiplied by ``scale``.

    A group of a single customer has no spread of its own: it is centred at the mean of all, as everywhere.
    """
    place = moments.columns.index(column)
    w, y, aa, ab, bb = (moments[name][:, place] for name in ("w", "wy", "aa", "ab", "bb"))
    units = moments["units"][:, place]
    means = np.divide(y, w, out=np.zeros_like(y), where=w > 0)
    centre = np.where(units == 1, y.sum() / w.sum() if w.any() else 0.0, means)
    squares = np.maximum(aa - 2 * centre * ab + centre**2 * bb, 0.0)
    return Mix(
        period=period,
        groups=tuple(groups),
        means=scale * means,
        weights=w,
        units=units,
        mean_squares=scale**2 * squares * np.where(units > 1, units / np.maximum(units - 1, 1), 1.0),
        cross=scale * (ab - means * bb),
        unit_squares=bb,
        known_shares=known_shares,
    )


def decomposed(before: Mix, after: Mix) -> Decomposition:
    """The change between two periods, split into performance and mix, with 95 % intervals.

    The periods' samples count as independent; t with Welch's degrees of freedom. Shape: points of the means given.
    Raises ``InsufficientBase`` when a period has no answer, ``NotComparable`` for other groups or another order of
    them. Source: Kitagawa, JASA 50 (1955); standard errors by the delta method.
    """
    _check(before, after)
    levels = np.where(before.present, before.means, after.means), np.where(after.present, after.means, before.means)
    values, old, new = _parts(levels, before.shares, after.shares)
    old, new = _lent(old, new, before.present, after.present)
    variances = before.variances(*old), after.variances(*new)
    told = [
        contrast(float(value), float(np.sqrt(one + other)), welch_df((float(one), float(other)), (before.df, after.df)))
        for value, one, other in zip(values, *variances, strict=True)
    ]
    count = len(before.groups)
    own, moved = told[3 : 3 + count], told[3 + count :]
    parts = zip(before.groups, own, moved, before.units.tolist(), after.units.tolist(), strict=True)
    change, performance, mix = told[:3]
    groups = tuple(GroupPart(*part) for part in parts)
    return Decomposition(before.period, after.period, change, performance, mix, groups)


_Gradient = tuple[FloatArray, FloatArray]
"""Derivatives of each part by one period's means and shares, each of the shape (parts, groups)."""


def _parts(
    levels: tuple[FloatArray, FloatArray], c1: FloatArray, c2: FloatArray
) -> tuple[FloatArray, _Gradient, _Gradient]:
    """Change, performance, mix, each group's performance, each group's mix: their values and derivatives."""
    r1, r2 = levels
    one, grown, share = np.eye(len(c1)), np.diag(c2 - c1), (c1 + c2) / 2
    above = (r1 + r2) / 2 - (c1 @ r1 + c2 @ r2) / 2
    performance, mix = (r2 - r1) * share, (c2 - c1) * above
    values = np.concatenate([[performance.sum() + mix.sum(), performance.sum(), mix.sum()], performance, mix])
    by_gain = np.diag((r2 - r1) / 2)
    gradients = []
    for sign, r, c in ((-1, r1, c1), (1, r2, c2)):
        by_mean = sign * np.diag(share), (grown - np.outer(c2 - c1, c)) / 2
        by_share = by_gain, sign * one * above - np.outer(c2 - c1, r) / 2
        gradients.append((_with_sums(*by_mean), _with_sums(*by_share)))
    return values, gradients[0], gradients[1]


def _with_sums(performance: FloatArray, mix: FloatArray) -> FloatArray:
    sums = performance.sum(axis=0), mix.sum(axis=0)
    return np.vstack([sums[0] + sums[1], *sums, performance, mix])


def _lent(old: _Gradient, new: _Gradient, before: BoolArray, after: BoolArray) -> tuple[_Gradient, _Gradient]:
    """A mean that one period lends to the other varies once, with what both make of it."""
    by_old, by_new = old[0] + new[0] * ~after, new[0] + old[0] * ~before
    return (by_old * before, old[1]), (by_new * after, new[1])


def _check(before: Mix, after: Mix) -> None:
    if before.groups != after.groups:
        raise NotComparable(
            f"The mix of {before.period} and of {after.period} list different groups: give both in one order, with "
            "weight 0 where a group has no answer"
        )
    empty = [mix.period for mix in (before, after) if not mix.present.any()]
    if empty:
        raise InsufficientBase(f"No answer in {' and '.join(empty)}: there is no change to split into parts")
