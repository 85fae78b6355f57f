"""The writer's benchmark stores real submissions, counts what was answered, and leaves nothing behind."""

import asyncio
import json
import math
import tempfile

import anyio
import asyncpg
import pytest
from bench_absent import no_server
from typer.testing import CliRunner

from surveyplat.bench import writer
from surveyplat.bench.load import closed_loop, load_of
from surveyplat.bench.submissions import ANSWERS, store_invitations, submissions
from surveyplat.cli.main import app
from surveyplat.errors import StorageError
from surveyplat.storage.tables import Response

TINY = ["bench", "writer", "--seconds", "0.05", "--clients", "8"]


def run(*arguments):
    ran = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert ran.exit_code == 0
    return ran.stdout


def assert_measured(load):
    assert load["answered"] >= 1
    assert all(math.isfinite(load[figure]) and load[figure] > 0 for figure in ("rate", "seconds", "p50_ms", "p99_ms"))
    assert load["p50_ms"] <= load["p99_ms"]


def assert_engine_measured(engine):
    assert_measured(engine["one_commit_each"])
    assert_measured(engine["group_commit"])
    assert engine["group_commit"]["ratio_to_validation"] > 0
    assert engine["group_commit"]["ratio_to_one_commit_each"] > 0


async def test_a_submission_is_one_complete_response_of_thirty_answers(db):
    made = submissions()
    await store_invitations(db, made, 2)
    draft = await db.write(made.unit(1))
    assert draft.complete
    [row] = await db.read(Response.select())
    assert row["state"] == "complete"
    assert len(json.loads(row["answers"])) == ANSWERS == 30


async def test_every_job_is_done_once_by_at_most_so_many_clients():
    done, at_once, most = [], 0, 0

    async def work(job):
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await anyio.lowlevel.checkpoint()
        at_once -= 1
        done.append(job)

    load = await closed_loop(work, iter(range(100)), clients=7, seconds=60)
    assert sorted(done) == list(range(100))
    assert (load.answered, most) == (100, 7)


async def test_when_the_time_is_up_each_client_has_done_one_job():
    done = []

    async def work(job):
        await anyio.lowlevel.checkpoint()
        done.append(job)

    assert (await closed_loop(work, iter(range(100)), clients=5, seconds=0)).answered == len(done) == 5


def test_waits_are_told_in_milliseconds():
    load = load_of([0.001] * 98 + [0.5, 1.0], seconds=2.0)
    assert (load.rate, load.p50_ms) == (50.0, 1.0)
    assert load.p99_ms == pytest.approx(505.0)


@pytest.mark.postgres
@pytest.mark.usefixtures("postgres_cluster")
def test_both_engines_are_measured_against_both_floors():
    document = json.loads(run(*TINY, "--json"))
    assert (document["benchmark"], document["clients"], document["answers"]) == ("writer", 8, 30)
    assert document["left_out"] is None
    assert_measured(document["validation"])
    assert set(document["engines"]) == {"sqlite", "postgresql"}
    for engine in document["engines"].values():
        assert_engine_measured(engine)


@pytest.mark.postgres
def test_a_given_server_keeps_no_database_of_the_benchmark(postgres_cluster):
    document = json.loads(run(*TINY, "--json", "--postgres-url", postgres_cluster.url("postgres")))
    assert_engine_measured(document["engines"]["postgresql"])

    async def databases():
        connection = await asyncpg.connect(postgres_cluster.url("postgres"))
        try:
            return [row["datname"] for row in await connection.fetch("SELECT datname FROM pg_database")]
        finally:
            await connection.close()

    assert [name for name in asyncio.run(databases()) if name.startswith("surveyplat_bench_")] == []


def test_without_postgresql_the_reason_is_told_and_the_folder_is_gone(monkeypatch, tmp_path):
    monkeypatch.setattr(writer, "running_cluster", no_server)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    shown = run(*TINY)
    assert "sqlite: group commit" in shown
    assert "…" not in shown
    assert "PostgreSQL was left out: no PostgreSQL server here" in shown
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_cannot_be_reached_is_named_without_its_password():
    with pytest.raises(StorageError, match=r"postgresql://127\.0\.0\.1:1/x: .*Name a server") as caught:
        writer.measure_writer(seconds=0.01, clients=1, server_url="postgresql://user:secret@127.0.0.1:1/x")
    assert "secret" not in str(caught.value)
