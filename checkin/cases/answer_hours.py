"""When this contact may be answered by a person: now, or when it is day where they are."""

from __future__ import annotations

from datetime import datetime

from checkin.cases import rules as case_rules
from checkin.contacts import service as contacts
from checkin.contacts.models import Contact
from checkin.core.rules import phone
from checkin.core.rules.quiet_hours import Window, openings
from checkin.core.rules.zones import zone
from checkin.core.unit_of_work import UnitOfWork
from checkin.volunteers.duty import wanted_cover

DAYS_AHEAD = 3


def open_now(uow: UnitOfWork, contact: Contact) -> bool:
    """Whether they may be called or written to now: they were heard just now, or it is the time for it there."""
    if contact.heard_at is not None and uow.now - contact.heard_at <= case_rules.JUST_NOW:
        return True
    cover = wanted_cover(uow, contact.line)
    return case_rules.may_answer(uow.now, zones_of(uow, contact), contact.hours, cover)


def opens_at(uow: UnitOfWork, contact: Contact) -> datetime:
    """When they may be answered: now, or the next time that is right."""
    if open_now(uow, contact):
        return uow.now
    following = openings(hours_of(uow, contact), zones_of(uow, contact), uow.now, DAYS_AHEAD)
    return next((span.start for span in following if span.start > uow.now), uow.now)


def hours_of(uow: UnitOfWork, contact: Contact) -> Window:
    """Their hours of today, on their clock."""
    here = uow.now.astimezone(zone(zones_of(uow, contact)[0]))
    return case_rules.hours(here.weekday(), contact.hours, wanted_cover(uow, contact.line))


def zones_of(uow: UnitOfWork, contact: Contact) -> tuple[str, ...]:
    """Where they are, if they told us. Else where the line is; and where their number is from, if that is one zone."""
    if contact.time_zone:
        return (contact.time_zone,)
    number = contacts.number_of(uow, contact)
    where = (uow.policy(contact.line).time_zone, phone.only_zone(number) if number is not None else None)
    return tuple(dict.fromkeys(name for name in where if name))
