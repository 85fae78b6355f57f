"""How many SQL statements a request needs: the database with a counter in front."""

from collections.abc import Generator
from typing import TypeVar

from surveyplat.storage.context import Rows
from surveyplat.storage.database import Database, Unit
from surveyplat.storage.statements import AnyStatement

T = TypeVar("T")


class CountedDatabase(Database):
    """Another database, whose ``statements`` are counted, savepoints and commits apart; closing it closes nothing."""

    def __init__(self, counted: Database) -> None:
        self._counted = counted
        self.statements = 0

    async def read(self, query: AnyStatement) -> Rows:
        self.statements += 1
        return await self._counted.read(query)

    async def write(self, unit: Unit[T]) -> T:
        def counting() -> Generator[AnyStatement, Rows, T]:
            work = unit()
            try:
                statement = next(work)
                while True:
                    self.statements += 1
                    statement = work.send((yield statement))
            except StopIteration as end:
                value: T = end.value
                return value

        return await self._counted.write(counting)

    async def close(self) -> None:
        """The counted database is closed by whoever opened it."""
