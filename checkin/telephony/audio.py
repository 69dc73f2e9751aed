"""Turning any recording into telephone audio, and saying clearly why one can't be used.

Telephone audio here is mono, 8,000 samples a second, as loud as speech should be, without the tags in which
recorders put names and places. MP3 is what is stored (a quarter of the size, and every browser and Twilio play it); WAV
(16 bit) is there for what is processed further.
"""

from __future__ import annotations

import re
import struct
import tempfile
import wave
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

from checkin.core.errors import UserError
from checkin.core.translatable import Translatable
from checkin.telephony import ffmpeg

LARGEST = 100 * 1024 * 1024
"""Bytes. Ten minutes of uncompressed studio stereo are just under this."""
LONGEST = timedelta(minutes=10)
LOUDNESS = -16.0
"""LUFS, the usual level for speech that is heard on a small speaker."""
CEILING = 0.84
"""Highest sample (1.0 is full scale): 1.5 dB of room, so that the network's own codec does not clip."""
RATE = 8000
BYTES_A_SECOND = 4000
"""Of the MP3 that we store: 32 kbit/s, the whole way."""
LEAST_LEFT = 2.0
"""Seconds that must be left of what is trimmed: less is no story."""
LEAST_HEARD = 0.5
"""Seconds of sound below which nobody would call it a recording."""

_MOST_GAIN = 40.0
_DECODE = ["-map", "0:a:0", "-vn", "-sn", "-dn", "-ac", "1", "-ar", str(RATE), "-c:a", "pcm_s16le"]
_PLAIN = ["-map_metadata", "-1", "-bitexact"]
_FORMS = {"mp3": ["-c:a", "libmp3lame", "-b:a", "32k", "-f", "mp3"], "wav": ["-c:a", "pcm_s16le", "-f", "wav"]}
_STREAMED = {0, 0x7FFFF000, 0x7FFFFFFF, 0xFFFFFFFF}
"""What recorders write that could not go back and fill in the length."""


class AudioError(UserError):
    """A recording can't be used. The text says why and what to do; it never holds the file's name or content."""


class ConversionFailed(UserError):
    """The fault is on our side (no time, no room, a broken ffmpeg): the same recording may well work later."""


@dataclass(frozen=True)
class TelephoneAudio:
    """seconds: its length, rounded up. heard: seconds of it that are not silence."""

    content: bytes
    seconds: int
    heard: float
    form: Literal["mp3", "wav"]


def read(path: Path) -> bytes:
    """The content of a file that an organizer named. Raises AudioError when it is no file, empty, or too large."""
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise AudioError("that isn't a file: choose an audio file")
        if size > LARGEST:
            raise AudioError.of(_too_large(size))
        return path.read_bytes()
    except OSError as error:
        raise AudioError(
            "the file can't be read (%(why)s): check its name and its permissions", why=error.strerror
        ) from error


def mime(content: bytes) -> str:
    """The media type of stored audio, told from its first bytes."""
    return "audio/wav" if content[:4] == b"RIFF" else "audio/mpeg"


def after(content: bytes, seconds: int) -> bytes:
    """What we stored, from this second on. MP3 of a constant rate can be cut at any frame; others stay whole."""
    if content[:4] == b"RIFF" or not (first := re.search(rb"\xff[\xe0-\xff][\x10-\xef]", content)):
        return content
    at = content.find(first.group()[:2], first.start() + seconds * BYTES_A_SECOND)
    return content[at:] if at > 0 else content


def to_telephone(
    content: bytes,
    *,
    form: Literal["mp3", "wav"] = "mp3",
    longest: timedelta = LONGEST,
    whole: bool = True,
    loudness: float = LOUDNESS,
    program: str | None = None,
) -> TelephoneAudio:
    """Convert any audio that ffmpeg reads. The loudness comes out even, the tags are gone.

    whole: refuse audio that breaks off before its own header says that it ends (False for what a caller
    recorded: half of it is better than nothing). loudness: LUFS that it comes out at.
    program: another ffmpeg than the one found. Raises AudioError and ConversionFailed.
    """
    if not content:
        raise AudioError("the file is empty (0 bytes): record or export it again")
    if len(content) > LARGEST:
        raise AudioError.of(_too_large(len(content)))
    if whole:
        _check_wav_header(content)
    with tempfile.TemporaryDirectory(prefix="audio-") as name:
        folder = Path(name)
        (folder / "source").write_bytes(content)
        seconds = _decode(folder, longest, whole, program)
        gain = min(loudness - _loudness(folder, program), _MOST_GAIN)
        heard = max(0.0, seconds - _finish(folder, gain, form, program))
        if heard < LEAST_HEARD:
            raise AudioError("it's silent: check the microphone and record it again")
        return TelephoneAudio((folder / "ready").read_bytes(), -int(-seconds // 1), heard, form)


def _too_large(size: int) -> Translatable:
    return Translatable(
        "the file is %(size)s MB, more than the %(most)s MB allowed: export it as MP3 first",
        size=round(size / 1e6),
        most=round(LARGEST / 1e6),
    )


def _check_wav_header(content: bytes) -> None:
    """ffmpeg forgives a wav that promises more than it holds; we don't, because a story would end in mid-sentence."""
    if content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        return
    at = 12
    while len(content) >= at + 8:
        chunk, promised = struct.unpack_from("<4sI", content, at)
        held = len(content) - at - 8
        if chunk == b"data":
            if promised > held and promised not in _STREAMED:
                raise AudioError(
                    "its header promises %(promised)s bytes of audio but only %(held)s are there: the file "
                    "was cut off or damaged; copy or export it again",
                    promised=promised,
                    held=held,
                )
            return
        at += 8 + promised + promised % 2


def _decode(folder: Path, longest: timedelta, whole: bool, program: str | None) -> float:
    """Write plain.wav, the only thing that the later steps open, and return its length in seconds."""
    stop = str(longest.total_seconds() + 1)
    try:
        said = ffmpeg.run(
            folder,
            ["-i", "file:source", *_DECODE, "-t", stop, *_PLAIN, "-f", "wav", "file:plain.wav"],
            stranger=True,
            program=program,
        )
        seconds = _length(folder / "plain.wav")
    except ffmpeg.TookTooLong as error:
        raise ConversionFailed("converting it took too long: try again, or export it as MP3 or WAV first") from error
    except (ffmpeg.FfmpegFailed, wave.Error, EOFError) as error:
        raise AudioError(
            "this audio can't be read: use WAV, MP3, M4A, OGG or FLAC; raw phone-system audio (.gsm, .ulaw) "
            "doesn't describe itself, so export it as WAV"
        ) from error
    if seconds == 0:
        raise AudioError("there's no audio in the file: record or export it again")
    if seconds > longest.total_seconds():
        raise AudioError(
            "it's longer than %(minutes)s minutes: cut it down to the best part",
            minutes=f"{longest.total_seconds() / 60:g}",
        )
    promised = _promised_seconds(said)
    if whole and promised - seconds > max(2.0, promised / 10):
        raise AudioError(
            "the file says it's %(promised)s seconds long but breaks off after %(seconds)s: copy or export it again",
            promised=round(promised),
            seconds=round(seconds),
        )
    return seconds


def _length(path: Path) -> float:
    """Seconds of a wav that we made; 0 when nothing was written."""
    if not path.exists():
        return 0.0
    with wave.open(str(path)) as sound:
        return float(sound.getnframes() / RATE)


def _promised_seconds(said: str) -> float:
    """The length in the file's own header; 0 when there is none or when it was only guessed from the bit rate."""
    found = re.search(r"Duration: (\d+):(\d\d):(\d\d\.\d+)", said)
    if not found or "Estimating duration" in said:
        return 0.0
    hours, minutes, seconds = found.groups()
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def _loudness(folder: Path, program: str | None) -> float:
    """Integrated loudness in LUFS (EBU R 128), -70 for silence."""
    said = _sure(folder, ["-i", "file:plain.wav", "-af", "ebur128=framelog=verbose", "-f", "null", "-"], program)
    return float(re.findall(r"I:\s+(-?[\d.]+) LUFS", said)[-1])


def _finish(folder: Path, gain: float, form: str, program: str | None) -> float:
    """Write the file `ready`, `gain` decibels louder, and return how many seconds of it are silence."""
    even = f"volume={gain:.2f}dB,alimiter=limit={CEILING}:level=disabled,silencedetect=noise=-40dB:d=0.5"
    said = _sure(
        folder, ["-i", "file:plain.wav", "-af", even, "-ar", str(RATE), *_PLAIN, *_FORMS[form], "file:ready"], program
    )
    return sum(float(length) for length in re.findall(r"silence_duration: ([\d.]+)", said))


def _sure(folder: Path, arguments: list[str], program: str | None) -> str:
    """A step on audio that was decoded already; that it fails is not the sender's fault."""
    try:
        return ffmpeg.run(folder, arguments, program=program)
    except ffmpeg.FfmpegFailed as error:
        raise ConversionFailed("the audio couldn't be converted: try again, or export it as WAV first") from error


def trim(content: bytes, head: float, tail: float) -> TelephoneAudio:
    """The recording without `head` seconds at its beginning and `tail` at its end, as it is stored (MP3).

    Raises AudioError: a length is below zero, too little would be left, or it is no sound; and ConversionFailed.
    """
    if head < 0 or tail < 0:
        raise AudioError("give the part to cut off in seconds, 0 or more")
    with tempfile.TemporaryDirectory(prefix="trim-") as name:
        folder = Path(name)
        (folder / "source").write_bytes(content)
        length = _length(plain_wav(folder))
        left = length - head - tail
        if left < LEAST_LEFT:
            raise AudioError(
                "it's %(seconds)s seconds long: at least %(least)s of them must remain",
                seconds=round(length, 1),
                least=f"{LEAST_LEFT:g}",
            )
        cut = ["-ss", f"{head:.3f}", "-t", f"{left:.3f}", "-i", "file:plain.wav", "-ar", str(RATE), *_PLAIN]
        try:
            ffmpeg.run(folder, [*cut, *_FORMS["mp3"], "file:ready"])
        except ffmpeg.FfmpegFailed as error:
            raise ConversionFailed("it couldn't be trimmed: try again") from error
        return TelephoneAudio((folder / "ready").read_bytes(), -int(-left // 1), left, "mp3")


def plain_wav(folder: Path) -> Path:
    """The `source` in this folder as telephone sound, to be cut or drawn. Raises AudioError."""
    try:
        ffmpeg.run(folder, ["-i", "file:source", *_DECODE, *_PLAIN, "-f", "wav", "file:plain.wav"], stranger=True)
        _length(folder / "plain.wav")
    except (ffmpeg.FfmpegFailed, wave.Error, EOFError) as error:
        raise AudioError("this audio can't be read") from error
    return folder / "plain.wav"
