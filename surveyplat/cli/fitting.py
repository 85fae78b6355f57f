"""Tables that are wider than the terminal: their columns side by side as far as they fit, the rest below."""

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.table import Column, Table

_LONGEST_NUMBER = 16
"""A cell that is longer is prose, such as why a number is suppressed, and may take several lines."""
_PROSE = 12
"""The fewest columns of a terminal that prose gets, unless one of its words is longer."""
_RULES = 3
"""What a column takes besides its text: a line, and a space on either side."""


def fitted(table: Table, width: int) -> Iterator[Table]:
    """The table where it fits, else as many as it takes, each with the names of the rows: no number is cut short."""
    for column in table.columns:
        column.no_wrap = column.no_wrap or not _is_prose(column)
    parts = list(_parts(table.columns, width))
    for number, part in enumerate(parts):
        yield table if len(parts) == 1 else _part(table, part, is_first=number == 0)


def _parts(columns: Sequence[Column], width: int) -> Iterator[list[Column]]:
    names, *others = columns
    part, used = [names], 1 + _need(names)
    for column in others:
        if len(part) > 1 and used + _need(column) > width:
            yield part
            part, used = [names], 1 + _need(names)
        part.append(column)
        used += _need(column)
    yield part


def _part(table: Table, columns: Sequence[Column], *, is_first: bool) -> Table:
    title = table.title if is_first or not table.title else f"{table.title} (continued)"
    part = Table(title=title, title_justify=table.title_justify, title_style=table.title_style)
    for column in columns:
        part.add_column(column.header, justify=column.justify, no_wrap=column.no_wrap)
    for cells in zip(*(column.cells for column in columns), strict=True):
        part.add_row(*cells)
    return part


def _is_prose(column: Column) -> bool:
    return any(cell_len(str(cell)) > _LONGEST_NUMBER for cell in column.cells)


def _need(column: Column) -> int:
    texts = [str(column.header), *map(str, column.cells)]
    if column.no_wrap:
        return _RULES + max(map(cell_len, texts))
    return _RULES + max(_PROSE, *(cell_len(word) for text in texts for word in text.split()))
