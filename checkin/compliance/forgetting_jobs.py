"""Deletes at the network what it holds of somebody who was forgotten. Each step may run twice: gone is no error."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from checkin.compliance.retention import forgotten
from checkin.compliance.retention.forgotten import LeftAtNetwork
from checkin.core.unit_of_work import UnitOfWork
from checkin.dispatch.steps import Claimed, Steps
from checkin.outbox.outcomes import Done, Outcome
from checkin.runtime import Runtime
from checkin.telephony.port import GatewayError

log = structlog.get_logger()


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
