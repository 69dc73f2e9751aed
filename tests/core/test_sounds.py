"""Recorded prompts are looked at before anybody hears them."""

from __future__ import annotations

import io
import wave
from pathlib import Path

import pytest

from checkin.samples.library import FOLDER
from flows.checks.checker import check
from flows.model.clips import measure
from tests.core.seeded import CARE, files

CLIP = 'say: {text: {en: "Take care.", es: "Hasta pronto."}, audio: {en: clips/en.wav, es: clips/es.wav}}'


def recording(seconds: float = 2.0, rate: int = 8000) -> bytes:
    """A WAV file of that length."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(b"\x10\x00" * int(seconds * rate))
    return out.getvalue()


def test_a_good_recording_is_measured() -> None:
    sound = measure(recording(2.5, 16000))

    assert (round(sound.seconds, 2), sound.rate, sound.fault) == (2.5, 16000, "")


def test_the_recordings_that_we_ship_are_good_enough() -> None:
    ours = sorted(FOLDER.rglob("*.mp3"))[:3]

    assert ours
    assert [measure(file.read_bytes()).fault for file in ours] == ["", "", ""]


@pytest.mark.parametrize(
    ("sound", "says"),
    [
        (recording(rate=4000), "4000 samples"),
        (recording(0.1), "0.1 seconds long"),
        (recording(2)[:20], "can't be read"),
        (b"", "can't be read"),
        (b"ID3" + b"\xff" * 200, "can't be read"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt " + b"\x00" * 40, "can't be read"),
        (b"plain words", "can't be read"),
    ],
)
def test_a_bad_recording_is_said_to_be(sound: bytes, says: str) -> None:
    assert says in measure(sound).fault


def test_a_bad_recording_is_found_where_it_is_used(tmp_path: Path) -> None:
    care = CARE.replace('say: {en: "Take care.", es: "Hasta pronto."}', CLIP)
    for name, text in files(care=care).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "clips").mkdir()
    (tmp_path / "clips" / "en.wav").write_bytes(recording())
    (tmp_path / "clips" / "es.wav").write_bytes(recording(rate=4000))

    found = [finding for finding in check(tmp_path) if finding.code == "V306"]

    assert [item.text.split(":")[0] for item in found] == ["the recording 'clips/es.wav'"]
    assert found[0].line == care[: care.index(CLIP)].count("\n") + 1
