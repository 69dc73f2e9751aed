"""`checkin shifts`: when volunteers are on duty."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated

import typer

from checkin.cli.context import LINE, Line, command_context, listed, ours, show
from checkin.core.errors import UserError
from checkin.core.rules.zones import zone
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.say import times
from checkin.volunteers import queries as rows
from checkin.volunteers import schedule, shifts
from checkin.volunteers import service as volunteers
from checkin.volunteers.models import Shift
from checkin.volunteers.shifts import Times

shifts_app = typer.Typer(no_args_is_help=True, help="When volunteers are on duty.")

ShiftId = Annotated[
    str, typer.Argument(metavar="SHIFT", help="The first letters of its id, as checkin shifts list shows.")
]
Day = Annotated[str, typer.Argument(metavar="DAY", help="A day like 2026-11-30.")]


@shifts_app.command()
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The volunteer's name, or its first letters.")],
    at: Annotated[str, typer.Option(help="When it begins, like 18:00.")],
    until: Annotated[str, typer.Option(help="When it ends, like 21:00; earlier than it begins is past midnight.")],
    days: Annotated[str | None, typer.Option(help="Days of the week, like mon,wed. None: once, on --from.")] = None,
    first: Annotated[str | None, typer.Option("--from", help="The first day, like 2026-11-30; else today.")] = None,
    every: Annotated[int, typer.Option(min=1, help="Every so many weeks (or months, with --nth).")] = 1,
    nth: Annotated[int | None, typer.Option(help="Which in the month: 1 to 4, or -1 for the last.")] = None,
    rule: Annotated[str | None, typer.Option(help="A rule of RFC 5545 instead, like FREQ=DAILY;INTERVAL=3.")] = None,
    zone: Annotated[str | None, typer.Option(help="Its time zone; else the volunteer's.")] = None,
    channels: Annotated[str | None, typer.Option(help="Only for voice, or only for text.")] = None,
    line: Line = LINE,
) -> None:
    """Add a shift. Its times stay what the clock says when clocks change."""
    with command_context(line) as ctx:
        times = Times(
            begins=_time(at), ends=_time(until), days=listed(days), first=_day(first) if first else None,
            every=every, nth=nth, rule=rule, time_zone=zone, channels=listed(channels),
        )  # fmt: skip

        def write(uow: UnitOfWork) -> str:
            found = volunteers.find(uow, line, name)
            row = schedule.add(uow, found, times, ctx.by)
            return f"{volunteers.name_of(uow, found)} is on shift: {_next(uow, row)}"

        ctx.say(ctx.do(write))


@shifts_app.command("list")
def list_all(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="One volunteer; else all.")] = None,
    line: Line = LINE,
) -> None:
    """Show shifts with their next times, on the clock of each shift."""
    with command_context(line) as ctx:

        def read(uow: UnitOfWork) -> list[list[str]]:
            team = [volunteers.find(uow, line, name)] if name else rows.team(uow.session, line)
            written = rows.shifts_by_volunteer(uow.session, [member.id for member in team])
            return [_row(uow, volunteers.name_of(uow, member), row) for member in team for row in written[member.id]]

        found = ctx.do(read)
        if not found:
            ctx.say(f"No shifts yet: {ours()} shifts add NAME --days mon,wed --at 18:00 --until 21:00")
            return
        show(
            ctx.console, ("shift", "volunteer", "next times", "time zone", "channels", "days off", "extra days"), found
        )


@shifts_app.command()
def remove(shift: ShiftId, line: Line = LINE) -> None:
    """Take a shift away."""
    with command_context(line) as ctx:
        ctx.do(lambda uow: schedule.remove(uow, shifts.find(uow, line, shift), ctx.by))
        ctx.say("The shift is removed.")


@shifts_app.command("day-off")
def day_off(shift: ShiftId, day: Day, line: Line = LINE) -> None:
    """Let a shift fall out on one day."""
    with command_context(line) as ctx:
        ctx.do(lambda uow: schedule.day_off(uow, shifts.find(uow, line, shift), _day(day), ctx.by))
        ctx.say(f"The shift falls out on {day}.")


@shifts_app.command("extra-day")
def extra_day(shift: ShiftId, day: Day, line: Line = LINE) -> None:
    """Let a shift take place on one more day."""
    with command_context(line) as ctx:
        ctx.do(lambda uow: schedule.extra_day(uow, shifts.find(uow, line, shift), _day(day), ctx.by))
        ctx.say(f"The shift takes place on {day}, too.")


def _row(uow: UnitOfWork, name: str, row: Shift) -> list[str]:
    return [
        row.id[:6],
        name,
        _next(uow, row),
        row.time_zone,
        ", ".join(row.channels) or "all",
        ", ".join(row.days_off),
        ", ".join(row.extra_days),
    ]


def _next(uow: UnitOfWork, row: Shift) -> str:
    coming = shifts.next_of(uow, row)
    return times(uow, "en", coming, zone(row.time_zone)) or "over"


def _time(written: str) -> time:
    try:
        return time.fromisoformat(written.strip().zfill(5)).replace(tzinfo=None)
    except ValueError as error:
        raise UserError(f"{written!r} is no time of day: write one like 18:00") from error


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written.strip())
    except ValueError as error:
        raise UserError(f"{written!r} is no day: write one like 2026-11-30") from error
