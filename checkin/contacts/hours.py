"""When a contact may be written to: their own zone and hours where they told us, else the safe ones."""

from __future__ import annotations

from datetime import datetime, timedelta

from checkin.contacts import service as contacts
from checkin.contacts.models import Contact
from checkin.core.rules import phone
from checkin.core.rules.quiet_hours import Window, openings
from checkin.core.unit_of_work import UnitOfWork


def zones_of(uow: UnitOfWork, contact: Contact) -> tuple[str, ...]:
    """Every time zone that the contact could be in: their own when they told us."""
    if contact.time_zone:
        return (contact.time_zone,)
    number = contacts.number_of(uow, contact)
    return (phone.zones(number) if number else ()) or (uow.policy(contact.line).time_zone,)


def home_of(uow: UnitOfWork, contact: Contact) -> str:
    """The zone whose calendar their days are counted by: theirs, else the line's."""
    return contact.time_zone or uow.policy(contact.line).time_zone


def open_for(window: Window, zones: tuple[str, ...], now: datetime, most: timedelta) -> timedelta:
    """How long the hours stay open from `now` on, at most `most`: so long may the network go on trying."""
    found = next((opening for opening in openings(window, zones, now, 1) if opening.start <= now < opening.end), None)
    return most if found is None else min(most, found.end - now)
