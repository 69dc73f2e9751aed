"""Vee texts the line: on, off, shifts, help, stop. Never a contact's conversation."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from checkin.contacts.models import Contact
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages import service as messages
from checkin.messages.models import Conversation, Message
from checkin.outbox.outcomes import Outcome, Skipped
from checkin.relays import preview
from checkin.relays.rules.matching import Need
from checkin.volunteers.models import Shift, Volunteer
from tests.cast import ANA, MONDAY_NOON, VEE
from tests.make import sid, volunteer
from tests.the_line import TheLine


def joins(line: TheLine, shifts: tuple[str, ...] = (), **about: object) -> None:
    """Vee volunteers, with shifts that begin today or later at these times ("12:00") for two hours."""

    def write(uow: UnitOfWork) -> None:
        vee = volunteer(uow, VEE, "Vee", **{"time_zone": "America/New_York", "always": False, **about})
        for at in shifts:
            uow.session.add(
                Shift(
                    id=uow.new_id(), line="default", volunteer_id=vee.id, rule="FREQ=DAILY", starts_on="2026-03-02",
                    starts_at=at, minutes=120, time_zone="America/New_York", created_at=uow.now,
                )
            )  # fmt: skip

    line.runtime.do(write)


def goes_on(line: TheLine) -> list[Outcome | None]:
    """Some seconds pass, and the worker does what is due."""
    line.clock.forward(seconds=20)
    return line.carries_out()


def asked(line: TheLine) -> str | None:
    """Why Vee would not be asked now; None if she would be."""
    return line.runtime.do(lambda uow: preview.who(uow, Need("default", "text"))[0].reason)


def vee_row(line: TheLine) -> Volunteer:
    return line.runtime.read(lambda session: session.scalars(select(Volunteer)).one())


def test_off_and_on_during_a_shift(line: TheLine) -> None:
    joins(line, ("12:00",))
    assert asked(line) is None
    assert line.answers(VEE, "OFF") == "You're off duty until you text ON. Rest well."
    assert asked(line) == "off duty"
    line.clock.forward(days=3)
    assert asked(line) == "off duty"
    assert line.answers(VEE, " on. ") == "You're on duty until 14:00. Thank you. Text OFF to end it sooner."
    assert asked(line) is None
    line.clock.forward(hours=2)
    assert asked(line) == "off shift"


def test_off_for_two_hours(line: TheLine) -> None:
    joins(line, always=True)
    assert line.answers(VEE, "Off 2h").startswith("You're off duty until 14:00.")
    assert asked(line) == "off duty"
    line.clock.forward(hours=2)
    assert asked(line) is None


@pytest.mark.parametrize(
    ("words", "length"),
    [
        ("OFF 30M", timedelta(minutes=30)),
        ("off 90 min", timedelta(minutes=90)),
        ("Off for 3 hours", timedelta(hours=3)),
        ("OFF 2 HRS!", timedelta(hours=2)),
        ("off 10 days", timedelta(days=10)),
        ("descanso 2 horas", timedelta(hours=2)),
        ("Descanso 3 d\u00edas", timedelta(days=3)),
    ],
)
def test_a_break_is_read_as_people_write_it(line: TheLine, words: str, length: timedelta) -> None:
    joins(line, always=True)
    line.answers(VEE, words)
    assert vee_row(line).duty_until == MONDAY_NOON + length


def test_a_break_that_is_very_long_is_asked_about(line: TheLine) -> None:
    joins(line, always=True)
    assert "60 days" in line.answers(VEE, "OFF 900D")
    assert asked(line) is None


def test_on_outside_of_a_shift_ends_by_itself(line: TheLine) -> None:
    joins(line)
    assert asked(line) == "off shift"
    assert line.answers(VEE, "ON") == "You're on duty until 16:00. Thank you. Text OFF to end it sooner."
    assert asked(line) is None
    line.clock.forward(hours=4)
    assert asked(line) == "off shift"


def test_whoever_asked_to_be_called_is_not_put_on_duty_by_a_word(line: TheLine) -> None:
    joins(line, always=True, off_rotation=True)
    assert "A lead will speak with you" in line.answers(VEE, "ON")
    assert asked(line) == "paused"


def test_shifts(line: TheLine) -> None:
    joins(line, ("18:00",))
    assert line.answers(VEE, "Shifts") == (
        "You're off duty. Next shift: 18:00. Your next shifts: Mon 2 Mar 18:00-20:00; Tue 3 Mar 18:00-20:00; "
        "Wed 4 Mar 18:00-20:00; Thu 5 Mar 18:00-20:00."
    )


@pytest.mark.parametrize(("always", "says"), [(True, "on duty at any hour"), (False, "No shift is planned")])
def test_no_shifts(line: TheLine, always: bool, says: str) -> None:
    joins(line, always=always)
    assert says in line.answers(VEE, "SHIFTS")


def test_help_says_what_to_write_and_the_crisis_number(line: TheLine) -> None:
    joins(line)
    said = line.answers(VEE, "HELP")
    assert all(word in said for word in ("Harbor Line", "OFF 2H", "TAKE", "988", "911", "STOP"))


def test_in_spanish(line: TheLine) -> None:
    joins(line, ("18:00",), languages=["es", "en"])
    assert "Sus turnos: lu 2 mar 18:00-20:00" in line.answers(VEE, "Turnos")
    assert line.answers(VEE, "OFF").startswith("Descansa")
    assert "TOMAR" in line.answers(VEE, "AYUDA")


def test_stop_leaves_them_in_peace_until_they_start_again(line: TheLine) -> None:
    joins(line, always=True)
    assert "any more texts" in line.answers(VEE, "stop")
    assert asked(line) in ("paused", "off duty")
    line.runtime.do(
        lambda uow: messages.send(
            uow, line="default", volunteer=uow.session.merge(vee_row(line)), body="?", kind="alert"
        )
    )
    assert goes_on(line) == [Skipped("opted out")]
    assert line.sent_to(VEE) == []
    assert "welcome back" in line.answers(VEE, "START")
    assert asked(line) == "off duty"
    line.answers(VEE, "ON")
    assert asked(line) is None


def test_other_words_are_answered_and_open_no_conversation(line: TheLine) -> None:
    joins(line)
    for words in ("what a day", "PEER", "1", "on and on", "I was off today", "\u00bf?", "STORY"):
        assert "don't know that word" in line.answers(VEE, words)
    assert line.runtime.read(lambda s: s.scalar(select(func.count()).select_from(Conversation))) == 0
    assert line.runtime.read(lambda s: s.scalar(select(func.count()).select_from(Contact))) == 0


def test_the_same_text_twice_is_answered_the_same_and_counts_once(line: TheLine) -> None:
    joins(line, always=True)
    twice = sid("SM")
    first = line.answers(VEE, "OFF 2H", twice)
    line.clock.forward(hours=1)
    assert line.answers(VEE, "OFF 2H", twice) == first
    assert vee_row(line).duty_until == MONDAY_NOON + timedelta(hours=2)
    assert line.runtime.read(lambda s: s.scalar(select(func.count()).select_from(Message).where(Message.inbound))) == 1


def test_whom_a_volunteer_texts_with_is_handed_on_when_they_stop(line: TheLine) -> None:
    joins(line, always=True)
    line.answers(ANA, "PEER")
    goes_on(line)
    [offer] = line.sent_to(VEE)
    number = offer.split("TAKE ")[1].split(".")[0]
    assert "You're with" in line.answers(VEE, f"TAKE {number}")
    line.answers(VEE, "STOP")
    goes_on(line)
    line.answers(ANA, "are you there?")
    goes_on(line)
    assert line.sent_to(VEE) == [offer]
    assert "are you there?" not in "".join(line.sent_to(VEE))
    assert any("look" in text.lower() or "find" in text.lower() for text in line.sent_to(ANA)), line.sent_to(ANA)


AWAY = "Auto-reply: I am in a meeting and will get back to you later."


@pytest.mark.parametrize("lead", [False, True])
@pytest.mark.parametrize("numbered", [False, True])
def test_a_phone_that_answers_by_itself_is_not_answered_without_end(line: TheLine, lead: bool, numbered: bool) -> None:
    joins(line, lead=lead)
    answers = []
    for place in range(40):
        line.clock.forward(seconds=10)
        answers.append(line.answers(VEE, f"{AWAY} {place}" if numbered else AWAY))
    answered = [words for words in answers if words]
    assert len(answered) <= 11
    assert "our answers will pause" in answered[-1]
    assert not any(answers[len(answered) :]), "and once they rest, they rest"


def test_our_words_are_heard_and_answered_whatever_was_sent_before(line: TheLine) -> None:
    joins(line, ("12:00",))
    for _ in range(40):
        line.answers(VEE, AWAY)
    assert line.answers(VEE, "OFF").startswith("You're off duty")
    assert line.answers(VEE, "On.").startswith("You're on duty")
    assert "TAKE" in line.answers(VEE, "help")
    line.answers(ANA, "PEER")
    assert "You're with" in line.answers(VEE, "TAKE")
    line.answers(VEE, "I am here with you.")
    goes_on(line)
    assert line.sent_to(ANA)[-1] == "Peer: I am here with you.", "words for a contact are none for us"
    assert "How are you" in line.answers(VEE, "DONE")
    assert line.answers(VEE, "1") == "Good to hear. Thank you for being there."
    for _ in range(40):
        assert line.answers(VEE, "STATUS OF MY SHIFTS PLEASE") == ""
    line.clock.forward(days=1)
    assert "don't know that word" in line.answers(VEE, "what was it again")
