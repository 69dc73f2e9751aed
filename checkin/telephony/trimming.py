"""Cutting the head and the tail off a recording: the breath before the first word, the key that ended it."""

from __future__ import annotations

import tempfile
import wave
from pathlib import Path

from checkin.telephony import ffmpeg
from checkin.telephony.audio import RATE, AudioError, ConversionFailed, TelephoneAudio

LEAST_LEFT = 2.0
"""Seconds that must be left: less is no story."""

_PLAIN = ["-map", "0:a:0", "-ac", "1", "-ar", f"{RATE}", "-map_metadata", "-1", "-bitexact"]


def trim(content: bytes, head: float, tail: float) -> TelephoneAudio:
    """The recording without `head` seconds at its beginning and `tail` at its end, as it is stored (MP3).

    Raises AudioError: a length is below zero, too little would be left, or it is no sound; and ConversionFailed.
    """
    if head < 0 or tail < 0:
        raise AudioError("give the part to cut off in seconds, 0 or more")
    with tempfile.TemporaryDirectory(prefix="trim-") as name:
        folder = Path(name)
        (folder / "source").write_bytes(content)
        length = _decode(folder)
        left = length - head - tail
        if left < LEAST_LEFT:
            raise AudioError(
                "it's %(seconds)s seconds long: at least %(least)s of them must remain",
                seconds=round(length, 1),
                least=f"{LEAST_LEFT:g}",
            )
        cut = ["-ss", f"{head:.3f}", "-t", f"{left:.3f}", "-i", "file:plain.wav", *_PLAIN]
        try:
            ffmpeg.run(folder, [*cut, "-c:a", "libmp3lame", "-b:a", "32k", "-f", "mp3", "file:ready"])
        except ffmpeg.FfmpegFailed as error:
            raise ConversionFailed("it couldn't be trimmed: try again") from error
        return TelephoneAudio((folder / "ready").read_bytes(), -int(-left // 1), left, "mp3")


def _decode(folder: Path) -> float:
    try:
        ffmpeg.run(folder, ["-i", "file:source", *_PLAIN, "-f", "wav", "file:plain.wav"], stranger=True)
        with wave.open(str(folder / "plain.wav")) as sound:
            return float(sound.getnframes() / RATE)
    except (ffmpeg.FfmpegFailed, wave.Error, EOFError) as error:
        raise AudioError("this audio can't be read") from error
