"""Sound for calls, and pictures, by signed addresses that expire: stories, recordings, prompts, what came with texts.

Twilio drops a call whose <Play> finds nothing, so what is gone (a story withdrawn this minute) is a moment of
silence instead, and the call goes on.
"""

from __future__ import annotations

import io
import time
import wave
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import structlog
from flask import Blueprint, Response, request

from checkin.core.rules.sounds import SoundSource
from checkin.messages import pictures
from checkin.runtime import Runtime
from checkin.stories import listening, recordings
from checkin.telephony import audio
from checkin.telephony.addresses import media_allows
from checkin.telephony.media_store import MediaMissing, StoreFailed
from checkin.telephony.pictures import FORM
from checkin.telephony.port import GatewayError, TryLater
from webhooks.deadline import Deadline
from webhooks.endpoint import UseCase

SOON = 6.0
"""Seconds that a recording which ended just now is waited for; Twilio waits at most 15 for a sound."""

ASK_EVERY = 1.0
"""Seconds between two looks."""

CLIPS = frozenset({".mp3", ".wav"})

log = structlog.get_logger()


class NotYet(Exception):
    """It is there, and nobody has looked at it yet."""


@dataclass(frozen=True)
class Sounds:
    """Finds sound. clips: the folder of the flows, below which prompts are files."""

    runtime: Runtime
    clips: Path
    deadline: Deadline
    rest: Callable[[float], None] = time.sleep

    def story(self, story: str, begin: int = 0) -> bytes:
        """A story's, from this second on. Raises MediaMissing, StoreFailed."""
        kept = self._kept(self.runtime.do(UseCase(listening.sound, story)))
        return audio.after(kept, begin) if begin else kept

    def recording(self, recording: str) -> bytes:
        """A recording's, from the network itself while no worker has fetched it. Raises MediaMissing, GatewayError."""
        find = UseCase(recordings.sound, recording)
        left = SOON
        while True:
            sound = self.runtime.do(find)
            if sound is None or sound.media_key is not None:
                return self._kept(sound)
            try:
                if sound.network_sid is not None:
                    return self.runtime.gateway.fetch_recording(sound.network_sid)
            except TryLater:
                if left <= 0:
                    raise
            if left <= 0:
                raise MediaMissing("the recording didn't come in time")
            left -= ASK_EVERY
            self.rest(ASK_EVERY)

    def clip(self, path: str) -> bytes:
        """A prompt's, which is no secret and not sealed. Raises MediaMissing."""
        file = (self.clips / path).resolve()
        if not file.is_relative_to(self.clips.resolve()) or file.suffix not in CLIPS or not file.is_file():
            raise MediaMissing("there's no such clip in the flows folder")
        return file.read_bytes()

    def picture(self, picture: str) -> bytes:
        """A picture's. Raises MediaMissing, StoreFailed; NotYet while no worker has fetched it and made it plain: that
        is never done here, where calls are answered."""
        shown = self.runtime.do(UseCase(pictures.shown, picture))
        if shown is None:
            raise MediaMissing("nothing is kept for this id")
        if shown.media_key is None:
            raise NotYet
        return self.runtime.media.open(shown.media_key)

    def _kept(self, sound: SoundSource | None) -> bytes:
        if sound is None or sound.media_key is None:
            raise MediaMissing("nothing is kept for this id")
        return self.runtime.media.open(sound.media_key)


def make(sounds: Sounds) -> Blueprint:
    """The routes under /media."""
    routes = Blueprint("media", __name__, url_prefix="/media")
    runtime = sounds.runtime

    def check() -> Response | None:
        """Refuse what we have not signed, or what has expired, before anything is looked for."""
        if media_allows(runtime.keys, request.path, request.args.get("s", ""), runtime.clock()):
            return None
        if request.path.startswith("/media/pictures/"):
            return unseen("This link is over. Ask for the picture to be sent again.", 403)
        return Response(status=403)

    def play(find: Callable[[], bytes]) -> Response:
        try:
            content = sounds.deadline.keep(find)
        except (MediaMissing, StoreFailed, GatewayError) as error:
            log.warning("sound_missing", route=request.endpoint, why=str(error))
            content = silence()
        except Exception as error:
            log.error("sound_failed", route=request.endpoint, error=type(error).__name__)
            content = silence()
        return answer(content)

    def look(name: str) -> Response:
        try:
            content = sounds.deadline.keep(lambda: sounds.picture(name))
        except NotYet:
            return unseen("This picture is on its way. Please open the link again in a minute.", 503)
        except MediaMissing as error:
            log.warning("picture_missing", why=str(error))
            return unseen("This picture isn't here anymore.", 404)
        except Exception as error:
            log.error("picture_failed", error=type(error).__name__)
            return unseen("This picture can't be shown right now. Please try again in a minute.", 503)
        return seen(content)

    routes.before_request(check)
    routes.add_url_rule("/pictures/<name>", "picture", look)
    routes.add_url_rule("/stories/<name>", "story", lambda name: play(lambda: sounds.story(name)))
    routes.add_url_rule(
        "/stories/<name>/<int:begin>", "rest", lambda name, begin: play(lambda: sounds.story(name, begin))
    )
    routes.add_url_rule("/recordings/<name>", "recording", lambda name: play(lambda: sounds.recording(name)))
    routes.add_url_rule("/clips/<path:name>", "clip", lambda name: play(lambda: sounds.clip(name)))
    return routes


def answer(content: bytes) -> Response:
    """The sound, whole or the range that was asked for, and kept by nobody on the way."""
    response = Response(content, mimetype=audio.mime(content))
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.make_conditional(request.environ, accept_ranges=True, complete_length=len(content))
    return response


def seen(content: bytes) -> Response:
    """The picture, kept by nobody on the way, in a page that can do nothing else."""
    response = Response(content, mimetype=FORM)
    _closed(response)
    response.headers["Content-Disposition"] = "inline"
    return response


def unseen(words: str, status: int) -> Response:
    """Words for whoever opened a link to a picture that is not to be seen."""
    response = Response(words, status, mimetype="text/plain")
    _closed(response)
    return response


def _closed(response: Response) -> None:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"


def silence(seconds: float = 0.5) -> bytes:
    """A moment of it, as telephone WAV."""
    held = io.BytesIO()
    with wave.open(held, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(2 * int(8000 * seconds)))
    return held.getvalue()
