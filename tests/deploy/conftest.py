"""A line that is asked how it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.the_line import TheLine


@pytest.fixture
def line(database: Engine, tmp_path: Path) -> Iterator[TheLine]:
    """The line, as its users meet it."""
    with database.connect() as connection:
        outer = connection.begin()
        yield TheLine.on(connection, tmp_path)
        outer.rollback()
