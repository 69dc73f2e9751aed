"""What a signal tells the loop that waits for it."""

from __future__ import annotations

import os
import select


class Asked:
    """Whether a signal came. As threading.Event, but without a lock: two signals at once (a terminal's Ctrl-C and
    whoever passes it on) would wait for each other in an Event for ever, the second in the middle of the first.
    """

    def __init__(self) -> None:
        self._reads, self._writes = os.pipe()
        os.set_blocking(self._reads, False)
        os.set_blocking(self._writes, False)
        self._set = False

    def set(self, *_signal: object) -> None:
        """It came. A signal handler."""
        self._set = True
        try:
            os.write(self._writes, b"!")
        except BlockingIOError:
            return  # so many came that the pipe is full: whoever waits is awake

    def is_set(self) -> bool:
        """Whether it came since the start, or since `clear`."""
        return self._set

    def clear(self) -> None:
        """Wait for the next one."""
        self._set = False
        try:
            os.read(self._reads, 65536)
        except BlockingIOError:
            return

    def wait(self, seconds: float) -> bool:
        """Until it comes, at most so long. Answers whether it came."""
        if not self._set:
            select.select([self._reads], [], [], seconds)
        return self._set
