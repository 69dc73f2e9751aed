"""A story on its way: told by Ben on the phone, published by Oda, heard by Ana, taken back by Ben."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from checkin.messages.models import Message, Recording
from checkin.stories import files, listening
from checkin.stories import service as stories
from checkin.stories.models import Listen, Story
from checkin.stories.service import NewStory
from flows.engine.effects import Play
from flows.words.segments import count_segments
from tests import make
from tests.cast import ANA, BEN, VAL
from tests.media.sounds import wav
from tests.services.story_rotation import reviewed
from tests.the_line import ACall, TheLine


def published(line: TheLine, title: str, *, language: str = "en", note: str = "", sound: bool = True) -> str:
    new = NewStory(title, ["sober"], language, f"The words of {title}. " * 12, note)
    return files.take_in(line.runtime, "default", new, wav(2) if sound else None, who="Oda", publish=True)


def listens(line: TheLine, from_: str = BEN) -> ACall:
    """A call, as far as the first story."""
    call = line.rings(from_)
    call.presses("2")
    call.presses("1")
    return call


def plays(call: ACall) -> list[str]:
    return [part.story for part in call.reply.spoken if isinstance(part, Play)]


def row_of(line: TheLine, table: type, *where: object) -> object:
    return line.runtime.read(lambda session: session.scalars(select(table).where(*where)).one())


def test_ben_calls_and_hears_thanks_and_goes_on_to_the_next(line: TheLine) -> None:
    both = {published(line, "one"), published(line, "two")}
    call = listens(line)
    (first,) = plays(call)
    call.presses("3")
    assert "Thank you" in call.says
    call.presses("1")
    (second,) = plays(call)
    assert {first, second} == both
    call.stays_silent()
    line.carries_out()
    assert row_of(line, Story, Story.id == first).thanks == 1
    assert row_of(line, Listen, Listen.story_id == second).how == "finished"


def test_the_sound_that_is_played_is_the_one_that_oda_gave(line: TheLine) -> None:
    story = published(line, "one")
    assert plays(listens(line)) == [story]
    sound = line.runtime.do(lambda uow: listening.sound(uow, story))
    assert sound is not None
    assert line.runtime.media.open(sound.media_key or "").startswith((b"ID3", b"\xff"))


def test_the_note_is_said_before_the_story(line: TheLine) -> None:
    published(line, "one", note="It speaks of loss.")
    call = listens(line)
    kinds = [type(part).__name__ for part in call.reply.spoken]
    assert "It speaks of loss." in call.says
    assert call.says.index("It speaks of loss.") < call.says.index("[story")
    assert kinds.index("Play") > 0


def test_a_story_of_which_only_the_note_was_read_is_not_played(line: TheLine) -> None:
    story = published(line, "one", note="It speaks of loss.")

    def played() -> int:
        line.carries_out()
        return row_of(line, Story, Story.id == story).plays

    for words in ("hi", "STORY"):
        line.answers(ANA, words)
    assert "It speaks of loss." in line.answers(ANA, "1")
    assert played() == 0
    assert "The words of one." in line.answers(ANA, "NEXT")
    assert played() == 1
    call = listens(line)
    assert plays(call) == [story]
    call.hangs_up()
    assert played() == 1, "Ben put the phone down at the note"


def test_a_story_without_sound_is_read_out(line: TheLine) -> None:
    published(line, "quiet one", sound=False)
    call = listens(line)
    assert plays(call) == []
    assert "The words of quiet one." in call.says


def test_by_text_it_comes_in_parts_of_at_most_three_segments(line: TheLine) -> None:
    new = NewStory("long", ["sober"], "en", "I sat on the porch and waited for the rain to stop. " * 30)
    line.runtime.do(lambda uow: stories.add(uow, "default", new, who="Oda", publish=True))
    line.answers(ANA, "hi")
    line.answers(ANA, "STORY")
    parts = [line.answers(ANA, "1")]
    while "porch" in parts[-1] and len(parts) < 12:
        parts.append(line.answers(ANA, "NEXT"))
    told = [part for part in parts if "porch" in part]
    assert len(told) > 2
    assert all(count_segments(part) <= 3 for part in told)
    assert "".join(told).count("the rain to stop") == 30


def test_ana_who_speaks_spanish_hears_no_english_story(line: TheLine) -> None:
    published(line, "one")
    spanish = published(line, "una", language="es")
    call = line.rings(BEN)
    call.presses("9")
    call.presses("2")
    call.presses("1")
    assert plays(call) == [spanish]


def test_a_story_withdrawn_while_it_plays_is_silent_at_the_next_play(line: TheLine) -> None:
    story = published(line, "one")
    call = listens(line)
    files.take_back(line.runtime, story, who="Oda")
    assert line.runtime.do(lambda uow: listening.sound(uow, story)) is None
    call.presses("1")
    assert plays(call) == []
    assert plays(listens(line, ANA)) == []


@pytest.mark.parametrize("words", ["NEXT", "AGAIN"])
def test_a_story_withdrawn_while_it_is_read_is_not_read_on(line: TheLine, words: str) -> None:
    new = NewStory("long", ["sober"], "en", "I sat on the porch and waited for the rain to stop. " * 30)
    story = line.runtime.do(lambda uow: stories.add(uow, "default", new, who="Oda", publish=True))
    line.answers(ANA, "hi")
    line.answers(ANA, "STORY")
    assert "porch" in line.answers(ANA, "1")
    files.take_back(line.runtime, story, who="Oda")
    said = line.answers(ANA, words)
    assert "porch" not in said
    assert "was taken back" in said
    assert "porch" not in line.answers(ANA, "AGAIN")


def test_nor_is_one_without_sound_read_out_again_on_a_call(line: TheLine) -> None:
    story = published(line, "quiet one", sound=False)
    other = published(line, "another")
    call = listens(line)
    while "quiet one" not in call.says:
        call.presses("1")
    files.take_back(line.runtime, story, who="Oda")
    call.presses("2")
    assert "quiet one" not in call.says
    assert "was taken back" in call.says
    assert other


def tells(line: TheLine, from_: str = BEN) -> ACall:
    """A call on which a story is told: yes, about sobriety, recorded."""
    call = line.rings(from_)
    call.presses("5")
    call.presses("1")
    call.presses("1")
    call.records(20)
    return call


def test_bens_own_story_is_heard_once_oda_has_published_it_and_not_after_he_took_it_back(line: TheLine) -> None:
    call = tells(line)
    call.presses("1")
    call.presses("1")
    call.presses("1")
    recording = row_of(line, Recording)
    line.network.recordings[recording.sid] = wav(20)
    assert plays(listens(line, ANA)) == []
    line.clock.forward(minutes=1)
    line.carries_out()
    assert line.network.deleted == [recording.sid], "our copy is kept, so the network's is gone"
    story = row_of(line, Story)
    assert (story.state, story.seconds) == ("waiting_review", 20)
    line.runtime.do(lambda uow: reviewed(uow, story.id, title="Mine"))
    assert plays(listens(line, ANA)) == [story.id]

    (sent,) = [body for body in line.sent_to(BEN) if "WITHDRAW" in body]
    code = re.search(r"WITHDRAW (\w+)", sent)
    assert code is not None
    assert "taken back" in line.answers(BEN, f"withdraw {code[1].lower()}")
    line.carries_out()
    assert plays(listens(line, VAL)) == []
    assert list(line.runtime.settings.media.iterdir()) == []
    assert row_of(line, Story).words_encrypted is None


def test_a_story_in_which_only_silence_was_recorded_waits_for_nobody(line: TheLine) -> None:
    call = tells(line)
    for _ in range(3):
        call.presses("1")
    line.network.recordings[row_of(line, Recording).sid] = wav(0, silent=20)
    line.clock.forward(minutes=1)
    line.carries_out()
    assert row_of(line, Story).state == "declined"


def test_who_hangs_up_before_the_second_yes_keeps_it_private_for_thirty_days(line: TheLine) -> None:
    call = tells(line)
    call.hangs_up()
    story = row_of(line, Story)
    assert story.state == "private"
    line.network.recordings[row_of(line, Recording).sid] = wav(20)
    line.clock.forward(minutes=1)
    line.carries_out()
    assert len(list(line.runtime.settings.media.iterdir())) == 1
    line.clock.forward(days=30)
    line.carries_out()
    assert list(line.runtime.settings.media.iterdir()) == []
    assert not [body for body in line.sent_to(BEN) if "WITHDRAW" in body]


def test_ben_drops_it_and_nothing_is_left_anywhere(line: TheLine) -> None:
    call = tells(line)
    recording = row_of(line, Recording)
    line.network.recordings[recording.sid] = wav(20)
    call.presses("4")
    line.clock.forward(minutes=1)
    line.carries_out()
    assert recording.sid in line.network.deleted
    assert not line.runtime.settings.media.exists() or list(line.runtime.settings.media.iterdir()) == []
    assert line.runtime.read(lambda session: session.scalars(select(Story)).all()) == []


@pytest.mark.parametrize("told", ["said", "never said"])
def test_a_recording_is_fetched_whether_or_not_the_network_tells_us(line: TheLine, told: str) -> None:
    from checkin.stories import recordings
    from checkin.telephony.rules.arrivals import RecordingDone

    call = tells(line)
    recording = row_of(line, Recording)
    line.network.recordings[recording.sid] = wav(20)
    if told == "said":
        done = RecordingDone(recording.sid, call.sid, 20, "completed")
        line.runtime.do(lambda uow: recordings.finished(uow, done))
    else:
        line.clock.forward(seconds=31)
    line.carries_out()
    assert row_of(line, Recording).state == "kept"


def test_nothing_a_teller_said_stands_in_the_database_in_plain_words(line: TheLine) -> None:
    line.answers(ANA, "hi")
    for body in ("SHARE", "yes", "1", "I sat on the porch in the rain", "DONE", "1", "1", "yes"):
        line.answers(ANA, body)
    story = row_of(line, Story)
    assert b"porch" not in (story.words_encrypted or b"")
    assert "porch" in make.decrypted(line.runtime, story, "words_encrypted")
    bodies = line.runtime.read(lambda session: session.scalars(select(Message.body_encrypted)).all())
    assert not any(b"porch" in (body or b"") for body in bodies)
