"""Packs the published library: a list and the sound of each, as a backup that can be imported again."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from checkin.core.errors import UserError
from checkin.runtime import Runtime
from checkin.stories import export
from checkin.stories import library_queries as queries
from checkin.stories.export import Exported
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
        raise UserError(f"{path.name} is there already: name a new zip, or a folder that is new or empty")
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
        story = runtime.do(lambda uow, item=story_id: export.of(uow, item))  # type: ignore[misc]
        if story is not None and (entry := _entry(runtime, story, write)) is not None:
            listed.append(entry)
        each()
    write("stories.yaml", yaml.safe_dump({"stories": listed}, allow_unicode=True, sort_keys=False).encode())
    return len(listed)


def _entry(runtime: Runtime, story: Exported, write: Writes) -> dict[str, Any] | None:
    """Its row in the list. None when it was taken back while we packed."""
    if story.media_key is not None:
        try:
            write(f"{story.id}.mp3", runtime.media.open(story.media_key))
        except MediaMissing:
            return None
    told = {
        "name": story.id,
        "title": story.title,
        "kind": story.kind,
        "topics": list(story.topics),
        "language": story.language,
        "consent": story.consent_at.date().isoformat(),
        "file": f"{story.id}.mp3" if story.media_key else None,
        "ready": "yes" if story.media_key else None,
        "words": story.words,
        "note": story.note,
        "credit": story.credit,
        "sample": story.sample,
        "code_key": story.code_key.hex() if story.code_key else None,
    }
    return {name: value for name, value in told.items() if value}


def _file(place: Path, content: bytes) -> None:
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
