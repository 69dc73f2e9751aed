"""The line with its pages, inside a transaction that is rolled back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from checkin.accounts.rules import Role
from tests.console.browser import Browser, application
from tests.services.conftest import statements
from tests.the_line import TheLine

__all__ = ["statements"]

MOST = 10
"""How many SQL statements one page may take, those for who is in included."""


@pytest.fixture
def line(database: Engine, tmp_path: Path) -> Iterator[TheLine]:
    """The line, as its users meet it."""
    with database.connect() as connection:
        outer = connection.begin()
        yield TheLine.on(connection, tmp_path)
        outer.rollback()


@pytest.fixture
def visits(line: TheLine) -> Callable[[Role | None], Browser]:
    """visits("lead"): a browser that is signed in as one; visits(None): one that isn't."""
    app = application(line)

    def new(role: Role | None = None) -> Browser:
        browser = Browser(line, app)
        return browser.sign_in_as(role) if role else browser

    return new


@pytest.fixture
def oda(visits: Callable[[Role | None], Browser]) -> Browser:
    """Oda, an organizer lead, is signed in."""
    return visits("lead")


@pytest.fixture
def rex(visits: Callable[[Role | None], Browser]) -> Browser:
    """Rex is nobody."""
    return visits(None)
