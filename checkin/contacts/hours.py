"""When a contact may be written to: their own zone and hours where they told us, else the safe ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from checkin.contacts import service as contacts
from checkin.contacts.models import Contact
from checkin.core.rules import phone
from checkin.core.rules.quiet_hours import BadWindow, Window, openings
from checkin.core.unit_of_work import Work
from checkin.followups.models import FollowUp


def zones_of(work: Work, contact: Contact) -> tuple[str, ...]:
    """Every time zone that the contact could be in: their own when they told us."""
    if contact.time_zone:
        return (contact.time_zone,)
    number = contacts.number_of(work, contact)
    return (phone.zones(number) if number else ()) or (work.policy(contact.line).time_zone,)


def home_of(work: Work, contact: Contact) -> str:
    """The zone whose calendar their days are counted by: theirs, else the line's."""
    return contact.time_zone or work.policy(contact.line).time_zone


def window_of(work: Work, row: FollowUp, contact: Contact) -> Window:
    """The hours that the contact chose, else the follow-up's own, else the line's; on the line's days.

    A flow's checker refuses hours that can't be read, so one that is left over gives way to the line's.
    """
    lines = work.policy(row.line).window
    plan = work.library.plans.get(row.plan or "")
    days = lines.days & plan.weekdays if plan is not None else lines.days
    for written in (contact.hours, row.between):
        try:
            if written:
                own = Window.read(written, days or lines.days, lines.closed)
                return replace(own, holidays=lines.holidays)
        except BadWindow:
            continue
    return replace(lines, days=days or lines.days)


def open_for(window: Window, zones: tuple[str, ...], now: datetime, most: timedelta) -> timedelta:
    """How long the hours stay open from `now` on, at most `most`: so long may the network go on trying."""
    found = next((one for one in openings(window, zones, now, 1) if one.start <= now < one.end), None)
    return most if found is None else min(most, found.end - now)
