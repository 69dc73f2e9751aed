"""Reads transcripts: `transcripts/*.test.yaml` beside the flows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from flows.model.complaints import complaints
from flows.model.findings import Finding
from flows.model.yaml_source import read_yaml
from flows.transcripts.format import Transcript, TranscriptFile

ENDING = ".test.yaml"
MOST_KEPT = 256


@dataclass(frozen=True)
class Placed:
    """A transcript and where it stands: its file, and the lines of its name and of each line of its talk."""

    transcript: Transcript
    file: str
    line: int
    lines: tuple[int, ...]


def file_of(flow: str) -> str:
    """Where the conversations of this flow stand."""
    return f"transcripts/{flow}{ENDING}"


def flow_in(file: str) -> str:
    """Whose conversations stand in this file."""
    return file.removeprefix("transcripts/").removesuffix(ENDING)


def read_transcripts(
    folder: Path | str, instead: Mapping[str, str] | None = None
) -> tuple[list[Placed], list[Finding]]:
    """The transcripts in `folder/transcripts`, and what is wrong with their files.

    instead: the conversations of some flows, by name, in place of what their files say; nothing for none at all.
    """
    placed: list[Placed] = []
    findings: list[Finding] = []
    given = {file_of(flow): text for flow, text in (instead or {}).items()}
    there = {f"transcripts/{path.name}": path for path in (Path(folder) / "transcripts").glob(f"*{ENDING}")}
    for name in sorted({*there, *given}):
        if name in given:
            read, found = parse_transcripts(given[name], name) if given[name].strip() else ([], [])
            placed += read
            findings += found
            continue
        try:
            path = there[name]
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            findings.append(Finding(name, 1, 1, "Y001", "error", f"can't be read: {type(error).__name__}", ""))
            continue
        read, found = parse_transcripts(text, name)
        placed += read
        findings += found
    return placed, findings


def texts_of(folder: Path | str, instead: Mapping[str, str] | None = None) -> dict[str, str]:
    """The text of each file of transcripts that can be read, by its name below the folder. instead: as above."""
    texts = {}
    for path in sorted((Path(folder) / "transcripts").glob(f"*{ENDING}")):
        with suppress(OSError, UnicodeDecodeError):
            texts[f"transcripts/{path.name}"] = path.read_text(encoding="utf-8")
    return texts | {file_of(flow): text for flow, text in (instead or {}).items()}


def parse_transcripts(text: str, file: str) -> tuple[list[Placed], list[Finding]]:
    """The transcripts in one file, and what is wrong with it."""
    placed, findings = _parsed(text, file)
    return list(placed), list(findings)


@lru_cache(MOST_KEPT)
def _parsed(text: str, file: str) -> tuple[Sequence[Placed], Sequence[Finding]]:
    """Reading YAML is slow, and the same files are read for every page about them."""
    source = read_yaml(text, file)
    if source.findings:
        return [], list(source.findings)
    try:
        read = TranscriptFile.model_validate(source.values)
    except ValidationError as error:
        return [], complaints(error, source)
    return [
        Placed(
            test, file, source.where(("tests", number))[0],
            tuple(source.where(("tests", number, "talk", place))[0] for place in range(len(test.talk))),
        )
        for number, test in enumerate(read.tests)
    ], []  # fmt: skip
