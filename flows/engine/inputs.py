"""What can happen to a conversation. The engine takes one of these and says what comes next.

A action that asks something of the world (find a peer, choose a story) is answered with one of these too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from flows.words.keywords import GlobalWord


@dataclass(frozen=True)
class Started:
    """The conversation begins. `by` says whether the contact reached us, or we them (a follow-up)."""

    by: Literal["contact", "us"] = "contact"


@dataclass(frozen=True)
class Heard:
    """What the words of a text mean before any flow is asked, where somebody has found that out already."""

    word: GlobalWord | None


@dataclass(frozen=True)
class Texted:
    """A text came. media: how many things came with it beside pictures; voice_note: our id of a recording in it."""

    body: str
    media: int = 0
    voice_note: str | None = None
    heard: Heard | None = None


@dataclass(frozen=True)
class Pressed:
    """Keys of a telephone: digits, `*` and `#`."""

    keys: str


@dataclass(frozen=True)
class Spoke:
    """Words that speech recognition heard on a call."""

    words: str


@dataclass(frozen=True)
class Silent:
    """On a call: the wait passed with nothing pressed and nothing said."""


@dataclass(frozen=True)
class TimedOut:
    """By text: the wait of the open question passed. `turn` is the turn that set the timer."""

    turn: int


@dataclass(frozen=True)
class ReminderDue:
    """By text: half the wait of the open question passed. `turn` is the turn that set the timer."""

    turn: int


@dataclass(frozen=True)
class Recorded:
    """A recording ended. `recording` is our own opaque id, `seconds` its length as the carrier tells it."""

    recording: str
    seconds: int
    hung_up: bool = False


@dataclass(frozen=True)
class HungUp:
    """The contact put the phone down, or left a text relay."""


@dataclass(frozen=True)
class MachineAnswered:
    """A call that we placed was answered by a machine."""


@dataclass(frozen=True)
class PeerLeft:
    """A relay that was joined has ended; the conversation goes on after it. `seconds` they were joined."""

    seconds: int


@dataclass(frozen=True)
class NoPeer:
    """Nobody could be joined: nobody took it, all are in a relay, nobody is on shift, or the contact left."""

    reason: Literal["no_answer", "busy", "closed", "hung_up"]


@dataclass(frozen=True)
class MessageWanted:
    """The contact pressed 0 (or texted MESSAGE) while they waited for a peer: they leave a message instead."""


@dataclass(frozen=True)
class StoryFound:
    """A story was chosen for this contact.

    `story` is its opaque id, `transcript` its words (for texts and as the spoken form of a story that has
    no audio), `note` the content note that goes before it, `seconds` the length of its audio (0: none), `reached`
    how far this contact had come when they left it before (0 to 1; 0: it begins at its beginning).
    """

    story: str
    title: str
    transcript: str
    note: str
    seconds: int
    language: str
    reached: float = 0.0


@dataclass(frozen=True)
class NoStory:
    """No story fits, or all that fit were heard and the step asks for unheard ones.

    empty: there is none at all, on any topic, in this language.
    """

    empty: bool = False


@dataclass(frozen=True)
class CaseOpened:
    """A handover or a message was put before the team. `taken`: a person owns the thread now."""

    taken: bool


Input = (
    Started
    | Texted
    | Pressed
    | Spoke
    | Silent
    | TimedOut
    | ReminderDue
    | Recorded
    | HungUp
    | MachineAnswered
    | PeerLeft
    | NoPeer
    | MessageWanted
    | StoryFound
    | NoStory
    | CaseOpened
)
