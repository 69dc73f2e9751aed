"""The queues of the outbox: what goes first."""

from __future__ import annotations

from typing import Final, Literal, get_args

Queue = Literal["ring", "text", "bulk", "upkeep"]

QUEUES: Final[tuple[Queue, ...]] = get_args(Queue)
"""Ringing first, live texts before those that can wait (bulk), upkeep last. One worker process each: a worker of two
queues can lose a job for good (rq/rq issues 1716 and 2079).

Whoever asks for what is due says in which queues: only then is it found in the index of the outbox, without reading
what is due later or elsewhere.
"""
