"""What has come to its end is ended, here and at the network, a little at a time."""

from __future__ import annotations

from collections import Counter

from checkin.compliance.forgetting_jobs import wipe
from checkin.compliance.retention import at_network, expiry
from checkin.outbox import recurring_jobs
from checkin.outbox.jobs import Claimed, Handler
from checkin.runtime import Runtime

MOST_ROUNDS = 25
"""Transactions of one job, which may take a minute at most; the rest is done a moment later."""


def retention(runtime: Runtime, row: Claimed) -> str:
    """End what is past its time, table by table."""
    ended: Counter[str] = Counter()
    rounds = 0
    for name in expiry.tables():
        while rounds < MOST_ROUNDS:
            count = _end_some(runtime, name)
            ended[name] += count
            if count < expiry.SOME:
                break
            rounds += 1
    runtime.do(lambda work: expiry.note(work, ended))
    wipe(runtime)
    said = f"{ended.total()} rows ended"
    if rounds >= MOST_ROUNDS:
        return runtime.do(lambda work: recurring_jobs.go_on_soon(work, row.id, said))
    return runtime.do(lambda work: recurring_jobs.put_off(work, row.id, row.kind, said))


def clear_network(runtime: Runtime, row: Claimed) -> str:
    """Plan what the network is to forget."""
    planned = runtime.do(at_network.plan)
    said = f"{planned} to be cleared at the network"
    if planned >= at_network.AT_ONCE:
        return runtime.do(lambda work: recurring_jobs.go_on_soon(work, row.id, said))
    return runtime.do(lambda work: recurring_jobs.put_off(work, row.id, row.kind, said))


def _end_some(runtime: Runtime, name: str) -> int:
    return runtime.do(lambda work: expiry.end_some(work, name))


HANDLERS: dict[str, Handler] = {"retention": retention, "clear_network": clear_network}
