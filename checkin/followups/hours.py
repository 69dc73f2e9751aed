"""The hours in which a follow-up may leave."""

from __future__ import annotations

from dataclasses import replace

from checkin.contacts.models import Contact
from checkin.core.rules.quiet_hours import BadWindow, Window
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import FollowUp


def window_of(uow: UnitOfWork, row: FollowUp, contact: Contact) -> Window:
    """The hours that the contact chose, else the follow-up's own, else the line's; on the line's days.

    A flow's checker refuses hours that can't be read, so one that is left over gives way to the line's.
    """
    lines = uow.policy(row.line).window
    plan = uow.library.plans.get(row.plan or "")
    days = lines.days & plan.weekdays if plan is not None else lines.days
    for written in (contact.hours, row.between):
        try:
            if written:
                own = Window.read(written, days or lines.days, lines.closed)
                return replace(own, holidays=lines.holidays)
        except BadWindow:
            continue
    return replace(lines, days=days or lines.days)
