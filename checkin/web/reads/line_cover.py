"""The cover of the coming week in two figures, for whoever checks whether all is well."""

from __future__ import annotations

from checkin.core.rules.zones import zone
from checkin.core.unit_of_work import UnitOfWork
from checkin.web.reads.schedule import week


def coming_week(uow: UnitOfWork, line: str) -> tuple[float, float]:
    """Hours of volunteers that are wanted from today on for seven days, and how many of them have nobody."""
    where = zone(uow.policy(line).time_zone)
    found = week(uow, line, uow.now.astimezone(where).date(), where)
    return found.hours, found.missing
