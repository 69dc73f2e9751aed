"""Questions: how they are put, how they are answered, and what becomes of silence and nonsense."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.engine import effects
from flows.engine.inputs import ReminderDue, TimedOut
from tests.core.small import ELSE, examples, library
from tests.core.talk import Talk

MENU = """
- say: {en: "Hello.", es: "Hola."}
- id: menu
  ask: {en: "What would you like?", es: "¿Qué desea?"}
  choices:
    peer:  {key: 1, label: {en: talk with a peer, es: hablar con alguien}, words: {en: [peer], es: [par]}}
    story: {key: 2, label: {en: hear a story, es: una historia}}
    sound: {key: 3, label: hear a sound, channels: [voice]}
  save: answer
  then: {peer: bye, story: over, sound: over, timeout: quiet, invalid: lost, hung_up: gone}
- id: quiet
  end: no_reply
- id: lost
  end: not_understood
- id: gone
  end: gone
"""


def question(kind: str, more: str = "") -> str:
    return f"- id: q\n  ask: {{en: Well?, es: ¿Bien?}}\n  {kind}\n  save: answer\n  {more}\n  {ELSE}\n- end: answered"


def test_ana_is_asked_by_text():
    ana = Talk(library(MENU)).texts("hi")
    assert ana.said == "Hello.\nWhat would you like?\nReply 1 talk with a peer, 2 hear a story."
    assert ana.last.wait == timedelta(hours=2)
    ana.texts("A STORY please")
    assert (ana.position.ended, ana.position.variables["answer"]) == ("done", "story")


def test_ben_is_asked_on_a_call():
    ben = Talk(library(MENU), "voice").starts()
    assert "To talk with a peer, press 1. To hear a story, press 2. To hear a sound, press 3." in ben.said
    asked = ben.done[-1]
    assert isinstance(asked, effects.Ask)
    assert (asked.digits, asked.finish_on, asked.wait, asked.speech) == (1, "", timedelta(seconds=8), True)
    assert {"talk with a peer", "peer", "hear a story"} <= set(asked.hints)
    ben.presses("2")
    assert ben.position.ended == "done"
    assert isinstance(ben.done[-1], effects.HangUp)


def test_ben_answers_in_words():
    ben = Talk(library(MENU), "voice").starts().says("I would like to talk with a peer")
    assert ben.said == "Goodbye."


def test_the_explanation_comes_once_and_the_options_again():
    ben = Talk(library(MENU), "voice").starts().is_silent()
    assert "What would you like?" not in ben.said
    assert "press 1" in ben.said
    ben.presses("7")
    assert ben.said.startswith("Sorry")
    assert "What would you like?" not in ben.said


def test_silence_and_nonsense_are_counted_apart():
    ben = Talk(library(MENU), "voice").starts()
    ben.is_silent().presses("7").is_silent().presses("8")
    assert ben.position.awaiting == "answer"
    assert ben.is_silent().position.ended == "no_reply"
    other = Talk(library(MENU), "voice").starts().presses("7").is_silent().presses("8").is_silent().says("purple")
    assert other.position.ended == "not_understood"


def test_silence_by_text_is_the_wait_that_passed():
    ana = Talk(library(MENU)).texts("hi").waits()
    assert ana.position.ended == "no_reply"
    assert ana.now.hour == 17


def test_a_timer_of_an_older_turn_does_nothing():
    ana = Talk(library(MENU)).texts("hi")
    old = ana.position.turn
    ana.texts("purple")
    before = ana.position
    ana.happens(TimedOut(old))
    assert (ana.position, ana.done) == (before, [])
    ana.happens(ReminderDue(old))
    assert (ana.position, ana.done) == (before, [])


def test_a_text_in_spanish_is_asked_and_answered_in_spanish():
    ana = Talk(library(MENU), language="es").texts("hola")
    assert ana.said == "Hola.\n¿Qué desea?\nResponda 1 hablar con alguien, 2 una historia."
    assert ana.texts("par").said == "Adiós."


def test_a_choice_for_calls_is_not_offered_by_text():
    ana = Talk(library(MENU)).texts("hi").texts("3")
    assert ana.said.startswith("Sorry")


@pytest.mark.parametrize(
    ("kind", "answer", "value"),
    [
        ("number: {min: 1, max: 5}", "two i guess", 2),
        ("number: {min: 1, max: 120}", "I am 45 years old", 45),
        ("yes_no: true", "sí", True),
        ("yes_no: true", "no thanks", False),
        ("text: {max: 10}", "  so so, and a bit more ", "so so, and"),
        ("text: true", "anything", "anything"),
    ],
)
def test_each_kind_of_answer_is_kept(kind, answer, value):
    ana = Talk(library(question(kind))).texts("hi").texts(answer)
    assert ana.position.ended == "answered"
    assert ana.position.variables["answer"] == value


def test_a_question_may_be_passed_by():
    steps = question("text: {skip: [skip, nothing]}").replace("hung_up: over", "skip: bye, hung_up: over")
    ana = Talk(library(steps)).texts("hi").texts("Skip!")
    assert ana.said == "Goodbye."
    assert "answer" not in ana.position.variables


def test_a_number_is_explained_when_it_was_not_understood():
    ana = Talk(library(question("number: {min: 1, max: 5}"))).texts("hi")
    assert ana.said == "Well?"
    assert "1 to 5" in ana.texts("fine").said
    own = Talk(library(question("number: {min: 1, max: 5}", 'invalid: "A number, please."'))).texts("hi").texts("fine")
    assert own.said == "A number, please."


def test_yes_and_no_are_two_keys():
    ben = Talk(library(question("yes_no: true")), "voice").starts()
    assert "1 for yes" in ben.said
    assert ben.presses("2").position.variables["answer"] is False


def test_long_numbers_end_with_a_pound_sign():
    ben = Talk(library(question("number: {min: 1, max: 120}")), "voice").starts()
    assert (ben.done[-1].digits, ben.done[-1].finish_on) == (None, "#")
    assert ben.presses("45#").position.variables["answer"] == 45


def test_nought_is_an_answer_where_it_can_be_one():
    ben = Talk(library(question("number: {min: 0, max: 5}")), "voice").starts().presses("0")
    assert ben.position.variables["answer"] == 0


def test_a_telephone_number_is_read_back_once():
    ana = Talk(library(question("phone: true"))).texts("hi").texts("555 555 0100")
    assert "(555) 555-0100" in ana.said
    ana.texts("no").texts("(555) 555-0123")
    assert ana.texts("yes").position.variables["answer"] == "+15555550123"


def test_a_time_is_read_back_as_people_say_it():
    ben = Talk(library(question("time: true")), "voice").starts().presses("1830#")
    assert "6:30 pm" in ben.said
    assert ben.done[-1].digits == 1
    assert ben.presses("1").position.variables["answer"] == "18:30"


def test_what_is_read_back_is_not_asked_for_ever():
    ana = Talk(library(question("time: true"))).texts("hi").texts("9:30")
    assert ana.texts("no").texts("9:30").texts("no").texts("9:30").texts("no").said == "Goodbye."


def test_a_reminder_comes_half_way_and_once():
    ana = Talk(library(question("yes_no: true", "remind: 1"))).texts("hi")
    assert (ana.last.wait, ana.last.remind) == (timedelta(hours=2), timedelta(hours=1))
    ana.is_reminded()
    assert "Well?" in ana.said
    assert (ana.last.wait, ana.last.remind) == (timedelta(hours=1), None)
    assert ana.waits().said == "Goodbye."


def test_a_wait_and_tries_of_its_own():
    ana = Talk(library(question("yes_no: true", "wait: 3d\n  tries: 1"))).texts("hi")
    assert ana.last.wait == timedelta(days=3)
    assert ana.texts("purple").said == "Goodbye."


def test_a_hang_up_is_an_answer_and_nothing_more_is_said():
    ben = Talk(library(MENU), "voice").starts().hangs_up()
    assert ben.position.ended == "gone"
    assert ben.said == ""
    again = ben.position
    assert ben.hangs_up().position == again, "told twice, it changes nothing"


def test_the_mood_check_in_is_the_one_described():
    ana = Talk(examples(), flow="check_in", facts={"contact_name": "Ana", "consents": frozenset({"check_ins"})})
    ana.starts(by="us")
    assert ana.said == (
        "Hi Ana, it's Harbor Line with your check-in.\nHow are you today, from 1 (very low) to 5 (very good)?"
    )
    ana.texts("two i guess")
    assert ana.action(effects.SaveAnswer) == effects.SaveAnswer("mood", 2, history=True)
    assert ana.action(effects.Tag).add == ("low_mood",)
    assert "That sounds hard" in ana.said
    ana.texts("no")
    planned = ana.action(effects.ScheduleFollowUp)
    assert (planned.flow, planned.after, planned.between) == ("check_in", timedelta(days=3), "09:00-19:00")
    assert ana.position.ended == "answered"


def test_silence_on_the_phone_three_times_plans_the_next_try():
    ben = Talk(examples(), "voice", flow="check_in", language="es").starts(by="us")
    for _ in range(2):
        assert "¿qué tal hoy?" in ben.said
        ben.is_silent()
    assert "¿qué tal hoy?" in ben.said
    ben.is_silent()
    assert ben.position.ended == "no_reply"
    assert ben.action(effects.ScheduleFollowUp).after == timedelta(days=2)
