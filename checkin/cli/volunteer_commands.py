"""`checkin volunteers`: who volunteers, what they offer, and pauses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from checkin.accounts import volunteer_links
from checkin.cli import preview_command
from checkin.cli.context import LINE, CommandContext, Line, command_context, listed, ours, show
from checkin.conversations import volunteer_calls
from checkin.core.errors import UserError
from checkin.core.rules.zones import zone
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.say import moment
from checkin.relays import aftercare, volunteer_leaving
from checkin.volunteers import duty, invitations, shift_feeds
from checkin.volunteers import queries as rows
from checkin.volunteers import service as volunteers
from checkin.volunteers.models import Volunteer
from checkin.volunteers.rules.reach import FAIL
from checkin.volunteers.service import Offered

volunteers_app = typer.Typer(no_args_is_help=True, help="Who volunteers.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="What they are called, or its first letters.")]
Languages = Annotated[
    str | None, typer.Option(help="Languages they speak, like en,es; the first is how we write to them.")
]
Channels = Annotated[str | None, typer.Option(help="voice, text, or both, like voice,text.")]
Topics = Annotated[str | None, typer.Option(help="What they know well, like family,alcohol.")]
Wishes = Annotated[str | None, typer.Option(help="What a contact may wish for in a peer, like woman.")]
Always = Annotated[bool | None, typer.Option("--always/--by-shifts", help="On duty at any hour, or by shifts.")]
Lead = Annotated[bool | None, typer.Option("--lead/--no-lead", help="Told when somebody must look in.")]
TimeZone = Annotated[str | None, typer.Option("--zone", help="Their time zone, like America/Chicago; else the line's.")]
Limit = Annotated[int | None, typer.Option("--per-day", help="Relays a day at most; else the line's limit.")]
Longer = Annotated[
    bool | None, typer.Option("--longer-hours/--usual-hours", help="Longer hours were agreed with them, or not.")
]
New = Annotated[bool, typer.Option("--new", help="Replace it: the old one opens nothing any more.")]
PageOnly = Annotated[
    bool | None, typer.Option("--page-only/--by-text", help="They act on their page alone, or by text, too.")
]


@volunteers_app.command()
def add(
    name: Annotated[str, typer.Option(help="What the team calls them; contacts never learn it.")],
    phone: Annotated[str, typer.Option(help="Their own phone, like +15555550111; stored encrypted, always masked.")],
    languages: Languages = None,
    channels: Channels = None,
    topics: Topics = None,
    wishes: Wishes = None,
    always: Always = None,
    lead: Lead = None,
    zone: TimeZone = None,
    per_day: Limit = None,
    longer_hours: Longer = None,
    page_only: PageOnly = None,
    invite: Annotated[
        bool, typer.Option("--invite/--agreed", help="Ask for their yes by text first, or you have it already.")
    ] = False,
    line: Line = LINE,
) -> None:
    """Add a volunteer. They can be asked as soon as they are on a shift, or have texted ON."""
    with command_context(line) as ctx:
        first = ctx.runtime.library.lines[line].languages[:1]
        offered = _offered(
            Offered(languages=first), languages, channels, topics, wishes, always, lead, zone, per_day, longer_hours,
            page_only,
        )  # fmt: skip
        added = ctx.do(
            lambda uow: volunteers.name_of(
                uow, invitations.take_on(uow, line, name, phone, offered, ctx.by, agreed=not invite)
            )
        )
        called = ctx.runtime.library.lines[line].name
        if invite:
            ctx.say(f"{added} is invited to volunteer for {called} by text, and is asked once they reply YES.")
        else:
            ctx.say(f"{added} volunteers for {called}. They can text HELP to the line.")
        if not offered.always:
            ctx.say(f"Write their shifts: {ours()} shifts add {added!r} --days mon,wed --at 18:00 --until 21:00")


@volunteers_app.command()
def change(
    name: Name,
    languages: Languages = None,
    channels: Channels = None,
    topics: Topics = None,
    wishes: Wishes = None,
    always: Always = None,
    lead: Lead = None,
    zone: TimeZone = None,
    per_day: Limit = None,
    longer_hours: Longer = None,
    page_only: PageOnly = None,
    line: Line = LINE,
) -> None:
    """Change what a volunteer offers; what isn't named stays."""
    with command_context(line) as ctx:

        def write(uow: UnitOfWork) -> str:
            found = volunteers.find(uow, line, name)
            offered = _offered(
                volunteers.offered_by(found),
                languages,
                channels,
                topics,
                wishes,
                always,
                lead,
                zone,
                per_day,
                longer_hours,
                page_only,
            )
            volunteers.change(uow, found, offered, ctx.by)
            return volunteers.name_of(uow, found)

        ctx.say(f"{ctx.do(write)} is changed.")


@volunteers_app.command("list")
def list_all(line: Line = LINE) -> None:
    """Show the team and how everyone stands now."""
    with command_context(line) as ctx:
        found = ctx.do(lambda uow: [_row(uow, member) for member in rows.team(uow.session, line)])
        if not found:
            ctx.say(f"Nobody volunteers yet: {ours()} volunteers add --name Vee --phone +15555550111 --always")
            return
        columns = ("name", "phone", "languages", "channels", "topics", "now", "remarks")
        show(ctx.console, columns, [cells for cells, _ in found], [style for _, style in found])


@volunteers_app.command()
def pause(name: Name, line: Line = LINE) -> None:
    """Take a volunteer off the rotation until you resume them. What they are in goes on."""
    with command_context(line) as ctx:
        ctx.say(f"{_with(ctx, name, volunteers.pause)} is paused.")


@volunteers_app.command()
def resume(name: Name, line: Line = LINE) -> None:
    """Put a volunteer back on the rotation."""
    with command_context(line) as ctx:
        ctx.say(f"{_with(ctx, name, volunteers.resume)} is back on the rotation.")


@volunteers_app.command()
def remove(
    name: Name, yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False, line: Line = LINE
) -> None:
    """Remove a volunteer: their name, number and shifts are erased at once."""
    with command_context(line) as ctx:
        called = ctx.do(lambda uow: volunteers.name_of(uow, volunteers.find(uow, line, name)))
        if not yes:
            typer.confirm(f"Erase {called}, their number and their shifts?", abort=True)
        _with(ctx, called, volunteer_leaving.remove)
        ctx.say(f"{called} is removed.")


@volunteers_app.command()
def feed(name: Name, new: New = False, line: Line = LINE) -> None:
    """Print the address of a volunteer's own shifts, for the calendar on their phone. Whoever has it sees them."""
    with command_context(line) as ctx:
        made = partial(shift_feeds.renew, by=ctx.by) if new else shift_feeds.token
        token = ctx.do(lambda uow: made(uow, volunteers.find(uow, line, name)))
        ctx.say(f"{ctx.runtime.settings.public_url}/shifts/{token}.ics")


@volunteers_app.command()
def code(name: Name, new: New = False, line: Line = LINE) -> None:
    """Print a volunteer's code: on a call for whose number nobody vouches, # and this code open their menu."""
    with command_context(line) as ctx:
        made = partial(volunteer_calls.renew, by=ctx.by) if new else volunteer_calls.code
        ctx.say(ctx.do(lambda uow: made(uow, volunteers.find(uow, line, name))))


@volunteers_app.command()
def link(name: Name, line: Line = LINE) -> None:
    """Print a one-time link to a volunteer's own page, for whoever gets no text. Hand it over to nobody else."""
    with command_context(line) as ctx:

        def new(uow: UnitOfWork) -> str:
            found = volunteers.find(uow, line, name)
            return volunteer_links.for_somebody(uow, found, ctx.by)

        ctx.say(f"{ctx.runtime.settings.public_url}{volunteer_links.path(ctx.do(new))}")
        ctx.say(f"It works once, within {volunteer_links.LASTS.total_seconds() / 60:.0f} minutes.")


@volunteers_app.command()
def card(
    language: Annotated[str | None, typer.Option(help="such as en or es; else the line's first.")] = None,
    to: Annotated[str | None, typer.Option(help="The file to write; - prints it here.")] = None,
    line: Line = LINE,
) -> None:
    """Make a page to print for volunteers: what to text, and what happens when the phone rings."""
    from checkin.web.volunteer.card import page

    with command_context(line) as ctx:
        about = ctx.runtime.library.lines[line]
        team = ctx.runtime.library.team
        wanted = language or [*team.languages(about.languages), *team.words][0]
        if wanted not in team.words:
            raise UserError(f"there is no card in {wanted!r}: choose from {', '.join(team.words)}")
        written = page(team, about, wanted)
        if to == "-":
            print(written)
            return
        file = Path(to or f"volunteer-card-{wanted}.html")
        try:
            file.write_text(written, encoding="utf-8")
        except OSError as error:
            raise UserError(f"{file} cannot be written ({error.strerror}): name another file with --to") from error
        ctx.say(f"The card is in {file}. Open it in a browser and print it; it fits one page.")


def _with(ctx: CommandContext, name: str, act: Callable[[UnitOfWork, Volunteer, str], None]) -> str:
    """Do something to the volunteer of this name; answers the whole name."""

    def find_and_act(uow: UnitOfWork) -> str:
        found = volunteers.find(uow, ctx.line, name)
        called = volunteers.name_of(uow, found)
        act(uow, found, ctx.by)
        return called

    return ctx.do(find_and_act)


def _offered(
    before: Offered,
    languages: str | None,
    channels: str | None,
    topics: str | None,
    wishes: str | None,
    always: bool | None,
    lead: bool | None,
    time_zone: str | None,
    daily_limit: int | None,
    hours_agreed: bool | None,
    page_only: bool | None,
) -> Offered:
    """What was offered before, with what was written this time in its place."""
    lists = {"languages": languages, "channels": channels, "topics": topics, "wishes": wishes}
    written: dict[str, object] = {field: listed(words) for field, words in lists.items() if words is not None}
    others = {
        "always": always,
        "lead": lead,
        "time_zone": time_zone,
        "daily_limit": daily_limit,
        "hours_agreed": hours_agreed,
        "page_only": page_only,
    }
    written |= {field: value for field, value in others.items() if value is not None}
    return replace(before, **written)  # type: ignore[arg-type]


def _row(uow: UnitOfWork, volunteer: Volunteer) -> tuple[list[str], str]:
    """A volunteer's cells, and the color of the row."""
    standing = duty.standing(uow, volunteer)
    where = zone(uow.policy(volunteer.line).time_zone)
    until = f" until {moment(uow, 'en', standing.until, where)}" if standing.until else ""
    remarks = [
        word
        for word, holds in (
            ("lead", volunteer.lead),
            ("stopped texts", volunteer.stopped_at is not None and volunteer.stopped_by is None),
            ("the network says: stopped texts", volunteer.stopped_by is not None),
            ("texts do not arrive", volunteer.texts_failed >= FAIL),
            ("check the number", volunteer.failures >= uow.policy(volunteer.line).bad_number_after),
            (f"did not pick up {volunteer.missed} times", aftercare.missed_by(uow, volunteer) > 0),
            ("longer hours", volunteer.hours_agreed),
            ("on their page alone", volunteer.page_only),
            (f"{volunteer.daily_limit} a day", volunteer.daily_limit is not None),
        )
        if holds
    ]
    cells = [
        volunteers.name_of(uow, volunteer),
        str(volunteers.number_of(uow, volunteer)),
        ", ".join(volunteer.languages),
        ", ".join(volunteer.channels),
        ", ".join(volunteer.topics),
        "invited" if volunteer.state == "invited" else standing.state + until,
        ", ".join(remarks),
    ]
    return cells, {"on": "green", "paused": "yellow"}.get(cells[5].split()[0], "dim")


volunteers_app.command()(preview_command.preview)
