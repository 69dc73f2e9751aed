"""Sound is played from signed addresses, in whole or in part, and a call goes on when there is none."""

from __future__ import annotations

import io
import wave
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from checkin.core.rules.sounds import SoundSource
from checkin.stories import listening, recordings
from checkin.telephony.addresses import MEDIA_LASTS, media_signer
from checkin.telephony.port import Refused, TryLater
from tests.webhooks.conftest import RE, Behind, door_of
from webhooks import media

MP3 = b"\xff\xfb" + bytes(range(256)) * 8


class Network:
    """The network has a recording after it was asked a few times."""

    def __init__(self, *answers: bytes | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def fetch_recording(self, sid: str) -> bytes:
        self.asked.append(sid)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def play(app: Flask, behind: Behind, path: str, **headers: str) -> TestResponse:
    address = media_signer(behind.keys, behind.now)(path)
    return app.test_client().get(address, headers=headers)


def is_silence(response: TestResponse) -> bool:
    assert (response.status_code, response.mimetype) == (200, "audio/wav")
    with wave.open(io.BytesIO(response.data)) as sound:
        frames = sound.readframes(sound.getnframes())
        return sound.getframerate() == 8000 and 0 < len(frames) <= 16_000 and set(frames) == {0}


@pytest.fixture
def story(behind: Behind) -> str:
    behind.media.put("f00d-key", MP3)
    behind.answers[listening.sound] = SoundSource(media_key="f00d-key")
    return "/media/stories/f00d"


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "ASK_EVERY", 0.001)
    monkeypatch.setattr(media, "SOON", 0.003)


def test_a_story_is_played_from_our_own_store(app: Flask, behind: Behind, story: str) -> None:
    response = play(app, behind, story)

    assert (response.status_code, response.mimetype, response.data) == (200, "audio/mpeg", MP3)
    assert response.headers["Cache-Control"] == "no-store"
    assert behind.came == [(listening.sound, "f00d")]


def test_a_part_of_it_can_be_asked_for(app: Flask, behind: Behind, story: str) -> None:
    response = play(app, behind, story, Range="bytes=10-19")

    assert (response.status_code, response.data) == (206, MP3[10:20])
    assert response.headers["Content-Range"] == f"bytes 10-19/{len(MP3)}"
    assert play(app, behind, story, Range="bytes=-5").data == MP3[-5:]
    assert play(app, behind, story, Range="bytes=999999-").status_code == 416


def test_it_can_begin_where_somebody_stopped(app: Flask, behind: Behind) -> None:
    frames = [b"\xff\xe3\x40\x00" + bytes([place]) * 284 for place in range(40)]
    behind.media.put("f00d-key", b"".join(frames))
    behind.answers[listening.sound] = SoundSource(media_key="f00d-key")

    response = play(app, behind, "/media/stories/f00d/2")

    assert response.status_code == 200
    assert response.data == b"".join(frames[28:]), "2 s are 8,000 bytes; it goes on with the next whole frame"
    assert app.test_client().get("/media/stories/f00d/2?s=1.2").status_code == 403


@pytest.mark.parametrize("kind", ["stories", "recordings", "clips"])
@pytest.mark.parametrize("query", ["", "?s=1.2", "?s=9999999999." + "0" * 43, "?s=x", "?s=1&s=2"])
def test_nobody_hears_anything_without_our_signature(app: Flask, behind: Behind, kind: str, query: str) -> None:
    response = app.test_client().get(f"/media/{kind}/f00d{query}")

    assert (response.status_code, response.data) == (403, b"")
    assert behind.transactions == 0


def test_an_address_ends(app: Flask, behind: Behind, story: str) -> None:
    address = media_signer(behind.keys, behind.now)(story)
    behind.now += 2 * MEDIA_LASTS

    assert app.test_client().get(address).status_code == 403
    assert behind.transactions == 0


def test_a_story_that_was_withdrawn_this_minute_is_a_moment_of_silence(app: Flask, behind: Behind, story: str) -> None:
    behind.answers[listening.sound] = lambda: None

    assert is_silence(play(app, behind, story))


def test_a_sound_that_is_lost_or_encrypted_with_a_lost_key_is_silence(app: Flask, behind: Behind, story: str) -> None:
    (behind.settings.media / "f00d-key").write_bytes(b"sealed by nobody")
    assert is_silence(play(app, behind, story))

    behind.media.delete("f00d-key")
    assert is_silence(play(app, behind, story))


def test_a_call_goes_on_without_the_database(app: Flask, behind: Behind, story: str) -> None:
    behind.trouble = ConnectionError("gone")

    assert is_silence(play(app, behind, story))


def test_a_recording_that_a_worker_has_fetched_is_ours(app: Flask, behind: Behind) -> None:
    behind.media.put("beef-key", MP3)
    behind.answers[recordings.sound] = SoundSource(media_key="beef-key", network_sid=RE)
    behind.gateway = Network(Refused("nobody asks"))

    assert play(app, behind, "/media/recordings/beef").data == MP3
    assert behind.gateway.asked == []


def test_a_recording_that_ended_just_now_comes_from_the_network(app: Flask, behind: Behind) -> None:
    behind.answers[recordings.sound] = SoundSource(network_sid=RE)
    behind.gateway = Network(TryLater("not yet"), TryLater("not yet"), b"RIFF" + bytes(20))

    response = play(app, behind, "/media/recordings/beef")

    assert (response.mimetype, response.data) == ("audio/wav", b"RIFF" + bytes(20))
    assert behind.gateway.asked == [RE] * 3


def test_a_recording_whose_id_nobody_has_told_us_yet_is_waited_for(app: Flask, behind: Behind) -> None:
    behind.media.put("beef-key", MP3)
    found = iter([SoundSource(), SoundSource(), SoundSource(media_key="beef-key")])
    behind.answers[recordings.sound] = lambda: next(found)

    assert play(app, behind, "/media/recordings/beef").data == MP3


@pytest.mark.parametrize("trouble", [TryLater("not yet"), Refused("gone")])
def test_a_recording_that_never_comes_is_silence(app: Flask, behind: Behind, trouble: Exception) -> None:
    behind.answers[recordings.sound] = SoundSource(network_sid=RE)
    behind.gateway = Network(trouble)

    assert is_silence(play(app, behind, "/media/recordings/beef"))


def test_a_recording_that_was_dropped_is_silence(app: Flask, behind: Behind) -> None:
    behind.answers[recordings.sound] = lambda: None

    assert is_silence(play(app, behind, "/media/recordings/beef"))


def test_a_clip_is_a_file_among_the_flows(app: Flask, behind: Behind) -> None:
    (behind.settings.flows / "clips" / "welcome en.mp3").write_bytes(MP3)

    assert play(app, behind, "/media/clips/clips/welcome en.mp3").data == MP3
    assert behind.transactions == 0


@pytest.mark.parametrize("name", ["lines.yaml", "clips/../../secret.mp3", "clips", "clips/none.mp3", "clips/link.mp3"])
def test_nothing_but_a_clip_is_handed_out(app: Flask, behind: Behind, name: str, tmp_path: Path) -> None:
    (tmp_path / "secret.mp3").write_bytes(MP3)
    (behind.settings.flows / "lines.yaml").write_text("number: secret")
    (behind.settings.flows / "clips" / "link.mp3").symlink_to(tmp_path / "secret.mp3")

    response = play(app, behind, f"/media/clips/{name}")

    assert response.status_code == 403 or is_silence(response)


def test_nothing_can_be_put_there(behind: Behind, story: str) -> None:
    client = door_of(behind).test_client()

    assert client.post(media_signer(behind.keys, behind.now)(story)).status_code == 405
