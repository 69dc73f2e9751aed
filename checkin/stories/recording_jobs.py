"""Recordings come from the network into our own store, and leave both when they are to be gone.

Each step may run twice: fetching replaces the same key, and deleting what is gone is no error.
"""

from __future__ import annotations

from checkin.messages.models import Recording
from checkin.outbox.jobs import Claimed
from checkin.runtime import Runtime
from checkin.stories import listening, recordings
from checkin.telephony import audio
from checkin.telephony.audio import AudioError
from checkin.telephony.port import Refused


def fetch_recording(runtime: Runtime, row: Claimed) -> str:
    """Fetch, turn into telephone audio, seal, read back, and only then let the network's copy be deleted.

    Raises TryLater while the network does not have it yet. What is gone there, or cannot be heard, is lost.
    """
    network_sid = runtime.do(lambda work: recordings.to_fetch(work, row.about_id))
    if network_sid is None:
        return "skipped: nothing to fetch"
    try:
        sound = audio.to_telephone(_content(runtime, row.about_id, network_sid), whole=False)
    except (AudioError, Refused) as error:
        why = str(error)
        runtime.do(lambda work: recordings.lost(work, row.about_id, why))
        return f"refused: {why}"
    whose = runtime.look(lambda work: work.session.get_one(Recording, row.about_id).contact_id)
    runtime.media.put(row.about_id, sound.content, whose)
    if runtime.media.open(row.about_id) != sound.content:
        raise OSError("the media store gave back something else than it was given")
    kept = runtime.do(lambda work: recordings.fetched(work, row.about_id, row.about_id, sound.seconds))
    return "done" if kept else "done: dropped meanwhile"


def delete_recording(runtime: Runtime, row: Claimed) -> str:
    """Delete the network's copy."""
    network_sid = runtime.do(lambda work: recordings.to_delete(work, row.about_id))
    if network_sid is None:
        return "skipped: gone already"
    _delete(runtime, row.about_id, network_sid)
    runtime.do(lambda work: recordings.deleted(work, row.about_id))
    return "done"


def forget_recording(runtime: Runtime, row: Claimed) -> str:
    """Destroy a recording here and at the network."""
    left = runtime.do(lambda work: recordings.to_forget(work, row.about_id))
    if left is None:
        return "skipped: kept after all, or gone already"
    if left.media_key is not None:
        runtime.media.delete(left.media_key)
    if left.network_sid is not None:
        _delete(runtime, row.about_id, left.network_sid)
    runtime.do(lambda work: recordings.forgotten(work, row.about_id))
    return "done"


def _content(runtime: Runtime, recording_id: str, network_sid: str) -> bytes:
    """What the network holds: a recording of a call, or the voice note of a text."""
    text_sid = runtime.do(lambda work: recordings.came_with(work, recording_id))
    if text_sid is None:
        return runtime.gateway.fetch_recording(network_sid)
    return runtime.gateway.fetch_picture(text_sid, network_sid)


def _delete(runtime: Runtime, recording_id: str, network_sid: str) -> None:
    text_sid = runtime.do(lambda work: recordings.came_with(work, recording_id))
    if text_sid is None:
        runtime.gateway.delete_recording(network_sid)
    else:
        runtime.gateway.delete_picture(text_sid, network_sid)


def count_listen(runtime: Runtime, row: Claimed) -> str:
    """Count one listen among its story's plays."""
    return "done" if runtime.do(lambda work: listening.count(work, row.about_id)) else "skipped: counted before"


def destroy_media(runtime: Runtime, row: Claimed) -> str:
    """Destroy one piece of audio that nothing points to any more."""
    runtime.media.delete(row.about_id)
    return "done"
