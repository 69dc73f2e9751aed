"""The things the carrier knows: its numbers, the phones, the texts. (Calls and rooms have a folder of their own.)"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from checkin.practice.callbacks import Callback

if TYPE_CHECKING:
    from checkin.practice.calls.call import Call

ANONYMOUS = "+266696687"  # what Twilio shows for a caller who withholds the number (ANONYMOUS on the keypad)

AGENT = "rcs:practice_agent"

WhenCalled = Literal["ring", "answer", "decline", "voicemail", "no_answer", "off"]


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


@dataclass
class Phone:
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
class Text:
    """One text. status as in Twilio's Message; `callback` gets its receipts. app: what it came by, when not as an SMS
    (rcs, whatsapp): it stands before the numbers then, and an RCS sender of the line's is a name."""

    sid: str
    to: str
    from_: str
    body: str
    direction: Literal["inbound", "outbound-api", "outbound-reply", "outbound-call"]
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
class Recording:
    """What was recorded on a call: a WAV of `seconds`."""

    sid: str
    call_sid: str
    audio: bytes
    seconds: float
    made_at: datetime
    status: str = "completed"
