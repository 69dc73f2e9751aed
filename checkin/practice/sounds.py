"""Sounds for the telephone: made up, spoken, converted, measured. WAV, 8 kHz, 16 bits, one channel, as at Twilio."""

from __future__ import annotations

import io
import math
import shutil
import subprocess
import wave
from array import array

import imageio_ffmpeg
from tinytag import TinyTag, TinyTagException

RATE = 8000
WORDS_IN_A_SECOND = 2.5  # a calm voice


def speaking_time(words: str) -> float:
    """Seconds that a voice needs for these words; at least a third of one."""
    return max(0.3, len(words.split()) / WORDS_IN_A_SECOND)


def tone(seconds: float, pitch: int = 220) -> bytes:
    """A soft swelling tone."""
    found = array(
        "h",
        (int(6000 * math.sin(math.pi * n / RATE) ** 2 * math.sin(2 * math.pi * pitch * n / RATE)) for n in range(RATE)),
    )
    samples = (found * (int(seconds) + 1))[: int(seconds * RATE)]
    return _wav(samples.tobytes())


def spoken(words: str) -> bytes:
    """The words in a voice, if this machine has espeak-ng; else a tone as long as they take."""
    espeak = shutil.which("espeak-ng")
    if espeak is None:
        return tone(speaking_time(words))
    said = subprocess.run([espeak, "--stdout", "--", words], capture_output=True, check=True, timeout=60)
    return telephone(said.stdout)


def telephone(audio: bytes) -> bytes:
    """Any audio that ffmpeg reads, as the telephone carries it. Raises ValueError for what is no audio."""
    ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
    command = [ffmpeg, "-v", "error", "-i", "-", "-ar", str(RATE), "-ac", "1", "-f", "s16le", "-"]
    done = subprocess.run(command, input=audio, capture_output=True, check=False, timeout=120)
    if done.returncode != 0 or not done.stdout:
        raise ValueError(f"this is no audio that can be read: {done.stderr.decode(errors='replace').strip()[:200]}")
    return _wav(done.stdout)


def joined(parts: list[bytes], longest: float) -> bytes:
    """Telephone sounds one after the other, cut off after `longest` seconds."""
    frames = b"".join(_frames(part) for part in parts)
    return _wav(frames[: int(longest * RATE) * 2])


def length(audio: bytes) -> float | None:
    """Seconds, or None for what is no audio."""
    try:
        tag = TinyTag.get(file_obj=io.BytesIO(audio), tags=False)
    except (TinyTagException, ValueError, OSError, EOFError):
        return None
    return tag.duration or None


def _frames(audio: bytes) -> bytes:
    with wave.open(io.BytesIO(audio)) as file:
        return bytes(file.readframes(file.getnframes()))


def _wav(frames: bytes) -> bytes:
    whole = io.BytesIO()
    with wave.open(whole, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(frames)
    return whole.getvalue()
