"""A database that has been in use for years: complete responses and their invitations, copied inside the database.

Built row by row, a million of them would take a quarter of an hour. Copies of one, under keys of their own, take a
minute or two and weigh on the tables and their indexes in the same way.
"""

from collections.abc import Mapping
from functools import partial
from typing import Literal

from piccolo.table import Table

from surveyplat.bench.submissions import Submissions, Work, invitation_of, store_filled
from surveyplat.forms.responses import response_key
from surveyplat.storage.database import Database
from surveyplat.storage.tables import Invitation, Response

Dialect = Literal["sqlite", "postgresql"]

_BATCH = 20_000
_HEX = "lower(hex(randomblob({})))"
_NEW_ID: Mapping[Dialect, str] = {
    "sqlite": " || '-' || ".join(_HEX.format(size) for size in (4, 2, 2, 2, 6)),
    "postgresql": "gen_random_uuid()",
}
"""An id that no row has, in the words of each database."""


async def grow(db: Database, dialect: Dialect, made: Submissions, event: int, amount: int) -> None:
    """Store so many complete responses to the event, and their invitations, of which number 0 is real."""
    await store_filled(db, made, event, range(min(amount, 1)))
    for first in range(1, amount, _BATCH):
        await db.write(partial(_copied, first, min(_BATCH, amount - first), _NEW_ID[dialect]))


def _copied(first: int, amount: int, new_id: str) -> Work:
    """The unit that copies invitation 0 and its response so often, as a batch with a name of its own."""
    batch, original = f"copy {first}:", invitation_of(0)
    numbers = f"WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {amount})"
    invited = {"id": new_id, "key": f"'{batch}' || n", "token_hash": new_id}
    yield Invitation.raw(
        f"{numbers} {_insert(Invitation, invited)} FROM invitation, numbers WHERE invitation.id = '{original}'"
    )
    filled = {"id": new_id, "key": "'invitation:' || CAST(invitation.id AS text)", "invitation": "invitation.id"}
    yield Response.raw(
        f"{_insert(Response, filled)} FROM response, invitation WHERE response.key = '{response_key(original)}' "
        f"AND invitation.key > '{batch}' AND invitation.key < '{batch}~'"
    )


def _insert(table: type[Table], own: Mapping[str, str]) -> str:
    """The copy of a row of ``table``, but for its ``own`` expressions."""
    name = table._meta.tablename
    columns = [column._meta.db_column_name for column in table._meta.columns]
    quoted = ", ".join(f'"{column}"' for column in columns)
    values = ", ".join(own.get(column, f'{name}."{column}"') for column in columns)
    return f"INSERT INTO {name} ({quoted}) SELECT {values}"
