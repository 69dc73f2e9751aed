"""Packs the published library: a list and the sound of each, as a backup that can be imported again."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from checkin.core.errors import UserError
from checkin.core.unit_of_work import UnitOfWork
from checkin.runtime import Runtime
from checkin.stories import queries
from checkin.stories import service as stories
from checkin.stories.models import Story, StoryInReview
from checkin.stories.queries import audio_of
from checkin.telephony.media_store import MediaMissing

Writes = Callable[[str, bytes], None]


def pack(
    runtime: Runtime,
    line: str,
    path: Path,
    begins: Callable[[int], None] = lambda _: None,
    each: Callable[[], None] = lambda: None,
) -> int:
    """Write every published story of a line into a new folder or zip, readable by this user only. Answers how many.

    Raises UserError when something stands there already; a zip appears only when it is whole.
    """
    if path.exists() and (path.suffix == ".zip" or not path.is_dir() or any(path.iterdir())):
        raise UserError(f"{path.name} already exists: name a new zip, or a folder that is new or empty")
    ids = runtime.read(lambda session: queries.published(session, line))
    begins(len(ids))
    if path.suffix != ".zip":
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return _write(runtime, ids, lambda name, content: _file(path / name, content), each)
    beside = path.with_name(f".{path.name}.part")
    try:
        with (
            os.fdopen(os.open(beside, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as file,
            zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive,
        ):
            count = _write(runtime, ids, archive.writestr, each)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
    return count


def _write(runtime: Runtime, ids: list[str], write: Writes, each: Callable[[], None]) -> int:
    """The files first and the list last: what has no list is not taken for a backup."""
    listed = []
    for story_id in ids:
        story = runtime.do(lambda uow, wanted=story_id: _told(uow, wanted))  # type: ignore[misc]
        if story is not None and _has_its_sound(runtime, story, write):
            listed.append({name: value for name, value in story.items() if value})
        each()
    write("stories.yaml", yaml.safe_dump({"stories": listed}, allow_unicode=True, sort_keys=False).encode())
    return len(listed)


def _told(uow: UnitOfWork, story_id: str) -> dict[str, Any] | None:
    """The row of a story in the list; None where it may not be heard at this moment.

    code_key: the keyed hash of the withdraw code; it means something only with this line's oldest secret.
    """
    story = uow.session.get(Story, story_id)
    if story is None or story.state != "published":
        return None
    desk = uow.session.get(StoryInReview, story_id)
    consent_at = (desk.consent_at if desk is not None else None) or story.published_at or story.created_at
    return {
        "name": story.id,
        "title": story.title,
        "kind": story.kind,
        "topics": list(story.topics),
        "language": story.language,
        "consent": consent_at.date().isoformat(),
        "file": f"{story.id}.mp3" if story.media_key else None,
        "ready": "yes" if story.media_key else None,
        "words": stories.words_of(uow, story),
        "note": story.note,
        "credit": story.credit,
        "sample": story.sample,
        "code_key": story.code_key.hex() if story.code_key else None,
    }


def _has_its_sound(runtime: Runtime, told: dict[str, Any], write: Writes) -> bool:
    """Write its sound beside the list; False where it was taken back while we packed."""
    if told["file"] is None:
        return True
    media_key = runtime.read(lambda session: audio_of(session, told["name"]))
    if media_key is None:
        return False
    try:
        write(told["file"], runtime.media.open(media_key))
    except MediaMissing:
        return False
    return True


def _file(place: Path, content: bytes) -> None:
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
