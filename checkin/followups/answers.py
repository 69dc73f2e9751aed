"""An answer to a follow-up counts: a low mood, "call me", signs of danger or any free text reaches a person.

The team's case is announced to the leads and to everyone on duty at once, and again until somebody takes it up.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import exists, select, update

from checkin.cases import service as cases
from checkin.cases.models import Case
from checkin.contacts import service as contacts
from checkin.contacts.models import Contact
from checkin.core import lines
from checkin.core.statements import changed
from checkin.core.translatable import N_
from checkin.core.unit_of_work import UnitOfWork
from checkin.followups import series, triggers
from checkin.messages.models import FollowUp
from flows.engine.effects import Effect, OpenCase, RaiseAlert, Say
from flows.engine.inputs import Input, Pressed, Spoke, Texted
from flows.engine.sentences import line_names, sentence

if TYPE_CHECKING:
    from checkin.messages.active_conversation import ActiveConversation

ANSWERS_FOR = timedelta(days=7)
"""A text this long after a follow-up is taken for an answer to it, if nothing else is open."""

INBOX = "coordinators"
HEARD = "follow_up_answered"
"""The sentence of words.yaml for whoever writes back to a text that asked nothing."""

Priority = str


def reached(uow: UnitOfWork, contact: Contact) -> None:
    """They reached us, however they did. To be told before the silence is forgotten (contacts.heard)."""
    if contact.unanswered >= uow.policy(contact.line).slower_after:
        series.sped_up(uow, contact)


def on_turn(uow: UnitOfWork, talk: ActiveConversation, what: Input, effects: list[Effect], *, misread: bool) -> None:
    """A turn of a talk that we began is over: whatever a person should know of is put before the team.

    misread: the flow could not make anything of what they said.
    """
    if not talk.conversation.by_us or not isinstance(what, Texted | Spoke | Pressed):
        return
    _answered(uow, talk.contact)
    if talk.conversation.channel == "voice":
        contacts.heard(uow, talk.contact)
    said = what.body if isinstance(what, Texted) else what.words if isinstance(what, Spoke) else ""
    found = _why(uow, talk, said, effects, misread=misread)
    if found is None:
        return
    reason, priority = found
    handed_over = any(isinstance(effect, OpenCase) for effect in effects)
    if (handed_over and priority != "urgent") or _told_before(uow, talk, reason):
        return
    words = said if isinstance(what, Texted) and said.strip() else None
    action = OpenCase("answer", INBOX, priority, reason, words=words)  # type: ignore[arg-type]
    cases.open_case(uow, talk.contact, talk.conversation, action)


def to_nothing_asked(uow: UnitOfWork, contact: Contact, body: str) -> Say | None:
    """Somebody writes back to a text of ours that is over, or that asked nothing: a person gets it. None: they do not.

    For free text alone; keywords, the menu and everything that is obeyed before any flow go their own way.
    """
    recent = exists().where(
        FollowUp.contact_id == contact.id,
        FollowUp.state.in_(("sent", "unknown")),
        FollowUp.answered_at.is_(None),
        FollowUp.acted_at >= uow.now - ANSWERS_FOR,
    )
    if not body.strip() or not uow.session.scalar(select(recent)):
        return None
    _answered(uow, contact)
    asks = _asks_for_a_call(uow, body)
    reason = N_("wants a call, after one of our texts") if asks else N_("replied to one of our texts")
    cases.open_case(uow, contact, None, OpenCase("answer", INBOX, "soon" if asks else "normal", reason, words=body))
    line = lines.get(uow, contact.line)
    languages = [contact.language or line.languages[0], *line.languages]
    return Say(*sentence(uow.library, HEARD, languages, "sms", line_names(line, line.name)))


def _why(
    uow: UnitOfWork, talk: ActiveConversation, said: str, effects: list[Effect], *, misread: bool
) -> tuple[str, Priority] | None:
    if any(isinstance(effect, RaiseAlert) and effect.kind in ("crisis", "help") for effect in effects):
        return N_("may be in crisis, after one of our texts or calls"), "urgent"
    if _asks_for_a_call(uow, said):
        return N_("wants a call, after one of our texts or calls"), "soon"
    mood = triggers.mood_said(uow, talk)
    if mood is not None and mood <= triggers.LOW:
        return N_("low mood in a check-in"), "soon"
    if misread and said.strip():
        return N_("gave an unexpected answer"), "normal"
    return None


def _asks_for_a_call(uow: UnitOfWork, said: str) -> bool:
    return bool(said.strip()) and uow.library.matcher.asks_for_a_call(said)


def _told_before(uow: UnitOfWork, talk: ActiveConversation, reason: str) -> bool:
    """Whether this very talk has put the same before the team."""
    mine = exists().where(Case.conversation_id == talk.conversation.id, Case.kind == "answer", Case.reason == reason)
    return bool(uow.session.scalar(select(mine)))


def _answered(uow: UnitOfWork, contact: Contact) -> None:
    """What we sent lately and they had not answered is answered now."""
    lately = update(FollowUp).where(
        FollowUp.contact_id == contact.id,
        FollowUp.state.in_(("sent", "unknown")),
        FollowUp.answered_at.is_(None),
        FollowUp.acted_at >= uow.now - ANSWERS_FOR,
    )
    changed(uow.session, lately.values(answered_at=uow.now))
