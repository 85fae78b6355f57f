"""Raked weights all the way through a score: against arrays at hand, in any order and by whoever does the work."""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray
from scoring_cast import service_answers, service_plan, write_snapshot

from surveyplat.executors import executor_for
from surveyplat.reports.explaining.evidence import gather_evidence
from surveyplat.reports.explaining.subject import Wanted, subject_of
from surveyplat.scoring import snapshot
from surveyplat.scoring.comparability import Collected
from surveyplat.scoring.comparison_passes import Side, with_passes
from surveyplat.scoring.documents import results_document, scores_from_document
from surveyplat.scoring.event_cells import EventCells
from surveyplat.scoring.gram import gram_of_items
from surveyplat.scoring.moments import Rows
from surveyplat.scoring.passes import CountedStudy, count_study
from surveyplat.scoring.periods import Grounds, compare_periods
from surveyplat.scoring.snapshot import Answers, SnapshotSource
from surveyplat.scoring.study import score_study
from surveyplat.scoring.workers import ALONE

MONTHS = ("2026-07", "2026-08", "2026-09")
DEALERS = 6
ROWS = 900


def raked_source(folder: Path, *, returning: bool = True, seed: int = 3) -> SnapshotSource:
    """Six dealers, two models and three months that answer unequally; some customers answered twice."""
    rng = np.random.default_rng(seed)
    dealer = [f"D{number:02d}" for number in np.sort(rng.integers(DEALERS, size=ROWS))]
    customer = [f"c{row - row % 3 // 2:06d}" if returning else f"c{row:06d}" for row in range(ROWS)]
    path = write_snapshot(folder / f"s{seed}.parquet", service_answers(ROWS, seed), dealer=dealer, customer=customer)
    rows = pl.read_parquet(path)
    month = rng.choice(3, ROWS, p=[0.5, 0.3, 0.2])
    model = np.where(rng.random(ROWS) < 0.3, "A", "B")
    days = [date(2026, 7 + int(place), 10) for place in month]
    rows.with_columns(pl.Series("model", model), pl.Series("occasion_on", days)).write_parquet(path)
    events = rng.integers(60, 240, size=(DEALERS, 2, 3))
    counts = {
        f"D{place:02d}": dict(zip("AB", map(tuple, own), strict=True)) for place, own in enumerate(events.tolist())
    }
    cells = EventCells(MONTHS, counts)
    return SnapshotSource(path, "f" * 64, "2026-Q3", {name: cells.of_dealer(name) for name in counts}, cells)


class Held:
    """A snapshot's rows as arrays, with the weights that scoring gave them."""

    def __init__(self, source: SnapshotSource, study: CountedStudy) -> None:
        self.rows = pl.read_parquet(source.path)
        self.dealer = np.unique(self.rows["dealer"].to_numpy(), return_inverse=True)[1]
        self.model = np.unique(self.rows["model"].to_numpy(), return_inverse=True)[1]
        self.month = self.rows["occasion_on"].dt.month().to_numpy().astype(int) - 7
        table = study.weighed.table
        self.weights: NDArray[np.float64] = table.values[self.dealer, table.slot(self.model, self.month)]
        pairs = list(zip(self.rows["dealer"], self.rows["customer"], strict=True))
        self.unit = np.unique(pairs, axis=0, return_inverse=True)[1].ravel()

    def error(self, y: NDArray[np.float64], x: NDArray[np.float64]) -> float:
        """Of Σwy / Σwx, by a regression on dummies of every dealer, model and month over all rows."""
        w, ratio = self.weights, float(self.weights @ y / (self.weights @ x))
        dummies = np.column_stack([np.eye(DEALERS)[self.dealer], np.eye(2)[self.model], np.eye(3)[self.month]])
        z = y - ratio * x
        e = z - dummies @ np.linalg.lstsq(dummies, z, rcond=None)[0]
        units = np.bincount(self.unit, w * e) / (w @ x)
        stratum = np.zeros(len(units), dtype=int)
        stratum[self.unit] = self.dealer
        variance = 0.0
        for place in range(DEALERS):
            own = units[stratum == place]
            variance += len(own) / (len(own) - 1) * ((own - own.mean()) ** 2).sum()
        return float(variance**0.5)


@pytest.mark.parametrize("returning", [True, False])
@pytest.mark.parametrize("piece_rows", [64, 65_536])
def test_every_kind_of_measure_has_the_weights_and_the_error_of_the_arrays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, returning: bool, piece_rows: int
) -> None:
    """An item, a rate, a total of problems, one of a model (a domain) and a problem: all have the same design."""
    monkeypatch.setattr(snapshot, "PIECE_ROWS", piece_rows)
    source = raked_source(tmp_path, returning=returning)
    study = count_study(service_plan(), source, ALONE)
    held = Held(source, study)
    assert np.bincount(held.dealer, held.weights) == pytest.approx(list((source.population or {}).values()))
    kind = held.rows["kind"].to_numpy().astype(float)
    problems = sum(held.rows[name].to_numpy().astype(float) for name in ("noise", "pulls", "heavy", "glare"))
    points, everyone, of_a = held.rows["recommend"].to_numpy(), np.ones(ROWS), (held.model == 0) * 1.0
    columns = {
        "item/kind": (np.where(kind > 0, kind, 0.0), (kind > 0) * 1.0),
        "rate/nps": ((points >= 9) * 1.0 - (points <= 6), everyone),
        "problems/total//": (np.asarray(problems), everyone),
        "problems/model/A/": (np.asarray(problems) * of_a, of_a),
        "problems/problem/noise/": (held.rows["noise"].to_numpy() * 1.0, everyone),
    }
    for column, (y, x) in columns.items():
        found = study.table.overall(column)
        assert found.value == pytest.approx(float(held.weights @ y / (held.weights @ x)), rel=1e-10), column
        assert found.std_error == pytest.approx(held.error(y, x), rel=1e-8), column


def test_drivers_are_weighted_like_everything_else(tmp_path: Path) -> None:
    source = raked_source(tmp_path)
    study = count_study(service_plan(), source, ALONE)
    held, names = Held(source, study), ("kind", "clear", "clean", "overall")
    codes = held.rows.select(names).to_numpy().astype(float)
    complete = (codes >= 0).all(axis=1)
    expected = np.cov(codes[complete].T, aweights=held.weights[complete], bias=True)
    assert study.grams["overall"].covariances[0] == pytest.approx(expected, rel=1e-10)


def test_the_gram_of_weights_that_all_differ_is_the_weighted_sum_and_merges() -> None:
    """Also of each bootstrap replicate: their mean over many is the sample's own."""
    rng = np.random.default_rng(4)
    rows, names = 3_000, ("a", "b", "c")
    codes = {name: rng.integers(1, 11, rows).astype(np.int16) for name in names}
    weights, seeds = rng.uniform(0.01, 40, rows), rng.integers(0, 2**63, rows).astype(np.uint64)
    whole = gram_of_items(names, answers_of(codes), weights, seeds, 200)
    cases = np.column_stack([np.ones(rows), *codes.values()])
    assert whole.sums[0] == pytest.approx((cases * weights[:, None]).T @ cases, rel=1e-14)
    assert whole.sums[1:].mean(axis=0) == pytest.approx(whole.sums[0], rel=0.02)
    split = [slice(0, 1_100), slice(1_100, rows)]
    first, second = (
        gram_of_items(
            names, answers_of({name: held[part] for name, held in codes.items()}), weights[part], seeds[part], 200
        )
        for part in split
    )
    assert first.merge(second).sums == pytest.approx(whole.sums, rel=1e-7)


def answers_of(codes: Mapping[str, NDArray[np.int16]]) -> Answers:
    rows = len(next(iter(codes.values())))
    order = Rows.in_order(np.zeros(rows, dtype=np.int64), np.arange(rows))
    return Answers(dict(codes), order, np.zeros(rows, dtype=np.int64), ())


def published(source: SnapshotSource, executor: object = None) -> str:
    return json.dumps(results_document(score_study(service_plan(), source, executor=executor)))  # type: ignore[arg-type]


def test_threads_and_processes_publish_the_same_raked_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "PIECE_ROWS", 50)
    source = raked_source(tmp_path)
    alone = published(source)
    assert json.loads(alone)["weighting"] == "raked"
    with ThreadPoolExecutor(3) as executor:
        assert published(source, executor) == alone
    with executor_for(workers=2) as executor:
        assert published(source, executor) == alone


def test_a_piece_of_nothing_but_unraked_dealers_is_counted_like_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The events of the first dealer, which fills whole pieces, are not known."""
    every = raked_source(tmp_path)
    assert every.event_cells is not None
    cells = replace(every.event_cells, counts={**every.event_cells.counts, "D00": {}})
    source = replace(every, event_cells=cells, population={**(every.population or {}), "D00": 0})
    whole = score_study(service_plan(), source)
    assert (whole.weighting, whole.weighting_summary.apart > 100) == ("raked", True)
    monkeypatch.setattr(snapshot, "PIECE_ROWS", 50)
    parted = score_study(service_plan(), source).indices[0].score
    assert parted.value == pytest.approx(whole.indices[0].score.value, rel=1e-11)
    assert parted.std_error == pytest.approx(whole.indices[0].score.std_error, rel=1e-9)


def test_the_order_of_the_rows_within_a_dealer_changes_nothing(tmp_path: Path) -> None:
    """Customers under other pseudonyms stand in another order."""
    source = raked_source(tmp_path, returning=False)
    rows = pl.read_parquet(source.path)
    turned = rows.with_columns(
        ("x" + (999_999 - rows["customer"].str.slice(1).cast(int)).cast(str).str.zfill(6)).alias("customer")
    )
    path = tmp_path / "turned.parquet"
    turned.sort("dealer", "customer").write_parquet(path)
    plan = replace(service_plan(), drivers=(), derived_indices=())
    one, other = (count_study(plan, each, ALONE) for each in (source, replace(source, path=path)))
    for column in one.table.moments.columns:
        assert other.table.overall(column).value == pytest.approx(one.table.overall(column).value, rel=1e-11), column
        assert other.table.overall(column).std_error == pytest.approx(one.table.overall(column).std_error, rel=1e-9)


def test_the_summary_is_read_back_from_its_document(tmp_path: Path) -> None:
    scores = score_study(service_plan(), raked_source(tmp_path))
    document = json.loads(json.dumps(results_document(scores)))
    assert scores_from_document(document).weighting_summary == scores.weighting_summary
    assert [margin.name for margin in scores.weighting_summary.margins] == ["dealer", "model", "month"]


def test_a_change_of_two_raked_periods_is_split_with_the_same_weights(tmp_path: Path) -> None:
    sources = [
        replace(raked_source(tmp_path, seed=seed), period=name) for seed, name in ((3, "2026-Q2"), (4, "2026-Q3"))
    ]
    plan = service_plan()
    scores = [score_study(plan, source) for source in sources]
    grounds = Grounds(*(Collected(source.period, {}, None, None) for source in sources))
    compared = compare_periods(*scores, grounds)
    found = with_passes(compared, *(Side(plan, source) for source in sources), ALONE)
    change = scores[1].indices[0].score.value - scores[0].indices[0].score.value
    assert found.by_dealer is not None
    assert found.by_model is not None
    for split in (found.by_dealer, found.by_model):
        assert split.performance.value + split.mix.value == pytest.approx(change, rel=1e-9)


@pytest.mark.parametrize("kind", ["raked", "post_stratified_by_dealer"])
def test_periods_weighted_to_more_and_to_less_are_compared_with_a_warning(tmp_path: Path, kind: str) -> None:
    source = raked_source(tmp_path)
    given = source if kind == "raked" else replace(source, event_cells=None)
    before, after = (score_study(service_plan(), each) for each in (replace(given, period="2026-Q2"), source))
    assert before.weighting == kind
    compared = compare_periods(
        before, after, Grounds(*(Collected(side.period, {}, None, None) for side in (before, after)))
    )
    assert compared.verdict == "comparable"
    assert ("weighting_margins" in {warning.code for warning in compared.warnings}) == (kind != "raked")


def test_an_explanation_counts_with_the_raked_weights(tmp_path: Path) -> None:
    source = raked_source(tmp_path)
    scores = score_study(service_plan(), source)
    held = Held(source, count_study(service_plan(), source, ALONE))
    found = gather_evidence(service_plan(), source, subject_of(scores, Wanted(item="overall")))
    codes = held.rows["overall"].to_numpy()
    assert {each.point: each.weight for each in found.points} == pytest.approx(
        {point: float(held.weights[codes == point].sum()) for point in range(1, 11)}
    )
    assert found.calibrated
    assert (found.weights.lightest, found.weights.heaviest) == (held.weights.min(), held.weights.max())
    assert found.weights.total == pytest.approx(sum((source.population or {}).values()))
