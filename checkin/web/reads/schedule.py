"""What the page of the schedule shows: one week by the line's clock, who is there, and where somebody is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from checkin.core.rules import coverage
from checkin.core.rules.coverage import Presence, WantedCover
from checkin.core.rules.zones import zone
from checkin.core.unit_of_work import UnitOfWork
from checkin.relays.models import Relay
from checkin.volunteers import queries as rows
from checkin.volunteers.duty import wanted_cover
from checkin.volunteers.models import Shift, ShiftOccurrence, Volunteer
from checkin.volunteers.rules import shifts
from checkin.web.reads.schedule_days import DAY, Day, Off, Piece, ScheduledShift, laid_out

WEEK = timedelta(days=7)
MOST_TURNS = 10
"""So often a shift can touch one week: once a day, and the nights before and after."""

_FOR_EVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class TeamMember:
    """A volunteer, their shifts, and what they do this week: relays, minutes of talk, and minutes on shift."""

    row: Volunteer
    name: str
    shifts: Sequence[Shift]
    relays: int
    talked: int
    planned: int


@dataclass(frozen=True)
class Week:
    """The page. always: names of those who are there at any hour. missing: of all wanted time, in hours of a person."""

    monday: date
    days: Sequence[Day]
    team: Sequence[TeamMember]
    always: Sequence[str]
    wanted: Sequence[WantedCover]
    missing: float
    hours: float


def monday_of(day: date) -> date:
    """The Monday of its week."""
    return day - day.weekday() * DAY


def week(uow: UnitOfWork, line: str, monday: date, where: ZoneInfo) -> Week:
    """The week that begins on this Monday: four statements."""
    since, until = (datetime.combine(edge, time(), where).astimezone(UTC) for edge in (monday, monday + WEEK))
    team = rows.team(uow.session, line)
    names = {member.id: uow.vault.decrypt(member, Volunteer.name_encrypted) for member in team}
    schedule = rows.shifts_by_volunteer(uow.session, names)
    turns = _turns(uow, line, since, until)
    gone = {member.id: gone_until(uow, member) for member in team}
    planned = [
        (member, row, found)
        for member in team
        for row in schedule[member.id]
        for found in _occurrences(row, since, until)
    ]
    there = list(_there(uow, team, planned, turns, gone, (since, until)))
    wanted = wanted_cover(uow, line)
    stretches = coverage.stretches(wanted, there, since, until, where)
    shown = [
        _turn(names[volunteer.id], row, found, turns, gone[volunteer.id], uow.now) for volunteer, row, found in planned
    ]
    held = {(row.id, found.start) for _, row, found in planned}
    shown += [_gap(names, turn, where) for key, turn in turns.items() if turn.state == "gap" and key not in held]
    off = _off(names, schedule)
    return Week(
        monday=monday,
        days=[laid_out(monday + ahead * DAY, where, shown, stretches, off) for ahead in range(7)],
        team=_members(uow, line, team, names, schedule, planned, (since, until)),
        always=[names[member.id] for member in team if member.always and gone[member.id] is None],
        wanted=wanted,
        missing=sum(stretch.missing * stretch.length / timedelta(hours=1) for stretch in stretches),
        hours=sum(stretch.wanted * stretch.length / timedelta(hours=1) for stretch in stretches),
    )


def gone_until(uow: UnitOfWork, volunteer: Volunteer) -> datetime | None:
    """Until when this volunteer is rung at no time, whatever their shifts say; None: they are not away."""
    policy = uow.policy(volunteer.line)
    paused = volunteer.off_rotation or rows.left(volunteer) or volunteer.failures >= policy.bad_number_after
    if volunteer.state != "active" or paused:
        return _FOR_EVER
    if volunteer.on_duty is False and (volunteer.duty_until is None or volunteer.duty_until > uow.now):
        return volunteer.duty_until or _FOR_EVER
    return None


def _turns(uow: UnitOfWork, line: str, since: datetime, until: datetime) -> dict[tuple[str, datetime], ShiftOccurrence]:
    found = uow.session.scalars(
        select(ShiftOccurrence).where(
            ShiftOccurrence.line == line, ShiftOccurrence.ends_at > since, ShiftOccurrence.starts_at < until
        )
    )
    return {(shift.shift_id, shift.starts_at.astimezone(UTC)): shift for shift in found}


def _occurrences(row: Shift, since: datetime, until: datetime) -> list[shifts.Occurrence]:
    coming = shifts.next_times([rows.as_rule(row)], since, MOST_TURNS)
    found = [shifts.Occurrence(span.start.astimezone(UTC), span.end.astimezone(UTC)) for span in coming]
    return [span for span in found if span.start < until]


def _there(
    uow: UnitOfWork,
    team: Sequence[Volunteer],
    planned: Sequence[tuple[Volunteer, Shift, shifts.Occurrence]],
    turns: dict[tuple[str, datetime], ShiftOccurrence],
    gone: dict[str, datetime | None],
    span: tuple[datetime, datetime],
) -> Iterator[Presence]:
    """Who is there when: by shift, always, or by their own word. What is past stays as it was planned."""
    for member in team:
        if member.always:
            yield from _but(member.id, *span, uow.now, gone[member.id])
        if member.on_duty and member.duty_until is not None and gone[member.id] is None:
            yield Presence(member.id, member.duty_since or uow.now, member.duty_until)
    for volunteer, row, found in planned:
        turn = turns.get((row.id, found.start))
        if turn is None or turn.state != "gap":
            yield from _but(volunteer.id, found.start, found.end, uow.now, gone[volunteer.id])


def _but(who: str, start: datetime, end: datetime, now: datetime, gone: datetime | None) -> Iterator[Presence]:
    """This time, without what lies between now and the moment until which they are gone."""
    if gone is None:
        yield Presence(who, start, end)
        return
    if start < now:
        yield Presence(who, start, min(end, now))
    if end > gone:
        yield Presence(who, max(start, gone), end)


def _turn(
    name: str,
    row: Shift,
    found: shifts.Occurrence,
    turns: dict[tuple[str, datetime], ShiftOccurrence],
    gone: datetime | None,
    now: datetime,
) -> ScheduledShift:
    turn = turns.get((row.id, found.start))
    state = turn.state if turn is not None and turn.state in ("confirmed", "gap") else ""
    if not state and gone is not None and found.end > now and found.start < gone:
        state = "away"
    own = found.start.astimezone(zone(row.time_zone)).date()
    once = not row.rule and not row.extra_days
    channels, gap = tuple(row.channels), turn.gap if turn is not None and turn.state == "gap" else None
    return ScheduledShift(
        row.id, row.volunteer_id, name, found.start, found.end, own, state, once, channels, False, Piece(0, 0), gap
    )


def _gap(names: dict[str, str], turn: ShiftOccurrence, where: ZoneInfo) -> ScheduledShift:
    """A time that its volunteer said no to, and that nobody has taken."""
    start, end = turn.starts_at.astimezone(UTC), turn.ends_at.astimezone(UTC)
    name, day = names.get(turn.volunteer_id, ""), start.astimezone(where).date()
    return ScheduledShift(
        turn.shift_id, turn.volunteer_id, name, start, end, day, "gap", False, (), False, Piece(0, 0), turn.gap
    )


def _off(names: dict[str, str], schedule: dict[str, list[Shift]]) -> list[Off]:
    return [
        Off(row.id, names[who], date.fromisoformat(day))
        for who, own in schedule.items()
        for row in own
        for day in row.days_off
    ]


def _members(
    uow: UnitOfWork,
    line: str,
    team: Sequence[Volunteer],
    names: dict[str, str],
    schedule: dict[str, list[Shift]],
    planned: Sequence[tuple[Volunteer, Shift, shifts.Occurrence]],
    span: tuple[datetime, datetime],
) -> list[TeamMember]:
    carried = _carried(uow, line, *span)
    minutes: dict[str, int] = {}
    for volunteer, _, found in planned:
        length = min(found.end, span[1]) - max(found.start, span[0])
        minutes[volunteer.id] = minutes.get(volunteer.id, 0) + int(length.total_seconds() // 60)
    return [
        TeamMember(
            member, names[member.id], schedule[member.id], *carried.get(member.id, (0, 0)), minutes.get(member.id, 0)
        )
        for member in team
    ]


def _carried(uow: UnitOfWork, line: str, since: datetime, until: datetime) -> dict[str, tuple[int, int]]:
    """Relays and minutes of talk in this time, by volunteer."""
    found: dict[str, tuple[int, int]] = {}
    talks = select(Relay.volunteer_id, Relay.joined_at, Relay.ended_at).where(
        Relay.line == line, Relay.joined_at >= since, Relay.joined_at < until
    )
    for who, joined, ended in uow.session.execute(talks):
        if who is not None and joined is not None:
            count, minutes = found.get(who, (0, 0))
            found[who] = (count + 1, minutes + int(((ended or uow.now) - joined).total_seconds() // 60))
    return found


def coming_week(uow: UnitOfWork, line: str) -> tuple[float, float]:
    """Hours of volunteers that are wanted from today on for seven days, and how many of them have nobody."""
    where = zone(uow.policy(line).time_zone)
    found = week(uow, line, uow.now.astimezone(where).date(), where)
    return found.hours, found.missing
