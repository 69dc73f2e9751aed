"""Calls to the line: what is heard, pressed and said, and how a call ends."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Response

from checkin.practice.server import Running
from tests.cast import ANA, BEN, LINE
from tests.phones import Network, NeverCame, Phone
from tests.practice.a_line import ALine

MENU = '<Gather numDigits="1" action="/menu"><Say>Press 1 for a peer.</Say></Gather><Say>Nothing came.</Say>'


def test_ben_calls_hears_the_menu_and_presses(line: ALine, ben: Phone, network: Network) -> None:
    line.answers["/voice"] = MENU
    line.answers["/menu"] = lambda form: f"<Say>You pressed {form['Digits']}.</Say>"
    sid = ben.calls()

    ben.hears("press 1")
    ben.presses("4")
    assert ben.hears("you pressed") == "You pressed 4."
    ben.is_off_the_phone()
    first, second = line.forms("/voice")[0], line.forms("/menu")[0]
    assert (first["CallSid"], first["From"], first["To"], first["Direction"]) == (sid, BEN, LINE, "inbound")
    assert (first["CallStatus"], second["CallStatus"]) == ("ringing", "in-progress")
    assert network.refusals() == []


@pytest.mark.parametrize(
    ("how", "shown", "verdict"),
    [
        ({}, BEN, "TN-Validation-Passed-A"),
        ({"verdict": ""}, BEN, None),
        ({"verdict": "TN-Validation-Passed-B"}, BEN, "TN-Validation-Passed-B"),
        ({"shows": ANA}, ANA, "TN-Validation-Failed-C"),
    ],
)
def test_a_call_says_how_far_its_number_is_vouched_for(
    line: ALine, ben: Phone, how: dict[str, str], shown: str, verdict: str | None
) -> None:
    line.answers["/voice"] = MENU
    line.answers["/menu"] = ""
    ben.calls(**how)
    ben.presses("4")
    ben.is_off_the_phone()

    first, second = line.forms("/voice")[0], line.forms("/menu")[0]
    assert (first["From"], first.get("StirVerstat")) == (shown, verdict)
    assert "StirVerstat" not in second


def test_the_end_of_a_call_is_told(line: ALine, ben: Phone) -> None:
    ben.calls()
    ben.is_off_the_phone()

    (end,) = line.wait_for("/status")
    assert (end["CallStatus"], end["SequenceNumber"]) == ("completed", "0")
    assert end["CallDuration"].isdigit()


def test_silence_falls_through(line: ALine, ben: Phone) -> None:
    line.answers["/voice"] = MENU
    ben.calls()
    ben.stays_silent()

    ben.hears("nothing came")
    ben.is_off_the_phone()
    assert line.forms("/menu") == []


def test_silence_goes_to_the_action_when_that_is_wished(line: ALine, ben: Phone) -> None:
    line.answers["/voice"] = MENU.replace("numDigits", 'actionOnEmptyResult="true" numDigits')
    line.answers["/menu"] = lambda form: f"<Say>Pressed [{form['Digits']}]</Say>"
    ben.calls()
    ben.stays_silent()

    ben.hears("pressed []")


def test_without_an_action_the_same_address_is_asked_again(line: ALine, ben: Phone) -> None:
    line.answers["/voice"] = lambda form: (
        f"<Say>Got {form['Digits']}</Say>"
        if "Digits" in form
        else '<Gather numDigits="2"><Say>Two keys.</Say></Gather>'
    )
    ben.calls()
    ben.presses("42")

    ben.hears("got 42")


def test_a_finishing_key_ends_many_digits(line: ALine, ben: Phone) -> None:
    line.answers["/voice"] = '<Gather action="/menu"><Say>Your code.</Say></Gather>'
    line.answers["/menu"] = lambda form: f"<Say>{form['Digits']} by {form['FinishedOnKey']}</Say>"
    ben.calls()
    ben.presses("1234#")

    ben.hears("1234 by #")


def test_words_are_heard_where_they_are_asked_for(line: ALine, ben: Phone) -> None:
    line.answers["/voice"] = '<Gather input="dtmf speech" action="/menu"><Say>Say it or press it.</Say></Gather>'
    line.answers["/menu"] = lambda form: f"<Say>I heard {form['SpeechResult']}</Say>"
    ben.calls()
    ben.says("a peer, please")

    ben.hears("i heard a peer, please")


def test_nobody_listens_to_words_where_keys_are_asked_for(line: ALine, ben: Phone) -> None:
    line.answers["/voice"] = MENU
    ben.calls()
    ben.hears("press 1")

    with pytest.raises(NeverCame, match="nobody listens for words"):
        ben.says("a peer", within=0.1)


def test_a_sound_is_fetched_and_measured(line: ALine, ben: Phone, network: Network) -> None:
    line.answers["/voice"] = '<Play>/sound.wav</Play><Pause length="2"/><Say>That was it.</Say>'
    ben.calls()

    sound = ben.hears_sound()
    assert sound["url"] == f"{line.url}/sound.wav"
    assert sound["seconds"] == 2.0
    ben.hears(re.compile("^That was"))
    assert network.refusals() == []


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        (Response("<html>sorry</html>", mimetype="text/html"), "is no audio"),
        (Response("gone", status=404), "the line answered 404"),
    ],
)
def test_a_sound_that_is_none_is_noted(answer: Response, what: str, line: ALine, ben: Phone, network: Network) -> None:
    line.answers["/voice"] = "<Play>/story.wav</Play><Say>Afterwards.</Say>"
    line.answers["/story.wav"] = answer
    ben.calls()

    ben.hears("afterwards")
    assert what in network.refusals()[0]["what"]


def test_redirect_goes_on_elsewhere_with_its_query(line: ALine, ben: Phone) -> None:
    line.answers["/voice"] = (
        '<Say>One.</Say><Redirect method="GET">next?t=1&amp;u=two%20words</Redirect><Say>Never.</Say>'
    )
    line.answers["/next"] = "<Say>Two.</Say><Hangup/><Say>Never.</Say>"
    ben.calls()

    ben.is_off_the_phone()
    heard = [event["text"] for event in ben.network.events(phone=ben.id) if event["kind"] == "heard"]
    assert heard == ["One.", "Two."]
    assert line.forms("/next")[0]["t"] == "1"
    assert line.forms("/next")[0]["u"] == "two words"


@pytest.mark.parametrize(("reason", "status"), [("busy", "busy"), ("rejected", "no-answer")])
def test_a_rejected_call_is_never_answered(reason: str, status: str, line: ALine, ben: Phone) -> None:
    line.answers["/voice"] = f'<Reject reason="{reason}"/>'
    ben.calls()

    ben.is_off_the_phone()
    assert line.wait_for("/status")[0]["CallStatus"] == status


def test_ben_hangs_up_and_nothing_more_is_asked(line: ALine, ben: Phone) -> None:
    line.answers["/voice"] = MENU
    ben.calls()
    ben.hears("press 1")
    ben.hangs_up()

    assert line.wait_for("/status")[0]["CallStatus"] == "completed"
    assert ben.call is None
    line.never_again("/menu", 0)


def test_plain_text_is_read_aloud_and_ends_the_call(line: ALine, ben: Phone, network: Network) -> None:
    line.answers["/voice"] = Response("Internal Server Error", mimetype="text/plain")
    ben.calls()

    ben.hears("internal server error")
    ben.is_off_the_phone()
    assert [refusal["code"] for refusal in network.refusals()] == [12300]


def test_an_error_is_apologized_for(line: ALine, ben: Phone, network: Network) -> None:
    line.answers["/voice"] = Response("oops", status=500)
    ben.calls()

    ben.hears("application error")
    ben.is_off_the_phone()
    assert [refusal["code"] for refusal in network.refusals()] == [11200]


def test_an_error_goes_to_the_fallback_if_there_is_one(carrier: Callable[..., Running], line: ALine) -> None:
    network = Network(carrier(voice_fallback_url=f"{line.url}/fallback").url)
    ben = network.phone(BEN, "Ben")
    line.answers["/voice"] = "<Say>Fine so far.</Say><Redirect>/broken</Redirect>"
    line.answers["/broken"] = Response("<Response><Say>", mimetype="text/xml")
    line.answers["/fallback"] = "<Say>Please call again.</Say>"
    ben.calls()

    ben.hears("please call again")
    (told,) = line.forms("/fallback")
    assert (told["ErrorCode"], told["ErrorUrl"]) == ("12100", f"{line.url}/broken")
    network.close()


def test_documents_in_a_circle_are_stopped(line: ALine, ben: Phone, network: Network) -> None:
    line.answers["/voice"] = "<Redirect>/voice</Redirect>"
    ben.calls()

    ben.hears("application error")
    assert "circle" in network.refusals()[0]["what"]


def test_a_withheld_caller_shows_no_number(line: ALine, network: Network) -> None:
    wren = network.phone(name="Wren")
    line.answers["/voice"] = MENU
    wren.calls()

    wren.hears("press 1")
    assert line.forms("/voice")[0]["From"] == "+266696687"
    with pytest.raises(NeverCame, match="withholds the number"):
        wren.texts("hello")


def test_a_phone_makes_one_call_at_a_time(line: ALine, ben: Phone) -> None:
    line.answers["/voice"] = MENU
    ben.calls()

    with pytest.raises(NeverCame, match="on a call already"):
        ben.calls()
