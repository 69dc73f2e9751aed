"""The cover that a line wants: how many volunteers on shift, and when."""

from __future__ import annotations

from datetime import time

from checkin.core.rules.coverage import Wanted
from checkin.core.unit_of_work import Work
from flows.model.schedules import DAYS


def wanted_of(work: Work, line: str) -> list[Wanted]:
    """What lines.yaml says."""
    found = []
    for one in work.library.lines[line].cover:
        begins, ends = (time.fromisoformat(part) for part in one.between.split("-"))
        found.append(Wanted(frozenset(DAYS.index(day) for day in one.days), begins, ends, one.volunteers))
    return found
