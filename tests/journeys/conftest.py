"""One running line for each database, shared by the journeys of a module: each takes phones of its own."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from checkin.practice.client import Phone
from tests.conftest import new_postgres_database
from tests.journeys.house import House

_numbers = itertools.count(200)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest) -> Iterator[House]:
    """The whole line, started as a stranger starts it."""
    state = Path(tempfile.mkdtemp(prefix="house-"))
    url = None
    if request.param == "postgresql":
        url = new_postgres_database(request.getfixturevalue("postgres_server"), state.name.replace("-", "_"))
    running = House.start(state, url)
    yield running
    running.stop()
    shutil.rmtree(state, ignore_errors=True)


@pytest.fixture
def phone(house: House) -> Callable[..., Phone]:
    """A phone with a number that nobody else has."""

    def take(name: str, **how: object) -> Phone:
        return house.network.phone(f"+1555555{next(_numbers):04d}", name, **how)

    return take
