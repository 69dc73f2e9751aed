"""A time on shift that its volunteer cannot come to, said by text or on the page: the first to take it has it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from checkin.core import lines
from checkin.core.errors import UserError
from checkin.core.rules.zones import zone
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.say import say, times
from checkin.messages import service as messages
from checkin.outbox import outbox
from checkin.outbox.outcomes import Done, Outcome, Skipped
from checkin.volunteers import alerts, shift_occurrences
from checkin.volunteers import queries as people
from checkin.volunteers import shift_queries as rows
from checkin.volunteers import shifts as schedule
from checkin.volunteers.models import Shift, ShiftOccurrence, Volunteer
from checkin.volunteers.rules import shifts
from checkin.volunteers.rules.shifts import Occurrence
from checkin.volunteers.shift_queries import HELD, PlannedShift

ALERT = "shift_gap"

LONGEST_AHEAD = 60
"""So many times of one shift are looked at: the page shows far fewer."""


def open_gap(uow: UnitOfWork, turn: PlannedShift, *, said: bool) -> bool:
    """Offer this turn to others. said: its volunteer said no, so that they are off then, whoever takes it.

    False: it is a gap already, or somebody has taken it.
    """
    gap = rows.next_gap(turn.row.line)
    answered = uow.now if said else None
    if not rows.change(uow.session, turn.row.id, HELD, state="gap", gap=gap, answered_at=answered):
        return False
    uow.session.refresh(turn.row)
    if said:
        let_off(uow, turn)
    fit = [member for member in people.active(uow.session, turn.row.line) if _fits(uow, member, turn)]
    turn.row.asked = [member.id for member in fit]
    name = lines.get(uow, turn.row.line).name
    for member in fit:
        _tell(uow, member, of_turn(uow, member, "shifts.offer", turn.row, line=name))
    when = shifts.tell_leads_at(turn.row.starts_at, uow.now, bool(fit))
    outbox.later(uow, "shift_gap", turn.row.id, when)
    return True


def take(uow: UnitOfWork, volunteer: Volunteer, gap: int) -> str:
    """GAP 12: the first to say so has the shift. Answers what the volunteer is told."""
    turn = rows.of_gap(uow.session, volunteer.line, gap)
    if turn is None or turn.row.state in HELD:
        return say(uow, volunteer, "shifts.unknown_gap", gap=gap)
    if turn.row.taken_by == volunteer.id:
        return of_turn(uow, volunteer, "shifts.yours", turn.row)
    if turn.row.state == "taken":
        return of_turn(uow, volunteer, "shifts.too_late", turn.row)
    if turn.row.ends_at <= uow.now:
        return of_turn(uow, volunteer, "shifts.over", turn.row)
    if turn.volunteer.id == volunteer.id:
        return take_back(uow, turn)
    if volunteer.off_rotation:
        return say(uow, volunteer, "duty.paused")
    try:
        schedule.check_once(uow, volunteer, turn.shift, _day(turn))
    except UserError:
        return of_turn(uow, volunteer, "shifts.hours", turn.row)
    if not rows.change(uow.session, turn.row.id, ("gap",), state="taken", taken_by=volunteer.id):
        return of_turn(uow, volunteer, "shifts.too_late", turn.row)
    let_off(uow, turn)
    _confirm(uow, schedule.once(uow, volunteer, turn.shift, _day(turn)))
    _tell(uow, turn.volunteer, of_turn(uow, turn.volunteer, "shifts.covered", turn.row))
    _closed(uow, turn, volunteer)
    return of_turn(uow, volunteer, "shifts.yours", turn.row)


def take_back(uow: UnitOfWork, turn: PlannedShift) -> str:
    """The volunteer of the shift can come after all. Answers what they are told."""
    if not rows.change(uow.session, turn.row.id, ("gap",), state="confirmed", answered_at=uow.now):
        return of_turn(uow, turn.volunteer, "shifts.too_late", turn.row)
    if not schedule.is_on(turn.shift, _day(turn)):
        schedule.extra_day(uow, turn.shift, _day(turn))
    _closed(uow, turn, turn.volunteer)
    return of_turn(uow, turn.volunteer, "shifts.yours", turn.row)


def let_off(uow: UnitOfWork, turn: PlannedShift) -> None:
    """The volunteer of the shift is not on it on that day."""
    if schedule.is_on(turn.shift, _day(turn)):
        schedule.day_off(uow, turn.shift, _day(turn))


def tell_leads(uow: UnitOfWork, turn_id: str) -> Outcome:
    """Nobody has taken it and it begins within a day: the leads are told, once. Answers how it went."""
    turn = rows.of_id(uow.session, turn_id)
    if turn is None or turn.row.state != "gap":
        return Skipped("somebody has it")
    if turn.row.ends_at <= uow.now:
        return Skipped("over")
    if not rows.mark(uow.session, turn_id, "alerted_at", uow.now):
        return Skipped("they know")
    line, name = turn.row.line, uow.vault.decrypt(turn.volunteer, Volunteer.name_encrypted)
    alerts.put_up(uow, line, ALERT, _rule(turn))
    others = str(_on_duty_then(uow, turn))
    for lead in _leads(uow, turn):
        _tell(uow, lead, of_turn(uow, lead, "shifts.alert", turn.row, name=name, others=others), kind="alert")
    return Done()


def away(uow: UnitOfWork, volunteer: Volunteer, turn: ShiftOccurrence) -> bool:
    """Whether this volunteer would not be asked during that turn, as far as is known now."""
    off = volunteer.on_duty is False and (volunteer.duty_until is None or volunteer.duty_until > turn.starts_at)
    unreachable = volunteer.failures >= uow.policy(volunteer.line).bad_number_after
    return volunteer.state != "active" or people.left(volunteer) or volunteer.off_rotation or off or unreachable


def offer(uow: UnitOfWork, shift: Shift, starts_at: datetime) -> None:
    """Offer one time of this shift to others. Saying it again changes nothing. Raises UserError."""
    times = shifts.next_times([people.as_rule(shift)], uow.now, LONGEST_AHEAD)
    found = next((time for time in times if time.start == starts_at), None)
    turn = rows.of_start(uow.session, shift.id, starts_at)
    if turn is None:
        if found is None:
            raise UserError("you aren't on shift then")
        shift_occurrences.plan_one(uow, shift, found)
        turn = rows.of_start(uow.session, shift.id, starts_at)
    assert turn is not None, "it was written just now"
    if turn.row.ends_at <= uow.now:
        raise UserError("that time has passed")
    if turn.row.state in HELD:
        open_gap(uow, turn, said=True)


def confirm(uow: UnitOfWork, turn: PlannedShift) -> None:
    """They come to this one. Raises UserError: somebody else has it by now."""
    if turn.row.state == "gap":
        come_after_all(uow, turn)
    elif not rows.change(uow.session, turn.row.id, HELD, state="confirmed", answered_at=uow.now):
        raise UserError("someone has already taken it")


def come_after_all(uow: UnitOfWork, turn: PlannedShift) -> None:
    """They come after all. Raises UserError: somebody else has it by now."""
    take_back(uow, turn)
    uow.session.refresh(turn.row)
    if turn.row.state not in HELD:
        raise UserError("someone has already taken it")


def take_gap(uow: UnitOfWork, volunteer: Volunteer, gap: int) -> None:
    """Take over somebody else's time. Raises UserError with what is said by text when it cannot be."""
    said = take(uow, volunteer, gap)
    turn = rows.of_gap(uow.session, volunteer.line, gap)
    theirs = turn is not None and turn.row.taken_by == volunteer.id
    back = turn is not None and turn.row.volunteer_id == volunteer.id and turn.row.state in HELD
    if not theirs and not back:
        raise UserError.of(said)


def _fits(uow: UnitOfWork, volunteer: Volunteer, turn: PlannedShift) -> bool:
    """Whether they could stand in: there, not on duty anyway, a language and a channel of the shift, hours left."""
    if volunteer.id == turn.volunteer.id or volunteer.always or away(uow, volunteer, turn.row):
        return False
    wanted = set(turn.shift.channels or turn.volunteer.channels)
    if not wanted & set(volunteer.channels) or not set(turn.volunteer.languages) & set(volunteer.languages):
        return False
    try:
        schedule.check_once(uow, volunteer, turn.shift, _day(turn))
    except UserError:
        return False
    return True


def _closed(uow: UnitOfWork, turn: PlannedShift, by: Volunteer) -> None:
    """Somebody comes: the others who were asked or alerted hear of it, and the alert is closed."""
    outbox.drop(uow, turn.row.id, "shift_gap")
    told = {member.id: member for member in people.active(uow.session, turn.row.line) if member.id in turn.row.asked}
    if turn.row.alerted_at is not None:
        told |= {lead.id: lead for lead in _leads(uow, turn)}
    for identity, member in told.items():
        if identity not in (by.id, turn.volunteer.id):
            _tell(uow, member, of_turn(uow, member, "shifts.taken", turn.row))
    alerts.close_about(uow, turn.row.line, ALERT, _rule(turn), "somebody took it")


def _confirm(uow: UnitOfWork, own: Shift) -> None:
    """Whoever takes a shift need not be asked whether they come; the hour before they are reminded."""
    for turn in rows.coming(uow.session, own.id, uow.now):
        turn.state, turn.answered_at, turn.day_reminded_at = "confirmed", uow.now, uow.now


def _on_duty_then(uow: UnitOfWork, turn: PlannedShift) -> int:
    """How many others are on shift when it begins."""
    team = [member for member in people.active(uow.session, turn.row.line) if member.id != turn.volunteer.id]
    here = [member for member in team if not away(uow, member, turn.row)]
    planned = people.shifts_by_volunteer(uow.session, [member.id for member in here])
    at = turn.row.starts_at + timedelta(seconds=1)
    return sum(
        member.always or any(shifts.on_shift(people.as_rule(row), at) is not None for row in planned[member.id])
        for member in here
    )


def _leads(uow: UnitOfWork, turn: PlannedShift) -> list[Volunteer]:
    """The leads, but not whoever it is about, unless they are the only one."""
    leads = people.leads(uow.session, turn.row.line)
    return [lead for lead in leads if lead.id != turn.volunteer.id] or leads


def _tell(uow: UnitOfWork, volunteer: Volunteer, words: str, kind: str = "notice") -> None:
    messages.send(uow, line=volunteer.line, volunteer=volunteer, body=words, kind=kind)


def _rule(turn: PlannedShift) -> str:
    return f"gap {turn.row.gap}"


def _day(turn: PlannedShift) -> date:
    return turn.row.starts_at.astimezone(zone(turn.shift.time_zone)).date()


def of_turn(uow: UnitOfWork, volunteer: Volunteer, key: str, turn: ShiftOccurrence, /, **values: object) -> str:
    """A text about this turn: when it is, and its gap, are filled in."""
    when = times(uow, volunteer, [Occurrence(turn.starts_at, turn.ends_at)], zone(volunteer.time_zone))
    return say(uow, volunteer, key, when=when, gap=turn.gap, **values)


def reminder_text(
    uow: UnitOfWork, volunteer: Volunteer, turn: ShiftOccurrence, line: str, *, soon: bool, texting: bool
) -> str:
    """The reminder of a turn. texting: they are joined with a contact by text, who would get a plain YES."""
    key = "shifts.hour_before" if soon else "shifts.day_before"
    key = "shifts.hour_confirmed" if soon and turn.state == "confirmed" else key
    yes = say(uow, volunteer, "shifts.yes_texting" if texting else "shifts.yes")
    no = say(uow, volunteer, "shifts.no_texting" if texting else "shifts.no")
    return of_turn(uow, volunteer, key, turn, line=line, yes=yes, no=no)
