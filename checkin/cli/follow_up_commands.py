"""`checkin follow-ups`: what is promised to whom, why it goes or does not, and what would go out now."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from typing import Annotated

import typer
from rich.progress import track
from sqlalchemy import select

from checkin.cli.context import LINE, CommandContext, Line, command_context, facts, ours, show
from checkin.core.errors import UserError
from checkin.core.rules.zones import zone
from checkin.core.unit_of_work import UnitOfWork
from checkin.dispatch import dispatcher
from checkin.followups import organizers as following
from checkin.followups import queries as rows
from checkin.followups.organizers import SHOWN, Why
from checkin.followups.queries import ListedFollowUp
from checkin.followups.rules import gates
from checkin.followups.rules.gates import GatePassed
from checkin.messages.models import FollowUp
from checkin.outbox.models import Outbox

app = typer.Typer(no_args_is_help=True, help="Texts and calls that were promised: what, when, and why not.")

Id = Annotated[str, typer.Argument(metavar="ID", help="The first characters of its id, as the list shows it.")]

STYLES = {
    "planned": "", "sending": "yellow", "calling": "yellow", "sent": "green", "unanswered": "yellow",
    "unknown": "bold yellow", "failed": "red", "skipped": "dim", "replaced": "dim", "cancelled": "dim",
}  # fmt: skip
MARKS = {"open": ("open", "green"), "move": ("not now", "yellow"), "skip": ("skip", "red"), "end": ("end", "bold red")}


@app.command("list")
def list_all(
    every: Annotated[bool, typer.Option("--all", help="Also what is over.")] = False,
    contact: Annotated[str, typer.Option(metavar="ALIAS", help="Of one contact only.")] = "",
    line: Line = LINE,
) -> None:
    """Show what is promised, the next first. People are shown by their alias, never by a number."""
    with command_context(line) as ctx:
        found = ctx.runtime.read(lambda session: rows.listed(session, line, every=every, alias=contact))
        if not found:
            ctx.say("Nothing is promised to anybody.")
            return
        columns = ("id", "when", "contact", "plan", "flow", "by", "state", "why")
        where = _where(ctx)
        show(
            ctx.console,
            columns,
            [_row(item, where) for item in found],
            [STYLES.get(item.row.state, "") for item in found],
        )


@app.command()
def why(identity: Id, line: Line = LINE) -> None:
    """Show everything that decides on one follow-up: the promise, its hours, and what each gate says."""
    with command_context(line) as ctx:
        found = ctx.runtime.look(lambda uow: following.why(uow, line, identity))
        where = _where(ctx)
        facts(ctx.console, _about(found, where))
        at, passed = gates.read(found.listed.row.judged)
        if found.gates:
            ctx.say("\nIf its time were now:")
            _show_gates(ctx, found.gates)
        if at is not None:
            ctx.say(f"\nWhen it was judged last, {_moment(at, where)}:")
            _show_gates(ctx, passed)
        for earlier in (found.listed.row.judged or {}).get("earlier", []):
            then = _moment(datetime.fromisoformat(earlier["at"]), where)
            ctx.say(f"{then}  {earlier['gate']}: {earlier['said']}  {earlier['why']}")


@app.command()
def skip(
    identity: Id,
    reason: Annotated[str, typer.Option(metavar="WORDS", help="Why: it is shown, and written into the audit.")],
    line: Line = LINE,
) -> None:
    """Do not send this one. The next of its plan comes all the same; `PAUSE` and `STOP` are the contact's."""
    with command_context(line) as ctx:
        listed = ctx.do(lambda uow: following.skip(uow, line, identity, reason, ctx.by))
        ctx.say(f"{listed.alias} does not get this one. {ours()} follow-ups why {identity} shows what is noted.")


@app.command()
def run(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would happen now.")] = False,
    until: Annotated[str, typer.Option(metavar="TIME", help="As if it were 2026-11-30 18:00 (dry run).")] = "",
    line: Line = LINE,
) -> None:
    """Run what is due, here and now. The worker does that by itself; this is for when there is none."""
    with command_context(line) as ctx:
        if until and not dry_run:
            raise UserError("--until goes with --dry-run: nothing is sent before its time")
        moment = ctx.moment(until) if until else ctx.runtime.clock()
        found = ctx.runtime.read(lambda session: rows.listed(session, line, until=moment))
        due = [item for item in found if item.row.state == "planned"]
        if not due:
            ctx.say("Nothing is due.")
        elif dry_run:
            _dry(ctx, due, moment)
        else:
            _carry_out(ctx, due)


def _dry(ctx: CommandContext, due: list[ListedFollowUp], moment: datetime) -> None:
    where = _where(ctx)

    def ask(uow: UnitOfWork) -> list[tuple[str, str]]:
        then = replace(uow, now=moment.astimezone(UTC))
        return [following.would_go(then, uow.session.merge(item.row)) for item in due]

    told = ctx.runtime.look(ask)
    shown = [
        [
            contact.row.id[:SHOWN],
            _moment(contact.row.due_at, where),
            contact.alias,
            contact.row.plan or contact.row.key,
            what,
            reason,
        ]
        for contact, (what, reason) in zip(due, told, strict=True)
    ]
    styles = ["green" if what in ("text", "call") else "yellow" if what == "later" else "dim" for what, _ in told]
    show(ctx.console, ("id", "when", "contact", "plan", "would be", "why"), shown, styles)
    counted = Counter(what for what, _ in told)
    ctx.say(", ".join(f"{count} {what}" for what, count in counted.most_common()) + "; nothing was sent.")


def _carry_out(ctx: CommandContext, due: list[ListedFollowUp]) -> None:
    ids = [item.row.id for item in due]
    waiting = select(Outbox.id).where(
        Outbox.kind == "follow_up", Outbox.about_id.in_(ids), Outbox.done_at.is_(None), Outbox.claimed_at.is_(None)
    )
    found = ctx.runtime.read(lambda session: list(session.scalars(waiting)))
    went: Counter[str] = Counter()
    for row_id in track(found, "Follow-ups", console=ctx.console, disable=not ctx.console.is_terminal):
        outcome = dispatcher.dispatch(ctx.runtime, row_id)
        went[outcome.name if outcome is not None else "not ours"] += 1
    ctx.say(", ".join(f"{count} {how}" for how, count in went.most_common()) or "A worker was quicker.")


def _about(found: Why, where: tzinfo) -> list[tuple[str, str]]:
    row = found.listed.row
    about = [
        ("follow-up", row.id[:SHOWN]),
        ("contact", found.listed.alias),
        ("plan", f"{row.plan}, number {row.number + 1}" if row.plan else ""),
        ("flow", row.flow),
        ("promised for", _moment(row.planned_for, where)),
        ("due", _moment(row.due_at, where)),
        ("their hours", f"{found.window} in {', '.join(found.zones)}"),
        ("unanswered", f"{found.unanswered} in a row" if found.unanswered else ""),
        ("state", following.STATES[row.state].words),
        ("sent or called", _moment(row.acted_at, where) if row.acted_at else ""),
        ("answered", _moment(row.answered_at, where) if row.answered_at else ""),
        ("why", row.reason or ""),
    ]
    return [fact for fact in about if fact[1]]


def _show_gates(ctx: CommandContext, passed: list[GatePassed]) -> None:
    shown = [[item.gate, MARKS[item.said][0], item.why] for item in passed]
    show(ctx.console, ("gate", "says", "why"), shown, [MARKS[item.said][1] for item in passed])


def _row(listed_follow_up: ListedFollowUp, where: tzinfo) -> list[str]:
    row: FollowUp = listed_follow_up.row
    by = {"voice": "call", "sms": "text"}.get(row.channel or "", "")
    plan = f"{row.plan} {row.number + 1}" if row.plan else row.key
    return [
        row.id[:SHOWN],
        _moment(row.due_at, where),
        listed_follow_up.alias,
        plan,
        row.flow,
        by,
        following.STATES[row.state].words,
        row.reason or "",
    ]


def _moment(at: datetime, where: tzinfo) -> str:
    return f"{at.astimezone(where):%a %Y-%m-%d %H:%M}"


def _where(ctx: CommandContext) -> tzinfo:
    return zone(ctx.runtime.policy_of(ctx.line).time_zone)
