"""A definition file that is read again when it, or a file that it uses, was saved."""

from pathlib import Path

from surveyplat.errors import DefinitionError, Fault
from surveyplat.forms.language import Definition
from surveyplat.forms.loading import load_definition
from surveyplat.forms.yaml_positions import parse

_State = tuple[tuple[int, int] | None, ...]


class WatchedDefinition:
    """``definition`` is None while the file has ``faults``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.definition: Definition | None = None
        self.faults: tuple[Fault, ...] = ()
        self._files: tuple[Path, ...] = (path,)
        self._state: _State = ()

    def refresh(self) -> bool:
        """Read it again if anything was saved since the last call, and say whether that was so."""
        state = tuple(map(_state_of, self._files))
        if state == self._state:
            return False
        self._files = (self.path, *_used_by(self.path))
        self._state = tuple(map(_state_of, self._files))
        try:
            self.definition, self.faults = load_definition(self.path), ()
        except DefinitionError as error:
            self.definition, self.faults = None, error.faults
        return True


def _state_of(path: Path) -> tuple[int, int] | None:
    """When it was last written and how long it is; None while it is not there, as in the middle of a save."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _used_by(path: Path) -> tuple[Path, ...]:
    try:
        root, _ = parse(path.read_bytes())
    except OSError:
        return ()
    names = [node.text for node in root.get("uses").each()] if root is not None else []
    return tuple(path.parent / name for name in names if name)
