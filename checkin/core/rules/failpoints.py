"""The named points of the sending protocol: a process may die at any of them, and the fault runs kill it at each.

A process says which one it passes (`Transactions.passing`); outside of the fault runs nobody listens.
"""

from __future__ import annotations

from typing import Literal, get_args

WebPoint = Literal[
    "written",  # the row is written with the fact it follows from, and not committed
    "committed",  # both are committed, and nobody was told
]
ClockPoint = Literal[
    "found",  # the row is due, and nobody was told
    "enqueued",  # Redis knows it, and the row does not know that it was enqueued
]
WorkerPoint = Literal[
    "taken",  # Redis handed the row over, and it is not claimed
    "claimed",  # it is claimed and judged and its text is written, and nothing of that is committed
    "prepared",  # all that is committed: it is written down as leaving; the network was not asked
    "called",  # the network has answered, and what it said is not recorded
    "recorded",  # it is recorded and the row is settled, and nothing of that is committed
    "settled",  # all is done, and Redis has not heard of it
]
Point = WebPoint | ClockPoint | WorkerPoint

WEB: tuple[WebPoint, ...] = get_args(WebPoint)
CLOCK: tuple[ClockPoint, ...] = get_args(ClockPoint)
WORKER: tuple[WorkerPoint, ...] = get_args(WorkerPoint)
