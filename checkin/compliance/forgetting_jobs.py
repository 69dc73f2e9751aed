"""Deletes at the network what it holds of somebody who was forgotten. Each step may run twice: gone is no error."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from checkin.compliance.retention import forgotten
from checkin.outbox.jobs import Claimed, Handler
from checkin.runtime import Runtime
from checkin.telephony.port import GatewayError

log = structlog.get_logger()


def erase_at_network(runtime: Runtime, row: Claimed) -> str:
    """Delete their texts and calls there; come back for those that are on their way, or that it would not delete."""
    left = runtime.do(lambda work: forgotten.left(work, row.id, row.about_id))
    wipe(runtime)
    there = [(runtime.gateway.delete_text, sid) for sid in left.texts]
    there += [(runtime.gateway.delete_call, sid) for sid in left.calls]
    gone = [sid for delete, sid in there if deleted(delete, sid)]
    runtime.do(lambda work: forgotten.gone(work, row.about_id, gone))
    refused = len(there) - len(gone)
    if not left.waits and not refused:
        return f"done: {len(gone)} deleted"
    what = f"{len(gone)} deleted, {refused} refused" if refused else f"{len(gone)} deleted, more to come"
    return runtime.do(lambda work: forgotten.come_back(work, row.id, row.about_id, what))


def wipe(runtime: Runtime) -> None:
    """Have what was forgotten leave the files of the database, too. What cannot go now goes within the hour."""
    if not runtime.wipe():
        log.warning("not_wiped", why="somebody reads or writes all the while")


def deleted(delete: Callable[[str], None], sid: str) -> bool:
    """Ask for one to be deleted. False when the network would not, or not yet: nothing is raised."""
    try:
        delete(sid)
    except GatewayError as error:
        log.info("not_deleted_at_network", code=error.code)
        return False
    return True


HANDLERS: dict[str, Handler] = {"erase_at_network": erase_at_network}
