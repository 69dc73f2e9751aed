"""What Twilio says becomes values, one use case is asked, and its reply becomes a document."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from checkin.conversations import abandoned_call, inbound_call, inbound_text
from checkin.core.reply import Reply
from checkin.core.rules.phone import PhoneNumber, Withheld
from checkin.delivery import receipts
from checkin.relays import call_ending, offers, wait_loop
from checkin.telephony.rules.arrivals import (
    CallStatus,
    IncomingCall,
    IncomingText,
    MessageStatus,
    RecordingDone,
    RoomEvent,
)
from flows.engine.effects import HangUp, Say
from flows.engine.inputs import Input, Pressed, Recorded, Silent, Spoke
from tests.webhooks.conftest import ANA, CA, LINE, RE, SM, Behind, Twilio, door_of, verbs

TEXT = {"MessageSid": SM, "From": ANA, "To": LINE, "Body": "hello", "NumMedia": "0", "SmsStatus": "received"}
CALL = {"CallSid": CA, "From": ANA, "To": LINE, "CallStatus": "ringing", "Direction": "inbound"}


def test_ana_texts_and_is_answered(twilio: Twilio, behind: Behind) -> None:
    behind.answers[inbound_text.receive] = Reply((Say("Hello Ana.", "en"),))

    response = twilio.post("/webhooks/sms", TEXT)

    assert behind.came == [(inbound_text.receive, IncomingText(SM, PhoneNumber(ANA), PhoneNumber(LINE), "hello"))]
    (message,) = ElementTree.fromstring(response.data)
    assert message.text == "Hello Ana."
    assert message.get("statusCallback") == f"https://line.example.org/webhooks/sms/{SM}/status#rc=2&rp=5xx,ct,rt"
    assert ANA not in response.text


def test_a_text_without_an_answer_gets_an_empty_document(twilio: Twilio, behind: Behind) -> None:
    behind.answers[inbound_text.receive] = Reply()

    assert verbs(twilio.post("/webhooks/sms", TEXT)) == []


def test_a_text_is_read_whatever_is_in_it(twilio: Twilio, behind: Behind) -> None:
    twilio.post(
        "/webhooks/sms", TEXT, Body="a\x00b\x0bc </Message> ñ 😀", NumMedia="2", OptOutType="STOP", From="72345"
    )

    (_, text) = behind.came[0]
    assert (text.body, text.media_count, text.opt_out_type) == ("abc </Message> ñ 😀", 2, "STOP")
    assert text.from_ == Withheld("short code")


def test_what_is_printed_of_a_text_shows_neither_words_nor_number(twilio: Twilio, behind: Behind) -> None:
    twilio.post("/webhooks/sms", TEXT, Body="I relapsed")

    assert "relapsed" not in repr(behind.came)
    assert ANA not in repr(behind.came)


def test_ben_calls_and_is_greeted(twilio: Twilio, behind: Behind) -> None:
    response = twilio.post("/webhooks/voice", CALL)

    assert behind.came == [(inbound_call.begin, IncomingCall(CA, PhoneNumber(ANA), PhoneNumber(LINE)))]
    assert verbs(response) == ["Gather", "Redirect"]


@pytest.mark.parametrize(
    ("verdict", "attested"),
    [
        ("TN-Validation-Passed-A", True),
        ("TN-Validation-Passed-B", False),
        ("TN-Validation-Passed-A-Diverted", False),
        ("TN-Validation-Failed-A", False),
        ("", False),
    ],
)
def test_what_the_network_says_of_the_number_is_read(
    twilio: Twilio, behind: Behind, verdict: str, *, attested: bool
) -> None:
    twilio.post("/webhooks/voice", CALL, StirVerstat=verdict)

    assert behind.came == [(inbound_call.begin, IncomingCall(CA, PhoneNumber(ANA), PhoneNumber(LINE), attested))]


@pytest.mark.parametrize("shown", ["anonymous", "+266696687", "", "Restricted", "sip:x@y", "+1"])
def test_a_caller_without_a_number_is_greeted_too(twilio: Twilio, behind: Behind, shown: str) -> None:
    response = twilio.post("/webhooks/voice", CALL, From=shown)

    assert isinstance(behind.came[0][1].from_, Withheld)
    assert verbs(response) == ["Gather", "Redirect"]


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ({"Digits": "1"}, Pressed("1")),
        ({"Digits": "*"}, Pressed("*")),
        ({"Digits": "12#"}, Pressed("12#")),
        ({"SpeechResult": " a  story, please "}, Spoke("a story, please")),
        ({"Digits": "2", "SpeechResult": "one"}, Pressed("2")),
        ({"Digits": "abc"}, Silent()),
        ({"SpeechResult": "  "}, Silent()),
        ({}, Silent()),
        ({"RecordingSid": RE, "RecordingDuration": "41", "Digits": "#"}, Recorded(RE, 41)),
        ({"RecordingSid": RE, "RecordingDuration": "9", "Digits": "hangup"}, Recorded(RE, 9, hung_up=True)),
        ({"RecordingUrl": f"https://api.twilio.com/2010-04-01/Accounts/AC/Recordings/{RE}"}, Recorded(RE, 0)),
        ({"RecordingUrl": "http://169.254.169.254/latest/meta-data"}, Silent()),
        ({"RecordingSid": "../../etc/passwd"}, Silent()),
    ],
)
def test_what_a_caller_did_in_a_turn(twilio: Twilio, behind: Behind, said: dict[str, str], heard: Input) -> None:
    twilio.post("/webhooks/voice/turn/3", CALL, **said)

    assert behind.came == [(inbound_call.answer, CA, 3, heard)]


def test_a_document_that_ran_on_is_silence_whatever_comes_with_it(twilio: Twilio, behind: Behind) -> None:
    twilio.post("/webhooks/voice/turn/3?silent=1", CALL, Digits="1")

    assert behind.came == [(inbound_call.answer, CA, 3, Silent())]


def test_an_ended_call_hangs_up(twilio: Twilio, behind: Behind) -> None:
    behind.answers[inbound_call.answer] = Reply((HangUp(),))

    assert verbs(twilio.post("/webhooks/voice/turn/3", CALL)) == ["Hangup"]


def test_how_a_call_fared(twilio: Twilio, behind: Behind) -> None:
    behind.answers[inbound_call.on_ended] = None

    response = twilio.post(
        "/webhooks/voice/status", CALL, CallStatus="completed", SequenceNumber="3", CallDuration="62",
        AnsweredBy="human",
    )  # fmt: skip

    assert behind.came == [(inbound_call.on_ended, CallStatus(CA, "completed", 3, 62, "human"))]
    assert (response.status_code, verbs(response)) == (200, [])


def test_a_status_that_twilio_has_added_since_is_handed_on(twilio: Twilio, behind: Behind) -> None:
    twilio.post("/webhooks/voice/status", CALL, CallStatus="daydreaming")

    assert behind.came == [(inbound_call.on_ended, CallStatus(CA, "daydreaming"))]


def test_how_our_texts_fared(twilio: Twilio, behind: Behind) -> None:
    fared = {"MessageSid": SM, "MessageStatus": "undelivered", "ErrorCode": "30005"}

    twilio.post("/webhooks/messages/0e", fared)
    twilio.post(f"/webhooks/sms/SM{'7' * 32}/status", fared, ErrorCode="")

    assert behind.came == [
        (receipts.on_receipt, "0e", MessageStatus(SM, "undelivered", 30005)),
        (receipts.on_answer_receipt, f"SM{'7' * 32}", MessageStatus(SM, "undelivered")),
    ]


def test_a_recording_is_ready(twilio: Twilio, behind: Behind) -> None:
    twilio.post(
        "/webhooks/recordings", CallSid=CA, RecordingSid=RE, RecordingDuration="41", RecordingStatus="completed"
    )

    assert behind.came == [(abandoned_call.recording_done, RecordingDone(RE, CA, 41, "completed"))]


def test_waiting_for_a_peer(twilio: Twilio, behind: Behind) -> None:
    twilio.post("/webhooks/voice/wait/c0de/4", CALL, Digits="0")
    twilio.post("/webhooks/voice/wait/c0de/5?silent=1", CALL)

    assert behind.came == [(wait_loop.wait, "c0de", 4, "0", CA), (wait_loop.wait, "c0de", 5, None, CA)]


def test_a_volunteer_is_asked(twilio: Twilio, behind: Behind) -> None:
    twilio.post("/webhooks/offers/0ffe", CALL, AnsweredBy="machine_start")
    twilio.post("/webhooks/offers/0ffe", CALL)
    twilio.post("/webhooks/offers/0ffe/keys/1", CALL, Digits="1")
    twilio.post("/webhooks/offers/0ffe/keys/1?silent=1", CALL)
    twilio.post("/webhooks/offers/0ffe/status", CALL, CallStatus="no-answer", SequenceNumber="2")

    assert behind.came == [
        (offers.answered, "0ffe", CA, "machine_start"),
        (offers.answered, "0ffe", CA, None),
        (offers.pressed, "0ffe", 1, "1"),
        (offers.pressed, "0ffe", 1, None),
        (offers.status, "0ffe", CallStatus(CA, "no-answer", 2)),
    ]


@pytest.mark.parametrize("side", ["contact", "volunteer", "lead"])
def test_each_side_comes_out_of_the_room(twilio: Twilio, behind: Behind, side: str) -> None:
    twilio.post(f"/webhooks/relays/c0de/left/{side}", CALL, DialCallStatus="completed")

    assert behind.came == [(call_ending.left_room, "c0de", side, CA)]


def test_comings_and_goings_in_a_room(twilio: Twilio, behind: Behind) -> None:
    twilio.post(
        "/webhooks/relays/c0de/room", StatusCallbackEvent="participant-leave", CallSid=CA, SequenceNumber="4",
        ReasonParticipantLeft="participant_updated_via_api",
    )  # fmt: skip
    twilio.post("/webhooks/relays/c0de/room", StatusCallbackEvent="conference-end", SequenceNumber="5")

    assert behind.came == [
        (call_ending.room_event, "c0de", RoomEvent("participant-leave", CA, 4, "participant_updated_via_api")),
        (call_ending.room_event, "c0de", RoomEvent("conference-end", None, 5)),
    ]


def test_a_volunteer_rings_the_line(twilio: Twilio, behind: Behind) -> None:
    twilio.post("/webhooks/volunteer/1", CALL, Digits="2")

    assert behind.came == [
        (inbound_call.on_volunteer_keys, IncomingCall(CA, PhoneNumber(ANA), PhoneNumber(LINE)), 1, "2")
    ]


def test_a_volunteer_for_whose_number_nobody_vouches_enters_their_code(twilio: Twilio, behind: Behind) -> None:
    twilio.post("/webhooks/volunteer/code/1", CALL, Digits="123456")

    assert behind.came == [
        (inbound_call.volunteer_code, IncomingCall(CA, PhoneNumber(ANA), PhoneNumber(LINE)), 1, "123456")
    ]


def test_the_same_request_twice_gets_the_same_bytes(twilio: Twilio) -> None:
    assert twilio.post("/webhooks/voice", CALL).data == twilio.post("/webhooks/voice", CALL).data
    assert twilio.post("/webhooks/sms", TEXT).data == twilio.post("/webhooks/sms", TEXT).data


def test_each_line_speaks_in_its_own_voice_to_both_sides(behind: Behind) -> None:
    line = behind.library.lines["default"].model_copy(update={"number": LINE, "voices": {"en": "Polly.Ruth-Neural"}})
    twilio = Twilio(door_of(replace(behind, library=replace(behind.library, lines={"default": line}))))

    assert "Polly.Ruth-Neural" in twilio.post("/webhooks/voice", CALL).text
    assert "Polly.Ruth-Neural" in twilio.post("/webhooks/offers/0ffe", CALL, From=LINE, To=ANA).text
    assert "Polly.Joanna" in twilio.post("/webhooks/voice", CALL, To="+15555550199").text
