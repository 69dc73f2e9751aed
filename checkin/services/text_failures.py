"""What a text that failed leads to: one action for each kind of error, from the one table of codes.

Kinds and codes: checkin.rules.error_codes. Everything here happens once for a message, in a row of its own, so that the
receipt that told us of the error is answered at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from sqlalchemy import func, select

from checkin.models.contacts import Contact
from checkin.models.conversations import Message
from checkin.models.outbox import FollowUp
from checkin.queries.volunteers import leads
from checkin.rules.error_codes import Kind, Meaning, meaning
from checkin.rules.quiet_hours import may_send
from checkin.services import contacts, follow_ups, messages, outbox, pacing
from checkin.services.casework import alert_words, alerts, cases
from checkin.services.following.hours import window_of, zones_of
from checkin.services.relaying import relays
from checkin.work import Work

AGAIN_AFTER = timedelta(minutes=30)
TIMES = 2
"""A telephone that is off is tried again twice, half an hour apart; then it is let be."""

STRIKES = 2
UNUSED = 30005
"""A number that is "not in use" may be so for an hour: it counts as bad the second time."""

LOOPING = timedelta(hours=1)
"""How long a number that seems to be a robot gets no answers of ours."""

TOLD_AGAIN_AFTER = timedelta(hours=1)
"""Organisers hear of the same trouble of the whole line once in this time."""

TRIED_AGAIN = ("follow_up", "reply", "notice")
"""Kinds of messages that are worth another try. In a relay people see for themselves that nothing comes."""


def follow(work: Work, message_id: str) -> str:
    """Do what the error of this message asks for. Answers what was done."""
    row = work.session.get(Message, message_id)
    found = meaning(row.error_code) if row is not None else None
    if row is None or found is None:
        return "skipped: nothing to do"
    _note(work, row, found)
    contact = work.session.get(Contact, row.contact_id) if row.contact_id else None
    return ACTIONS[found.kind](work, row, contact, found)


def again(work: Work, message_id: str) -> Message | str:
    """The same words once more in a message of its own, or why not (any more)."""
    row = work.session.get(Message, message_id)
    contact = work.session.get(Contact, row.contact_id) if row is not None and row.contact_id else None
    if row is None or contact is None or row.body_sealed is None:
        return "skipped: nothing to send"
    if row.status == "delivered":
        return "skipped: it arrived after all"
    if not contacts.takes_texts(work, contact):
        return "skipped: opted out"
    if contact.heard_at is not None and contact.heard_at > row.created_at:
        return "skipped: they have reached us since"
    promised = _follow_up_of(work, row)
    if promised is not None:
        gate = may_send(work.now, window_of(work, promised, contact), zones_of(work, contact))
        if not gate.open:
            return f"skipped: {gate.reason}"
    new = messages.write(work, line=row.line, contact=contact, body=messages.body_of(work, row), kind=row.kind)
    new.conversation_id, new.again_for = row.conversation_id, row.again_for or row.id
    if promised is not None:
        promised.message_id, promised.state, promised.reason = new.id, "sent", "their phone was off: sent once more"
    outbox.later(work, "send_message", new.id, work.now)
    return new


def _opted_out(work: Work, row: Message, contact: Contact | None, found: Meaning) -> str:
    """As if they had texted STOP: the ledger, everything planned, an open relay."""
    if contact is None:
        return "done: a volunteer"
    contacts.record_consent(
        work, contact, "texts", given=False, wording=f"The network says: {found.words}.",
        version=f"error {row.error_code}", channel="network", source=row.sid,
    )  # fmt: skip
    follow_ups.cancel(work, contact, "opted out")
    relays.contact_left(work, contact)
    return "done: opted out"


def _bad_number(work: Work, row: Message, contact: Contact | None, found: Meaning) -> str:
    if contact is None or contact.unreachable_at is not None:
        return "done: known"
    if row.error_code == UNUSED and _strikes(work, contact) < STRIKES:
        return _handset(work, row, contact, found)
    contact.unreachable_at = work.now
    follow_ups.cancel(work, contact, "texts do not reach their number")
    cases.raise_alert(work, contact, "unreachable", found.words, row.conversation_id)
    return "done: unreachable"


def _handset(work: Work, row: Message, contact: Contact | None, found: Meaning) -> str:
    if contact is None or row.kind not in TRIED_AGAIN:
        return "skipped: not tried again"
    tries = select(func.count()).select_from(Message).where(Message.again_for == (row.again_for or row.id))
    if (work.session.scalar(tries) or 0) >= TIMES:
        return "skipped: tried often enough"
    outbox.later(work, "send_again", row.id, work.now + AGAIN_AFTER, unique_key=f"send_again:{row.id}")
    return "done: once more in half an hour"


def _account(work: Work, row: Message, contact: Contact | None, found: Meaning) -> str:
    """The whole line may be mute: somebody must know now. Not sent again."""
    return _tell_once(work, row, "line_mute", f"{found.words} (error {row.error_code})")


def _content(work: Work, row: Message, contact: Contact | None, found: Meaning) -> str:
    return _tell_once(work, row, "bad_text", f"{found.words} (error {row.error_code})")


def _queue(work: Work, row: Message, contact: Contact | None, found: Meaning) -> str:
    """What can wait waits longer. This text has gone stale in the network's queue: it is let be."""
    pacing.back_off(work, row.line)
    return "done: slower for a while"


def _loop(work: Work, row: Message, contact: Contact | None, found: Meaning) -> str:
    if contact is None:
        return "done: a volunteer"
    until = work.now + LOOPING
    if contact.blocked_until is None or contact.blocked_until < until:
        contact.blocked_until, contact.blocked_reason = until, "it answers like a machine"
    cases.raise_alert(work, contact, "reply_budget", found.words, row.conversation_id)
    return "done: no answers for an hour"


def _nothing(work: Work, row: Message, contact: Contact | None, found: Meaning) -> str:
    """Safe to ask again, or unknown: the sending itself deals with it (checkin.delivery.texts)."""
    return "done: dealt with where it was sent"


Action = Callable[[Work, Message, Contact | None, Meaning], str]

ACTIONS: Mapping[Kind, Action] = {
    "opted_out": _opted_out,
    "bad_number": _bad_number,
    "handset": _handset,
    "account": _account,
    "content": _content,
    "queue": _queue,
    "rate": _nothing,
    "ambiguous": _nothing,
    "over": _nothing,
    "loop": _loop,
}
"""Every kind of error with its action."""


def _note(work: Work, row: Message, found: Meaning) -> None:
    """The follow-up that this text was has not arrived, and says so."""
    promised = _follow_up_of(work, row)
    if promised is not None and promised.state in ("sent", "sending", "unknown"):
        promised.state, promised.reason, promised.finished_at = "failed", found.words[:120], work.now


def _follow_up_of(work: Work, row: Message) -> FollowUp | None:
    if row.kind != "follow_up":
        return None
    mine = (FollowUp.contact_id == row.contact_id) & (FollowUp.message_id == row.id)
    return work.session.scalars(select(FollowUp).where(mine)).first()


def _strikes(work: Work, contact: Contact) -> int:
    mine = select(func.count()).select_from(Message)
    return work.session.scalar(mine.where(Message.contact_id == contact.id, Message.error_code == UNUSED)) or 0


def _tell_once(work: Work, row: Message, kind: str, what: str) -> str:
    """Tell the leads of the line, unless they have just been told the same."""
    alert = alerts.put_up(work, row.line, kind, what, telling="not")
    if not alerts.is_due(work, alert, TOLD_AGAIN_AFTER):
        return "done: told already"
    for lead in leads(work.session, row.line):
        words = alert_words.say(lead, kind, what=what, code=row.error_code or "?")
        messages.send(work, line=row.line, volunteer=lead, body=words, kind="alert")
    return "done: told"
