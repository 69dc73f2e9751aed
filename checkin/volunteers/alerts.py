"""Alerts: one open row for each kind and what it is about, counted up as it happens again; closed by who has looked.

So nobody can push somebody else's out of sight by making many, and all of it is looked at in one go.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import exists, func, select, update

from checkin.contacts import blocked, preferences, shown_numbers
from checkin.contacts.models import Contact
from checkin.core import audit
from checkin.core.audit import AuditAction
from checkin.core.errors import UserError
from checkin.core.rules.zones import zone
from checkin.core.statements import changed, upsert
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.say import moment, say
from checkin.volunteers.models import OPEN, Alert, Volunteer
from checkin.volunteers.rules.reach import Unreached

DANGER = "crisis"
"""The kind of the alerts that go before all others."""

CRY = "help"
"""Somebody asked for help: after danger the first to be seen."""

OFTEN = "call_budget"
"""Somebody asks for a peer by call again and again (checkin.relays.call_budget)."""

UNIQUE = ("line", "kind", "about")

Telling = Literal["each time", "at first", "not"]
"""When the leads are texted; whoever says `at first` or `not` sees to the rest (`told`, `is_due`)."""


def put_up(
    uow: UnitOfWork,
    line: str,
    kind: str,
    rule: str,
    *,
    about: str | None = None,
    telling: Telling = "each time",
    contact: Contact | None = None,
    volunteer: Volunteer | None = None,
    conversation_id: str | None = None,
    message_id: str | None = None,
    note: str | None = None,
) -> Alert:
    """The open alert of this kind about this contact or volunteer, or `about` this (the rule): a new one, or the one
    that stands, counted once more and with what is newest. telling: when the leads are texted about it.
    """
    found, texted = contact or volunteer, telling != "not"
    row: dict[str, Any] = {
        "id": uow.new_id(), "line": line, "kind": kind, "rule": rule[:80],
        "about": (about or (found.id if found is not None else rule))[:80],
        "contact_id": contact.id if contact is not None else None,
        "volunteer_id": volunteer.id if volunteer is not None else None,
        "conversation_id": conversation_id, "message_id": message_id, "note": note, "count": 1,
        "raised_at": uow.now, "last_at": uow.now, "told": int(texted), "told_at": uow.now if texted else None,
    }  # fmt: skip
    change = {
        "count": Alert.count + 1,
        "last_at": uow.now,
        "rule": row["rule"],
        "note": note,
        "conversation_id": func.coalesce(conversation_id, Alert.conversation_id),
        "message_id": func.coalesce(message_id, Alert.message_id),
        **({"told": Alert.told + 1, "told_at": uow.now} if telling == "each time" else {}),
    }
    return upsert(uow.session, Alert, row, UNIQUE, change, OPEN)


def about(contact: Contact, kind: str) -> str:
    """What an alert about them stands under. Danger on all calls that showed one number, which nobody vouched for, is
    one alert, counted up: each of these calls has a contact of its own.
    """
    if contact.shown_key is None or kind not in (DANGER, CRY, OFTEN):
        return contact.id
    return f"shown {contact.shown_key.hex()}"


def told(uow: UnitOfWork, alert: Alert) -> None:
    """The leads are texted about it now, once more."""
    alert.told, alert.told_at = alert.told + 1, uow.now


def is_due(uow: UnitOfWork, alert: Alert, every: timedelta) -> bool:
    """Whether the leads are texted about it now, which is noted: once in this time, and closing it changes nothing."""
    since = uow.now - every
    same = exists().where(Alert.line == alert.line, Alert.kind == alert.kind, Alert.about == alert.about)
    if uow.session.scalar(select(same.where(Alert.told_at > since))):
        return False
    told(uow, alert)
    return True


def is_open(uow: UnitOfWork, contact: Contact, kind: str) -> bool:
    """Whether nobody has looked yet at an alert of this kind about them."""
    return bool(uow.session.scalar(select(exists().where(*_standing(contact.line, kind, about(contact, kind))))))


def find(uow: UnitOfWork, alert_id: str) -> Alert | None:
    """The alert with this id."""
    return uow.session.get(Alert, alert_id)


def close(uow: UnitOfWork, alert: Alert, by: str, seen: int | None = None) -> None:
    """Close it for everybody. seen: how often it had happened as far as they saw. Raises UserError when somebody was
    first, or when it has happened again since: nothing is closed that nobody has looked at.
    """
    closing = update(Alert).where(Alert.id == alert.id, Alert.closed_at.is_(None))
    if seen is not None:
        closing = closing.where(Alert.count <= seen)
    if not changed(uow.session, closing.values(closed_at=uow.now, closed_by=by[:80])):
        uow.session.refresh(alert)
        if alert.closed_at is None:
            raise UserError("it has happened again in the meantime: look once more")
        raise UserError("someone already closed this alert")
    audit.write(uow, by, AuditAction.CLOSED_ALERT, alert.id, before=alert.kind)


def close_all_of(uow: UnitOfWork, contact: Contact, by: str, seen_at: datetime) -> int:
    """Close whatever is open about this contact and had happened by `seen_at`. Answers how many are left open."""
    mine = (Alert.line == contact.line, Alert.contact_id == contact.id, Alert.closed_at.is_(None))
    found = uow.session.scalars(select(Alert).where(*mine).with_for_update()).all()
    seen = [alert for alert in found if alert.last_at <= seen_at]
    for alert in seen:
        alert.closed_at, alert.closed_by = uow.now, by[:80]
        audit.write(uow, by, AuditAction.CLOSED_ALERT, alert.id, before=alert.kind)
    return len(found) - len(seen)


def close_about(uow: UnitOfWork, line: str, kind: str, about: str, by: str) -> None:
    """What it was about is over: nobody has to look any more."""
    standing = update(Alert).where(*_standing(line, kind, about))
    changed(uow.session, standing.values(closed_at=uow.now, closed_by=by[:80]))


def _standing(line: str, kind: str, about: str) -> tuple[Any, ...]:
    return (Alert.line == line, Alert.kind == kind, Alert.about == about, Alert.closed_at.is_(None))


def text_of_contact(uow: UnitOfWork, lead: Volunteer, contact: Contact, kind: str) -> str:
    """What a lead reads about this contact."""
    key = f"alerts.{kind}" if f"alerts.{kind}" in uow.library.team.groups else "alerts.otherwise"
    state = say(uow, lead, f"alert_states.{_state_of(uow, contact).replace(' ', '_')}")
    return say(uow, lead, key, alias=contact.alias, state=state)


def text_again(uow: UnitOfWork, lead: Volunteer, words: str, count: int, since: datetime) -> str:
    """The same once more: how often it was, by the lead's own clock."""
    return say(
        uow, lead, "alerts.again", count=count, since=moment(uow, lead, since, zone(lead.time_zone)), words=words
    )


def text_of_lead_away(uow: UnitOfWork, lead: Volunteer, name: str, why: Unreached) -> str:
    """What the other leads read of one who cannot be reached."""
    reason = say(uow, lead, f"alert_reasons.{why.replace(' ', '_')}")
    return say(uow, lead, "alerts.lead_away", name=name, why=reason)


def _state_of(uow: UnitOfWork, contact: Contact) -> str:
    why = shown_numbers.no_texts(uow, contact)
    if why is not None:
        return why
    said = preferences.of(uow, contact)
    if said.asked and not (said.call or said.text):
        return "watched"
    return "blocked" if blocked.is_blocked(uow, contact) else "told"
