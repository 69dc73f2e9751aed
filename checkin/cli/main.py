"""`checkin`: the commands of a line. Each imports what it needs when it is called, so that `--help` is quick."""

from __future__ import annotations

import gc
import importlib
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group

from checkin.core import logs, private_files

if TYPE_CHECKING:
    from sqlalchemy import Engine

ELSEWHERE = {
    "flows": ("checkin.cli.flow_commands", "app", "Check, test and talk to the flows."),
    "organizers": ("checkin.cli.organizer_commands", "app", "Who may open the console, and in which role."),
    "erasures": (
        "checkin.cli.erasure_commands",
        "app",
        "Who was forgotten or said STOP, for a restored backup.",
    ),
    "backup": ("checkin.cli.backup_commands", "backup", "Back up everything, encrypted, to a folder or a bucket."),
    "restore": ("checkin.cli.backup_commands", "restore", "Bring a backup back, or rehearse it."),
    "lines": ("checkin.cli.line_commands", "lines", "The lines of this installation, each with what is its own."),
    "stories": ("checkin.cli.story_commands", "app", "Many stories at once, in and out, and the samples."),
    "volunteers": ("checkin.cli.volunteer_commands", "volunteers_app", "Who volunteers."),
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


app = typer.Typer(
    cls=LazyCommands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="A phone number for peer support: text it or call it, and a peer is there.",
)
database = typer.Typer(no_args_is_help=True, help="The database of the line.")
app.add_typer(database, name="db")


def main() -> None:
    """The entry point. A mistake that somebody can put right is one line on standard error, and exit code 2."""
    gc.set_threshold(50_000, 50, 50)  # looking for garbage again and again is a fifth of what an import costs
    private_files.begin()
    logs.set_up(level=logging.WARNING)  # on standard error: what a command prints is for whoever pipes it
    try:
        app()
    except Exception as error:
        if not _for_people(error):
            raise
        from checkin.cli.context import with_hint

        print(f"checkin: {with_hint(error)}", file=sys.stderr)
        sys.exit(2)


def _for_people(error: Exception) -> bool:
    """Whether the text of this error says what to do, so that a traceback would only hide it."""
    from checkin.core.settings import SettingsError

    if isinstance(error, SettingsError):  # nothing else was loaded yet, and need not be
        return True
    from checkin.backups.problems import BackupFailed
    from checkin.cli.self_test import CannotTest
    from checkin.cli.up import CannotStart
    from checkin.core.embedded_redis import NoRedis
    from checkin.core.encryption import CannotDecrypt
    from checkin.core.errors import UserError
    from checkin.core.rules.policy import BadPolicy
    from flows.model.findings import FlowError

    ours = BackupFailed | NoRedis | CannotStart | CannotTest | FlowError | BadPolicy | UserError | CannotDecrypt
    return isinstance(error, ours)


@app.command()
def up(
    practice_port: Annotated[int, typer.Option(help="Port of the practice network.")] = 8010,
    pace: Annotated[float, typer.Option(help="How fast practice calls go; 1 is as in life.")] = 1.0,
) -> None:
    """Run the whole line here: on the practice network, or on Twilio when its credentials are set."""
    from rich.console import Console

    from checkin.cli.up import up as run

    raise typer.Exit(run(Console(), practice_port, pace))


@app.command()
def worker(
    queues: Annotated[
        list[str] | None, typer.Argument(help="ring, text, bulk, upkeep; all of them when none is named.")
    ] = None,
) -> None:
    """Run what is due: one process for each queue."""
    from checkin.outbox.registry import QUEUES

    strange = sorted(set(queues or ()) - set(QUEUES))
    if strange:
        raise typer.BadParameter(f"no queue is called {', '.join(strange)}: there are {', '.join(QUEUES)}")
    _read_settings()
    from worker.__main__ import main as run

    raise typer.Exit(run(queues or QUEUES))


@app.command()
def clock() -> None:
    """Find what is due, every second, and tell the workers of it. Two clocks are safe."""
    _read_settings()
    from worker.clock import main as run

    run()


@app.command()
def secret() -> None:
    """Print a new key for CHECKIN_SECRET."""
    import secrets

    print(secrets.token_urlsafe(48))


@app.command("test")
def run_tests(
    pytest_arguments: Annotated[list[str] | None, typer.Argument(help="For pytest, after --.")] = None,
    whole: Annotated[bool, typer.Option("--whole", help="All tests, on both databases, also the long ones.")] = False,
) -> None:
    """Check everything: style, types, imports, flows and their transcripts, tests on SQLite and PostgreSQL."""
    from checkin.cli.self_test import run

    raise typer.Exit(run(pytest_arguments or [], whole=whole))


def _read_settings() -> None:
    """Name a wrong setting before anything that takes long to load is loaded. Raises SettingsError."""
    from checkin.core.settings import load_settings

    load_settings()


@database.command()
def upgrade() -> None:
    """Bring the database up to what this version needs. Safe to run again, and at once."""
    from checkin.core import schema

    with _engine() as engine:
        before = schema.upgrade(engine)
    if before.current:
        print(f"The database is up to date ({before.needed}).")
    else:
        print(f"Brought the database from {before.at or 'nothing'} to {before.needed}.")
    _keep_flows()


@database.command()
def check() -> None:
    """Say whether the database is what this version needs; exit code 1 when it isn't."""
    from checkin.core import schema

    with _engine() as engine:
        found = schema.standing(engine)
        differs = schema.differs(engine) if found.current else None
    if not found.current:
        print(f"The database is at {found.at or 'nothing'}, this version needs {found.needed}: run checkin db upgrade")
    elif differs:
        print(f"The database is at {found.at}, but its tables are not what the models say: {differs}")
    else:
        print(f"The database is up to date ({found.needed}).")
    raise typer.Exit(0 if found.current and not differs else 1)


def _keep_flows() -> None:
    """Keep the flows of the files too, where the line is set up; where it isn't, its processes do when they start."""
    from rich.console import Console

    from checkin.cli.up import carry_over, keep_flows
    from checkin.core.settings import SettingsError, load_settings

    with suppress(SettingsError):
        settings = load_settings()
        keep_flows(settings)
        carry_over(Console(), settings)


@contextmanager
def _engine() -> Iterator[Engine]:
    """The engine of the database that the settings name, let go of at the end."""
    from checkin.core.database import make_engine
    from checkin.core.settings import database_url, environment

    engine = make_engine(database_url(environment()))
    try:
        yield engine
    finally:
        engine.dispose()
