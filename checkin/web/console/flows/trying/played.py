"""The conversations that were written down for a flow, and how they go with what is written now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from flows.library import Library
from flows.model.findings import Finding
from flows.transcripts.coverage import failures, play, untested
from flows.transcripts.files import read_transcripts


@dataclass(frozen=True)
class One:
    """A conversation on one channel. passed: None while it was not played."""

    name: str
    file: str
    line: int
    channel: str
    passed: bool | None = None
    problems: Sequence[Finding] = ()


@dataclass(frozen=True)
class Played:
    """All of them. untested: ways through the flow that none of them took. unread: what is wrong with their files."""

    ones: Sequence[One]
    ran: bool = False
    untested: Sequence[Finding] = ()
    unread: Sequence[Finding] = ()

    @property
    def failed(self) -> int:
        """How many went otherwise than written."""
        return sum(item.passed is False for item in self.ones)


def listed(folder: Path, flow: str, talks: Mapping[str, str]) -> Played:
    """The conversations that begin with this flow. talks: those that are not what the files say."""
    placed, unread = read_transcripts(folder, talks)
    ones = [
        One(item.transcript.name, item.file, item.line, channel)
        for item in placed
        if item.transcript.flow == flow
        for channel in item.transcript.channel
    ]
    return Played(ones, unread=unread)


def run(library: Library, folder: Path, flow: str, talks: Mapping[str, str]) -> Played:
    """Those that begin with it or pass through it, played; the failed first."""
    placed, unread = read_transcripts(folder, talks)
    played = list(play(library, placed))
    ones = [
        One(at.transcript.name, at.file, at.line, result.channel, result.passed, tuple(failures(at, result)))
        for at, result in played
        if at.transcript.flow == flow or any(name == flow for name, _, _ in result.ways)
    ]
    missing = untested(library, placed, [result for _, result in played])
    file = library.flows[flow].file
    return Played(
        sorted(ones, key=lambda item: bool(item.passed)), True, [item for item in missing if item.file == file], unread
    )
