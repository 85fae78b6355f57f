"""How answers are spread and how well they were thought about, over a whole snapshot, in one piece or in many."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scoring_cast import source

from surveyplat.scoring import snapshot
from surveyplat.scoring.plan import Factor, IndexPlan, Problem, ScaleItem, ScoringPlan
from surveyplat.scoring.quality_plan import PageReading, QualityPlan
from surveyplat.scoring.results import StudyScores
from surveyplat.scoring.study import score_study

ITEMS = tuple(f"item_{number}" for number in range(12))
PLAN = ScoringPlan(
    study="service",
    definition_hash="d" * 64,
    items=tuple(ScaleItem(name, 1, 10) for name in ITEMS),
    indices=(IndexPlan("csi", (Factor("all", 1.0, ITEMS),)),),
    problems=(Problem("noise", "driving", "malfunction"),),
    categories=("driving",),
    quality=QualityPlan(
        pages=(PageReading("seconds__one", {"en": 20.0, "zh-Hans": 10.0}),),
        batteries=(ITEMS,),
    ),
)
ROWS, DEALERS = 900, 3


def frame(seed: int = 1) -> pl.DataFrame:
    """Three dealers of 300 customers. Every tenth customer hurries, and gives lower marks and more problems."""
    rng = np.random.default_rng(seed)
    fast = np.arange(ROWS) % 10 == 0
    points = {name: np.clip(np.rint(rng.normal(8, 1.5, ROWS) - 2 * fast), 1, 10).astype(np.int16) for name in ITEMS}
    return pl.DataFrame(
        {
            "response_id": [f"r{row:06d}" for row in range(ROWS)],
            "dealer": [f"D{row * DEALERS // ROWS:02d}" for row in range(ROWS)],
            "customer": [f"c{row:06d}" for row in range(ROWS)],
            "model": ["A"] * ROWS,
            "occasion_on": [date(2026, 7, 1) + timedelta(days=row % 60) for row in range(ROWS)],
            "language": ["en", "zh-Hans", "fr"][:2] * (ROWS // 2),
            "seconds__one": np.where(fast, 4, 40).astype(np.int32),
            **points,
            "noise": (rng.random(ROWS) < 0.2 + 0.4 * fast).astype(np.int16),
        }
    )


def scored(folder: Path, rows: pl.DataFrame, plan: ScoringPlan = PLAN, **population: int) -> StudyScores:
    path = folder / "snapshot.parquet"
    rows.write_parquet(path)
    return score_study(plan, source(path, population or None))


def with_answers(rows: pl.DataFrame, copies: list[int], answers: list[int]) -> pl.DataFrame:
    """The same rows, with these answers of some of them."""
    chosen = pl.Series(np.isin(np.arange(rows.height), copies))
    return rows.with_columns(
        pl.when(chosen).then(pl.lit(answer, dtype=pl.Int16)).otherwise(pl.col(name)).alias(name)
        for name, answer in zip(ITEMS, answers, strict=True)
    )


def flagged(scores: StudyScores) -> dict[str, tuple[int, int]]:
    assert scores.answer_quality is not None
    return {check.check: (check.flagged, check.told) for check in scores.answer_quality.checks}


def test_scores_are_told_with_and_without_those_who_hurried(tmp_path: Path) -> None:
    rows = frame()
    scores = scored(tmp_path, rows)
    assert flagged(scores) == {
        "speeding": (90, 900),
        "straight_lining": (0, 900),
        "duplicates": (0, 900),
        "any": (90, 900),
    }
    index, pp100 = scores.answer_quality.measures
    own = rows.select(pl.mean_horizontal(ITEMS)).to_series().to_numpy()
    slow = rows["seconds__one"].to_numpy() == 40
    assert index.unflagged.value == pytest.approx((own[slow].mean() - 1) / 9 * 1000)
    assert index.difference.value == pytest.approx((own[slow].mean() - own.mean()) / 9 * 1000)
    assert index.difference.ci_low > 0
    assert pp100.difference.value == pytest.approx(100 * (rows["noise"].to_numpy()[slow].mean() - rows["noise"].mean()))
    assert pp100.difference.ci_high < 0
    assert scores.indices[0].score.unweighted_base == 900


def test_a_difference_that_would_tell_fewer_than_30_answers_is_withheld(tmp_path: Path) -> None:
    rows = frame().with_columns(
        pl.when(pl.int_range(ROWS) < 290).then(pl.col("seconds__one")).otherwise(40).cast(pl.Int32)
    )
    told = [
        scored(tmp_path, each).answer_quality.measures[0]
        for each in (rows, rows.with_columns(pl.lit(4, dtype=pl.Int32).alias("seconds__one")))
    ]
    assert [(each.flagged, each.withheld, each.unflagged, each.difference) for each in told] == [
        (29, "few_flagged", None, None),
        (900, "few_left", None, None),
    ]


@pytest.mark.parametrize("piece_rows", [7, 64, 450])
def test_pieces_do_not_matter_nor_does_a_dealer_cut_in_two(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece_rows: int
) -> None:
    """Pairs of two dealers far apart in the file are copies; a pair of a dealer each is none, nor one 40 days apart."""
    vector = [7, 8, 9, 6, 7, 8, 9, 6, 5, 7, 8, 9]
    rows = with_answers(frame(), [3, 243, 310, 490], vector)
    rows = with_answers(rows, [299, 301], [4, *vector[1:]])
    rows = with_answers(rows, [600, 640], [3, *vector[1:]])
    whole = scored(tmp_path, rows, D00=500, D01=400, D02=400)
    assert flagged(whole)["duplicates"] == (4, 900)
    monkeypatch.setattr(snapshot, "PIECE_ROWS", piece_rows)
    parts = scored(tmp_path, rows, D00=500, D01=400, D02=400)
    assert flagged(parts) == flagged(whole)
    for part, of_all in zip(parts.answer_quality.measures, whole.answer_quality.measures, strict=True):
        assert part.unflagged.value == pytest.approx(of_all.unflagged.value, rel=1e-12)
        assert part.difference.std_error == pytest.approx(of_all.difference.std_error, rel=1e-8)
    for part, of_all in zip(parts.distributions, whole.distributions, strict=True):
        assert part.quartiles == of_all.quartiles
        assert [each.share.value for each in part.points] == pytest.approx([each.share.value for each in of_all.points])
    assert parts.index_distributions == whole.index_distributions


def test_weights_of_another_scale_change_nothing_but_the_weighted_bases(tmp_path: Path) -> None:
    once = scored(tmp_path, frame(), D00=300, D01=600, D02=900)
    twice = scored(tmp_path, frame(), D00=600, D01=1200, D02=1800)
    for first, second in zip(once.answer_quality.measures, twice.answer_quality.measures, strict=True):
        assert first.difference.value == pytest.approx(second.difference.value)
        assert first.difference.std_error == pytest.approx(second.difference.std_error)
    assert [each.quartiles for each in once.distributions] == [each.quartiles for each in twice.distributions]
    shares = [[point.share.value for item in each.distributions for point in item.points] for each in (once, twice)]
    assert shares[0] == pytest.approx(shares[1])


def test_a_snapshot_without_seconds_languages_and_days_is_scored_as_before(tmp_path: Path) -> None:
    rows = frame().drop("seconds__one", "language", "occasion_on")
    assert flagged(scored(tmp_path, rows)) == {"straight_lining": (0, 900), "any": (0, 900)}


def test_nothing_is_told_of_a_language_without_words_or_a_page_without_a_time(tmp_path: Path) -> None:
    rows = frame().with_columns(
        pl.when(pl.int_range(ROWS) < 100).then(pl.lit("fr")).otherwise(pl.col("language")).alias("language"),
        pl.when(pl.int_range(ROWS) >= 800)
        .then(-2)
        .otherwise(pl.col("seconds__one"))
        .cast(pl.Int32)
        .alias("seconds__one"),
    )
    assert flagged(scored(tmp_path, rows))["speeding"] == (70, 700)


def test_answers_of_no_known_dealer_are_nobodys_copies(tmp_path: Path) -> None:
    rows = with_answers(frame().with_columns(pl.lit("").alias("dealer")), [3, 4], [7, 8, 9, 6, 7, 8, 9, 6, 5, 7, 8, 9])
    assert "duplicates" not in flagged(scored(tmp_path, rows))


def test_a_plan_without_a_quality_section_tells_nothing_of_it(tmp_path: Path) -> None:
    assert scored(tmp_path, frame(), replace(PLAN, quality=None)).answer_quality is None


def test_the_medians_of_items_and_of_the_index_are_those_of_the_respondents(tmp_path: Path) -> None:
    rows = frame()
    scores = scored(tmp_path, rows)
    for item in scores.distributions:
        expected = np.quantile(rows[item.id].to_numpy(), [0.25, 0.5, 0.75], method="inverted_cdf")
        assert [quartile.value for quartile in item.quartiles] == expected.tolist()
    (index,) = scores.index_distributions
    own = (rows.select(pl.mean_horizontal(ITEMS)).to_series().to_numpy() - 1) / 9 * 1000
    expected = np.quantile(own, [0.25, 0.5, 0.75], method="inverted_cdf")
    assert [quartile.value for quartile in index.quartiles] == pytest.approx(expected, abs=0.5)
    assert all(quartile.ci_low <= quartile.value <= quartile.ci_high for quartile in index.quartiles)
    assert all(2 < quartile.ci_high - quartile.ci_low < 30 for quartile in index.quartiles)


def test_every_respondent_is_counted_once_as_answering_or_as_missing_in_a_way(tmp_path: Path) -> None:
    kinds = pl.Series([-1] * 10 + [-2] * 20 + [-3] * 30 + [8] * (ROWS - 60), dtype=pl.Int16)
    item = scored(tmp_path, frame().with_columns(kinds.alias("item_0"))).distributions[0]
    assert (item.not_asked, item.not_answered, item.dont_know, item.answered) == (10, 20, 30, ROWS - 60)
    assert [(each.lowest, each.highest, each.share.value) for each in item.points] == [(1, 10, 100.0)]
