"""`peer`: join the contact with a volunteer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field, Strict, field_validator

from flows.engine import effects, inputs
from flows.engine.run import Run
from flows.engine.step import STALE, Step
from flows.model.step import Topic
from flows.model.text import Path, Shape

WAIT_MINUTES = 2.0
WORDS = 2
"""Segments of the words about looking for a peer."""


class RingOptions(Shape):
    """How phones ring: how many together, for how long, how often."""

    at_once: Annotated[int, Strict(), Field(ge=1, le=10)] | None = None
    seconds: Annotated[int, Strict(), Field(ge=5, le=60)] | None = None
    rounds: Annotated[int, Strict(), Field(ge=1, le=5)] | None = None


class PeerPart(Shape):
    """`language: contact` means the one the conversation is in; a code asks for that one.

    wish: what the contact wishes for in a peer, as volunteers offer it (`woman`); nobody else is asked then.
    """

    topic: str | None = None
    language: str | None = None
    wish: str | None = None
    ring: RingOptions = RingOptions()


class Peer(Step):
    """Join the contact with a volunteer. `message` is their wish to leave a message instead of waiting."""

    verb = "peer"
    fill = "#fde8e4"
    wants_someone = True
    always_waits = True
    reaches = "peer"
    keeps = True
    required = frozenset({"connected", "no_answer", "busy", "closed", "hung_up"})
    possible = frozenset({"message"})
    peer: PeerPart

    @field_validator("peer", mode="before")
    @classmethod
    def _bare(cls, value: Any) -> Any:
        return {} if value in (None, True) else value

    def enter(self, run: Run) -> str | None:
        """Look for a peer. The service holds the contact until there is an answer."""
        part = self.peer
        topic = run.fill(part.topic).strip() if part.topic else None
        wanted = run.language if part.language == "contact" else part.language
        run.new_question()
        if not run.muted:
            ring = part.ring
            wish = run.fill(part.wish).strip().casefold() if part.wish else None
            run.emit(effects.ConnectPeer(topic or None, wanted, ring.at_once, ring.seconds, ring.rounds, wish or None))
        run.await_("peer")
        return None

    def on_event(self, run: Run, what: inputs.Input) -> str | None:
        """They have talked, nobody came, or a message is rather left than to wait."""
        match what:
            case inputs.PeerLeft() if run.awaiting == "peer":
                return run.outcome(self, "connected")
            case inputs.NoPeer() if run.awaiting == "peer":
                if what.reason == "hung_up" and run.channel == "voice":
                    run.gone()
                return run.outcome(self, what.reason)
            case inputs.MessageWanted() if run.awaiting == "peer":
                run.chosen = True
                if "message" not in self.then and run.line.message:
                    return run.jump(run.line.message)
                return run.outcome(self, "message", "no_answer")
            case _:
                return STALE

    def formulas(self) -> Iterator[tuple[Path, str, bool]]:
        for name in ("topic", "wish"):
            if value := getattr(self.peer, name):
                yield ("peer", name), value, False

    def topic(self) -> Topic | None:
        return Topic(self.peer.topic) if self.peer.topic is not None else None

    @property
    def minutes(self) -> float:
        return WAIT_MINUTES

    @property
    def segments(self) -> int:
        return WORDS

    def box(self, language: str) -> str:
        return "look for a peer"

    def sentence(self, language: str) -> str:
        return "We look for a peer."
