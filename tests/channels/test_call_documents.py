"""What a caller hears: every reply becomes a document that Twilio plays to the end that was meant."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args
from xml.etree import ElementTree

import pytest

from checkin.core.reply import (
    CalledBack,
    NextTurn,
    OfferKeys,
    Reply,
    RoomLeft,
    Then,
    VolunteerCode,
    VolunteerMenu,
    WaitTick,
)
from checkin.telephony.addresses import Addresses
from checkin.telephony.voice import render
from flows.engine.effects import Ask, HangUp, Hold, Join, Play, PlayBack, Record, Say, Spoken
from tests.channels.documents import read, the_element, verbs

HELLO = Say("Hello. This is Harbor Line.", "en")
ASK = Ask("en", timedelta(seconds=7), digits=1, hints=("story", "peer, please"))
KEYS = Ask("en", timedelta(seconds=5), digits=1, speech=False)
NEXT = NextTurn(4)
TURN = "https://line.example.org/webhooks/voice/turn/4"


def test_a_prompt_can_be_interrupted_and_silence_goes_on_to_the_same_turn(addresses: Addresses) -> None:
    root = read(Reply((HELLO, ASK), NEXT), addresses)

    assert verbs(root) == ["Gather", "Redirect"]
    gather = the_element(root, "Gather")
    assert [child.text for child in gather] == ["Hello. This is Harbor Line."]
    assert gather.attrib == {
        "input": "dtmf speech",
        "action": TURN,
        "method": "POST",
        "timeout": "7",
        "numDigits": "1",
        "finishOnKey": "",
        "language": "en-US",
        "speechTimeout": "auto",
        "profanityFilter": "false",
        "hints": "story,peer please",
    }
    assert the_element(root, "Redirect").text == TURN + "?silent=1"


def test_a_question_for_keys_alone_listens_for_no_words(addresses: Addresses) -> None:
    gather = the_element(read(Reply((HELLO, KEYS), NEXT), addresses), "Gather")

    assert gather.get("input") == "dtmf"
    assert not {"language", "speechTimeout", "hints", "profanityFilter"} & set(gather.attrib)


def test_many_keys_come_until_the_one_that_ends_them(addresses: Addresses) -> None:
    ask = Ask("en", timedelta(seconds=5), digits=None, finish_on="#", speech=False)

    gather = the_element(read(Reply((HELLO, ask), NEXT), addresses), "Gather")

    assert gather.get("finishOnKey") == "#"
    assert "numDigits" not in gather.attrib


@pytest.mark.parametrize(("wait", "seconds"), [(0.0, "1"), (0.2, "1"), (7.1, "8"), (60.0, "60")])
def test_a_wait_is_whole_seconds_and_never_none(addresses: Addresses, wait: float, seconds: str) -> None:
    ask = Ask("en", timedelta(seconds=wait), speech=False)

    assert the_element(read(Reply((ask,), NEXT), addresses), "Gather").get("timeout") == seconds


def test_each_language_has_its_voice(addresses: Addresses) -> None:
    reply = Reply((Say("Hello.", "en"), Say("Hola.", "es"), Ask("es", timedelta(seconds=5))), NEXT)

    gather = the_element(read(reply, addresses), "Gather")

    assert [(say.get("language"), say.get("voice")) for say in gather] == [
        ("en-US", "Polly.Joanna"),
        ("es-MX", "Polly.Mia"),
    ]
    assert gather.get("language") == "es-MX"


@pytest.mark.parametrize(
    ("language", "read_as"), [("pt-BR", "pt-BR"), ("en_GB", "en-GB"), ("es-PR", "es-MX"), ("tlh", "en-US")]
)
def test_a_language_that_is_close_is_read_by_its_neighbor(addresses: Addresses, language: str, read_as: str) -> None:
    say = the_element(read(Reply((Say("x", language),)), addresses), "Say")

    assert say.get("language") == read_as


def test_a_line_may_choose_its_own_voices(addresses: Addresses) -> None:
    twiml = render(Reply((Say("Hola.", "es-MX"), Say("Hello.", "en"))), addresses, {"es": "Polly.Lupe-Neural"})

    says = ElementTree.fromstring(twiml).findall("Say")

    assert [say.get("voice") for say in says] == ["Polly.Lupe-Neural", "Polly.Joanna"]
    assert says[0].get("language") == "es-MX"


def test_a_recorded_prompt_is_played_instead_of_read(addresses: Addresses) -> None:
    reply = Reply((Say("Welcome.", "en", clip="clips/welcome.en.mp3"), ASK), NEXT)

    gather = the_element(read(reply, addresses), "Gather")

    assert [child.tag for child in gather] == ["Play"]
    assert str(gather[0].text).startswith("https://line.example.org/media/clips/clips/welcome.en.mp3?s=")


def test_a_story_is_interrupted_by_the_keys_of_the_question_after_it(addresses: Addresses) -> None:
    reply = Reply((Say("A note.", "en"), Play("f00d", "en"), Say("Press 1 for the next.", "en"), KEYS), NEXT)

    root = read(reply, addresses)

    assert verbs(root) == ["Gather", "Redirect"]
    assert [child.tag for child in the_element(root, "Gather")] == ["Say", "Play", "Say"]
    assert str(the_element(root, "Gather/Play").text).startswith("https://line.example.org/media/stories/f00d?s=")


def test_a_story_without_a_question_is_interrupted_too(addresses: Addresses) -> None:
    root = read(Reply((Play("f00d", "en"),), NEXT), addresses)

    assert verbs(root) == ["Gather", "Redirect"]
    assert the_element(root, "Gather").get("action") == TURN
    assert the_element(root, "Redirect").text == TURN + "?silent=1"


def test_somebody_hears_their_own_recording_back(addresses: Addresses) -> None:
    root = read(Reply((PlayBack("beef"), KEYS), NEXT), addresses)

    assert str(the_element(root, "Gather/Play").text).startswith("https://line.example.org/media/recordings/beef?s=")


def test_a_recording_is_told_to_the_turn_and_to_the_worker_and_an_empty_one_goes_on(addresses: Addresses) -> None:
    record = Record("en", timedelta(minutes=3))

    root = read(Reply((HELLO, record), NEXT), addresses)

    assert verbs(root) == ["Say", "Record", "Redirect"]
    assert the_element(root, "Record").attrib == {
        "action": TURN,
        "method": "POST",
        "maxLength": "180",
        "timeout": "10",
        "finishOnKey": "#",
        "playBeep": "true",
        "recordingStatusCallback": "https://line.example.org/webhooks/recordings#rc=2&rp=5xx,ct,rt",
        "recordingStatusCallbackMethod": "POST",
        "recordingStatusCallbackEvent": "completed absent",
    }
    assert the_element(root, "Redirect").text == TURN + "?silent=1"


def test_whoever_waits_for_a_peer_goes_into_the_wait_loop(addresses: Addresses) -> None:
    root = read(Reply((HELLO, Hold("c0de", "en")), NEXT), addresses)

    assert verbs(root) == ["Say", "Redirect"]
    assert the_element(root, "Redirect").text == "https://line.example.org/webhooks/voice/wait/c0de/0"


def test_a_tick_of_the_wait_loop_plays_listens_and_comes_back(addresses: Addresses) -> None:
    wait = Ask("en", timedelta(seconds=1), digits=1, speech=False)

    root = read(Reply((Say("Still looking.", "en"), Play("f00d", "en"), wait), WaitTick("c0de", 3)), addresses)

    tick = "https://line.example.org/webhooks/voice/wait/c0de/3"
    assert verbs(root) == ["Gather", "Redirect"]
    assert the_element(root, "Gather").get("action") == tick
    assert the_element(root, "Redirect").text == tick + "?silent=1"


@pytest.mark.parametrize(("side", "ends"), [("contact", "true"), ("volunteer", "true"), ("lead", "false")])
def test_a_room_is_quiet_private_and_ends_with_either_side(addresses: Addresses, side: str, ends: str) -> None:
    join = Join("9f" * 16, "c0de", side, timedelta(hours=1))  # type: ignore[arg-type]

    root = read(Reply((HELLO, join), RoomLeft("c0de", side)), addresses)

    assert verbs(root) == ["Say", "Dial"]
    assert the_element(root, "Dial").attrib == {
        "action": f"https://line.example.org/webhooks/relays/c0de/left/{side}",
        "method": "POST",
        "timeLimit": "3600",
    }
    room = the_element(root, "Dial/Conference")
    assert room.text == "9f" * 16
    assert room.attrib == {
        "beep": "false",
        "startConferenceOnEnter": "true",
        "endConferenceOnExit": ends,
        "maxParticipants": "3",  # the same on each leg: the network may take the first one's word
        "waitUrl": "",
        "record": "do-not-record",
        "statusCallback": "https://line.example.org/webhooks/relays/c0de/room#rc=2&rp=5xx,ct,rt",
        "statusCallbackEvent": "start end join leave announcement",
        "statusCallbackMethod": "POST",
    }


def test_goodbye_hangs_up(addresses: Addresses) -> None:
    assert verbs(read(Reply((Say("Goodbye.", "en"), HangUp())), addresses)) == ["Say", "Hangup"]


def test_words_that_nobody_answers_end_the_call_in_so_many_words(addresses: Addresses) -> None:
    assert verbs(read(Reply((HELLO,)), addresses)) == ["Say", "Hangup"]
    assert verbs(read(Reply(), addresses)) == ["Hangup"]


def test_words_before_the_next_turn_go_on_to_it(addresses: Addresses) -> None:
    root = read(Reply((HELLO,), NEXT), addresses)

    assert verbs(root) == ["Say", "Redirect"]
    assert the_element(root, "Redirect").text == TURN + "?silent=1"


def test_an_empty_turn_takes_a_breath_before_it_asks_again(addresses: Addresses) -> None:
    assert verbs(read(Reply((), NEXT), addresses)) == ["Pause", "Redirect"]


@pytest.mark.parametrize("part", [ASK, Record("en", timedelta(minutes=1))])
def test_a_question_with_no_place_for_its_answer_ends_the_call(addresses: Addresses, part: Spoken) -> None:
    assert verbs(read(Reply((HELLO, part)), addresses)) == ["Say", "Hangup"]


def test_what_would_never_be_reached_is_left_out(addresses: Addresses) -> None:
    root = read(Reply((HELLO, ASK, Say("Never.", "en"), HangUp()), NEXT), addresses)

    assert verbs(root) == ["Gather", "Redirect"]
    assert "Never." not in "".join(root.itertext())


def test_every_place_for_an_answer_has_an_address_without_a_number(addresses: Addresses) -> None:
    places: list[Then] = [
        NEXT,
        WaitTick("c0de", 2),
        OfferKeys("0ffe", 1),
        RoomLeft("c0de", "contact"),
        VolunteerMenu(1),
        VolunteerCode(1),
        CalledBack("c0de", 1),
    ]
    assert {type(place) for place in places} == set(get_args(Then))

    for place in places:
        assert addresses.of(place).startswith("https://line.example.org/webhooks/")
        assert addresses.silence(place) == addresses.of(place) + "?silent=1"
