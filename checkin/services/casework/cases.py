"""What a person must take up, and what someone must see now."""

from __future__ import annotations

from sqlalchemy import exists, func, or_, select

from checkin.models.contacts import Contact
from checkin.models.conversations import Alert, Case, Conversation, Recording
from checkin.models.relays import Relay
from checkin.queries.volunteers import leads
from checkin.rules import alarms
from checkin.services import messages, outbox, turning_away
from checkin.services.casework import alert_words, alerts
from checkin.services.casework.alerts import CRY, DANGER
from checkin.services.inserting import insert_new
from checkin.work import Work
from flows.engine.effects import OpenCase
from flows.words.folding import clean, fold
from flows.words.keywords import GlobalWord
from flows.words.phrases import ASKS_WHO

TRIES = 6
"""How often we try to open a case while others open theirs with the same number."""


def open_case(
    work: Work, contact: Contact, conversation: Conversation | None, deed: OpenCase, *, announced: bool = True
) -> Case:
    """Put a handover or a message before the team. announced: the leads and whoever is on duty are told at once."""
    recording = work.session.get(Recording, deed.recording) if deed.recording else None
    next_number = select(func.coalesce(func.max(Case.number), 0) + 1).where(Case.line == contact.line)
    case_id = work.new_id()
    words = work.vault.encrypted(Case.words_encrypted, case_id, deed.words, of=contact) if deed.words else None
    row: dict[str, object] = {
        "id": case_id,
        "line": contact.line,
        "number": next_number.scalar_subquery(),
        "contact_id": contact.id,
        "conversation_id": conversation.id if conversation else None,
        "recording_id": recording.id if recording else None,
        "kind": deed.kind,
        "inbox": deed.to,
        "priority": deed.priority,
        "reason": deed.reason[:200],
        "words_encrypted": words,
        "created_at": work.now,
    }
    case = _add(work, row)
    if announced and not turning_away.is_refused(work, contact):
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
    """Raise an alert about this contact, or count the one of its kind that is open, and tell the leads by text when it
    is time to (checkin.rules.alarms). The text of theirs that is being received is what it is about.
    """
    blocked = turning_away.is_refused(work, contact)
    alert = alerts.put_up(
        work, contact.line, kind, rule, about=alerts.about(contact, kind), contact=contact,
        telling="not" if blocked else "at first",
        conversation_id=conversation_id, message_id=messages.in_hand(work, contact),
    )  # fmt: skip
    if kind == DANGER:
        contact.crisis_at = work.now  # they stand first wherever the team looks
    if alert.count == 1 and not blocked:
        _tell_leads(work, contact, alert, waits=_waits(work, contact, alert))
    elif _told_again(work, alert, blocked=blocked):
        _tell_leads(work, contact, alert, waits=True)
    return alert


def _waits(work: Work, contact: Contact, alert: Alert) -> bool:
    """Whether the first text about an alert lets others go first: all but danger, and HELP of whom we had not heard."""
    if alert.kind == DANGER:
        return False
    return alert.kind != CRY or is_known_of(work, contact, alert.id)


def is_known_of(work: Work, contact: Contact, but: str) -> bool:
    """Whether the team was texted about this contact within the hour, for another reason than this alert or case: the
    next text about them waits, so that the first about somebody else goes before it."""
    since = work.now - alarms.AGAIN_AFTER
    abouts = {contact.id, alerts.about(contact, DANGER)}
    alerted = exists().where(Alert.about.in_(abouts), Alert.told_at > since, Alert.id != but)
    left = exists().where(Case.contact_id == contact.id, Case.created_at > since, Case.id != but)
    return bool(work.session.scalar(select(or_(alerted, left))))


def is_cry(word: GlobalWord, body: str) -> bool:
    """Whether this is danger, or somebody who asks for help (and not only who we are)."""
    return word.kind == DANGER or (word.kind == CRY and fold(clean(body)) not in ASKS_WHO)


def is_looked_after(work: Work, contact: Contact) -> bool:
    """Whether a peer texts or talks with them, or the leads look at signs of danger of theirs that were read within the
    hour: HELP alarms nobody then. Danger always does."""
    joined = exists().where(Relay.contact_id == contact.id, Relay.state == "joined")
    told = exists().where(
        Alert.line == contact.line, Alert.kind == DANGER, Alert.about == alerts.about(contact, DANGER),
        Alert.closed_at.is_(None), Alert.last_at > work.now - alarms.AGAIN_AFTER,
    )  # fmt: skip
    return bool(work.session.scalar(select(or_(joined, told))))


def _told_again(work: Work, alert: Alert, *, blocked: bool) -> bool:
    if blocked:
        return alerts.is_due(work, alert, alarms.BLOCKED_AGAIN_AFTER)
    if not alarms.are_told(alert.count, alert.told_at, work.now):
        return False
    alerts.told(work, alert)
    return True


def _tell_leads(work: Work, contact: Contact, alert: Alert, *, waits: bool) -> None:
    """A text to each lead of the line, under the contact's alias, in the lead's language.

    waits: it is no first sign, so that of somebody else goes before it.
    """
    for lead in leads(work.session, contact.line):
        words = alert_words.of_contact(work, lead, contact, alert.kind)
        if alert.count > 1:
            words = alert_words.again(work, lead, words, alert.count, alert.raised_at)
        messages.send(work, line=contact.line, volunteer=lead, body=words, kind="alert", waits=waits)
