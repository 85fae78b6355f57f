"""The same published numbers from whoever does the work, also when some of them are lost on the way."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import CancelledError, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep

import pytest
from scoring_cast import service_answers, service_plan, source, write_snapshot

from surveyplat import executors
from surveyplat.errors import ClusterUnavailable, ScoringError
from surveyplat.executors import executor_for
from surveyplat.scoring import snapshot
from surveyplat.scoring.documents import results_document
from surveyplat.scoring.snapshot import SnapshotSource
from surveyplat.scoring.study import score_study
from surveyplat.scoring.workers import Workers

ROWS = 1_500
_PATIENCE = 60.0
_LAST_WAIT = 10.0


@pytest.fixture
def many_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SnapshotSource:
    """Some 90 pieces, 30 dealers and customers with one answer and with two."""
    monkeypatch.setattr(snapshot, "PIECE_ROWS", 16)
    dealers = [f"D{row // 50:02d}" for row in range(ROWS)]
    customers = [f"c{row - row % 3 // 2:06d}" for row in range(ROWS)]
    path = write_snapshot(tmp_path / "s.parquet", service_answers(ROWS), dealer=dealers, customer=customers)
    return source(path, {dealer: 60 + place for place, dealer in enumerate(sorted(set(dealers)))})


def published(scored: object) -> str:
    return json.dumps(results_document(scored))  # type: ignore[arg-type]


def test_threads_and_processes_publish_the_same_numbers(many_pieces: SnapshotSource) -> None:
    alone = published(score_study(service_plan(), many_pieces))
    with ThreadPoolExecutor(3) as executor:
        assert published(score_study(service_plan(), many_pieces, executor=executor)) == alone
    with executor_for(workers=2) as executor:
        assert isinstance(executor, ProcessPoolExecutor)
        assert published(score_study(service_plan(), many_pieces, executor=executor)) == alone


def test_processes_compute_with_one_thread_each_and_leave_the_environment_as_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("POLARS_MAX_THREADS", "3")
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    with executor_for(workers=2) as executor:
        assert executor is not None
        assert executor.submit(os.getenv, "POLARS_MAX_THREADS").result() == "1"
        assert executor.submit(os.getenv, "OPENBLAS_NUM_THREADS").result() == "1"
    assert os.environ["POLARS_MAX_THREADS"] == "3"
    assert "OPENBLAS_NUM_THREADS" not in os.environ


def test_a_lost_process_is_told_in_a_sentence() -> None:
    with executor_for(workers=2) as executor, pytest.raises(ScoringError, match="run it again"):
        list(Workers(executor).over("answers", os._exit, [3]))


def test_work_that_is_stopped_between_two_pieces_ends_and_gives_the_same_numbers_when_run_again(
    many_pieces: SnapshotSource,
) -> None:
    before = published(score_study(service_plan(), many_pieces))
    seen: list[tuple[str, int]] = []

    def stopped(name: str, done: int, pieces: int) -> None:
        seen.append((name, done))
        if name == "answers" and done == 5:
            raise CancelledError

    with ThreadPoolExecutor(2) as executor, pytest.raises(CancelledError):
        score_study(service_plan(), many_pieces, executor=executor, progress=stopped)
    assert seen[-1] == ("answers", 5)
    assert published(score_study(service_plan(), many_pieces)) == before


def test_each_pass_tells_how_far_it_has_come(many_pieces: SnapshotSource) -> None:
    seen: dict[str, list[int]] = {}
    score_study(service_plan(), many_pieces, progress=lambda name, done, _: seen.setdefault(name, []).append(done))
    assert list(seen)[:2] == ["keys", "answers"]
    assert list(seen).index("residuals") < list(seen).index("importance") < list(seen).index("derived index")
    assert all(steps == list(range(len(steps))) for steps in seen.values())
    assert len(seen["answers"]) > 80


def ended(process: subprocess.Popen[bytes]) -> None:
    """See a process of ours end: a worker whose peers are gone may wait for them for minutes when asked politely."""
    try:
        process.wait(_LAST_WAIT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(_PATIENCE)


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and worker processes on 127.0.0.1: the scheduler's address, and the workers."""
    pytest.importorskip("distributed", reason="Dask distributed is not installed: no cluster to score on")
    told = folder / "scheduler.json"
    dask = [sys.executable, "-m", "dask"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"}
    address = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(told)]
    started = [subprocess.Popen([*dask, "scheduler", *address], **quiet)]  # type: ignore[call-overload]
    try:
        begun = monotonic()
        while not (told.exists() and told.read_text().strip()):
            assert started[0].poll() is None, "the scheduler ended"
            assert monotonic() - begun < _PATIENCE, "no scheduler"
            sleep(0.05)
        joined = ["worker", json.loads(told.read_text())["address"], "--nthreads", "1", "--no-nanny", "--no-dashboard"]
        started += [subprocess.Popen([*dask, *joined], env=environment, **quiet) for _ in range(workers)]
        yield json.loads(told.read_text())["address"], started[1:]
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            ended(process)


def test_a_dask_cluster_that_loses_a_worker_in_the_middle_publishes_the_same_numbers(
    many_pieces: SnapshotSource, tmp_path: Path
) -> None:
    alone = published(score_study(service_plan(), many_pieces))
    with cluster(tmp_path, 3) as (address, workers), executor_for(cluster=address) as executor:
        assert executor is not None
        executor._client.wait_for_workers(3, timeout=_PATIENCE)  # type: ignore[attr-defined]
        whole = published(score_study(service_plan(), many_pieces, executor=executor))

        def kill_one(name: str, done: int, pieces: int) -> None:
            if (name, done) == ("answers", 5):
                with suppress(ProcessLookupError):
                    os.kill(workers[0].pid, signal.SIGKILL)

        after_loss = published(score_study(service_plan(), many_pieces, executor=executor, progress=kill_one))
        assert workers[0].wait(_PATIENCE) == -signal.SIGKILL
        assert [worker.poll() for worker in workers[1:]] == [None, None]
    assert (whole, after_loss) == (alone, alone)


def test_a_cluster_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed", reason="Dask distributed is not installed")
    monkeypatch.setattr(executors, "_SECONDS_TO_CONNECT", 1)
    with (
        pytest.raises(ClusterUnavailable, match=r"tcp://127\.0\.0\.1:9: no Dask scheduler answered"),
        executor_for(cluster="tcp://127.0.0.1:9"),
    ):
        pass
