"""The cover that a line wants: how many volunteers on shift, and when."""

from __future__ import annotations

from datetime import time

from checkin.core.rules.coverage import WantedCover
from checkin.core.unit_of_work import UnitOfWork
from flows.model.schedules import DAYS


def wanted_of(uow: UnitOfWork, line: str) -> list[WantedCover]:
    """What lines.yaml says."""
    found = []
    for wanted in uow.library.lines[line].cover:
        begins, ends = (time.fromisoformat(part) for part in wanted.between.split("-"))
        found.append(WantedCover(frozenset(DAYS.index(day) for day in wanted.days), begins, ends, wanted.volunteers))
    return found
