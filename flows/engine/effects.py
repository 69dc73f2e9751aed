"""What a turn asks for. Two vocabularies that never mix.

*Spoken* effects are rendered by a channel and by nothing else. *actions* are done by a service and by nothing
else. Both are matched exhaustively where they are used, so that a new one cannot be half done.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

# --- Spoken ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Say:
    """Words, already rendered. `clip` names a recorded prompt (a path inside the flows folder) to play instead."""

    text: str
    language: str
    clip: str | None = None


@dataclass(frozen=True)
class Ask:
    """We wait for an answer; the words before it in the same turn are its prompt and may be interrupted.

    digits: how many keys end the answer (None: as many as come before `finish_on`).
    speech: whether words are listened for; hints: words that are likely.
    wait: how long silence is allowed.
    """

    language: str
    wait: timedelta
    digits: int | None = 1
    finish_on: str = ""
    speech: bool = True
    hints: tuple[str, ...] = ()


@dataclass(frozen=True)
class Play:
    """A story's audio. While it plays any key interrupts, as in an Ask. `story` is an opaque id.

    begin: whole seconds that are left out at its beginning, because they were heard before.
    """

    story: str
    language: str
    begin: int = 0


@dataclass(frozen=True)
class PlayBack:
    """A recording of the contact's own, played back to them. `recording` is our opaque id."""

    recording: str


@dataclass(frozen=True)
class Record:
    """We record what the contact says, after a tone, until `finish_on`, silence or `longest`."""

    language: str
    longest: timedelta
    finish_on: str = "#"


@dataclass(frozen=True)
class Hold:
    """The contact waits for a peer in the wait loop of this relay. `relay` is its opaque token."""

    relay: str
    language: str


@dataclass(frozen=True)
class Join:
    """This leg goes into the relay's room now. `room` is 128 random bits; `longest` the talk's limit."""

    room: str
    relay: str
    side: Literal["contact", "volunteer", "lead"]
    longest: timedelta


@dataclass(frozen=True)
class HangUp:
    """The call ends here."""


Spoken = Say | Ask | Play | PlayBack | Record | Hold | Join | HangUp


# --- actions: those that ask the world and are answered with an input -----------------------------------------


@dataclass(frozen=True)
class ConnectPeer:
    """Find a peer now. Answered later by PeerLeft or NoPeer; the service adds a Hold (call) or a line (text).

    at_once, seconds, rounds: how many phones ring together, for how long, how often (None: the line's own).
    wish: what the contact wishes for in a peer, such as `woman`: nobody else is asked.
    """

    topic: str | None
    language: str | None
    at_once: int | None = None
    seconds: int | None = None
    rounds: int | None = None
    wish: str | None = None


@dataclass(frozen=True)
class ChooseStory:
    """Choose a story for this contact. Answered by StoryFound or NoStory. `not_again`: told in this conversation.

    shelf: stories, or tips. pick `unfinished`: the one that they left before its end last time.
    """

    topic: str | None
    language: str
    pick: Literal["unheard", "newest", "random", "unfinished"]
    not_again: tuple[str, ...] = ()
    rotation: Literal["story", "tip"] = "story"


@dataclass(frozen=True)
class OpenCase:
    """Put something before the team: a handover, a message that was left, an answer to us. Answered by CaseOpened.

    recording: our id of a recorded message; words: a texted one. `to` names the inbox.
    """

    kind: Literal["handover", "message", "answer"]
    to: str
    priority: Literal["normal", "soon", "urgent"]
    reason: str
    recording: str | None = None
    words: str | None = None


# --- actions: those that are done and not answered ------------------------------------------------------------


@dataclass(frozen=True)
class SaveAnswer:
    """Keep a variable with the contact; `history` also adds a dated entry (a check-in's mood, say)."""

    name: str
    value: str | int | bool | None
    history: bool
    sensitive: bool = False


@dataclass(frozen=True)
class SaveConsent:
    """A yes or a no, with the exact wording that was shown."""

    name: str
    given: bool
    wording: str


@dataclass(frozen=True)
class SaveContact:
    """Something the contact told us about themselves: `language`, `name`, `time_zone`, `hours` (HH:MM-HH:MM)."""

    field: Literal["language", "name", "time_zone", "hours"]
    value: str


@dataclass(frozen=True)
class Tag:
    """Put tags on the contact, or take them off."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


@dataclass(frozen=True)
class NoteListen:
    """How hearing a story went. reached: how far they came before they left, 0 to 1; None when that is not known."""

    story: str
    how: Literal["started", "finished", "skipped", "thanked", "stopped", "reported"]
    reached: float | None = None


@dataclass(frozen=True)
class SaveStory:
    """Hand in a contact's own story: for review with its consent, or kept private and forgotten after a while."""

    recording: str | None
    words: str | None
    topic: str | None
    credit: str | None
    state: Literal["waiting_review", "private"]
    language: str
    forget_after: timedelta | None = None


@dataclass(frozen=True)
class ForgetRecording:
    """Destroy a recording of this conversation that the contact dropped."""

    recording: str


@dataclass(frozen=True)
class SendText:
    """Send a text to a contact who is on a call (`say via: sms`). Skipped if their number takes no texts."""

    text: str
    language: str


@dataclass(frozen=True)
class RaiseAlert:
    """Tell the team at once. `rule` is the id of what was matched, never the words."""

    kind: Literal["crisis", "help", "opted_out_texts", "flow_error"]
    rule: str


@dataclass(frozen=True)
class OptOut:
    """STOP: no more texts, every pending follow-up canceled, an open text relay ended. `wording` is our answer."""

    wording: str


@dataclass(frozen=True)
class OptIn:
    """START: texts may come again; old follow-ups stay canceled."""

    wording: str


@dataclass(frozen=True)
class PauseFollowUps:
    """PAUSE: no follow-up for this long."""

    length: timedelta


@dataclass(frozen=True)
class Forget:
    """FORGET, asked and confirmed: erase everything about this contact."""


@dataclass(frozen=True)
class WithdrawStory:
    """WITHDRAW code: the teller takes a story back."""

    code: str


@dataclass(frozen=True)
class ScheduleFollowUp:
    """Plan flow `flow` for later, replacing the pending one with the same `key`. `between` is HH:MM-HH:MM."""

    flow: str
    key: str
    after: timedelta | None = None
    at: datetime | None = None
    between: str | None = None


@dataclass(frozen=True)
class BeginPlan:
    """Begin a plan of plans.yaml anew. `flow` and `after`: its first text, and how long until it is due."""

    plan: str
    flow: str
    after: timedelta


@dataclass(frozen=True)
class CancelFollowUp:
    """Drop the pending follow-up with this key (a plan's key is its name)."""

    key: str


Action = (
    ConnectPeer
    | ChooseStory
    | OpenCase
    | ScheduleFollowUp
    | BeginPlan
    | CancelFollowUp
    | SaveAnswer
    | SaveConsent
    | SaveContact
    | Tag
    | NoteListen
    | SaveStory
    | ForgetRecording
    | SendText
    | RaiseAlert
    | OptOut
    | OptIn
    | PauseFollowUps
    | Forget
    | WithdrawStory
)

Effect = Spoken | Action
