"""What a recorded prompt is, as far as its first bytes tell: nothing here opens a file or plays anything."""

from __future__ import annotations

import io
from dataclasses import dataclass

TELEPHONE_RATE = 8000
"""Samples a second that a telephone carries; with fewer, a voice sounds dull even there."""

LOWEST_BITRATE = 24
"""Kilobits a second below which a compressed voice begins to gurgle."""

SHORTEST = 0.3
"""Seconds: less is a click, or a file that broke off."""


@dataclass(frozen=True)
class Sound:
    """One recording. `fault`: why it would not be heard well on a telephone, in words; empty if it would be."""

    seconds: float
    rate: int
    fault: str = ""


def measure(sound: bytes) -> Sound:
    """What these bytes of a WAV or MP3 file hold."""
    from tinytag import TinyTag, TinyTagException

    try:
        found = TinyTag.get(file_obj=io.BytesIO(sound), tags=False)
    except (TinyTagException, ValueError, OSError, EOFError, ArithmeticError, LookupError):
        return Sound(0.0, 0, "it cannot be read as WAV or MP3")
    seconds, rate, bitrate = found.duration or 0.0, found.samplerate or 0, found.bitrate or 0.0
    return Sound(seconds, rate, _fault(seconds, rate, bitrate))


def _fault(seconds: float, rate: int, bitrate: float) -> str:
    if not rate:
        return "it cannot be read as WAV or MP3"
    if seconds < SHORTEST:
        return f"it is {seconds:.1f} seconds long"
    if rate < TELEPHONE_RATE:
        return f"it has {rate} samples a second, and a telephone carries {TELEPHONE_RATE}"
    if 0 < bitrate < LOWEST_BITRATE:
        return f"it has {bitrate:.0f} kilobits a second; a clear voice needs {LOWEST_BITRATE}"
    return ""
