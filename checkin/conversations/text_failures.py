"""What a text that failed leads to: one action for each kind of error, from the one table of codes.

Kinds and codes: telephony.rules.error_codes. All here happens once for a message, in a row of its own, so that the
receipt that told us of the error is answered at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from sqlalchemy import distinct, func, select

from checkin.cases import alarms
from checkin.contacts import service as contacts
from checkin.contacts.models import NETWORK, Contact
from checkin.conversations import text_retries
from checkin.core import lines
from checkin.core.rules.phone import is_toll_free
from checkin.core.unit_of_work import UnitOfWork
from checkin.delivery import network_opt_outs
from checkin.followups import service as follow_ups
from checkin.i18n.say import say
from checkin.messages import pacing
from checkin.messages import service as messages
from checkin.messages.models import Message
from checkin.outbox.outcomes import Done, Outcome, Skipped
from checkin.relays import queries as relay_rows
from checkin.relays import service as relays
from checkin.relays import text_ending
from checkin.telephony.rules import delivery_state
from checkin.telephony.rules.error_codes import Kind, Meaning, meaning
from checkin.volunteers import alerts
from checkin.volunteers.models import Volunteer
from checkin.volunteers.queries import leads

STRIKES = 2
UNUSED = 30005
"""A number that is "not in use" may be so for an hour: it counts as bad the second time."""

LOOPING = timedelta(minutes=10)
"""How long a number that seems to be a robot gets no answers of ours, but in danger."""

TOLD_AGAIN_AFTER = timedelta(hours=1)
"""Organizers hear of the same trouble of the whole line once in this time."""

IN_A_ROW, KNOWN_IN_A_ROW = 3, 6
"""So many people in a row whom no text of ours reaches, all for one reason: then it is not their phones, whatever the
table says of that code. The first for a code that it does not have."""

LATELY = timedelta(days=1)


def follow(uow: UnitOfWork, message_id: str) -> Outcome:
    """Do what the error of this message asks for. Answers what was done."""
    row = uow.session.get(Message, message_id)
    if row is None or row.error_code is None:
        return Skipped("nothing to do")
    found = meaning(row.error_code)
    _note(uow, row, found.words if found else "the network did not take it")
    if (found is None or found.kind not in TOLD_AT_ONCE) and _in_a_row(uow, row, known=found is not None):
        _tell_once(uow, row, "line_mute", _reason(row, "several people in a row get no text of ours"))
    if found is None:
        return Done("a code that we have no words for")
    contact = uow.session.get(Contact, row.contact_id) if row.contact_id else None
    return ACTIONS[found.kind](uow, row, contact, found)


def _opted_out(uow: UnitOfWork, row: Message, contact: Contact | None, found: Meaning) -> Outcome:
    """They said STOP to the network: the ledger, everything planned, an open relay. Whoever texts us lifts it.

    Whoever said STOP to us has all of that behind them: the network refuses our goodbye to them, which is nothing new.
    """
    if contact is None:
        return _stopped(uow, row)
    if contact.opted_out_by != NETWORK:
        return Done("they said so themselves, or have written since")
    contacts.record_consent(
        uow, contact, "texts", given=False, wording=f"The network says: {found.words}.",
        version=f"error {row.error_code}", channel="network", source=row.sid,
    )  # fmt: skip
    follow_ups.cancel(uow, contact, "opted out")
    relays.contact_left(uow, contact)
    if row.kind == "reply":  # they wrote to us, and our answer does not reach them
        alarms.raise_alert(uow, contact, "opted_out_texts", found.words, row.conversation_id)
    return Done("opted out")


def _stopped(uow: UnitOfWork, row: Message) -> Outcome:
    """A volunteer gets no texts: whom they were texting with goes to others."""
    volunteer = uow.session.get(Volunteer, row.volunteer_id) if row.volunteer_id else None
    if volunteer is None or volunteer.state != "active" or volunteer.stopped_by != NETWORK:
        return Skipped("they left, said so themselves, or have written since")
    for thread in relay_rows.threads_of(uow.session, volunteer.id):
        if thread.joined:
            text_ending.hand_on(uow, volunteer, thread)
    return Done("a volunteer stopped texts")


def _bad_number(uow: UnitOfWork, row: Message, contact: Contact | None, found: Meaning) -> Outcome:
    if contact is None or contact.unreachable_at is not None:
        return Done("known")
    if contact.heard_at is not None and contact.heard_at > row.created_at:
        return Skipped("they've been in touch since")
    if row.error_code == UNUSED and _strikes(uow, contact) < STRIKES:
        return _handset(uow, row, contact, found)
    contact.unreachable_at = uow.now
    follow_ups.cancel(uow, contact, "texts don't reach their number")
    alarms.raise_alert(uow, contact, "unreachable", found.words, row.conversation_id)
    return Done("unreachable")


def _handset(uow: UnitOfWork, row: Message, contact: Contact | None, found: Meaning) -> Outcome:
    return text_retries.once_more(uow, row, found) or Skipped("tried often enough")


def _blocked(uow: UnitOfWork, row: Message, contact: Contact | None, found: Meaning) -> Outcome:
    """Mostly a phone without a signal, or a carrier that stumbles. Where it goes on the number counts as a bad one;
    a toll-free number's carriers say the same of somebody who texted STOP to it, which we then take it for."""
    if (said := text_retries.once_more(uow, row, found)) is not None:
        return said
    if not is_toll_free(lines.number_of(uow, row.line)):
        return _bad_number(uow, row, contact, found)
    volunteer = uow.session.get(Volunteer, row.volunteer_id) if row.volunteer_id else None
    if volunteer is not None:
        network_opt_outs.stopped(uow, volunteer)
        return _stopped(uow, row)
    if contact is None or contact.opted_out_at is not None:
        return Done("known")
    network_opt_outs.opted_out(uow, contact)
    follow_ups.cancel(uow, contact, "the network takes no texts for them")
    return Done("taken for STOP")


def _account(uow: UnitOfWork, row: Message, contact: Contact | None, found: Meaning) -> Outcome:
    """The whole line may be mute: somebody must know now. Not sent again."""
    return _tell_once(uow, row, "line_mute", _reason(row, found.words))


def _content(uow: UnitOfWork, row: Message, contact: Contact | None, found: Meaning) -> Outcome:
    return _tell_once(uow, row, "bad_text", _reason(row, found.words))


def _queue(uow: UnitOfWork, row: Message, contact: Contact | None, found: Meaning) -> Outcome:
    """What can wait waits longer, and this text goes once more when that may be over."""
    pacing.back_off(uow, row.line)
    return text_retries.once_more(uow, row, found) or Done("slower for a while")


def _pace(uow: UnitOfWork, row: Message, contact: Contact | None, found: Meaning) -> Outcome:
    """Carriers throw away what is too fast for our registration: slower, and somebody must know of it."""
    _account(uow, row, contact, found)
    return _queue(uow, row, contact, found)


def _late(uow: UnitOfWork, row: Message, contact: Contact | None, found: Meaning) -> Outcome:
    pacing.back_off(uow, row.line)
    return Done("slower for a while; it came too late")


def _loop(uow: UnitOfWork, row: Message, contact: Contact | None, found: Meaning) -> Outcome:
    if contact is None:
        return Done("a volunteer")
    contact.looping_until = uow.now + LOOPING
    alarms.raise_alert(uow, contact, "reply_budget", found.words, row.conversation_id)
    return Done("no answers for a while")


def _nothing(uow: UnitOfWork, row: Message, contact: Contact | None, found: Meaning) -> Outcome:
    """Safe to ask again, or unknown: the sending itself deals with it (checkin.delivery.jobs)."""
    return Done("dealt with where it was sent")


Action = Callable[[UnitOfWork, Message, Contact | None, Meaning], Outcome]

ACTIONS: Mapping[Kind, Action] = {
    "opted_out": _opted_out,
    "bad_number": _bad_number,
    "handset": _handset,
    "blocked": _blocked,
    "account": _account,
    "content": _content,
    "queue": _queue,
    "pace": _pace,
    "late": _late,
    "unfinished": _nothing,
    "rate": _nothing,
    "ambiguous": _nothing,
    "over": _nothing,
    "loop": _loop,
}
"""Every kind of error with its action."""

TOLD_AT_ONCE: tuple[Kind, ...] = ("account", "pace", "content")
"""Kinds of which the leads hear at the first text."""


def _note(uow: UnitOfWork, row: Message, words: str) -> None:
    """The follow-up that this text was has not arrived, and says so."""
    promised = text_retries.follow_up_of(uow, row)
    if promised is not None and promised.state in ("sent", "sending", "unknown"):
        promised.state, promised.reason, promised.finished_at = "failed", words[:120], uow.now


def _strikes(uow: UnitOfWork, contact: Contact) -> int:
    mine = select(func.count()).select_from(Message)
    return uow.session.scalar(mine.where(Message.contact_id == contact.id, Message.error_code == UNUSED)) or 0


def _in_a_row(uow: UnitOfWork, row: Message, *, known: bool) -> bool:
    """Whether several people get nothing from us for this one reason, and nobody has got anything since it began."""
    ours = (Message.line == row.line, Message.inbound.is_(False), Message.created_at > uow.now - LATELY)
    arrived = Message.status.in_(delivery_state.ARRIVED)
    last = uow.session.scalar(select(func.max(Message.created_at)).where(*ours, arrived)) or uow.now - LATELY
    people = func.count(distinct(func.coalesce(Message.contact_id, Message.volunteer_id)))
    failed = select(people).where(*ours, Message.error_code == row.error_code, ~arrived, Message.created_at > last)
    return (uow.session.scalar(failed) or 0) >= (KNOWN_IN_A_ROW if known else IN_A_ROW)


def _reason(row: Message, words: str) -> str:
    return f"{words} (error {row.error_code})" if row.error_code else words


def _tell_once(uow: UnitOfWork, row: Message, kind: str, what: str) -> Outcome:
    """Tell the leads of the line, unless they have just been told the same."""
    alert = alerts.put_up(uow, row.line, kind, what, telling="not")
    if not alerts.is_due(uow, alert, TOLD_AGAIN_AFTER):
        return Done("told already")
    for lead in leads(uow.session, row.line):
        words = say(uow, lead, f"alerts.{kind}", what=what, code=row.error_code or "?")
        messages.send(uow, line=row.line, volunteer=lead, body=words, kind="alert")
    return Done("told")
