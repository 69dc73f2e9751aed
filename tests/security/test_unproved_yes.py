"""What is agreed to on a call for which nobody vouches holds once the owner of the number says so by text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from checkin.contacts import service as contacts
from checkin.contacts import shown_numbers
from checkin.contacts.models import CheckIn, Consent, Contact
from checkin.conversations import inbound_call, unproved
from checkin.conversations.unproved import MOST_A_DAY, UNANSWERED
from checkin.core import rate_limits
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import FollowUp
from checkin.telephony.rules.arrivals import CallStatus
from flows.engine.sentences import sentence
from flows.words.segments import count_segments
from tests import make
from tests.cast import BEN, REX
from tests.security.a_call import Call
from tests.security.known_numbers import door, has_a_follow_up_coming, is_on_duty, left, texts_do_not_reach
from tests.services.living import lives
from tests.the_line import TheLine


@pytest.fixture
def database(sqlite_engine: Engine) -> Engine:
    """What is not looked at asks nothing of a database in particular."""
    return sqlite_engine


@pytest.fixture
def app(line: TheLine) -> Flask:
    """The line's own door, with one story behind it and Val on duty."""
    return door(line)


def says_yes(line: TheLine, app: Flask, *acts: str, number: str = BEN) -> None:
    """A day that is good, and yes to weekly texts."""
    Call(line, app, number).begins().does(*acts, "3", "5", "1").hangs_up()
    line.carries_out()


def test_a_yes_on_the_phone_holds_once_its_text_is_answered(line: TheLine, app: Flask) -> None:
    says_yes(line, app, "9")
    (asked,) = line.sent_to(BEN)
    assert "responda SI" in asked
    assert "Harbor" not in asked
    assert line.runtime.read(lambda s: s.scalars(select(Contact).where(Contact.number_key.is_not(None))).all()) == []
    assert "queda hecho" in line.answers(BEN, "Sí")
    owner = line.contact(BEN)
    assert owner.consents == ["check_ins"]
    assert owner.language == "es"
    (yes,) = line.runtime.read(lambda s: s.scalars(select(Consent).where(Consent.contact_id == owner.id)).all())
    assert (yes.given, yes.channel, yes.source[:2]) == (True, "voice", "SM")
    assert "?" in yes.wording
    assert [row.contact_id for row in follow_ups_of(line) if row.state == "planned"] == [owner.id]
    assert [row.contact_id for row in line.runtime.read(lambda s: s.scalars(select(CheckIn)).all())] == [owner.id]


def follow_ups_of(line: TheLine) -> list[FollowUp]:
    return line.runtime.read(lambda s: list(s.scalars(select(FollowUp))))


def test_what_was_said_on_the_call_is_forgotten_with_its_owner_and_only_then(line: TheLine, app: Flask) -> None:
    says_yes(line, app)
    line.answers(BEN, "yes")
    mood = one_mood(line)
    (call,) = line.runtime.read(lambda s: s.scalars(select(Contact).where(Contact.shown_key.is_not(None))).all())
    line.runtime.do(lambda uow: uow.vault.destroy(uow.session.get_one(Contact, call.id)))
    assert mood_read(line, mood) == "5"
    for _ in range(2):
        line.answers(BEN, "FORGET")
    assert mood_read(line, mood) == "", "neither here nor in a backup that came without keys"


def one_mood(line: TheLine) -> CheckIn:
    return line.runtime.read(lambda s: s.scalars(select(CheckIn)).one())


def mood_read(line: TheLine, row: CheckIn) -> str:
    value = row.value_encrypted
    return line.runtime.look(lambda uow: uow.vault.decrypted(CheckIn.value_encrypted, row.id, value))


def test_without_a_yes_by_text_nothing_ever_comes(line: TheLine, app: Flask) -> None:
    says_yes(line, app)
    lives(line, timedelta(days=9))
    assert len(line.sent_to(BEN)) == 1
    assert [(row.state, row.reason) for row in follow_ups_of(line)] == [
        ("skipped", "a call came from this number, and its owner hasn't confirmed it was them")
    ]
    assert "What would you like" in line.answers(BEN, "yes"), "after nine days that is no answer to it"
    assert line.contact(BEN).consents == []


def test_no_by_text_ends_it(line: TheLine, app: Flask) -> None:
    says_yes(line, app)
    assert line.answers(BEN, "no") == "That's fine. Nothing will happen."
    line.answers(BEN, "yes")
    assert line.contact(BEN).consents == []
    line.clock.forward(days=2)
    says_yes(line, app)
    assert sum("reply YES" in text for text in line.sent_to(BEN)) == 1, "whoever said no is left alone"


def test_a_yes_belongs_to_whoever_asked_last(line: TheLine, app: Flask) -> None:
    says_yes(line, app)
    line.clock.forward(minutes=1)
    line.answers(BEN, "MESSAGE")
    line.answers(BEN, "yes")
    assert line.contact(BEN).consents == []


def test_a_forged_number_is_no_way_to_bother_its_owner(line: TheLine, app: Flask) -> None:
    for _ in range(20):
        for _ in range(2):
            says_yes(line, app)
        line.clock.forward(hours=36)
    assert len(line.sent_to(BEN)) <= 2 * UNANSWERED, "two in thirty days, while nobody answers"


def test_a_new_number_for_each_call_makes_us_text_no_town(line: TheLine, app: Flask) -> None:
    def send_nearly_all(uow: UnitOfWork) -> None:
        for _ in range(MOST_A_DAY - 1):
            rate_limits.count(uow, unproved.WRITTEN_IN_ALL, "default", rate_limits.DAY)

    line.runtime.do(send_nearly_all)
    for number in range(3):
        says_yes(line, app, number=f"+1555555{2000 + number}")
    assert len(line.network.texts) == 1
    line.clock.forward(days=1, minutes=1)
    says_yes(line, app)
    assert len(line.sent_to(BEN)) == 1


@pytest.mark.parametrize("known", [left, texts_do_not_reach])
def test_whoever_said_stop_is_not_asked(line: TheLine, app: Flask, known: Callable[[UnitOfWork], None]) -> None:
    line.runtime.do(known)
    says_yes(line, app)
    assert line.sent_to(BEN) == []


def test_whoever_says_stop_just_then_is_not_asked_either(line: TheLine, app: Flask) -> None:
    call = Call(line, app, BEN).begins().does("3", "5", "1")
    line.runtime.do(lambda uow: inbound_call.on_ended(uow, CallStatus(call.sid, "completed")))
    line.runtime.do(left)
    line.carries_out()
    assert line.sent_to(BEN) == []


def test_volunteers_are_not_asked_for_their_texts_mean_something_else(line: TheLine, app: Flask) -> None:
    line.runtime.do(is_on_duty)
    says_yes(line, app)
    assert not [text for text in line.sent_to(BEN) if "reply YES" in text]


def test_numbers_that_take_no_texts_are_told_of_none(line: TheLine, app: Flask) -> None:
    call = Call(line, app, "+442071838750").begins().does("3", "5")
    assert "text" not in call.says
    call.hangs_up()
    assert line.network.texts == []


def test_a_no_on_the_phone_is_asked_about_if_there_was_a_yes(line: TheLine, app: Flask) -> None:
    line.runtime.do(has_a_follow_up_coming)
    Call(line, app, BEN).begins().does("3", "4", "2").hangs_up()
    Call(line, app, REX).begins().does("3", "4", "2").hangs_up()
    line.carries_out()
    assert "reply STOP" in line.sent_to(BEN)[0]
    assert line.sent_to(REX) == []


def test_a_flow_texts_such_a_number_twice_a_day(line: TheLine) -> None:
    def shown(uow: UnitOfWork) -> Contact:
        contact = contacts.new(uow, "default", None)
        shown_numbers.show_number(uow, contact, make.number(BEN))
        uow.session.flush()
        return contact

    assert [line.runtime.do(lambda uow: unproved.may_be_texted_now(uow, shown(uow))) for _ in range(3)] == [
        True, True, False
    ]  # fmt: skip
    line.clock.forward(days=2)
    line.runtime.do(left)
    assert not line.runtime.do(lambda uow: unproved.may_be_texted_now(uow, shown(uow)))


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("words", ["unproved_ask", "unproved_no", "unproved_kept", "unproved_dropped"])
def test_its_texts_are_one_segment_and_name_nobody(language: str, words: str) -> None:
    said, _ = sentence(make.library(), words, [language], "sms", {})
    assert count_segments(said) == 1
    assert "Harbor" not in said
