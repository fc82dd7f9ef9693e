"""What every test can ask for: real servers, private to this run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from quickwin.servers import Postgres, Redis


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A PostgreSQL of this run's own. Make databases in it with `create_database`."""
    with Postgres(Path(tmp_path_factory.mktemp("postgres")), fsync=False) as server:
        yield server


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    """A Redis of this run's own, over a Unix socket."""
    with Redis(Path(tmp_path_factory.mktemp("redis"))) as server:
        yield server
