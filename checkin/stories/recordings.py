"""Recordings that contacts make: from the network to our own store, sealed, and gone when they are to be gone.

Every step may come twice, late, or not at all. What the network told last never undoes what we know already.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select, update

from checkin.contacts.models import Contact
from checkin.core.rules.sounds import SoundSource
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages import queries as message_queries
from checkin.messages import unreadable
from checkin.messages.models import Conversation, Recording
from checkin.outbox import outbox
from checkin.stories import rotation
from checkin.stories.models import Story
from checkin.stories.review import queue
from checkin.telephony.rules.arrivals import RecordingDone

log = structlog.get_logger()

CALLBACK_LOST_AFTER = timedelta(seconds=30)
"""A recording that nobody told us about by then is fetched without being told; Twilio needs a few seconds for one."""


VOICE_NOTE = "ME"
"""How the network's ids of what came with a text begin."""


@dataclass(frozen=True)
class ToForget:
    """What is still there of a recording, here and at the network."""

    media_key: str | None
    network_sid: str | None


def began(
    uow: UnitOfWork, conversation: Conversation, contact: Contact, call_sid: str, network_sid: str, seconds: int
) -> str:
    """A contact has just recorded something on this call. Answers our own id of it; the same one for a repeat.

    It is fetched as soon as the network says that it is ready, and after thirty seconds anyway.
    """
    row = _by_sid(uow, network_sid)
    if row is None:
        row = _new(uow, conversation, call_sid, network_sid, seconds)
        outbox.later(uow, "fetch_recording", row.id, uow.now + CALLBACK_LOST_AFTER)
    row.contact_id = contact.id
    return row.id


def finished(uow: UnitOfWork, done: RecordingDone) -> None:
    """The network says that a recording is ready, or never will be. One of a call that is not ours changes nothing."""
    row = _by_sid(uow, done.sid)
    if row is None:
        found = message_queries.call_in_progress(uow.session, done.call_sid)
        if found is None:
            log.warning("recording_of_unknown_call", recording=done.sid)
            return
        row = _new(uow, found[0], done.call_sid, done.sid, done.seconds)
    if done.status != "completed":
        if row.state == "expected":
            lost(uow, row.id)
        return
    if row.state == "expected":
        row.state, row.seconds = "ready", done.seconds
        outbox.drop(uow, row.id, "fetch_recording")
        outbox.later(uow, "fetch_recording", row.id, uow.now)
    elif row.state in ("destroyed", "lost"):
        # It was dropped before the network had finished writing it, so that there was nothing to delete yet.
        row.network_state = "there"
        outbox.later(uow, "delete_recording", row.id, uow.now)


def to_fetch(uow: UnitOfWork, recording_id: str) -> str | None:
    """The network's id of a recording that we still have to fetch; None when there is nothing to fetch any more."""
    row = uow.session.get(Recording, recording_id)
    return row.sid if row is not None and row.state in ("expected", "ready") else None


def came_with(uow: UnitOfWork, recording_id: str) -> str | None:
    """The network's id of the text that this recording came with as a voice note; None for one of a call."""
    row = uow.session.get(Recording, recording_id)
    return row.call_sid if row is not None and _is_voice_note(row) else None


def fetched(uow: UnitOfWork, recording_id: str, media_key: str, seconds: int) -> bool:
    """Our copy is in the media store and was read back. The network's own is deleted next.

    False when the recording was dropped meanwhile: then our copy is destroyed again.
    """
    row = uow.session.get(Recording, recording_id)
    if row is None:
        outbox.later(uow, "destroy_media", media_key, uow.now)
        return False
    if row.state == "destroyed":
        row.media_key = media_key
        outbox.later(uow, "forget_recording", row.id, uow.now)
        return False
    row.state, row.media_key, row.seconds = "kept", media_key, seconds
    _its_story(uow, row.id, media_key=media_key, seconds=seconds)
    for story in uow.session.scalars(
        select(Story).where(Story.recording_id == row.id, Story.state == "waiting_review")
    ):
        queue.prepare(uow, story)
    outbox.later(uow, "delete_recording", row.id, uow.now)
    return True


def trimmed(uow: UnitOfWork, recording_id: str | None, media_key: str | None) -> None:
    """From now on this is what is left of the recording here: its shorter copy, which goes with it one day."""
    row = uow.session.get(Recording, recording_id) if recording_id else None
    if row is not None and row.state == "kept":
        row.media_key = media_key


def lost(uow: UnitOfWork, recording_id: str, why: str = "the network has none") -> None:
    """There is no recording, or none that can be heard. A story that had nothing else is not put before anyone.

    Whoever sent it as a voice note is told, and how to go on.

    why: read by organizers where the recording would be; nothing of what was said.
    """
    row = uow.session.get(Recording, recording_id)
    if row is None or row.state in ("kept", "destroyed", "lost"):
        return
    row.state, row.trouble = "lost", why[:200]
    contact = uow.session.get(Contact, row.contact_id) if _is_voice_note(row) and row.contact_id else None
    if contact is not None:  # whoever called has hung up; whoever wrote waits, and believes that it is with us
        unreadable.tell(uow, contact, "voice_note_unheard")
    uow.session.execute(
        update(Story)
        .where(Story.recording_id == row.id, Story.words_encrypted.is_(None), Story.state != "withdrawn")
        .values(state="declined")
    )
    outbox.drop(uow, row.id, "fetch_recording")
    outbox.later(uow, "delete_recording", row.id, uow.now)


def to_delete(uow: UnitOfWork, recording_id: str) -> str | None:
    """The network's id of a recording whose copy there is to go; None when it is gone."""
    row = uow.session.get(Recording, recording_id)
    return row.sid if row is not None and row.network_state != "deleted" else None


def deleted(uow: UnitOfWork, recording_id: str) -> None:
    """The network's copy is gone."""
    row = uow.session.get(Recording, recording_id)
    if row is not None:
        row.network_state = "deleted"


def forget(uow: UnitOfWork, recording_id: str) -> None:
    """Destroy a recording, here and at the network, with the story that was told in it. It is not heard from now on."""
    row = uow.session.get(Recording, recording_id)
    if row is None or row.state == "destroyed":
        return
    row.state = "destroyed"
    rotation.bury(uow, Story.recording_id == row.id)
    outbox.drop(uow, row.id, "fetch_recording", "forget_recording")
    outbox.later(uow, "forget_recording", row.id, uow.now)


def forget_at(uow: UnitOfWork, recording_id: str, at: datetime | None) -> None:
    """Destroy it at that time, unless it is called off by None before."""
    row = uow.session.get(Recording, recording_id)
    if row is None:
        return
    row.forget_at = at
    outbox.drop(uow, row.id, "forget_recording")
    if at is not None:
        outbox.later(uow, "forget_recording", row.id, at)


def to_forget(uow: UnitOfWork, recording_id: str) -> ToForget | None:
    """What is to be destroyed now; None when the recording is kept after all, or nothing is left of it."""
    row = uow.session.get(Recording, recording_id)
    if row is None:
        return None
    if row.state != "destroyed":
        if row.forget_at is None or row.forget_at > uow.now:
            return None
        row.state = "destroyed"
        rotation.bury(uow, Story.recording_id == row.id)
    network_sid = row.sid if row.network_state != "deleted" else None
    return ToForget(row.media_key, network_sid) if row.media_key or network_sid else None


def forgotten(uow: UnitOfWork, recording_id: str) -> None:
    """Nothing is left of it, here or at the network."""
    row = uow.session.get(Recording, recording_id)
    if row is not None:
        row.media_key, row.network_state = None, "deleted"


def sound(uow: UnitOfWork, recording_id: str) -> SoundSource | None:
    """Where it can be heard now: in our store, or still only at the network. None when it is gone."""
    row = uow.session.get(Recording, recording_id)
    if row is None or row.state in ("lost", "destroyed"):
        return None
    return SoundSource(media_key=row.media_key) if row.state == "kept" else SoundSource(network_sid=row.sid)


def _is_voice_note(row: Recording) -> bool:
    return (row.sid or "").startswith(VOICE_NOTE)


def _by_sid(uow: UnitOfWork, network_sid: str) -> Recording | None:
    return uow.session.scalars(select(Recording).where(Recording.sid == network_sid)).first()


def _new(uow: UnitOfWork, conversation: Conversation, call_sid: str, network_sid: str, seconds: int) -> Recording:
    row = Recording(
        id=uow.new_id(),
        line=conversation.line,
        conversation_id=conversation.id,
        contact_id=conversation.contact_id,
        call_sid=call_sid,
        sid=network_sid,
        state="expected",
        seconds=seconds,
        created_at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()  # rows that point to it may follow in this very turn
    return row


def _its_story(uow: UnitOfWork, recording_id: str, **values: object) -> None:
    uow.session.execute(
        update(Story).where(Story.recording_id == recording_id, Story.state != "withdrawn").values(**values)
    )
