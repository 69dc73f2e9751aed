"""Vee, on her phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from checkin.accounts import page_sessions
from checkin.accounts.rules import Role
from checkin.contacts import service as contacts
from checkin.core.unit_of_work import UnitOfWork
from checkin.volunteers.models import Volunteer
from tests import make
from tests.cast import VAL, VEE
from tests.console.browser import Browser, application
from tests.the_line import TheLine


@pytest.fixture
def database(sqlite_engine: Engine) -> Engine:
    """These pages ask nothing of a database in particular; what they call is tested on both."""
    return sqlite_engine


@pytest.fixture
def comes(line: TheLine) -> Callable[..., Browser]:
    """comes("Val", VAL, lead=True): a volunteer who is signed in on their phone."""
    app = application(line)

    def new(name: str, number: str, **values: object) -> Browser:
        def begin(uow: UnitOfWork) -> str:
            return page_sessions.begin(uow, make.volunteer(uow, number, name, **values))

        browser = Browser(line, app)
        browser.hold(line.runtime.do(begin))
        return browser

    return new


@pytest.fixture
def vee(comes: Callable[..., Browser]) -> Browser:
    """Vee is on duty at any hour, and signed in."""
    return comes("Vee", VEE)


@pytest.fixture
def val(comes: Callable[..., Browser]) -> Browser:
    """Val is a lead."""
    return comes("Val", VAL, lead=True)


@pytest.fixture
def stranger(visits: Callable[[Role | None], Browser]) -> Browser:
    """A phone on which nobody is signed in, at the door."""
    return at_the_door(visits)


def at_the_door(visits: Callable[[Role | None], Browser]) -> Browser:
    """Another such phone."""
    browser = visits(None)
    browser.opens("/volunteer/in")
    return browser


def row(line: TheLine, number: str) -> Volunteer:
    """The volunteer with this number, as they stand now."""

    def find(uow: UnitOfWork) -> Volunteer:
        key = contacts.key_of(uow, "default", make.number(number))
        return uow.session.query(Volunteer).filter_by(number_key=key).one()

    return line.runtime.do(find)
