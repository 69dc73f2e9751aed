"""Several things at the same instant."""

from __future__ import annotations

import threading
from collections.abc import Callable


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Run these at the same instant, each in a thread of its own; what each answered or raised."""
    barrier, answers = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        barrier.wait()
        try:
            answers[place] = act()
        except Exception as error:
            answers[place] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
