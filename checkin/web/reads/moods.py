"""What people answered to check-ins, week by week: each answer is sealed, so the database cannot count them."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import date, datetime, time, timedelta, tzinfo

from sqlalchemy import case, select

from checkin.contacts.models import CheckIn
from checkin.core.unit_of_work import UnitOfWork

MOST = 20_000
"""So many answers are read; a longer period is cut to its newest, and says so."""

WEEK = timedelta(days=7)


def by_week(
    uow: UnitOfWork, line: str, since: datetime, until: datetime, zone: tzinfo
) -> tuple[dict[str, list[tuple[date, float, int]]], bool]:
    """(name of the check-in → (Monday of the week on this clock, mean, how many), whether there were too many)."""
    mondays = _mondays(since.astimezone(zone).date(), until.astimezone(zone).date())
    week = case(*((CheckIn.at >= datetime.combine(monday, time(), zone), monday.isoformat()) for monday in mondays))
    rows = uow.session.execute(
        select(CheckIn.name, week, CheckIn.id, CheckIn.value_encrypted)
        .where(CheckIn.line == line, CheckIn.at >= since, CheckIn.at < until)
        .order_by(CheckIn.at.desc())
        .limit(MOST)
    ).all()
    uow.vault.look_ahead(row.value_encrypted for row in rows)
    decrypted = uow.vault.decrypted
    alike = Counter(
        (name, monday, decrypted(CheckIn.value_encrypted, item, value) or "null") for name, monday, item, value in rows
    )
    weeks: dict[str, dict[date, Counter[float]]] = defaultdict(lambda: defaultdict(Counter))
    for (name, monday, words), times in alike.items():
        value = json.loads(words)
        if isinstance(value, int | float) and not isinstance(value, bool):
            weeks[name][date.fromisoformat(monday)][float(value)] += times
    told = {
        name: [(monday, sum(of.elements()) / of.total(), of.total()) for monday, of in sorted(there.items())]
        for name, there in sorted(weeks.items())
    }
    return told, len(rows) == MOST


def _mondays(first: date, last: date) -> list[date]:
    """Of all these days, the last first."""
    monday = first - timedelta(days=first.weekday())
    return [monday + WEEK * number for number in reversed(range((last - monday) // WEEK + 1))]
