"""One process for each queue, forked from one that has everything loaded; one that dies is started again."""

from __future__ import annotations

import os
import signal
import time
from collections import deque
from collections.abc import Callable, Sequence
from types import FrameType

import structlog

from checkin.core.parent import end_with

GRACE_SECONDS = 12.0
"""From being told to stop until whoever still works is ended: longer than the network is waited for. Hosts give 30."""

LAST_SECONDS = 2.0
"""From asking for the second time until killing."""

MOST_DEATHS = 5
WITHIN_SECONDS = 60.0
PAUSE_SECONDS = 1.0
SIGNALS = (signal.SIGTERM, signal.SIGINT)

log = structlog.get_logger()


class Supervisor:
    """Runs `job(name)` in a process of its own for each name, until SIGTERM or SIGINT, or until they die too often."""

    def __init__(self, names: Sequence[str], job: Callable[[str], None]) -> None:
        self.names = names
        self.job = job
        self.children: dict[int, str] = {}
        self.deaths: deque[float] = deque(maxlen=MOST_DEATHS)
        self.stopping = False
        self.asked = 0

    def run(self) -> int:
        """Start them and wait. Returns the exit code: 0 when asked to stop, 1 when they died too often."""
        before = {sign: signal.signal(sign, self._stop) for sign in SIGNALS}
        before[signal.SIGALRM] = signal.signal(signal.SIGALRM, self._grace_is_over)
        try:
            for name in self.names:
                self._start(name)
            return self._watch()
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            for sign, handler in before.items():
                signal.signal(sign, handler)

    def _watch(self) -> int:
        failed = False
        while self.children:
            pid, status = os.wait()
            name = self.children.pop(pid, None)
            if name is None or self.stopping:
                continue
            log.error("worker_died", queue=name, exit_code=os.waitstatus_to_exitcode(status))
            self.deaths.append(time.monotonic())
            if len(self.deaths) == MOST_DEATHS and self.deaths[-1] - self.deaths[0] < WITHIN_SECONDS:
                log.error("workers_die_too_often", deaths=MOST_DEATHS, within_seconds=WITHIN_SECONDS)
                failed = True
                self._stop(signal.SIGTERM, None)
                continue
            time.sleep(PAUSE_SECONDS)
            if not self.stopping:
                self._start(name)
        return 1 if failed else 0

    def _start(self, name: str) -> None:
        parent = os.getpid()
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)  # one that comes now waits until the child can take it
        pid = os.fork()
        if pid:
            self.children[pid] = name
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
            return
        code = 1
        try:
            for sign in (*SIGNALS, signal.SIGALRM):
                signal.signal(sign, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
            end_with(parent)
            self.job(name)
            code = 0
        except SystemExit as leaving:
            code = leaving.code if isinstance(leaving.code, int) else 1
        except BaseException as error:
            log.error("worker_failed", queue=name, error=type(error).__name__)
        finally:
            os._exit(code)

    def _stop(self, _sign: int, _frame: FrameType | None) -> None:
        """Pass it on: each finishes the row it has in hand."""
        if not self.stopping:
            self.stopping = True
            signal.setitimer(signal.ITIMER_REAL, GRACE_SECONDS, LAST_SECONDS)
        self._signal(signal.SIGTERM)

    def _grace_is_over(self, _sign: int, _frame: FrameType | None) -> None:
        """Ask those who still work once more, which they take for the end; then end them."""
        log.warning("worker_still_works", queues=sorted(self.children.values()), seconds=GRACE_SECONDS)
        self._signal(signal.SIGTERM if self.asked == 0 else signal.SIGKILL)
        self.asked += 1

    def _signal(self, sign: int) -> None:
        for pid in list(self.children):
            try:
                os.kill(pid, sign)
            except ProcessLookupError:
                continue
