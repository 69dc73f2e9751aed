"""Where the network finds us: every address that we hand out, in one place. No number ever stands in one.

Those under /media are for playing: they are signed and expire. The others are Twilio's webhooks, and Twilio signs its
requests itself. A test proves that each address leads to a route.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import assert_never
from urllib.parse import quote

from checkin.core.encryption import Keys
from checkin.core.reply import CalledBack, NextTurn, OfferKeys, RoomLeft, Then, VolunteerCode, VolunteerMenu, WaitTick

RETRIED = "#rc=2&rp=5xx,ct,rt"
"""Twilio's connection override: twice more after our 5xx or a timeout. It is neither sent to us nor signed."""

MEDIA_LASTS = timedelta(minutes=30)
"""How long an address under /media is good for, at least; at most twice that. Longer than any story or record step."""


MEDIA = "media"
"""What these signatures are for: none of them opens a page, none of a page opens these."""


@dataclass(frozen=True)
class Addresses:
    """Every address of one line.

    base_url: PUBLIC_URL, without a slash at the end. media: makes a path into a signed one (`media_signer`).
    """

    base_url: str
    media: Callable[[str], str]

    def of(self, then: Then) -> str:
        """Where the answer goes."""
        match then:
            case NextTurn(turn):
                return self._to("voice", "turn", turn)
            case WaitTick(relay, tick):
                return self._to("voice", "wait", relay, tick)
            case OfferKeys(offer, tries):
                return self._to("offers", offer, "keys", tries)
            case RoomLeft(relay, side):
                return self._to("relays", relay, "left", side)
            case CalledBack(relay, tries):
                return self._to("relays", relay, "back", "keys", tries)
            case VolunteerMenu(tries):
                return self._to("volunteer", tries)
            case VolunteerCode(tries):
                return self._to("volunteer", "code", tries)
        assert_never(then)

    def silence(self, then: Then) -> str:
        """Where the call goes on when no answer came."""
        return f"{self.of(then)}?silent=1"

    def room(self, relay: str) -> str:
        """Where we hear of comings and goings in a relay's room."""
        return self._to("relays", relay, "room") + RETRIED

    def warning(self, relay: str) -> str:
        """What both hear in a relay's room when its limit is near."""
        return self._to("relays", relay, "warning")

    def recordings(self) -> str:
        """Where we hear that a recording is ready."""
        return self._to("recordings") + RETRIED

    def answered_text(self, sid: str) -> str:
        """Where we hear how our answer to the incoming text `sid` fares."""
        return self._to("sms", sid, "status") + RETRIED

    def message_status(self, message: str) -> str:
        """Where we hear how a text that we sent ourselves fares (our own opaque id)."""
        return self._to("messages", message) + RETRIED

    def offer(self, offer: str) -> str:
        """What a volunteer hears when they pick up."""
        return self._to("offers", offer)

    def offer_status(self, offer: str) -> str:
        """Where we hear how a volunteer's call fares."""
        return self._to("offers", offer, "status") + RETRIED

    def offer_machine(self, offer: str) -> str:
        """Where we hear whether a machine picked up a volunteer's phone."""
        return self._to("offers", offer, "machine") + RETRIED

    def back(self, relay: str) -> str:
        """What a contact whom we call back hears when they pick up."""
        return self._to("relays", relay, "back")

    def back_machine(self, relay: str) -> str:
        """Where we hear that a machine picked up the phone of a contact whom we call back."""
        return self._to("relays", relay, "back", "machine") + RETRIED

    def left_message(self, relay: str) -> str:
        """What is said onto the machine of a contact who agreed to that."""
        return self._to("relays", relay, "back", "message")

    def back_status(self, relay: str) -> str:
        """Where we hear how the call to a contact fares."""
        return self._to("relays", relay, "back", "status") + RETRIED

    def out(self, follow_up: str) -> str:
        """What a contact hears when they pick up a call that we began."""
        return self._to("out", follow_up)

    def out_status(self, follow_up: str) -> str:
        """Where we hear how such a call fares."""
        return self._to("out", follow_up, "status") + RETRIED

    def out_machine(self, follow_up: str) -> str:
        """Where we hear whether a machine picked it up."""
        return self._to("out", follow_up, "machine") + RETRIED

    def onto_machine(self, follow_up: str) -> str:
        """What is said onto such a machine."""
        return self._to("out", follow_up, "message")

    def story(self, story: str, begin: int = 0) -> str:
        """The sound of a story; begin: from this second on."""
        return self._media("stories", f"{story}/{begin}" if begin else story)

    def recording(self, recording: str) -> str:
        """The sound of a recording that the contact made."""
        return self._media("recordings", recording)

    def clip(self, path: str) -> str:
        """The sound of a prompt: a file inside the flows folder."""
        return self._media("clips", path)

    def _to(self, *parts: str | int) -> str:
        return "/".join([self.base_url, "webhooks", *(quote(str(part), safe="") for part in parts)])

    def _media(self, kind: str, name: str) -> str:
        return self.base_url + self.media(f"/media/{kind}/{name}")


def media_signer(keys: Keys, now: datetime) -> Callable[[str], str]:
    """What makes a path under /media into one that `media_allows` accepts, from `now` for MEDIA_LASTS at least.

    The expiry is rounded up, so that a repeated webhook mostly gets the same answer to the byte.
    """
    lasts = int(MEDIA_LASTS.total_seconds())
    until = datetime.fromtimestamp((int(now.timestamp()) // lasts + 2) * lasts, UTC)
    return lambda path: keys.sign_until(MEDIA, path, until)


def signed_picture(keys: Keys, picture: str, until: datetime) -> str:
    """The path under which a picture is shown until then, to whoever has it."""
    return keys.sign_until(MEDIA, f"/media/pictures/{picture}", until)


def media_allows(keys: Keys, path: str, signature: str, now: datetime) -> bool:
    """Whether `path` may be played now. signature: as it came in the address."""
    return keys.opens(MEDIA, path, signature, now)
