"""Lists on a terminal: no lines between columns, so that times, hashes and names fit whole into 80 columns."""

from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table

RECORDED = "Recorded (UTC)"


def listing(*columns: str, folding: str) -> Table:
    """A table of which only the column ``folding`` gives way where the terminal is narrow."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in columns:
        gives_way = name == folding
        table.add_column(name, no_wrap=not gives_way, overflow="fold", min_width=len(name))
    return table


def minute(when: datetime) -> str:
    """A time of the column ``RECORDED``."""
    return when.astimezone(UTC).strftime("%Y-%m-%d %H:%M")


def print_listing(table: Table) -> None:
    """What users wrote is printed as they wrote it, brackets too."""
    Console(highlight=False, markup=False).print(table)
