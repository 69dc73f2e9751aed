"""Callers for whom nobody vouches: blocks, danger, call-backs, being forgotten, and the volunteers' code."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select

from checkin.accounts.page_sessions import CurrentUser
from checkin.cases import blocks
from checkin.compliance import erasures
from checkin.contacts import preferences
from checkin.contacts import service as contacts
from checkin.contacts.models import Contact
from checkin.conversations import volunteer_calls
from checkin.core.unit_of_work import UnitOfWork
from checkin.relays import service as relays
from checkin.relays.models import Offer
from checkin.volunteers.models import Alert, Volunteer
from checkin.web.console.people import service as people
from tests import make
from tests.cast import ATTESTED, BEN, VAL, VEE
from tests.security.a_call import Call
from tests.security.known_numbers import ben, door, is_blocked
from tests.the_line import TheLine


@pytest.fixture
def database(sqlite_engine: Engine) -> Engine:
    """What is not looked at asks nothing of a database in particular."""
    return sqlite_engine


@pytest.fixture
def app(line: TheLine) -> Flask:
    """The line's own door, with one story behind it and Val on duty."""
    return door(line)


def test_nobody_is_rung_for_a_number_that_is_blocked(line: TheLine, app: Flask) -> None:
    line.runtime.do(is_blocked)
    Call(line, app, BEN).begins().does("1", "waits", "0", "records").hangs_up()
    assert line.runtime.read(lambda s: s.scalar(select(func.count()).select_from(Offer))) == 0
    assert line.sent_to(VAL) == []


def test_a_block_of_one_call_holds_for_the_next_with_that_number(line: TheLine, app: Flask) -> None:
    Call(line, app, BEN).begins().hangs_up()

    def block(uow: UnitOfWork) -> None:
        relays.block(uow, uow.session.scalars(select(Contact)).one(), "shouts at whoever picks up", "oda")

    line.runtime.do(block)
    line.clock.forward(days=1)
    Call(line, app, BEN).begins().does("1").hangs_up()
    assert line.runtime.read(lambda s: s.scalar(select(func.count()).select_from(Offer))) == 0


def test_a_volunteers_block_holds_for_the_number_at_once(line: TheLine, app: Flask) -> None:
    call = Call(line, app, BEN).begins()

    def block(uow: UnitOfWork) -> None:
        val = uow.session.scalars(select(Volunteer)).one()
        blocks.propose(uow, val, uow.session.scalars(select(Contact)).one())

    line.runtime.do(block)
    call.hangs_up()
    Call(line, app, BEN).begins().does("1").hangs_up()
    assert line.runtime.read(lambda s: s.scalar(select(func.count()).select_from(Offer))) == 0
    Call(line, app, BEN, ATTESTED).begins().does("1").hangs_up()
    assert line.runtime.read(lambda s: s.scalar(select(func.count()).select_from(Offer))) == 1


def test_danger_on_many_calls_with_one_number_is_one_alert(line: TheLine, app: Flask) -> None:
    for _ in range(3):
        Call(line, app, BEN).begins().does("i want to kill myself").hangs_up()
    line.carries_out()
    (alert,) = line.runtime.read(lambda s: s.scalars(select(Alert).where(Alert.kind == "crisis")).all())
    assert alert.count == 3
    assert len([text for text in line.sent_to(VAL) if "crisis" in text]) == 2


def test_whoever_is_forgotten_is_forgotten_as_a_caller_too(line: TheLine, app: Flask) -> None:
    Call(line, app, BEN).begins().does("3", "5", "1").hangs_up()
    line.answers(BEN, "FORGET")
    line.answers(BEN, "FORGET")
    left_of = line.runtime.read(lambda s: s.scalars(select(Contact)).all())
    assert [(row.number_encrypted, row.shown_key, row.kept_encrypted, row.consents) for row in left_of] == [
        (None, None, None, [])
    ] * 2


def test_oda_finds_and_forgets_whoever_only_called(line: TheLine, app: Flask) -> None:
    for _ in range(2):
        Call(line, app, BEN).begins().hangs_up()
    oda = CurrentUser("session", "oda", "lead", "default", "Oda", "en")

    def forget(uow: UnitOfWork) -> None:
        found = people.with_number(uow, "default", BEN, oda)
        people.forget(uow, uow.session.get_one(Contact, found), "asked for it on the phone", oda)

    line.runtime.do(forget)
    assert line.runtime.read(lambda s: s.scalars(select(Contact.number_encrypted)).all()) == [None, None]


def test_a_backup_that_comes_back_forgets_such_calls_too(line: TheLine, app: Flask) -> None:
    Call(line, app, BEN).begins().hangs_up()

    def replay(uow: UnitOfWork) -> None:
        key = contacts.key_of(uow, "default", make.number(BEN))
        gone = erasures.Forgotten("default", key, opted_out=False, at=uow.now)
        erasures.replay(uow, erasures.ErasureRecord([gone], []))

    line.runtime.do(replay)
    assert line.runtime.read(lambda s: s.scalars(select(Contact.number_encrypted)).all()) == [None]


def leaves_a_message(line: TheLine, app: Flask) -> Contact:
    """A message, and yes to everything: calls, texts, words on a machine, our name."""
    Call(line, app, BEN).begins().does("4", "records", "1", "1", "1").hangs_up()
    return line.runtime.read(lambda s: s.scalars(select(Contact).where(Contact.shown_key.is_not(None))).one())


def test_whoever_left_a_message_is_called_back_without_our_name(line: TheLine, app: Flask) -> None:
    caller = leaves_a_message(line, app)
    said = line.runtime.do(lambda uow: preferences.of(uow, uow.session.get_one(Contact, caller.id)))
    assert (said.call, said.message, said.name) == (True, False, False)
    assert line.runtime.do(lambda uow: preferences.may_call(uow, uow.session.get_one(Contact, caller.id)))


def test_whoever_told_us_not_to_call_is_not_called_since_somebody_said_so_in_their_name(
    line: TheLine, app: Flask
) -> None:
    def no_calls(uow: UnitOfWork) -> None:
        contacts.keep(uow, ben(uow), preferences.ASKED, True, history=False)

    line.runtime.do(no_calls)
    caller = leaves_a_message(line, app)
    assert not line.runtime.do(lambda uow: preferences.may_call(uow, uow.session.get_one(Contact, caller.id)))


def test_an_answer_by_text_reaches_the_owner_and_theirs_the_volunteer(line: TheLine, app: Flask) -> None:
    leaves_a_message(line, app)
    line.answers(VAL, "CLAIM 1")
    line.answers(VAL, "TEXT 1")
    line.answers(VAL, "I have heard your message.")
    line.carries_out()
    assert "Harbor" not in " ".join(line.sent_to(BEN))
    assert "I have heard your message." in line.sent_to(BEN)[-1]
    line.answers(BEN, "thank you for that")
    line.carries_out()
    assert "thank you for that" in line.sent_to(VAL)[-1]


def vee(line: TheLine) -> tuple[str, str]:
    """Vee volunteers, and is off duty. Her id and her code."""

    def begin(uow: UnitOfWork) -> tuple[str, str]:
        row = make.volunteer(uow, VEE, "Vee", always=False, on_duty=False)
        return row.id, volunteer_calls.code(uow, row)

    return line.runtime.do(begin)


def on_duty(line: TheLine, volunteer_id: str) -> bool | None:
    return line.runtime.read(lambda s: s.get_one(Volunteer, volunteer_id).on_duty)


def test_a_code_opens_the_volunteers_menu(line: TheLine, app: Flask) -> None:
    who, code = vee(line)
    call = Call(line, app, VEE).begins().does("#", "111111", code)
    assert "volunteer menu" in call.says
    call.does("1").hangs_up()
    assert on_duty(line, who) is True
    assert line.sent_to(VEE) == ["You're on duty. Thank you."]


def test_no_code_opens_it_for_another_number_and_an_old_one_opens_nothing(line: TheLine, app: Flask) -> None:
    who, code = vee(line)
    assert "menu" not in Call(line, app, BEN).begins().does("#", code).says
    new = line.runtime.do(lambda uow: volunteer_calls.renew(uow, uow.session.get_one(Volunteer, who), "oda"))
    assert "volunteer menu" not in Call(line, app, VEE).begins().does("#", code).says
    assert "volunteer menu" in Call(line, app, VEE).begins().does("#", new).says


def test_codes_are_not_guessed(line: TheLine, app: Flask) -> None:
    _, code = vee(line)
    for guess in range(4):
        Call(line, app, VEE).begins().does("#", f"{guess:06}", f"{guess + 10:06}").hangs_up()
    assert "volunteer menu" not in Call(line, app, VEE).begins().does("#", code).says
    line.clock.forward(days=1, minutes=1)
    assert "volunteer menu" in Call(line, app, VEE).begins().does("#", code).says


def test_whom_the_network_vouches_for_needs_no_code(line: TheLine, app: Flask) -> None:
    who, _ = vee(line)
    call = Call(line, app, VEE, ATTESTED).begins()
    assert "volunteer menu" in call.says
    call.does("1").hangs_up()
    assert on_duty(line, who) is True
    assert line.sent_to(VEE) == []
