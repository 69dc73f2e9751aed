"""The things the carrier knows: its numbers, the phones, the texts, the calls and their rooms."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from checkin.practice.callbacks import Callback
from checkin.practice.clock import Pace

ANONYMOUS = "+266696687"  # what Twilio shows for a caller who withholds the number (ANONYMOUS on the keypad)

AGENT = "rcs:practice_agent"

WhenCalled = Literal["ring", "answer", "decline", "voicemail", "no_answer", "off"]
ENDED = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
Direction = Literal["inbound", "outbound-api", "outbound-dial"]
TextDirection = Literal["inbound", "outbound-api", "outbound-reply", "outbound-call"]


@dataclass
class LineNumber:
    """A number of the line's, and where the carrier turns with what comes in on it."""

    sid: str
    number: str
    name: str
    made_at: datetime
    sms_url: str = ""
    sms_method: str = "POST"
    sms_fallback_url: str = ""
    voice_url: str = ""
    voice_method: str = "POST"
    voice_fallback_url: str = ""
    status_url: str = ""
    status_method: str = "POST"
    emergency_address: str | None = None


@dataclass
class PhoneState:
    """Somebody's phone. id: its number, or a name for one that has none to show.

    when_called: ring until its owner acts, or do one thing by itself. patient: as in Pace; None is the network's.
    text_error: the code with which texts to it fail (30003: switched off, 30006: a landline ...).
    claimed: somebody holds it. A number that nobody holds rings out, and nobody waits for it.
    """

    id: str
    number: str | None
    name: str
    when_called: WhenCalled = "ring"
    patient: bool | None = None
    withheld: bool = False
    text_error: int | None = None
    claimed: bool = False
    live: Call | None = field(default=None, repr=False)

    @property
    def shown(self) -> str:
        """What the other side sees of it."""
        return ANONYMOUS if self.withheld or self.number is None else self.number


@dataclass
class Media:
    """Something that came with a text, such as a picture."""

    sid: str
    mime: str
    content: bytes


@dataclass
class PracticeText:
    """One text. status as in Twilio's Message; `callback` gets its receipts. app: what it came by, when not as an SMS
    (rcs, whatsapp): it stands before the numbers then, and an RCS sender of the line's is a name."""

    sid: str
    to: str
    from_: str
    body: str
    direction: TextDirection
    made_at: datetime
    status: str
    segments: int = 1
    sent_at: datetime | None = None
    error_code: int | None = None
    callback: Callback | None = None
    redacted: bool = False
    media: list[Media] = field(default_factory=list)
    app: str = ""

    def shown(self, number: str) -> str:
        """One of its two sides as the webhooks and the API show it."""
        ours = number == (self.to if self.direction == "inbound" else self.from_)
        if self.app == "rcs" and ours:
            return AGENT
        return f"{self.app}:{number}" if self.app else number


@dataclass
class PracticeRecording:
    """What was recorded on a call: a WAV of `seconds`."""

    sid: str
    call_sid: str
    audio: bytes
    seconds: float
    made_at: datetime
    status: str = "completed"


@dataclass
class Listening:
    """For keys, words or a recording. touches grows with everything that comes in; done ends the listening.

    keys, words: whether each is taken. wanted: how many keys end it. finish: keys that end it.
    """

    kind: Literal["gather", "record", "room"]
    keys: bool = True
    words: bool = False
    wanted: int | None = None
    finish: str = ""
    digits: str = ""
    said: str = ""
    ended_by: str = ""
    sounds: list[bytes] = field(default_factory=list)
    longest: float | None = None
    lasted: float = 0.0
    touches: int = 0
    done: bool = False

    def press(self, key: str) -> None:
        """One key. The one that finishes is not part of the answer."""
        if key in self.finish:
            self.ended_by = key
            self.done = True
        elif self.kind == "gather":
            self.digits += key
            self.done = self.wanted is not None and len(self.digits) >= self.wanted
        self.touches += 1

    def say(self, words: str) -> None:
        """Words, for a Gather that takes them."""
        self.said = words
        self.done = True
        self.touches += 1

    def record(self, sound: bytes, seconds: float) -> None:
        """Sound, for a Record; it goes on until its longest time is full."""
        self.sounds.append(sound)
        self.lasted += seconds
        self.done = self.longest is not None and self.lasted >= self.longest
        self.touches += 1

    def keep_silent(self) -> None:
        self.done = True
        self.touches += 1


class Over(Exception):
    """The leg ends now: somebody hung up, or it was ended from outside."""


class Rejected(Exception):
    """The document refuses the call: with this final status."""


class Moved(Exception):
    """The leg leaves what it does and goes on with something else."""

    def __init__(self, target: Target) -> None:
        super().__init__(target.url or "a document")
        self.target = target


@dataclass(frozen=True)
class Target:
    """Where a leg goes on: an absolute URL to ask with these extra parameters, or a document as it stands."""

    url: str = ""
    method: str = "POST"
    params: dict[str, str] = field(default_factory=dict)
    twiml: str | None = None


@dataclass(eq=False)
class Call:
    """One leg. Times are practice times; `began` counts simulated seconds. All of it is guarded by the exchange's lock.

    woken wakes whoever runs the leg; stirred whoever waits for any leg, such as a phone's owner.
    over: why it must end, once it must. choice: what the called phone did with the ringing.
    """

    sid: str
    from_: str
    to: str
    direction: Direction
    phone: PhoneState
    line: str
    made_at: datetime
    woken: threading.Condition
    stirred: threading.Condition
    pace: Pace
    callback: Callback | None = None
    parent_sid: str | None = None
    status: str = "queued"
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    began: float | None = None
    seconds: int = 0
    answered_by: str | None = None
    machine: bool = False
    sequence: int = 0
    over: str | None = None
    moved: Target | None = None
    choice: Literal["answered", "declined", "ignored"] | None = None
    asking: Listening | None = None
    room: Room | None = None

    @property
    def ended(self) -> bool:
        return self.status in ENDED

    @property
    def patient(self) -> bool:
        """Whether nobody hurries this phone. Machines, and numbers that nobody holds, are always hurried."""
        if self.machine or not self.phone.claimed:
            return False
        return self.pace.patient if self.phone.patient is None else self.phone.patient

    def end(self, why: str) -> None:
        """Have it end as soon as it looks up."""
        with self.woken:
            self.over = self.over or why
            self.woken.notify_all()

    def move(self, target: Target) -> None:
        """Have it go on elsewhere as soon as it looks up."""
        with self.woken:
            self.moved = target
            self.woken.notify_all()

    def wake(self) -> None:
        """Have whoever waits on it look again."""
        with self.woken:
            self.woken.notify_all()

    def look_up(self) -> None:
        """Raises Over or Moved if something came between."""
        with self.woken:
            if self.over is not None:
                raise Over(self.over)
            if self.moved is not None:
                target, self.moved = self.moved, None
                raise Moved(target)

    def wait(self, seconds: float | None, until: Callable[[], bool] = lambda: False) -> bool:
        """Let simulated seconds pass (None: no end) or `until` come true; say whether it did.

        Raises Over and Moved.
        """
        ends = None if seconds is None else time.monotonic() + self.pace.real(seconds)
        with self.woken:
            while True:
                self.look_up()
                if until():
                    return True
                left = None if ends is None else ends - time.monotonic()
                if left is not None and left <= 0:
                    return False
                self.woken.wait(left)

    def ask(self, asking: Listening | None) -> None:
        """What the leg listens for from now on; None: nothing."""
        with self.woken:
            self.asking = asking
            self.woken.notify_all()
            self.stirred.notify_all()


@dataclass
class RoomMember:
    """One leg in a room. out: it was taken out from outside and goes on with its own document."""

    call: Call
    joined_at: datetime
    starts: bool = True
    ends: bool = False
    muted: bool = False
    hold: bool = False
    label: str = ""
    beeps: str = "true"
    out: bool = False


@dataclass
class Room:
    """kind: a conference has a name and receipts; a bridge joins two legs of a <Dial><Number>. most: members that it
    has room for. What concerns the room is what its first member said of it, whatever those say who come later.
    """

    sid: str
    name: str
    kind: Literal["conference", "bridge"]
    made_at: datetime
    callback: Callback | None = None
    most: int = 250
    status: Literal["init", "in-progress", "completed"] = "init"
    members: dict[str, RoomMember] = field(default_factory=dict)
    updated_at: datetime | None = None
    sequence: int = 0
    reason: str | None = None
    ended_by: str | None = None

    @property
    def started(self) -> bool:
        """Whether its members hear each other."""
        return self.status == "in-progress"

    @property
    def over(self) -> bool:
        return self.status == "completed"


PRICES = {"local": "1.15", "toll free": "2.15"}
"""Dollars a month for a number in the US, as Twilio's list has them."""

FOR_SALE = {
    "Local": ("+12015550142", "+12015550143", "+14155550144", "+14155550145"),
    "TollFree": ("+18335550146", "+18885550147"),
}
"""Numbers that can be bought here, made up like all others."""


@dataclass
class PracticeService:
    """A messaging service. senders: sids of its numbers; campaigns: how its registrations stand."""

    sid: str
    name: str
    made_at: datetime
    inbound_url: str = ""
    fallback_url: str = ""
    status_url: str = ""
    on_number: bool = False
    senders: list[str] = field(default_factory=list)
    campaigns: list[str] = field(default_factory=list)


@dataclass
class PracticeFlow:
    """A Studio flow, with the newest definition that was published."""

    sid: str
    name: str
    status: str
    definition: dict[str, Any]
    made_at: datetime
    revision: int = 1


@dataclass
class PracticeAccount:
    """It is well unless a test says otherwise.

    toll_free: a number's sid, and how its verification stands. closed: countries (ISO) that nobody may call. keys: API
    keys that sign in as the token does, with their secrets. profiles: how its business profiles stand (Trust Hub).
    """

    kind: Literal["Full", "Trial"] = "Full"
    status: Literal["active", "suspended", "closed"] = "active"
    balance: str = "20.00"
    brands: list[str] = field(default_factory=list)
    services: dict[str, PracticeService] = field(default_factory=dict)
    flows: dict[str, PracticeFlow] = field(default_factory=dict)
    toll_free: dict[str, str] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    keys: dict[str, str] = field(default_factory=dict)
    profiles: list[str] = field(default_factory=list)
