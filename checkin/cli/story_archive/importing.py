"""Takes a parcel in, one story at a time: each whole or not at all, and none twice however often it is run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from checkin.cli.context import with_hint
from checkin.cli.story_archive.files import Container
from checkin.cli.story_archive.manifest import ManifestRow, Wrong, rows
from checkin.core.errors import UserError
from checkin.runtime import Runtime
from checkin.stories import files, queries
from checkin.telephony import audio


@dataclass
class ImportedStories:
    """How it went. wrong: what was left out, and why. gone: those that their tellers took back since."""

    new: int = 0
    here: int = 0
    gone: int = 0
    wrong: list[Wrong] = field(default_factory=list)


def take_in(
    runtime: Runtime,
    line: str,
    archive: Container,
    *,
    publish: bool,
    anyway: bool = False,
    begins: Callable[[int], None] = lambda _: None,
    each: Callable[[], None] = lambda: None,
) -> ImportedStories:
    """Import what is not here yet. begins: told how many there are; each: told after every one.

    anyway: what is published may have a telephone number in it.

    Raises UserError when the parcel's list cannot be read. What is wrong with one story keeps no other out.
    """
    taken, listed = ImportedStories(), rows(archive)
    known = runtime.read(queries.known)
    begins(len(listed))
    for row in listed:
        if isinstance(row, Wrong):
            taken.wrong.append(row)
        elif (
            state := known.state_of(row.name, files.origin_of(line, row.name), row.story.sample, row.story.code_key)
        ) is not None:
            taken.gone += state == "withdrawn"
            taken.here += state != "withdrawn"
        else:
            try:
                _one(runtime, line, archive, row, publish=publish, anyway=anyway)
                taken.new += 1
            except UserError as error:
                taken.wrong.append(Wrong(row.where, with_hint(error)))
        each()
    return taken


def _one(runtime: Runtime, line: str, archive: Container, row: ManifestRow, *, publish: bool, anyway: bool) -> None:
    recorded = None
    words = row.story.words
    if row.file.lower().endswith(tuple(files.TEXT_FILES)):
        words = _words(archive, row.file)
    elif row.file:
        recorded = archive.read(row.file, audio.LARGEST)
    if words.lower().endswith(".txt") and "\n" not in words and len(words) < 200:
        words = _words(archive, words)
    origin = files.origin_of(line, row.name)
    new = replace(row.story, words=words, origin=origin, consent_at=row.consent_at, anyway=anyway)
    if runtime.clock() < row.consent_at.replace(hour=0):
        raise UserError(f"its consent is in the future, {row.consent_at.date().isoformat()}: correct it")
    files.take_in(runtime, line, new, recorded, who="command line", publish=publish, ready=row.ready)


def _words(archive: Container, name: str) -> str:
    return files.words_in(archive.read(name, 4 * files.LONGEST_TEXT))
