"""`python -m tests.worker.deadly`: the worker, whose children die of every row, before they claim it."""

from __future__ import annotations

import os
import signal
import sys

from checkin import assembly
from checkin.core.rules.failpoints import Point
from checkin.core.settings import Settings
from checkin.runtime import Runtime
from worker.__main__ import main

build = assembly.build


def dies(point: Point) -> None:
    """Out of memory, say."""
    if point == "claimed":
        os.kill(os.getpid(), signal.SIGKILL)


def deadly(settings: Settings) -> Runtime:
    """The line's runtime, which does not survive what it claims."""
    built = build(settings)
    built.transactions.failpoint = dies
    return built


if __name__ == "__main__":
    assembly.build = deadly
    sys.exit(main())
