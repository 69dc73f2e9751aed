"""Conversations that fail by nothing but the words of the line, and the same conversations with its new words.

A conversation is taken only where it went as written before, where all that it does now is what it did then (the same
way, the same effects, the same follow-ups, an answer to every line), and where it passes with the new words on each of
its channels. Whatever else is otherwise is for a person to judge.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flows.library import Library
from flows.model.text import Path
from flows.model.yaml_edit import edited
from flows.model.yaml_source import read_yaml
from flows.transcripts.coverage import play
from flows.transcripts.files import Placed, parse_transcripts
from flows.transcripts.format import Us
from flows.transcripts.runner import HeardAtLine, Result, run

_SENTENCES = re.compile(r"(?<=[.!?:])\s+|\n")
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_FIGURES = re.compile(r"\d+")


@dataclass(frozen=True)
class ChangedWords:
    """One difference: what was said, what is said now, and the conversations (file, line) that it is in."""

    before: str
    after: str
    conversations: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Rewording:
    """changes: the differences, the most frequent first. texts: the files as they would be, by name.

    taken: (file, line) of each conversation that passes then, and did not before.
    """

    changes: tuple[ChangedWords, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    taken: frozenset[tuple[str, int]] = frozenset()

    @property
    def mark(self) -> str:
        """By which one can be told from another: what is taken over is what was looked at."""
        whole = hashlib.sha256()
        for file, text in sorted(self.texts.items()):
            whole.update(f"{file}\n{text}\n".encode())
        return whole.hexdigest()[:32]

    @property
    def found(self) -> bool:
        """Whether there is anything to take over."""
        return bool(self.taken)


@dataclass(frozen=True)
class _Reworded:
    """A conversation with new words: by their paths in its file, and the differences that they come from."""

    placed: Placed
    values: Mapping[Path, str]
    differences: frozenset[tuple[str, str]]


def reword(
    before: Library, after: Library, texts: Mapping[str, str], failed: Iterable[tuple[Placed, Result]]
) -> Rewording:
    """What can be taken over of these failures. texts: the files of conversations by name. before: what was live."""
    together: dict[str, dict[int, list[tuple[Placed, Result]]]] = {}
    for placed, result in failed:
        if not result.passed and placed.file in texts:
            together.setdefault(placed.file, {}).setdefault(placed.line, []).append((placed, result))
    new: dict[str, str] = {}
    taken: list[_Reworded] = []
    for file, conversations in sorted(together.items()):
        text, kept = _taken_over(before, after, _TranscriptText.of(file, texts[file]), conversations)
        if kept:
            new[file] = text
            taken += kept
    return Rewording(_changes(taken), new, frozenset((made.placed.file, made.placed.line) for made in taken))


@dataclass(frozen=True)
class _TranscriptText:
    """A file of conversations: its text, its values as they are written, and the place of each by its line."""

    file: str
    text: str
    values: Any
    places: Mapping[int, int]

    @staticmethod
    def of(file: str, text: str) -> _TranscriptText:
        placed, _ = parse_transcripts(text, file)
        return _TranscriptText(
            file, text, read_yaml(text, file).values, {at.line: number for number, at in enumerate(placed)}
        )


def _taken_over(
    before: Library, after: Library, file: _TranscriptText, failed: Mapping[int, list[tuple[Placed, Result]]]
) -> tuple[str, list[_Reworded]]:
    """The file with the new words of those conversations that pass with them, and which these are."""
    text, kept = file.text, []
    for line, results in failed.items():
        made = _reworded(before, results, file)
        if made is None:
            continue
        try:
            tried = edited(text, made.values)
        except ValueError:
            continue
        again = parse_transcripts(tried, file.file)[0]
        if again and all(result.passed for _, result in play(after, [again[file.places[line]]])):
            text = tried
            kept.append(made)
    return text, kept


def _reworded(before: Library, results: list[tuple[Placed, Result]], file: _TranscriptText) -> _Reworded | None:
    """The new words of one conversation, by its results on the channels where it failed; None if it can't be taken."""
    values: dict[Path, str] = {}
    differences: set[tuple[str, str]] = set()
    for placed, result in results:
        was = run(before, placed.transcript, result.channel)
        if not was.passed or was.course != result.course or any(not problem.words for problem in result.problems):
            return None
        for line in sorted({problem.line for problem in result.problems}):
            us, old, new = placed.transcript.talk[line - 1].us, was.heard.get(line), result.heard.get(line)
            if us is None or old is None or new is None:
                return None
            at: Path = ("tests", file.places[placed.line], "talk", line - 1, "us")
            words = dict(_new_words(us, old, new, at, file.values))
            if any(values.get(path, value) != value for path, value in words.items()):
                return None
            values |= words
            differences |= set(_differences(old.words, new.words))
    return _Reworded(results[0][0], values, frozenset(differences))


def _new_words(us: Us, old: HeardAtLine, new: HeardAtLine, at: Path, written: Any) -> Iterator[tuple[Path, str]]:
    """Each value of the line that no longer holds, as it would be. A piece that has no counterpart is left out."""
    for part in at:
        written = written[part]
    whole = us.text.strip() if us.text is not None else None
    if whole is not None and whole not in (new.words.strip(), new.plain.strip()):
        alone = whole == old.plain.strip() and whole != old.words.strip()
        said = (new.plain if alone else new.words).strip()
        if _figures(said) == _figures(whole):
            yield (*at, "text") if isinstance(written, dict) else at, said
    for place, piece in enumerate(us.has):
        if piece not in new.words and (found := counterpart(old.words, new.words, piece)) is not None:
            yield (*at, "has", place) if isinstance(written["has"], list) else (*at, "has"), found


def counterpart(old: str, new: str, piece: str) -> str | None:
    """What stands in the new words where this piece stood in the old ones. None: nothing, or figures are not the same.

    A conversation that looks for 988 wants just that, whatever else is said.
    """
    start = old.find(piece)
    if start < 0:
        return None
    ours, theirs = _WORDS.findall(old), _WORDS.findall(new)
    first, last = _span(ours, start, start + len(piece))
    begin, end = len(theirs), 0
    for kind, here, there, new_here, new_there in _steps(ours, theirs):
        if kind == "insert" and first < here < last:
            begin, end = min(begin, new_here), max(end, new_there)
        elif here < last and there > first:
            same = kind == "equal"
            begin = min(begin, new_here + (max(0, first - here) if same else 0))
            end = max(end, new_there - (max(0, there - last) if same else 0))
    found = "".join(theirs[begin:end]).strip()
    return found if len(found) > 1 and _figures(found) == _figures(piece) else None


def _figures(words: str) -> list[str]:
    return sorted(_FIGURES.findall(words))


def _span(parts: list[str], start: int, end: int) -> tuple[int, int]:
    """Which of the parts reach into these characters: from the first to before the last."""
    place, first, last = 0, len(parts), 0
    for number, part in enumerate(parts):
        if place < end and place + len(part) > start:
            first, last = min(first, number), number + 1
        place += len(part)
    return first, last


def _differences(old: str, new: str) -> Iterator[tuple[str, str]]:
    """The sentences that are others, those beside each other together."""
    ours, theirs = _SENTENCES.split(old), _SENTENCES.split(new)
    for kind, here, there, new_here, new_there in _steps(ours, theirs):
        if kind != "equal":
            yield " ".join(ours[here:there]), " ".join(theirs[new_here:new_there])


def _steps(ours: list[str], theirs: list[str]) -> Sequence[tuple[str, int, int, int, int]]:
    """How the new list comes from the old: what is equal, replaced, inserted and deleted, with both places."""
    return difflib.SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()


def _changes(taken: Iterable[_Reworded]) -> tuple[ChangedWords, ...]:
    found: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for made in taken:
        for difference in made.differences:
            found.setdefault(difference, []).append((made.placed.file, made.placed.line))
    changes = [ChangedWords(*words, tuple(sorted(places))) for words, places in found.items()]
    return tuple(sorted(changes, key=lambda change: (-len(change.conversations), change.before)))
