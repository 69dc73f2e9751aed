"""Recordings to try things with, made of tones so that nothing needs a microphone."""

from __future__ import annotations

import io
import math
import struct
import subprocess
import tempfile
import wave
from array import array
from pathlib import Path

import imageio_ffmpeg


def wav(seconds: float, *, hertz: float = 300.0, loud: float = 0.3, rate: int = 8000, silent: float = 0.0) -> bytes:
    """A tone with the rhythm of speech (four bursts a second), then `silent` seconds of nothing."""
    values = array("h")
    for step in range(round(seconds * rate)):
        at = step / rate
        burst = 0.5 - 0.5 * math.cos(2 * math.pi * 4 * at)
        values.append(round(32_000 * loud * burst * math.sin(2 * math.pi * hertz * at)))
    values.extend([0] * round(silent * rate))
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        file.writeframes(values.tobytes())
    return written.getvalue()


def in_form(sound: bytes, *options: str) -> bytes:
    """The same sound as another format."""
    return made_by_ffmpeg("-i", "given", *options, given=sound)


def made_by_ffmpeg(*arguments: str, given: bytes = b"") -> bytes:
    """What imageio-ffmpeg's own binary writes; `given` is in the file of that name."""
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "given").write_bytes(given)
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *arguments, "made"]
        subprocess.run(command, cwd=name, capture_output=True, check=True)
        return (Path(name) / "made").read_bytes()


def promising(sound: bytes, size: int) -> bytes:
    """A wav whose header says that `size` bytes of sound follow."""
    lying = bytearray(sound)
    struct.pack_into("<I", lying, sound.index(b"data") + 4, size)
    return bytes(lying)


def loudest(sound: bytes) -> float:
    """The highest sample of a wav, 1.0 being full scale."""
    with wave.open(io.BytesIO(sound)) as file:
        values = array("h", file.readframes(file.getnframes()))
    return max(abs(value) for value in values) / 32_768
