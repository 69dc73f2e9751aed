"""The line's own processes, with one difference: they may be told at which named point to die.

    CRASH_AT=called CRASH_FLAG=/tmp/died python -m tests.faults.doomed worker

They die once, with everything they forked, as a dyno does; the flag says that it has happened. What RQ and we wait
for in minutes they wait for in seconds, and the clock ticks four times a second.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable

from checkin import assembly
from checkin.core.rules.failpoints import Point
from checkin.runtime import Runtime

LEASE_SECONDS = 4
LOOK_SECONDS = 1
TICK_SECONDS = 0.25
RELEASE_EVERY = 4


def killer() -> Callable[[Point], None]:
    """What is told of every point, and ends the whole process group at the one that CRASH_AT names."""
    at, flag = os.environ.get("CRASH_AT"), os.environ.get("CRASH_FLAG", "")
    group = os.getpgrp()

    def failpoint(point: Point) -> None:
        if point != at:
            return
        try:
            os.close(os.open(flag, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return
        os.killpg(group, signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)  # a child of RQ has a group of its own

    return failpoint


def doomed() -> Callable[..., Runtime]:
    """`runtime.build`, whose runtimes say where they pass."""
    build = assembly.build

    def built(*arguments: object, **options: object) -> Runtime:
        made = build(*arguments, **options)  # type: ignore[arg-type]
        made.transactions.failpoint = killer()
        return made

    return built


def main(which: str, *rest: str) -> None:
    """Run the worker or the clock."""
    from worker import process

    process.LEASE_SECONDS = LEASE_SECONDS
    process.LOOK_SECONDS = LOOK_SECONDS
    assembly.build = doomed()
    if which == "worker":
        from worker.__main__ import main as uow

        sys.exit(uow(rest) if rest else uow())
    from worker import clock

    clock.build = assembly.build
    clock.TICK_SECONDS = TICK_SECONDS
    clock.RELEASE_EVERY = RELEASE_EVERY
    clock.main()


if __name__ == "__main__":
    main(*sys.argv[1:])
