"""`checkin rekey`: retire a secret that leaked."""

from __future__ import annotations

from typing import Annotated

import typer


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
    from checkin.cli.context import command_context
    from checkin.cli.rekeying import run
    from checkin.core.errors import UserError

    with command_context(None) as ctx:
        done = run(ctx.runtime, ctx.console, despite_unreadable=despite_unreadable)
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
