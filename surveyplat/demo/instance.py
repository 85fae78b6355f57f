"""The demonstration's instance: a folder of its own, published keys, every setting fixed, never a mail sent."""

import os
import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from surveyplat.errors import Fault, InvalidInput
from surveyplat.settings import PREFIX, Settings, load_settings

_MARK = ".surveyplat-demo"
_DATABASE = "surveyplat.db"
_LINK_KEY = "5359" * 16
_DATA_KEY = "4454" * 16
_SEAL_KEY = "5345" * 16
"""Published, so that the same answers give the same hashes and seals on every machine. They protect nothing."""


def clean_folder(folder: Path) -> None:
    """Make ``folder`` empty and ours. Raises ``InvalidInput`` rather than empty a folder that we did not make."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / _MARK).is_file():
            cause = "the folder holds other files"
            raise InvalidInput([Fault("folder", str(folder), cause, "Name an empty or a new one with --folder")])
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARK).touch()


def demo_environment(folder: Path, now: datetime, *, port: int = 8000) -> Mapping[str, str]:
    """The instance's settings as environment variables, for a server process of it; its clock stands at ``now``."""
    chosen = {
        "ENVIRONMENT": "development",
        "DATABASE_URL": f"sqlite:///{folder.resolve() / _DATABASE}",
        "DATA_DIR": str(folder.resolve()),
        "BASE_URL": f"http://127.0.0.1:{port}",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "WORKERS": "2",
        "SMTP_URL": "",
        "LINK_KEY": _LINK_KEY,
        "DATA_KEY": _DATA_KEY,
        "SEAL_KEY": _SEAL_KEY,
        "CLOCK": now.isoformat(),
        "SYNTHETIC": "true",
    }
    return {PREFIX + name: value for name, value in chosen.items()}


def enter_instance(folder: Path, now: datetime, *, port: int = 8000) -> Settings:
    """Make this process and those that it starts part of the instance, whatever the environment says.

    The settings are also written to the folder's ``.env``, with paths relative to it, so that every command works from
    within it, and within a copy of it on the copy.
    """
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        del os.environ[name]
    environment = demo_environment(folder, now, port=port)
    os.environ.update(environment)
    within = {**environment, PREFIX + "DATABASE_URL": f"sqlite:///{_DATABASE}", PREFIX + "DATA_DIR": "."}
    lines = "".join(f"{name}={value}\n" for name, value in within.items())
    (folder / ".env").write_text(lines, encoding="utf-8")
    return load_settings(_env_file=None)
