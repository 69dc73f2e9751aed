"""Nobody took somebody's texts: what they wrote waits for the next shift as a case, and they learn when that begins."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from checkin.models.contacts import Contact
from checkin.models.conversations import Case, Conversation
from checkin.models.relays import Relay
from checkin.queries import relays as relay_rows
from checkin.queries import volunteers as people
from checkin.rules import shifts
from checkin.services import messages
from checkin.services.casework import cases
from checkin.services.relaying import relay_words
from checkin.work import Work
from flows.effects import OpenCase
from flows.sentences import say_moment

REASON = "nobody could take their texts"


def keep(work: Work, relay: Relay) -> str:
    """Put what they wrote before the team, once while it waits. Answers what the contact is told."""
    contact = work.session.get_one(Contact, relay.contact_id)
    waits = select(Case.id).where(Case.contact_id == contact.id, Case.state == "open", Case.reason == REASON)
    if work.session.scalar(waits.limit(1)) is None:
        kept = [messages.body_of(work, row) for row in relay_rows.kept_for(work.session, relay.id)]
        deed = OpenCase("handover", "coordinators", "soon", REASON, words="\n".join(filter(None, kept)) or None)
        cases.open_case(work, contact, work.session.get_one(Conversation, relay.conversation_id), deed)
    return relay_words.to_contact(
        work, relay.line, "sms", relay.speaks, "relay_queued", when=_when(work, relay.line, relay.speaks)
    ).text


def next_shift(work: Work, line: str) -> datetime | None:
    """When the next shift of anybody on this line begins; None when none is planned, or somebody is always there."""
    team = [one.id for one in people.active(work.session, line) if not one.off_rotation]
    rota = [people.as_rule(row) for rows in people.rota(work.session, team).values() for row in rows]
    begins = (one.start for one in shifts.next_times(rota, work.now, len(rota) + 1) if one.start > work.now)
    return min(begins, default=None)


def _when(work: Work, line: str, language: str) -> str:
    """The beginning of the next shift in words; empty when none is planned."""
    begins, words = next_shift(work, line), work.library.words.get(language)
    if begins is None or words is None:
        return ""
    name, values = say_moment(words, begins, work.now, work.policy(line).time_zone)
    return relay_words.to_contact(work, line, "sms", language, name, **values).text
