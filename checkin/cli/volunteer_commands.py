"""`checkin volunteers`: the first of a team, and what is handed over to one of them. The rest is the console's."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from checkin.accounts import volunteer_links
from checkin.cli.context import LINE, Line, command_context, listed, ours, show
from checkin.conversations import volunteer_calls
from checkin.core.errors import UserError
from checkin.core.unit_of_work import UnitOfWork
from checkin.volunteers import duty, invitations
from checkin.volunteers import queries as rows
from checkin.volunteers import service as volunteers
from checkin.volunteers.models import Volunteer
from checkin.volunteers.profile import Offered

volunteers_app = typer.Typer(no_args_is_help=True, help="The volunteers.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="Their name, or its first letters.")]


@volunteers_app.command()
def add(
    name: Annotated[str, typer.Option(help="What the team calls them; contacts never see it.")],
    phone: Annotated[str, typer.Option(help="Their own phone, like +15555550111; stored encrypted, always masked.")],
    languages: Annotated[
        str | None, typer.Option(help="Languages they speak, like en,es; the first is how we write to them.")
    ] = None,
    always: Annotated[bool, typer.Option("--always/--by-shifts", help="Always on duty, or by shifts.")] = False,
    lead: Annotated[bool, typer.Option("--lead", help="Told when someone has to step in.")] = False,
    zone: Annotated[str | None, typer.Option(help="Their time zone, like America/Chicago; else the line's.")] = None,
    invite: Annotated[
        bool, typer.Option("--invite/--agreed", help="Ask for their consent by text first, or you already have it.")
    ] = False,
    line: Line = LINE,
) -> None:
    """Add a volunteer. Everything else, and their shifts, is on their page in the console."""
    with command_context(line) as ctx:
        speaks = listed(languages) if languages is not None else ctx.runtime.library.lines[line].languages[:1]
        offered = Offered(languages=speaks, always=always, lead=lead, time_zone=zone)
        added = ctx.do(
            lambda uow: volunteers.name_of(
                uow, invitations.take_on(uow, line, name, phone, offered, ctx.by, agreed=not invite)
            )
        )
        called = ctx.runtime.library.lines[line].name
        if invite:
            ctx.say(
                f"{added} was invited by text to volunteer for {called}; we'll start ringing them once they reply YES."
            )
        else:
            ctx.say(f"{added} now volunteers for {called}. They can text HELP to the line.")
        if not always:
            ctx.say("Add their shifts in the console: Schedule.")


@volunteers_app.command("list")
def list_all(line: Line = LINE) -> None:
    """Show the team and who's on duty."""
    with command_context(line) as ctx:
        found = ctx.do(lambda uow: [_row(uow, member) for member in rows.team(uow.session, line)])
        if not found:
            ctx.say(f"No volunteers yet: {ours()} volunteers add --name Vee --phone +15555550111 --always")
            return
        show(ctx.console, ("name", "phone", "languages", "now"), found)


@volunteers_app.command()
def remove(
    name: Name, yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False, line: Line = LINE
) -> None:
    """Remove a volunteer: their name, number and shifts are deleted at once."""
    from checkin.relays import service  # no other command needs what rings phones

    with command_context(line) as ctx:
        called = ctx.do(lambda uow: volunteers.name_of(uow, volunteers.find(uow, line, name)))
        if not yes:
            typer.confirm(f"Delete {called}, their number and their shifts?", abort=True)
        ctx.do(lambda uow: service.remove_volunteer(uow, volunteers.find(uow, line, called), ctx.by))
        ctx.say(f"{called} removed.")


@volunteers_app.command()
def code(
    name: Name,
    new: Annotated[bool, typer.Option("--new", help="Replace it: the old one stops working.")] = False,
    line: Line = LINE,
) -> None:
    """Print a volunteer's code: if the network can't confirm their number on a call, # and it open their menu."""
    with command_context(line) as ctx:
        made = partial(volunteer_calls.renew, by=ctx.by) if new else volunteer_calls.code
        ctx.say(ctx.do(lambda uow: made(uow, volunteers.find(uow, line, name))))


@volunteers_app.command()
def link(name: Name, line: Line = LINE) -> None:
    """Print a one-time link to a volunteer's own page, if texts don't reach them. Give it to nobody else."""
    with command_context(line) as ctx:
        token = ctx.do(lambda uow: volunteer_links.for_somebody(uow, volunteers.find(uow, line, name), ctx.by))
        ctx.say(f"{ctx.runtime.settings.public_url}{volunteer_links.path(token)}")
        ctx.say(f"It works once, within {volunteer_links.LASTS.total_seconds() / 60:.0f} minutes.")


@volunteers_app.command()
def card(
    language: Annotated[str | None, typer.Option(help="such as en or es; without it, the line's first.")] = None,
    to: Annotated[str | None, typer.Option(help="The file to write; - prints it here.")] = None,
    line: Line = LINE,
) -> None:
    """Make a card to print for volunteers: what to text, and what happens when the phone rings."""
    from checkin.web.volunteer.card import page

    with command_context(line) as ctx:
        about = ctx.runtime.library.lines[line]
        team = ctx.runtime.library.team
        wanted = language or [*team.languages(about.languages), *team.words][0]
        if wanted not in team.words:
            raise UserError(f"there's no card in {wanted!r}: choose from {', '.join(team.words)}")
        written = page(team, about, wanted)
        if to == "-":
            print(written)
            return
        file = Path(to or f"volunteer-card-{wanted}.html")
        try:
            file.write_text(written, encoding="utf-8")
        except OSError as error:
            raise UserError(f"{file} can't be written ({error.strerror}): name another file with --to") from error
        ctx.say(f"The card is in {file}. Open it in a browser and print it; it fits one page.")


def _row(uow: UnitOfWork, volunteer: Volunteer) -> list[str]:
    return [
        volunteers.name_of(uow, volunteer),
        str(volunteers.number_of(uow, volunteer)),
        ", ".join(volunteer.languages),
        "invited" if volunteer.state == "invited" else duty.standing(uow, volunteer).state,
    ]
