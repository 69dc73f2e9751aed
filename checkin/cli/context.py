"""What the commands of organizers share: the line's runtime, and mistakes told in one line."""

from __future__ import annotations

import getpass
import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time
from itertools import zip_longest
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy.exc import OperationalError, ProgrammingError

from checkin.assembly import DEFAULT_LINE, build
from checkin.core.encryption import CannotDecrypt
from checkin.core.errors import UserError
from checkin.core.lines import NoSuchLine
from checkin.core.rules.zones import zone
from checkin.core.settings import environment, load_settings
from checkin.core.unit_of_work import UnitOfWork
from checkin.runtime import Runtime

if TYPE_CHECKING:
    from rich.progress import Progress

Answer = TypeVar("Answer")

Line = Annotated[str, typer.Option("--line", help="Which line, by its key in lines.yaml.")]
LINE = DEFAULT_LINE

HINTS = {
    "keys_gone": "bring a backup back before it's too old: docs/running-it.md, Backups",
    "no_erasures": "`{checkin} erasures save` writes one",
    "no_invitation": "leave out --invite",
    "no_mobile": "give a mobile number, or add them in the console for calls only",
    "no_name": "add --name Vee",
    "no_organizer": "`{checkin} organizers list` shows them",
    "no_version": "`{checkin} flows history FLOW` lists them",
    "no_volunteer": "{checkin} volunteers list shows them all",
    "number_named": "if it may be shared, publish with --anyway",
    "practice_database": "`{checkin} up` without Twilio's credentials keeps practicing",
    "signs_in": "`{checkin} organizers link` helps if they lost their password or phone",
}
"""What can be done here about an error of this code; the pages have hints of their own."""


@dataclass
class CommandContext:
    """Somebody at the keyboard, and the line in front of them."""

    runtime: Runtime
    line: str
    console: Console = field(default_factory=Console)

    def do(self, use_case: Callable[[UnitOfWork], Answer]) -> Answer:
        return self.runtime.do(use_case)

    def say(self, words: str) -> None:
        """One line of answer; it is not wrapped, and marks of rich in it are shown as they are."""
        self.console.print(readable(words), highlight=False, soft_wrap=True, markup=False)

    @property
    def by(self) -> str:
        """Who is at the keyboard, for the audit."""
        return f"{getpass.getuser()} at the command line"[:80]

    def moment(self, written: str) -> datetime:
        """The time that "2026-11-23 18:00" or, today, "18:00" means on the line's clock. Raises UserError."""
        where = zone(self.runtime.policy_of(self.line).time_zone)
        try:
            if len(written) <= 5:
                today = self.runtime.clock().astimezone(where).date()
                return datetime.combine(today, time.fromisoformat(written.zfill(5)), where)
            read = datetime.fromisoformat(written)
        except ValueError as error:
            raise UserError(f"{written!r} isn't a time: enter 18:00, or 2026-11-30 18:00") from error
        return read if read.tzinfo else read.replace(tzinfo=where)


@contextmanager
def command_context(line: str | None) -> Iterator[CommandContext]:
    """The line (None: the first of them), opened and let go of. A mistake is one line on stderr, and exit code 2."""
    runtime = build(load_settings())
    try:
        line = line or next(iter(runtime.library.lines))
        if line not in runtime.library.lines:
            _wrong(f"there's no line {line!r} in lines.yaml: there is {', '.join(runtime.library.lines)}")
        yield CommandContext(runtime, line)
    except (UserError, NoSuchLine, CannotDecrypt) as error:
        _wrong(with_hint(error))
    except (OperationalError, ProgrammingError) as error:
        if not _no_tables(error):
            raise
        _wrong(f"the database has no tables yet: run {ours()} up, or {ours()} db upgrade")
    finally:
        runtime.close()


def show(console: Console, columns: Sequence[str], rows: Sequence[Sequence[str]], styles: Sequence[str] = ()) -> None:
    """A table in a terminal; in a pipe or a file lines with tabs between. Both begin with the names of the columns.

    styles: one for each row, "" for none. Cells are plain words: no marks of rich in them.
    """
    if not console.is_terminal:
        for row in (columns, *rows):
            print("\t".join(_cell(cell) for cell in row))
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold cyan")
    for name in columns:
        table.add_column(name, overflow="fold")
    for row, style in zip_longest(rows, styles, fillvalue=""):
        table.add_row(*(Text(_cell(cell)) for cell in row), style=str(style))
    console.print(table)


def readable(words: str) -> str:
    """Words that somebody else wrote, without the signs by which they could steer this terminal."""
    return "".join(sign if sign == "\n" or unicodedata.category(sign) != "Cc" else " " for sign in words)


def ours() -> str:
    """Our command as it is typed here: bin/checkin says so in CHECKIN_COMMAND."""
    return environment().get("CHECKIN_COMMAND") or "checkin"


def with_hint(error: Exception) -> str:
    """What is wrong, and what can be done about it here."""
    if not isinstance(error, UserError) or error.code not in HINTS:
        return str(error)
    return f"{error}: {HINTS[error.code].format(checkin=ours())}"


def listed(written: str | None) -> tuple[str, ...]:
    """The parts of "en,es"; nothing for None."""
    return tuple(part.strip().lower() for part in (written or "").split(",") if part.strip())


def _cell(words: str) -> str:
    """One line of it, so that a table keeps its rows."""
    return readable(words).replace("\n", " ")


def _wrong(words: str) -> NoReturn:
    print(f"checkin: {readable(words)}", file=sys.stderr)
    raise typer.Exit(2)


def _no_tables(error: OperationalError | ProgrammingError) -> bool:
    return getattr(error.orig, "sqlstate", None) == "42P01" or "no such table" in str(error.orig)


@contextmanager
def progress(console: Console) -> Iterator[Progress]:
    """A bar for each task that is added; gone when all is done."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}", style="cyan"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(compact=True),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        yield bars
