"""What has come to its end is ended, and what is left of somebody who was forgotten, here and at the network.

A little at a time; each step may run twice: gone is no error.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial

import structlog

from checkin.compliance.retention import at_network, expiry, forgotten
from checkin.compliance.retention.forgotten import LeftAtNetwork
from checkin.core.unit_of_work import UnitOfWork
from checkin.dispatch.steps import Claimed, Local, Steps
from checkin.outbox import recurring_jobs
from checkin.outbox.outcomes import Done, Outcome
from checkin.runtime import Runtime
from checkin.telephony.port import GatewayError

log = structlog.get_logger()

MOST_ROUNDS = 25
"""Transactions of one job, which may take a minute at most; the rest is done a moment later."""


def _end(runtime: Runtime, _request: None) -> tuple[Counter[str], bool]:
    """End what is past its time, table by table. How much of what, and whether there is more."""
    ended: Counter[str] = Counter()
    rounds = 0
    for name in expiry.tables():
        while rounds < MOST_ROUNDS:
            count = runtime.do(partial(expiry.end_some, name=name))
            ended[name] += count
            if count < expiry.SOME:
                break
            rounds += 1
    runtime.do(lambda uow: expiry.note(uow, ended))
    wipe(runtime)
    return ended, rounds >= MOST_ROUNDS


def _ended(uow: UnitOfWork, row: Claimed, _request: None, came: tuple[Counter[str], bool]) -> Outcome:
    ended, more = came
    said = f"{ended.total()} rows ended"
    return recurring_jobs.go_on_soon(uow.now, said) if more else recurring_jobs.put_off(uow.now, row.kind, said)


def _clear_network(uow: UnitOfWork, row: Claimed) -> Outcome:
    planned = at_network.plan(uow)
    said = f"{planned} to be cleared at the network"
    more = planned >= at_network.AT_ONCE
    return recurring_jobs.go_on_soon(uow.now, said) if more else recurring_jobs.put_off(uow.now, row.kind, said)


def _erase(runtime: Runtime, left: LeftAtNetwork) -> list[str]:
    """Delete their texts and calls there. Answers which are gone; the others are on their way, or were refused."""
    wipe(runtime)
    there = [(runtime.gateway.delete_text, sid) for sid in left.texts]
    there += [(runtime.gateway.delete_call, sid) for sid in left.calls]
    return [sid for delete, sid in there if deleted(delete, sid)]


def _erased(uow: UnitOfWork, row: Claimed, left: LeftAtNetwork, gone: list[str]) -> Outcome:
    forgotten.gone(uow, row.about_id, gone)
    refused = len(left.texts) + len(left.calls) - len(gone)
    if not left.waits and not refused:
        return Done(f"{len(gone)} deleted")
    more = f"{refused} refused" if refused else "more to come"
    return forgotten.come_back(uow, row.id, f"{len(gone)} deleted, {more}")


def wipe(runtime: Runtime) -> None:
    """Have what was forgotten leave the files of the database, too. What cannot go now goes within the hour."""
    if not runtime.wipe():
        log.warning("not_wiped", why="someone reads or writes all the while")


def deleted(delete: Callable[[str], None], sid: str) -> bool:
    """Ask for one to be deleted. False when the network would not, or not yet: nothing is raised."""
    try:
        delete(sid)
    except GatewayError as error:
        log.info("not_deleted_at_network", code=error.code)
        return False
    return True


ERASE_AT_NETWORK = Steps(lambda uow, row: forgotten.left(uow, row.id, row.about_id), _erase, _erased)
"""Delete at the network what is there; come back for the rest."""


RETENTION = Steps(lambda _work, _row: None, _end, _ended)
"""End what is past its time."""

CLEAR_NETWORK: Local = Steps(_clear_network)
"""Plan what the network is to forget."""
