"""The queue of reviewers: what waits and since when, whose yes it has, and who may see it."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import select

from checkin.core.audit_models import Audit
from checkin.core.unit_of_work import UnitOfWork
from checkin.stories import service as stories
from checkin.stories.jobs import ALERT
from checkin.stories.models import Story, StoryReview
from checkin.stories.review import queue, reviewing
from checkin.stories.tellers import withdrawal
from checkin.volunteers.models import Alert
from tests.console.browser import Browser
from tests.console.reviewing import QUEUE, Visits, form, page, row, two_are_wanted, words
from tests.console.stories import PORCH, is_heard, is_told, waits
from tests.the_line import TheLine


def test_what_waits_longest_stands_first_and_what_waits_too_long_is_marked(line: TheLine, oda: Browser) -> None:
    waits(line, title="An old one")
    line.clock.forward(days=3, hours=1)
    is_told(line, "a new one")
    oda.sign_in_as("lead")
    shown = oda.opens(QUEUE).words
    assert shown.index("An old one") < shown.index("No title yet")
    assert "1 story has waited too long." in shown
    assert "too long 3 days" in shown
    assert "The leads will get a text" in shown
    told = {"line": "default", "kind": ALERT, "rule": "1 wait", "raised_at": line.clock.now - timedelta(hours=1)}
    line.runtime.do(lambda uow: uow.session.add(Alert(id=uow.new_id(), **told)))
    assert "The leads were told on" in oda.opens(QUEUE).words


def test_where_two_are_wanted_another_person_says_yes_too(line: TheLine, oda: Browser, visits: Visits) -> None:
    two_are_wanted(line)
    story = waits(line)
    shown = oda.sends(page(story, "/publish"), **form(line, oda.opens(page(story))))
    assert "Someone else has to review it, too." in shown.words
    assert "approved by Oda" in shown.words
    assert "You've approved it" in oda.opens(page(story)).words
    again = oda.sends(page(story, "/publish"), **form(line, oda.opens(page(story))))
    assert (again.status, row(line, story).state) == (422, "waiting_review")
    second = visits("reviewer")  # of the same name: it is the person who counts
    assert "Oda has approved it." in second.opens(page(story)).words
    assert "Published." in second.sends(page(story, "/publish"), **form(line, second.opens(page(story)))).words


def test_the_name_typed_at_the_terminal_is_the_same_person(line: TheLine, oda: Browser) -> None:
    two_are_wanted(line)
    story = waits(line, title="The porch")
    answers = dict.fromkeys(line.runtime.do(reviewing.checklist).questions, "no")
    line.runtime.do(lambda uow: reviewing.say_yes(uow, story, "oda", answers, stories.Review("The porch")))
    assert oda.sends(page(story, "/publish"), **form(line, oda.opens(page(story)))).status == 422
    assert row(line, story).state == "waiting_review"


def test_the_same_words_ask_for_no_new_yes(line: TheLine, oda: Browser) -> None:
    two_are_wanted(line)
    story = waits(line, words="One line.\r\nAnother.")
    same = form(line, oda.opens(page(story)), words="One line.\r\nAnother.")
    oda.sends(page(story, "/publish"), **same)
    oda.sends(page(story, "/keep"), **form(line, oda.opens(page(story)), words="One line.\r\nAnother."))
    assert "approved by Oda" in oda.opens(QUEUE).words
    line.clock.forward(seconds=5)
    oda.sends(page(story, "/keep"), **form(line, oda.opens(page(story)), words="Other words."))
    assert "approved by Oda" not in oda.opens(QUEUE).words


def test_a_reported_story_is_in_the_queue_again(line: TheLine, oda: Browser) -> None:
    story = is_heard(line, "Two winters")

    def reported(uow: UnitOfWork) -> None:
        found = uow.session.get_one(Story, story)
        found.reports = 3
        queue.again(uow, found, "reported")

    line.runtime.do(reported)
    assert "3 reports" in oda.opens(QUEUE).words
    shown = oda.opens(page(story))
    assert "Listeners reported it" in shown.words
    assert (
        "Published." in oda.sends(page(story, "/publish"), **form(line, shown, words="The words of Two winters.")).words
    )


def test_what_waits_no_more_says_so(line: TheLine, oda: Browser) -> None:
    story, gone = is_heard(line, "Two winters"), waits(line)
    assert "It's no longer waiting for review: published." in oda.opens(page(story)).words
    line.runtime.do(lambda uow: reviewing.decline(uow, gone, "Oda"))
    assert "waiting for review: declined." in oda.sends(page(gone, "/publish"), seen="1").words
    line.runtime.do(lambda uow: withdrawal.withdraw(uow, gone, who="Oda"))
    assert "withdrawn" in oda.opens(page(gone)).words


def test_each_step_is_audited_with_who_it_was_and_no_words(line: TheLine, oda: Browser) -> None:
    story = is_told(line, PORCH)
    oda.sends(page(story, "/keep"), **form(line, oda.opens(page(story)), words="Corrected."))
    oda.sends(page(story, "/publish"), **form(line, oda.opens(page(story)), words="Corrected."))
    assert oda.who
    who = f"organizer {oda.who.id}"
    found = line.runtime.read(lambda session: session.scalars(select(Audit).where(Audit.who == who)).all())
    assert {"read a story before review", "changed a story's words", "published a story"} <= {
        item.what for item in found
    }
    assert not any("Corrected" in f"{item.before} {item.after}" for item in found)
    by = line.runtime.read(lambda session: session.scalars(select(StoryReview.by_key)).all())
    assert by == [f"organizer:{oda.who.id}"]


def test_who_only_looks_is_shown_the_library_and_nothing_that_waits(line: TheLine, visits: Visits) -> None:
    story = is_told(line, PORCH)
    browser = visits("read_only")
    shown = browser.opens(QUEUE)
    assert "Story library" in shown.words
    assert "No title yet" not in shown.words
    assert page(story) not in shown.html
    assert browser.asks(page(story)).status == 403


def test_a_reviewer_sees_stories_and_nothing_else(line: TheLine, visits: Visits) -> None:
    waits(line)
    shown = visits("reviewer").opens(QUEUE)
    menu = re.search(r'class="menu">(.*?)</nav>', shown.html, re.S)
    assert menu
    assert re.findall(r">([^<>]+)</a>", menu.group(1)) == ["Stories"]


def test_a_story_of_another_line_is_not_there(line: TheLine, oda: Browser) -> None:
    story = waits(line)
    seen = oda.opens(page(story)).form_field("seen")
    line.runtime.do(lambda uow: setattr(uow.session.get_one(Story, story), "line", "elsewhere"))
    assert oda.asks(page(story)).status == 404
    for act in ("/keep", "/trim", "/publish", "/return", "/decline", "/again"):
        assert oda.sends(page(story, act), seen=seen, text="Dear").status in (404, 422), act
        assert row(line, story).state == "waiting_review"
    assert words(line, story) == PORCH
