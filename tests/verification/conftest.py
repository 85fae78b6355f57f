"""What is published once for all tests of verification."""

import asyncio
from pathlib import Path

import pytest
from verification.washing import Published, publish


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Published:
    return asyncio.run(publish(tmp_path_factory.mktemp("published"), migrated_sqlite))
