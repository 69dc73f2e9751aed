"""Recordings come from the network into our own store, and leave both when they are to be gone.

Each step may run twice: fetching replaces the same key, and deleting what is gone is no error.
"""

from __future__ import annotations

from dataclasses import dataclass

from checkin.core.unit_of_work import UnitOfWork
from checkin.dispatch.steps import Claimed, Local, Steps, after_error
from checkin.messages.models import Recording
from checkin.outbox.outcomes import Done, Outcome, Skipped
from checkin.runtime import Runtime
from checkin.stories import listening, recordings
from checkin.stories.recordings import ToForget
from checkin.telephony import audio
from checkin.telephony.audio import AudioError
from checkin.telephony.port import GatewayError, Refused


@dataclass(frozen=True)
class AtNetwork:
    """A recording of a call there; or the voice note of the text `text_sid`. whose: the contact who is heard."""

    id: str
    sid: str
    text_sid: str | None
    whose: str | None


def _to_fetch(uow: UnitOfWork, row: Claimed) -> AtNetwork | Skipped:
    sid = recordings.to_fetch(uow, row.about_id)
    return Skipped("nothing to fetch") if sid is None else _at_network(uow, row, sid)


def _fetch(runtime: Runtime, there: AtNetwork) -> int:
    """Fetch, turn into telephone audio, seal, read back; only then may the network's copy be deleted. Its seconds.

    Raises TryLater while the network does not have it yet, Refused for what is gone there or cannot be heard.
    """
    try:
        if there.text_sid is None:
            content = runtime.gateway.fetch_recording(there.sid)
        else:
            content = runtime.gateway.fetch_picture(there.text_sid, there.sid)
        sound = audio.to_telephone(content, whole=False)
    except AudioError as error:
        raise Refused(str(error)) from error
    runtime.media.put(there.id, sound.content, there.whose)
    if runtime.media.open(there.id) != sound.content:
        raise OSError("the media store gave back something else than it was given")
    return sound.seconds


def _fetched(uow: UnitOfWork, row: Claimed, _there: AtNetwork, seconds: int) -> Outcome:
    kept = recordings.fetched(uow, row.about_id, row.about_id, seconds)
    return Done() if kept else Done("dropped meanwhile")


def _not_fetched(uow: UnitOfWork, row: Claimed, there: AtNetwork, error: GatewayError) -> Outcome:
    if isinstance(error, Refused):
        recordings.lost(uow, row.about_id, str(error))
    return after_error(uow, row, there, error)


def _to_delete(uow: UnitOfWork, row: Claimed) -> AtNetwork | Skipped:
    sid = recordings.to_delete(uow, row.about_id)
    return Skipped("gone already") if sid is None else _at_network(uow, row, sid)


def _delete(runtime: Runtime, there: AtNetwork) -> None:
    if there.text_sid is None:
        runtime.gateway.delete_recording(there.sid)
    else:
        runtime.gateway.delete_picture(there.text_sid, there.sid)


def _deleted(uow: UnitOfWork, row: Claimed, _there: AtNetwork, _none: None) -> Outcome:
    recordings.deleted(uow, row.about_id)
    return Done()


def _to_forget(uow: UnitOfWork, row: Claimed) -> tuple[ToForget, AtNetwork | None] | Skipped:
    left = recordings.to_forget(uow, row.about_id)
    if left is None:
        return Skipped("kept after all, or gone already")
    return left, _at_network(uow, row, left.network_sid) if left.network_sid is not None else None


def _forget(runtime: Runtime, request: tuple[ToForget, AtNetwork | None]) -> None:
    left, there = request
    if left.media_key is not None:
        runtime.media.delete(left.media_key)
    if there is not None:
        _delete(runtime, there)


def _forgotten(uow: UnitOfWork, row: Claimed, _request: object, _none: None) -> Outcome:
    recordings.forgotten(uow, row.about_id)
    return Done()


def _count(uow: UnitOfWork, row: Claimed) -> Outcome:
    return Done() if listening.count(uow, row.about_id) else Skipped("counted before")


def _at_network(uow: UnitOfWork, row: Claimed, sid: str) -> AtNetwork:
    whose = uow.session.get_one(Recording, row.about_id).contact_id
    return AtNetwork(row.about_id, sid, recordings.came_with(uow, row.about_id), whose)


FETCH_RECORDING = Steps(_to_fetch, _fetch, _fetched, _not_fetched)
"""Bring one into our own store. What is gone there, or cannot be heard, is lost."""

DELETE_RECORDING = Steps(_to_delete, _delete, _deleted)
"""Delete the network's copy."""

FORGET_RECORDING = Steps(_to_forget, _forget, _forgotten)
"""Destroy a recording here and at the network."""

COUNT_LISTEN: Local = Steps(_count)
"""Count one listen among its story's plays."""

DESTROY_MEDIA: Steps[str, None] = Steps(lambda _work, row: row.about_id, lambda runtime, key: runtime.media.delete(key))
"""Destroy one piece of audio that nothing points to any more."""
