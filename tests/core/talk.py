"""A conversation with the engine alone: the test is the service, and answers what the engine asks of the world."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from flows.engine import effects
from flows.engine.effects import Effect
from flows.engine.inputs import (
    CaseOpened,
    HungUp,
    Input,
    NoPeer,
    NoStory,
    PeerLeft,
    Pressed,
    Recorded,
    ReminderDue,
    Silent,
    Spoke,
    Started,
    StoryFound,
    Texted,
    TimedOut,
)
from flows.engine.position import Facts, Position, Turn
from flows.engine.turns import begin, enter, step
from flows.library import Library
from flows.model.text import Channel

MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


@dataclass
class Talk:
    """Stands in for the service: keeps the position as JSON after every turn, as it is stored between requests."""

    library: Library
    channel: Channel = "sms"
    line: str = "default"
    flow: str | None = None
    now: datetime = MONDAY
    facts: Mapping[str, Any] = field(default_factory=dict)
    stories: list[StoryFound] = field(default_factory=list)
    peers: list[PeerLeft | NoPeer] = field(default_factory=list)
    taken: bool = False
    language: str | None = None
    position: Position = field(init=False)
    last: Turn = field(init=False)
    done: list[Effect] = field(default_factory=list)

    def __post_init__(self) -> None:
        known = {"line": self.line, "org_name": "Harbor Line", "now": self.now, **self.facts}
        self.known = Facts(**known)
        self.position = enter(self.library, self.line, self.channel, self.known, flow=self.flow, language=self.language)

    def happens(self, what: Input) -> Talk:
        """One input, and the answers of the world to what it asks for."""
        self.done = []
        next_input: Input | None = what
        while next_input is not None:
            turn = step(self.library, self.position, next_input, replace(self.known, now=self.now))
            self.last = turn
            self.position = Position.from_json(json.loads(json.dumps(turn.position.to_json())))
            assert self.position == turn.position
            self.done.extend(turn.effects)
            next_input = self._answer(turn)
        return self

    def _answer(self, turn: Turn) -> Input | None:
        asked = [part for part in turn.effects if isinstance(part, effects.OpenCase | effects.ChooseStory)]
        assert all(part is turn.effects[-1] for part in asked), "what asks must come last"
        match turn.effects[-1] if turn.effects else None:
            case effects.OpenCase():
                return CaseOpened(self.taken)
            case effects.ChooseStory() as wanted:
                fresh = [story for story in self.stories if story.story not in wanted.not_again]
                return fresh[0] if fresh else NoStory(empty=not self.stories)
            case effects.ConnectPeer():
                return self.peers.pop(0) if self.peers else None
        return None

    def starts(self, by: str = "contact") -> Talk:
        return self.happens(Started("us" if by == "us" else "contact"))

    def texts(self, body: str) -> Talk:
        return self.happens(Texted(body))

    def presses(self, keys: str) -> Talk:
        return self.happens(Pressed(keys))

    def says(self, words: str) -> Talk:
        return self.happens(Spoke(words))

    def is_silent(self) -> Talk:
        return self.happens(Silent())

    def hangs_up(self) -> Talk:
        return self.happens(HungUp())

    def records(self, seconds: int = 20, recording: str = "r1", hung_up: bool = False) -> Talk:
        return self.happens(Recorded(recording, seconds, hung_up))

    def waits(self) -> Talk:
        """The wait of the open question passes."""
        assert self.last.wait is not None, "nothing waits"
        self.now += self.last.wait
        return self.happens(TimedOut(self.position.turn))

    def is_reminded(self) -> Talk:
        assert self.last.remind is not None, "no reminder is set"
        self.now += self.last.remind
        return self.happens(ReminderDue(self.position.turn))

    @property
    def said(self) -> str:
        """What was said since the last input, as one text."""
        return "\n".join(part.text for part in self.done if isinstance(part, effects.Say))

    @property
    def actions(self) -> list[Effect]:
        """What was asked or done since the last input."""
        return [part for part in self.done if not isinstance(part, effects.Spoken)]

    def action(self, kind: type[Any]) -> Any:
        """The one action of this kind since the last input."""
        found = [part for part in self.done if isinstance(part, kind)]
        assert len(found) == 1, f"{kind.__name__} was done {len(found)} times: {self.done}"
        return found[0]


def story(
    number: int = 1, words: str = "I was there. It got lighter.", note: str = "", seconds: int = 40
) -> StoryFound:
    """A story that can be told."""
    return StoryFound(f"story{number}", f"Story {number}", words, note, seconds, "en")


__all__ = ["MONDAY", "Talk", "begin", "story", "timedelta"]
