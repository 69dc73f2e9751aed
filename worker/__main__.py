"""python -m worker [QUEUE ...]: what `checkin worker` runs."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from checkin.core import logs, private_files
from checkin.core.parent import say_ready
from checkin.outbox.registry import QUEUES
from worker.process import uow
from worker.ready import get_ready
from worker.supervisor import Supervisor
from worker.tasks import surroundings


def main(queues: Sequence[str] = QUEUES) -> int:
    """Carry out the rows of these queues, with one process each, until SIGTERM. Returns the exit code.

    Raises SettingsError, FlowError or BadPolicy before anything is started; ValueError for a queue that isn't ours.
    """
    strange = sorted(set(queues) - set(QUEUES))
    if strange:
        raise ValueError(f"there's no queue called {', '.join(strange)}: there are {', '.join(QUEUES)}")
    private_files.begin()
    logs.set_up()
    private_files.tighten(surroundings().settings)
    get_ready(surroundings())
    say_ready()
    return Supervisor(list(queues), uow).run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or QUEUES))
