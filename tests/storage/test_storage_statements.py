"""A statement compiled once is the one that Piccolo would build anew, on both engines, for every such statement."""

import enum
from datetime import UTC, date, datetime
from uuid import UUID

import cast
import pytest

from surveyplat.errors import StorageError
from surveyplat.forms import responses
from surveyplat.forms.loading import load_study
from surveyplat.storage import context
from surveyplat.storage.engine import engine_of
from surveyplat.storage.statements import CompiledOnce, compiled, compiled_once
from surveyplat.storage.tables import Dealer, Response

NOW = datetime(2026, 9, 20, 1, 2, 3, 450, tzinfo=UTC)
STATE = {
    "answers": '{"comment":"{} ? $1 %s"}', "pages": "{}", "revision": 1, "language": "zh-Hans", "state": "partial",
    "updated_at": NOW, "submitted_at": None, "receipt": None, "outcome": None,
}  # fmt: skip
DONE = STATE | {"state": "complete", "submitted_at": NOW, "receipt": "ABCD-EFGH", "outcome": "complete"}
ROW = {
    "id": UUID(int=7), "key": "invitation:7", "invitation": None, "study": "csi", "definition_hash": "0" * 64,
    "source": "web", "occasion_on": date(2026, 9, 15), "started_at": NOW,
}  # fmt: skip

USES = [
    (responses.visit_query, ("0" * 64, NOW), {}),
    (responses.draft_query, ("invitation:7",), {}),
    (responses._insert_unless_there, (UUID(int=9),), ROW | STATE),
    (responses._insert_unless_there, (UUID(int=9),), ROW | DONE | {"occasion_on": None}),
    (responses._update_unchanged, ("invitation:7", 1), STATE),
    (responses._update_unchanged, ("invitation:7", 1), DONE),
    (responses.quota_query, ("csi|families|D01|2026-Q3",), {}),
    (responses.take_place, ("csi|families|D01|2026-Q3",), {}),
]


@pytest.fixture
def engine(database_url):
    return engine_of(database_url)


def built_anew(statement, args, kwargs, engine):
    with context.using(engine):
        query = statement.build(*args, **kwargs)
    return context.compiled(query, engine)


def types(values):
    return [type(value) for value in values]


def test_every_statement_that_is_compiled_once_is_tried_here():
    assert {id(use[0]) for use in USES} == {
        id(part) for part in vars(responses).values() if isinstance(part, CompiledOnce)
    }


@pytest.mark.parametrize(("statement", "args", "kwargs"), USES)
def test_the_sql_and_its_values_are_those_of_a_query_built_anew(statement, args, kwargs, engine):
    for _ in ("compiled now", "compiled before"):
        sql, values = compiled(statement(*args, **kwargs), engine)
        sql_anew, values_anew = built_anew(statement, args, kwargs, engine)
        assert (sql, values) == (sql_anew, values_anew)
        assert types(values) == types(values_anew)


async def stored_by(db, *queries):
    def unit():
        rows = []
        for query in queries:
            rows.append((yield query))
        return rows

    return await db.write(unit)


@pytest.fixture
async def invited(db, settings):
    """An invitation, without which no response is stored."""
    return (await cast.invite(db, settings, load_study("csi"))).invitation


async def test_both_ways_store_and_find_the_same(db, invited):
    insert, update, draft = responses._insert_unless_there, responses._update_unchanged, responses.draft_query
    other = ROW | {"id": UUID(int=8), "key": "invitation:8"}
    anew = await stored_by(
        db,
        insert.build(invited, **ROW | STATE),
        insert.build(invited, **ROW | STATE),
        update.build("invitation:7", 1, **DONE),
    )
    once = await stored_by(
        db,
        insert(invited, **other | STATE),
        insert(invited, **other | STATE),
        update("invitation:8", 1, **DONE),
        update("nobody", 1, **DONE),
    )
    assert once[:3] == [[{"id": UUID(int=8)}], [], [{"id": UUID(int=8)}]]
    assert [len(rows) for rows in anew] == [1, 0, 1]
    assert once[3] == []
    first, second = await db.read(Response.select().order_by(Response.key))
    assert second == first | {"id": UUID(int=8), "key": "invitation:8"}
    assert types(second.values()) == types(first.values())
    assert await db.read(draft("invitation:7")) == await db.read(draft.build("invitation:7")) != []


async def test_none_asks_for_what_is_null(db, invited):
    by_receipt = compiled_once(lambda receipt: Response.select(Response.key).where(Response.receipt == receipt))
    insert = responses._insert_unless_there
    done = ROW | DONE | {"id": UUID(int=8), "key": "invitation:8"}
    await stored_by(db, insert(invited, **ROW | STATE), insert(invited, **done))
    assert await db.read(by_receipt("ABCD-EFGH")) == [{"key": "invitation:8"}]
    assert await db.read(by_receipt(None)) == [{"key": "invitation:7"}]


class Colour(enum.StrEnum):
    RED = "red"


@pytest.mark.parametrize("value", [["a", "b"], Colour.RED, {"a": 1}])
def test_a_value_that_piccolo_would_rewrite_is_refused(value, engine):
    with pytest.raises(StorageError, match=r"draft_query, argument 0: a .* is no plain value"):
        compiled(responses.draft_query(value), engine)


def test_an_argument_that_is_looked_at_while_building_is_refused(engine):
    @compiled_once
    def by_number(number):
        return Response.select().where(Response.key == f"invitation:{number}")

    with pytest.raises(StorageError, match="by_number, argument 0: it is not passed on as a value"):
        compiled(by_number(7), engine)


def test_a_default_made_anew_for_each_row_is_refused(engine):
    @compiled_once
    def keyless(**columns):
        return Response.insert(Response(**columns))

    row = {name: value for name, value in (ROW | STATE).items() if name != "id"}
    with pytest.raises(StorageError, match="keyless: a default changes from row to row"):
        compiled(keyless(**row), engine)


def test_a_serial_key_gets_the_engines_own_default(engine):
    @compiled_once
    def dealer(code):
        return Dealer.insert(Dealer(code=code, name="n", region="r", brand="b", time_zone="UTC"))

    assert compiled(dealer("D01"), engine) == built_anew(dealer, ("D01",), {}, engine)
