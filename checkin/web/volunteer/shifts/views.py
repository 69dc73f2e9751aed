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
from checkin.core.unit_of_work import Work
from checkin.i18n.gettext import _
from checkin.volunteers import queries as rows
from checkin.volunteers import shift_feeds, swaps
from checkin.volunteers import shift_queries as turns
from checkin.volunteers.models import Shift, ShiftTurn, Volunteer
from checkin.volunteers.rules import shifts as rules
from checkin.web.context import Here
from checkin.web.registry import Menu, Pages
from checkin.web.volunteer.current_volunteer import DOOR, do, look, there

pages = Pages("volunteer_shifts", "/volunteer/shifts", Menu(N_("Shifts"), "volunteering", 30), door=DOOR)

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
def shifts(here: Here, **_sent_from: object) -> str:
    """The next times, those that were given away among them, and what others cannot come to."""

    def read(work: Work, one: Volunteer) -> dict[str, Any]:
        gaps = [gap for gap in turns.open_gaps(work.session, one.line, here.now) if gap.volunteer_id != one.id]
        return {
            "me": one,
            "mine": _times(
                rows.shifts_of(work.session, one.id), turns.of_volunteer(work.session, one.id, here.now), here.now
            ),
            "gaps": [gap for gap in gaps if one.lead or one.id in gap.asked],
            "feed": here.url("calendars.calendar", token=shift_feeds.token(work, one)),
            "where": zone(one.time_zone),
        }

    return here.page("volunteer/shifts/shifts.html", **look(here, read))


@pages.write("/<shift_id>/offer", right="volunteering", shows=shifts)
def offer(here: Here, shift_id: str) -> Response:
    """I cannot come then: others are asked."""
    try:
        start = datetime.fromisoformat(here.field("start"))
    except ValueError:
        start = None
    if start is None or start.tzinfo is None:
        raise UserError(_("Choose one of your shifts."))
    do(here, lambda work, _one: swaps.offer(work, here.own(work.session.get(Shift, shift_id)), start))
    return here.to(HERE, _("It is offered to others. Until somebody takes it you can take it back."))


@pages.write("/turns/<turn_id>/come", right="volunteering", shows=shifts)
def come(here: Here, turn_id: str) -> Response:
    """I come; also after all."""

    def act(work: Work, one: Volunteer) -> None:
        turn = there(turns.of_id(work.session, turn_id))
        here.own(turn.row)
        swaps.confirm(work, turn)

    do(here, act)
    return here.to(HERE, _("Thank you. It is yours."))


@pages.write("/gaps/<int:gap>/take", right="volunteering", shows=shifts)
def take(here: Here, gap: int) -> Response:
    """GAP 12: the first to say so has it."""

    def act(work: Work, one: Volunteer) -> None:
        there(turns.of_gap(work.session, one.line, gap))
        swaps.take(work, one, gap)

    do(here, act)
    return here.to(HERE, _("Thank you. The shift is yours."))


def _times(mine: Sequence[Shift], known: Sequence[ShiftTurn], now: datetime) -> list[Time]:
    """What is planned and what was given away, in order."""
    held = {(turn.shift_id, turn.starts_at): turn for turn in known}
    times = []
    for shift in mine:
        for one in rules.next_times([rows.as_rule(shift)], now, OF_ONE):
            turn = held.pop((shift.id, one.start), None)
            state, turn_id = (turn.state, turn.id) if turn is not None else ("planned", None)
            times.append(Time(shift.id, one.start, one.end, state, turn_id))
    gone = [turn for turn in held.values() if turn.state in ("gap", "taken")]
    times += [Time(turn.shift_id, turn.starts_at, turn.ends_at, turn.state, turn.id) for turn in gone]
    return sorted(times, key=lambda one: one.start)[:SHOWN]
