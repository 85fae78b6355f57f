"""What SQLite cannot alter in a table, done by making the table anew (https://sqlite.org/lang_altertable.html, part 7).

Foreign keys must be off, which they can only be before a transaction begins: dropping the old table would otherwise
delete every row that refers to it.
"""

from piccolo.table import Table

from surveyplat.errors import StorageError

WITHOUT_FOREIGN_KEYS = "PRAGMA foreign_keys=OFF"
BROKEN_REFERENCES = 'SELECT DISTINCT "table", "parent" FROM pragma_foreign_key_check'
"""What must find nothing before a transaction without foreign keys is committed."""


async def rebuild(table: type[Table]) -> None:
    """Make SQLite's stored table the same as ``table``, with its indexes; rows and their keys are kept.

    Columns that only the stored table has are lost, those that only ``table`` has get their default. Raises
    ``StorageError`` when foreign keys are on.
    """
    [setting] = await table.raw("PRAGMA foreign_keys")
    name = table._meta.tablename
    if setting["foreign_keys"]:
        raise StorageError(f"{name}: foreign keys are on. Rebuild a table in a transaction that began without them")
    stored = {row["name"] for row in await table.raw(f"SELECT name FROM pragma_table_info('{name}')")}
    wanted = [column._meta.db_column_name for column in table._meta.columns]
    kept = ", ".join(f'"{column}"' for column in wanted if column in stored)
    new_name = f"{name}_rebuilt"
    create, *indexes = table.create_table().ddl
    for statement in (
        create.replace(f'"{name}"', f'"{new_name}"', 1),
        f'INSERT INTO "{new_name}" ({kept}) SELECT {kept} FROM "{name}"',
        f'DROP TABLE "{name}"',
        f'ALTER TABLE "{new_name}" RENAME TO "{name}"',
        *indexes,
    ):
        await table._meta.db.run_ddl(statement)
