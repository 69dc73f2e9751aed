"""Recordings: what a caller speaks onto the tape, how it ends, and where the line gets it."""

from __future__ import annotations

import io
import wave

import pytest
import requests
from flask import Response
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from checkin.practice import sounds
from checkin.practice.server import Running
from tests.phones import Network, Phone
from tests.practice.a_line import ALine, Form
from tests.practice.conftest import ACCOUNT, TOKEN

RECORD = (
    '<Say>After the tone.</Say><Record action="/kept" maxLength="20" finishOnKey="#" '
    'recordingStatusCallback="/recordings" recordingStatusCallbackEvent="completed absent"/><Say>Nothing kept.</Say>'
)


@pytest.fixture(autouse=True)
def records(line: ALine) -> None:
    line.answers["/voice"] = RECORD
    line.answers["/kept"] = lambda form: f"<Say>Kept {form['RecordingDuration']} seconds.</Say>"
    line.answers["/recordings"] = Response(status=204)


def fetch(running: Running, told: Form, token: str = TOKEN) -> requests.Response:
    """The audio, from an address built from the id."""
    url = f"{running.url}/2010-04-01/Accounts/{ACCOUNT}/Recordings/{told['RecordingSid']}.wav"
    return requests.get(url, auth=(ACCOUNT, token), timeout=5)


def test_ben_records_and_the_line_fetches_it(
    line: ALine, ben: Phone, running: Running, twilio: Client, network: Network
) -> None:
    sid = ben.calls()
    ben.records(seconds=4)

    ben.hears("kept 4 seconds")
    (ready,) = line.wait_for("/recordings")
    assert (ready["RecordingStatus"], ready["RecordingDuration"], ready["CallSid"]) == ("completed", "4", sid)
    audio = fetch(running, ready).content
    with wave.open(io.BytesIO(audio)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getnframes()) == (8000, 1, 32_000)
    (entry,) = twilio.recordings.list(call_sid=sid)
    assert (entry.duration, entry.status) == ("4", "completed")
    assert [again.sid for again in twilio.calls(sid).recordings.list()] == [entry.sid]
    assert network.refusals() == []


def test_the_audio_is_not_for_everyone(line: ALine, ben: Phone, running: Running) -> None:
    ben.calls()
    ben.records()
    (ready,) = line.wait_for("/recordings")

    assert fetch(running, ready, token="wrong").status_code == 401  # noqa: S106 - it is meant to be wrong


def test_it_is_gone_once_deleted(line: ALine, ben: Phone, running: Running, twilio: Client) -> None:
    ben.calls()
    ben.records()
    (ready,) = line.wait_for("/recordings")
    assert twilio.recordings(ready["RecordingSid"]).delete()

    assert fetch(running, ready).status_code == 404
    with pytest.raises(TwilioRestException) as gone:
        twilio.recordings(ready["RecordingSid"]).delete()
    assert gone.value.code == 20404


def test_a_recording_has_its_longest_time(line: ALine, ben: Phone) -> None:
    ben.calls()
    ben.records(seconds=50, then="")

    ben.hears("kept 20 seconds")


def test_hanging_up_keeps_what_was_said(line: ALine, ben: Phone) -> None:
    ben.calls()
    ben.records(seconds=6, then="hangup")

    (told,) = line.wait_for("/kept")
    assert (told["Digits"], told["RecordingDuration"], told["CallStatus"]) == ("hangup", "6", "completed")
    line.wait_for("/recordings")


def test_a_caller_who_is_moved_leaves_the_recording_behind(line: ALine, ben: Phone, twilio: Client) -> None:
    line.answers["/elsewhere"] = "<Say>Come over here.</Say>"
    sid = ben.calls()
    ben.records(seconds=3, then="")
    twilio.calls(sid).update(url=f"{line.url}/elsewhere")

    ben.hears("come over here")
    assert line.wait_for("/recordings")[0]["RecordingDuration"] == "3"
    assert line.forms("/kept") == []


def test_silence_keeps_nothing_and_goes_on(line: ALine, ben: Phone) -> None:
    ben.calls()
    ben.stays_silent()

    ben.hears("nothing kept")
    assert line.wait_for("/recordings")[0]["RecordingStatus"] == "absent"
    assert line.forms("/kept") == []


def test_ben_speaks_in_two_goes_and_then_falls_silent(line: ALine, ben: Phone) -> None:
    ben.calls()
    ben.records(seconds=2, then="")
    ben.records(seconds=3, then="silence")

    ben.hears("kept 5 seconds")
    assert "Digits" not in line.forms("/kept")[0]


def test_any_audio_becomes_a_telephones(line: ALine, ben: Phone, running: Running) -> None:
    stereo = io.BytesIO()
    with wave.open(stereo, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(44_100)
        file.writeframes(b"\0\1" * 2 * 44_100)
    ben.calls()
    ben.records(audio=stereo.getvalue())

    ben.hears("kept 1 seconds")
    assert sounds.length(fetch(running, line.wait_for("/recordings")[0]).content) == pytest.approx(1.0, abs=0.05)


def test_spoken_words_are_long_enough() -> None:
    assert 1.0 < (sounds.length(sounds.spoken("I have been clean for a year and it gets lighter.")) or 0) < 10.0


@pytest.mark.parametrize("rubbish", [b"", b"not audio at all", b"RIFF____WAVE"])
def test_what_is_no_audio_has_no_length(rubbish: bytes) -> None:
    assert sounds.length(rubbish) is None
    with pytest.raises(ValueError, match="no audio that can be read"):
        sounds.telephone(rubbish)
