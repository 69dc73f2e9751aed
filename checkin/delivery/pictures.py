"""Pictures come from the network into our own store, plain and sealed, and leave both when they are to be gone.

Each step may run twice: fetching replaces the same key, and deleting what is gone is no error.
"""

from __future__ import annotations

from checkin.delivery.claimed import Claimed, Handler
from checkin.gateway.pictures import PictureError, to_plain
from checkin.gateway.port import Refused
from checkin.runtime import Runtime
from checkin.services import pictures


def fetch_picture(runtime: Runtime, row: Claimed) -> str:
    """Fetch, make plain, seal; only then the network's copy may be deleted. Raises TryLater while it is not there."""
    ids = runtime.do(lambda work: pictures.to_fetch(work, row.about_id))
    if ids is None:
        return "skipped: nothing to fetch"
    try:
        plain = to_plain(runtime.gateway.fetch_picture(*ids))
    except (PictureError, Refused) as error:
        runtime.do(lambda work: pictures.lost(work, row.about_id))
        return f"refused: {error}"
    runtime.media.put(row.about_id, plain)
    kept = runtime.do(lambda work: pictures.fetched(work, row.about_id))
    return "done" if kept else "done: dropped meanwhile"


def delete_picture(runtime: Runtime, row: Claimed) -> str:
    """Delete the network's copy."""
    ids = runtime.do(lambda work: pictures.to_delete(work, row.about_id))
    if ids is None:
        return "skipped: gone already"
    runtime.gateway.delete_picture(*ids)
    runtime.do(lambda work: pictures.deleted(work, row.about_id))
    return "done"


def forget_picture(runtime: Runtime, row: Claimed) -> str:
    """Our own copy has been kept for as long as it may be."""
    return runtime.do(lambda work: pictures.forget(work, row.about_id))


HANDLERS: dict[str, Handler] = {
    "fetch_picture": fetch_picture,
    "delete_picture": delete_picture,
    "forget_picture": forget_picture,
}
