"""Hearing stories: which one comes next, where its sound is, and how it went."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, case, update

from checkin.contacts.models import Contact
from checkin.core.rules.sounds import SoundSource
from checkin.core.statements import changed, insert, returned
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import Conversation
from checkin.outbox import outbox
from checkin.stories import queries, rotation, rules
from checkin.stories import service as stories
from checkin.stories.models import Listen, Story
from checkin.stories.rotation import WantedStory
from flows.engine.effects import ChooseStory, NoteListen
from flows.engine.inputs import NoStory, StoryFound

NO_TOPICS = frozenset({"low_mood", "storyteller"})
"""Tags that our own flows set and that are nobody's topic: not worth a look."""

REMEMBER = "remember_stories"
"""The consent without which nothing is kept of where somebody stopped listening."""


def choose(uow: UnitOfWork, action: ChooseStory, contact: Contact, conversation: Conversation) -> StoryFound | NoStory:
    """The story that this contact hears next, in the language that was asked for and no other. Two statements.

    `any` is every topic; `unfinished` is the one that they left last time, if they agreed to be remembered. The same
    turn run again chooses the same story. Where none fits, a third statement asks whether there are any at all.
    """
    topics = () if action.topic in (None, "", "any") else (action.topic,)
    tags = tuple(tag for tag in contact.tags if tag not in NO_TOPICS)
    wanted = WantedStory(contact.line, action.language, contact.id, action.rotation, topics, action.not_again, tags)
    if action.pick == "unfinished":
        left = rotation.left_unfinished(uow.session, wanted, uow.now) if REMEMBER in contact.consents else None
        return NoStory() if left is None else _told(uow, left[0], reached=left[1])
    fits = rotation.shortlist(uow.session, wanted, action.pick)
    seed = f"{conversation.id}:{len(action.not_again)}"
    if not fits:
        return NoStory(empty=rotation.is_empty(uow.session, wanted))
    return _told(uow, rules.choose(fits, action.pick, uow.now, seed))


def choose_for_waiting(
    uow: UnitOfWork,
    conversation: Conversation,
    language: str,
    topics: Collection[str] = (),
    not_again: Collection[str] = (),
) -> StoryFound | NoStory:
    """A story to play to somebody who waits for a peer: short, with audio, and with nothing to be warned of.

    topics: those that the line wants there (empty: any); not_again: played in this wait already. Two statements.
    After a crisis match none may start by itself.
    """
    if conversation.crisis:
        return NoStory()
    wanted = WantedStory(conversation.line, language, conversation.contact_id, "wait", tuple(topics), not_again)
    fits, seed = rotation.shortlist(uow.session, wanted, "random"), f"{conversation.id}:{len(not_again)}"
    fresh = rules.choose(fits, "unheard", uow.now, seed)
    return _told(uow, fresh or rules.choose(fits, "random", uow.now, seed))


def note_listen(uow: UnitOfWork, action: NoteListen, contact: Contact, conversation: Conversation) -> None:
    """Keep in mind how hearing a story goes; `write_down` stores it. A thank you or a report is stored at once.

    The worker counts them (`echoes`), each listener once.
    """
    if action.how not in ("thanked", "reported"):
        _in_mind(uow).setdefault(action.story, []).append(action)
        return
    write_down(uow, contact, conversation)
    mine = (
        Listen.contact_id == contact.id,
        Listen.story_id == action.story,
        Listen.conversation_id == conversation.id,
    )
    if action.how == "thanked":
        said = update(Listen).where(*mine, Listen.thanked.is_(False)).values(thanked=True)
    else:
        said = update(Listen).where(*mine, Listen.how != "reported").values(how="reported")
    for listen_id in returned(uow.session, said.returning(Listen.id)).scalars():
        outbox.later(uow, "count_thanks" if action.how == "thanked" else "count_report", listen_id, uow.now)


def write_down(uow: UnitOfWork, contact: Contact, conversation: Conversation) -> None:
    """Store what is kept in mind of this conversation's listens, in one statement; the worker counts the plays."""
    heard = _in_mind(uow)
    rows = [
        {
            "id": uow.vault.blind_index("listen", f"{conversation.id}:{story}").hex()[:32],
            "story_id": story,
            "contact_id": contact.id,
            "conversation_id": conversation.id,
            "how": noted[-1].how,
            "thanked": False,
            "counted": False,
            "reached": noted[-1].reached if REMEMBER in contact.consents else None,
            "at": uow.now,
        }
        for story, noted in heard.items()
    ]
    if not rows:
        return
    statement = insert(uow.session, Listen).values(rows)
    new = statement.excluded
    change = {"how": _unless_reported(new.how), "at": new.at, "reached": new.reached}
    uow.session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=change))
    for row in rows:
        if any(noted.how == "started" for noted in heard[str(row["story_id"])]):
            outbox.later(uow, "count_listen", str(row["id"]), uow.now)
    heard.clear()


def count(uow: UnitOfWork, listen_id: str) -> bool:
    """Count a listen among its story's plays, and let the others come first; False when it was counted before."""
    counted = update(Listen).where(Listen.id == listen_id, Listen.counted.is_(False)).values(counted=True)
    listen = returned(uow.session, counted.returning(Listen.story_id, Listen.at)).first()
    if listen is None:
        return False
    # added by the database, so that two listeners at once are both counted
    changed(uow.session, update(Story).where(Story.id == listen.story_id).values({Story.plays: Story.plays + 1}))
    rotation.told(uow, listen.story_id, listen.at)
    return True


def sound(uow: UnitOfWork, story_id: str) -> SoundSource | None:
    """Where a story's audio is; None as soon as it may not be heard (any more)."""
    key = queries.audio_of(uow.session, story_id)
    return None if key is None else SoundSource(media_key=key)


def is_gone(uow: UnitOfWork, story_id: str) -> bool:
    """Whether a story that somebody is in the middle of may not be heard any more."""
    return not queries.may_be_heard(uow.session, story_id)


def _told(uow: UnitOfWork, story_id: str | None, reached: float = 0.0) -> StoryFound | NoStory:
    story = queries.to_tell(uow.session, story_id) if story_id else None
    if story is None:
        return NoStory()
    return StoryFound(
        story=story.id,
        title=story.title,
        transcript=stories.words_of(uow, story),
        note=story.note,
        seconds=story.seconds if story.media_key else 0,
        language=story.language,
        reached=reached,
    )


def _in_mind(uow: UnitOfWork) -> dict[str, list[NoteListen]]:
    """What was noted in this transaction and is not stored yet: how it went, in order, by story."""
    heard = uow.known.setdefault("listens", {})
    assert isinstance(heard, dict)
    return heard


def _unless_reported(how: ColumnElement[str]) -> ColumnElement[str]:
    """A report is the last word on a listen."""
    return case((Listen.how == "reported", Listen.how), else_=how)
