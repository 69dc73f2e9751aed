"""`checkin lines`: the lines of this installation, each with what is its own."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from checkin.cli.context import command_context, show
from checkin.runtime import Runtime
from checkin.volunteers.models import Volunteer
from checkin.volunteers.queries import THERE
from flows.model.lines import Line

_COLUMNS = ("line", "name", "number", "calls", "texts", "languages", "time zone", "team", "backup", "crisis")


def lines() -> None:
    """Show every line in lines.yaml: its number, flows, languages, team and backup number."""
    with command_context(None) as ctx:
        team = ctx.runtime.read(_team)
        show(ctx.console, _COLUMNS, [_row(line, team, ctx.runtime) for line in ctx.runtime.library.lines.values()])


def _row(line: Line, team: dict[str, int], runtime: Runtime) -> list[str]:
    backup = runtime.policy_of(line.key).backup
    return [
        line.key,
        line.name,
        line.number or "none yet",
        line.calls,
        line.texts,
        ", ".join(line.languages),
        line.time_zone,
        f"{team.get(line.key, 0)}",
        str(backup) if backup is not None else "",
        line.crisis_number,
    ]


def _team(session: Session) -> dict[str, int]:
    counted = select(Volunteer.line, func.count()).where(Volunteer.state.in_(THERE)).group_by(Volunteer.line)
    return {row[0]: row[1] for row in session.execute(counted)}
