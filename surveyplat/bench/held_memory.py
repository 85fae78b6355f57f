"""How much memory a process and the processes that it started hold together."""

from pathlib import Path

_PROCESSES = Path("/proc")
_PARENT = 1
"""The parent's place behind a process's name and in its line (proc(5), "stat"), counted from its state."""
_KIBIBYTES = 1024


def held_memory(process: int) -> float | None:
    """MiB of the process and its children now, pages that several share counted once; None where it is not told.

    The sum of their proportional set sizes (proc(5), "smaps_rollup").
    """
    if not (_PROCESSES / str(process) / "smaps_rollup").exists():
        return None
    numbers = (int(entry.name) for entry in _PROCESSES.iterdir() if entry.name.isdigit())
    family = [number for number in numbers if number == process or _parent(number) == process]
    return sum(_proportional(number) for number in family) / _KIBIBYTES


def _parent(process: int) -> int | None:
    """None for a process that has ended meanwhile. A name may contain anything, a closing bracket too."""
    try:
        return int((_PROCESSES / str(process) / "stat").read_text().rpartition(")")[2].split()[_PARENT])
    except (FileNotFoundError, ProcessLookupError):
        return None


def _proportional(process: int) -> int:
    """KiB."""
    try:
        lines = (_PROCESSES / str(process) / "smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
