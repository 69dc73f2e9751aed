"""How conversations that are being written go, each thing that is otherwise at its line."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from flows.library import Library
from flows.model.findings import Finding, errors
from flows.transcripts.coverage import failures, play
from flows.transcripts.files import file_of, parse_transcripts

MOST_KEPT = 32


@dataclass(frozen=True)
class CheckedTranscript:
    """findings: what cannot be read, or goes otherwise than written, at its line. played: whether they could be."""

    findings: tuple[Finding, ...]
    played: bool = True

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What stands against publishing."""
        return errors(self.findings)


class _Among:
    """A library, alike for conversations as long as its flows and settings are: what was played need not be again."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.flows = {name: flow.hash for name, flow in library.flows.items()}

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Among)
            and other.flows == self.flows
            and other.library.lines == self.library.lines
            and other.library.settings is self.library.settings
        )

    def __hash__(self) -> int:
        return hash(tuple(sorted(self.flows.items())))


def checked(text: str, flow: str, library: Library | None) -> CheckedTranscript:
    """How they go. Without a library (the flow has errors) they are only read. The last few answers are kept."""
    if not text.strip():
        return CheckedTranscript(())
    unread = parse_transcripts(text, file_of(flow))[1]
    if unread or library is None:
        return CheckedTranscript(tuple(unread), played=False)
    return CheckedTranscript(_played(text, flow, _Among(library)))


@lru_cache(MOST_KEPT)
def _played(text: str, flow: str, among: _Among) -> tuple[Finding, ...]:
    placed, _ = parse_transcripts(text, file_of(flow))
    return tuple(sorted(found for item, result in play(among.library, placed) for found in failures(item, result)))
