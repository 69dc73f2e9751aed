"""Any recording that an organizer has becomes telephone audio, and one that can't says why."""

from __future__ import annotations

import io
import re
import shutil
import socket
import threading
import wave
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import imageio_ffmpeg
import pytest

from checkin.telephony import audio, ffmpeg
from checkin.telephony.audio import AudioError, ConversionFailed, to_telephone
from tests.media.sounds import in_form, loudest, made_by_ffmpeg, promising, wav

PROGRAMS = [imageio_ffmpeg.get_ffmpeg_exe(), *filter(None, [shutil.which("ffmpeg")])]


def measured_loudness(content: bytes, tmp_path: Path) -> float:
    (tmp_path / "heard").write_bytes(content)
    said = ffmpeg.run(tmp_path, ["-i", "file:heard", "-af", "ebur128=framelog=verbose", "-f", "null", "-"])
    return float(re.findall(r"I:\s+(-?[\d.]+) LUFS", said)[-1])


@pytest.mark.parametrize(
    "options",
    [
        ("-f", "wav"),
        ("-f", "mp3"),
        ("-f", "flac"),
        ("-c:a", "libvorbis", "-f", "ogg"),
        ("-c:a", "libopus", "-ar", "48000", "-f", "webm"),
        ("-c:a", "aac", "-f", "mp4"),
        ("-ar", "44100", "-ac", "2", "-f", "aiff"),
        ("-c:a", "pcm_mulaw", "-f", "au"),
    ],
    ids=lambda options: options[-1],
)
def test_what_people_record_with_comes_out_as_telephone_audio(options: tuple[str, ...]) -> None:
    made = to_telephone(in_form(wav(3, rate=16_000), *options), form="wav", program=PROGRAMS[0])
    with wave.open(io.BytesIO(made.content)) as file:
        assert (file.getnchannels(), file.getframerate(), file.getsampwidth()) == (1, 8000, 2)
        assert file.getnframes() / 8000 == pytest.approx(3, abs=0.15)


@pytest.mark.parametrize("loud", [0.01, 0.1, 0.9])
def test_a_shy_teller_and_a_loud_one_come_out_equally_loud(loud: float, tmp_path: Path) -> None:
    made = to_telephone(wav(4, loud=loud), form="wav")
    assert measured_loudness(made.content, tmp_path) == pytest.approx(audio.LOUDNESS, abs=1.5)
    assert loudest(made.content) <= audio.CEILING + 0.01


def test_what_is_stored_is_small_and_plays_again() -> None:
    made = to_telephone(wav(10))
    assert audio.mime(made.content) == "audio/mpeg"
    assert len(made.content) < 50_000
    assert to_telephone(made.content).seconds == pytest.approx(10, abs=1)


def test_the_names_that_a_recorder_writes_into_a_file_do_not_reach_ours() -> None:
    tagged = in_form(wav(2), "-metadata", "artist=Ana Example", "-metadata", "location=+40.7-074.0/", "-f", "mp3")
    assert b"Ana Example" in tagged
    assert b"Ana" not in to_telephone(tagged).content


def test_its_length_and_how_much_of_it_is_silence_are_told() -> None:
    made = to_telephone(wav(3, silent=4))
    assert made.seconds == pytest.approx(7, abs=1)
    assert made.heard == pytest.approx(3, abs=0.5)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: Path(program).name[:12])
@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: b"", "0 bytes"),
        (lambda: b"%PDF-1.7\n" + bytes(range(256)) * 40, "this audio can't be read"),
        (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"/>', "this audio can't be read"),
        (lambda: b"RIFF", "this audio can't be read"),
        (lambda: in_form(wav(3), "-f", "mulaw"), "export it as WAV"),
        (lambda: in_form(wav(3), "-f", "alaw"), "export it as WAV"),
        (lambda: (b"\xd7" + bytes(range(32))) * 150, "export it as WAV"),
        (lambda: wav(0), "there's no audio|can't be read"),
        (lambda: promising(wav(2), 4_026_531_840), "header promises 4026531840 bytes"),
        (lambda: half(in_form(wav(20), "-f", "mp3")), "20 seconds long but breaks off after 1"),
        (lambda: half(in_form(wav(20), "-f", "mp4")), "this audio can't be read"),
        (lambda: wav(0, silent=5), "it's silent"),
        (lambda: wav(0.1, silent=5), "it's silent"),
        (lambda: in_form(wav(0, silent=700), "-f", "flac"), "longer than 10 minutes"),
    ],
    ids=[
        "empty",
        "pdf",
        "svg",
        "stub",
        "ulaw",
        "alaw",
        "gsm",
        "no-sound",
        "lying-header",
        "half",
        "half-an-m4a",
        "silence",
        "a-click",
        "too-long",
    ],
)
def test_a_file_that_cannot_be_used_says_why(make: Callable[[], bytes], why: str, program: str) -> None:
    with pytest.raises(AudioError, match=why):
        to_telephone(make(), program=program)


def half(content: bytes) -> bytes:
    return content[: len(content) // 2]


def test_a_file_with_a_picture_and_no_sound_is_refused() -> None:
    picture = made_by_ffmpeg("-f", "lavfi", "-i", "color=s=16x16:d=1", "-c:v", "mjpeg", "-f", "matroska")
    with pytest.raises(AudioError, match="can't be read"):
        to_telephone(picture)


def test_a_recorder_that_could_not_fill_in_the_length_is_forgiven() -> None:
    assert to_telephone(promising(wav(2), 0xFFFFFFFF)).seconds == 2


def test_a_callers_recording_that_broke_off_is_kept_as_far_as_it_goes() -> None:
    assert to_telephone(promising(wav(2), 500_000), whole=False).seconds == 2


def test_the_limit_is_the_lines_own() -> None:
    assert to_telephone(wav(3), longest=timedelta(seconds=3)).seconds == 3
    with pytest.raises(AudioError, match="longer than"):
        to_telephone(wav(4), longest=timedelta(seconds=3))


def test_a_playlist_that_names_other_files_is_not_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret.wav"
    secret.write_bytes(wav(2))
    for trick in (f"ffconcat version 1.0\nfile {secret}\n", f"#EXTM3U\n#EXTINF:2,\nfile://{secret}\n#EXT-X-ENDLIST\n"):
        with pytest.raises(AudioError, match="can't be read"):
            to_telephone(trick.encode())


def test_a_playlist_that_names_an_address_reaches_nobody() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.3)
        reached = threading.Event()

        def wait_for_someone() -> None:
            try:
                listening.accept()[0].close()
                reached.set()
            except TimeoutError:
                pass

        listener = threading.Thread(target=wait_for_someone)
        listener.start()
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/a.ts"
        with pytest.raises(AudioError):
            to_telephone(f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{address}\n#EXT-X-ENDLIST\n".encode())
        listener.join()
    assert not reached.is_set()


def test_a_run_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ffmpeg, "TIME_CAP", timedelta(milliseconds=1))
    with pytest.raises(ConversionFailed, match="took too long"):
        to_telephone(wav(5))


def test_a_machine_without_ffmpeg_is_not_the_tellers_fault(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        to_telephone(wav(1), program=str(tmp_path / "ffmpeg"))


def test_a_file_is_read_only_when_it_is_one_and_small_enough(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="isn't a file"):
        audio.read(tmp_path)
    with pytest.raises(AudioError, match="can't be read"):
        audio.read(tmp_path / "gone.mp3")
    big = tmp_path / "big.wav"
    with big.open("wb") as file:
        file.truncate(audio.LARGEST + 1)
    with pytest.raises(AudioError, match="105 MB, more than"):
        audio.read(big)
    small = tmp_path / "story.wav"
    small.write_bytes(wav(1))
    assert audio.read(small) == wav(1)


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    to_telephone(wav(1))
    with pytest.raises(AudioError):
        to_telephone(b"not audio")
    assert list(tmp_path.iterdir()) == []


def test_a_story_can_be_taken_up_in_its_middle() -> None:
    """As ffmpeg hears it: nothing is broken, and what was heard before is gone."""
    whole = to_telephone(wav(12)).content
    for begin in (1, 5, 11):
        rest = to_telephone(audio.after(whole, begin))
        assert rest.heard == pytest.approx(12 - begin, abs=0.4)
    assert audio.after(whole, 999) == whole
    assert audio.after(wav(2), 1) == wav(2)
