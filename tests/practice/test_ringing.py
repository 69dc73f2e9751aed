"""The line rings phones: by REST and by <Dial>; who answers, who does not, and what the line is told."""

from __future__ import annotations

import pytest
from flask import Response
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from tests.cast import BEN, LINE, REX, VAL, VEE
from tests.phones import Network, Phone
from tests.practice.a_line import ALine

ALL = ["initiated", "ringing", "answered", "completed"]


@pytest.fixture(autouse=True)
def offers(line: ALine) -> None:
    line.answers["/offer"] = '<Gather numDigits="1" action="/took"><Say>Press 1 to take it.</Say></Gather>'
    line.answers["/took"] = "<Say>Thank you.</Say>"
    line.answers["/calls"] = Response(status=204)
    line.answers["/dialed"] = lambda form: f"<Say>Then: {form['DialCallStatus']}.</Say>"


def ring(twilio: Client, line: ALine, to: str = VEE, **more: object) -> str:
    """The line rings somebody; the call's id."""
    call = twilio.calls.create(
        to=to, from_=LINE, url=f"{line.url}/offer", timeout=20, status_callback=f"{line.url}/calls?o=1",
        status_callback_event=ALL, **more,
    )  # fmt: skip
    assert call.status == "queued"
    return str(call.sid)


def told(line: ALine, times: int = 4) -> list[tuple[str, str]]:
    return [(item["SequenceNumber"], item["CallStatus"]) for item in line.wait_for("/calls", times)]


def test_vee_answers_and_presses(line: ALine, vee: Phone, twilio: Client) -> None:
    sid = ring(twilio, line)
    assert vee.rings()["from"] == LINE
    vee.answers()
    vee.hears("press 1")
    vee.presses("1")
    vee.hears("thank you")

    vee.is_off_the_phone()
    assert told(line) == [("0", "initiated"), ("1", "ringing"), ("2", "in-progress"), ("3", "completed")]
    asked = line.forms("/offer")[0]
    assert (asked["CallSid"], asked["Direction"], asked["CallStatus"]) == (sid, "outbound-api", "in-progress")
    done = twilio.calls(sid).fetch()
    assert (done.status, done.to, done.direction) == ("completed", VEE, "outbound-api")
    assert done.start_time is not None
    assert done.end_time is not None


def test_only_the_end_is_told_unless_more_is_wished(line: ALine, vee: Phone, twilio: Client) -> None:
    twilio.calls.create(to=VEE, from_=LINE, url=f"{line.url}/offer", status_callback=f"{line.url}/calls")
    vee.declines()

    assert [status for _, status in told(line, 1)] == ["busy"]
    line.never_again("/calls", 1)


@pytest.mark.parametrize(
    ("when_called", "status"), [("decline", "busy"), ("no_answer", "no-answer"), ("off", "failed")]
)
def test_phones_that_are_not_answered(when_called: str, status: str, line: ALine, vee: Phone, twilio: Client) -> None:
    vee.behaves(when_called=when_called)
    sid = ring(twilio, line)

    line.wait_for("/calls", 2)
    while twilio.calls(sid).fetch().status in ("queued", "ringing"):
        vee.network.events(vee.network.last_event(), wait=0.05)
    assert twilio.calls(sid).fetch().status == status
    assert line.forms("/offer") == []


def test_vee_lets_it_ring(line: ALine, vee: Phone, twilio: Client) -> None:
    ring(twilio, line)
    vee.lets_it_ring()

    assert told(line, 3)[-1] == ("2", "no-answer")


def test_a_number_that_nobody_holds_rings_out(line: ALine, twilio: Client) -> None:
    ring(twilio, line, to=REX)

    assert told(line, 3)[-1] == ("2", "no-answer")


def test_vee_is_busy_with_another_call(line: ALine, vee: Phone, twilio: Client) -> None:
    line.answers["/voice"] = "<Gather><Say>Your menu.</Say></Gather>"
    vee.calls()
    vee.hears("your menu")
    ring(twilio, line)

    assert told(line, 2) == [("0", "initiated"), ("1", "busy")]
    vee.does_not_ring(for_=0)


def test_the_line_cancels_while_it_rings(line: ALine, vee: Phone, twilio: Client) -> None:
    sid = ring(twilio, line)
    vee.rings()
    twilio.calls(sid).update(status="canceled")

    vee.stops_ringing()
    assert told(line, 3)[-1] == ("2", "canceled")


def test_to_cancel_what_has_been_answered_is_no_error_and_leaves_it(
    line: ALine, vee: Phone, twilio: Client, network: Network
) -> None:
    """As Twilio documents it: canceled "will not affect calls already in progress"."""
    sid = ring(twilio, line)
    vee.answers()
    vee.hears("press 1")
    assert twilio.calls(sid).update(status="canceled").status == "in-progress"
    assert vee.call is not None
    assert twilio.calls(sid).update(status="completed").status == "completed"

    vee.is_off_the_phone()
    with pytest.raises(TwilioRestException) as refused:
        twilio.calls(sid).update(url=f"{line.url}/offer")
    assert refused.value.code == 21220
    assert network.refusals() == [], "losing a race is no mistake"


def test_a_call_of_the_lines_has_a_fallback_when_the_line_does_not_answer(
    line: ALine, vee: Phone, twilio: Client
) -> None:
    line.answers["/offer"] = Response(status=502)
    line.answers["/bin"] = "<Say>We cannot talk just now. In a crisis call 988.</Say>"
    ring(twilio, line, fallback_url=f"{line.url}/bin")
    vee.answers()
    vee.hears("in a crisis call 988")
    (told,) = line.forms("/bin")
    assert (told["ErrorCode"], told["ErrorUrl"]) == ("11200", f"{line.url}/offer")


def test_a_ringing_call_cannot_be_moved(line: ALine, vee: Phone, twilio: Client) -> None:
    sid = ring(twilio, line)
    vee.rings()

    with pytest.raises(TwilioRestException) as refused:
        twilio.calls(sid).update(url=f"{line.url}/offer")
    assert refused.value.code == 21220


@pytest.mark.parametrize(
    ("when_called", "detect", "found"),
    [
        ("voicemail", "Enable", "machine_start"),
        ("voicemail", "DetectMessageEnd", "machine_end_beep"),
        ("answer", "Enable", "human"),
    ],
)
def test_who_answered_is_guessed(
    when_called: str, detect: str, found: str, line: ALine, vee: Phone, twilio: Client
) -> None:
    vee.behaves(when_called=when_called)
    sid = ring(twilio, line, machine_detection=detect)

    assert line.wait_for("/offer")[0]["AnsweredBy"] == found
    assert twilio.calls(sid).fetch().answered_by == found


def test_voicemail_presses_nothing_and_is_not_waited_for(line: ALine, vee: Phone, twilio: Client) -> None:
    vee.behaves(when_called="voicemail")
    ring(twilio, line)

    assert told(line)[-1] == ("3", "completed")
    assert line.forms("/took") == []


def test_a_document_can_come_with_the_call(vee: Phone, twilio: Client) -> None:
    twilio.calls.create(to=VEE, from_=LINE, twiml="<Response><Say>Your shift begins.</Say></Response>")
    vee.answers()

    vee.hears("your shift begins")


def test_a_caller_is_put_through(line: ALine, ben: Phone, vee: Phone) -> None:
    line.answers["/voice"] = f'<Dial callerId="{LINE}" action="/dialed"><Number>{VEE}</Number></Dial>'
    ben.calls()
    assert vee.rings()["from"] == LINE
    vee.answers()

    ben.is_talking_with(vee)
    vee.says("hello")
    ben.hears("hello")
    vee.hangs_up()
    ben.hears("then: completed")
    (after,) = line.forms("/dialed")
    assert after["DialBridged"] == "true"
    assert after["DialCallSid"].startswith("CA")


def test_the_first_who_picks_up_is_the_one(line: ALine, ben: Phone, vee: Phone, val: Phone) -> None:
    line.answers["/voice"] = (
        f'<Dial callerId="{LINE}"><Number statusCallback="/calls">{VEE}</Number><Number>{VAL}</Number></Dial>'
    )
    ben.calls()
    vee.rings()
    val.rings()
    val.answers()

    ben.is_talking_with(val)
    vee.stops_ringing()
    assert told(line, 1) == [("2", "canceled")]


def test_a_whisper_is_heard_by_the_called_only(line: ALine, ben: Phone, vee: Phone) -> None:
    line.answers["/voice"] = f'<Dial callerId="{LINE}"><Number url="/whisper">{VEE}</Number></Dial>'
    line.answers["/whisper"] = '<Gather numDigits="1" action="/taken"><Say>A call for you.</Say></Gather><Hangup/>'
    line.answers["/taken"] = ""
    ben.calls()
    vee.answers()
    vee.hears("a call for you")
    assert ben.call is not None
    assert ben.call["with"] == []
    vee.presses("1")

    ben.is_talking_with(vee)
    said = [event.get("text") for event in ben.network.events(phone=ben.id) if event["kind"] == "heard"]
    assert "A call for you." not in said


def test_who_declines_in_the_whisper_is_not_joined(line: ALine, ben: Phone, vee: Phone) -> None:
    line.answers["/voice"] = f'<Dial callerId="{LINE}" action="/dialed"><Number url="/whisper">{VEE}</Number></Dial>'
    line.answers["/whisper"] = "<Gather numDigits='1'><Say>A call for you.</Say></Gather><Hangup/>"
    ben.calls()
    vee.answers()
    vee.stays_silent()

    ben.hears("then: completed")
    assert line.forms("/dialed")[0]["DialBridged"] == "false"


def test_one_after_the_other(line: ALine, ben: Phone, vee: Phone, val: Phone) -> None:
    line.answers["/voice"] = (
        f'<Dial sequential="true" callerId="{LINE}"><Number>{VEE}</Number><Number>{VAL}</Number></Dial>'
    )
    ben.calls()
    vee.rings()
    val.does_not_ring(for_=0.1)
    vee.declines()
    val.answers()

    ben.is_talking_with(val)


def test_nobody_takes_it(line: ALine, ben: Phone, vee: Phone) -> None:
    line.answers["/voice"] = f'<Dial callerId="{LINE}" action="/dialed">{VEE}</Dial>'
    ben.calls()
    vee.declines()

    ben.hears("then: busy")


def test_the_caller_gives_up_and_the_phone_stops(line: ALine, ben: Phone, vee: Phone) -> None:
    line.answers["/voice"] = f'<Dial callerId="{LINE}"><Number>{VEE}</Number></Dial>'
    ben.calls()
    vee.rings()
    ben.hangs_up()

    vee.stops_ringing()
    vee.is_off_the_phone()


def test_a_foreign_caller_id_is_refused(line: ALine, ben: Phone, vee: Phone, network: Network) -> None:
    line.answers["/voice"] = f'<Dial callerId="{REX}" action="/dialed"><Number>{VEE}</Number></Dial>'
    ben.calls()

    ben.hears("then: failed")
    assert [refusal["code"] for refusal in network.refusals()] == [13214]


def test_without_a_caller_id_the_callers_own_number_is_shown(line: ALine, ben: Phone, vee: Phone) -> None:
    """As Twilio does; the practice network shows the leak that a line must not have."""
    line.answers["/voice"] = f"<Dial><Number>{VEE}</Number></Dial>"
    ben.calls()

    assert vee.rings()["from"] == BEN
