"""What we ask of the telephone network, and how it can fail. Twilio is one answer to it; so is the practice carrier.

GatewayError
  Refused    permanent: asking again gives the same answer (code: Twilio's error code, when it gave one)
  TryLater   not processed, safe to ask again (429, connection refused before a byte was sent)
  MaybeDone  may or may not have happened (timeout after sending, reset, 5xx)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from checkin.telephony.rules.network_log import LoggedCall, LoggedText


class GatewayError(Exception):
    """Something went wrong on the way to the network. Its text never holds a number or a message body."""

    def __init__(self, what: str, code: int | None = None) -> None:
        super().__init__(what if code is None else f"{what} (error {code})")
        self.code = code


class Refused(GatewayError):
    """Permanent."""


class TryLater(GatewayError):
    """Not processed; safe to ask again."""


class MaybeDone(GatewayError):
    """It may have happened."""


@dataclass(frozen=True)
class OutgoingText:
    """A text to send. Numbers are E.164; `status_url` is absolute and carries our own opaque id.

    valid_for: how long the carrier may keep trying (1 s to 10 h). service: the id of a messaging service that it goes
    through, from our own number all the same.
    """

    to: str
    from_: str
    body: str
    status_url: str
    valid_for: timedelta = timedelta(hours=4)
    service: str | None = None


@dataclass(frozen=True)
class OutgoingCall:
    """A call to place. `url` gives its TwiML when answered; `ring_for` in whole seconds, at least five.

    machine_url: the network also finds out whether a machine picked up, and says so there; the call goes on meanwhile,
    so that nobody waits for a guess. after_beep: it says so when the machine's own greeting is over.
    """

    to: str
    from_: str
    url: str
    status_url: str
    ring_for: timedelta
    machine_url: str | None = None
    after_beep: bool = False


@dataclass(frozen=True)
class Accepted:
    """The network took it: its id and first status."""

    sid: str
    status: str


@dataclass(frozen=True)
class SentText:
    """A text as the network's own log tells it."""

    sid: str
    status: str
    error_code: int | None
    body: str
    sent_at: datetime | None


class Gateway(Protocol):
    """The network. Every call has a timeout; none retries by itself; all raise GatewayError only."""

    def send_text(self, text: OutgoingText) -> Accepted:
        """Send one text."""

    def find_texts(self, to: str, from_: str, since: datetime) -> Iterable[SentText]:
        """The texts from `from_` to `to` since then: how an MaybeDone is resolved."""

    def texts_since(self, since: datetime) -> Sequence[LoggedText]:
        """Every text of the account since then, in and out, oldest first: what ours is compared with."""

    def calls_since(self, since: datetime) -> Sequence[LoggedCall]:
        """Every call of the account since then, oldest first."""

    def redact_text(self, sid: str) -> None:
        """Blank the body at the network."""

    def delete_text(self, sid: str) -> None:
        """Delete all that the network has of a text. Gone already is no error; TryLater while it is on its way."""

    def delete_call(self, sid: str) -> None:
        """Delete the network's entry of a call, but not its recordings. TryLater while it goes on."""

    def place_call(self, call: OutgoingCall) -> Accepted:
        """Place one call."""

    def move_call(self, sid: str, url: str) -> None:
        """Have a live call fetch its next TwiML from `url`. Refused (21220) when it is over."""

    def end_call(self, sid: str, *, answered: bool) -> None:
        """End a call: `completed` if it was answered, `canceled` while it rings. Ended already is no error."""

    def announce(self, room: str, url: str) -> None:
        """Say to everyone in this room what the TwiML at `url` says; after it they hear each other again.

        TryLater when the network does not know the room (yet).
        """

    def fetch_picture(self, text_sid: str, sid: str) -> bytes:
        """A picture that came with a text, from an address that is built from our own account and the two ids."""

    def delete_picture(self, text_sid: str, sid: str) -> None:
        """Destroy it at the network. Gone already is no error."""

    def fetch_recording(self, sid: str) -> bytes:
        """The audio of a recording, from an address that is built from our own account and `sid`."""

    def delete_recording(self, sid: str) -> None:
        """Destroy it at the network. Gone already is no error."""
