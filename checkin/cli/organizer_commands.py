"""`checkin organisers`: who may open the console, and in which role."""

from __future__ import annotations

from typing import Annotated

import typer
from babel.dates import format_timedelta

from checkin.accounts import organizers
from checkin.accounts import queries as rows
from checkin.accounts.models import Organiser
from checkin.accounts.rules import ORGANISING
from checkin.cli.context import LINE, Desk, Line, at_the_desk, ours, show
from checkin.core.errors import UserError
from checkin.core.unit_of_work import Work

app = typer.Typer(no_args_is_help=True, help="Who may open the console, and in which role.")

Email = Annotated[str, typer.Argument(metavar="EMAIL", help="Their e-mail address; nothing is sent to it.")]
Role = Annotated[str, typer.Option(help=f"One of: {', '.join(ORGANISING)}.")]


@app.command()
def add(email: Email, role: Role = "organiser", line: Line = LINE) -> None:
    """Invite an organizer, and print the one-time link by which they choose their password."""
    with at_the_desk(line) as desk:
        _tell(desk, desk.do(lambda work: organizers.add(work, line, email, role, desk.by)))


@app.command()
def link(
    email: Annotated[str | None, typer.Argument(metavar="[EMAIL]", help="Whose; none: the first organizer's.")] = None,
    line: Line = LINE,
) -> None:
    """Print a new one-time link for somebody who lost their password or phone; they are signed out everywhere."""
    with at_the_desk(line) as desk:

        def make(work: Work) -> str:
            if email is not None:
                return organizers.link(work, organizers.find(work, email), desk.by)
            first = organizers.first_link(work, line)
            if first is None:
                raise UserError("there is an organizer lead already: write whose link it is, like oda@example.org")
            return first

        _tell(desk, desk.do(make))


@app.command("list")
def list_all(line: Line = LINE) -> None:
    """Show the organizers of the line."""
    with at_the_desk(line) as desk:
        now = desk.runtime.clock()

        def row(work: Work, one: Organiser) -> list[str]:
            email = organizers.email_of(work, one) or "not chosen yet"
            seen = format_timedelta(now - one.signed_in_at, locale="en") + " ago" if one.signed_in_at else "never"
            codes = "yes" if one.code_encrypted else "no"
            return [organizers.name_of(work, one) or "the first organizer", email, one.role, one.state, codes, seen]

        found = desk.do(lambda work: [row(work, one) for one in rows.team(work.session, line)])
        if not found:
            desk.say(f"Nobody organizes yet: {ours()} organisers add oda@example.org --role lead")
            return
        show(desk.console, ("name", "e-mail", "role", "state", "codes", "signed in"), found, ["" for _ in found])


@app.command("role")
def change_role(
    email: Email,
    role: Annotated[str, typer.Argument(metavar="ROLE", help=f"One of: {', '.join(ORGANISING)}.")],
    line: Line = LINE,
) -> None:
    """Give an organizer another role; they sign in anew."""
    with at_the_desk(line) as desk:
        desk.do(lambda work: organizers.change_role(work, organizers.find(work, email), role, desk.by))
        desk.say(f"They are {role} now.")


@app.command()
def remove(
    email: Email, yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False, line: Line = LINE
) -> None:
    """Remove an organizer: their name, address and password are erased, and they are signed out at once."""
    with at_the_desk(line) as desk:
        desk.do(lambda work: organizers.find(work, email))
        if not yes:
            typer.confirm("Erase their account?", abort=True)
        desk.do(lambda work: organizers.remove(work, organizers.find(work, email), desk.by))
        desk.say("They are removed.")


def _tell(desk: Desk, token: str) -> None:
    desk.say(f"{desk.runtime.settings.public_url}/setup/{token}")
    desk.say(f"It works once, within {organizers.SETUP_LASTS.days} days. Hand it over so that nobody else reads it.")
