"""What has come to its end is ended, here and at the network, a little at a time."""

from __future__ import annotations

from collections import Counter

from checkin.compliance.forgetting_jobs import wipe
from checkin.compliance.retention import at_network, expiry
from checkin.core.unit_of_work import UnitOfWork
from checkin.dispatch.steps import Claimed, Local, Steps
from checkin.outbox import recurring_jobs
from checkin.outbox.outcomes import Outcome
from checkin.runtime import Runtime

MOST_ROUNDS = 25
"""Transactions of one job, which may take a minute at most; the rest is done a moment later."""


def _end(runtime: Runtime, _request: None) -> tuple[Counter[str], bool]:
    """End what is past its time, table by table. How much of what, and whether there is more."""
    ended: Counter[str] = Counter()
    rounds = 0
    for name in expiry.tables():
        while rounds < MOST_ROUNDS:
            count = _end_some(runtime, name)
            ended[name] += count
            if count < expiry.SOME:
                break
            rounds += 1
    runtime.do(lambda uow: expiry.note(uow, ended))
    wipe(runtime)
    return ended, rounds >= MOST_ROUNDS


def _end_some(runtime: Runtime, name: str) -> int:
    return runtime.do(lambda uow: expiry.end_some(uow, name))


def _ended(uow: UnitOfWork, row: Claimed, _request: None, came: tuple[Counter[str], bool]) -> Outcome:
    ended, more = came
    said = f"{ended.total()} rows ended"
    return recurring_jobs.go_on_soon(uow.now, said) if more else recurring_jobs.put_off(uow.now, row.kind, said)


def _clear_network(uow: UnitOfWork, row: Claimed) -> Outcome:
    planned = at_network.plan(uow)
    said = f"{planned} to be cleared at the network"
    more = planned >= at_network.AT_ONCE
    return recurring_jobs.go_on_soon(uow.now, said) if more else recurring_jobs.put_off(uow.now, row.kind, said)


RETENTION = Steps(lambda _work, _row: None, _end, _ended)
"""End what is past its time."""

CLEAR_NETWORK: Local = Steps(_clear_network)
"""Plan what the network is to forget."""
