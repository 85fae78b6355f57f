"""Scoring's benchmark computes what it says it does, on answers of its own, and leaves nothing behind."""

import json
import math
import tempfile

import numpy as np
import pytest
from typer.testing import CliRunner

from surveyplat.bench import made_up as made_up_file
from surveyplat.bench import scoring
from surveyplat.bench.made_up import made_up, written_snapshot
from surveyplat.bench.scoring import bincount_pass, means_and_errors, measure_scoring
from surveyplat.cli.main import app
from surveyplat.errors import ScoringError
from surveyplat.scoring.plan import Factor, IndexPlan, Problem, ScaleItem, ScoringPlan
from surveyplat.scoring.snapshot import PIECE_ROWS
from surveyplat.scoring.study import score_study

TINY = ["bench", "scoring", "--responses", "1000", "--dealers", "5", "--items", "3"]


def test_every_dealer_has_answers_and_some_are_missing():
    sample = made_up(1_000, 200, 4)
    assert np.bincount(sample.dealer).min() >= 1
    assert set(np.unique(sample.codes)) <= {-2, *range(1, 11)}
    assert 0.01 < (sample.codes < 0).mean() < 0.1


def test_what_is_timed_are_weighted_means_with_the_standard_errors_of_every_dealer_and_item():
    sample = made_up(PIECE_ROWS + 5_000, 40, 3)
    overall, by_dealer = means_and_errors(sample)
    assert by_dealer.value.shape == (40, 3)
    answered = sample.codes[1] >= 0
    assert overall.value[1] == pytest.approx(np.average(sample.codes[1][answered], weights=sample.weights[answered]))
    own = answered & (sample.dealer == 39)
    assert by_dealer.value[39, 1] == pytest.approx(sample.codes[1][own].mean())
    units, base = np.count_nonzero(sample.dealer == 39), np.count_nonzero(own)
    spread = ((sample.codes[1][own] - sample.codes[1][own].mean()) ** 2).sum()
    assert by_dealer.std_error[39, 1] == pytest.approx(math.sqrt(units / (units - 1) * spread) / base)


def test_the_floor_passes_over_the_same_answers():
    sample = made_up(1_000, 5, 3)
    floor = bincount_pass(sample)
    assert floor.shape == (3, 5)
    assert floor.sum() == sample.codes.sum()


def test_the_snapshot_is_written_in_parts_and_scored_as_one(monkeypatch, tmp_path):
    monkeypatch.setattr(made_up_file, "_PART_ROWS", 300)
    plan = ScoringPlan(
        "made_up",
        "",
        (ScaleItem("kind", 1, 10),),
        indices=(IndexPlan("index", (Factor("all", 1.0, ("kind",)),)),),
        problems=(Problem("noise", "cabin", "design"),),
        categories=("cabin",),
    )
    scores = score_study(plan, written_snapshot(tmp_path, plan, 1_000, 7))
    assert [path.name for path in tmp_path.iterdir()] == ["snapshot-1000.parquet"]
    assert (scores.unweighted_base, len(scores.dealers), scores.weighting) == (1_000, 7, "raked")
    assert scores.pp100.total.problems > 0


def test_figures_are_finite_and_the_folder_is_gone(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(scoring, "_SCORES", 1)
    ran = CliRunner().invoke(app, [*TINY, "--tenfold", "--json"], catch_exceptions=False)
    document = json.loads(ran.stdout)
    assert (document["responses"], document["dealers"], document["items"]) == (1000, 5, 3)
    seconds = document["seconds"]
    assert set(seconds["lmg"]) == {"18", "20"}
    wholes = (document["snapshot"], document["tenfold"])
    assert [whole["responses"] for whole in wholes] == [1_000, 10_000]
    figures = [seconds["moments"], seconds["bincount"], seconds["one_item"], *seconds["lmg"].values()]
    figures.append(seconds["lmg_with_replicates"])
    figures += [whole[figure] for whole in wholes for figure in ("seconds", "cpu", "memory")]
    assert all(math.isfinite(figure) and figure > 0 for figure in figures)
    ratio = document["ratio_of_tenfold_to_snapshot"]
    assert ratio == pytest.approx(document["tenfold"]["seconds"] / document["snapshot"]["seconds"])
    assert document["ratio_of_moments_to_bincount"] == pytest.approx(seconds["moments"] / seconds["bincount"])
    assert list(tmp_path.iterdir()) == []


def test_the_table_names_each_measurement(monkeypatch):
    monkeypatch.setattr(scoring, "_SCORES", 1)
    shown = CliRunner().invoke(app, TINY, catch_exceptions=False).stdout
    for row in ("one weighted bincount pass, 3 items", "whole score of a csi snapshot", "exact LMG of 20 attributes"):
        assert row in shown


def test_more_dealers_than_responses_are_refused():
    with pytest.raises(ScoringError, match="1000 responses cannot be spread over 2000 dealers"):
        measure_scoring(responses=1_000, dealers=2_000, items=1)
