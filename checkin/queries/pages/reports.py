"""What the reports show of a period: five statements however long it is."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from sqlalchemy import case, func, select

from checkin.models.contacts import CheckIn, Contact
from checkin.models.outbox import FollowUp
from checkin.models.relays import Offer, Relay
from checkin.models.stories import Listen, Story
from checkin.models.volunteers import Volunteer
from checkin.rules import reporting
from checkin.work import Work

MOST_ROWS = 20_000
"""So many times that somebody asked, or checked in, are read; a longer period is cut to its newest, and says so."""

MOST_STORIES = 30
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Wanted:
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
class Heard:
    """How one story fared in the period."""

    title: str
    plays: int
    completed: int
    thanked: int


@dataclass(frozen=True)
class Report:
    """The page. moods: name of the check-in → (Monday of the week, mean, how many)."""

    asked: Sequence[reporting.Asked]
    load: Sequence[Load]
    moods: dict[str, list[tuple[date, float, int]]]
    stories: Sequence[Heard]
    follow_ups: dict[str, int]
    cut: bool


def report(work: Work, line: str, wanted: Wanted, zone: tzinfo) -> Report:
    """Everything, for this line and this part."""
    asked = _asked(work, line, wanted)
    moods, cut = _moods(work, line, wanted, zone)
    return Report(
        asked=asked,
        load=_load(work, line, wanted, asked),
        moods=moods,
        stories=_stories(work, line, wanted),
        follow_ups=_follow_ups(work, line, wanted),
        cut=cut or len(asked) == MOST_ROWS,
    )


def _asked(work: Work, line: str, wanted: Wanted) -> list[reporting.Asked]:
    query = (
        select(Relay.opened_at, Relay.joined_at, Relay.ended_at, Relay.state, Relay.volunteer_id)
        .where(Relay.line == line, Relay.opened_at >= wanted.since, Relay.opened_at < wanted.until)
        .where(Relay.case_id.is_(None))  # call-backs: it was we who asked
        .order_by(Relay.opened_at.desc())
        .limit(MOST_ROWS)
    )
    if wanted.channel:
        query = query.where(Relay.channel == wanted.channel)
    if wanted.language:
        query = query.where(Relay.speaks == wanted.language)
    return [reporting.Asked(*row) for row in work.session.execute(query)]


def _load(work: Work, line: str, wanted: Wanted, asked: Sequence[reporting.Asked]) -> list[Load]:
    counted = (
        select(
            Volunteer.id, Volunteer.name_sealed, func.count(), func.sum(case((Offer.state == "accepted", 1), else_=0))
        )
        .join(Offer, Offer.volunteer_id == Volunteer.id)
        .where(Offer.line == line, Offer.planned_at >= wanted.since, Offer.planned_at < wanted.until)
        .group_by(Volunteer.id, Volunteer.name_sealed)
    )
    if wanted.channel:
        counted = counted.where(Offer.channel == wanted.channel)
    talked: dict[str | None, timedelta] = defaultdict(timedelta)
    for one in asked:
        talked[one.volunteer] += one.talked
    rows = [
        Load(work.vault.open(sealed) if sealed else "", offers, int(took), round(talked[id_].total_seconds() / 60))
        for id_, sealed, offers, took in work.session.execute(counted)
    ]
    return sorted(rows, key=lambda one: (-one.taken, -one.offers, one.name))


def _moods(
    work: Work, line: str, wanted: Wanted, zone: tzinfo
) -> tuple[dict[str, list[tuple[date, float, int]]], bool]:
    rows = work.session.execute(
        select(CheckIn.name, CheckIn.value_sealed, CheckIn.at)
        .join(Contact, Contact.id == CheckIn.contact_id)
        .where(Contact.line == line, CheckIn.at >= wanted.since, CheckIn.at < wanted.until)
        .order_by(CheckIn.at.desc())
        .limit(MOST_ROWS)
    ).all()
    weeks: dict[str, dict[date, list[float]]] = defaultdict(lambda: defaultdict(list))
    for name, sealed, at in rows:
        value = json.loads(work.vault.open(sealed))
        if isinstance(value, int | float) and not isinstance(value, bool):
            day = at.astimezone(zone).date()
            weeks[name][day - timedelta(days=day.weekday())].append(float(value))
    told = {
        name: [(week, sum(values) / len(values), len(values)) for week, values in sorted(of.items())]
        for name, of in sorted(weeks.items())
    }
    return told, len(rows) == MOST_ROWS


def _stories(work: Work, line: str, wanted: Wanted) -> list[Heard]:
    rows = work.session.execute(
        select(
            Story.title,
            func.count(),
            func.sum(case((Listen.how.in_(("finished", "thanked")), 1), else_=0)),
            func.sum(case((Listen.thanked, 1), else_=0)),
        )
        .join(Listen, Listen.story_id == Story.id)
        .where(Story.line == line, Listen.at >= wanted.since, Listen.at < wanted.until)
        .group_by(Story.id, Story.title)
        .order_by(func.count().desc(), Story.title)
        .limit(MOST_STORIES)
    )
    return [Heard(title, plays, int(completed or 0), int(thanked or 0)) for title, plays, completed, thanked in rows]


def _follow_ups(work: Work, line: str, wanted: Wanted) -> dict[str, int]:
    """By state; `answered` beside them, of those that were sent."""
    rows = work.session.execute(
        select(FollowUp.state, func.count(), func.count(FollowUp.answered_at))
        .where(FollowUp.line == line, FollowUp.due_at >= wanted.since, FollowUp.due_at < wanted.until)
        .group_by(FollowUp.state)
    ).all()
    counts = {state: count for state, count, _ in rows}
    return counts | {"answered": sum(answered for _, _, answered in rows)}
