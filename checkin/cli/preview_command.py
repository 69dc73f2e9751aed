"""`checkin volunteers preview`: who would be asked to take a relay, in which order, and who would not and why."""

from __future__ import annotations

from typing import Annotated

import typer

from checkin.cli.context import LINE, Line, command_context, show
from checkin.core.unit_of_work import UnitOfWork
from checkin.relays.preview import PreviewedVolunteer, who
from checkin.relays.rules.matching import Channel, Need
from checkin.volunteers import service as volunteers


def preview(
    at: Annotated[
        str | None, typer.Option(help="Another time on the line's clock: 21:00, or 2026-11-30 21:00.")
    ] = None,
    language: Annotated[str | None, typer.Option(help="Somebody who speaks it, like es.")] = None,
    topic: Annotated[str | None, typer.Option(help="Who knows it goes first, like family.")] = None,
    wish: Annotated[str | None, typer.Option(help="Somebody who offers it, like woman.")] = None,
    channel: Annotated[Channel, typer.Option(help="For a call, or for texts.")] = "voice",
    explain: Annotated[bool, typer.Option("--explain", help="Also who would not be asked, and why.")] = False,
    line: Line = LINE,
) -> None:
    """Who would be asked now, in which order, and who not and why."""
    with command_context(line) as ctx:
        need = Need(line, channel, language, topic, wish)
        moment = ctx.moment(at) if at else None
        found = ctx.do(lambda uow: [_row(uow, place, item) for place, item in enumerate(who(uow, need, moment), 1)])
        asked = [cells for cells, left_out in found if not left_out]
        left_out = [["", *cells[1:]] for cells, is_out in found if is_out]
        shown = asked + (left_out if explain else [])
        if shown:
            styles = ["green"] * len(asked) + ["dim"] * len(left_out)
            show(ctx.console, ("#", "name", "phone", "languages", "topics", "asked"), shown, styles[: len(shown)])
        if not asked:
            ctx.say("Nobody would be asked.")
        if left_out and not explain:
            ctx.say(f"{len(left_out)} left out; --explain says why.")


def _row(uow: UnitOfWork, place: int, previewed_volunteer: PreviewedVolunteer) -> tuple[list[str], bool]:
    """The cells of one volunteer, and whether they are left out."""
    cells = [
        str(place),
        volunteers.name_of(uow, previewed_volunteer.volunteer),
        str(volunteers.number_of(uow, previewed_volunteer.volunteer)),
        ", ".join(previewed_volunteer.volunteer.languages),
        ", ".join(previewed_volunteer.volunteer.topics),
        _when(previewed_volunteer),
    ]
    return cells, previewed_volunteer.reason is not None


def _when(previewed_volunteer: PreviewedVolunteer) -> str:
    if previewed_volunteer.reason is not None:
        return f"no: {previewed_volunteer.reason}"
    if previewed_volunteer.after is None:
        return "not before the limit"
    seconds = int(previewed_volunteer.after.total_seconds())
    when = "at once" if seconds == 0 else f"after {seconds} s"
    return f"{when} (did not pick up {previewed_volunteer.missed} times)" if previewed_volunteer.missed else when
