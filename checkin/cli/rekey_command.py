"""`checkin rekey`: retire a secret that leaked."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from checkin.cli.context import command_context, progress
from checkin.compliance import rekeying
from checkin.compliance.rekeying import Gone
from checkin.core.encryption import CannotDecrypt
from checkin.core.errors import UserError
from checkin.runtime import Runtime
from checkin.telephony.media_store import MediaMissing

GRACE = {"sqlite": 1.0, "postgresql": 20.0}
"""Seconds until whoever began with an older key has written with it: the longest that a transaction may take."""

LONGEST_TURN = 0.1
"""Seconds at most that others have the database for themselves after each of our turns, which took as long."""


def rekey(
    despite_unreadable: Annotated[
        bool,
        typer.Option("--despite-unreadable", help="Finish even if some values can't be decrypted."),
    ] = False,
) -> None:
    """Re-encrypt everything with the first secret in CHECKIN_SECRET, and retire the others, while the line runs.

    A secret leaked? Put a new one (checkin secret) in front of it, separated by a comma; restart every process; run
    this; take the old one out. You can stop it and run it again.
    """
    with command_context(None) as ctx:
        done = encrypt_everything(ctx.runtime, ctx.console, despite_unreadable=despite_unreadable)
        ctx.say(
            f"Re-encrypted: {done.values} rows, {done.indexes} look-ups, {done.files} files."
            if done.anything
            else "Everything is already encrypted with the newest secret."
        )
        if done.unreadable and not despite_unreadable:
            some = ", ".join(done.unreadable[:5])
            raise UserError(
                f"{len(done.unreadable)} fit no secret in CHECKIN_SECRET ({some}): add the one they"
                " were encrypted with to its end and run this again; if it is lost, --despite-unreadable goes on"
            )
        if len(ctx.runtime.settings.secrets) > 1:
            ctx.say(
                "Now take the old secrets out of CHECKIN_SECRET, restart every process, and make a new backup:"
                " older ones are still opened by the old secret."
            )


@dataclass
class Rekeyed:
    """What was encrypted anew. keys: old data keys that are destroyed. unreadable: what none of our secrets opens."""

    values: int = 0
    indexes: int = 0
    files: int = 0
    keys: int = 0
    unreadable: list[str] = field(default_factory=list)

    @property
    def anything(self) -> bool:
        return bool(self.values or self.indexes or self.files)


def encrypt_everything(
    runtime: Runtime,
    console: Console,
    *,
    despite_unreadable: bool = False,
    rest: Callable[[float], None] = time.sleep,
) -> Rekeyed:
    """Everything under the newest secret, however often somebody writes with an older one meanwhile.

    It is finished, and the older ones are needed no more, unless something is unreadable (`despite_unreadable`: then,
    too).
    """
    runtime.meet()
    done = Rekeyed()
    with progress(console) as bars:
        while _once(runtime, bars, done):
            rest(GRACE[runtime.read(lambda session: session.get_bind().dialect.name)])
    if not done.unreadable or despite_unreadable:
        done.keys = runtime.do(rekeying.finish)
    return done


def _once(runtime: Runtime, bars: Progress, done: Rekeyed) -> bool:
    """Go over all of it; answers whether something was not done yet."""
    before = (done.values, done.indexes, done.files)
    done.unreadable = []
    for model in rekeying.models():
        _rows(runtime, bars, done, model)
    for column in rekeying.INDEXES:
        while some := runtime.do(partial(rekeying.index_some, column=column)):
            done.indexes += some
    _files(runtime, bars, done)
    return (done.values, done.indexes, done.files) != before


def _rows(runtime: Runtime, bars: Progress, done: Rekeyed, model: type) -> None:
    name = model.__tablename__.replace("_", " ")  # type: ignore[attr-defined]
    bar = bars.add_task(name, total=runtime.look(partial(rekeying.how_many, model=model)))
    gone = Gone()
    while True:
        before, began = gone.changed, time.monotonic()
        gone = runtime.do(partial(rekeying.encrypt_some, model=model, gone=gone))
        if not gone.rows:
            break
        bars.advance(bar, gone.rows)
        if gone.changed != before:
            time.sleep(min(time.monotonic() - began, LONGEST_TURN))
    bars.remove_task(bar)
    done.values += gone.changed
    done.unreadable += gone.unreadable


def _files(runtime: Runtime, bars: Progress, done: Rekeyed) -> None:
    kept = runtime.look(rekeying.media)
    for name, contact in bars.track(kept, description="sound and pictures"):
        try:
            done.files += runtime.media.encrypt_again(name, contact)
        except MediaMissing:
            continue
        except CannotDecrypt:
            done.unreadable.append(f"the file {name}")
            continue
        if not runtime.look(partial(rekeying.is_kept, name=name)):
            runtime.media.delete(name)  # it was destroyed while we wrote it anew
