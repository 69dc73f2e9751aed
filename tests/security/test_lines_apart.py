"""Two lines on one installation: the leads of one read, change and name nothing of the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from checkin.accounts.models import Organizer
from checkin.core.audit_models import Audit
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import Message
from checkin.outbox import dead_letters, outbox
from checkin.outbox.models import Outbox
from checkin.volunteers.models import Alert
from flows.references import lines_of
from tests import make
from tests.cast import ANA, VEE
from tests.console.browser import Browser, application
from tests.console.matrix import MATRIX
from tests.services.test_several_lines import two_lines
from tests.the_line import TheLine

NAME = "Oda Of The Harbor"
NOWHERE = {"keywords": {}, "person": None, "menu": None, "message": None, "take_back": None}


@pytest.fixture
def line(sqlite_engine: Engine, tmp_path: Path) -> Iterator[TheLine]:
    """Harbor Line says everything; South Line is called and texted for tips alone."""
    with sqlite_engine.connect() as connection:
        outer = connection.begin()
        yield two_lines(connection, tmp_path, calls="tip", texts="tip", **NOWHERE)
        outer.rollback()


@pytest.fixture
def oda(line: TheLine) -> Browser:
    """The lead of Harbor Line."""
    browser = Browser(line, application(line)).sign_in_as("lead")
    assert browser.who is not None
    who = browser.who.id

    def rename(uow: UnitOfWork) -> None:
        uow.vault.encrypt(uow.session.get_one(Organizer, who), Organizer.name_encrypted, NAME)

    line.runtime.do(rename)
    return browser


@pytest.fixture
def sol(line: TheLine) -> Browser:
    """The lead of South Line."""
    return Browser(line, application(line)).sign_in_as("lead", "south")


def test_changes_are_read_by_the_leads_of_their_own_line(line: TheLine, oda: Browser, sol: Browser) -> None:
    oda.sends("/console/organizers/invite", email="val@example.org", role="reviewer")
    line.runtime.do(lambda uow: make.volunteer(uow, VEE, "Vee"))
    sol.sends("/console/schedule/volunteers/add", name="Sam", number="+15555550144", agreed="agreed", languages="en",
              channels="voice")  # fmt: skip
    mine, theirs = oda.opens("/console/audit/").html, sol.opens("/console/audit/").html
    assert "invited an organizer" in mine
    assert "added a volunteer" not in mine
    assert "added a volunteer" in theirs
    assert "invited an organizer" not in theirs
    assert NAME not in theirs
    for name in ("changes.csv", "?what=invited"):
        assert "invited an organizer" not in sol.opens(f"/console/audit/{name}").html.replace("?what=invited", "")
    invited = select(Audit.about).where(Audit.what == "invited an organizer")
    about = line.runtime.read(lambda session: session.scalars(invited).one())
    assert "invited an organizer" in oda.opens(f"/console/audit/?about={about}").words
    assert "invited an organizer" not in sol.opens(f"/console/audit/?about={about}").words


def test_what_is_of_no_line_is_read_by_the_first(line: TheLine, oda: Browser, sol: Browser) -> None:
    def end(uow: UnitOfWork) -> None:
        uow.session.add(Audit(id=uow.new_id(), who="the line", what="retention", about="rows", at=uow.now))

    line.runtime.do(end)
    assert "retention" in oda.opens("/console/audit/").words
    assert "retention" not in sol.opens("/console/audit/").words


def test_whatever_is_done_on_a_page_is_written_down_for_its_line(line: TheLine, sol: Browser) -> None:
    """Built from the routes: each change that a page can make, as far as it comes without a row to change."""
    for route, (_roles, path) in MATRIX.items():
        if route.startswith("POST") and path not in ("/signout", "/account/signout"):
            sol.sends(path, follow=False, name="a_flow", typed="+15555550111", number="+15555550111", step="flows")
        elif "/console" in path:
            sol.asks(path)
    rows = line.runtime.read(lambda session: session.execute(select(Audit.what, Audit.line)).all())
    assert {row.line for row in rows if row.what != "signed in"} == {"south"}
    assert {"searched for a number", "downloaded the changes", "changed a draft"} <= {row.what for row in rows}


# What was set aside


def is_set_aside(line: TheLine) -> str:
    """A text of Harbor Line to Ana could not be sent, however often it was tried; answers the row's id."""
    line.answers(ANA, "hello")

    def aside(uow: UnitOfWork) -> str:
        text = uow.session.scalars(select(Message)).first()
        assert text is not None
        row = outbox.later(uow, "send_message", text.id, uow.now)
        uow.session.flush()
        dead_letters.bury(uow, row.id, row.kind, 8, "failed: KeyError of the harbor")
        return row.id

    return line.runtime.do(aside)


def test_what_was_set_aside_is_seen_to_by_its_own_line(line: TheLine, oda: Browser, sol: Browser) -> None:
    row = is_set_aside(line)
    for page in ("/console/outbox/work", "/console/health/"):
        assert "KeyError of the harbor" in oda.opens(page).words
        assert "KeyError of the harbor" not in sol.opens(page).words
    assert sol.sends(f"/console/outbox/work/{row}/again").status == 404
    assert sol.sends(f"/console/outbox/work/{row}/let-be", reason="because").status == 404
    still = line.runtime.read(lambda session: session.get(Outbox, row))
    assert still is not None
    assert (still.line, still.outcome, still.result) == (
        "default", "dead letter", "after 8 tries: failed: KeyError of the harbor",
    )  # fmt: skip
    assert oda.sends(f"/console/outbox/work/{row}/again").status == 200
    alerts = line.runtime.read(lambda session: session.scalars(select(Alert).where(Alert.kind == "set_aside")).all())
    assert [(alert.line, alert.closed_at is not None) for alert in alerts] == [("default", True)]


def test_what_is_about_nobody_is_the_first_lines(line: TheLine, oda: Browser, sol: Browser) -> None:
    def aside(uow: UnitOfWork) -> None:
        row = outbox.later(uow, "retention", "the hour", uow.now)
        uow.session.flush()
        dead_letters.bury(uow, row.id, row.kind, 8, "failed: chores")

    line.runtime.do(aside)
    assert "failed: chores" in oda.opens("/console/outbox/work").words
    assert "failed: chores" not in sol.opens("/console/outbox/work").words


# Flows


def test_which_line_leads_where(line: TheLine) -> None:
    whose = lines_of(line.runtime.library, ["story_consent"])
    assert whose["tip"] == whose["story_consent"] == whose["after_missed_call"] == {"default", "south"}
    assert whose["share_story"] == {"default"}
    assert set(whose) == set(line.runtime.library.flows)


@pytest.mark.parametrize("page", ["", "/edit", "/drawing.svg", "/try", "/tests", "/publish", "/history", "/flow.yaml"])
def test_a_flow_of_another_line_alone_is_not_there(line: TheLine, oda: Browser, sol: Browser, page: str) -> None:
    assert sol.opens(f"/console/flows/share_story{page}").status == 404
    assert oda.opens(f"/console/flows/share_story{page}").status == 200
    assert "share_story" not in sol.opens("/console/flows/").html


def test_a_flow_that_both_lead_to_is_read_by_both_and_changed_by_neither(
    line: TheLine, oda: Browser, sol: Browser
) -> None:
    for browser, other in ((oda, "South Line"), (sol, "Harbor Line")):
        shown = browser.opens("/console/flows/tip/edit")
        assert f"{other} uses this, too" in shown.words
        for change in ("edit", "upload", "drop", "publish", "retire", "tests/edit", "tests/drop", "tests/add"):
            sent = browser.sends(f"/console/flows/tip/{change}", source="flow: tip", revision=0, seen="x")
            assert sent.status == 422, change
            assert f"{other} uses this, too" in sent.words, change
    assert line.runtime.read(lambda session: session.scalars(select(Audit.what)).all()) == []


def test_her_own_flow_is_changed_as_ever(oda: Browser) -> None:
    page = oda.opens("/console/flows/share_story/edit")
    sent = oda.sends(
        "/console/flows/share_story/edit", source="flow: share_story", revision=page.form_field("revision")
    )
    assert "Saved." in sent.words


def test_nobody_borrows_what_another_line_says(line: TheLine, sol: Browser) -> None:
    """Else the other line could not change it any more, and its words were heard elsewhere."""
    words = "dsl: 1\nflow: mine\ntitle: Mine\nchannels: [sms]\nlanguages: [en]\non_error: over\nsteps:\n"
    words += "  - {id: there, flow: share_story, then: {finished: over, stopped: over}}\n  - {id: over, end: done}\n"
    first = line.runtime.library.lines["south"].model_copy(update={"texts": "mine"})
    sol.sends("/console/flows/new", name="mine")
    page = sol.opens("/console/flows/mine/edit")
    kept = sol.sends("/console/flows/mine/edit", source=words, revision=page.form_field("revision"))
    assert "No errors." in kept.words, kept.words
    line.runtime.flows.library = line.runtime.library._but(lines={**line.runtime.library.lines, "south": first})
    page = sol.opens("/console/flows/mine/publish")
    sent = sol.sends("/console/flows/mine/publish", seen="", revision=page.form_field("revision"), talks="0")
    assert sent.status == 422
    assert "share_story, which belongs to another line" in sent.words


def test_a_line_alone_changes_everything(tmp_path: Path, sqlite_engine: Engine) -> None:
    with sqlite_engine.connect() as connection:
        outer = connection.begin()
        alone = TheLine.on(connection, tmp_path)
        shown = Browser(alone, application(alone)).sign_in_as("lead").opens("/console/flows/tip/edit")
        assert "uses this, too" not in shown.words
        outer.rollback()
