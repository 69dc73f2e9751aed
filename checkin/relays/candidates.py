"""The volunteers of a line as matching sees them, all in one statement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    exists,
    extract,
    false,
    func,
    literal,
    literal_column,
    not_,
    select,
)
from sqlalchemy.orm import Session

from checkin.core.models import AwareUTC
from checkin.core.rules.policy import Policy
from checkin.core.rules.zones import zone
from checkin.relays.models import Offer, Relay, VolunteerBlock
from checkin.relays.rules.matching import Candidate, Channel
from checkin.volunteers.models import Shift, Volunteer
from checkin.volunteers.queries import THERE, as_rule, channels_of, left
from checkin.volunteers.rules import shifts

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class KnownVolunteer:
    """A volunteer, what matching knows of them, how often this relay was offered to them, and if they said no."""

    volunteer: Volunteer
    candidate: Candidate
    times_asked: int
    refused: bool


@dataclass(frozen=True)
class _Load:
    """What the statement counts; None where a volunteer has no rows."""

    calls: int | None
    last_asked: datetime | None
    asked: int | None
    refused: int | None
    texts: int | None
    today: int | None
    week: float | None
    last_relay: datetime | None
    apart: bool | None


def candidates(
    session: Session,
    line: str,
    channel: Channel,
    now: datetime,
    policy: Policy,
    relay_id: str | None = None,
    contact_id: str | None = None,
) -> list[KnownVolunteer]:
    """Everyone who volunteers for the line, or is invited to, at this moment.

    `relay_id`: they know whether they were asked for it. `contact_id`: and whether they are kept apart from them.
    """
    return by_channel(session, line, (channel,), now, policy, relay_id, contact_id)[channel]


def by_channel(
    session: Session,
    line: str,
    channels: Iterable[Channel],
    now: datetime,
    policy: Policy,
    relay_id: str | None = None,
    contact_id: str | None = None,
) -> dict[Channel, list[KnownVolunteer]]:
    """The same for each of these channels."""
    people: dict[str, Volunteer] = {}
    load: dict[str, _Load] = {}
    schedule: dict[str, list[Shift]] = {}
    for volunteer, shift, *counted in session.execute(_statement(line, now, policy, relay_id, contact_id)):
        people[volunteer.id], load[volunteer.id] = volunteer, _Load(*counted)
        schedule.setdefault(volunteer.id, []).extend([shift] if shift is not None else [])
    return {
        channel: [
            KnownVolunteer(
                person,
                _candidate(person, _since(schedule[person.id], channel, now), load[person.id], now),
                load[person.id].asked or 0,
                bool(load[person.id].refused),
            )
            for person in people.values()
        ]
        for channel in channels
    }


def _candidate(volunteer: Volunteer, since: datetime | None, load: _Load, now: datetime) -> Candidate:
    said = volunteer.on_duty if volunteer.duty_until is None or now < volunteer.duty_until else None
    return Candidate(
        id=volunteer.id,
        line=volunteer.line,
        number_key=volunteer.number_key,
        languages=frozenset(volunteer.languages),
        channels=channels_of(volunteer),
        topics=frozenset(volunteer.topics),
        wishes=frozenset(volunteer.wishes),
        on_shift=volunteer.always or since is not None,
        on_duty=said,
        on_since=volunteer.duty_since if said else None if volunteer.always else since,
        paused=volunteer.off_rotation or left(volunteer),
        rest_until=volunteer.rest_until,
        calls=load.calls or 0,
        texts=load.texts or 0,
        today=load.today or 0,
        week=timedelta(seconds=float(load.week or 0)),
        daily_limit=volunteer.daily_limit,
        agreed=volunteer.hours_agreed,
        blocked=bool(load.apart),
        failures=volunteer.failures,
        missed=volunteer.missed,
        asked=bool(load.asked),
        invited=volunteer.state == "invited",
        idle_since=max((at for at in (load.last_relay, load.last_asked) if at is not None), default=None),
    )


def _since(schedule: Iterable[Shift], channel: Channel, now: datetime) -> datetime | None:
    """Since when they are on shift without a break, on shifts that are for this channel; None off shift."""
    return shifts.on_since([as_rule(row) for row in schedule if not row.channels or channel in row.channels], now)


def _statement(line: str, now: datetime, policy: Policy, relay_id: str | None, contact_id: str | None) -> Select[Any]:
    offers, relays = _offers(line, now, relay_id), _relays(line, now, policy)
    counted = [column for table in (offers, relays) for column in table.c if column.name != "volunteer_id"]
    return (
        select(Volunteer, Shift, *counted, _apart(contact_id))
        .outerjoin(Shift, Shift.volunteer_id == Volunteer.id)
        .outerjoin(offers, offers.c.volunteer_id == Volunteer.id)
        .outerjoin(relays, relays.c.volunteer_id == Volunteer.id)
        .where(Volunteer.line == line, Volunteer.state.in_(THERE))
        .order_by(Volunteer.id, Shift.id)
        .execution_options(populate_existing=True)
    )


def _offers(line: str, now: datetime, relay_id: str | None) -> Subquery:
    """Live calls, when last asked, and how often for this relay, by volunteer."""
    mine = Offer.relay_id == relay_id if relay_id is not None else false()
    passed_by = and_(Offer.state == "canceled", Offer.reason == "taken")  # taken by another who handed it on since
    return (
        select(
            Offer.volunteer_id,
            _count(and_(Offer.live, Offer.channel == "voice")).label("calls"),
            func.max(Offer.planned_at).label("last_asked"),
            _count(and_(mine, not_(passed_by))).label("asked"),
            _count(and_(mine, Offer.state.in_(("declined", "machine", "failed")))).label("refused"),
        )
        .where(Offer.line == line, Offer.planned_at >= now - WEEK)
        .group_by(Offer.volunteer_id)
        .subquery()
    )


def _relays(line: str, now: datetime, policy: Policy) -> Subquery:
    """Text relays now, relays today, seconds this week, and when the last one ended, by volunteer."""
    here = zone(policy.time_zone)
    midnight = datetime.combine(now.astimezone(here).date(), time(), here)
    until = func.coalesce(Relay.ended_at, literal(now, AwareUTC()))
    # Not the bare column: for its order SQLite would read every relay there ever was instead of those of a week.
    who = func.coalesce(Relay.volunteer_id, literal_column("''"))
    return (
        select(
            who.label("volunteer_id"),
            _count(and_(Relay.state == "joined", Relay.channel == "sms")).label("texts"),
            _count(Relay.joined_at >= midnight).label("today"),
            func.sum(extract("epoch", until) - extract("epoch", Relay.joined_at)).label("week"),
            func.max(Relay.ended_at).label("last_relay"),
        )
        .where(Relay.line == line, Relay.joined_at >= now - WEEK)
        .group_by(who)
        .subquery()
    )


def _apart(contact_id: str | None) -> ColumnElement[bool]:
    """Whether this volunteer said that they will not be asked for the contact again."""
    if contact_id is None:
        return false()
    return exists().where(VolunteerBlock.volunteer_id == Volunteer.id, VolunteerBlock.contact_id == contact_id)


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
