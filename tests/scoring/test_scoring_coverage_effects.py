"""Do 95 % intervals of actions' effects cover the truth, and are actions without effect seldom called effective?

2,000 actions each, so that a share of 95 % is known to a point (two standard errors); 93 to 97 % is asked. Cells are
means of 30, 100 or 300 answers on 1 to 10, most of them at the top.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import islice

import numpy as np
import pytest
from scipy.special import ndtr
from scoring_dealers import Floats
from scoring_samples import POINTS, SIZES

from surveyplat.scoring.assignments import permuted
from surveyplat.scoring.baselines import baselines, conditioned
from surveyplat.scoring.clustered import bias_reduced, wild_bootstrap
from surveyplat.scoring.effects import action_effect
from surveyplat.scoring.panel import Panel, TwoWay

ACTIONS = 2_000
BEFORE = 6
EFFECT = 0.2
"""Points of the ten-point scale: as much as from 8.9 to 9.1."""


def drawn_panels(
    rng: np.random.Generator, dealers: int, treated: int, n: int, effect: float, *, worst: bool = False
) -> Iterator[Panel]:
    """Dealers that differ, months in which each has its own luck, and cells of n / 2 to 3 n / 2 answers.

    The action turns so many answers of the treated dealers into a 10 that their mean rises by ``effect`` exactly.
    ``worst``: the action is taken by the worst of the months before.
    """
    names, months = tuple(f"D{place:02d}" for place in range(dealers)), tuple("012345678")
    lasting = 9 + 0.4 * rng.standard_normal((ACTIONS, dealers, 1))
    shares = shares_of(lasting + 0.15 * rng.standard_normal((ACTIONS, dealers, len(months))))
    bases = rng.integers(n // 2, 3 * n // 2, shares.shape[:-1])
    values = rng.multinomial(bases, shares) @ POINTS / bases
    order = np.argsort(values[..., :BEFORE].mean(axis=-1)) if worst else np.tile(np.arange(dealers), (ACTIONS, 1))
    chosen = np.zeros((ACTIONS, dealers), dtype=bool)
    np.put_along_axis(chosen, order[:, :treated], True, axis=1)
    if effect:
        theirs = chosen[..., None] & (np.arange(len(months)) >= BEFORE)
        moved = effect / (10 - shares[theirs] @ POINTS)[:, None]
        better = (1 - moved) * shares[theirs] + moved * (POINTS == 10)
        values[theirs] = rng.multinomial(bases[theirs], better) @ POINTS / bases[theirs]
    for cells, base, acted in zip(values, bases.astype(np.float64), chosen, strict=True):
        yield Panel(names, months, cells, base, acted, BEFORE)


def shares_of(moods: Floats) -> Floats:
    """The chances of the points 1 to 10 to which customers' moods are cut, normal about these with deviation 1.8."""
    below = ndtr((np.arange(1, 10) + 0.5 - moods[..., None]) / 1.8)
    shares: Floats = np.diff(below, axis=-1, prepend=0.0, append=1.0)
    return shares


def fair(panel: Panel) -> TwoWay:
    """The regression that ``action_effect`` tells of, without its checks and trend: they take most of the time."""
    return TwoWay.of(conditioned(panel, baselines(panel)), panel.after.astype(np.float64))


@cache
def fits_of(n: int, worst: bool = False) -> list[TwoWay]:
    """Actions of six of sixteen dealers."""
    return [fair(panel) for panel in drawn_panels(np.random.default_rng(n), 16, 6, n, EFFECT, worst=worst)]


def held_by(ends: list[tuple[float | None, float | None]], truth: float) -> float:
    return float(np.mean([None not in pair and pair[0] <= truth <= pair[1] for pair in ends]))  # type: ignore[operator]


@pytest.mark.parametrize("worst", [False, True])
@pytest.mark.parametrize("n", SIZES)
def test_effects_of_actions(n: int, worst: bool) -> None:
    """Also when the worst dealers were chosen, which recover by themselves."""
    told = [bias_reduced(fit) for fit in fits_of(n, worst)]
    assert 0.93 <= held_by([(found.ci_low, found.ci_high) for found in told], EFFECT) <= 0.97
    assert abs(np.mean([found.value for found in told]) - EFFECT) < 0.02


@pytest.mark.parametrize(
    ("n", "worst", "least"), [(30, False, 0.93), (100, False, 0.93), (300, False, 0.93), (300, True, 0.91)]
)
def test_effects_of_actions_by_two_dealers(n: int, worst: bool, least: float) -> None:
    """By permutation among the 120 pairs of 16 dealers, which is exact when any of them may have been chosen.

    The two worst are not any two: below the crowded top of the scale their months vary more than those of the others,
    and their intervals cover 91 to 93 %.
    """
    rng = np.random.default_rng(n)
    fits = [fair(panel) for panel in drawn_panels(rng, 16, 2, n, EFFECT, worst=worst)]
    told = [permuted(fit, rng) for fit in fits]
    assert least <= held_by([(found.ci_low, found.ci_high) for found in told], EFFECT) <= 0.97
    assert abs(np.mean([fit.effect for fit in fits]) - EFFECT) < 0.02


@pytest.mark.parametrize("n", SIZES)
def test_effects_by_the_wild_bootstrap(n: int) -> None:
    """199 replicates a run: as true as 1,999, and a little wider."""
    rng = np.random.default_rng(n)
    told = [wild_bootstrap(fit, rng, replicates=199) for fit in fits_of(n)]
    assert 0.93 <= held_by([(low, high) for _, low, high in told], EFFECT) <= 0.97


def test_actions_of_the_worst_dealers_without_effect_are_seldom_called_effective() -> None:
    panels = drawn_panels(np.random.default_rng(31), 16, 7, 30, 0.0, worst=True)
    told = [bias_reduced(fair(panel)) for panel in panels]
    assert 0.03 <= np.mean([found.p_value is not None and found.p_value <= 0.05 for found in told]) <= 0.07


@pytest.mark.parametrize(("treated", "least"), [(1, 0.025), (2, 0.035)])
def test_permutation_keeps_its_level(treated: int, least: float) -> None:
    """Whatever the errors: here a dealer's shocks last, and are far from normal. Of 24, one alone: at most 1 / 24."""
    rng = np.random.default_rng(treated)
    shocks = np.cumsum(rng.standard_t(3, size=(ACTIONS, 24, 9)), axis=2)
    panels = drawn_panels(rng, 24, treated, 30, 0.0)
    fits = [fair(replace(panel, values=9 + shock)) for panel, shock in zip(panels, shocks, strict=True)]
    assert least <= np.mean([permuted(fit, rng).p_value <= 0.05 for fit in fits]) <= 0.06


def test_without_shrinking_the_worst_dealers_recover_by_themselves() -> None:
    """``action_effect`` as a whole: no effect was planted, a fifth of a point is what bad luck alone gives back."""
    rng = np.random.default_rng(9)
    panels = islice(drawn_panels(rng, 16, 6, 30, 0.0, worst=True), 400)
    found = [action_effect(panel, rng) for panel in panels]
    naive = np.mean([result.unconditioned.value for result in found if result.unconditioned])
    true = np.mean([result.effect.value for result in found if result.effect])
    assert naive > 0.05
    assert abs(true) < 0.02
