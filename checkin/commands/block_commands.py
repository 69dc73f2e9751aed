"""`checkin blocks`: contacts who are not joined with anybody for a while, why, and until when."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

import typer

from checkin.commands.desk import LINE, Line, at_the_desk, show
from checkin.core.errors import UserError
from checkin.models.volunteers import Volunteer
from checkin.queries import blocks as rows
from checkin.queries.blocks import Listed
from checkin.rules.zones import zone
from checkin.services import contacts
from checkin.services.casework import blocks
from checkin.services.team import volunteers
from checkin.work import Work
from flows.durations import parse_duration

app = typer.Typer(no_args_is_help=True, help="Contacts who are blocked: why, until when, and when to look again.")

Alias = Annotated[str, typer.Argument(metavar="ALIAS", help='What the team calls the contact, like "Quiet Heron".')]
For = Annotated[str, typer.Option("--for", metavar="LENGTH", help="How long it holds, like 12h, 30d or 26w.")]
Again = Annotated[str, typer.Option("--review", metavar="LENGTH", help="When somebody is to look at it again.")]

_STYLES = {"proposed": "yellow", "active": "red", "over": "dim", "dismissed": "dim", "lifted": "dim"}
_COLUMNS = ("alias", "phone", "state", "reason", "by", "since", "until", "review")


@app.command("list")
def list_all(
    every: Annotated[bool, typer.Option("--all", help="Also those that are over, lifted or dismissed.")] = False,
    line: Line = LINE,
) -> None:
    """Show who is blocked, and whom a volunteer asks to block. Numbers are masked."""
    with at_the_desk(line) as desk:

        def read(work: Work) -> list[tuple[list[str], str]]:
            found = rows.of_line(work.session, line, every=every)
            states = [blocks.state_of(one.block, work) for one in found]
            return [
                (_row(work, one, state), _STYLES[state])
                for one, state in zip(found, states, strict=True)
                if every or state != "over"
            ]

        found = desk.do(read)
        if not found:
            desk.say("Nobody is blocked.")
            return
        show(desk.console, _COLUMNS, [row for row, _ in found], [style for _, style in found])


@app.command()
def add(
    alias: Alias,
    reason: Annotated[str, typer.Option(help="Why, for whoever looks at it later. No names, no numbers.")],
    length: For = "30d",
    review: Again = "14d",
    line: Line = LINE,
) -> None:
    """Block a contact. They are not joined with anybody, and still hear and read the crisis number."""
    with at_the_desk(line) as desk:
        holds, again = _length(length), _length(review)

        def write(work: Work) -> str:
            contact = blocks.find(work, line, alias)
            block = blocks.add(work, contact, reason, desk.by, holds, again)
            about = "for this call only: the number is withheld" if block.one_call else _when(work, line, block.until)
            return f"{contact.alias} is blocked {about}."

        desk.say(desk.do(write))


@app.command()
def review(
    alias: Alias,
    confirm: Annotated[bool, typer.Option("--confirm/--dismiss", help="It is right, or it is not.")],
    length: For = "30d",
    again: Again = "14d",
    line: Line = LINE,
) -> None:
    """Decide about a block that a volunteer asked for, or let one that holds go on from now."""
    with at_the_desk(line) as desk:
        holds, later = _length(length), _length(again)

        def write(work: Work) -> str:
            contact = blocks.find(work, line, alias)
            if not confirm:
                blocks.dismiss(work, contact, desk.by)
                return f"{contact.alias} is not blocked. The volunteer who asked for it is not asked for them again."
            block = blocks.confirm(work, contact, desk.by, holds, later)
            return f"{contact.alias} is blocked {_when(work, line, block.until)}."

        desk.say(desk.do(write))


@app.command()
def lift(alias: Alias, line: Line = LINE) -> None:
    """End a block before its time."""
    with at_the_desk(line) as desk:

        def write(work: Work) -> str:
            contact = blocks.find(work, line, alias)
            blocks.lift(work, contact, desk.by)
            return f"{contact.alias} is not blocked any more."

        desk.say(desk.do(write))


def _row(work: Work, one: Listed, state: str) -> list[str]:
    where, block = zone(work.policy(one.block.line).time_zone), one.block
    number = contacts.number_of(work, one.contact)
    days = [f"{at.astimezone(where):%Y-%m-%d}" for at in (block.created_at, block.until, block.review_at)]
    phone = str(number) if number is not None else "withheld"
    return [one.contact.alias, phone, state, block.reason, _who(work, block.by), *days]


def _who(work: Work, by: str) -> str:
    """The volunteer's name, where it was one."""
    kind, _, identity = by.partition(" ")
    volunteer = work.session.get(Volunteer, identity) if kind == "volunteer" else None
    return by if volunteer is None else volunteers.name_of(work, volunteer)


def _when(work: Work, line: str, until: datetime) -> str:
    return f"until {until.astimezone(zone(work.policy(line).time_zone)):%Y-%m-%d %H:%M}"


def _length(written: str) -> timedelta:
    try:
        return parse_duration(written)
    except ValueError as error:
        raise UserError(str(error)) from error
