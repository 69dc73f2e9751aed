"""A time on shift that its volunteer cannot come to: offered to others, and the first to take it has it."""

from __future__ import annotations

from datetime import date, timedelta

from checkin.core import lines
from checkin.core.errors import UserError
from checkin.core.rules.zones import zone
from checkin.core.unit_of_work import Work
from checkin.i18n.say import say
from checkin.messages import service as messages
from checkin.outbox import outbox
from checkin.outbox.outcomes import Done, Outcome, Skipped
from checkin.volunteers import alerts
from checkin.volunteers import queries as people
from checkin.volunteers import shift_queries as rows
from checkin.volunteers import shifts as rota
from checkin.volunteers.models import Shift, ShiftTurn, Volunteer
from checkin.volunteers.rules import shift_reminders, shifts
from checkin.volunteers.shift_queries import HELD, Turn
from checkin.volunteers.shift_words import of_turn

ALERT = "shift_gap"


def open_gap(work: Work, turn: Turn, *, said: bool) -> bool:
    """Offer this turn to others. said: its volunteer said no, so that they are off then, whoever takes it.

    False: it is a gap already, or somebody has taken it.
    """
    gap = rows.next_gap(turn.row.line)
    answered = work.now if said else None
    if not rows.change(work.session, turn.row.id, HELD, state="gap", gap=gap, answered_at=answered):
        return False
    work.session.refresh(turn.row)
    if said:
        let_off(work, turn)
    fit = [one for one in people.active(work.session, turn.row.line) if _fits(work, one, turn)]
    turn.row.asked = [one.id for one in fit]
    name = lines.get(work, turn.row.line).name
    for one in fit:
        _tell(work, one, of_turn(work, one, "shifts.offer", turn.row, line=name))
    when = shift_reminders.tell_leads_at(turn.row.starts_at, work.now, bool(fit))
    outbox.later(work, "shift_gap", turn.row.id, when)
    return True


def take(work: Work, volunteer: Volunteer, gap: int) -> str:
    """GAP 12: the first to say so has the shift. Answers what the volunteer is told."""
    turn = rows.of_gap(work.session, volunteer.line, gap)
    if turn is None or turn.row.state in HELD:
        return say(work, volunteer, "shifts.unknown_gap", gap=gap)
    if turn.row.taken_by == volunteer.id:
        return of_turn(work, volunteer, "shifts.yours", turn.row)
    if turn.row.state == "taken":
        return of_turn(work, volunteer, "shifts.too_late", turn.row)
    if turn.row.ends_at <= work.now:
        return of_turn(work, volunteer, "shifts.over", turn.row)
    if turn.volunteer.id == volunteer.id:
        return take_back(work, turn)
    if volunteer.off_rotation:
        return say(work, volunteer, "duty.paused")
    try:
        rota.check_once(work, volunteer, turn.shift, _day(turn))
    except UserError:
        return of_turn(work, volunteer, "shifts.hours", turn.row)
    if not rows.change(work.session, turn.row.id, ("gap",), state="taken", taken_by=volunteer.id):
        return of_turn(work, volunteer, "shifts.too_late", turn.row)
    let_off(work, turn)
    _confirm(work, rota.once(work, volunteer, turn.shift, _day(turn)))
    _tell(work, turn.volunteer, of_turn(work, turn.volunteer, "shifts.covered", turn.row))
    _closed(work, turn, volunteer)
    return of_turn(work, volunteer, "shifts.yours", turn.row)


def take_back(work: Work, turn: Turn) -> str:
    """The volunteer of the shift can come after all. Answers what they are told."""
    if not rows.change(work.session, turn.row.id, ("gap",), state="confirmed", answered_at=work.now):
        return of_turn(work, turn.volunteer, "shifts.too_late", turn.row)
    if not rota.is_on(turn.shift, _day(turn)):
        rota.extra_day(work, turn.shift, _day(turn))
    _closed(work, turn, turn.volunteer)
    return of_turn(work, turn.volunteer, "shifts.yours", turn.row)


def let_off(work: Work, turn: Turn) -> None:
    """The volunteer of the shift is not on it on that day."""
    if rota.is_on(turn.shift, _day(turn)):
        rota.day_off(work, turn.shift, _day(turn))


def tell_leads(work: Work, turn_id: str) -> Outcome:
    """Nobody has taken it and it begins within a day: the leads are told, once. Answers how it went."""
    turn = rows.of_id(work.session, turn_id)
    if turn is None or turn.row.state != "gap":
        return Skipped("somebody has it")
    if turn.row.ends_at <= work.now:
        return Skipped("over")
    if not rows.mark(work.session, turn_id, "alerted_at", work.now):
        return Skipped("they know")
    line, name = turn.row.line, work.vault.decrypt(turn.volunteer, Volunteer.name_encrypted)
    alerts.put_up(work, line, ALERT, _rule(turn))
    others = str(_on_duty_then(work, turn))
    for lead in _leads(work, turn):
        _tell(work, lead, of_turn(work, lead, "shifts.alert", turn.row, name=name, others=others), kind="alert")
    return Done()


def away(work: Work, one: Volunteer, turn: ShiftTurn) -> bool:
    """Whether this volunteer would not be asked during that turn, as far as is known now."""
    off = one.on_duty is False and (one.duty_until is None or one.duty_until > turn.starts_at)
    unreachable = one.failures >= work.policy(one.line).bad_number_after
    return one.state != "active" or people.left(one) or one.off_rotation or off or unreachable


def _fits(work: Work, one: Volunteer, turn: Turn) -> bool:
    """Whether they could stand in: there, not on duty anyway, a language and a channel of the shift, hours left."""
    if one.id == turn.volunteer.id or one.always or away(work, one, turn.row):
        return False
    wanted = set(turn.shift.channels or turn.volunteer.channels)
    if not wanted & set(one.channels) or not set(turn.volunteer.languages) & set(one.languages):
        return False
    try:
        rota.check_once(work, one, turn.shift, _day(turn))
    except UserError:
        return False
    return True


def _closed(work: Work, turn: Turn, by: Volunteer) -> None:
    """Somebody comes: the others who were asked or alerted hear of it, and the alert is closed."""
    outbox.drop(work, turn.row.id, "shift_gap")
    told = {one.id: one for one in people.active(work.session, turn.row.line) if one.id in turn.row.asked}
    if turn.row.alerted_at is not None:
        told |= {one.id: one for one in _leads(work, turn)}
    for identity, one in told.items():
        if identity not in (by.id, turn.volunteer.id):
            _tell(work, one, of_turn(work, one, "shifts.taken", turn.row))
    alerts.close_about(work, turn.row.line, ALERT, _rule(turn), "somebody took it")


def _confirm(work: Work, own: Shift) -> None:
    """Whoever takes a shift need not be asked whether they come; the hour before they are reminded."""
    for turn in rows.coming(work.session, own.id, work.now):
        turn.state, turn.answered_at, turn.day_reminded_at = "confirmed", work.now, work.now


def _on_duty_then(work: Work, turn: Turn) -> int:
    """How many others are on shift when it begins."""
    team = [one for one in people.active(work.session, turn.row.line) if one.id != turn.volunteer.id]
    here = [one for one in team if not away(work, one, turn.row)]
    planned = people.rota(work.session, [one.id for one in here])
    at = turn.row.starts_at + timedelta(seconds=1)
    return sum(
        one.always or any(shifts.on_shift(people.as_rule(row), at) is not None for row in planned[one.id])
        for one in here
    )


def _leads(work: Work, turn: Turn) -> list[Volunteer]:
    """The leads, but not whoever it is about, unless they are the only one."""
    leads = people.leads(work.session, turn.row.line)
    return [one for one in leads if one.id != turn.volunteer.id] or leads


def _tell(work: Work, volunteer: Volunteer, words: str, kind: str = "notice") -> None:
    messages.send(work, line=volunteer.line, volunteer=volunteer, body=words, kind=kind)


def _rule(turn: Turn) -> str:
    return f"gap {turn.row.gap}"


def _day(turn: Turn) -> date:
    return turn.row.starts_at.astimezone(zone(turn.shift.time_zone)).date()
