"""Ben calls the line."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from checkin.cases.models import Case
from checkin.contacts.models import Contact
from checkin.conversations import inbound_call
from checkin.messages.models import Conversation
from tests import make
from tests.cast import BEN, VEE
from tests.the_line import TheLine


def count(line: TheLine, table: type, *where: object) -> int:
    return line.runtime.read(lambda s: s.scalar(select(func.count()).select_from(table).where(*where)))


def test_ben_hears_who_we_are_and_what_he_can_press(line: TheLine) -> None:
    said = line.rings(BEN).says
    assert "Harbor Line" in said
    for key in "12345":
        assert key in said
    assert "9" in said


@pytest.mark.parametrize("words", ["a story please", "story"])
def test_what_can_be_pressed_can_be_said(line: TheLine, words: str) -> None:
    spoken, pressed = line.rings(BEN), line.rings("+15555550103")
    assert spoken.speaks(words) == pressed.presses("2")


def test_silence_and_wrong_keys_never_end_in_nothing(line: TheLine) -> None:
    ben = line.rings(BEN)
    for _ in range(12):
        if ben.reply.then is None:
            break
        said = ben.stays_silent() if len(ben.heard) % 2 else ben.presses("8")
        assert said, "a caller always hears what happens next"
    assert ben.says


def test_nine_is_the_other_language_and_it_stays(line: TheLine) -> None:
    ben = line.rings(BEN)
    said = ben.presses("9")
    assert "Oprima" in said or "oprima" in said or "marque" in said.lower()
    ben.hangs_up()
    again = line.rings(BEN)
    assert all(part.language == "es" for part in again.reply.spoken if hasattr(part, "language"))


def test_a_check_in_by_key_is_kept(line: TheLine) -> None:
    ben = line.rings(BEN)
    ben.presses("3")
    ben.presses("5")
    from checkin.contacts.models import CheckIn

    assert count(line, CheckIn) == 1


def test_the_same_turn_twice_says_the_same_and_does_nothing_twice(line: TheLine) -> None:
    ben = line.rings(BEN)
    turn = ben.reply.then
    ben.presses("2")
    reply = ben.reply
    from flows.engine.inputs import Pressed

    again = line.runtime.do(lambda uow: inbound_call.answer(uow, ben.sid, turn.turn, Pressed("2")))
    assert again == reply


def test_a_greeting_asked_for_twice_is_one_conversation(line: TheLine) -> None:
    arrived = make.call(BEN)
    first = line.runtime.do(lambda uow: inbound_call.begin(uow, arrived))
    assert line.runtime.do(lambda uow: inbound_call.begin(uow, arrived)) == first
    assert count(line, Conversation) == 1


def test_a_message_left_becomes_a_case(line: TheLine) -> None:
    ben = line.rings(BEN)
    ben.presses("4")
    ben.records(seconds=12)
    assert count(line, Case, Case.kind == "message") == 1


def test_star_goes_back_to_the_menu(line: TheLine) -> None:
    ben = line.rings(BEN)
    ben.presses("2")
    assert "1" in ben.presses("*")


def test_two_withheld_callers_are_never_one_contact(line: TheLine) -> None:
    found, other = line.rings("anonymous"), line.rings("+266696687")
    assert found.presses("2")
    assert other.presses("3")
    assert count(line, Contact) == 2
    assert count(line, Contact, Contact.number_key.is_not(None)) == 0


def test_hanging_up_closes_the_conversation(line: TheLine) -> None:
    ben = line.rings(BEN)
    ben.hangs_up()
    assert count(line, Conversation, Conversation.ended_at.is_(None)) == 0


def test_a_volunteer_who_rings_the_line_reaches_their_own_menu(line: TheLine) -> None:
    line.runtime.do(lambda uow: make.volunteer(uow, VEE, "Vee"))
    assert "duty" in line.rings(VEE).says
    assert count(line, Contact) == 0
