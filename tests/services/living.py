"""Time passes for a line: everything that comes due on the way is carried out when it is due."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select

from checkin.cases.models import Case
from checkin.contacts import service as contacts
from checkin.contacts.models import Contact
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import FollowUp
from checkin.outbox.models import Outbox
from tests import make
from tests.the_line import TheLine


def lives(line: TheLine, until: datetime | timedelta) -> None:
    """Go on from one thing that is due to the next."""
    end = until if isinstance(until, datetime) else line.clock.now + until
    waiting = select(func.min(Outbox.run_after)).where(Outbox.done_at.is_(None), Outbox.claimed_at.is_(None))
    for _ in range(500):
        due = line.runtime.read(lambda session: session.scalar(waiting))
        if due is None or due > end:
            break
        line.clock.now = max(line.clock.now, due) + timedelta(seconds=1)
        line.carries_out()
    line.clock.now = max(line.clock.now, end)


def follow_ups(line: TheLine, *states: str) -> list[FollowUp]:
    """All follow-ups (in these states), in the order in which they were made."""
    found = line.runtime.read(lambda s: list(s.scalars(select(FollowUp).order_by(FollowUp.created_at, FollowUp.id))))
    return [row for row in found if not states or row.state in states]


def cases(line: TheLine, kind: str = "answer") -> list[Case]:
    """What was put before the team."""
    return line.runtime.read(lambda s: list(s.scalars(select(Case).where(Case.kind == kind).order_by(Case.number))))


def prefers(line: TheLine, number: str, **kept: str | bool) -> None:
    """They answered how they want to be reached (what they said yes to stands in `agrees`), and this is kept of it."""

    def write(uow: UnitOfWork) -> None:
        contact = uow.session.merge(line.contact(number))
        for name, value in {"preferences_asked": True, **kept}.items():
            contacts.keep(uow, contact, name, value, history=False)

    line.runtime.do(write)


def agrees(line: TheLine, number: str, *names: str) -> Contact:
    """A contact who has said yes to these before, and whom we have greeted."""

    def write(uow: UnitOfWork) -> Contact:
        contact = contacts.new(uow, "default", make.number(number))
        contact.consents, contact.greeted_at = list(names), uow.now
        contact.time_zone, contact.heard_at = "America/New_York", uow.now - timedelta(days=1)
        return contact

    return line.runtime.do(write)
