"""Where a conversation stands, what the engine is told about the world, and what a turn gives back.

A position is plain data: it is stored (encrypted) between turns and read again, perhaps by another process
after a deploy. It never holds anything but what JSON holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from flows.engine.effects import Effect
from flows.model.text import Channel, Value


@dataclass(frozen=True, order=True)
class Fallback:
    """At this step of this flow words were wanted in one language and said in another. Nothing here is personal."""

    flow: str
    step: str
    wanted: str
    spoken: str


def fell_back(wanted: str, spoken: str) -> bool:
    """Whether `spoken` is a different language: es is none to somebody who wants es-MX, and the other way round."""
    return wanted.split("-")[0] != spoken.split("-")[0]


def counted(fallbacks: Iterable[Fallback]) -> Counter[tuple[str, str]]:
    """How often which language was wanted and which was spoken instead: (wanted, spoken) -> count."""
    return Counter((fallback.wanted, fallback.spoken) for fallback in fallbacks)


Awaiting = Literal["answer", "recording", "peer", "story", "story_keys", "case", "confirm_forget"]


@dataclass(frozen=True)
class Frame:
    """A flow that waits for its sub-flow: where to go on."""

    flow: str
    flow_hash: str
    step: str


@dataclass(frozen=True)
class Position:
    """Where a conversation stands.

    flow_hash pins the version of the flow it began with. `awaiting` says what we wait for (None: it has ended, or has
    not begun). `turn` grows with every turn, so that a stale timer or a repeated callback is known for
    what it is. `ended` is the countable outcome.
    """

    flow: str
    flow_hash: str
    step: str
    channel: Channel
    language: str
    awaiting: Awaiting | None = None
    turn: int = 0
    tries: int = 0
    silences: int = 0
    variables: Mapping[str, Value] = field(default_factory=dict)
    scratch: Mapping[str, Any] = field(default_factory=dict)
    stack: tuple[Frame, ...] = ()
    ended: str | None = None

    @property
    def reading(self) -> str | None:
        """The story that they are in the middle of, hearing or reading it."""
        told = self.scratch.get("story") if self.awaiting == "story_keys" else None
        return told["id"] if told else None

    def to_json(self) -> dict[str, Any]:
        """Plain data that `from_json` reads back to an equal position."""
        data = {name: getattr(self, name) for name in self.__dataclass_fields__}
        data["variables"] = dict(self.variables)
        data["scratch"] = dict(self.scratch)
        data["stack"] = [[frame.flow, frame.flow_hash, frame.step] for frame in self.stack]
        return data

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Position:
        """The position that `to_json` wrote. Keys it does not know are ignored (an older or newer release)."""
        known = {name: data[name] for name in Position.__dataclass_fields__ if name in data}
        known["stack"] = tuple(Frame(*frame) for frame in data.get("stack", ()))
        return Position(**known)


@dataclass(frozen=True)
class Facts:
    """What the engine is told about the world at this moment. Time is an argument like the rest.

    line: key of the line in lines.yaml. first_contact: we have never answered this contact before.
    contact_language is None while unknown. kept: variables kept with the contact. can_text: their number
    takes texts (a withheld one does not). crisis: this conversation had a crisis match, so no story starts by itself.
    story_gone: the story whose words they are in was taken back, or may not be heard any more.
    """

    now: datetime
    line: str
    org_name: str
    first_contact: bool = False
    contact_name: str | None = None
    contact_language: str | None = None
    consents: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    kept: Mapping[str, Value] = field(default_factory=dict)
    can_text: bool = True
    crisis: bool = False
    story_gone: bool = False


AWAY = "(away)"
"""The outcome of whoever leaves a step by a word that is obeyed before any flow: the menu, a person, a keyword."""


class StepExit(NamedTuple):
    """A step that was left, and how: the outcome that was followed, the target of a branch, ONWARD or AWAY."""

    flow: str
    flow_hash: str
    step: str
    outcome: str


@dataclass(frozen=True)
class Turn:
    """What a step of the engine gives back.

    effects are in order. If the last one is a action that asks (ConnectPeer, ChooseStory, OpenCase), the service
    does it and may hand its answer straight back to `step`. `wait` is how long we wait for the contact before
    TimedOut is due (by text; None: for ever or not waiting); `remind` when to remind them on the way. fallbacks: what
    was said in another language than the contact's. ways: how each step was left, in order.
    """

    position: Position
    effects: tuple[Effect, ...] = ()
    wait: timedelta | None = None
    remind: timedelta | None = None
    fallbacks: tuple[Fallback, ...] = ()
    ways: tuple[StepExit, ...] = ()
