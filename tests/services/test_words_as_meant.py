"""What people write is done as they mean it: danger first, then leaving; wishes; reactions; a text that came twice."""

from __future__ import annotations

import pytest

from checkin.cases.models import Case
from checkin.contacts import preferences
from checkin.messages.models import Message
from checkin.reconciliation import missed_texts
from checkin.volunteers.models import Alert
from tests import make
from tests.cast import ANA, VAL, VEE
from tests.services.phones import count, relay, volunteer, volunteers
from tests.the_line import TheLine

AFTER_A_REFUSAL = (
    "Leave me alone. I want to kill myself",
    "leave me alone, I took all my pills",
    "Stop texting me. I want to die",
    "wrong number. but honestly I want to kill myself",
    "dejenme en paz, me quiero morir",
)
"""Texts of people who never opted out, each of which once ended texts and told nobody."""


def alerts(line: TheLine, kind: str) -> int:
    return count(line, Alert, Alert.kind == kind)


@pytest.fixture
def together(line: TheLine) -> TheLine:
    """Ana and Vee text with each other; Val leads."""
    volunteers(line, VEE)
    volunteers(line, VAL, lead=True, on_duty=False)
    line.answers(ANA, "PEER")
    line.answers(VEE, f"TAKE {relay(line).number}")
    line.carries_out()
    return line


@pytest.mark.parametrize("words", AFTER_A_REFUSAL)
def test_danger_is_answered_and_told_before_ana_leaves(line: TheLine, words: str) -> None:
    said = line.answers(ANA, words)
    assert "988" in said
    assert alerts(line, "crisis") == 1
    assert line.contact(ANA).opted_out_at is not None
    assert "START" in said or "EMPEZAR" in said, "and she reads that texts have ended"


def test_in_a_relay_the_peer_reads_it_before_it_ends(together: TheLine) -> None:
    assert "988" in together.answers(ANA, "leave me alone. i want to kill myself")
    together.carries_out()
    assert any("i want to kill myself" in text for text in together.sent_to(VEE))
    assert relay(together).state not in ("open", "joined")
    assert alerts(together, "crisis") == 1


def test_danger_that_reached_us_late_is_heard_although_it_leaves(line: TheLine) -> None:
    line.answers(ANA, "hello")
    missed = make.text(ANA, "Stop texting me. I want to die")
    line.clock.forward(minutes=2)
    assert line.runtime.do(lambda uow: missed_texts.bring_in(uow, missed, line.clock.now)) == "answered"
    assert alerts(line, "crisis") == 1


@pytest.mark.parametrize(
    "words",
    ["he told me to leave him alone", 'my mom said "stop texting me"', "should i stop texting him?",
     "please don't stop texting me", "mi ex me dijo que lo dejara en paz"],
)  # fmt: skip
def test_what_ana_quotes_or_asks_ends_nothing(together: TheLine, words: str) -> None:
    together.answers(ANA, words)
    together.carries_out()
    assert relay(together).state == "joined"
    assert together.contact(ANA).opted_out_at is None
    assert any(words in text for text in together.sent_to(VEE))


@pytest.mark.parametrize("words", ["no thanks, im good", "not interested", "no gracias"])
def test_a_no_to_a_peer_or_to_an_offer_ends_no_texts(together: TheLine, words: str) -> None:
    together.answers(ANA, words)
    together.answers(VAL, words)
    assert together.contact(ANA).opted_out_at is None
    assert volunteer(together, VAL).stopped_at is None
    assert relay(together).state == "joined"


def test_a_text_that_may_be_a_refusal_is_asked_about_once(line: TheLine) -> None:
    line.answers(ANA, "hi")
    assert "Reply STOP" in line.answers(ANA, "stop texting me he said and then he hung up on me")
    assert line.contact(ANA).opted_out_at is None
    assert "Reply STOP" not in line.answers(ANA, "stop texting me he said and then he was gone for good")
    assert "START" in line.answers(ANA, "STOP")


def test_a_wish_about_the_channel_is_kept_and_no_stop(line: TheLine) -> None:
    line.answers(ANA, "hi")
    assert "won't call you" in line.answers(ANA, "Don't call please, text only")
    said = line.runtime.do(lambda uow: preferences.of(uow, line.contact(ANA)))
    assert (said.asked, said.call, said.text) == (True, False, True)
    assert line.contact(ANA).opted_out_at is None
    assert "like?" not in line.answers(ANA, "1"), "the menu was still open"


@pytest.mark.parametrize(
    ("words", "call", "text"),
    [
        ("Don't call please, text only", False, True), ("no calls please, only texts", False, True),
        ("don't call, text me instead", False, True), ("Texts, dont call", False, True),
        ("don't text me, call me", True, False), ("No me llamen, solo mensajes", False, True),
    ],
)  # fmt: skip
def test_where_the_line_asks_how_to_reach_ana_it_is_the_answer(
    line: TheLine, words: str, call: bool, text: bool
) -> None:
    for said in ("message", "my sister needs help", "done"):
        answer = line.answers(ANA, said)
    assert "How may we reach you" in answer
    line.answers(ANA, words)
    kept = line.runtime.do(lambda uow: preferences.of(uow, line.contact(ANA)))
    assert (kept.call, kept.text) == (call, text)
    assert line.contact(ANA).opted_out_at is None


def test_a_reaction_where_nothing_is_asked_is_answered_with_nothing(line: TheLine) -> None:
    assert line.answers(ANA, "Liked “Thank you for reaching out. STOP ends texts.”") == ""
    assert count(line, Message, Message.inbound) == 1
    line.answers(ANA, "STOP")
    assert line.answers(ANA, "Loved “Call 988 if you might hurt yourself”") == ""
    assert alerts(line, "opted_out_texts") == alerts(line, "crisis") == 0


def test_a_thumb_answers_a_question_of_yes_or_no_and_nothing_else(line: TheLine) -> None:
    line.answers(ANA, "checkin")
    mood = line.answers(ANA, "Liked “How are you today, from 1, very low, to 5, very good?”")
    assert mood == "", "a number is asked for: it costs no try and is no answer"
    asked = line.answers(ANA, "2")
    assert "YES or NO" in asked
    assert line.answers(ANA, f"👍 to “ {asked} ”") not in ("", asked)


def test_the_same_words_under_two_ids_are_one_answer(line: TheLine) -> None:
    line.answers(ANA, "checkin")
    asked = line.answers(ANA, "2")
    assert "YES or NO" in asked
    first = line.answers(ANA, "no", make.sid("SM"))
    assert line.answers(ANA, "no", make.sid("SM")) == ""
    line.clock.forward(seconds=30)
    assert first != ""


def test_each_cry_is_answered_however_often_it_comes(line: TheLine) -> None:
    for _ in range(3):
        assert "988" in line.answers(ANA, "i want to die", make.sid("SM"))


def test_a_sign_that_is_split_over_two_texts_is_heard(line: TheLine) -> None:
    line.answers(ANA, "i want to")
    line.clock.forward(seconds=20)
    assert "988" in line.answers(ANA, "die")
    assert alerts(line, "crisis") == 1


def test_two_texts_of_two_evenings_are_not_read_as_one(line: TheLine) -> None:
    line.answers(ANA, "i want to")
    line.clock.forward(minutes=2)
    assert "988" not in line.answers(ANA, "die hard is on tv")


@pytest.mark.parametrize("words", ["please stop texting me", "Stop. Thank you", "STOP 🛑", "S T O P", "déjenme en paz"])
def test_volunteers_are_people_too_and_leave_in_their_own_words(line: TheLine, words: str) -> None:
    volunteers(line, VEE)
    line.answers(VEE, words)
    assert volunteer(line, VEE).stopped_at is not None
    assert "No peer is free" in line.answers(ANA, "PEER")


def test_a_volunteer_in_danger_is_answered_and_another_lead_told(line: TheLine) -> None:
    volunteers(line, VEE)
    volunteers(line, VAL, lead=True)
    assert "988" in line.answers(VEE, "i cant do this anymore, i want to die")
    line.carries_out()
    assert "sign of danger" in line.sent_to(VAL)[-1]
    assert alerts(line, "volunteer_call") == 1


def test_a_volunteer_who_speaks_of_a_contacts_danger_raises_no_alarm(together: TheLine) -> None:
    assert together.answers(VEE, "are you thinking of killing yourself?") == ""
    assert alerts(together, "volunteer_call") == 0


def test_a_volunteers_reaction_is_for_nobody(line: TheLine) -> None:
    volunteers(line, VEE)
    assert line.answers(VEE, "👍 to “ Someone would like to text with a peer. Reply TAKE 42. ”") == ""


def test_a_reaction_does_not_land_in_the_message_that_is_left(line: TheLine) -> None:
    line.answers(ANA, "message")
    line.answers(ANA, "please call me back about tuesday")
    assert line.answers(ANA, "Loved “Got it. Go on, or reply DONE when that's all.”") == ""
    line.answers(ANA, "done")
    case = line.runtime.read(lambda s: s.query(Case).one())
    assert make.decrypted(line.runtime, case, "words_encrypted") == "please call me back about tuesday"
