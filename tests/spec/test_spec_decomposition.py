"""Hand-worked splits of a change into performance and mix."""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyplat.errors import InsufficientBase, NotComparable
from surveyplat.scoring.decomposition import Mix, decomposed, mix_of
from surveyplat.scoring.design import ratios_overall
from surveyplat.scoring.moments import STATISTICS, Column, Moments, Rows, moments_of

MODELS = ("sedan", "van")


def counted(answers: Mapping[str, Sequence[float]], weights: Mapping[str, float] | None = None) -> Moments:
    """One cell a model, every answer a customer of its own."""
    answers = dict(sorted(answers.items()))
    cells = np.repeat([MODELS.index(model) for model in answers], [len(values) for values in answers.values()])
    each = np.array([(weights or {}).get(MODELS[cell], 1.0) for cell in cells])
    values = np.concatenate([np.array(held, dtype=np.float64) for held in answers.values()])
    rows = Rows.in_order(cells, np.arange(len(cells)))
    found = moments_of([Column("index", values, np.ones(len(cells)))], each, rows)
    return empty_cells().merge(found)


def empty_cells() -> Moments:
    return Moments(("index",), 0, np.zeros(len(MODELS)), np.zeros((len(STATISTICS), len(MODELS), 1)))


def mix(period: str, answers: Mapping[str, Sequence[float]], *, known: bool = False) -> Mix:
    return mix_of(counted(answers), "index", MODELS, period=period, known_shares=known)


# period   sedan          van            mean
# Q1       700 (3 of 4)   500 (1 of 4)   650
# Q2       720 (1 of 4)   540 (3 of 4)   585
# performance 20 x (0.75 + 0.25) / 2 + 40 x (0.25 + 0.75) / 2 = 10 + 20 = 30
# mix         (0.25 - 0.75) x 710 + (0.75 - 0.25) x 520 = -95
Q1 = {"sedan": [690, 700, 710], "van": [500]}
Q2 = {"sedan": [720], "van": [530, 540, 550]}


def test_every_model_gains_and_the_whole_falls() -> None:
    split = decomposed(mix("Q1", Q1), mix("Q2", Q2))
    assert split.change.value == pytest.approx(-65)
    assert split.performance.value == pytest.approx(30)
    assert split.mix.value == pytest.approx(-95)


def test_groups_add_up_to_the_components() -> None:
    """The mix counts from the mean of both periods, 617.5: -0.5 x (710 - 617.5) and 0.5 x (520 - 617.5)."""
    split = decomposed(mix("Q1", Q1), mix("Q2", Q2))
    assert [part.performance.value for part in split.groups] == pytest.approx([10, 20])
    assert [part.mix.value for part in split.groups] == pytest.approx([-46.25, -48.75])
    assert [(part.base_before, part.base_after) for part in split.groups] == [(3, 1), (1, 3)]


def test_a_new_model_changes_the_mix_only() -> None:
    """Sedan stays at 700; vans at 500 become half: the whole fall of 100 is mix."""
    split = decomposed(mix("Q1", {"sedan": [690, 710]}), mix("Q2", {"sedan": [690, 710], "van": [490, 510]}))
    assert split.performance.value == pytest.approx(0)
    assert split.mix.value == pytest.approx(-100)
    assert split.groups[1].performance.value == 0


def test_known_shares_leave_the_design_variance_of_the_groups_means() -> None:
    """Sedan 600 and 800 has variance 10,000 with share 1/2, van 500 and 540 has 400: 0.25 x 10,400 in each period."""
    answers = {"sedan": [600, 800], "van": [500, 540]}
    split = decomposed(mix("Q1", answers, known=True), mix("Q2", answers, known=True))
    assert split.change.std_error == pytest.approx((2 * 0.25 * 10_400) ** 0.5)
    assert split.performance.std_error == pytest.approx(split.change.std_error)
    assert split.mix.std_error == 0
    assert split.mix.ci_low is None


def test_estimated_shares_add_their_multinomial_variance() -> None:
    """Both models at fixed levels: Var(R) = (700 - 500)² x 1/2 x 1/2 / (8 - 1), all of it mix."""
    answers = {"sedan": [700] * 4, "van": [500] * 4}
    split = decomposed(mix("Q1", answers), mix("Q2", answers))
    assert split.mix.std_error**2 == pytest.approx(2 * 200**2 / 4 / 7)
    assert split.performance.std_error == 0


def test_the_change_has_the_standard_error_of_the_periods_means() -> None:
    """One sample, its weights alike: Σ(y - R)² of 600 respondents, whichever model they are of."""
    rng = np.random.default_rng(1)
    answers = {"sedan": rng.normal(700, 60, 400), "van": rng.normal(500, 90, 200)}
    values = np.concatenate(list(answers.values()))
    split = decomposed(mix("Q1", answers), mix("Q2", answers))
    assert split.change.std_error == pytest.approx((2 * values.var(ddof=1) / 600) ** 0.5, rel=1e-3)


def test_the_change_of_unequal_weights_has_the_standard_error_of_their_ratio() -> None:
    rng = np.random.default_rng(2)
    answers = {"sedan": rng.normal(700, 60, 400), "van": rng.normal(500, 90, 300)}
    one_sample = Rows.in_order(np.zeros(700, dtype=np.int64), np.arange(700))
    weights = np.where(rng.random(700) < 0.5, 1.0, 4.0)
    column = Column("index", np.concatenate(list(answers.values())), np.ones(700))
    ratio = ratios_overall(moments_of([column], weights, one_sample)).at(0)
    by_model = moments_of([column], weights, Rows.in_order(np.repeat([0, 1], [400, 300]), np.arange(700)))
    held = mix_of(by_model, "index", MODELS, period="Q1", known_shares=False)
    assert decomposed(held, held).change.std_error == pytest.approx(2**0.5 * ratio.std_error, rel=3e-3)


def test_scale_multiplies_means_and_errors() -> None:
    plain, tenfold = (mix_of(counted(Q1), "index", MODELS, period="Q1", known_shares=False, scale=s) for s in (1, 10))
    later = mix_of(counted(Q2), "index", MODELS, period="Q2", known_shares=False, scale=10)
    split, small = decomposed(tenfold, later), decomposed(plain, mix("Q2", Q2))
    assert split.mix.value == pytest.approx(10 * small.mix.value)
    assert split.mix.std_error == pytest.approx(10 * small.mix.std_error)


def test_a_period_without_answers_and_other_groups_are_named_errors() -> None:
    nobody = mix_of(empty_cells(), "index", MODELS, period="Q2", known_shares=False)
    with pytest.raises(InsufficientBase, match="No answer in Q2"):
        decomposed(mix("Q1", Q1), nobody)
    other = mix_of(counted(Q2), "index", ("van", "sedan"), period="Q2", known_shares=False)
    with pytest.raises(NotComparable, match="different groups"):
        decomposed(mix("Q1", Q1), other)


scores = st.lists(st.integers(0, 1000), min_size=1, max_size=6)
periods = st.fixed_dictionaries({"sedan": scores, "van": scores})


@given(periods, periods)
def test_parts_add_up_and_swap_sign_with_the_periods(
    first: dict[str, list[float]], second: dict[str, list[float]]
) -> None:
    forward = decomposed(mix("Q1", first), mix("Q2", second))
    back = decomposed(mix("Q2", second), mix("Q1", first))
    means = [np.mean(held["sedan"] + held["van"]) for held in (first, second)]
    assert forward.change.value == pytest.approx(means[1] - means[0], abs=1e-9)
    assert forward.performance.value + forward.mix.value == pytest.approx(forward.change.value, abs=1e-9)
    assert sum(part.mix.value for part in forward.groups) == pytest.approx(forward.mix.value, abs=1e-9)
    assert back.performance.value == pytest.approx(-forward.performance.value, abs=1e-9)
    assert back.mix.std_error == pytest.approx(forward.mix.std_error, abs=1e-9)
