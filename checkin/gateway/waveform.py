"""How loud a recording is from beginning to end: for those who look before they listen."""

from __future__ import annotations

import tempfile
import wave
from array import array
from pathlib import Path

from checkin.gateway import ffmpeg
from checkin.gateway.audio import RATE, AudioError

BARS = 120
"""As many as fit beside each other in a terminal and on a telephone's screen."""

SIGNS = " ▁▂▃▄▅▆▇█"


def peaks(content: bytes, bars: int = BARS) -> list[int]:
    """The loudest moment of each of `bars` equal parts, 0 to 100 where 100 is the loudest of all.

    Raises AudioError when it is no sound that can be read.
    """
    with tempfile.TemporaryDirectory(prefix="peaks-") as name:
        folder = Path(name)
        (folder / "source").write_bytes(content)
        arguments = ["-i", "file:source", "-map", "0:a:0", "-ac", "1", "-ar", f"{RATE}", "-c:a", "pcm_s16le"]
        try:
            ffmpeg.run(folder, [*arguments, "-f", "wav", "file:plain.wav"], stranger=True)
            with wave.open(str(folder / "plain.wav")) as sound:
                samples = array("h", sound.readframes(sound.getnframes()))
        except (ffmpeg.FfmpegFailed, wave.Error, EOFError) as error:
            raise AudioError("this is not audio that can be read") from error
    return _heights(samples, bars)


def draw(heights: list[int], width: int = BARS) -> str:
    """The same as one line of blocks, at most `width` letters wide."""
    shown = _squeezed(heights, width)
    return "".join(SIGNS[round(height * (len(SIGNS) - 1) / 100)] for height in shown)


def _heights(samples: array[int], bars: int) -> list[int]:
    if not samples:
        return [0] * bars
    edges = [len(samples) * bar // bars for bar in range(bars + 1)]
    parts = [samples[start:end] for start, end in zip(edges, edges[1:], strict=False)]
    loud = [max(max(part), -min(part)) if len(part) else 0 for part in parts]
    most = max(loud) or 1
    return [round(100 * one / most) for one in loud]


def _squeezed(heights: list[int], width: int) -> list[int]:
    if len(heights) <= width:
        return heights
    edges = [len(heights) * place // width for place in range(width + 1)]
    return [max(heights[start:end]) for start, end in zip(edges, edges[1:], strict=False)]
