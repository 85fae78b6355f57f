"""Files that are whole or absent: written beside their place, flushed to the disk, then renamed into it."""

import os
import secrets
from pathlib import Path


def write_durably(path: Path, content: bytes, *, mode: int) -> None:
    """Write ``content`` whole: a reader sees the old file or the new one, even after a loss of power.

    The file gets ``mode`` before it holds anything. An existing file is replaced; the folder must exist.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    flush_folder(path.parent)


def make_folder(folder: Path) -> None:
    """Create a folder and those above it so that none of them is lost with the power."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        flush_folder(folder.parent)


def flush_folder(folder: Path) -> None:
    """Make the names in a folder durable: a rename is lost with the power unless its folder was flushed."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
