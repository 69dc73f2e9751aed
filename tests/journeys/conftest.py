"""One running line for each database, shared by all journeys: each has phones of its own, volunteers for its time."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.conftest import new_postgres_database
from tests.journeys.house import House
from tests.phones import Phone

_numbers = itertools.count(200)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def shared_house(request: pytest.FixtureRequest) -> Iterator[House]:
    """The whole line, started as a stranger starts it, for all journeys on this database."""
    state = Path(tempfile.mkdtemp(prefix="house-"))
    url = None
    if request.param == "postgresql":
        url = new_postgres_database(request.getfixturevalue("postgres_server"), state.name.replace("-", "_"))
    running = House.start(state, url)
    yield running
    running.stop()
    shutil.rmtree(state, ignore_errors=True)


@pytest.fixture
def house(shared_house: House) -> House:
    """It, as if the carrier had refused nothing yet."""
    shared_house.network.forget_refusals()
    return shared_house


@pytest.fixture(scope="session")
def until_the_end() -> Iterator[ExitStack]:
    """Holds what a journey starts for whatever journeys come after it."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture(scope="session")
def own_house(until_the_end: ExitStack) -> Iterator[House]:
    """One more line, for journeys that do something to its processes or look at all that it ever said."""
    state = Path(tempfile.mkdtemp(prefix="house-"))
    running = House.start(state, None)
    yield running
    running.stop()
    shutil.rmtree(state, ignore_errors=True)


VEE = "+15555557741"


@pytest.fixture(scope="session")
def with_vee(own_house: House) -> House:
    """The same line, with one volunteer who is always on shift."""
    own_house.command("volunteers", "add", "--name", "Veemark", "--phone", VEE, "--always")
    return own_house


@pytest.fixture
def own_vee(with_vee: House) -> Phone:
    """Her phone, which does nothing by itself; she is on duty, and rested."""
    with_vee.until_well()
    vee = with_vee.network.phone(VEE, "Vee", patient=False)
    vee.texts("ON")
    vee.reads("on duty")
    return vee


@pytest.fixture
def phone(house: House) -> Callable[..., Phone]:
    """A phone with a number that nobody else has."""

    def take(name: str, **how: object) -> Phone:
        return house.network.phone(f"+1555555{next(_numbers):04d}", name, **how)

    return take
