"""The clock's part: a backup each day in a process of its own, and every few minutes the file beside the archives."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from threading import Thread

from checkin.backups import records
from checkin.backups.problems import BackupFailed
from checkin.core.unit_of_work import UnitOfWork
from checkin.dispatch.steps import Claimed, Steps
from checkin.outbox import recurring_jobs
from checkin.outbox.outcomes import Outcome
from checkin.runtime import Runtime

COMMAND = (sys.executable, "-m", "checkin", "backup")
NOT_SET = "no backups are set"


def start(runtime: Runtime, run: Callable[..., subprocess.Popen[bytes]]) -> str:
    """Begin a backup when it's time. A job has a minute and a backup may take longer, so it isn't waited for; how it
    went is noted, and Health says so."""
    if runtime.settings.backup_to is None:
        return NOT_SET
    found = runtime.read(records.standing)
    if not found.public_key:
        runtime.do(lambda uow: records.note(uow, "failed"))
        return "no key yet"
    if not found.is_due(runtime.clock()):
        return "not due"
    quiet = subprocess.DEVNULL
    began = run(COMMAND, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)
    Thread(target=began.wait, daemon=True).start()
    return "begun"


def keep(runtime: Runtime, _request: None) -> str:
    """Replace the file beside the archives. A place that doesn't answer is asked again next time."""
    if runtime.settings.backup_to is None:
        return NOT_SET
    from checkin.backups import making  # with Alembic, psycopg and two stores: most lines make no backups
    from checkin.backups.places import place_of

    try:
        making.keep_erasures(runtime, place_of(runtime.settings.backup_to, runtime.settings))
    except BackupFailed:
        return "failed: see Health"
    return "saved"


def _again(uow: UnitOfWork, row: Claimed, _request: None, said: str) -> Outcome:
    return recurring_jobs.put_off(uow.now, row.kind, said)


BACK_UP: Steps[None, str] = Steps(
    lambda _work, _row: None, lambda runtime, _request: start(runtime, subprocess.Popen), _again
)
"""Begin the backup of the day."""

KEEP_ERASURES = Steps(lambda _work, _row: None, keep, _again)
"""Save keys, erasures and STOPs beside the archives."""
