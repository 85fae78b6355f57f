"""Passes: the order and the tree in which pieces are merged, and what does not change the published numbers."""

from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, fields, is_dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from scoring_cast import service_answers, service_plan, source, write_snapshot

from surveyplat.errors import ScoringError
from surveyplat.scoring import snapshot, workers
from surveyplat.scoring.results import StudyScores
from surveyplat.scoring.study import score_study
from surveyplat.scoring.workers import Workers, merged

ROWS = 600
DEALERS = [f"D{row // 60:02d}" for row in range(ROWS)]
CUSTOMERS = [f"c{row - row % 5 // 4:06d}" for row in range(ROWS)]


@dataclass(frozen=True)
class Branch:
    """Shows who was merged with whom."""

    shape: str

    def merge(self, other: "Branch") -> "Branch":
        return Branch(f"({self.shape}{other.shape})")


@pytest.mark.parametrize(
    ("leaves", "tree"),
    [("a", "a"), ("abc", "((ab)c)"), ("abcd", "((ab)(cd))"), ("abcdefg", "(((ab)(cd))((ef)g))")],
)
def test_neighbours_are_merged_then_neighbours_of_neighbours(leaves: str, tree: str) -> None:
    assert merged(Branch(leaf) for leaf in leaves).shape == tree


def test_nothing_cannot_be_merged() -> None:
    with pytest.raises(ScoringError, match="no rows"):
        merged([])


class Backwards(Executor):
    """Does each piece only when asked, and the last one given first."""

    def __init__(self) -> None:
        self.held: list[tuple[Future[Any], Any]] = []
        self.most = 0

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.held.append((future, lambda: fn(*args, **kwargs)))
        self.most = max(self.most, len(self.held))
        if len(self.held) == workers._AHEAD or args == (299,):
            while self.held:
                waiting, work = self.held.pop()
                waiting.set_result(work())
        return future


def test_results_come_in_the_tasks_order_whatever_comes_back_first() -> None:
    executor = Backwards()
    assert list(Workers(executor).over("squares", lambda task: task**2, range(300))) == [task**2 for task in range(300)]
    assert executor.most == workers._AHEAD


def test_pieces_are_given_out_only_a_bounded_number_ahead() -> None:
    given: list[int] = []

    def tracked(task: int) -> int:
        given.append(task)
        return task

    with ThreadPoolExecutor(2) as executor:
        results = Workers(executor).over("tasks", tracked, range(10_000))
        assert list(islice(results, 5)) == [0, 1, 2, 3, 4]
        results.close()  # type: ignore[attr-defined]
    assert len(given) <= 5 + workers._AHEAD


def numbers(value: Any, without: tuple[str, ...]) -> list[Any]:
    """Everything in a result, in order, but the fields named."""
    if is_dataclass(value):
        held = [getattr(value, field.name) for field in fields(value) if field.name not in without]
        return [number for part in held for number in numbers(part, without)]
    if isinstance(value, tuple | list):
        return [number for part in value for number in numbers(part, without)]
    if isinstance(value, dict):
        return numbers(list(value.items()), without)
    return [value]


def assert_same(scores: StudyScores, expected: StudyScores, *without: str) -> None:
    for own, others in zip(numbers(scores, without), numbers(expected, without), strict=True):
        assert own == (pytest.approx(others, rel=1e-9, abs=1e-9) if isinstance(others, float) else others)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_snapshot(tmp_path / "s.parquet", service_answers(ROWS), dealer=DEALERS, customer=CUSTOMERS)


@pytest.mark.parametrize("rows", [7, 64, 599, 600])
def test_the_cut_into_pieces_does_not_change_the_numbers(
    path: Path, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    whole = score_study(service_plan(), source(path, dict.fromkeys(DEALERS, 200)))
    monkeypatch.setattr(snapshot, "PIECE_ROWS", rows)
    assert_same(score_study(service_plan(), source(path, dict.fromkeys(DEALERS, 200))), whole)


def test_the_order_of_a_customers_rows_does_not_change_the_numbers(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.parquet"
    keys = [(dealer, customer, -place) for place, (dealer, customer) in enumerate(zip(DEALERS, CUSTOMERS, strict=True))]
    turned = sorted(range(ROWS), key=lambda row: keys[row])
    assert turned != list(range(ROWS))
    pl.read_parquet(path)[turned].write_parquet(other)
    assert_same(score_study(service_plan(), source(other)), score_study(service_plan(), source(path)))


def test_the_scale_of_the_weights_changes_the_weighted_bases_only(path: Path) -> None:
    """Four times the events in each dealer: every weight is four times as large."""
    events = {dealer: 61 + 7 * place for place, dealer in enumerate(sorted(set(DEALERS)))}
    one = score_study(service_plan(), source(path, events))
    four = score_study(service_plan(), source(path, {dealer: 4 * count for dealer, count in events.items()}))
    for own, scaled in zip(one.items, four.items, strict=True):
        assert scaled.mean.weighted_base == pytest.approx(4 * own.mean.weighted_base)
    assert_same(four, one, "weighted_base", "eligible")
