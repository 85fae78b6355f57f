"""The standard error of an index whose weights are derived anew in each replicate."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scoring_cast import NOT_ANSWERED, service_answers, service_plan, source, write_snapshot

from surveyplat.scoring import snapshot
from surveyplat.scoring.lmg import lmg
from surveyplat.scoring.poisson import poisson_counts, seeds_of
from surveyplat.scoring.results import DerivedIndexScore
from surveyplat.scoring.study import score_study

ATTRIBUTES = ("kind", "clear", "clean")
ROWS = 240


def complete_answers(seed: int) -> dict[str, list[int]]:
    """Of three attributes that move the outcome differently, and differ in how people like them."""
    rng = np.random.default_rng(seed)
    levels, weights = (9, 7, 5), (0.7, 0.5, 0.4)
    points = [np.clip(np.rint(level + 1.5 * rng.normal(size=ROWS)), 1, 10) for level in levels]
    outcome = 2 + sum(weight * (column - 5) for weight, column in zip(weights, points, strict=True))
    overall = np.clip(np.rint(outcome + 2 * rng.normal(size=ROWS)), 1, 10)
    named = dict(zip((*ATTRIBUTES, "overall"), (*points, overall), strict=True))
    return service_answers(ROWS) | {name: column.astype(int).tolist() for name, column in named.items()}


def derived(folder: Path, answers: dict[str, list[int]]) -> DerivedIndexScore:
    path = write_snapshot(folder / "s.parquet", answers, dealer=["D01"] * ROWS)
    (found,) = score_study(service_plan(), source(path)).derived_indices
    return found


def by_hand(answers: dict[str, list[int]]) -> tuple[float, float]:
    """SD over 200 replicates of complete cases: with each replicate's LMG shares, and with the sample's."""
    table = np.column_stack([answers[name] for name in (*ATTRIBUTES, "overall")]).astype(float)
    counts = poisson_counts(seeds_of(pl.Series([f"c{row:06d}" for row in range(ROWS)])), 200)

    def shares(weights: np.ndarray) -> np.ndarray:
        values, r_squared = lmg(np.cov(table.T, fweights=weights, ddof=0)[None])
        return values[0] / r_squared[0]

    own, given = [], []
    for weights in counts:
        means = weights @ (table[:, :3] - 1) / 9 / weights.sum()
        own.append(1000 * means @ shares(weights))
        given.append(1000 * means @ shares(np.ones(ROWS, dtype=int)))
    return float(np.std(own, ddof=1)), float(np.std(given, ddof=1))


def test_each_replicate_weights_the_attributes_by_its_own_driver_model(tmp_path: Path) -> None:
    answers = complete_answers(3)
    found, (own, given) = derived(tmp_path, answers), by_hand(answers)
    assert found.rederived is not None
    assert found.score.std_error is not None
    assert found.rederived.value == found.score.value
    assert found.rederived.std_error == pytest.approx(found.score.std_error * own / given)
    assert found.rederived.std_error > 1.2 * found.score.std_error
    assert found.rederived.ci_low < found.score.ci_low < found.score.ci_high < found.rederived.ci_high
    assert found.rederived.replicates == 200


def test_attributes_that_are_liked_alike_leave_little_to_the_weights(tmp_path: Path) -> None:
    found = derived(tmp_path, service_answers(ROWS))
    assert found.rederived.std_error == pytest.approx(found.score.std_error, rel=0.05)


def test_respondents_with_missing_answers_have_a_part(tmp_path: Path) -> None:
    answers = complete_answers(3)
    some = answers | {"clean": [NOT_ANSWERED] * 60 + answers["clean"][60:]}
    found = derived(tmp_path, some)
    assert found.score.unweighted_base == ROWS
    assert found.rederived.std_error > found.score.std_error


def test_pieces_make_no_difference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = complete_answers(5)
    whole = derived(tmp_path, answers).rederived
    monkeypatch.setattr(snapshot, "PIECE_ROWS", 37)
    parts = derived(tmp_path, answers).rederived
    assert (parts.std_error, parts.ci_low, parts.ci_high) == pytest.approx(
        (whole.std_error, whole.ci_low, whole.ci_high), rel=1e-9
    )
