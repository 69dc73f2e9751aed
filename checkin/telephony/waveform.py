"""How loud a recording is from beginning to end, and how much of it is noise: for those who look before they listen."""

from __future__ import annotations

import tempfile
import wave
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from checkin.telephony.audio import RATE, plain_wav

BARS = 120
"""As many as fit beside each other in a terminal and on a telephone's screen."""

MOMENT = RATE // 20
"""Samples of a twentieth of a second: shorter than a syllable, longer than a period of any voice."""

QUIET_MOMENTS = 0.1
"""People who speak are silent for more than a tenth of the time, so its quietest tenth is what else is to be heard."""

NOISY = 40
"""Percent of noise from which on it is worth asking whether anybody speaks at all."""


@dataclass(frozen=True)
class Drawn:
    """peaks: the loudest moment of each equal part, 0 to 100, the loudest of all. noise: as `noise` says."""

    peaks: list[int]
    noise: int


def drawn(content: bytes, bars: int = BARS) -> Drawn:
    """What a recording looks like. Raises AudioError when it is no sound that can be read."""
    samples = _samples(content)
    return Drawn(_heights(samples, bars), noise(samples))


def noise(samples: Sequence[int]) -> int:
    """How much of the sound's power is there all the time, in percent: a hum, wind or a crackling line, and no speech.

    The power of its quietest tenth, of the mean: some hundredths for speech, near 100 for noise alone. 0 for silence.
    """
    moments = [samples[at : at + MOMENT : 2] for at in range(0, len(samples), MOMENT)]
    powers = sorted(sum(sample * sample for sample in moment) / len(moment) for moment in moments)
    mean = sum(powers) / len(powers) if powers else 0.0
    return round(100 * min(powers[int(len(powers) * QUIET_MOMENTS)] / mean, 1.0)) if mean else 0


def _samples(content: bytes) -> array[int]:
    with tempfile.TemporaryDirectory(prefix="peaks-") as name:
        folder = Path(name)
        (folder / "source").write_bytes(content)
        with wave.open(str(plain_wav(folder))) as sound:
            return array("h", sound.readframes(sound.getnframes()))


def _heights(samples: array[int], bars: int) -> list[int]:
    if not samples:
        return [0] * bars
    edges = [len(samples) * bar // bars for bar in range(bars + 1)]
    parts = [samples[start:end] for start, end in zip(edges, edges[1:], strict=False)]
    loud = [max(max(part), -min(part)) if len(part) else 0 for part in parts]
    most = max(loud) or 1
    return [round(100 * peak / most) for peak in loud]
