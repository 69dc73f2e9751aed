"""Writes a talk down as a transcript, in YAML that `flows test` plays again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import yaml

from flows.engine import effects
from flows.model.durations import parse_duration, write_duration
from flows.model.text import Channel
from flows.model.yaml_writer import Dumper, Quoted
from flows.transcripts.format import TranscriptContact, TranscriptVolunteer
from flows.transcripts.world import SaidInWorld, World

SAFETY = ("crisis", "help")


@dataclass
class Minutes:
    """What is written down of one conversation while it goes on. `lines` are those of the transcript's `talk`."""

    channel: Channel
    at: datetime
    flow: str | None = None
    contact: TranscriptContact = field(default_factory=TranscriptContact)
    peers: tuple[TranscriptVolunteer, ...] = ()
    lines: list[dict[str, Any]] = field(default_factory=list)

    def them(self, line: Mapping[str, Any]) -> None:
        self.lines.append(dict(line))

    def us(self, said: Sequence[SaidInWorld], actions: Iterable[effects.Effect]) -> None:
        """What it led to: our words (what services say by the way only where nothing else was said), and alerts."""
        words = "\n".join(part.text for part in said if not part.aside) or "\n".join(part.text for part in said)
        alerts = [action.kind for action in actions if isinstance(action, effects.RaiseAlert) and action.kind in SAFETY]
        if alerts:
            self.lines.append({"us": {**({"text": words} if words else {}), "safety": alerts[0]}})
        elif words:
            self.lines.append({"us": words})

    def transcript(self, name: str, world: World) -> dict[str, Any]:
        """The whole, with how it ended. Of the stories only those that were told are needed to play it again."""
        told = [tale for key, tale in world.rotation.tales.items() if key in world.rotation.chosen]
        parts = {
            "name": name,
            "flow": self.flow,
            "channel": self.channel,
            "at": self.at.isoformat(),
            "contact": self.contact.model_dump(mode="json", exclude_defaults=True),
            "peers": [peer.model_dump(mode="json", exclude_defaults=True) for peer in self.peers],
            "stories": [tale.model_dump(mode="json", exclude_defaults=True) or {"title": tale.title} for tale in told],
            "talk": self.lines,
            "expect": _expect(world),
        }
        return {key: part for key, part in parts.items() if part}


def move(command: str, rest: str, peer: str | None) -> dict[str, Any] | None:
    """The line of a transcript that a typed command is; None for one that does nothing in the conversation.

    peer: who `/peer joins` means. Raises ValueError for a length of time that is none.
    """
    if command == "/peer" and rest.partition(" ")[0] == "says":
        return {"peer_says": rest.partition(" ")[2]}
    if command == "/peer":
        return {"peer": rest if " " in rest else f"{peer} {rest}"}
    if command in ("/wait", "/record"):
        length = write_duration(parse_duration(rest or ("1h" if command == "/wait" else "20s")))
        return {"wait": length} if command == "/wait" else {"them": {"records": length}}
    moves: Mapping[str, dict[str, Any]] = {
        "/silence": {"them": {"silent": True}},
        "/hangup": {"them": {"hangs_up": True}},
        "/press": {"them": {"press": rest}},
        "/break": {"breaks": True},
    }
    return moves.get(command)


def write(transcripts: Sequence[Mapping[str, Any]]) -> str:
    """These transcripts as a file. Every text is in quotes: nothing in it can be taken for a number or a yes."""
    tests = [_quoted(dict(transcript)) for transcript in transcripts]
    return yaml.dump({"tests": tests}, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=1_000_000)


def _expect(world: World) -> dict[str, Any]:
    position = world.position
    if position is None:
        return {}
    if position.ended is not None:
        return {"ended": position.ended}
    return {} if position.step.startswith("@") else {"open": position.step}


def _quoted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _quoted(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_quoted(part) for part in value]
    return Quoted(value) if isinstance(value, str) else value


def added(text: str, more: str) -> str:
    """A file of transcripts with those of another at its end, which are indented as its own are."""
    if not text.strip():
        return more
    _, _, lines = more.partition("tests:\n")
    theirs, ours = (_margin(words) for words in (more, text))
    moved = "".join(f"{ours}{line.removeprefix(theirs)}" if line.strip() else line for line in lines.splitlines(True))
    return f"{text.rstrip()}\n\n{moved}"


def _margin(text: str) -> str:
    """What stands before the first dash."""
    first = next((line for line in text.splitlines() if line.lstrip().startswith("- ")), "  - ")
    return first[: len(first) - len(first.lstrip())]
