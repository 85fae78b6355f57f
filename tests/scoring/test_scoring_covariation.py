"""Covariances of items counted from a snapshot's pieces, as latent models and reliability take them."""

import numpy as np
import polars as pl
import pytest

from surveyplat.errors import InsufficientBase
from surveyplat.scoring.arrays import IntArray
from surveyplat.scoring.covariation import covariation_of, covariation_of_gram
from surveyplat.scoring.gram import Gram, gram_of_items
from surveyplat.scoring.latent_models import Construct, PathModel
from surveyplat.scoring.latent_results import latent_score
from surveyplat.scoring.moments import Rows
from surveyplat.scoring.pls import fit_pls
from surveyplat.scoring.poisson import seeds_of
from surveyplat.scoring.reliability import reliability
from surveyplat.scoring.snapshot import Answers

ITEMS = ("a1", "a2", "a3", "b1", "b2")
MODEL = PathModel("m", (Construct("a", ITEMS[:3]), Construct("b", ITEMS[3:])), (("a", "b"),))
ROWS = 400


def answers(part: IntArray) -> Answers:
    """Two constructs on 1-10; a tenth of a1 is not answered."""
    rng = np.random.default_rng(1)
    mood = rng.normal(size=ROWS)
    shown = np.column_stack([mood] * 3 + [0.7 * mood + 0.7 * rng.normal(size=ROWS)] * 2)
    points = np.clip(np.round(7 + 1.5 * shown + rng.normal(size=(ROWS, 5))), 1, 10).astype(np.int16)
    points[rng.random(ROWS) < 0.1, 0] = -2
    order = Rows.in_order(np.zeros(len(part), dtype=np.int64), part)
    return Answers(dict(zip(ITEMS, points[part].T, strict=True)), order, np.zeros(len(part), int), ())


def gram(part: IntArray, replicates: int = 60) -> Gram:
    seeds = seeds_of(pl.Series([f"customer-{row}" for row in part]))
    return gram_of_items(ITEMS, answers(part), np.where(part % 2 == 0, 1.0, 3.0), seeds, replicates)


def test_means_and_covariances_are_those_of_the_complete_cases() -> None:
    held = covariation_of_gram(ITEMS, gram(np.arange(ROWS)))
    codes = np.column_stack(list(answers(np.arange(ROWS)).codes.values())).astype(float)
    complete = (codes > 0).all(axis=1)
    weights = np.where(np.arange(ROWS) % 2 == 0, 1.0, 3.0)[complete]
    assert held.complete_cases == complete.sum() < ROWS
    assert held.means[0] == pytest.approx(np.average(codes[complete], axis=0, weights=weights))
    assert held.covariances[0] == pytest.approx(np.cov(codes[complete].T, aweights=weights, bias=True))
    direct = covariation_of(ITEMS, codes[complete], weights)
    assert direct.covariances[0] == pytest.approx(held.covariances[0])
    assert direct.effective_base < held.effective_base


def test_pieces_give_the_same_model_as_the_whole_with_its_intervals() -> None:
    whole = covariation_of_gram(ITEMS, gram(np.arange(ROWS)))
    pieces = [gram(part) for part in np.array_split(np.arange(ROWS), 3)]
    merged = covariation_of_gram(ITEMS, pieces[0].merge(pieces[1]).merge(pieces[2]))
    one, other = latent_score(fit_pls(MODEL, whole)), latent_score(fit_pls(MODEL, merged))
    assert one == other
    assert one.replicates == 60
    (path,) = one.paths
    assert path.coefficient.std_error == pytest.approx(0.04, abs=0.02)


def test_reliability_of_a_part_of_the_items_uses_the_cases_of_all() -> None:
    held = covariation_of_gram(ITEMS, gram(np.arange(ROWS)))
    score = reliability(held, ITEMS[:3])
    assert [item.item for item in score.items] == list(ITEMS[:3])
    assert score.complete_cases == held.complete_cases


def test_the_bootstrap_spreads_as_repeated_samples_do() -> None:
    """The mean of 200 normal answers has the standard error 1/√200."""
    rng = np.random.default_rng(2)
    held = covariation_of(("a", "b"), rng.normal(size=(200, 2)), rng=rng, replicates=500)
    assert held.means[1:].std(axis=0) == pytest.approx(np.full(2, 200**-0.5), rel=0.15)
    assert held.varied.all()


def test_answers_of_one_customer_are_drawn_together() -> None:
    """Each of 100 customers answers four times alike: twice the spread of 400 customers."""
    rng = np.random.default_rng(3)
    customers = np.repeat(np.arange(100), 4)
    cases = rng.normal(size=(100, 1))[customers]
    held = covariation_of(("a",), cases, units=customers, rng=rng, replicates=500)
    assert held.effective_base == pytest.approx(100)
    assert held.means[1:].std() == pytest.approx(cases.std() / 10, rel=0.15)


def test_no_complete_case_is_a_named_failure() -> None:
    with pytest.raises(InsufficientBase, match="0 complete cases of a1"):
        covariation_of_gram(ITEMS, Gram(0, np.zeros((1, 6, 6))))


def test_ids_that_fill_as_many_words_have_the_seeds_that_they_have_alone() -> None:
    ids = ["", "a", "b", "张三", "response-0001", "x" * 16, "x" * 17]
    alone = {name: int(seeds_of(pl.Series([name]))[0]) for name in ids}
    assert len(set(alone.values())) == len(ids)
    for same in (["", "a", "b", "张三"], ["", "a", "b"], ["response-0001", "x" * 16]):
        assert seeds_of(pl.Series(same)).tolist() == [alone[name] for name in same]
    assert len(seeds_of(pl.Series([], dtype=pl.String))) == 0
