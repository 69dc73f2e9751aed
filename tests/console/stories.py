"""Stories on a line: some wait for review, some are heard, some went back. For looking at them."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from checkin.core.unit_of_work import UnitOfWork
from checkin.stories import service as stories
from checkin.stories.models import Listen, Story, StoryInReview
from checkin.stories.review import reviewing
from checkin.stories.service import NewStory
from checkin.stories.tellers import submission
from flows.engine.effects import SaveStory
from tests.cast import VAL
from tests.media.sounds import wav
from tests.services.story_rotation import somebody, talking
from tests.the_line import TheLine

PORCH = "I sat on the porch, and my sister sat down beside me."
PEAKS = [8 + 87 * ((place * 7919) % 97) // 96 for place in range(120)]


def waits(line: TheLine, words: str = PORCH, *, sound: bool = True, title: str = "", **values: object) -> str:
    """A story that waits for review, with sound that is drawn already; answers its id."""

    def write(uow: UnitOfWork) -> str:
        key = _sound(line, uow) if sound else None
        new = NewStory(
            title=title or "The porch", topics=["alone"], language="en", words=words, media_key=key, seconds=4, **values  # type: ignore[arg-type]
        )  # fmt: skip
        story_id = stories.add(uow, "default", new, who="Oda")
        uow.session.get_one(Story, story_id).title = title
        uow.session.get_one(StoryInReview, story_id).peaks = list(PEAKS) if sound else None
        return story_id

    return line.runtime.do(write)


def is_told(line: TheLine, words: str, e164: str = VAL, language: str = "en") -> str:
    """Somebody tells a story by text; answers its id."""

    def write(uow: UnitOfWork) -> str:
        teller = somebody(uow, e164)
        teller.consents = ["keep_story", "share_story"]
        action = SaveStory(None, words, "grief", "anon", "waiting_review", language)
        submission.submit(uow, action, teller, talking(uow, teller))
        uow.session.flush()
        return uow.session.scalars(select(Story.id).order_by(Story.id.desc())).first() or ""

    return line.runtime.do(write)


def is_heard(line: TheLine, title: str, *, listens: tuple[str, ...] = (), **values: object) -> str:
    """A story of the team's that can be heard; answers its id. listens: how each went."""

    def write(uow: UnitOfWork) -> str:
        given: dict[str, object] = {"topics": ["sober"], "language": "en", "words": f"The words of {title}.", **values}
        if given.pop("sound", False):
            given |= {"media_key": _sound(line, uow), "seconds": 4}
        story_id = stories.add(uow, "default", NewStory(title=title, **given), who="Oda", publish=True)  # type: ignore[arg-type]
        for how in listens:
            row = Listen(
                id=uow.new_id(), story_id=story_id, how=how, thanked=how == "thanked", counted=True, at=uow.now
            )
            uow.session.add(row)
        story = uow.session.get_one(Story, story_id)
        story.plays, story.thanks = len(listens), listens.count("thanked")
        if story.media_key:
            uow.session.get_one(StoryInReview, story_id).peaks = list(PEAKS)
        return story_id

    return line.runtime.do(write)


def a_story(line: TheLine, *, waiting: bool) -> str:
    """One with sound that waits, or that can be heard."""
    state = "waiting_review" if waiting else "published"
    found = select(Story.id).where(Story.state == state, Story.media_key.is_not(None)).order_by(Story.id)
    return line.runtime.read(lambda session: session.scalars(found).first()) or ""


def stories_come(line: TheLine) -> None:
    """Two wait, one of them for days; one that was heard is reported; one went back; three can be heard."""

    def older(uow: UnitOfWork, story_id: str, **length: float) -> None:
        uow.session.get_one(StoryInReview, story_id).waiting_since = uow.now - timedelta(**length)

    first, second, back = waits(line), is_told(line, "Me llamo nadie.", language="es"), waits(line)
    line.runtime.do(lambda uow: older(uow, first, days=4, hours=2))
    line.runtime.do(lambda uow: older(uow, second, hours=5))
    line.runtime.do(lambda uow: reviewing.give_back(uow, back, "Oda", "sound"))
    is_heard(line, "Two winters", listens=("finished", "thanked", "stopped"), sound=True, note="It speaks of a death.")
    is_heard(line, "Walk to the corner", kind="tip", topics=["alone"])


def _sound(line: TheLine, uow: UnitOfWork) -> str:
    key = uow.new_id()
    line.runtime.media.put(key, wav(4))
    return key
