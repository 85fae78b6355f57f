"""From the published document alone nobody works out what is suppressed, whatever the sizes of the dealers are."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

import numpy as np
import polars as pl
from disclosure_attacker import Knowledge, columns, of_index, of_rates, with_regions, withheld
from hypothesis import given, settings
from hypothesis import strategies as st
from scoring_cast import service_answers, service_plan, source, write_snapshot

from surveyplat.scoring.columns import index_column, problem_column
from surveyplat.scoring.disclosure import without_disclosure
from surveyplat.scoring.documents import results_document
from surveyplat.scoring.hiding import REACH_OF_SCALE, rate_reach
from surveyplat.scoring.indices import dealer_scores
from surveyplat.scoring.passes import count_study
from surveyplat.scoring.plan import ScoringPlan
from surveyplat.scoring.pp100 import pp100_score
from surveyplat.scoring.results import StudyScores
from surveyplat.scoring.snapshot import SnapshotSource
from surveyplat.scoring.study import score_study
from surveyplat.scoring.tabulation import Tabulation
from surveyplat.scoring.workers import ALONE

PLAN = service_plan(drivers=(), derived_indices=())
CLOSE = 1e-3
EXAMPLES = 10
SIZES = st.lists(st.integers(2, 120), min_size=1, max_size=9)


def study_of(
    folder: Path,
    sizes: Mapping[str, int],
    *,
    weights: Mapping[str, int] | None = None,
    seed: int = 1,
    **changed: object,
) -> SnapshotSource:
    dealers = [dealer for dealer, size in sizes.items() for _ in range(size)]
    answers = service_answers(len(dealers), seed) | changed
    path = write_snapshot(folder / "s.parquet", answers, dealer=dealers)  # type: ignore[arg-type]
    known = None if weights is None else {dealer: size * weights[dealer] for dealer, size in sizes.items()}
    return source(path, known)


def named(sizes: list[int]) -> dict[str, int]:
    return {f"D{number:02d}": size for number, size in enumerate(sizes, start=1)}


def scored(study: SnapshotSource, plan: ScoringPlan = PLAN) -> tuple[StudyScores, Tabulation]:
    return score_study(plan, study), count_study(plan, study, ALONE).table


def answered_throughout(rows: int) -> dict[str, list[int]]:
    """Every respondent with both factors, so that these add up to the index."""
    points = np.random.default_rng(rows).integers(4, 11, (3, rows))
    return {name: column.tolist() for name, column in zip(("kind", "clear", "clean"), points, strict=True)}


def with_region(study: SnapshotSource, region_of: Mapping[str, str]) -> SnapshotSource:
    frame = pl.read_parquet(study.path)
    frame.with_columns(pl.col("dealer").replace_strict(region_of).alias("region")).write_parquet(study.path)
    return study


def assert_hidden(known: Knowledge, name: str, value: float, reach: float, highest: float) -> None:
    """The reader's bounds lie the reach, or as far as an amount can be, below and above the value."""
    low, high = known.bounds(name)
    assert low <= max(value - reach, 0.0) + CLOSE * (1 + value), name
    assert high >= min(value + reach, highest) - CLOSE * (1 + value), name


def assert_indices_hidden(known: Knowledge, document: Mapping[str, Any], table: Tabulation) -> None:
    """Of the columns in which any dealer is shown: where none is, the total alone is published, on its own base."""
    by_dealer = [columns(each["index"]) for each in document["dealers"]]
    shown = {name for held in by_dealer for name, (estimate, _) in held.items() if estimate["value"] is not None}
    for dealer, column, estimate in withheld(document):
        if column not in shown:
            continue
        ratio = table.of_dealer(dealer, index_column("csi", column or None))
        highest = 1000.0 * estimate["weighted_base"]
        value = ratio.value * ratio.weighted_base
        assert_hidden(known, f"{dealer}/{column}", value, REACH_OF_SCALE * highest, highest)


def assert_rates_hidden(known: Knowledge, cells: list[dict], ratio_of: partial) -> None:  # type: ignore[type-arg]
    kinds = ("pp100", "malfunction", "design")
    shown = {kind for kind in kinds for cell in cells if cell[kind]["value"] is not None}
    for cell in cells:
        for kind in kinds:
            estimate = cell[kind]
            if estimate["suppressed"] not in (None, "complementary") and estimate["weighted_base"] and kind in shown:
                ratio = ratio_of(cell["id"], "" if kind == "pp100" else kind)
                events = ratio.value * ratio.weighted_base
                reach = rate_reach(events, ratio.weighted_base, ratio.unweighted_base)
                assert_hidden(known, f"{cell['id']}/{kind}", events, reach, np.inf)


def of_dealer(table: Tabulation, dealer: str, kind: str) -> object:
    return table.of_dealer(dealer, problem_column("total", "", kind))


def of_model(table: Tabulation, model: str, kind: str) -> object:
    return table.overall(problem_column("model", model, kind))


@settings(max_examples=EXAMPLES, deadline=None)
@given(SIZES, st.booleans(), st.data())
def test_no_suppressed_dealer_is_worked_out_from_the_document(
    sizes: list[int], complete: bool, data: st.DataObject
) -> None:
    weights = data.draw(st.lists(st.integers(1, 9), min_size=len(sizes), max_size=len(sizes)))
    dealers = named(sizes)
    with TemporaryDirectory() as folder:
        changed = answered_throughout(sum(sizes)) if complete else {}
        study = study_of(Path(folder), dealers, weights=dict(zip(dealers, weights, strict=True)), **changed)
        scores, table = scored(study)
    document = results_document(scores)
    if scores.indices[0].score.value is not None:
        assert_indices_hidden(of_index(document, complete=complete), document, table)
    if scores.pp100 is not None and scores.pp100.total.pp100.value is not None:
        pp100 = document["pp100"]
        assert_rates_hidden(of_rates(pp100, pp100["dealers"]), pp100["dealers"], partial(of_dealer, table))
        assert_rates_hidden(of_rates(pp100, pp100["models"]), pp100["models"], partial(of_model, table))


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(st.tuples(st.integers(2, 100), st.sampled_from("NSW")), min_size=2, max_size=12))
def test_regions_beside_dealers_give_none_away(dealers: list[tuple[int, str]]) -> None:
    sizes = named([size for size, _ in dealers])
    region_of = dict(zip(sizes, (region for _, region in dealers), strict=True))
    with TemporaryDirectory() as folder:
        weights = {dealer: 1 + number % 4 for number, dealer in enumerate(sizes)}
        scores, table = scored(with_region(study_of(Path(folder), sizes, weights=weights), region_of))
    document, regions = results_document(scores), {}
    for dealer, region in region_of.items():
        regions.setdefault(region, []).append(dealer)
    assert [each["region"] for each in document["regions"]] == sorted(regions)
    if scores.indices[0].score.value is not None:
        assert_indices_hidden(with_regions(of_index(document), document, regions), document, table)
        pp100 = document["pp100"]
        known = of_rates(pp100, pp100["dealers"], regions)
        assert_rates_hidden(known, pp100["dealers"], partial(of_dealer, table))


def reasons(scores: StudyScores) -> list[str | None]:
    return [score.index.score.suppressed for score in scores.dealers]


def test_one_suppressed_dealer_takes_the_smallest_that_hides_it_along(tmp_path: Path) -> None:
    scores, _ = scored(study_of(tmp_path, {"D01": 100, "D02": 40, "D03": 20, "D04": 80}))
    assert reasons(scores) == [None, "complementary", "base", None]
    held = scores.dealers[1].index
    assert {factor.score.suppressed for factor in held.factors} == {"complementary"}
    assert (held.score.value, held.score.ci_low, held.score.low_base) == (None, None, False)
    assert held.score.unweighted_base == 40


def test_one_dealer_hides_another_in_the_index_and_in_every_factor(tmp_path: Path) -> None:
    """D04 has the smallest weighted total of the index, D02 that of the advisor: one of them goes, not both."""
    sizes = {"D01": 100, "D02": 60, "D03": 20, "D04": 61}
    clean = [9] * 180 + [3] * 61
    scores, _ = scored(study_of(tmp_path, sizes, kind=[7] * 241, clear=[7] * 160 + [8] * 81, clean=clean))
    assert reasons(scores) == [None, None, "base", "complementary"]


def test_two_suppressed_dealers_of_a_size_hide_each_other(tmp_path: Path) -> None:
    scores, _ = scored(study_of(tmp_path, {"D01": 100, "D02": 25, "D03": 20}))
    assert reasons(scores) == [None, "base", "base"]


def test_a_dealer_far_smaller_than_another_does_not_hide_it(tmp_path: Path) -> None:
    """Two answers have no room for 5 % of the scale of twenty-eight."""
    scores, _ = scored(study_of(tmp_path, {"D01": 100, "D02": 28, "D03": 2, "D04": 60}))
    assert reasons(scores) == [None, "base", "base", "complementary"]


def test_of_two_dealers_neither_is_shown_when_one_is_suppressed_and_the_total_stays(tmp_path: Path) -> None:
    scores, _ = scored(study_of(tmp_path, {"D01": 100, "D02": 20}))
    assert reasons(scores) == ["complementary", "base"]
    assert scores.indices[0].score.value is not None
    assert scores.league is None


def test_a_dealer_that_is_alone_is_the_total(tmp_path: Path) -> None:
    scores, _ = scored(study_of(tmp_path, {"D01": 100}))
    assert scores.dealers[0].index.score.value == scores.indices[0].score.value


def test_a_factor_with_a_base_of_its_own_goes_alone(tmp_path: Path) -> None:
    """Half of D03 were never asked about the facility: its index tells nothing of what the others thought of it."""
    clean = [9] * 180 + [-1] * 75 + [8] * 25
    scores, _ = scored(study_of(tmp_path, {"D01": 100, "D02": 80, "D03": 100}, clean=clean))
    assert [score.index.factors[1].score.suppressed for score in scores.dealers] == [None, "complementary", "base"]
    assert reasons(scores)[2] is None


def test_the_kinds_of_problems_go_together(tmp_path: Path) -> None:
    """Few designs at D01: beside the rate of both kinds, malfunctions would tell them."""
    sizes = {"D01": 80, "D02": 80, "D03": 80}
    rare = [1] + [0] * 79 + [1, 0] * 80
    scores, _ = scored(study_of(tmp_path, sizes, heavy=rare, glare=[0] * 240))
    assert scores.pp100 is not None
    first, *others = scores.pp100.dealers
    assert (first.pp100.suppressed, first.malfunction and first.malfunction.suppressed) == (None, "complementary")
    assert first.design is not None
    assert first.design.suppressed == "relative_error"
    assert sorted(str(cell.design and cell.design.suppressed) for cell in others) == ["None", "complementary"]
    assert all(cell.pp100.value is not None for cell in others)


def test_nothing_in_the_league_depends_on_dealers_that_are_not_shown(tmp_path: Path) -> None:
    """Both suppressed dealers answer 6 throughout instead, and no number of the others in the league moves."""
    sizes = {f"D{number:02d}": 60 + number for number in range(1, 13)} | {"D20": 20, "D21": 25}
    rows = sum(sizes.values())
    answers = service_answers(rows)
    leagues = []
    for level in (None, 6):
        changed = {
            name: answers[name][: rows - 45] + ([level] * 45 if level else answers[name][rows - 45 :])
            for name in ("kind", "clear", "clean")
        }
        scores, _ = scored(study_of(tmp_path, sizes, **changed))
        assert scores.league is not None
        leagues.append(scores.league)
    assert leagues[0] == leagues[1]


def test_a_thousand_dealers_are_protected_in_a_second() -> None:
    """Of processor time; 60 of them are suppressed, and every vehicle weighs what its dealer's do."""
    rng = np.random.default_rng(1)
    sizes = named([*rng.integers(5, 30, 60).tolist(), *rng.integers(40, 60, 940).tolist()])
    weights = dict(zip(sizes, rng.integers(1, 9, 1000).tolist(), strict=True))
    with TemporaryDirectory() as folder:
        study = study_of(Path(folder), sizes, weights=weights)
        counted = count_study(PLAN, study, ALONE)
        index = PLAN.indices[0]
        scores = replace(
            score_study(PLAN, study),
            dealers=dealer_scores(counted.table, index),
            pp100=pp100_score(counted.table, PLAN, counted.inventory),
        )
    begun = process_time()
    found = without_disclosure(scores, counted.table, {})
    assert process_time() - begun < 1.0
    assert sum(each.index.score.suppressed == "complementary" for each in found.dealers) <= 2
