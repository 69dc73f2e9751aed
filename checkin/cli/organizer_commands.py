"""`checkin organizers`: who may open the console, and in which role."""

from __future__ import annotations

from typing import Annotated

import typer
from babel.dates import format_timedelta

from checkin.accounts import organizers
from checkin.accounts import queries as rows
from checkin.accounts.models import Organizer
from checkin.accounts.rules import ORGANIZING
from checkin.cli.context import LINE, CommandContext, Line, command_context, ours, show
from checkin.core.errors import UserError
from checkin.core.unit_of_work import UnitOfWork

app = typer.Typer(no_args_is_help=True, help="Who can open the console, and their roles.")

Email = Annotated[str, typer.Argument(metavar="EMAIL", help="Their e-mail address; we never send anything to it.")]
Role = Annotated[str, typer.Option(help=f"One of: {', '.join(ORGANIZING)}.")]


@app.command()
def add(email: Email, role: Role = "organizer", line: Line = LINE) -> None:
    """Invite an organizer, and print their one-time setup link."""
    with command_context(line) as ctx:
        _tell(ctx, ctx.do(lambda uow: organizers.add(uow, line, email, role, ctx.by)))


@app.command()
def link(
    email: Annotated[
        str | None, typer.Argument(metavar="[EMAIL]", help="Who it's for; without it, the first organizer.")
    ] = None,
    line: Line = LINE,
) -> None:
    """Print a new one-time link for someone who lost their password or phone; they're signed out everywhere."""
    with command_context(line) as ctx:

        def make(uow: UnitOfWork) -> str:
            if email is not None:
                return organizers.link(uow, organizers.find(uow, email), ctx.by)
            first = organizers.first_link(uow, line)
            if first is None:
                raise UserError("there's already an organizer lead: say who the link is for, like oda@example.org")
            return first

        _tell(ctx, ctx.do(make))


@app.command("list")
def list_all(line: Line = LINE) -> None:
    """Show the organizers of the line."""
    with command_context(line) as ctx:
        now = ctx.runtime.clock()

        def row(uow: UnitOfWork, organizer: Organizer) -> list[str]:
            email = organizers.email_of(uow, organizer) or "not chosen yet"
            seen = (
                format_timedelta(now - organizer.signed_in_at, locale="en") + " ago"
                if organizer.signed_in_at
                else "never"
            )
            codes = "yes" if organizer.code_encrypted else "no"
            return [
                organizers.name_of(uow, organizer) or "the first organizer",
                email,
                organizer.role,
                organizer.state,
                codes,
                seen,
            ]

        found = ctx.do(lambda uow: [row(uow, member) for member in rows.team(uow.session, line)])
        if not found:
            ctx.say(f"No organizers yet: {ours()} organizers add oda@example.org --role lead")
            return
        show(ctx.console, ("name", "e-mail", "role", "state", "codes", "signed in"), found, ["" for _ in found])


@app.command("role")
def change_role(
    email: Email,
    role: Annotated[str, typer.Argument(metavar="ROLE", help=f"One of: {', '.join(ORGANIZING)}.")],
    line: Line = LINE,
) -> None:
    """Change an organizer's role; they have to sign in again."""
    with command_context(line) as ctx:
        ctx.do(lambda uow: organizers.change_role(uow, organizers.find(uow, email), role, ctx.by))
        ctx.say(f"Role changed to {role}.")


@app.command()
def remove(
    email: Email, yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False, line: Line = LINE
) -> None:
    """Remove an organizer: their name, address and password are deleted, and they're signed out at once."""
    with command_context(line) as ctx:
        ctx.do(lambda uow: organizers.find(uow, email))
        if not yes:
            typer.confirm("Delete their account?", abort=True)
        ctx.do(lambda uow: organizers.remove(uow, organizers.find(uow, email), ctx.by))
        ctx.say("Removed.")


def _tell(ctx: CommandContext, token: str) -> None:
    ctx.say(f"{ctx.runtime.settings.public_url}/setup/{token}")
    ctx.say(f"It works once, within {organizers.SETUP_LASTS.days} days. Send it to them privately.")
