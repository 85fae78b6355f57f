"""Many queries at once are each answered with their own rows or their own fault, on both engines."""

import asyncio

import pytest

from surveyplat.errors import StorageError
from surveyplat.storage.tables import Customer

MANY = 200


async def store_customers(db):
    def unit():
        yield Customer.insert(*(Customer(reference=f"C{number}", language="en") for number in range(MANY)))

    await db.write(unit)


def one(number):
    return Customer.select(Customer.reference).where(Customer.reference == f"C{number}")


async def test_each_of_many_queries_gets_its_own_rows(db):
    await store_customers(db)
    for _ in range(5):
        found = await asyncio.gather(*(db.read(one(number)) for number in range(MANY)))
        assert found == [[{"reference": f"C{number}"}] for number in range(MANY)]


async def test_a_query_that_is_refused_fails_none_of_its_neighbours(db):
    await store_customers(db)
    queries = [
        Customer.raw("SELECT nothing FROM nowhere") if number % 7 == 0 else one(number) for number in range(MANY)
    ]
    found = await asyncio.gather(*(db.read(query) for query in queries), return_exceptions=True)
    for number, rows in enumerate(found):
        if number % 7 == 0:
            assert isinstance(rows, StorageError)
        else:
            assert rows == [{"reference": f"C{number}"}]


async def test_whoever_stops_waiting_keeps_nobody_else_from_the_answer(db):
    await store_customers(db)
    asked = [asyncio.create_task(db.read(one(number))) for number in range(MANY)]
    await asyncio.sleep(0)
    for task in asked[::2]:
        task.cancel()
    assert await asyncio.gather(*asked[1::2]) == [[{"reference": f"C{number}"}] for number in range(1, MANY, 2)]
    with pytest.raises(asyncio.CancelledError):
        await asked[0]
    assert await db.read(one(0)) == [{"reference": "C0"}]
