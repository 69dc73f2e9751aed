"""The plug for speech, and its adapter: what is missing, broken or slow is said in one sentence."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from checkin.telephony.speech import MAGIC, SpeechError, Whisper, transcriber
from tests.gateway import empty_model
from tests.media.sounds import wav

pytestmark = pytest.mark.processes


def test_no_model_no_transcriber(tmp_path: Path) -> None:
    assert transcriber(None) is None
    assert isinstance(transcriber(tmp_path / "ggml-base.bin"), Whisper)


def test_a_model_that_is_not_there_says_where_to_look(tmp_path: Path) -> None:
    with pytest.raises(SpeechError, match=r"CHECKIN_SPEECH_MODEL can't be read \(No such file.*docs/stories.md"):
        Whisper(tmp_path / "ggml-base.bin").write_down(wav(1), "en")
    with pytest.raises(SpeechError, match="is a folder"):
        Whisper(tmp_path).write_down(wav(1), "en")


@pytest.mark.parametrize("content", [b"", b"<html>not found</html>", b"PK\x03\x04"])
def test_a_file_that_is_no_model_is_not_loaded(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "ggml-base.bin").write_bytes(content)
    with pytest.raises(SpeechError, match="no model of whisper.cpp"):
        Whisper(tmp_path / "ggml-base.bin").write_down(wav(1), "en")


def test_a_broken_model_ends_its_own_process_and_not_ours(tmp_path: Path) -> None:
    """The real library reads it: a model that was cut off while it was fetched."""
    (tmp_path / "ggml-base.bin").write_bytes(MAGIC + b"\x07" * 3000)
    with pytest.raises(SpeechError, match="the model couldn't be used"):
        Whisper(tmp_path / "ggml-base.bin").write_down(wav(1), "en")


def test_a_model_writes_down_what_it_hears(tmp_path: Path) -> None:
    """The real library, with a model that hears the same word in everything."""
    empty_model.write(tmp_path / "ggml-base.bin")
    assert Whisper(tmp_path / "ggml-base.bin").write_down(wav(2), "es-MX") == empty_model.HEARS


def test_what_is_no_sound_is_not_handed_to_the_model(tmp_path: Path) -> None:
    (tmp_path / "ggml-base.bin").write_bytes(MAGIC)
    with pytest.raises(SpeechError, match="the recording can't be read"):
        Whisper(tmp_path / "ggml-base.bin").write_down(b"%PDF-1.7", "en")


def test_a_model_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    (tmp_path / "ggml-base.bin").write_bytes(MAGIC)
    with pytest.raises(SpeechError, match="took too long"):
        Whisper(tmp_path / "ggml-base.bin", timedelta(milliseconds=1)).write_down(wav(1), "en")
