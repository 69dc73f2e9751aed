"""Listeners thank and report; each counts once; the teller hears how many, once a week, and never who."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from checkin.compliance import consent
from checkin.contacts.models import Contact
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.active_conversation import ActiveConversation
from checkin.messages.models import Message
from checkin.stories import queries
from checkin.stories.models import ListenerReaction, Story
from checkin.stories.tellers import withdrawal
from flows.engine.position import Position
from tests import make
from tests.cast import ANA, BEN, MONDAY_NOON, REX, VAL, VEE
from tests.make import make_uow
from tests.services.story_rotation import heard, hears, reviewed, somebody, talking, told
from tests.services.tellers.ana import AnaTells, ana_tells
from tests.the_line import TheLine

__all__ = ["ana_tells"]


@pytest.fixture
def uow(session: Session) -> UnitOfWork:
    return make_uow(session)


def says(uow: UnitOfWork, contact: Contact, story: str, how: str) -> None:
    """In a conversation of its own, each time."""
    heard(uow, story, contact, talking(uow, contact), "started", how)


def counts(uow: UnitOfWork, story: str) -> tuple[int, int]:
    uow.session.expire_all()
    row = uow.session.get_one(Story, story)
    return row.thanks, row.reports


def test_one_listener_counts_once_however_often_they_thank(uow: UnitOfWork) -> None:
    story, ben = told(uow, "The porch"), somebody(uow, BEN)
    for _ in range(3):
        says(uow, ben, story, "thanked")
    says(uow, somebody(uow, VAL), story, "thanked")
    assert counts(uow, story) == (2, 0)


def test_as_many_reports_as_the_line_says_hide_a_story_and_queue_it(uow: UnitOfWork) -> None:
    story, ben = told(uow, "The porch"), somebody(uow, BEN)
    for _ in range(5):
        says(uow, ben, story, "reported")
    says(uow, somebody(uow, VAL), story, "reported")
    assert uow.session.get_one(Story, story).state == "published"
    says(uow, somebody(uow, VEE), story, "reported")
    uow.session.expire_all()
    assert uow.session.get_one(Story, story).state == "waiting_review"
    assert hears(uow, ben, talking(uow, ben)) is None
    (waiting,) = queries.waiting_for_review(uow.session, "default")
    assert (waiting.desk.because, waiting.story.reports) == ("reported", 3)


def test_after_a_new_review_new_listeners_must_report_it_again(uow: UnitOfWork) -> None:
    story = told(uow, "The porch")
    for number in (BEN, VAL, VEE):
        says(uow, somebody(uow, number), story, "reported")
    assert reviewed(uow, story).outcome == "heard"
    for number in (REX, ANA):
        says(uow, somebody(uow, number), story, "reported")
    uow.session.expire_all()
    assert uow.session.get_one(Story, story).state == "published"


def test_all_callers_without_a_number_are_one_listener(uow: UnitOfWork) -> None:
    story = told(uow, "The porch")
    for _ in range(5):
        nobody = somebody(uow, REX)
        nobody.number_key = None
        says(uow, nobody, story, "reported")
    assert counts(uow, story) == (0, 1)


def test_a_word_is_kept_without_its_listener_once_they_are_forgotten(uow: UnitOfWork) -> None:
    story, ben = told(uow, "The porch"), somebody(uow, BEN)
    talk = talking(uow, ben)
    heard(uow, story, ben, talk, "started", "thanked")
    consent.forget(uow, ActiveConversation(ben, talk, Position("hear_story", "0" * 64, "tell", "voice", "en")))
    word = uow.session.scalars(select(ListenerReaction)).one()
    assert (word.kind, word.contact_id) == ("thanks", None)
    assert counts(uow, story) == (1, 0)


def thanks(line: TheLine, story: str, *numbers: str) -> None:
    """Each of them thanks its teller, in a conversation of their own."""
    for number in numbers:

        def say(uow: UnitOfWork, number: str = number) -> None:
            key = make.contacts.key_of(uow, "default", make.number(number))
            contact = uow.session.scalars(select(Contact).where(Contact.number_key == key)).first()
            says(uow, contact or somebody(uow, number), story, "thanked")

        line.runtime.do(say)


def test_three_people_thanked_ana_this_week(line: TheLine, ana_tells: AnaTells) -> None:
    story = ana_tells.published()
    thanks(line, story, BEN, VAL, VEE, BEN)
    line.carries_out()
    assert not [body for body in line.sent_to(ANA) if "thanked" in body]
    line.clock.forward(days=7, minutes=1)
    line.carries_out()
    (told_her,) = [body for body in line.sent_to(ANA) if "thanked" in body]
    assert told_her.startswith("Harbor Line: 3 people thanked you for your story this week.")
    for number in (BEN, VAL, VEE):
        assert number[-4:] not in told_her
    line.clock.forward(days=7)
    line.carries_out()
    assert len([body for body in line.sent_to(ANA) if "thanked" in body]) == 1, "nobody thanked her since"
    thanks(line, story, REX)
    line.clock.forward(days=8)
    line.carries_out()
    assert line.sent_to(ANA)[-1].startswith("Harbor Line: one person thanked you")


def test_ana_thanking_herself_is_no_news(line: TheLine, ana_tells: AnaTells) -> None:
    story = ana_tells.published()
    thanks(line, story, ANA)
    line.clock.forward(days=8)
    line.carries_out()
    assert not [body for body in line.sent_to(ANA) if "thanked" in body]


def test_after_stop_she_hears_no_more_of_it(line: TheLine, ana_tells: AnaTells) -> None:
    thanks(line, ana_tells.published(), BEN)
    line.answers(ANA, "stop")
    line.clock.forward(days=8)
    line.carries_out()
    assert not [body for body in line.sent_to(ANA) if "thanked" in body]


def test_thanks_wait_for_the_end_of_her_pause_and_of_the_night(line: TheLine, ana_tells: AnaTells) -> None:
    thanks(line, ana_tells.published(), BEN)
    line.answers(ANA, "pause 2 weeks")
    line.clock.forward(days=7, hours=10)
    line.carries_out()
    assert not [body for body in line.sent_to(ANA) if "thanked" in body]
    line.clock.forward(days=7)
    line.carries_out()
    assert not [body for body in line.sent_to(ANA) if "thanked" in body], "it is three in the morning"
    line.clock.forward(hours=12)
    line.carries_out()
    assert len([body for body in line.sent_to(ANA) if "thanked" in body]) == 1


def test_thanks_for_what_was_taken_back_are_not_told(line: TheLine, ana_tells: AnaTells) -> None:
    story = ana_tells.published()
    thanks(line, story, BEN)
    line.runtime.do(lambda uow: withdrawal.withdraw(uow, story, who="Oda"))
    line.clock.forward(days=8)
    line.carries_out()
    assert not [body for body in line.sent_to(ANA) if "thanked" in body]


def test_a_worker_that_died_after_writing_the_text_does_not_write_it_twice(line: TheLine, ana_tells: AnaTells) -> None:
    thanks(line, ana_tells.published(), BEN)
    line.clock.forward(days=7, minutes=1)
    line.carries_out()
    line.clock.forward(minutes=5)
    line.carries_out()
    with line.runtime.readers() as session:
        bodies = [make.decrypted(line.runtime, row, "body_encrypted") for row in session.scalars(select(Message))]
    assert len([body for body in bodies if "thanked" in body]) == 1
    assert line.clock.now > MONDAY_NOON
