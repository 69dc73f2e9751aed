"""Alarms: what somebody must see now is put up as an alert, and the leads are texted when it is time to."""

from __future__ import annotations

from sqlalchemy import exists, or_, select

from checkin.cases import rules as case_rules
from checkin.cases.models import Case
from checkin.contacts import blocked as blocking_replies
from checkin.contacts.models import Contact
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages import service as messages
from checkin.volunteers import alerts
from checkin.volunteers.alerts import CRY, DANGER
from checkin.volunteers.models import Alert
from checkin.volunteers.queries import leads
from flows.words.folding import clean, fold
from flows.words.keywords import GlobalWord
from flows.words.phrases import ASKS_WHO


def raise_alert(uow: UnitOfWork, contact: Contact, kind: str, rule: str, conversation_id: str | None = None) -> Alert:
    """Raise an alert about this contact, or count the one of its kind that is open, and tell the leads by text when it
    is time to (checkin.cases.rules). The text of theirs that is being received is what it is about.
    """
    blocked = blocking_replies.is_refused(uow, contact)
    alert = alerts.put_up(
        uow, contact.line, kind, rule, about=alerts.about(contact, kind), contact=contact,
        telling="not" if blocked else "at first",
        conversation_id=conversation_id, message_id=messages.in_hand(uow, contact),
    )  # fmt: skip
    if kind == DANGER:
        contact.crisis_at = uow.now  # they stand first wherever the team looks
    if alert.count == 1 and not blocked:
        _tell_leads(uow, contact, alert, waits=_waits(uow, contact, alert))
    elif _told_again(uow, alert, blocked=blocked):
        _tell_leads(uow, contact, alert, waits=True)
    return alert


def _waits(uow: UnitOfWork, contact: Contact, alert: Alert) -> bool:
    """Whether the first text about an alert lets others go first: all but danger, and HELP of whom we had not heard."""
    if alert.kind == DANGER:
        return False
    return alert.kind != CRY or is_known_of(uow, contact, alert.id)


def is_known_of(uow: UnitOfWork, contact: Contact, but: str) -> bool:
    """Whether the team was texted about this contact within the hour, for another reason than this alert or case: the
    next text about them waits, so that the first about somebody else goes before it."""
    since = uow.now - case_rules.AGAIN_AFTER
    abouts = {contact.id, alerts.about(contact, DANGER)}
    alerted = exists().where(Alert.about.in_(abouts), Alert.told_at > since, Alert.id != but)
    left = exists().where(Case.contact_id == contact.id, Case.created_at > since, Case.id != but)
    return bool(uow.session.scalar(select(or_(alerted, left))))


def is_cry(word: GlobalWord, body: str) -> bool:
    """Whether this is danger, or somebody who asks for help (and not only who we are)."""
    return word.kind == DANGER or (word.kind == CRY and fold(clean(body)) not in ASKS_WHO)


def _told_again(uow: UnitOfWork, alert: Alert, *, blocked: bool) -> bool:
    if blocked:
        return alerts.is_due(uow, alert, case_rules.BLOCKED_AGAIN_AFTER)
    if not case_rules.are_told(alert.count, alert.told_at, uow.now):
        return False
    alerts.told(uow, alert)
    return True


def _tell_leads(uow: UnitOfWork, contact: Contact, alert: Alert, *, waits: bool) -> None:
    """A text to each lead of the line, under the contact's alias, in the lead's language.

    waits: it is no first sign, so that of somebody else goes before it.
    """
    for lead in leads(uow.session, contact.line):
        words = alerts.text_of_contact(uow, lead, contact, alert.kind)
        if alert.count > 1:
            words = alerts.text_again(uow, lead, words, alert.count, alert.raised_at)
        messages.send(uow, line=contact.line, volunteer=lead, body=words, kind="alert", waits=waits)
