"""What a person must take up, and what someone must see now."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import exists, func, or_, select

from checkin.models.contacts import Contact
from checkin.models.conversations import Alert, Case, Conversation, Recording
from checkin.models.relays import Relay
from checkin.queries.volunteers import leads
from checkin.services import messages, outbox
from checkin.services.inserting import insert_new
from checkin.work import Work
from flows.effects import OpenCase

ALERT_TEXTS = {
    "crisis": "A contact ({alias}) may be in crisis. They have the crisis number. Please look in on them.",
    "help": "{alias} asked for help. They have the crisis number. Please look in on them.",
    "opted_out_texts": "{alias} texted after STOP: we cannot answer them by text.",
    "flow_error": "A flow failed for {alias}. They were told that a person will look at it.",
    "no_peer": "Nobody took a relay for {alias} in time.",
    "message": "{alias} left a message: case {number}.",
    "handover": "{alias} asks for a person: case {number}.",
    "ringing_failed": "No phone could be rung for {alias}: {rule}.",
    "block_proposed": "A volunteer asks that {alias} is blocked. Please look at it.",
    "block_review": "The block of {alias} is to be looked at again.",
    "unreachable": "Texts do not reach {alias} any more: {rule}. Nothing more is sent to them.",
    "elsewhere": "{alias} texts from where the line does not write to: {rule}. They get no answer but in danger.",
    "reply_budget": "{alias} sends more texts than we answer: {rule}.",
}
"""What leads are told by text, by kind of alert. Never the words of the contact, never a number."""

TOLD_AGAIN_AFTER = timedelta(hours=1)
"""A cry that is repeated sooner than this, while its alert is open, is the same one."""

TRIES = 6
"""How often we try to open a case while others open theirs with the same number."""


def open_case(
    work: Work, contact: Contact, conversation: Conversation | None, deed: OpenCase, *, announced: bool = True
) -> Case:
    """Put a handover or a message before the team. announced: the leads and whoever is on duty are told at once."""
    recording = work.session.get(Recording, deed.recording) if deed.recording else None
    next_number = select(func.coalesce(func.max(Case.number), 0) + 1).where(Case.line == contact.line)
    row: dict[str, object] = {
        "id": work.new_id(),
        "line": contact.line,
        "number": next_number.scalar_subquery(),
        "contact_id": contact.id,
        "conversation_id": conversation.id if conversation else None,
        "recording_id": recording.id if recording else None,
        "kind": deed.kind,
        "inbox": deed.to,
        "priority": deed.priority,
        "reason": deed.reason[:200],
        "words_sealed": work.vault.seal(deed.words) if deed.words else None,
        "created_at": work.now,
    }
    case = _add(work, row)
    if announced:
        outbox.later(work, "case_watch", case.id, work.now)
    return case


def _add(work: Work, row: dict[str, object]) -> Case:
    """Write the case. Its number is the line's next one; a transaction that took it first makes us count again."""
    for _ in range(TRIES):
        made = insert_new(work, Case, [row])
        if made:
            return made[0]
    raise RuntimeError(f"no case could be opened in {TRIES} tries: other transactions took its number each time")


def raise_alert(work: Work, contact: Contact, kind: str, rule: str, conversation_id: str | None = None) -> Alert:
    """Raise an alert whose age is counted until a person closes it, and tell the leads by text."""
    alert = Alert(
        id=work.new_id(),
        line=contact.line,
        kind=kind,
        rule=rule[:80],
        contact_id=contact.id,
        conversation_id=conversation_id,
        raised_at=work.now,
    )
    work.session.add(alert)
    if kind == "crisis":
        contact.crisis_at = work.now  # they stand first wherever the team looks
    tell_leads(work, contact, kind, rule=rule)
    return alert


def is_looked_after(work: Work, contact: Contact) -> bool:
    """Whether somebody knows already that they need help: a peer texts or talks with them, or an alert has just been
    raised for them and is open. HELP alarms nobody again then; signs of danger always do."""
    joined = exists().where(Relay.contact_id == contact.id, Relay.state == "joined")
    told = exists().where(
        Alert.contact_id == contact.id,
        Alert.kind.in_(("help", "crisis")),
        Alert.closed_at.is_(None),
        Alert.raised_at > work.now - TOLD_AGAIN_AFTER,
    )
    return bool(work.session.scalar(select(or_(joined, told))))


def tell_leads(work: Work, contact: Contact, kind: str, *, number: int = 0, rule: str = "") -> None:
    """A text to each lead of the line, under the contact's alias."""
    words = ALERT_TEXTS.get(kind, "Please look at the line: {alias}.").format(
        alias=contact.alias, number=number, rule=rule
    )
    for lead in leads(work.session, contact.line):
        messages.send(work, line=contact.line, volunteer=lead, body=words, kind="alert")
