"""A contact's own story is handed in: for review with their yes, or private and forgotten after a while."""

from __future__ import annotations

from checkin.models.contacts import Contact
from checkin.models.conversations import Conversation, Recording
from checkin.models.stories import Story
from checkin.outbox import outbox
from checkin.rules import withdraw_codes
from checkin.services import lines, messages, preferences
from checkin.services.story_review import desks
from checkin.services.storytelling import recordings
from checkin.services.tellers import yearly
from checkin.work import Work
from flows.engine.effects import SaveStory
from flows.words.sentences import NoSentence, line_names, sentence


def submit(work: Work, deed: SaveStory, contact: Contact, conversation: Conversation) -> str:
    """A contact's own story: for review with their consent, or private and forgotten after a while.

    Answers the code with which its teller takes it back; one that may be shared one day is texted to them.
    """
    recording = work.session.get(Recording, deed.recording) if deed.recording else None
    forget_at = work.now + deed.forget_after if deed.forget_after else None
    code = withdraw_codes.make(work.new_id())
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
        yearly.agreed(work, story, desks.begin(work, story))
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
