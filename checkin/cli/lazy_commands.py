"""Commands that live in modules of their own, loaded when they are called: a broken one breaks nothing else."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group

ELSEWHERE = {
    "doctor": ("checkin.cli.doctor_command", "doctor", "Check the account, the number, this machine and the team."),
    "setup": ("checkin.cli.setup_command", "setup", "From a Twilio account to a line: shown first, and can be undone."),
    "flows": ("checkin.cli.flow_commands", "app", "Check, test and talk to the flows."),
    "organizers": ("checkin.cli.organizer_commands", "app", "Who may open the console, and in which role."),
    "erasures": (
        "checkin.cli.erasure_commands",
        "app",
        "Who was forgotten or said STOP, for a restored backup.",
    ),
    "follow-ups": ("checkin.cli.follow_up_commands", "app", "What is promised to whom, why it goes or does not."),
    "lines": ("checkin.cli.line_commands", "lines", "The lines of this installation, each with what is its own."),
    "stories": ("checkin.cli.story_commands", "app", "Add, read, publish and withdraw stories."),
    "volunteers": ("checkin.cli.volunteer_commands", "volunteers_app", "Who volunteers."),
    "shifts": ("checkin.cli.shift_commands", "shifts_app", "When they are on duty."),
    "reconcile": ("checkin.cli.reconcile_command", "reconcile", "Bring in what the network has and we have not."),
    "rekey": ("checkin.cli.rekey_command", "rekey", "Encrypt everything anew, and retire a secret that leaked."),
    "retention": ("checkin.cli.retention_command", "retention", "End what is past its time."),
    "outbox": (
        "checkin.cli.outbox_commands",
        "app",
        "What is still to be done, what is stuck or given up, and why.",
    ),
}
"""Name: (module, attribute, what help says)."""


class LazyCommands(TyperGroup):
    """A group that knows the names of ELSEWHERE, and loads one of them only when it is called."""

    def list_commands(self, ctx: Any) -> list[str]:
        """All names, for help."""
        return [*super().list_commands(ctx), *ELSEWHERE]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command, or for help a stand-in that has its words."""
        if cmd_name in ELSEWHERE:
            return TyperCommand(cmd_name, help=ELSEWHERE[cmd_name][2])
        return super().get_command(ctx, cmd_name)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The command that was called, loaded."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, load(name) if name in ELSEWHERE else command, rest


def load(name: str) -> Any:
    """The command of this name, from its module."""
    module, attribute, _ = ELSEWHERE[name]
    found: typer.Typer | Callable[..., Any] = getattr(importlib.import_module(module), attribute)
    if isinstance(found, typer.Typer):
        return get_group(found)  # get_command would offer to write into the shell's start-up files
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    alone.command(name)(found)
    return get_command(alone)
