"""Rooms: two in a conference, the third that is too many, who ends it, and what the line is told."""

from __future__ import annotations

import pytest
from flask import Response
from twilio.rest import Client

from tests.cast import LINE, VEE
from tests.phones import Network, NeverCame, Phone
from tests.practice.a_line import ALine, Form

ROOM = (
    '<Dial action="/left"><Conference beep="false" maxParticipants="2" endConferenceOnExit="{ends}" waitUrl="" '
    'statusCallback="/room" statusCallbackEvent="start end join leave">f00d</Conference></Dial>'
)


def room(ends: bool = True) -> str:
    return ROOM.format(ends=str(ends).lower())


@pytest.fixture(autouse=True)
def into_the_room(line: ALine) -> None:
    line.answers["/voice"] = room()
    line.answers["/left"] = lambda form: f"<Say>You are out: {form['DialCallStatus']}.</Say>"
    line.answers["/room"] = Response(status=204)


def events(told: list[Form]) -> list[str]:
    return [item["StatusCallbackEvent"] for item in told]


def test_two_are_joined_and_hear_each_other(line: ALine, ben: Phone, vee: Phone, network: Network) -> None:
    ben.calls()
    with pytest.raises(NeverCame, match="nobody listens for words"):
        ben.says("anybody?", within=0.2)
    vee.calls()

    ben.is_talking_with(vee)
    vee.is_talking_with(ben)
    ben.says("hello, I am glad")
    vee.hears("i am glad")
    assert network.refusals() == []


def test_the_room_ends_with_whoever_ends_it(line: ALine, ben: Phone, vee: Phone) -> None:
    ben.calls()
    vee.calls()
    ben.is_talking_with(vee)
    ben.hangs_up()

    vee.hears("you are out: answered")
    vee.is_off_the_phone()
    told = line.wait_for("/room", 6)
    assert events(told) == [
        "participant-join", "participant-join", "conference-start",
        "participant-leave", "participant-leave", "conference-end",
    ]  # fmt: skip
    assert [item["SequenceNumber"] for item in told] == [str(n) for n in range(1, 7)]
    assert told[3]["ReasonParticipantLeft"] == "participant_hung_up"
    assert told[5]["ReasonConferenceEnded"] == "participant-with-end-conference-on-exit-left"
    assert told[5]["CallSidEndingConference"] == told[3]["CallSid"]


def test_otherwise_the_other_stays(line: ALine, ben: Phone, vee: Phone) -> None:
    line.answers["/voice"] = room(ends=False)
    ben.calls()
    vee.calls()
    ben.is_talking_with(vee)
    ben.hangs_up()

    with pytest.raises(NeverCame):
        vee.hears("you are out", within=0.2)
    assert vee.call is not None
    assert vee.call["with"] == []


def test_a_third_does_not_come_in(line: ALine, ben: Phone, vee: Phone, val: Phone, network: Network) -> None:
    ben.calls()
    vee.calls()
    ben.is_talking_with(vee)
    val.calls()

    val.hears("you are out: failed")
    ben.is_talking_with(vee)
    assert network.refusals()[0]["what"] == "the room is full"


def test_the_first_who_comes_in_says_how_many_there_is_room_for(
    line: ALine, ben: Phone, vee: Phone, val: Phone, network: Network
) -> None:
    """What Twilio says of other attributes of a room; it says nothing of this one."""
    ben.calls()
    vee.calls()
    ben.is_talking_with(vee)
    line.answers["/voice"] = room().replace('maxParticipants="2"', 'maxParticipants="3"')
    val.calls()

    val.hears("you are out: failed")


def test_what_is_spoken_into_a_room_is_heard_and_told(line: ALine, ben: Phone, vee: Phone, twilio: Client) -> None:
    line.answers["/voice"] = room().replace("start end join leave", "announcement")
    line.answers["/warning"] = "<Say>This call ends in five minutes.</Say>"
    ben.calls()
    vee.calls()
    ben.is_talking_with(vee)
    (conference,) = twilio.conferences.list()
    conference.update(announce_url=f"{line.url}/warning")

    ben.hears("five minutes")
    vee.hears("five minutes")
    assert "AccountSid" not in line.forms("/warning")[0]  # undocumented: whoever needs it does without
    assert events(line.wait_for("/room")) == ["announcement-end"]
    line.answers["/warning"] = Response(status=500)
    conference.update(announce_url=f"{line.url}/warning")
    assert events(line.wait_for("/room", 2))[1] == "announcement-fail"
    ben.is_talking_with(vee)


def test_the_line_moves_a_caller_into_the_room(line: ALine, ben: Phone, vee: Phone, twilio: Client) -> None:
    line.answers["/wait"] = '<Gather numDigits="1" action="/menu"><Say>We are looking.</Say></Gather>'
    line.answers["/join"] = room()
    line.answers["/voice"] = "<Redirect>/wait</Redirect>"
    sid = ben.calls()
    ben.hears("we are looking")
    line.answers["/voice"] = room()
    vee.calls()
    twilio.calls(sid).update(url=f"{line.url}/join", method="POST")

    ben.is_talking_with(vee)
    assert line.forms("/join")[0]["CallSid"] == sid


def test_the_line_takes_one_out_and_the_call_goes_on(line: ALine, ben: Phone, vee: Phone, twilio: Client) -> None:
    line.answers["/voice"] = room(ends=False)
    ben.calls()
    sid = vee.calls()
    ben.is_talking_with(vee)
    (conference,) = twilio.conferences.list(status="in-progress", friendly_name="f00d")
    assert len(conference.participants.list()) == 2
    conference.participants(sid).delete()

    vee.hears("you are out")
    assert ben.call is not None


def test_the_muted_are_not_heard(line: ALine, ben: Phone, vee: Phone, twilio: Client) -> None:
    sid = ben.calls()
    vee.calls()
    ben.is_talking_with(vee)
    (conference,) = twilio.conferences.list()
    assert conference.participants(sid).update(muted=True).muted is True
    ben.says("can you hear me?")

    with pytest.raises(NeverCame):
        vee.hears("can you hear me", within=0.2)


def test_the_line_ends_the_room(line: ALine, ben: Phone, vee: Phone, twilio: Client) -> None:
    ben.calls()
    vee.calls()
    ben.is_talking_with(vee)
    (conference,) = twilio.conferences.list()
    conference.update(status="completed")

    ben.hears("you are out")
    vee.hears("you are out")
    assert line.wait_for("/room", 6)[5]["ReasonConferenceEnded"] == "conference-ended-via-api"
    assert conference.fetch().status == "completed"


def test_a_room_waits_for_one_who_may_start_it(line: ALine, ben: Phone, vee: Phone, val: Phone) -> None:
    line.answers["/voice"] = (
        room().replace("<Conference", '<Conference startConferenceOnEnter="false"').replace('maxParticipants="2"', "")
    )
    ben.calls()
    vee.calls()
    line.wait_for("/room", 2)
    assert ben.call is not None
    assert ben.call["with"] == []
    line.answers["/voice"] = room().replace('maxParticipants="2"', "")
    val.calls()

    ben.is_talking_with(vee)
    ben.is_talking_with(val)


def test_those_who_wait_hear_what_the_line_lets_them_hear(line: ALine, ben: Phone, vee: Phone) -> None:
    line.answers["/voice"] = room().replace('waitUrl=""', 'waitUrl="/music"')
    line.answers["/music"] = "<Say>They will be with you soon.</Say><Play>/sound.wav</Play>"
    ben.calls()

    ben.hears("with you soon")
    ben.hears_sound()
    ben.hears("with you soon")
    vee.calls()
    ben.is_talking_with(vee)


def test_a_talk_has_its_limit_for_those_in_a_hurry(line: ALine, ben: Phone, vee: Phone) -> None:
    line.answers["/voice"] = room().replace("<Dial", '<Dial timeLimit="600"')
    ben.takes_time()
    ben.calls()
    vee.calls()

    ben.hears("you are out")
    vee.hears("you are out")


def test_the_caller_who_hangs_up_is_told_of_at_the_action_too(line: ALine, ben: Phone) -> None:
    ben.calls()
    line.wait_for("/room")
    ben.hangs_up()

    (told,) = line.wait_for("/left")
    assert told["CallStatus"] == "completed"


def test_a_volunteer_is_called_and_joined(line: ALine, ben: Phone, vee: Phone, twilio: Client) -> None:
    line.answers["/offer"] = '<Gather numDigits="1" action="/keys"><Say>Someone waits. Press 1.</Say></Gather>'
    line.answers["/keys"] = room()
    ben.calls()
    twilio.calls.create(to=VEE, from_=LINE, url=f"{line.url}/offer")

    assert vee.rings()["from"] == LINE
    vee.answers()
    vee.hears("press 1")
    vee.presses("1")
    ben.is_talking_with(vee)
