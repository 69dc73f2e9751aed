"""A contact's own story is handed in: for review with their yes, or private and forgotten after a while."""

from __future__ import annotations

from checkin.contacts import preferences
from checkin.contacts.models import Contact
from checkin.core import lines
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages import service as messages
from checkin.messages.models import Conversation, Recording
from checkin.outbox import outbox
from checkin.stories import recordings, rules
from checkin.stories.models import Story
from checkin.stories.review import queue
from checkin.stories.tellers import yearly_consent
from flows.engine.effects import SaveStory
from flows.engine.sentences import NoSentence, line_names, sentence


def submit(uow: UnitOfWork, action: SaveStory, contact: Contact, conversation: Conversation) -> str:
    """A contact's own story: for review with their consent, or private and forgotten after a while.

    Answers the code with which its teller takes it back; one that may be shared one day is texted to them.
    """
    recording = uow.session.get(Recording, action.recording) if action.recording else None
    forget_at = uow.now + action.forget_after if action.forget_after else None
    code = rules.withdrawal_code(uow.new_id())
    story = Story(
        id=uow.new_id(),
        line=contact.line,
        title="",
        topics=[action.topic] if action.topic else [],
        language=action.language,
        credit=action.credit,
        media_key=recording.media_key if recording and recording.state == "kept" else None,
        seconds=recording.seconds if recording else 0,
        state=action.state,
        recording_id=recording.id if recording else None,
        teller_id=contact.id,
        code_key=uow.vault.blind_index(f"withdraw:{contact.line}", code),
        created_at=uow.now,
        forget_at=forget_at,
    )
    uow.vault.encrypt(story, Story.words_encrypted, action.words or None, of=contact)
    uow.session.add(story)
    if recording is not None:
        recordings.forget_at(uow, recording.id, forget_at)
    elif forget_at is not None:
        outbox.later(uow, "forget_story", story.id, forget_at)
    if action.state == "waiting_review":
        yearly_consent.agreed(uow, story, queue.begin(uow, story))
        _text_code(uow, contact, conversation, action.language, code)
    return code


def _text_code(uow: UnitOfWork, contact: Contact, conversation: Conversation, language: str, code: str) -> None:
    """In the teller's own hands, if they take our texts. A line without words for it sends none."""
    if not preferences.takes_our_texts(uow, contact):
        return
    line = lines.get(uow, contact.line)
    names = {**line_names(line, line.name), "code": code}
    try:
        body, _ = sentence(uow.library, "story_code", [language, *line.languages], "sms", names)
    except NoSentence:
        return
    messages.send(uow, line=contact.line, contact=contact, body=body, kind="notice", conversation_id=conversation.id)
