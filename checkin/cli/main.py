"""`checkin`: the commands of a line. Each imports what it needs when it is called, so that `--help` is quick."""

from __future__ import annotations

import importlib
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group

import checkin
from checkin.core import garbage, private_files

if TYPE_CHECKING:
    from sqlalchemy import Engine

ELSEWHERE = {
    "setup": ("checkin.cli.setup_command", "setup", "From a Twilio account to a line: shown first, and can be undone."),
    "doctor": ("checkin.cli.doctor_command", "doctor", "Check the account, the number, this machine and the team."),
    "flows": ("checkin.cli.flow_commands", "app", "Check, test and talk to the flows."),
    "organizers": ("checkin.cli.organizer_commands", "app", "Who can open the console, and their roles."),
    "erasures": (
        "checkin.cli.erasure_commands",
        "app",
        "Deletions and STOPs, to apply again after restoring a backup.",
    ),
    "backup": ("checkin.cli.backup_commands", "backup", "Back up everything, encrypted, to a folder or a bucket."),
    "restore": ("checkin.cli.backup_commands", "restore", "Bring a backup back, or rehearse it."),
    "upgrade": ("checkin.cli.upgrade_command", "upgrade", "What a new version changes here, and the step to it."),
    "lines": ("checkin.cli.line_commands", "lines", "The lines of this installation and their settings."),
    "stories": ("checkin.cli.story_commands", "app", "Import or export many stories at once; load the samples."),
    "volunteers": ("checkin.cli.volunteer_commands", "volunteers_app", "The volunteers."),
    "move-in": ("checkin.cli.moving_commands", "move_in", "Import people, shifts or stories from another system."),
    "move-out": ("checkin.cli.moving_commands", "move_out", "Export people, shifts or stories for another system."),
    "reconcile": ("checkin.cli.reconcile_command", "reconcile", "Import missed texts and calls."),
    "rekey": ("checkin.cli.rekey_command", "rekey", "Re-encrypt everything, and retire a leaked secret."),
    "retention": ("checkin.cli.retention_command", "retention", "Delete expired data."),
    "run": ("checkin.cli.run_command", "run", "One process of the Procfile: web, worker, clock or release."),
    "service": ("checkin.cli.service_commands", "app", "The line as services of systemd, on one machine."),
    "outbox": (
        "checkin.cli.outbox_commands",
        "app",
        "What's queued, stuck or failed, and why.",
    ),
}
"""Name: (module, attribute, what help says)."""

SPEAK_THEMSELVES = ("worker", "clock", "secret")
"""What sets its log up by itself, once its settings are read, or has none."""


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


def _say_version(wanted: bool) -> None:
    if wanted:
        print(checkin.__version__)
        raise typer.Exit


@app.callback()
def begin(
    _version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_say_version, help="Print the version.")
    ] = False,
) -> None:
    """A phone number for peer support: text it or call it, and a peer is there."""


def main() -> None:
    """The entry point. A mistake that somebody can put right is one line on standard error, and exit code 2."""
    garbage.leave_be()
    private_files.begin()
    called = sys.argv[1] if sys.argv[1:] else "--help"
    if not called.startswith("-") and called not in SPEAK_THEMSELVES:
        from checkin.core import logs

        logs.set_up(level=logging.WARNING)  # on standard error: what a command prints is for whoever pipes it
    try:
        app()
    except Exception as error:
        said = _for_people(error)
        if said is None:
            raise
        print(f"checkin: {said}", file=sys.stderr)
        sys.exit(2)


def _for_people(error: Exception) -> str | None:
    """What this error says to whoever can put it right; None: it's for whoever reads a traceback."""
    from checkin.core.settings import SettingsError

    if isinstance(error, SettingsError):  # nothing else was loaded yet, and need not be
        return str(error)
    from checkin.backups.problems import BackupFailed
    from checkin.cli.context import with_hint
    from checkin.cli.self_test import CannotTest
    from checkin.cli.up import CannotStart
    from checkin.core.embedded_redis import NoRedis
    from checkin.core.encryption import CannotDecrypt
    from checkin.core.errors import UserError
    from checkin.core.rules.policy import BadPolicy
    from flows.model.findings import FlowError

    ours = BackupFailed | NoRedis | CannotStart | CannotTest | FlowError | BadPolicy | UserError | CannotDecrypt
    return with_hint(error) if isinstance(error, ours) else None


@app.command()
def up(
    practice_port: Annotated[int, typer.Option(help="Port of the practice network.")] = 8010,
    pace: Annotated[float, typer.Option(help="How fast practice calls go; 1 is real time.")] = 1.0,
) -> None:
    """Run the whole line here: on the practice network, or on Twilio when its credentials are set."""
    from rich.console import Console

    from checkin.cli.up import up as run

    raise typer.Exit(run(Console(), practice_port, pace))


@app.command()
def worker(
    queues: Annotated[
        list[str] | None, typer.Argument(help="ring, text, bulk, upkeep; all of them if you name none.")
    ] = None,
) -> None:
    """Do the work that's due: one process per queue."""
    from checkin.outbox.registry import QUEUES

    strange = sorted(set(queues or ()) - set(QUEUES))
    if strange:
        raise typer.BadParameter(f"there's no queue called {', '.join(strange)}: there are {', '.join(QUEUES)}")
    _read_settings()
    from worker.__main__ import main as run

    raise typer.Exit(run(queues or QUEUES))


@app.command()
def clock() -> None:
    """Find what's due, every second, and tell the workers. It's safe to run two."""
    _read_settings()
    from worker.clock import main as run

    run()


@app.command()
def secret() -> None:
    """Print a new key for CHECKIN_SECRET."""
    import secrets

    print(secrets.token_urlsafe(48))


@app.command("test", context_settings={"ignore_unknown_options": True})
def run_tests(
    pytest_arguments: Annotated[
        list[str] | None, typer.Argument(help="As pytest's: tests/settings -k port -x.")
    ] = None,
    merge: Annotated[bool, typer.Option("--merge", help="Also those with processes and browsers.")] = False,
    whole: Annotated[bool, typer.Option("--whole", help="All of them, on both databases.")] = False,
) -> None:
    """Check everything: style, types, imports, flows and their transcripts, and the tests of every change."""
    from checkin.cli.self_test import run

    run([*(["--whole"] if whole else ["--merge"] if merge else []), *(pytest_arguments or [])])


def _read_settings() -> None:
    """Name a wrong setting before anything that takes long to load is loaded. Raises SettingsError."""
    from checkin.core.settings import load_settings

    load_settings()


@database.command()
def upgrade() -> None:
    """Bring the database up to date. Safe to run again, even twice at once."""
    from checkin.core import schema

    with _engine() as engine:
        before = schema.upgrade(engine)
    if before.current:
        print(f"The database is up to date ({before.needed}).")
    else:
        print(f"Brought the database from {before.at or 'nothing'} to {before.needed}.")
    _keep_flows()


@database.command()
def downgrade(
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
) -> None:
    """Take the newest migration back, for the version before. Stop the line first, and make a backup."""
    from alembic.util.exc import CommandError

    from checkin.core import schema
    from checkin.core.errors import UserError

    with _engine() as engine:
        at = schema.standing(engine).at
        if not yes:
            typer.confirm(f"Take migration {at} back? What only it has room for is gone then", abort=True)
        try:
            back, now = schema.downgrade(engine)
        except CommandError as error:
            raise UserError.of(f"the database can't go back from {at or 'nothing'}: {error}") from error
    print(f"Took {back.revision} back ({back.says}) The database is at {now}: start the version that needs it.")


@database.command()
def check() -> None:
    """Check whether the database is up to date; exit code 1 if it isn't."""
    from checkin.core import schema

    with _engine() as engine:
        found = schema.standing(engine)
        differs = schema.differs(engine) if found.current else None
    if not found.current:
        print(f"The database is at {found.at or 'nothing'}, this version needs {found.needed}: run checkin db upgrade")
    elif differs:
        print(f"The database is at {found.at}, but its tables aren't what the models say: {differs}")
    else:
        print(f"The database is up to date ({found.needed}).")
    raise typer.Exit(0 if found.current and not differs else 1)


def _keep_flows() -> None:
    """Also store the flows from the files, if the line is set up; if not, its processes do that when they start."""
    from rich.console import Console

    from checkin.cli.up import carry_over, opened
    from checkin.core.settings import SettingsError, load_settings

    with suppress(SettingsError), opened(load_settings()) as runtime:
        carry_over(Console(), runtime)


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
