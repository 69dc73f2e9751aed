"""Writing down what is said in a recording, on this very machine: a plug, and one adapter for it (whisper.cpp).

No sound leaves the line. The model is a file that an organizer fetched once; it is read by a process of its own, since
a broken model ends whoever reads it, and a large one would stay in the worker's memory.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

from checkin.telephony import ffmpeg

LIBRARY = "pywhispercpp"
MAGIC = b"lmgg"
"""How a model file of whisper.cpp (ggml) begins."""

RATE = 16000
TIME_CAP = timedelta(seconds=100)
"""Longest that one recording may take: a row that is claimed for two minutes is given back."""


class SpeechError(Exception):
    """Nothing can be written down by machine; the text says why and what to do. It holds no word of anybody."""


class Transcriber(Protocol):
    """Whatever writes speech down."""

    def write_down(self, content: bytes, language: str) -> str:
        """The words in this recording (any audio we store), in the language that it is told in. Raises SpeechError."""


@dataclass(frozen=True)
class Whisper:
    """whisper.cpp by way of pywhispercpp. model: a ggml file, such as ggml-base.bin. Nothing is loaded before it is
    asked for the first recording."""

    model: Path
    time_cap: timedelta = TIME_CAP

    def check(self) -> None:
        """Whether it could work. Raises SpeechError with what is missing."""
        if find_spec(LIBRARY) is None:
            raise SpeechError("the speech recognition library isn't installed: uv sync --group speech")
        try:
            with self.model.open("rb") as file:
                begins = file.read(len(MAGIC))
        except IsADirectoryError as error:
            raise SpeechError("CHECKIN_SPEECH_MODEL is a folder: name the model file in it (ggml-base.bin)") from error
        except OSError as error:
            raise SpeechError(
                f"the model of CHECKIN_SPEECH_MODEL can't be read ({error.strerror}): docs/stories.md says where to"
                " get one"
            ) from error
        if begins != MAGIC:
            raise SpeechError(
                "the file of CHECKIN_SPEECH_MODEL is no model of whisper.cpp (ggml-*.bin): fetch it again"
            )

    def write_down(self, content: bytes, language: str) -> str:
        self.check()
        with tempfile.TemporaryDirectory(prefix="speech-") as name:
            folder = Path(name)
            (folder / "source").write_bytes(content)
            plain = ["-i", "file:source", "-map", "0:a:0", "-ac", "1", "-ar", f"{RATE}", "-c:a", "pcm_s16le"]
            try:
                ffmpeg.run(folder, [*plain, "-f", "wav", "file:plain.wav"], stranger=True)
            except ffmpeg.FfmpegFailed as error:
                raise SpeechError("the recording can't be read") from error
            return self._in_a_process(folder / "plain.wav", language)

    def _in_a_process(self, sound: Path, language: str) -> str:
        command = [sys.executable, "-m", "checkin.telephony.speech_process", str(self.model), str(sound), language]
        try:
            done = subprocess.run(
                command,
                capture_output=True,
                timeout=self.time_cap.total_seconds(),
                check=False,
                cwd=_ROOT,
                env={"GGML_NO_BACKTRACE": "1", "LC_ALL": "C.UTF-8"},  # no debugger over what people said
            )
        except subprocess.TimeoutExpired as error:
            raise SpeechError("writing it down took too long: a smaller model is faster, or type the words") from error
        if done.returncode != 0:
            raise SpeechError(
                f"the model couldn't be used (its process ended with {done.returncode}): the file may be broken or"
                " too large for this machine; fetch it again, or type the words"
            )
        return str(json.loads(done.stdout.decode().rsplit("\n", 2)[-2])["words"])


_ROOT = Path(__file__).parents[2]


def transcriber(model: Path | None) -> Transcriber | None:
    """What writes speech down on this line; None where no model is set."""
    return Whisper(model) if model is not None else None
