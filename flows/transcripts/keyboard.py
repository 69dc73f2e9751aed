"""A conversation at the keyboard, without any server: what is typed goes to the flows, what they do comes back.

Pure: the terminal that shows it, and its colors, are in checkin/cli/flow_commands.py.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from flows.engine import effects
from flows.library import Library
from flows.model.durations import parse_duration
from flows.model.text import Channel
from flows.transcripts import writing
from flows.transcripts.format import Tale, TranscriptContact, TranscriptVolunteer
from flows.transcripts.runner import neutral, open_keys
from flows.transcripts.world import World

Kind = Literal["said", "aside", "action", "position", "note", "trouble"]

COMMANDS: Mapping[str, str] = {
    "/press KEYS": "press keys of the phone (on a call, digits alone do too)",
    "/silence": "say nothing until the question's time is over",
    "/record 40s": "leave a recording of that length",
    "/hangup": "end the call",
    "/wait 3h": "let time pass; what comes due, happens",
    "/peer joins": "a volunteer joins; also declines, ignores, drops, closes (NAME joins, if there are several)",
    "/peer says WORDS": "the volunteer writes",
    "/break": "make the flow fail, to see what on_error says",
    "/position": "where the conversation stands",
    "/again": "start over",
    "/help": "this list",
    "/quit": "leave",
}


HIDDEN = "•••"
"""Stands for what a flow calls sensitive: a talk is often shown to others."""


@dataclass(frozen=True)
class ShownTurn:
    """One line for the screen. `said` is ours, `aside` said by the services, the rest is about the conversation.

    ended: how it ended, if that is what the line tells.
    """

    kind: Kind
    text: str
    ended: str | None = None


class TypedConversation:
    """One conversation. `details` also shows every action and the position after each line."""

    def __init__(
        self,
        library: Library,
        channel: Channel,
        now: datetime,
        *,
        flow: str | None = None,
        line: str | None = None,
        contact: TranscriptContact | None = None,
        volunteers: Iterable[TranscriptVolunteer] = (),
        tales: Iterable[Tale] = (),
        details: bool = False,
    ) -> None:
        self.details = details
        self.over = False
        self._flow = flow
        self._contact = contact or TranscriptContact(first=True)
        self._volunteers, self._tales = tuple(volunteers), tuple(tales)
        self._where = library, channel, now, line or next(iter(library.lines))
        self._earlier: list[tuple[writing.Minutes, World]] = []
        self._begin()

    @property
    def channel(self) -> Channel:
        return self.world.channel

    def opening(self) -> list[ShownTurn]:
        """What is said before anybody typed: a call is answered; by text we wait, unless a flow was named."""
        if self.channel == "voice" or self._flow is not None:
            self.world.begin(self._flow)
        return list(self._news())

    def type(self, line: str) -> list[ShownTurn]:
        """What one typed line leads to. A mistake in it is told, and nothing happens."""
        words = line.strip()
        if not words:
            return []
        try:
            move, minutes = self._move(words), self.minutes
            shown = self._command(words) if words.startswith("/") else self._answer(words)
            if move is not None and self.world.position is not None:
                minutes.them(move)
            return [*shown, *self._news()]
        except (ValueError, KeyError, RuntimeError) as error:
            return [ShownTurn("trouble", str(error).strip("'\""))]

    def transcript(self, name: str) -> str | None:
        """Everything that was said so far as a file of transcripts, one for each `/again`; None if nothing was."""
        said = [(minutes, world) for minutes, world in [*self._earlier, (self.minutes, self.world)] if minutes.lines]
        names = [name] if len(said) == 1 else [f"{name}, {number}" for number in range(1, len(said) + 1)]
        tests = [minutes.transcript(own, world) for own, (minutes, world) in zip(names, said, strict=True)]
        return writing.write(tests) if tests else None

    def _begin(self) -> None:
        library, channel, now, line = self._where
        self.world = World(library, channel, now, line, self._contact, self._volunteers, self._tales)
        self.minutes = writing.Minutes(channel, now, self._flow, self._contact, self._volunteers)
        self._seen = 0
        self._told_end: tuple[str, int] | None = None

    def _again(self) -> None:
        self._earlier.append((self.minutes, self.world))
        self._begin()

    def _move(self, words: str) -> dict[str, Any] | None:
        """What is written down of a typed line; who a bare `/peer closes` means is known before it is done."""
        if not words.startswith("/"):
            return {"them": words}
        command, _, rest = words.partition(" ")
        peer = self.world.peers.with_ or next((volunteer.name for volunteer in self._volunteers), None)
        return writing.move(command, rest.strip(), peer)

    def _answer(self, words: str) -> list[ShownTurn]:
        if self.channel == "voice" and self._ended():
            raise ValueError("the call is over: /again begins a new one")
        neutral(self.world, words)
        return []

    def _command(self, line: str) -> list[ShownTurn]:
        name, _, rest = line.partition(" ")
        rest = rest.strip()
        if name == "/peer":
            self._peer(rest)
            return []
        simple: Mapping[str, Callable[[], object]] = {
            "/silence": self.world.keeps_silent,
            "/hangup": self.world.hangs_up,
            "/break": self.world.breaks,
            "/press": lambda: self.world.presses(rest),
            "/record": lambda: self.world.records(parse_duration(rest or "20s")),
            "/wait": lambda: self.world.waits(parse_duration(rest or "1h")),
            "/again": self._again,
            "/quit": self._leave,
        }
        if name == "/help":
            return [ShownTurn("note", f"{command:<18} {meaning}") for command, meaning in COMMANDS.items()]
        if name == "/position":
            return [ShownTurn("position", self._position())]
        if name not in simple:
            raise ValueError(f"{name} is no command: /help lists them")
        simple[name]()
        return self.opening() if name == "/again" else []

    def _peer(self, rest: str) -> None:
        head, _, tail = rest.partition(" ")
        if head == "says":
            self.world.peer_says(tail)
            return
        name, does = (head, tail) if tail else (self._someone(), head)
        if does not in ("joins", "declines", "ignores", "drops", "closes"):
            raise ValueError("write /peer joins, declines, ignores, drops, closes, or /peer says WORDS")
        self.world.peer(name, does)

    def _someone(self) -> str:
        if not self._volunteers:
            raise ValueError("nobody is on shift in this talk")
        return self.world.peers.with_ or self._volunteers[0].name

    def _leave(self) -> None:
        self.over = True

    def _ended(self) -> bool:
        return self.world.position is not None and self.world.position.ended is not None

    def _news(self) -> Iterator[ShownTurn]:
        """What was said and done since the last line."""
        said = self.world.take()
        yield from (ShownTurn("aside" if part.aside else "said", part.text) for part in said)
        fresh, self._seen = self.world.done[self._seen :], len(self.world.done)
        self.minutes.us(said, fresh)
        if self.details:
            yield from (ShownTurn("action", _told(effect)) for effect in fresh if not isinstance(effect, effects.Say))
            if fresh:
                yield ShownTurn("position", self._position())
        position = self.world.position
        if position is not None and position.ended is not None and (position.flow, position.turn) != self._told_end:
            self._told_end = (position.flow, position.turn)
            yield ShownTurn("note", f"the conversation ended: {position.ended}", position.ended)

    def _position(self) -> str:
        position = self.world.position
        if position is None:
            return "nothing has begun"
        parts = [f"{position.flow}.{position.step}", position.language, self.world.now.strftime("%a %H:%M")]
        if position.ended is None:
            parts.append(f"waits for {(position.awaiting or 'nothing').replace('_', ' ')}")
        if self.channel == "voice" and (keys := open_keys(self.world)):
            parts.append(f"keys {' '.join(keys)}")
        flow = self.world.library.version(position.flow_hash, position.flow)
        hidden = {name for name, var in flow.vars.items() if var.sensitive} if flow else set()
        parts += [f"{name} {HIDDEN if name in hidden else value}" for name, value in position.variables.items()]
        parts += [f"{flow.flow} planned for {flow.due:%a %d %b %H:%M}" for flow in self.world.notes.follow_ups.values()]
        return " · ".join(parts)


def _told(effect: effects.Effect) -> str:
    """A action by name, with what it carries."""
    sensitive = isinstance(effect, effects.SaveAnswer) and effect.sensitive
    carried = [
        f"{part.name}={HIDDEN if sensitive and part.name == 'value' else getattr(effect, part.name)}"
        for part in dataclasses.fields(effect)
        if getattr(effect, part.name) not in (None, "", (), False)
    ]
    return f"{type(effect).__name__} {' '.join(carried)}".strip()
