"""Every page of the matrix, on a line with people: hostile words are shown as they are, and little is asked."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import Engine, select

from checkin.contacts.models import Contact
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import Message
from checkin.stories.models import Story
from tests.cast import ANA
from tests.console.browser import Browser, application
from tests.console.conftest import MOST
from tests.console.matrix import MATRIX
from tests.console.people import HOSTILE, a_move_in, people_come
from tests.console.stories import a_story
from tests.services.conftest import shown as listed
from tests.the_line import TheLine

ALLOWED_TAGS = re.compile(r"<(script|img|svg|iframe|style)\b[^>]*>", re.I)
OUR_DRAWING = re.compile(r'<img src="/console/flows/[a-z_]+/drawing\.svg" alt="[^"<>]*">')
KEEPS_TO_ITSELF = ("<bdi", "<title", "<textarea", "<input", "<option")
"""What no letters get out of: their direction ends with it."""
WRITES_TOO = ("UPDATE page_sessions", "INSERT INTO audit")
"""What a page notes about who reads it; beside the ten that it may ask."""


@pytest.fixture
def database(request: pytest.FixtureRequest) -> Engine:
    """Templates ask nothing of a database in particular; what counts statements runs on both."""
    engine: Engine = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_engine")
    return engine


@pytest.fixture
def oda(line: TheLine) -> Browser:
    """Oda, on a line where something goes on."""
    people_come(line)
    return Browser(line, application(line)).sign_in_as("lead")


def pages(line: TheLine) -> dict[str, str]:
    """Every page that an organizer lead reads, with Ana where a contact is wanted."""
    ana, moved = line.contact(ANA).id, a_move_in(line)

    def whose(route: str) -> str:
        if "move_in_id" in route:
            return moved
        return ana if "story_id" not in route else a_story(line, waiting="review" in route)

    return {
        route: path.replace("0" * 32, whose(route))
        for route, (roles, path) in MATRIX.items()
        if route.startswith("GET /console") and "lead" in roles.split() and not path.endswith((".csv", "/sound"))
    }


def hostile(line: TheLine, words: str) -> None:
    """Everything that Ana wrote, and what she is called, is this."""

    def write(uow: UnitOfWork) -> None:
        for contact in uow.session.scalars(select(Contact)):
            contact.alias, contact.tags = words[:60], [words[:60]]
        for message in uow.session.scalars(select(Message)):
            uow.vault.encrypt(message, Message.body_encrypted, words)
        for story in uow.session.scalars(select(Story)):
            story.title, story.topics, story.note = words[:60], [words[:40]], words[:60]
            uow.vault.encrypt(story, Story.words_encrypted, words)

    line.runtime.do(write)


@pytest.mark.parametrize("words", HOSTILE, ids=["script", "image", "direction", "emoji"])
def test_hostile_words_are_shown_as_they_are(line: TheLine, oda: Browser, words: str) -> None:
    hostile(line, words)
    paths = pages(line)
    if words != HOSTILE[0]:  # nobody's words stand on the pages of flows
        paths = {route: path for route, path in paths.items() if not path.startswith("/console/flows/")}
    seen = 0
    for route, path in paths.items():
        shown = oda.opens(path)
        assert shown.status in (200, 404), f"{route}: {shown.status}"
        tags = set(ALLOWED_TAGS.findall(OUR_DRAWING.sub("", shown.html)))
        assert tags <= {"script", "svg"}, f"{route} has {tags}"
        assert all("src=" in tag.group() for tag in re.finditer(r"<script\b[^>]*>", shown.html)), route
        assert "onerror=alert" not in re.sub(r"&[a-z#0-9]+;[^<]*", "", shown.html), route
        seen += words[:60] in unescape(shown.html)
        html = unescape(shown.html)
        for found in re.finditer(re.escape(words[:20]), html):
            before = html[html.rfind("<", 0, found.start()) : found.start()]
            if "\u202e" in words and not before.startswith(KEEPS_TO_ITSELF):
                assert "aria-label" in before or "data-" in before, f"{route}: {before}"
    assert seen >= 4, "the words were there to be read"


@pytest.mark.both
@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
def test_no_page_asks_the_database_more_than_ten_things(line: TheLine, oda: Browser, statements: list[str]) -> None:
    too_many = {}
    for route, path in pages(line).items():
        statements.clear()
        oda.opens(path)
        asked = [statement for statement in statements if not statement.startswith(WRITES_TOO)]
        if len(asked) > MOST:
            too_many[route] = listed(asked)
    assert too_many == {}


def test_every_page_is_a_whole_one(line: TheLine, oda: Browser) -> None:
    """What a screen reader needs of each: a language, a title, one heading, labels, and where the page begins."""
    for route, path in pages(line).items():
        html = oda.opens(path).html
        if "<html" not in html:
            continue  # a fragment of a page
        assert re.search(r'<html lang="(en|es)"', html), route
        assert re.search(r"<title>\S.* · ", html), route
        assert len(re.findall(r"<h1\b", html)) == 1, route
        assert 'id="main"' in html, route
        ids = re.findall(r'\bid="([^"]+)"', html)
        assert len(ids) == len(set(ids)), f"{route}: an id stands twice: {sorted(i for i in ids if ids.count(i) > 1)}"
        for field in re.findall(r"<(?:input|select|textarea)\b(?![^>]*type=\"hidden\")[^>]*>", html):
            [named] = re.findall(r'\bid="([^"]+)"', field) or [""]
            assert f'for="{named}"' in html or "aria-label" in field, f"{route}: {field} has no label"
