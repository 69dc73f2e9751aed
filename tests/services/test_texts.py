"""Ana texts the line."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from checkin.contacts.models import Consent, Contact
from checkin.messages import service as messages
from checkin.messages.models import Message
from checkin.volunteers.models import Alert
from tests.cast import ANA, BEN, VEE
from tests.make import sid, volunteer
from tests.the_line import TheLine


def count(line: TheLine, table: type, *where: object) -> int:
    return line.runtime.read(lambda s: s.scalar(select(func.count()).select_from(table).where(*where)))


def test_a_first_text_says_who_we_are_what_we_are_not_and_how_to_go_on(line: TheLine) -> None:
    said = line.answers(ANA, "hi")
    assert "Harbor Line" in said
    assert "988" in said
    assert "not emergency" in said.lower()
    assert "1" in said
    assert "STOP" in said


@pytest.mark.parametrize("word", ["PEER", "story", "Checkin", "MESSAGE", "share", "menu", "1", "2", "3", "4", "5"])
def test_keywords_and_the_numbers_shown_both_work(line: TheLine, word: str) -> None:
    greeting = line.answers(ANA, "hi")
    answer = line.answers(ANA, word)
    assert answer
    assert "didn" not in answer.lower()
    assert answer != greeting or word == "menu"


def test_a_keyword_as_the_first_text_goes_straight_there(line: TheLine) -> None:
    said = line.answers(ANA, "CHECKIN")
    assert "988" in said, "the introduction comes first"
    assert "1" in said
    assert "5" in said


def test_the_same_text_twice_gets_the_same_answer_and_no_second_effect(line: TheLine) -> None:
    line.answers(ANA, "hi")
    text_sid = sid("SM")
    first = line.answers(ANA, "3", text_sid)
    turn = line.contact(ANA).replies
    again = line.answers(ANA, "3", text_sid)
    assert again == first
    assert line.contact(ANA).replies == turn
    assert count(line, Message, Message.sid == text_sid) == 1


def test_stop_is_obeyed_before_anything_else_and_written_down(line: TheLine) -> None:
    line.answers(ANA, "hi")
    assert line.answers(ANA, "Stop.")
    assert line.contact(ANA).opted_out_at == line.clock.now
    assert count(line, Consent, Consent.name == "texts", Consent.given.is_(False)) == 1
    assert line.answers(ANA, "are you there") == ""
    assert count(line, Alert, Alert.kind == "opted_out_texts") == 1
    assert line.answers(ANA, "START")
    assert line.contact(ANA).opted_out_at is None


@pytest.mark.parametrize("words", ["please stop texting me", "wrong number", "take me off your list"])
def test_plain_refusals_are_a_stop(line: TheLine, words: str) -> None:
    line.answers(ANA, "hi")
    line.answers(ANA, words)
    assert line.contact(ANA).opted_out_at is not None


def test_i_cant_stop_drinking_is_no_stop(line: TheLine) -> None:
    line.answers(ANA, "hi")
    line.answers(ANA, "i can't stop drinking")
    assert line.contact(ANA).opted_out_at is None


def test_a_crisis_is_answered_at_once_and_someone_is_told(line: TheLine) -> None:
    line.runtime.do(lambda uow: volunteer(uow, VEE, "Vee", lead=True))
    line.answers(ANA, "hi")
    said = line.answers(ANA, "i want to kil my self")
    assert "988" in said
    assert count(line, Alert, Alert.kind == "crisis") == 1
    line.carries_out()
    [alert] = line.sent_to(VEE)
    assert ANA not in alert
    assert "kil" not in alert
    assert line.contact(ANA).alias in alert


def test_help_names_the_line_and_the_crisis_number(line: TheLine) -> None:
    said = line.answers(ANA, "HELP")
    assert "988" in said
    assert "911" in said
    assert "STOP" in said


def test_forget_asks_once_and_then_erases(line: TheLine) -> None:
    line.answers(ANA, "hi")
    who = line.contact(ANA).id
    asked = line.answers(ANA, "FORGET")
    assert "FORGET again" in asked
    line.answers(ANA, "FORGET")
    contact = line.runtime.read(lambda s: s.get(Contact, who))
    assert contact is not None
    assert contact.number_encrypted is None
    assert contact.number_key is None
    assert count(line, Message, Message.contact_id == who, Message.body_encrypted.is_not(None)) <= 1


def test_an_echoing_robot_is_cut_off_within_ten_messages(line: TheLine) -> None:
    said = line.answers(BEN, "Thank you for your message, we will reply soon.")
    answers = [said]
    for _ in range(20):
        said = line.answers(BEN, "Thank you for your message, we will reply soon.")
        answers.append(said)
    assert sum(bool(answer) for answer in answers) <= 10
    assert count(line, Message, Message.inbound) == 21


def test_a_volunteers_text_never_opens_a_conversation(line: TheLine) -> None:
    line.runtime.do(lambda uow: volunteer(uow, VEE, "Vee"))
    line.answers(VEE, "hi")
    assert count(line, Contact) == 0


@pytest.mark.parametrize("from_", [ANA, VEE])
def test_an_answer_that_was_too_late_for_the_webhook_is_sent_once(line: TheLine, from_: str) -> None:
    line.runtime.do(lambda uow: volunteer(uow, VEE, "Vee"))
    text_sid = sid("SM")
    said = line.answers(from_, "menu" if from_ == ANA else "HELP", text_sid)
    assert said
    for _ in range(2):
        line.runtime.do(lambda uow: messages.answer_by_worker(uow, text_sid))
    line.carries_out()
    assert line.sent_to(from_) == [said]
    assert line.answers(from_, "menu", text_sid) == "", "Twilio asks again: it was answered by a text of its own"


def test_nothing_is_sent_late_where_nothing_was_answered(line: TheLine) -> None:
    assert line.runtime.do(lambda uow: messages.answer_by_worker(uow, sid("SM"))) is None
    line.carries_out()
    assert line.network.texts == []


def test_equal_words_of_two_people_are_two_texts_and_stand_apart_in_the_database(line: TheLine) -> None:
    """One text under two ids counts once, for whoever sent it; a copy of the disk shows nobody who says the same."""
    for number in (ANA, BEN):
        assert line.answers(number, "hi") != ""
    assert line.answers(ANA, "good evening to you") != ""
    assert line.answers(BEN, "good evening to you") != "", "it is his first"
    assert line.answers(ANA, "good evening to you", sid("SM")) == "", "hers came a moment ago"
    kept = [line.contact(number).last_text_key for number in (ANA, BEN)]
    assert None not in kept
    assert kept[0] != kept[1]
