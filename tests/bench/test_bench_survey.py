"""The survey's benchmark fills real surveys over HTTP, counts what was answered, and leaves nothing behind."""

import asyncio
import json
import math
import tempfile

import pytest
from bench_absent import no_server
from typer.testing import CliRunner

from surveyplat.bench import survey
from surveyplat.bench.connections import Connections
from surveyplat.bench.counting import CountedDatabase
from surveyplat.bench.growth import grow
from surveyplat.bench.submissions import invite_to, store_filled, store_visit, submissions
from surveyplat.cli.main import app
from surveyplat.errors import ServerFailed
from surveyplat.forms.responses import response_key
from surveyplat.storage.tables import Dealer, Invitation, Response

TINY = ["bench", "survey", "--seconds", "0.05", "--clients", "4"]


def run(*arguments):
    ran = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert ran.exit_code == 0
    return ran.stdout


def assert_measured(load):
    assert load["answered"] >= 1
    assert all(math.isfinite(load[figure]) and load[figure] > 0 for figure in ("rate", "seconds", "p50_ms", "p99_ms"))


def assert_engine_measured(engine):
    for load in ("fills", "pages", "submits", "bare"):
        assert_measured(engine[load])
    assert all(engine[load]["processor_ms"] >= 0 for load in ("fills", "submits", "bare"))
    assert engine["pages"]["answered"] >= 8 * engine["fills"]["answered"]
    assert engine["ratio_of_submits_to_bare"] == pytest.approx(engine["submits"]["rate"] / engine["bare"]["rate"])
    assert 1 <= engine["statements_of_a_request"]["GET"] <= engine["statements_of_a_request"]["POST"]


@pytest.mark.postgres
def test_both_engines_are_measured_with_two_workers_and_stored_responses(postgres_cluster, monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    url = postgres_cluster.url("postgres")
    document = json.loads(run(*TINY, "--workers", "2", "--stored", "501", "--postgres-url", url, "--json"))
    assert (document["benchmark"], document["clients"], document["workers"], document["stored"]) == (
        "survey",
        4,
        2,
        501,
    )
    assert set(document["engines"]) == {"sqlite", "postgresql"}
    for engine in document["engines"].values():
        assert_engine_measured(engine)
    assert list(tmp_path.iterdir()) == []


def test_without_postgresql_the_reason_is_told(monkeypatch):
    monkeypatch.setattr(survey, "postgres_database", no_server)
    shown = run(*TINY)
    assert "sqlite: 4 connections, 1 worker(s), 0 stored responses" in " ".join(shown.split())
    assert "PostgreSQL was left out: no PostgreSQL server here" in shown


async def test_stored_responses_are_complete_and_the_others_only_invited(db):
    made = submissions()
    event = await db.write(store_visit)
    await store_filled(db, made, event, range(3))
    await invite_to(db, made, event, range(3, 5))
    rows = await db.read(Response.select())
    assert {len(json.loads(row["answers"])) for row in rows} == {30}
    assert [row["state"] for row in rows] == ["complete"] * 3
    assert len(await db.read(Invitation.select())) == 5


def test_three_pages_have_the_thirty_answers_between_them():
    paged, single = submissions(3), submissions()
    assert [len(form) for form in paged.forms] == [10, 10, 10]
    assert {name for form in paged.forms for name, _ in form} == {name for name, _ in single.forms[0]}


async def test_every_statement_is_counted_reads_and_those_of_units(db):
    counted = CountedDatabase(db)

    def unit():
        yield Dealer.insert(Dealer(code="D01", name="n", region="r", brand="b", time_zone="UTC"))
        rows = yield Dealer.select(Dealer.code)
        return rows[0]["code"]

    assert await counted.write(unit) == "D01"
    assert await counted.read(Dealer.select(Dealer.code)) == [{"code": "D01"}]
    assert counted.statements == 3


async def test_answers_that_arrive_in_pieces_are_put_together_and_a_closed_connection_is_told():
    async def answering(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        for piece in (b"HTTP/1.1 303 See Oth", b"er\r\ncontent-length: 5\r\nloca", b"tion: /next\r\n\r\nab", b"cde"):
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.01)
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(answering, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        connections = await Connections.open(f"http://127.0.0.1:{port}", 1)
        connection = connections.borrow()
        answer = await connection.get("/")
        assert (answer.status, answer.location, answer.body) == (303, "/next", b"abcde")
        with pytest.raises(ServerFailed, match="the server closed a connection"):
            await connection.get("/")


async def test_a_database_grows_by_responses_of_their_own(db, engine_name):
    made = submissions()
    event = await db.write(store_visit)
    await grow(db, engine_name, made, event, 4)
    responses = await db.read(Response.select(Response.key, Response.invitation, Response.state, Response.answers))
    invited = {row["id"] for row in await db.read(Invitation.select(Invitation.id, Invitation.token_hash))}
    assert invited == {row["invitation"] for row in responses}
    assert {row["key"] for row in responses} == {response_key(invitation) for invitation in invited}
    assert (len(responses), len({row["answers"] for row in responses})) == (4, 1)
    assert {row["state"] for row in responses} == {"complete"}
