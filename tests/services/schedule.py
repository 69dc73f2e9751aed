"""A schedule in a test: whose shifts there are, and what time it is for them."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from checkin.contacts import service as contacts
from checkin.core.unit_of_work import UnitOfWork
from checkin.outbox.models import Outbox
from checkin.outbox.outcomes import Outcome
from checkin.relays import preview
from checkin.relays.rules.matching import Need
from checkin.volunteers import queries as rows
from checkin.volunteers import shifts
from checkin.volunteers.models import Shift, ShiftOccurrence, Volunteer
from checkin.volunteers.shifts import Times
from tests import make
from tests.cast import ODA, VAL, VEE
from tests.the_line import TheLine

NEW_YORK = ZoneInfo("America/New_York")
ZOE = "+15555550113"
NAMES = {VEE: "Vee", VAL: "Val", ZOE: "Zoe", ODA: "Oda"}


def there(day: int, hour: int, minute: int = 0) -> datetime:
    """A time in March 2026 in New York, where the clocks change on the 8th. The 2nd is a Monday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=NEW_YORK)


def team(line: TheLine, *numbers: str, **about: Any) -> None:
    """These volunteer, by shifts, in New York."""
    values = {"time_zone": "America/New_York", "always": False, **about}
    for number in numbers:
        line.runtime.do(lambda uow, number=number: make.volunteer(uow, number, NAMES[number], **values))


def on_shift(line: TheLine, number: str, begins: int, ends: int, **times: Any) -> str:
    """Oda writes a shift for the volunteer with this number: by default once, on Tuesday the 3rd. Its id."""
    about = {"first": date(2026, 3, 3), **times}

    def write(uow: UnitOfWork) -> str:
        return shifts.add(uow, find(uow, number), Times(time(begins), time(ends % 24), **about)).id

    return line.runtime.do(write)


def find(uow: UnitOfWork, number: str) -> Volunteer:
    """The row of the volunteer with this number."""
    found = rows.with_number(uow.session, "default", contacts.keys_of(uow, "default", make.number(number)))
    assert found is not None
    return found


def at(line: TheLine, moment: datetime) -> list[Outcome | None]:
    """It becomes this time, and what is due on the way is carried out when it is due. How each thing went."""
    went: list[Outcome | None] = []
    while line.clock.now < moment:
        line.clock.now = min(moment, _next_due(line) or moment)
        went += line.carries_out()
    return went


def turns(line: TheLine) -> list[ShiftOccurrence]:
    """All times on shift that have rows, the soonest first."""
    return line.runtime.read(lambda s: list(s.scalars(select(ShiftOccurrence).order_by(ShiftOccurrence.starts_at))))


def shifts_of(line: TheLine) -> list[Shift]:
    """All shifts, in the order in which they were written."""
    return line.runtime.read(lambda s: list(s.scalars(select(Shift).order_by(Shift.created_at, Shift.id))))


def asked_at(line: TheLine, moment: datetime) -> list[str]:
    """Who would be asked to take a call at this time."""

    def who(uow: UnitOfWork) -> list[str]:
        found = preview.who(uow, Need("default", "voice"), moment)
        return [
            make.decrypted(uow, candidate.volunteer, "name_encrypted")
            for candidate in found
            if candidate.reason is None
        ]

    return line.runtime.do(who)


def _next_due(line: TheLine) -> datetime | None:
    pending = select(func.min(Outbox.run_after)).where(Outbox.done_at.is_(None), Outbox.run_after > line.clock.now)
    return line.runtime.read(lambda s: s.scalar(pending))
