"""A recording that cannot be used: why stands where an organizer reads it, nothing is left, and the line goes on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from checkin.messages.models import Recording
from checkin.stories import recordings
from checkin.stories import service as stories
from checkin.stories.models import Story
from checkin.telephony.rules.arrivals import RecordingDone
from tests.cast import ANA, BEN
from tests.make import sid
from tests.media.sounds import in_form, promising, wav
from tests.the_line import ACall, TheLine


def silent_second() -> bytes:
    """As MP3, of which any number in a row is one long recording."""
    plain = ("-write_xing", "0", "-id3v2_version", "0")
    return in_form(wav(0, silent=1), "-c:a", "libmp3lame", "-b:a", "8k", *plain, "-f", "mp3")


UNUSABLE: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "0 bytes"),
    "a pdf": (lambda: b"%PDF-1.7\n" + bytes(range(256)) * 40, "audio can't be read"),
    "a playlist": (lambda: b"#EXTM3U\n#EXTINF:2,\nhttp://169.254.169.254/a.ts\n#EXT-X-ENDLIST\n", "can't be read"),
    "silence": (lambda: wav(0, silent=5), "it's silent"),
    "ten hours of silence": (lambda: silent_second() * 36_000, "longer than 10 minutes"),
}  # fmt: skip


def tells(line: TheLine, from_: str = BEN) -> tuple[ACall, str]:
    """A call as far as a story that is told and shared. The network's id of the recording."""
    call = line.rings(from_)
    for key in ("5", "1", "3"):
        call.presses(key)
    network_sid = f"RE{len(line.network.recordings) + 1:032x}"
    line.network.recordings[network_sid] = wav(3)
    from flows.engine.inputs import Recorded

    call.does(Recorded(network_sid, 40))
    for key in ("1", "1", "1"):
        call.presses(key)
    return call, network_sid


def ready(line: TheLine, call: ACall, network_sid: str) -> None:
    line.runtime.do(lambda uow: recordings.finished(uow, RecordingDone(network_sid, call.sid, 40, "completed")))


@pytest.mark.parametrize("what", UNUSABLE)
def test_what_cannot_be_used_is_lost_with_its_reason_and_the_next_one_is_not(line: TheLine, what: str) -> None:
    make, why = UNUSABLE[what]
    call, network_sid = tells(line)
    line.network.recordings[network_sid] = make()
    ready(line, call, network_sid)
    line.carries_out()

    story = line.runtime.read(lambda session: session.scalars(select(Story)).one())
    opened = line.runtime.do(lambda uow: stories.read(uow, story.id))
    assert (story.state, opened.media_key) == ("declined", None)
    assert why in opened.missing
    assert line.network.deleted == [network_sid]
    media = line.runtime.settings.media
    assert not media.exists() or not list(media.iterdir())

    other, other_sid = tells(line, ANA)
    ready(line, other, other_sid)
    line.carries_out()
    kept = line.runtime.read(lambda session: session.scalars(select(Recording).where(Recording.sid == other_sid)).one())
    assert kept.state == "kept"


def test_a_wav_whose_header_lies_is_kept_as_far_as_it_goes(line: TheLine) -> None:
    """Half of what a caller said is better than nothing; a file of an organizer's would be refused."""
    call, network_sid = tells(line)
    line.network.recordings[network_sid] = promising(wav(2), 500_000)
    ready(line, call, network_sid)
    line.carries_out()
    assert line.runtime.read(lambda session: session.scalars(select(Recording)).one()).seconds == 2


def test_told_twice_it_is_fetched_once(line: TheLine) -> None:
    call, network_sid = tells(line)
    for _ in range(2):
        ready(line, call, network_sid)
    line.carries_out()
    ready(line, call, network_sid)
    line.carries_out()
    assert len(line.runtime.read(lambda session: session.scalars(select(Recording)).all())) == 1
    assert line.network.deleted == [network_sid]


def test_a_recording_of_a_call_that_nobody_knows_is_written_down_and_leaves_nothing(line: TheLine) -> None:
    unknown = sid("RE")
    with capture_logs() as logged:
        line.runtime.do(lambda uow: recordings.finished(uow, RecordingDone(unknown, sid("CA"), 40, "completed")))
    line.carries_out()
    assert [(item["event"], item["recording"]) for item in logged if item["log_level"] == "warning"] == [
        ("recording_of_unknown_call", unknown)
    ]
    assert line.runtime.read(lambda session: session.scalars(select(Recording)).all()) == []
    assert line.network.deleted == []
