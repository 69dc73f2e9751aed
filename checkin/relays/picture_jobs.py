"""Pictures come from the network into our own store, plain and sealed, and leave both when they are to be gone.

Each step may run twice: fetching replaces the same key, and deleting what is gone is no error.
"""

from __future__ import annotations

from dataclasses import dataclass

from checkin.core.unit_of_work import UnitOfWork
from checkin.dispatch.steps import Claimed, Local, Steps, after_error
from checkin.messages import pictures
from checkin.messages.models import Picture
from checkin.outbox.outcomes import Done, Failed, Outcome, Skipped
from checkin.relays import picture_forwarding
from checkin.runtime import Runtime
from checkin.telephony.pictures import PictureError, to_plain
from checkin.telephony.port import GatewayError, Refused, TryLater

TRIES = 8
"""What the network has not given us by then (about eight minutes) is lost: somebody waits for it."""


@dataclass(frozen=True)
class ToFetch:
    """ids: the network's two. whose: the contact who sent it."""

    id: str
    ids: tuple[str, str]
    whose: str | None


def _to_fetch(uow: UnitOfWork, row: Claimed) -> ToFetch | Skipped:
    ids = pictures.to_fetch(uow, row.about_id)
    if ids is None:
        return Skipped("nothing to fetch")
    return ToFetch(row.about_id, ids, uow.session.get_one(Picture, row.about_id).contact_id)


def _fetch(runtime: Runtime, wanted: ToFetch) -> None:
    """Fetch, make plain, seal; only then may it be passed on, and the network's copy be deleted."""
    try:
        plain = to_plain(runtime.gateway.fetch_picture(*wanted.ids))
    except PictureError as error:
        raise Refused(str(error)) from error
    runtime.media.put(wanted.id, plain, wanted.whose)


def _fetched(uow: UnitOfWork, row: Claimed, _wanted: ToFetch, _none: None) -> Outcome:
    if not pictures.fetched(uow, row.about_id):
        return Done("dropped meanwhile")
    picture_forwarding.seen(uow, row.about_id)
    return Done()


def _not_fetched(uow: UnitOfWork, row: Claimed, wanted: ToFetch, error: GatewayError) -> Outcome:
    """Whoever waits for it is told when it takes too long, or it is none. Asking twice does no harm."""
    if not isinstance(error, Refused) and row.attempts < TRIES:
        return after_error(uow, row, wanted, TryLater(str(error)))
    if pictures.lost(uow, row.about_id):
        picture_forwarding.unseen(uow, row.about_id)
    return Failed(f"refused: {error}")


def _to_delete(uow: UnitOfWork, row: Claimed) -> tuple[str, str] | Skipped:
    return pictures.to_delete(uow, row.about_id) or Skipped("gone already")


def _delete(runtime: Runtime, ids: tuple[str, str]) -> None:
    runtime.gateway.delete_picture(*ids)


def _deleted(uow: UnitOfWork, row: Claimed, _ids: tuple[str, str], _none: None) -> Outcome:
    pictures.deleted(uow, row.about_id)
    return Done()


FETCH_PICTURE = Steps(_to_fetch, _fetch, _fetched, _not_fetched)
"""Bring one into our own store."""

DELETE_PICTURE = Steps(_to_delete, _delete, _deleted)
"""Delete the network's copy."""

FORGET_PICTURE: Local = Steps(lambda uow, row: pictures.forget(uow, row.about_id))
"""Our own copy has been kept for as long as it may be."""
