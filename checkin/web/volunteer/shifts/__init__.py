"""My shifts: the next ones, giving one away, taking one, and my calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response

from checkin.core.errors import UserError
from checkin.core.rules.zones import zone
from checkin.core.translatable import N_
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.gettext import _
from checkin.volunteers import queries as rows
from checkin.volunteers import shift_feeds, shift_gaps
from checkin.volunteers import shift_queries as turns
from checkin.volunteers.models import Shift, ShiftOccurrence, Volunteer
from checkin.volunteers.rules import shifts as rules
from checkin.web.context import RequestContext
from checkin.web.registry import Menu, Pages
from checkin.web.volunteer.current_volunteer import SIGN_IN_AT, do, look, there

pages = Pages("volunteer_shifts", "/volunteer/shifts", Menu(N_("Shifts"), "volunteering", 30), sign_in_at=SIGN_IN_AT)

HERE = "volunteer_shifts.shifts"
SHOWN = 12
OF_ONE = 8


@dataclass(frozen=True)
class Time:
    """One time on shift. state: planned, confirmed, gap (offered to others), taken (by somebody else)."""

    shift_id: str
    start: datetime
    end: datetime
    state: str
    turn_id: str | None


@pages.page("/", right="volunteering")
def shifts(ctx: RequestContext, **_sent_from: object) -> str:
    """The next times, those that were given away among them, and what others cannot come to."""

    def read(uow: UnitOfWork, volunteer: Volunteer) -> dict[str, Any]:
        gaps = [
            gap for gap in turns.open_gaps(uow.session, volunteer.line, ctx.now) if gap.volunteer_id != volunteer.id
        ]
        return {
            "me": volunteer,
            "mine": _times(
                rows.shifts_of(uow.session, volunteer.id),
                turns.of_volunteer(uow.session, volunteer.id, ctx.now),
                ctx.now,
            ),
            "gaps": [gap for gap in gaps if volunteer.lead or volunteer.id in gap.asked],
            "feed": ctx.url("calendars.calendar", token=shift_feeds.token(uow, volunteer)),
            "where": zone(volunteer.time_zone),
        }

    return ctx.page("volunteer/shifts/shifts.html", **look(ctx, read))


@pages.write("/<shift_id>/offer", right="volunteering", shows=shifts)
def offer(ctx: RequestContext, shift_id: str) -> Response:
    """I cannot come then: others are asked."""
    try:
        start = datetime.fromisoformat(ctx.field("start"))
    except ValueError:
        start = None
    if start is None or start.tzinfo is None:
        raise UserError(_("Choose one of your shifts."))
    do(ctx, lambda uow, _one: shift_gaps.offer(uow, ctx.own(uow.session.get(Shift, shift_id)), start))
    return ctx.to(HERE, _("It's offered to others. You can take it back until someone takes it."))


@pages.write("/turns/<turn_id>/come", right="volunteering", shows=shifts)
def come(ctx: RequestContext, turn_id: str) -> Response:
    """I come; also after all."""

    def act(uow: UnitOfWork, volunteer: Volunteer) -> None:
        turn = there(turns.of_id(uow.session, turn_id))
        ctx.own(turn.row)
        shift_gaps.confirm(uow, turn)

    do(ctx, act)
    return ctx.to(HERE, _("Thank you. It's yours."))


@pages.write("/gaps/<int:gap>/take", right="volunteering", shows=shifts)
def take(ctx: RequestContext, gap: int) -> Response:
    """GAP 12: the first to say so has it."""

    def act(uow: UnitOfWork, volunteer: Volunteer) -> None:
        there(turns.of_gap(uow.session, volunteer.line, gap))
        shift_gaps.take_gap(uow, volunteer, gap)

    do(ctx, act)
    return ctx.to(HERE, _("Thank you. The shift is yours."))


def _times(mine: Sequence[Shift], known: Sequence[ShiftOccurrence], now: datetime) -> list[Time]:
    """What is planned and what was given away, in order."""
    held = {(turn.shift_id, turn.starts_at): turn for turn in known}
    times = []
    for shift in mine:
        for time in rules.next_times([rows.as_rule(shift)], now, OF_ONE):
            turn = held.pop((shift.id, time.start), None)
            state, turn_id = (turn.state, turn.id) if turn is not None else ("planned", None)
            times.append(Time(shift.id, time.start, time.end, state, turn_id))
    gone = [turn for turn in held.values() if turn.state in ("gap", "taken")]
    times += [Time(turn.shift_id, turn.starts_at, turn.ends_at, turn.state, turn.id) for turn in gone]
    return sorted(times, key=lambda time: time.start)[:SHOWN]
