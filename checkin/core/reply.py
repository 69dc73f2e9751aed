"""What a use case hands back to the endpoint: what is said, and where the answer goes."""

from __future__ import annotations

from dataclasses import dataclass

from flows.engine.effects import Say, Spoken


@dataclass(frozen=True)
class NextTurn:
    """The answer is the contact's, in the conversation of this call. A stale `turn` is a repeat."""

    turn: int


@dataclass(frozen=True)
class WaitTick:
    """The caller waits for a peer: come back to the wait loop of this relay (opaque token)."""

    relay: str
    tick: int


@dataclass(frozen=True)
class OfferKeys:
    """A volunteer is asked to take a relay (opaque token of the offer); `tries` wrong keys so far."""

    offer: str
    tries: int = 0


@dataclass(frozen=True)
class RoomLeft:
    """This leg goes into a room; when it comes out, the relay (opaque token) is told by this side."""

    relay: str
    side: str


@dataclass(frozen=True)
class VolunteerMenu:
    """A volunteer rang the line: what they pressed on their own menu."""

    tries: int = 0


@dataclass(frozen=True)
class VolunteerCode:
    """Somebody on a call for which nobody vouches says that they volunteer: the code that opens the menu."""

    tries: int = 0


@dataclass(frozen=True)
class CalledBack:
    """A contact whom we call back is asked whether they want to be joined (opaque token of the relay)."""

    relay: str
    tries: int = 0


Then = NextTurn | WaitTick | OfferKeys | RoomLeft | VolunteerMenu | VolunteerCode | CalledBack


@dataclass(frozen=True)
class Reply:
    """What is said now, in order, and who hears the answer (None: nobody waits for one)."""

    spoken: tuple[Spoken, ...] = ()
    then: Then | None = None

    def words(self) -> str:
        """Everything that is said, as one text; what only a call can do is left out."""
        return "\n".join(part.text for part in self.spoken if isinstance(part, Say) and part.text)
