"""Instances of the product that tests make for themselves."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from surveyplat.settings import Settings, load_settings


@contextmanager
def settings_of_its_own(database_url: str, data_dir: Path) -> Iterator[Settings]:
    """A development instance in a folder of its own, with fixed keys, deaf to this machine's environment."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("SURVEYPLAT_")]:
            patch.delenv(name)
        yield load_settings(
            _env_file=None,
            data_dir=data_dir,
            database_url=database_url,
            link_key="11" * 32,
            data_key="22" * 32,
            seal_key="33" * 32,
        )
