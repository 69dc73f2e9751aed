"""Pictures come from the network into our own store, plain and sealed, and leave both when they are to be gone.

Each step may run twice: fetching replaces the same key, and deleting what is gone is no error.
"""

from __future__ import annotations

from checkin.core.unit_of_work import Work
from checkin.messages import pictures
from checkin.messages.models import Picture
from checkin.outbox.jobs import Claimed, Handler
from checkin.relays import picture_forwarding
from checkin.runtime import Runtime
from checkin.telephony.pictures import PictureError, to_plain
from checkin.telephony.port import Refused, TryLater, Unknown

TRIES = 8
"""What the network has not given us by then (about eight minutes) is lost: somebody waits for it."""


def fetch_picture(runtime: Runtime, row: Claimed) -> str:
    """Fetch, make plain, seal; only then may it be passed on, and the network's copy be deleted.

    Raises TryLater while it is not there. Whoever waits for it is told when that takes too long, or it is none.
    """
    ids = runtime.do(lambda work: pictures.to_fetch(work, row.about_id))
    if ids is None:
        return "skipped: nothing to fetch"
    try:
        plain = to_plain(runtime.gateway.fetch_picture(*ids))
    except (TryLater, Unknown) as error:
        if row.attempts < TRIES:
            raise TryLater(str(error)) from error
        runtime.do(lambda work: _lost(work, row.about_id))
        return f"refused: {error}"
    except (PictureError, Refused) as error:
        runtime.do(lambda work: _lost(work, row.about_id))
        return f"refused: {error}"
    whose = runtime.look(lambda work: work.session.get_one(Picture, row.about_id).contact_id)
    runtime.media.put(row.about_id, plain, whose)
    kept = runtime.do(lambda work: _fetched(work, row.about_id))
    return "done" if kept else "done: dropped meanwhile"


def _fetched(work: Work, picture_id: str) -> bool:
    kept = pictures.fetched(work, picture_id)
    if kept:
        picture_forwarding.seen(work, picture_id)
    return kept


def _lost(work: Work, picture_id: str) -> None:
    if pictures.lost(work, picture_id):
        picture_forwarding.unseen(work, picture_id)


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
