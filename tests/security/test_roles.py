"""Whoever only looks sees figures and no people; on every page that is open to them, whatever is added to it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, select

from checkin.accounts.rules import Role
from checkin.contacts.models import Contact
from checkin.core.unit_of_work import UnitOfWork
from checkin.volunteers.models import Volunteer
from tests.console.browser import Browser
from tests.console.matrix import MATRIX, NONE
from tests.console.people import people_come
from tests.console.stories import a_story
from tests.the_line import TheLine

Visits = Callable[[Role | None], Browser]
DIGITS = re.compile(r"\*{3}\d\d\d?|\+1555|555[ -]?555")


@pytest.fixture
def database(sqlite_engine: Engine) -> Engine:
    """Templates ask nothing of a database in particular."""
    return sqlite_engine


@pytest.fixture
def people(line: TheLine) -> list[str]:
    """Everybody on the line: aliases of contacts, names of volunteers."""
    people_come(line)

    def called(uow: UnitOfWork) -> list[str]:
        team = uow.session.scalars(select(Volunteer)).all()
        # names that no word of a page can be taken for
        for number, item in enumerate(team):
            uow.vault.encrypt(item, Volunteer.name_encrypted, f"Volunteer-Name-{number}")
        aliases = uow.session.scalars(select(Contact.alias)).all()
        return [*aliases, "Volunteer-Name-"]

    return line.runtime.do(called)


def pages(line: TheLine, role: Role) -> dict[str, str]:
    """Every page that this role may read."""
    story = a_story(line, waiting=False)
    return {
        route: path.replace(NONE, story) if "story_id" in route else path
        for route, (roles, path) in MATRIX.items()
        if route.startswith("GET") and role in roles.split() and not path.endswith("/sound")
    }


def test_read_only_meets_nobody_on_any_page(line: TheLine, visits: Visits, people: list[str]) -> None:
    browser = visits("read_only")
    found, read = {}, 0
    for route, path in pages(line, "read_only").items():
        shown = browser.opens(path)
        assert shown.status == 200, f"{route}: {shown.status}"
        read += 1
        names = [name for name in people if name in shown.html]
        if names or DIGITS.search(shown.html):
            found[route] = names or DIGITS.findall(shown.html)
    assert found == {}
    assert read >= 10


def test_the_same_pages_show_people_to_whoever_may_see_them(line: TheLine, visits: Visits, people: list[str]) -> None:
    """Else nothing would be proved by their not being there."""
    browser = visits("lead")
    for path in ("/console/", "/console/schedule/", "/console/reports/load.csv"):
        assert any(name in browser.opens(path).html for name in people), path


def test_figures_are_there_all_the_same(line: TheLine, visits: Visits, people: list[str]) -> None:
    browser = visits("read_only")
    now = browser.opens("/console/").words
    assert "alert" in now
    assert "waiting for a volunteer" in now or "waiting for a volunteer" in now
    assert "someone 17:00–20:00" in browser.opens("/console/schedule/?week=2026-03-02").words
    load = browser.opens("/console/reports/load.csv").html
    assert '"Volunteer 1"' in load
    assert browser.asks("/console/stories/").response.location == "/console/stories/library/"


def test_nobody_of_theirs_learns_of_the_queue_of_reviewers(line: TheLine, visits: Visits, people: list[str]) -> None:
    browser = visits("read_only")
    library = browser.opens("/console/stories/library/")
    assert "To review" not in library.words
    story = browser.opens(f"/console/stories/library/{a_story(line, waiting=False)}").words
    assert "Reviews" not in story
