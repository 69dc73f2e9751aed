"""When Python looks for garbage that holds on to itself: not while a process loads, and never through what it loaded.

Loading makes a quarter of a million objects and a thousand that are of no use; looking through all of them takes as
long as loading Flask.
"""

from __future__ import annotations

import gc


def leave_be() -> None:
    """From now on, while this process loads: hardly look at all."""
    gc.set_threshold(1_000_000, 50, 50)


def settle() -> None:
    """What is here now stays, and need not be looked through again: so a fork doesn't copy it either. Look as usual."""
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)
