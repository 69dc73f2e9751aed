"""A contact's own story is handed in: for review with their yes, or private and forgotten after a while."""

from __future__ import annotations

from checkin.contacts import preferences
from checkin.contacts.models import Contact
from checkin.core import lines
from checkin.core.unit_of_work import Work
from checkin.messages import service as messages
from checkin.messages.models import Conversation, Recording
from checkin.outbox import outbox
from checkin.stories import recordings
from checkin.stories.models import Story
from checkin.stories.review import queue
from checkin.stories.rules import withdrawal_codes
from checkin.stories.tellers import yearly_consent
from flows.engine.effects import SaveStory
from flows.words.sentences import NoSentence, line_names, sentence


def submit(work: Work, deed: SaveStory, contact: Contact, conversation: Conversation) -> str:
    """A contact's own story: for review with their consent, or private and forgotten after a while.

    Answers the code with which its teller takes it back; one that may be shared one day is texted to them.
    """
    recording = work.session.get(Recording, deed.recording) if deed.recording else None
    forget_at = work.now + deed.forget_after if deed.forget_after else None
    code = withdrawal_codes.make(work.new_id())
    story = Story(
        id=work.new_id(),
        line=contact.line,
        title="",
        topics=[deed.topic] if deed.topic else [],
        language=deed.language,
        credit=deed.credit,
        media_key=recording.media_key if recording and recording.state == "kept" else None,
        seconds=recording.seconds if recording else 0,
        state=deed.state,
        recording_id=recording.id if recording else None,
        teller_id=contact.id,
        code_key=work.vault.blind_index(f"withdraw:{contact.line}", code),
        created_at=work.now,
        forget_at=forget_at,
    )
    work.vault.encrypt(story, Story.words_encrypted, deed.words or None, of=contact)
    work.session.add(story)
    if recording is not None:
        recordings.forget_at(work, recording.id, forget_at)
    elif forget_at is not None:
        outbox.later(work, "forget_story", story.id, forget_at)
    if deed.state == "waiting_review":
        yearly_consent.agreed(work, story, queue.begin(work, story))
        _text_code(work, contact, conversation, deed.language, code)
    return code


def _text_code(work: Work, contact: Contact, conversation: Conversation, language: str, code: str) -> None:
    """In the teller's own hands, if they take our texts. A line without words for it sends none."""
    if not preferences.takes_our_texts(work, contact):
        return
    line = lines.get(work, contact.line)
    names = {**line_names(line, line.name), "code": code}
    try:
        body, _ = sentence(work.library, "story_code", [language, *line.languages], "sms", names)
    except NoSentence:
        return
    messages.send(work, line=contact.line, contact=contact, body=body, kind="notice", conversation_id=conversation.id)
