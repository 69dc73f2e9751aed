"""Volunteers and their shifts out of a table. Nobody is texted for it, and nobody who is here already is changed."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from checkin.contacts import service as contacts
from checkin.contacts.models import Consent
from checkin.core import lines
from checkin.core.errors import UserError
from checkin.core.unit_of_work import UnitOfWork
from checkin.moving.rules import cells
from checkin.moving.rules.kinds import full_name
from checkin.moving.rules.sheets import SheetRow
from checkin.moving.run import MoveRun, Verdict, What, made
from checkin.volunteers import duty, invitations, profile, schedule, shifts
from checkin.volunteers import queries as rows
from checkin.volunteers import service as volunteers
from checkin.volunteers.models import Volunteer
from checkin.volunteers.profile import Offered
from checkin.volunteers.shifts import Times


def volunteer_row(uow: UnitOfWork, run: MoveRun, row: SheetRow) -> Verdict:
    """A new volunteer. Until they have agreed, they are neither rung nor texted; a STOP of theirs holds."""
    number = run.number(row)
    known = rows.with_number(uow.session, run.line, contacts.keys_of(uow, run.line, number))
    stop = cells.stop(row.of("stopped"))
    if stop is None and (first := run.repeats(number.e164, row)):
        raise UserError("the same number is in row %(row)s: put both into one row", row=first)
    if known is not None:
        return _known(uow, known, stop)
    name = cells.yap_name(full_name(row)) if row.of("shift_info") else full_name(row)
    agreed = _agreed(row)
    if agreed and _refused(uow, run.line, contacts.keys_of(uow, run.line, number)):
        raise UserError("they said no to volunteering here: ask them again before you add them")
    volunteer = volunteers.add(uow, run.line, name, number.e164, _offered(uow, run.line, row), run.by)
    made(uow, run, "volunteer", volunteer.id)
    if agreed:
        invitations.agreed_on_paper(uow, volunteer, run.wording(row.of("agreed_source")), run.source)
    else:
        volunteer.state = "invited"  # and nothing is sent: an organizer asks for that
    if stop is not None or invitations.opted_out(uow, volunteer):
        volunteer.stopped_at = uow.now
        return Verdict("added", name, UserError("they said STOP: they get no texts or calls until they text START"))
    note = None if agreed else UserError("hasn't agreed yet: you can invite them by text once it's imported")
    return Verdict("added", name, note)


def shift_row(uow: UnitOfWork, run: MoveRun, row: SheetRow) -> Verdict:
    """A shift of somebody who is here, or all of them that stand in one row of a yap helpline's list."""
    volunteer = _whose(uow, run, row)
    name = volunteers.name_of(uow, volunteer)
    wanted = _yap_times(row) if row.of("shift_info") else [_times(row)]
    if not wanted:
        return Verdict("here", name, UserError("there are no shifts in this row"))
    added, wrong = 0, None
    for times in wanted:
        try:
            if _there(uow, volunteer, times):
                continue
            shift = schedule.add(uow, volunteer, times, run.by)
        except UserError as error:
            wrong = error
            continue
        made(uow, run, "shift", shift.id)
        added += 1
    if wrong is not None and len(wanted) > 1:
        wrong = UserError("not all of their shifts could be added: %(why)s", why=wrong.text)
    if wrong is not None:
        return Verdict("changed" if added else "wrong", name, wrong)
    what: What = "added" if added else "here"
    return Verdict(what, name)


def _known(uow: UnitOfWork, volunteer: Volunteer, stop: cells.SaidStop | None) -> Verdict:
    name = volunteers.name_of(uow, volunteer)
    if stop is not None and leave_in_peace(uow, volunteer):
        return Verdict("changed", name, UserError("they said STOP: they get no texts or calls until they text START"))
    return Verdict("here", name)


def leave_in_peace(uow: UnitOfWork, volunteer: Volunteer) -> bool:
    """They said STOP elsewhere: no texts, no calls. Whether it was news. Nobody is told by text: it's an import."""
    if volunteer.stopped_at is not None and volunteer.stopped_by is None:
        return False
    volunteer.stopped_at, volunteer.stopped_by = uow.now, None
    duty.go_off(uow, volunteer)
    return True


def _agreed(row: SheetRow) -> bool:
    written = row.of("agreed")
    try:
        return cells.yes(written)
    except UserError:
        return bool(cells.day(written))


def _refused(uow: UnitOfWork, line: str, keys: list[bytes]) -> bool:
    """Whether the last that we heard from them about volunteering was a no."""
    said = select(Consent.given).where(
        Consent.line == line, Consent.number_key.in_(keys), Consent.name == invitations.VOLUNTEERING
    )
    return uow.session.scalars(said.order_by(Consent.at.desc()).limit(1)).first() is False


def _offered(uow: UnitOfWork, line: str, row: SheetRow) -> Offered:
    """Raises UserError for what cannot be offered."""
    languages = tuple(cells.language(part) for part in cells.listed(row.of("languages")))
    limit = cells.whole(row.of("daily_limit"))
    if limit is not None and limit > profile.MOST_A_DAY:
        raise UserError("a daily limit of %(daily_limit)s: enter a whole number, 1 or more", daily_limit=limit)
    return Offered(
        languages=languages or lines.get(uow, line).languages[:1],
        channels=cells.channels(row.of("channels")) or tuple(profile.CHANNELS),
        topics=cells.listed(row.of("topics")),
        wishes=cells.listed(row.of("wishes")),
        time_zone=row.of("time_zone") or None,
        daily_limit=limit,
        **{name: cells.yes(row.of(name)) for name in ("always", "lead", "hours_agreed", "page_only")},
    )


def _whose(uow: UnitOfWork, run: MoveRun, row: SheetRow) -> Volunteer:
    """By their number, else by their whole name: never by the beginning of one. Raises UserError."""
    if row.of("number"):
        found = rows.with_number(uow.session, run.line, contacts.keys_of(uow, run.line, run.number(row)))
        if found is None:
            raise UserError("no volunteer here has this number: import the volunteers first", code="no_volunteer")
        return found
    written = row.of("volunteer")
    wanted = (cells.yap_name(written) if row.of("shift_info") else written).casefold()
    for member in rows.team(uow.session, run.line):
        if wanted and volunteers.name_of(uow, member).casefold() == wanted:
            return member
    raise UserError("no volunteer here has this name: import the volunteers first", code="no_volunteer")


def _times(row: SheetRow) -> Times:
    days, rule = cells.days(row.of("days")), row.of("rule") or None
    first = cells.day(row.of("first")) if row.of("first") else None
    if not days and rule is None and first is None:
        raise UserError("it's on no day: fill in days, or first for a shift that comes once")
    every = cells.whole(row.of("every")) or 1
    if not 1 <= every <= 52:
        raise UserError("%(written)s isn't a whole number", written=repr(row.of("every")[:20]))
    return Times(
        begins=cells.clock(row.of("begins")),
        ends=cells.clock(row.of("ends")),
        days=days,
        first=first,
        every=every,
        nth=cells.whole(row.of("nth")),
        rule=rule,
        time_zone=row.of("time_zone") or None,
        channels=cells.channels(row.of("channels")),
    )


def _yap_times(row: SheetRow) -> list[Times]:
    """A shift that is the same on several days is one shift."""
    by_time: dict[tuple[object, ...], Times] = {}
    for told in cells.yap_shifts(row.of("shift_info")):
        key = told.begins, told.ends, told.time_zone, told.channels
        known = by_time.get(key)
        days = (*(known.days if known else ()), *told.days)
        by_time[key] = Times(
            begins=told.begins, ends=told.ends, days=tuple(dict.fromkeys(days)), time_zone=told.time_zone,
            channels=told.channels,
        )  # fmt: skip
    return list(by_time.values())


def _there(uow: UnitOfWork, volunteer: Volunteer, times: Times) -> bool:
    """Whether they have this very shift. Where the file names no first day, any will do."""
    meant = shifts.meant(uow, volunteer, times)
    for shift in rows.shifts_of(uow.session, volunteer.id):
        there = rows.as_rule(shift)
        same = replace(there, days_off=frozenset(), extra_days=frozenset())
        if times.first is None:
            same = replace(same, starts_on=meant.starts_on)
        if same == meant:
            return True
    return False
