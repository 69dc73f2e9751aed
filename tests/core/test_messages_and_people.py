"""Messages that are left, peers that are found or not, cases, and what is planned for later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from flows.engine import effects
from flows.engine.inputs import CaseOpened, HungUp, MessageWanted, NoPeer, PeerLeft
from flows.engine.position import Facts
from tests.core.small import ELSE, examples, library
from tests.core.talk import MONDAY, Talk

LEAVE = """
- id: leave
  record: {sms: "Write, then DONE.", voice: "Speak after the tone."}
  max: {voice: 2m, sms: 100}
  save: taken
  inbox: team
  then: {recorded: thanks, empty: nothing, hung_up: gone}
- id: thanks
  say: Thank you.
- end: left
- id: nothing
  end: nothing
- id: gone
  end: gone
"""
LOOK = """
- id: look
  peer: {topic: grief, language: contact, ring: {at_once: 3, seconds: 25, rounds: 2}}
  then: {connected: after, no_answer: nobody, busy: busy, closed: closed, hung_up: gone}
- id: after
  say: How was it?
- end: talked
- id: nobody
  say: Nobody is free.
- end: nobody
- id: busy
  end: busy
- id: closed
  end: closed
- id: gone
  follow_up: {flow: first, in: 1d}
- end: gone
"""


# --- messages -------------------------------------------------------------------------------------------------


def test_ben_leaves_a_message_after_the_tone():
    talk = Talk(library(LEAVE), "voice").starts()
    assert talk.done[-1] == effects.Record("en", timedelta(minutes=2), "#")
    talk.records(20, "r1")
    case = talk.action(effects.OpenCase)
    assert (case.kind, case.to, case.recording, case.words) == ("message", "team", "r1", None)
    assert (talk.said, talk.position.ended) == ("Thank you.", "left")


def test_less_than_two_seconds_are_no_message_and_are_destroyed():
    talk = Talk(library(LEAVE), "voice").starts().records(1, "r1")
    assert talk.actions == [effects.ForgetRecording("r1")]
    assert talk.position.ended == "nothing"
    assert Talk(library(LEAVE), "voice").starts().is_silent().position.ended == "nothing"


@pytest.mark.parametrize("order", ["hang up first", "recording first"])
def test_a_message_is_kept_when_its_teller_hangs_up(order):
    talk = Talk(library(LEAVE), "voice").starts()
    if order == "hang up first":
        talk.hangs_up()
        assert talk.position.ended is None, "the recording is still on its way"
    talk.records(20, "r1", hung_up=True)
    assert talk.action(effects.OpenCase).recording == "r1"
    assert (talk.said, talk.position.ended) == ("", "gone")


def test_a_call_that_ends_without_any_recording_ends():
    talk = Talk(library(LEAVE), "voice").starts().hangs_up()
    assert talk.hangs_up().position.ended == "gone"


def test_ana_writes_a_message_in_several_texts():
    talk = Talk(library(LEAVE)).texts("hi")
    assert talk.said == "Write, then DONE."
    talk.texts("First part.")
    assert talk.said, "every text is answered"
    case = talk.texts("Second part.").texts("Done!").action(effects.OpenCase)
    assert (case.words, case.recording) == ("First part.\nSecond part.", None)
    assert talk.said == "Thank you."


def test_what_was_written_is_handed_in_when_she_stops_writing():
    assert (
        Talk(library(LEAVE)).texts("hi").texts("Please call.").waits().action(effects.OpenCase).words == "Please call."
    )
    assert Talk(library(LEAVE)).texts("hi").waits().position.ended == "nothing"
    assert Talk(library(LEAVE)).texts("hi").texts("done").position.ended == "nothing"


def test_what_was_written_is_handed_in_when_she_asks_for_a_person():
    talk = Talk(library(LEAVE, lines="person: people", people=LOOK)).texts("hi").texts("Please call.").texts("person")
    assert talk.action(effects.OpenCase).words == "Please call."
    assert talk.action(effects.ConnectPeer)


def test_a_message_is_full_at_its_measure():
    talk = Talk(library(LEAVE)).texts("hi").texts("x" * 60).texts("y" * 60)
    assert len(talk.action(effects.OpenCase).words) == 101, "a hundred, and the line break"
    assert talk.position.ended == "left"


def test_keys_during_a_recording_wait_on():
    talk = Talk(library(LEAVE), "voice").starts().presses("5")
    assert isinstance(talk.done[-1], effects.Record)


# --- peers ----------------------------------------------------------------------------------------------------


def test_a_peer_is_looked_for_as_the_flow_says():
    talk = Talk(library(LOOK), "voice", language="es").starts()
    assert talk.action(effects.ConnectPeer) == effects.ConnectPeer("grief", "es", 3, 25, 2)
    assert talk.position.awaiting == "peer"
    assert talk.last.wait is None


def test_a_wish_goes_to_those_who_are_asked() -> None:
    talk = Talk(library(LOOK.replace("topic: grief,", "topic: grief, wish: Woman,")), "voice").starts()
    assert talk.action(effects.ConnectPeer).wish == "woman"


@pytest.mark.parametrize(
    ("what", "ended"),
    [
        (PeerLeft(300), "talked"),
        (NoPeer("no_answer"), "nobody"),
        (NoPeer("busy"), "busy"),
        (NoPeer("closed"), "closed"),
        (NoPeer("hung_up"), "gone"),
        (HungUp(), "gone"),
        (MessageWanted(), "nobody"),
    ],
)
def test_each_way_of_waiting_has_its_end(what, ended):
    talk = Talk(library(LOOK), "voice").starts().happens(what)
    assert talk.position.ended == ended
    if ended == "gone":
        assert talk.said == ""
        talk.action(effects.ScheduleFollowUp)


def test_leaving_a_message_instead_is_the_flows_or_the_lines_to_say():
    own = LOOK.replace("hung_up: gone}", "hung_up: gone, message: busy}")
    assert Talk(library(own), "voice").starts().happens(MessageWanted()).position.ended == "busy"
    made = library(LOOK, lines="message: leave", leave=LEAVE)
    assert isinstance(Talk(made, "voice").starts().happens(MessageWanted()).done[-1], effects.Record)
    assert isinstance(Talk(made, "voice").starts().presses("0").done[-1], effects.Record)


def test_what_a_relay_says_to_nobody_is_ignored():
    talk = Talk(library(f"- ask: Well?\n  yes_no: true\n  {ELSE}")).texts("hi")
    before = talk.position
    for what in (PeerLeft(3), NoPeer("busy"), MessageWanted(), CaseOpened(True)):
        assert talk.happens(what).position == before


def test_words_wait_until_the_peer_has_gone():
    talk = Talk(library(LOOK), peers=[]).texts("hi")
    before = talk.position
    assert talk.texts("hello?").position == before
    assert talk.happens(PeerLeft(60)).said == "How was it?"


# --- cases ----------------------------------------------------------------------------------------------------

HAND = """
- handover: {to: leads, priority: soon, reason: asked for it}
  then: {taken: mine, queued: waiting}
- id: mine
  end: taken
- id: waiting
  say: Someone will write to you.
- end: queued
"""


def test_a_person_takes_over_or_it_waits_for_one():
    queued = Talk(library(HAND)).texts("hi")
    assert queued.action(effects.OpenCase) == effects.OpenCase("handover", "leads", "soon", "asked for it")
    assert (queued.position.ended, queued.said) == ("queued", "Someone will write to you.")
    taken = Talk(library(HAND), taken=True).texts("hi")
    assert (taken.position.ended, taken.said) == ("taken", "")


# --- later ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "planned"),
    [
        ("{flow: first, in: 3d}", effects.ScheduleFollowUp("first", "first", after=timedelta(days=3))),
        ('{flow: first, in: 1d, between: "09:00-19:00", key: mine}',
         effects.ScheduleFollowUp("first", "mine", after=timedelta(days=1), between="09:00-19:00")),
        ('{flow: first, at: "18:30"}',
         effects.ScheduleFollowUp("first", "first", at=datetime(2026, 3, 2, 23, 30, tzinfo=UTC))),
        ('{flow: first, at: "9:00"}',
         effects.ScheduleFollowUp("first", "first", at=datetime(2026, 3, 3, 14, 0, tzinfo=UTC))),
        ('{flow: first, at: "2026-03-10T09:00"}',
         effects.ScheduleFollowUp("first", "first", at=datetime(2026, 3, 10, 13, 0, tzinfo=UTC))),
        ("{cancel: mine}", effects.CancelFollowUp("mine")),
    ],
)  # fmt: skip
def test_a_follow_up_is_planned(step, planned):
    assert Talk(library(f"- follow_up: {step}")).texts("hi").actions == [planned]


def test_a_time_that_was_asked_for_can_be_used():
    steps = f"- ask: When?\n  time: true\n  save: answer\n  {ELSE}\n"
    steps += "- follow_up: {flow: first, at: '{{ answer }}'}"
    talk = Talk(library(steps)).texts("hi").texts("8 in the evening").texts("yes")
    assert talk.action(effects.ScheduleFollowUp).at == datetime(2026, 3, 3, 1, 0, tzinfo=UTC)


def test_a_flow_tells_what_consent_it_needs():
    assert examples().flows["check_in"].needs_consent == "check_ins"
    assert examples().flows["main_menu"].needs_consent is None


def test_the_facts_are_those_of_the_moment():
    known = Facts(MONDAY, "default", "Harbor Line", consents=frozenset({"check_ins"}))
    assert known.consents == {"check_ins"}
