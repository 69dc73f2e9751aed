"""What the reports show of a period: eight statements however long it is. The database counts what it can read."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, TypeVarTuple

from sqlalchemy import BigInteger, ColumnElement, Select, case, cast, extract, func, select

from checkin.contacts.models import CheckIn
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import FollowUp
from checkin.relays.models import Offer, Relay
from checkin.stories.models import Listen, Story
from checkin.volunteers.models import Volunteer
from checkin.web.rules import reporting

MOST_STORIES = 30
Columns = TypeVarTuple("Columns")
QUARTER = 15 * 60
"""Seconds: whatever the zone, an hour begins with one of them."""


@dataclass(frozen=True)
class ReportFilter:
    """Which part: from `since` up to `until` (aware), by channel (voice, text) and language; empty: all."""

    since: datetime
    until: datetime
    channel: str = ""
    language: str = ""


@dataclass(frozen=True)
class Load:
    """What one volunteer carried."""

    name: str
    offers: int
    taken: int
    minutes: int


@dataclass(frozen=True)
class StoriesHeard:
    """How one story fared in the period."""

    title: str
    plays: int
    completed: int
    thanked: int


@dataclass(frozen=True)
class Report:
    """The page. missed: when nobody took it, and how often. moods, cut: as `by_week` says."""

    asked: Sequence[reporting.PeerRequest]
    missed: Sequence[tuple[datetime, int]]
    load: Sequence[Load]
    moods: dict[str, list[tuple[date, float, int]]]
    stories: Sequence[StoriesHeard]
    follow_ups: dict[str, int]
    cut: bool


def report(uow: UnitOfWork, line: str, wanted: ReportFilter, zone: tzinfo) -> Report:
    """Everything, for this line and this part."""
    weeks, cut = by_week(uow, line, wanted.since, wanted.until, zone)
    return Report(
        asked=_asked(uow, line, wanted),
        missed=_missed(uow, line, wanted),
        load=_load(uow, line, wanted),
        moods=weeks,
        stories=_stories(uow, line, wanted),
        follow_ups=_follow_ups(uow, line, wanted),
        cut=cut,
    )


def _asked(uow: UnitOfWork, line: str, wanted: ReportFilter) -> list[reporting.PeerRequest]:
    waited = _seconds(func.coalesce(Relay.joined_at, Relay.ended_at)) - _seconds(Relay.opened_at)
    alike = (Relay.state, Relay.joined_at.is_not(None), waited)
    found = uow.session.execute(_opened(select(*alike, func.count()), line, wanted).group_by(*alike))
    return [reporting.PeerRequest(state, bool(joined), seconds, times) for state, joined, seconds, times in found]


def _missed(uow: UnitOfWork, line: str, wanted: ReportFilter) -> list[tuple[datetime, int]]:
    """To a quarter of an hour when people asked whom nobody took, and how many of them."""
    quarter = _seconds(Relay.opened_at) // QUARTER
    found = uow.session.execute(
        _opened(select(quarter, func.count()), line, wanted)
        .where(Relay.joined_at.is_(None), Relay.state.not_in(("left", "open")))
        .group_by(quarter)
    )
    return [(datetime.fromtimestamp(at * QUARTER, UTC), times) for at, times in found]


def _opened(query: Select[*Columns], line: str, wanted: ReportFilter) -> Select[*Columns]:
    """Of the relays of this part. Call-backs are left out: it was we who asked."""
    query = query.where(Relay.line == line, Relay.opened_at >= wanted.since, Relay.opened_at < wanted.until)
    if wanted.channel:
        query = query.where(Relay.channel == wanted.channel)
    if wanted.language:
        query = query.where(Relay.speaks == wanted.language)
    return query.where(Relay.case_id.is_(None))


def _seconds(when: Any) -> ColumnElement[int]:
    """Whole seconds since 1970 of a column."""
    return cast(extract("epoch", when), BigInteger)


def _load(uow: UnitOfWork, line: str, wanted: ReportFilter) -> list[Load]:
    talked = (Relay.joined_at.is_not(None), Relay.ended_at.is_not(None), Relay.volunteer_id.is_not(None))
    length = func.sum(_seconds(Relay.ended_at) - _seconds(Relay.joined_at))
    seconds = _opened(select(Relay.volunteer_id, length), line, wanted).where(*talked).group_by(Relay.volunteer_id)
    minutes = {who: round(int(total) / 60) for who, total in uow.session.execute(seconds)}
    counted = (
        select(Offer.volunteer_id, func.count(), func.sum(case((Offer.state == "accepted", 1), else_=0)))
        .where(Offer.line == line, Offer.planned_at >= wanted.since, Offer.planned_at < wanted.until)
        .where(Offer.volunteer_id.is_not(None))
        .group_by(Offer.volunteer_id)
    )
    if wanted.channel:
        counted = counted.where(Offer.channel == wanted.channel)
    found = uow.session.execute(counted).all()
    names = {
        who: uow.vault.decrypted(Volunteer.name_encrypted, who, name)
        for who, name in uow.session.execute(
            select(Volunteer.id, Volunteer.name_encrypted).where(Volunteer.id.in_([row[0] for row in found]))
        )
    }
    rows = [Load(names[who], offers, int(took), minutes.get(who, 0)) for who, offers, took in found if who in names]
    return sorted(rows, key=lambda carried: (-carried.taken, -carried.offers, carried.name))


def _stories(uow: UnitOfWork, line: str, wanted: ReportFilter) -> list[StoriesHeard]:
    plays = (  # counted before stories are looked up: there are many listens of few stories
        select(
            Listen.story_id,
            func.count().label("plays"),
            func.sum(case((Listen.how.in_(("finished", "thanked")), 1), else_=0)).label("completed"),
            func.sum(case((Listen.thanked, 1), else_=0)).label("thanked"),
        )
        .where(Listen.at >= wanted.since, Listen.at < wanted.until)
        .group_by(Listen.story_id)
        .subquery()
    )
    rows = uow.session.execute(
        select(Story.title, plays.c.plays, plays.c.completed, plays.c.thanked)
        .join(plays, plays.c.story_id == Story.id)
        .where(Story.line == line)
        .order_by(plays.c.plays.desc(), Story.title)
        .limit(MOST_STORIES)
    )
    return [StoriesHeard(title, times, int(completed), int(thanked)) for title, times, completed, thanked in rows]


def _follow_ups(uow: UnitOfWork, line: str, wanted: ReportFilter) -> dict[str, int]:
    """By state; `answered` beside them, of those that were sent."""
    rows = uow.session.execute(
        select(FollowUp.state, func.count(), func.count(FollowUp.answered_at))
        .where(FollowUp.line == line, FollowUp.due_at >= wanted.since, FollowUp.due_at < wanted.until)
        .group_by(FollowUp.state)
    ).all()
    counts = {state: count for state, count, _ in rows}
    return counts | {"answered": sum(answered for _, _, answered in rows)}


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
        (name, monday, decrypted(CheckIn.value_encrypted, answer_id, value) or "null")
        for name, monday, answer_id, value in rows
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
