"""What the worker does for a story that waits: again after it died, without a model, or when somebody was quicker."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from sqlalchemy import select

from checkin.core.errors import UserError
from checkin.core.unit_of_work import UnitOfWork
from checkin.dispatch import dispatcher
from checkin.outbox.models import Outbox
from checkin.stories import files, listening
from checkin.stories import service as stories
from checkin.stories.models import Story, StoryInReview
from checkin.stories.review import preparation, reviewing
from checkin.stories.service import NewStory
from checkin.stories.tellers import withdrawal
from checkin.telephony.audio import AudioError
from checkin.telephony.speech import SpeechError
from tests import make
from tests.media.sounds import wav
from tests.services.story_rotation import reviewed
from tests.the_line import TheLine


@dataclass
class Parrot:
    """A transcriber that always hears the same, unless it is to fail."""

    heard: str = "I sat on the porch."
    fails: bool = False
    asked: list[str] = field(default_factory=list)

    def write_down(self, content: bytes, language: str) -> str:
        assert content
        self.asked.append(language)
        if self.fails:
            raise SpeechError("no breath left")
        return self.heard


def handed_in(line: TheLine, words: str = "", sound: float = 6) -> str:
    """A recorded story that waits; what is due is not carried out yet."""
    new = NewStory("The porch", ["sober"], "es", words)
    return files.take_in(line.runtime, "default", new, wav(sound), who="Oda", publish=False)


def desk(line: TheLine, story: str) -> StoryInReview:
    return line.runtime.read(lambda session: session.get_one(StoryInReview, story))


def words(line: TheLine, story: str) -> str:
    return line.runtime.do(lambda uow: stories.read(uow, story)).words


def results(line: TheLine, kind: str) -> list[str]:
    """How rows of this kind went."""
    with line.runtime.readers() as session:
        rows = session.execute(
            select(Outbox.outcome, Outbox.result).where(Outbox.kind == kind).order_by(Outbox.created_at)
        )
        return [f"{outcome}: {why or ''}" for outcome, why in rows]


def kept(line: TheLine) -> set[str]:
    return {file.name for file in line.runtime.settings.media.iterdir()}


def test_its_sound_is_drawn_and_its_words_are_written_down(line: TheLine) -> None:
    parrot = Parrot()
    make.put(line.runtime, speech=parrot)
    story = handed_in(line)
    line.carries_out()
    assert (words(line, story), parrot.asked) == ("I sat on the porch.", ["es"])
    assert desk(line, story).by_machine
    assert max(desk(line, story).peaks or []) == 100
    line.runtime.do(lambda uow: reviewing.change(uow, story, "Oda", words="I sat on a porch."))
    assert (words(line, story), desk(line, story).by_machine) == ("I sat on a porch.", False)


def test_typed_words_are_never_written_over(line: TheLine) -> None:
    parrot = Parrot()
    make.put(line.runtime, speech=parrot)
    story = handed_in(line, words="What I heard myself.")
    line.carries_out()
    assert (words(line, story), parrot.asked) == ("What I heard myself.", [])
    late = line.runtime.do(lambda uow: preparation.written_down(uow, story, "Something else."))
    assert (late, words(line, story)) == (False, "What I heard myself.")


@pytest.mark.parametrize(
    ("speech", "how"),
    [
        (None, "skipped: no model"),
        (Parrot(fails=True), "failed: refused: no breath"),
        (Parrot(heard=" "), "skipped"),
    ],
)
def test_without_a_model_or_with_a_broken_one_words_are_typed(line: TheLine, speech: Parrot | None, how: str) -> None:
    make.put(line.runtime, speech=speech)
    story = handed_in(line)
    line.carries_out()
    assert words(line, story) == ""
    assert results(line, "transcribe_story")[0].startswith(how)


def test_a_worker_that_dies_between_writing_down_and_keeping_is_followed_by_another(line: TheLine) -> None:
    class Dies(Parrot):
        def write_down(self, content: bytes, language: str) -> str:
            super().write_down(content, language)
            raise MemoryError

    make.put(line.runtime, speech=Dies())
    story = handed_in(line)
    line.carries_out()
    assert words(line, story) == ""
    make.put(line.runtime, speech=Parrot())
    line.clock.forward(minutes=10)
    line.carries_out()
    assert words(line, story) == "I sat on the porch."


def test_each_step_may_come_twice(line: TheLine) -> None:
    make.put(line.runtime, speech=Parrot())
    story = handed_in(line)
    line.carries_out()
    before = (words(line, story), desk(line, story).peaks)

    def once_more(uow: UnitOfWork) -> list[str]:
        again = [preparation.outbox.later(uow, kind, story, uow.now) for kind in ("draw_story", "transcribe_story")]
        return [row.id for row in again]

    for row in line.runtime.do(once_more):
        dispatcher.dispatch(line.runtime, row)
    assert (words(line, story), desk(line, story).peaks) == before


def test_a_story_that_was_taken_back_meanwhile_is_not_brought_back(line: TheLine) -> None:
    make.put(line.runtime, speech=Parrot())
    story = handed_in(line)
    line.runtime.do(lambda uow: withdrawal.withdraw(uow, story, who="Oda"))
    line.carries_out()
    assert (words(line, story), desk(line, story).peaks, kept(line)) == ("", None, set())


def test_trimming_keeps_the_whole_sound_until_it_is_published(line: TheLine) -> None:
    story = handed_in(line, sound=8)
    whole = line.runtime.read(lambda session: session.get_one(Story, story)).media_key
    assert files.trim(line.runtime, story, 1, 2, "Oda") == 5
    assert files.trim(line.runtime, story, 1, 1, "Oda") == 6, "counted from the whole"
    line.carries_out()
    row = line.runtime.read(lambda session: session.get_one(Story, story))
    assert kept(line) == {whole, row.media_key}
    assert (row.seconds, desk(line, story).head, desk(line, story).tail) == (6, 1, 1)
    line.runtime.do(lambda uow: reviewed(uow, story))
    line.carries_out()
    assert kept(line) == {row.media_key}
    sound = line.runtime.do(lambda uow: listening.sound(uow, story))
    assert sound is not None
    assert sound.media_key == row.media_key
    with pytest.raises(UserError, match="nothing was trimmed"):
        files.trim(line.runtime, story, 1, 0, "Oda")
    assert kept(line) == {row.media_key}, "and nothing is left behind"


def test_a_trimmed_story_that_is_taken_back_leaves_nothing(line: TheLine) -> None:
    story = handed_in(line, sound=8)
    files.trim(line.runtime, story, 1, 2, "Oda")
    line.runtime.do(lambda uow: withdrawal.withdraw(uow, story, who="Oda"))
    line.carries_out()
    assert kept(line) == set()


def test_what_cannot_be_trimmed_says_why_and_changes_nothing(line: TheLine) -> None:
    story = handed_in(line, sound=5)
    with pytest.raises(AudioError, match="must remain"):
        files.trim(line.runtime, story, 4, 0, "Oda")
    text = line.runtime.do(lambda uow: stories.add(uow, "default", NewStory("T", ["sober"], "en", "W"), who="Oda"))
    with pytest.raises(UserError, match="no audio to trim"):
        files.trim(line.runtime, text, 1, 0, "Oda")
    assert len(kept(line)) == 1
