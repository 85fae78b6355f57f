"""How much of the processors a server uses: less of a machine's other work is in it than in the seconds that pass."""

import os
from pathlib import Path

_PROCESSES = Path("/proc")
_GROUP, _USER, _SYSTEM = 2, 11, 12
"""Fields of a process's line behind its name (proc(5), "stat"), counted from its state."""


def processor_seconds(group: int) -> float | None:
    """What the living processes of a process group have used so far; None where the system does not tell."""
    if not (_PROCESSES / "self" / "stat").exists():
        return None
    lines = (_fields(process) for process in _PROCESSES.iterdir() if process.name.isdigit())
    ticks = sum(int(line[_USER]) + int(line[_SYSTEM]) for line in lines if line and int(line[_GROUP]) == group)
    return ticks / os.sysconf("SC_CLK_TCK")


def _fields(process: Path) -> list[str]:
    """Empty for a process that has ended meanwhile. Its name may contain anything, a closing bracket too."""
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []
