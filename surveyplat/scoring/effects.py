"""Did the action work? The effect with its interval, or why it cannot be told."""

from collections.abc import Iterator
from dataclasses import replace
from math import isfinite
from typing import Literal

import numpy as np

from surveyplat.scoring.arrays import BoolArray
from surveyplat.scoring.assignments import count_assignments, permuted
from surveyplat.scoring.baselines import baselines, conditioned
from surveyplat.scoring.clustered import bias_reduced, clustered, wild_bootstrap
from surveyplat.scoring.intervals import CONFIDENCE
from surveyplat.scoring.panel import Panel, TwoWay
from surveyplat.scoring.reasons import Reason
from surveyplat.scoring.records.effects import ActionEffect, EffectEstimate, Method

LEAST_BEFORE, LEAST_AFTER = 6, 3
LEAST_CLUSTERS = 6
"""Treated and control dealers from which on clustered inference holds; below it, permutation."""

LARGEST_P = 1 - CONFIDENCE
REPLICATES = 1999

ByClusters = Literal["cr2", "wild_bootstrap"]


def action_effect(panel: Panel, rng: np.random.Generator, *, by_clusters: ByClusters = "cr2") -> ActionEffect:
    """Difference in differences on dealers by months, with dealers' and months' own effects.

    Six or more treated and control dealers: CR2 with Satterthwaite's degrees of freedom, or the wild cluster bootstrap
    as ``by_clusters`` says. Fewer: permutation over the panel's controls, which should be those that are comparable.
    Cannot be told with fewer than 6 months before or 3 after the action, without treated or control dealers, without
    any spread, or when no p value could be below 5 %. Dealers and months without anything to compare are left out and
    named. Never raises: what cannot be told is a result.

    Source: Bertrand, Duflo and Mullainathan, Quarterly Journal of Economics 119 (2004); ``clustered``,
    ``assignments`` and ``baselines`` name the methods'.
    """
    held, left_out = (panel, ()) if _too_few(panel) else _comparable_cells(panel, ())
    if few := _too_few(held):
        return _result(held, (*few, *left_out))
    plain = _after(held)
    if causes := tuple(_unsure(held, plain)):
        return _result(held, (*causes, *left_out))
    known = baselines(held)
    method: Method = by_clusters if _has_clusters(held) else "permutation"
    trend = _estimate(_trend(held), method, rng)
    return replace(
        _result(held, (*_cautions(held, by_clusters, trend), *left_out)),
        verdict="told",
        effect=_estimate(_after(conditioned(held, known)), method, rng),
        unconditioned=clustered(plain),
        pre_trend=trend,
        reliability=float(known.reliability[held.treated].mean()),
    )


def _comparable_cells(panel: Panel, left_out: tuple[Reason, ...]) -> tuple[Panel, tuple[Reason, ...]]:
    """Dealers with answers on both sides of the action, in months in which both treated and others have answers."""
    answered = panel.bases > 0
    dealers: BoolArray = np.logical_and.reduce([answered[:, side].any(axis=1) for side in (panel.after, ~panel.after)])
    months: BoolArray = np.logical_and.reduce(
        [answered[group].any(axis=0) for group in (panel.treated, ~panel.treated)]
    )
    if dealers.all() and months.all():
        return panel, left_out
    lost = [Reason("dealer_left_out", {}, panel.dealers[place]) for place in np.flatnonzero(~dealers)]
    lost += [Reason("month_left_out", {}, panel.months[place]) for place in np.flatnonzero(~months)]
    return _comparable_cells(panel.chosen(dealers, months), (*left_out, *lost))


def _too_few(panel: Panel) -> list[Reason]:
    treated, before = int(panel.treated.sum()), min(panel.first_after, len(panel.months))
    needs = (
        ("too_few_treated", treated, 1),
        ("too_few_controls", len(panel.dealers) - treated, 1),
        ("too_few_months_before", before, LEAST_BEFORE),
        ("too_few_months_after", len(panel.months) - before, LEAST_AFTER),
    )
    return [Reason(code, {"found": found, "least": least}) for code, found, least in needs if found < least]


def _unsure(panel: Panel, fit: TwoWay) -> Iterator[Reason]:
    """Enough of everything, and still nothing to judge an effect by."""
    assignments = count_assignments(len(panel.dealers), int(panel.treated.sum()))
    if not _has_clusters(panel) and 1 / assignments > LARGEST_P:
        yield Reason("too_few_assignments", {"assignments": assignments, "smallest_p": 1 / assignments})
    cells = int(np.count_nonzero(panel.bases[:, ~panel.after]))
    least = len(panel.dealers) + panel.first_after
    if cells < least:
        yield Reason("too_few_cells_before", {"found": cells, "least": least})
    elif not fit.is_told:
        yield Reason("no_spread")


def _has_clusters(panel: Panel) -> bool:
    treated = int(panel.treated.sum())
    return min(treated, len(panel.dealers) - treated) >= LEAST_CLUSTERS


def _after(panel: Panel) -> TwoWay:
    """Before against after."""
    return TwoWay.of(panel, panel.after.astype(np.float64))


def _trend(panel: Panel) -> TwoWay:
    """The months before alone, with each treated dealer's own slope."""
    before = panel.chosen(np.ones(len(panel.dealers), dtype=np.bool_), ~panel.after)
    return TwoWay.of(before, np.arange(len(before.months), dtype=np.float64))


def _estimate(fit: TwoWay, method: Method, rng: np.random.Generator) -> EffectEstimate | None:
    if not fit.is_told:
        return None
    if method == "permutation":
        found = permuted(fit, rng)
        ends = _end(found.ci_low), _end(found.ci_high)
        return EffectEstimate(fit.effect, None, None, *ends, found.p_value, method, found.smallest_p)
    told = bias_reduced(fit)
    if method == "cr2":
        return EffectEstimate(told.value, told.std_error, told.df, told.ci_low, told.ci_high, told.p_value, method, 0.0)
    p_value, low, high = wild_bootstrap(fit, rng, replicates=REPLICATES)
    smallest = 1 / (1 + REPLICATES)
    return EffectEstimate(fit.effect, told.std_error, None, _end(low), _end(high), p_value, method, smallest)


def _end(value: float) -> float | None:
    return value if isfinite(value) else None


def _cautions(panel: Panel, refused: Method, trend: EffectEstimate | None) -> Iterator[Reason]:
    if not _has_clusters(panel):
        treated = float(panel.treated.sum())
        values = {"treated": treated, "controls": len(panel.dealers) - treated, "least": float(LEAST_CLUSTERS)}
        yield Reason("clustered_inference_refused", values, refused)
    if trend is None:
        yield Reason("pre_trend_unknown")
    elif trend.p_value is not None and trend.p_value <= LARGEST_P:
        yield Reason("pre_trend", {"slope": trend.value, "p_value": trend.p_value})


def _result(panel: Panel, reasons: tuple[Reason, ...]) -> ActionEffect:
    treated, before = int(panel.treated.sum()), min(panel.first_after, len(panel.months))
    return ActionEffect(
        verdict="cannot_be_told",
        effect=None,
        unconditioned=None,
        pre_trend=None,
        reliability=None,
        treated_dealers=treated,
        control_dealers=len(panel.dealers) - treated,
        months_before=before,
        months_after=len(panel.months) - before,
        base=float(panel.bases.sum()),
        reasons=reasons,
    )
