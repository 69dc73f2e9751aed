"""A volunteer's own shifts for their calendar, by an address that nobody guesses and that an organizer can replace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from checkin.core import audit, lines
from checkin.core.audit import AuditAction
from checkin.core.unit_of_work import UnitOfWork
from checkin.volunteers import queries as rows
from checkin.volunteers.models import Volunteer
from checkin.volunteers.rules import shifts
from checkin.volunteers.rules.shifts import Occurrence

BACK, AHEAD = timedelta(days=14), timedelta(days=120)
"""What a calendar shows; programs fetch it again every few hours."""

_MOST = 400
_ID = 32


@dataclass(frozen=True)
class CalendarEvent:
    """One time on shift. uid: the same each time that the feed is fetched."""

    uid: str
    times: Occurrence


@dataclass(frozen=True)
class Feed:
    """What stands in a calendar: the line's name and times on shift, in order. No names, no numbers."""

    line: str
    events: tuple[CalendarEvent, ...]


def token(uow: UnitOfWork, volunteer: Volunteer) -> str:
    """What stands in the address of their calendar: their id and our signature, 64 hexadecimal characters."""
    return volunteer.id + uow.vault.sign(_signed(volunteer.id, volunteer.feed))


def renew(uow: UnitOfWork, volunteer: Volunteer, by: str) -> str:
    """A new token; the old one opens nothing any more."""
    volunteer.feed += 1
    audit.write(uow, by, AuditAction.RENEWED_CALENDARS_ADDRESS, volunteer.id)
    return token(uow, volunteer)


def of_token(uow: UnitOfWork, written: str) -> Feed | None:
    """The calendar behind this token; None for one that is not ours, was replaced, or whose volunteer left."""
    if not written.isascii():
        return None
    identity, signature = written[:_ID], written[_ID:]
    volunteer = uow.session.get(Volunteer, identity)
    if volunteer is None or not uow.vault.signed(_signed(identity, volunteer.feed), signature):
        return None
    if volunteer.state != "active":
        return None
    events = [
        CalendarEvent(f"{row.id}-{time.start:%Y%m%dT%H%MZ}", time)
        for row in rows.shifts_of(uow.session, volunteer.id)
        for time in shifts.next_times([rows.as_rule(row)], uow.now - BACK, _MOST)
        if time.start < uow.now + AHEAD
    ]
    return Feed(lines.get(uow, volunteer.line).name, tuple(sorted(events, key=lambda event: event.times)))


def _signed(identity: str, feed: int) -> str:
    return f"calendar:{identity}:{feed}"
