"""The volunteers of the imaginary world: who is asked, who takes it, and what the flow hears."""

from __future__ import annotations

from datetime import datetime, timedelta

from flows.engine.inputs import Input, NoPeer, PeerLeft
from flows.transcripts.format import TranscriptVolunteer

TALK = timedelta(minutes=10)
LOST = timedelta(seconds=5)


class Peers:
    """Volunteers on shift, and the one relay there can be. `heard` is what the contact said to their peer."""

    def __init__(self, volunteers: tuple[TranscriptVolunteer, ...], limit: timedelta) -> None:
        self.does = {volunteer.name: volunteer.does for volunteer in volunteers}
        self.limit = limit
        self.heard: list[str] = []
        self.asked: set[str] = set()
        self.since: datetime | None = None
        self.with_: str | None = None

    @property
    def waiting(self) -> bool:
        """Whether the contact waits for one of them."""
        return self.since is not None and self.with_ is None

    @property
    def joined(self) -> bool:
        """Whether one of them is with the contact."""
        return self.with_ is not None

    @property
    def open(self) -> bool:
        """Either."""
        return self.since is not None

    def ring(self, now: datetime) -> NoPeer | None:
        """Ask everyone who is free. Answers why nobody will come, if that is clear at once."""
        if not self.does:
            return NoPeer("closed")
        if all(does == "busy" for does in self.does.values()):
            return NoPeer("busy")
        self.asked = {name for name, does in self.does.items() if does == "answer"}
        if not self.asked:
            return NoPeer("no_answer")
        self.since, self.with_ = now, None
        return None

    def joins(self, name: str, now: datetime) -> None:
        """They take it. Raises ValueError."""
        self._known(name)
        if not self.waiting or name not in self.asked:
            raise ValueError(f"{name} can't join: nobody is waiting, or {name} isn't asked")
        self.since, self.with_ = now, name

    def moves(self, name: str, does: str, now: datetime) -> Input | None:
        """`declines`, `ignores`, `drops` or `closes`. Answers what the flow hears of it. Raises ValueError."""
        self._known(name)
        if does in ("drops", "closes"):
            if self.with_ != name:
                raise ValueError(f"{name} isn't in a conversation")
            return self.closes(now, LOST if does == "drops" else TALK)
        self.asked.discard(name)
        return None if self.asked or not self.waiting else self.limit_passed()

    def closes(self, now: datetime, length: timedelta = TALK) -> PeerLeft:
        """The talk is over."""
        self.end()
        return PeerLeft(int(length.total_seconds()))

    def limit_passed(self) -> NoPeer:
        """Nobody took it in time."""
        self.end()
        return NoPeer("no_answer")

    def end(self) -> None:
        """Nobody waits and nobody talks any more."""
        self.since = self.with_ = None
        self.asked = set()

    def due(self) -> tuple[datetime, ...]:
        """When the wait is over, if somebody waits."""
        return (self.since + self.limit,) if self.since is not None and self.with_ is None else ()

    def _known(self, name: str) -> None:
        if name not in self.does:
            raise ValueError(f"{name} isn't one of the peers in this conversation")
