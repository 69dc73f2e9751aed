"""Makes the audio of the samples again: `python -m docs.tools.make_audio`.

Only needed when the words change (delete a recording to have it made again). Wants espeak-ng on PATH (Debian:
`apt-get install espeak-ng`); what it made is kept in the repository, so that nobody else does.
"""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import sys
import tempfile
import wave
from array import array
from html import escape
from pathlib import Path

from checkin.samples.library import MADE, WAIT_MUSIC, Sample, made, stories
from checkin.telephony import audio, ffmpeg

SPEED = 138
"""Words a minute: an unhurried talk, slower than espeak's own 175."""
SOFTER = "highpass=f=140,equalizer=f=2600:t=q:w=1.2:g=-4,lowpass=f=3300,acompressor=threshold=0.1:ratio=2:attack=10"
"""The buzz of a formant voice sits round 2.6 kHz; a telephone carries nothing above 3.4 kHz anyway."""

WAIT_SECONDS = 40
BEAT = 1.25
"""Seconds from one tone to the next: slower than a resting pulse."""
MELODY = (
    392.00, 0, 329.63, 0, 440.00, 392.00, 0, 0, 293.66, 0, 329.63, 0, 261.63, 0, 0, 0,
    329.63, 0, 392.00, 0, 523.25, 440.00, 0, 0, 392.00, 0, 293.66, 0, 261.63, 0, 0, 0,
)  # fmt: skip
"""Hertz, C major pentatonic; 0 is a rest."""
WAIT_LOUDNESS = -24.0
"""LUFS: well under a voice, so that the next voice is never a shock."""
CHORDS = ((130.81, 196.00), (110.00, 164.81), (146.83, 220.00), (130.81, 196.00))


def spoken(sample: Sample) -> audio.TelephoneAudio:
    """The sample's transcript as telephone audio (MP3). Raises AudioError; CalledProcessError from espeak-ng."""
    breaths = '<break time="900ms"/>'.join(escape(part, quote=False) for part in sample.transcript.split("\n\n"))
    with tempfile.TemporaryDirectory(prefix="sample-") as name:
        folder = Path(name)
        command = ["espeak-ng", "-m", "-v", sample.voice, "-s", str(SPEED), "-p", "42", "-g", "2", "-w", "said.wav"]
        subprocess.run([*command, breaths], cwd=folder, check=True)
        ffmpeg.run(folder, ["-i", "file:said.wav", "-af", SOFTER, "file:soft.wav"])
        return audio.to_telephone((folder / "soft.wav").read_bytes())


def wait_music() -> bytes:
    """Quiet bell tones over slow chords, as telephone audio (MP3); it ends as softly as it begins, to be repeated."""
    samples = [0.0] * (WAIT_SECONDS * audio.RATE)
    for place, hertz in enumerate(MELODY):
        if hertz:
            _bell(samples, place * BEAT, hertz)
    quarter = WAIT_SECONDS / len(CHORDS)
    for place, chord in enumerate(CHORDS):
        for hertz in chord:
            _pad(samples, place * quarter, quarter, hertz)
    with tempfile.TemporaryDirectory(prefix="wait-") as name:
        drawn = Path(name) / "drawn.wav"
        with wave.open(str(drawn), "wb") as file:
            file.setparams((1, 2, audio.RATE, 0, "NONE", ""))
            file.writeframes(array("h", (round(12_000 * value) for value in samples)).tobytes())
        return audio.to_telephone(drawn.read_bytes(), loudness=WAIT_LOUDNESS).content


def _bell(samples: list[float], start: float, hertz: float) -> None:
    """One struck tone that fades over three seconds, with a little of its octave."""
    first, length = round(start * audio.RATE), 3 * audio.RATE
    for step in range(min(length, len(samples) - first)):
        at = step / audio.RATE
        loud = 0.35 * min(1.0, at / 0.02) * math.exp(-1.6 * at) * (1 - step / length)
        turn = 2 * math.pi * hertz * at
        samples[first + step] += loud * (math.sin(turn) + 0.2 * math.sin(2 * turn) * math.exp(-3 * at))


def _pad(samples: list[float], start: float, seconds: float, hertz: float) -> None:
    """One held tone that swells and ebbs."""
    first, length = round(start * audio.RATE), round(seconds * audio.RATE)
    for step in range(length):
        swell = math.sin(math.pi * step / length) ** 2
        samples[first + step] += 0.09 * swell * math.sin(2 * math.pi * hertz * step / audio.RATE)


def main() -> int:
    """Make what is missing, and what is older than its words."""
    if shutil.which("espeak-ng") is None:
        print("espeak-ng is not on PATH: install it (Debian: apt-get install espeak-ng)", file=sys.stderr)
        return 1
    recordings = made()
    for sample in stories():
        if recordings.get(sample.name, {}).get("from") != sample.fingerprint() or not sample.audio.exists():
            recording = spoken(sample)
            sample.audio.write_bytes(recording.content)
            recordings[sample.name] = {"from": sample.fingerprint(), "seconds": recording.seconds}
            MADE.write_text(json.dumps(recordings, indent=2, sort_keys=True) + "\n")
            print(f"{len(recording.content):>8,} bytes  {sample.audio.name}")
    if not WAIT_MUSIC.exists():
        WAIT_MUSIC.write_bytes(wait_music())
        print(f"{WAIT_MUSIC.stat().st_size:>8,} bytes  {WAIT_MUSIC.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
