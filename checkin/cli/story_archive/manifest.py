"""The list of stories in a parcel: stories.csv or stories.yaml, checked row by row."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

import yaml

from checkin.cli.story_archive.files import Container
from checkin.core.errors import UserError
from checkin.stories.service import Kind, NewStory

LISTS = ("stories.csv", "stories.yaml", "stories.yml")
LARGEST_LIST = 10_000_000
MOST_WORDS = 100

COLUMNS = {
    "title": "its title in lists",
    "topics": "its topics, separated by ;",
    "language": "its language: en, es, ...",
    "consent": "the day its storyteller agreed to share it: 2026-05-17",
    "file": "the recording, or a text (.txt) for a story without one",
    "words": "its words, for those who text; or the name of a .txt with them",
    "note": "what a listener should know first",
    "credit": "the name its storyteller is thanked by",
    "kind": "story, or tip",
    "name": "imported only once under this name; without it, the file's name",
    "sample": "by export only: it came with the line",
    "code_key": "by export only: so that its storyteller's code still withdraws it",
    "ready": "by export only: the sound is as it is to be played",
}
_SAYS_WHAT_PARTS = re.compile(r'"?sep=(.)"?[,;\s]*', re.IGNORECASE)
"""The first line that Excel writes and reads, in countries where a comma is in every number."""

NEEDED = ("title", "topics", "language", "consent")


@dataclass(frozen=True)
class ManifestRow:
    """One story as the list has it. where: "row 4 (night.mp3)", for whoever reads what is wrong with it."""

    where: str
    name: str
    story: NewStory
    consent_at: datetime
    file: str
    ready: bool


@dataclass(frozen=True)
class Wrong:
    """A row that cannot be used, and why."""

    where: str
    why: str


def rows(archive: Container) -> list[ManifestRow | Wrong]:
    """Every row of the parcel's list. Raises UserError when there is no list, or none that can be read."""
    name, content = _list_of(archive)
    try:
        text = content.decode("utf-8-sig")
        found = list(_csv(text) if name.endswith(".csv") else _yaml(text))
    except UnicodeDecodeError as error:
        raise UserError(f"{name} isn't UTF-8: save it as UTF-8 and try again") from error
    except RecursionError:
        raise UserError(f"{name} can't be read: it's nested too deeply") from None
    except (csv.Error, yaml.YAMLError, ValueError) as error:  # ValueError: a day or a number that cannot be
        raise UserError(f"{name} can't be read: {str(error).splitlines()[0]}") from error
    read = [_row(where, values) for where, values in found]
    names = Counter(row.name for row in read if isinstance(row, ManifestRow))
    return [_twice(row) if isinstance(row, ManifestRow) and names[row.name] > 1 else row for row in read]


def _list_of(archive: Container) -> tuple[str, bytes]:
    for name in LISTS:
        try:
            return name, archive.read(name, LARGEST_LIST)
        except UserError:
            continue
    raise UserError(f"there's no list of stories in it: make a {LISTS[0]} with the columns {', '.join(NEEDED)}, file")


def _csv(text: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    first, _, rest = text.partition("\n")
    said = _SAYS_WHAT_PARTS.fullmatch(first)
    delimiter = said[1] if said else max(",;\t", key=first.count)
    reader = csv.DictReader(io.StringIO(rest if said else text), delimiter=delimiter, strict=True)
    for values in reader:
        yield (
            f"row {reader.line_num + bool(said)}",
            {(key or "").strip().lower(): value for key, value in values.items()},
        )


def _yaml(text: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    listed = yaml.safe_load(text)
    found = listed.get("stories") if isinstance(listed, dict) else None
    if not isinstance(found, list):
        raise UserError("the YAML isn't a list under `stories:`")
    for place, values in enumerate(found, 1):
        yield f"story {place}", values if isinstance(values, dict) else {}


def _row(where: str, values: Mapping[str, Any]) -> ManifestRow | Wrong:
    if nested := [str(key)[:40] for key, value in values.items() if not _flat(value)]:
        return Wrong(where, f"its {nested[0]} is neither words nor a list of words: write it in one line")
    told = {key: "" if value is None else value for key, value in values.items()}
    file = str(told.get("file", "")).strip()
    where = f"{where} ({file or str(told.get('title', ''))[:40] or 'empty'})"
    try:
        if strange := [str(key) for key in told if key not in COLUMNS]:
            raise UserError(f"unknown column {', '.join(strange)[:60]!r}: there are {', '.join(COLUMNS)}")
        if missing := [key for key in NEEDED if not told.get(key)]:
            raise UserError(f"it's missing {missing[0]}: {COLUMNS[missing[0]]}")
        words = str(told.get("words", "")).strip()
        if not file and not words:
            raise UserError("it has neither a file nor words")
        return ManifestRow(
            where=where,
            name=str(told.get("name", "")).strip() or file or str(told["title"]).strip(),
            story=NewStory(
                title=str(told["title"]),
                topics=_topics(told["topics"]),
                language=str(told["language"]).strip().lower(),
                words=words,
                note=str(told.get("note", "")),
                credit=str(told.get("credit", "")).strip()[:80] or None,
                kind=_kind(told.get("kind", "")),
                sample=str(told.get("sample", ""))[:80] or None,
                code_key=bytes.fromhex(str(told.get("code_key", ""))) or None,
            ),
            consent_at=_day(told["consent"]),
            file=file,
            ready=str(told.get("ready", "")).lower() in ("yes", "true"),
        )
    except ValueError as error:
        return Wrong(where, str(error))


def _flat(value: Any) -> bool:
    """Words, a number, a day, or a list of these: written out, what is nested in itself could fill memory."""
    one_by_one = value if isinstance(value, list) else [value]
    return len(one_by_one) <= MOST_WORDS and not any(isinstance(part, list | dict | set | tuple) for part in one_by_one)


def _topics(written: Any) -> tuple[str, ...]:
    return tuple(map(str, written)) if isinstance(written, list) else tuple(str(written).replace(",", ";").split(";"))


def _day(written: Any) -> datetime:
    if isinstance(written, datetime):
        written = written.date()
    try:
        day = written if isinstance(written, date) else date.fromisoformat(str(written).strip()[:10])
    except ValueError:
        raise UserError(
            f"its consent is {str(written)[:20]!r}: write the day on which its storyteller agreed, 2026-05-17"
        ) from None
    return datetime.combine(day, time(12), UTC)


def _kind(written: Any) -> Kind:
    match str(written).strip().lower():
        case "" | "story":
            return "story"
        case "tip":
            return "tip"
        case other:
            raise UserError(f"its kind is {other[:20]!r}: write story or tip")


def _twice(row: ManifestRow) -> Wrong:
    return Wrong(row.where, f"another row has the name {row.name!r} too: give each a name of its own")
