"""Texts to tellers about their stories. They pass the same gates as follow-ups, when written and when they leave."""

from __future__ import annotations

from datetime import timedelta

from checkin.contacts import service as contacts
from checkin.contacts.hours import zones_of
from checkin.contacts.models import Contact
from checkin.core import lines
from checkin.core.unit_of_work import UnitOfWork
from checkin.followups import service as follow_ups
from checkin.followups.rules import NoSafeHour, when
from checkin.followups.send_policy import Move, Skip
from checkin.messages import service as messages
from checkin.messages.models import Message
from checkin.outbox import outbox
from checkin.outbox.outcomes import Outcome, Retry, Skipped
from checkin.stories.models import Story
from flows.engine.sentences import NoSentence, line_names, sentence

NEEDS = "share_story"
"""The yes in which these texts were announced. A teller who took it back hears no more of it."""


def tell(uow: UnitOfWork, story: Story, name: str, **placeholders: object) -> None:
    """Tell the teller of this story the sentence `name` of words.yaml. Whoever has no number is told nothing."""
    contact = uow.session.get(Contact, story.teller_id) if story.teller_id else None
    if contact is not None:
        write(uow, contact, story.language, name, **placeholders)


def tell_words(uow: UnitOfWork, story: Story, words: str) -> None:
    """Tell the teller of this story what a reviewer wrote."""
    contact = uow.session.get(Contact, story.teller_id) if story.teller_id else None
    if contact is not None and words.strip():
        _plan(uow, contact, words.strip())


def write(uow: UnitOfWork, contact: Contact, language: str | None, name: str, **placeholders: object) -> None:
    """Write the sentence to a teller, in this language or the line's own. A line without words for it writes none."""
    line = lines.get(uow, contact.line)
    names = {**line_names(line, line.name), **placeholders}
    try:
        body, _ = sentence(uow.library, name, [language or line.languages[0], *line.languages], "sms", names)
    except NoSentence:
        return
    _plan(uow, contact, body)


def judge(uow: UnitOfWork, message_id: str) -> Outcome | None:
    """Every gate at the moment of sending. None: it may leave; else when, or why never."""
    message = uow.session.get(Message, message_id)
    contact = uow.session.get(Contact, message.contact_id) if message is not None else None
    if message is None or contact is None or message.status not in ("planned", "sending"):
        return Skipped("not to be sent any more")
    if message.status == "sending":
        return None  # an earlier worker died with it: whether it left is asked where texts are sent
    verdict = follow_ups.gates(uow, contact, uow.policy(contact.line).window, NEEDS)
    if isinstance(verdict, Skip):
        message.status = "skipped"
        return Skipped(verdict.reason)
    if isinstance(verdict, Move):
        return _move(uow, message, contact, verdict)
    return None


def _move(uow: UnitOfWork, message: Message, contact: Contact, verdict: Move) -> Outcome:
    after, window = uow.now + (verdict.by or timedelta(minutes=1)), uow.policy(contact.line).window
    try:
        at = when(after, window, zones_of(uow, contact), uow.now, message.id)
    except NoSafeHour as none:
        message.status = "skipped"
        return Skipped(str(none))
    return Retry(at, verdict.reason)


def _plan(uow: UnitOfWork, contact: Contact, body: str) -> None:
    if contacts.takes_texts(uow, contact):
        message = messages.write(uow, line=contact.line, contact=contact, body=body, kind="notice")
        outbox.later(uow, "tell_teller", message.id, uow.now)
