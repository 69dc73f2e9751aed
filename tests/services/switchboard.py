"""A telephone network in memory that does what it is told, late, twice or never: for every order of a relay's events.

Legs ring, live and end; a leg asks the line for its next words itself, and everything else that the network tells
(statuses, comings and goings in rooms) lies in `mail`, to be delivered in any order, twice, or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from checkin.conversations import inbound_call
from checkin.core.reply import OfferKeys, Reply, RoomLeft, WaitTick
from checkin.core.unit_of_work import UnitOfWork
from checkin.relays import call_ending, offers, wait_loop
from checkin.telephony.port import Accepted, MaybeDone, OutgoingCall, OutgoingText, Refused, SentText, TryLater
from checkin.telephony.rules.arrivals import CallStatus, RoomEvent
from flows.engine.effects import Ask, HangUp, Join, Say
from tests import make
from tests.the_line import TheLine

Fault = Literal[
    "none", "later", "refused", "lost before", "lost after", "dies before", "dies after", "polls meanwhile",
    "hangs up meanwhile", "is taken meanwhile",
]  # fmt: skip
OVER_ALREADY, NOT_OURS = 21220, 20003


class WorkerDied(BaseException):
    """The process was killed at this very moment."""


class PulledOut(BaseException):
    """A contact was fetched out of the room that they were in: their talk is cut off. Nothing may catch this."""


@dataclass(eq=False)
class Leg:
    """One call. `next` is the request that it makes by itself when its turn comes."""

    sid: str
    side: Literal["contact", "volunteer"]
    number: str
    token: str = ""
    state: Literal["ringing", "live", "over"] = "ringing"
    reply: Reply = Reply()
    room: str | None = None
    rings_until: datetime | None = None
    next: Callable[[], None] | None = None
    ended_at: datetime | None = None

    @property
    def asked(self) -> bool:
        """Whether a key is waited for."""
        return self.state == "live" and self.room is None and isinstance(self._last, Ask)

    @property
    def _last(self) -> object:
        return self.reply.spoken[-1] if self.reply.spoken else None


@dataclass
class Mail:
    """Something that the network wants the line to know."""

    about: str
    deliver: Callable[[UnitOfWork], None]
    ends_a_contacts_call: bool = False


@dataclass
class Switchboard:
    """The network. `fault` strikes the next request of the line, once."""

    line: TheLine
    legs: list[Leg] = field(default_factory=list)
    mail: list[Mail] = field(default_factory=list)
    texts: list[OutgoingText] = field(default_factory=list)
    heard: list[tuple[Leg, Reply]] = field(default_factory=list)
    fault: Fault = "none"

    # --- what the line asks for (the gateway) ---------------------------------------------------------------

    def place_call(self, call: OutgoingCall) -> Accepted:
        """Ring a phone."""

        def act() -> Leg:
            leg = Leg(make.sid("CA"), "volunteer", call.to, call.url.rpartition("/")[2])
            leg.rings_until = self.line.clock.now + call.ring_for
            self.legs.append(leg)
            for status in ("initiated", "ringing"):
                self._tell_status(leg, status)
            return leg

        return Accepted(self._struck(act).sid, "queued")

    def move_call(self, sid: str, url: str) -> None:
        """Have a call ask for its words elsewhere."""

        def act() -> None:
            leg = self._leg(sid)
            if leg is None or leg.state != "live":
                raise Refused("not in progress", OVER_ALREADY)
            if leg.room is not None and leg.side == "contact":
                raise PulledOut(leg.number)
            self._out_of_room(leg)
            leg.next = lambda: self._fetch(leg, url)

        self._struck(act)

    def end_call(self, sid: str, *, answered: bool) -> None:
        """Hang up a call; one that is over, or cannot be canceled any more, stays as it is."""

        if self.fault == "refused":
            self.fault = "none"  # whoever is let to ring phones is let to stop them

        def act() -> None:
            leg = self._leg(sid)
            if leg is not None and (leg.state == "ringing" or (answered and leg.state == "live")):
                self.ends(leg, "completed" if leg.state == "live" else "canceled")

        self._struck(act)

    def announce(self, room: str, url: str) -> None:
        """Speak into a room; nothing moves in it."""
        self._struck(lambda: None)

    def send_text(self, text: OutgoingText) -> Accepted:
        """Send a text."""
        self.texts.append(text)
        return Accepted(make.sid("SM"), "queued")

    def find_texts(self, to: str, from_: str, since: datetime) -> Iterable[SentText]:
        """Nothing is ever lost on this network's side."""
        return ()

    def _struck(self, act: Callable[[], Leg | None]) -> Leg:
        fault, self.fault = self.fault, "none"
        if fault == "later":
            raise TryLater("not now")
        if fault == "refused":
            raise Refused("no", NOT_OURS)
        if fault == "lost before":
            raise MaybeDone("timeout")
        if fault == "dies before":
            raise WorkerDied
        self._meanwhile(fault)
        leg = act()
        if fault == "lost after":
            raise MaybeDone("reset")
        if fault == "dies after":
            raise WorkerDied
        return leg or Leg("", "contact", "")

    def _meanwhile(self, fault: Fault) -> None:
        """What people do while the line's request is on its way: no transaction of it is open."""
        callers = [leg for leg in self.legs if leg.side == "contact" and leg.state == "live"]
        asked = [leg for leg in self.legs if leg.side == "volunteer" and leg.asked and leg.next is None]
        if fault == "polls meanwhile":
            for leg in callers:
                if leg.next is None:
                    self.presses(leg, None)
        elif fault == "hangs up meanwhile":
            for leg in callers:
                self.hangs_up(leg)
            for mail in [mail for mail in self.mail if "Ben's call" in mail.about]:
                self.mail.remove(mail)
                self.line.runtime.do(mail.deliver)
        elif fault == "is taken meanwhile" and asked:
            self.presses(asked[0], "1")

    # --- what people do -------------------------------------------------------------------------------------

    def calls_the_line(self, number: str) -> Leg:
        """Somebody calls and asks for a peer."""
        leg = Leg(make.sid("CA"), "contact", number, state="live")
        self.legs.append(leg)
        arrived = make.call(number, call_sid=leg.sid)
        self._hears(leg, lambda uow: inbound_call.begin(uow, arrived))
        turn = leg.reply.then.turn  # type: ignore[union-attr]
        from flows.engine.inputs import Pressed

        self._hears(leg, lambda uow: inbound_call.answer(uow, leg.sid, turn, Pressed("1")))
        return leg

    def picks_up(self, leg: Leg, answered_by: str | None = None) -> None:
        """A phone that rings is picked up."""
        leg.state = "live"
        self._tell_status(leg, "in-progress")
        leg.next = lambda: self._hears(leg, lambda uow: offers.answered(uow, leg.token, leg.sid, answered_by))

    def rings_out(self, leg: Leg, status: str) -> None:
        """A phone that rings is not picked up: no-answer, busy, failed."""
        self.ends(leg, status)

    def presses(self, leg: Leg, keys: str | None) -> None:
        """A key, or none in time."""
        then = leg.reply.then
        if isinstance(then, WaitTick):
            self._hears(leg, lambda uow: wait_loop.wait(uow, then.relay, then.tick, keys, leg.sid))
        elif isinstance(then, OfferKeys):
            self._hears(leg, lambda uow: offers.pressed(uow, then.offer, then.tries, keys))

    def hangs_up(self, leg: Leg) -> None:
        """The phone is put down."""
        self.ends(leg, "completed")

    def ends(self, leg: Leg, status: str) -> None:
        """A call is over: out of its room, and the line is told some time."""
        if leg.state == "over":
            return
        self._out_of_room(leg)
        leg.state, leg.next, leg.ended_at = "over", None, self.line.clock.now
        self._tell_status(leg, status)

    def goes_on(self, leg: Leg) -> None:
        """A call makes the request that it has to make."""
        request, leg.next = leg.next, None
        if request is not None and leg.state == "live":
            request()

    # --- inside ---------------------------------------------------------------------------------------------

    def members(self, room: str) -> list[Leg]:
        """Who is in a room."""
        return [leg for leg in self.legs if leg.room == room]

    def _fetch(self, leg: Leg, url: str) -> None:
        parts = url.split("/")
        if "wait" in parts:
            token, tick = parts[-2], int(parts[-1])
            self._hears(leg, lambda uow: wait_loop.wait(uow, token, tick, None, leg.sid))
        else:
            self._hears(leg, lambda uow: offers.answered(uow, parts[-1], leg.sid, None))

    def _hears(self, leg: Leg, use_case: Callable[[UnitOfWork], Reply]) -> None:
        leg.reply = self.line.runtime.do(use_case)
        self.heard.append((leg, leg.reply))
        last = leg.reply.spoken[-1] if leg.reply.spoken else None
        if isinstance(last, Join):
            self._into_room(leg, last)
        elif isinstance(last, HangUp) or (leg.reply.then is None and not isinstance(last, Ask)):
            self.ends(leg, "completed")

    def _into_room(self, leg: Leg, join: Join) -> None:
        assert len(self.members(join.room)) < 2, "a third leg would enter the room"
        leg.room = join.room
        self._tell_room(join.relay, "participant-join", leg)

    def _out_of_room(self, leg: Leg) -> None:
        """Either side's leaving ends the room for both."""
        room, leg.room = leg.room, None
        if room is None:
            return
        then = leg.reply.then
        assert isinstance(then, RoomLeft)
        self._tell_room(then.relay, "participant-leave", leg, "participant_hung_up")
        for other in self.members(room):
            other.room = None
            other.next = self._comes_out(other)
            self._tell_room(then.relay, "participant-leave", other, "moderator_ended_conference")
        self._tell_room(then.relay, "conference-end", None)

    def _comes_out(self, leg: Leg) -> Callable[[], None]:
        then = leg.reply.then
        assert isinstance(then, RoomLeft)
        return lambda: self._hears(leg, lambda uow: call_ending.left_room(uow, then.relay, then.side, leg.sid))

    def _leg(self, sid: str) -> Leg | None:
        return next((leg for leg in self.legs if leg.sid == sid), None)

    def _tell_status(self, leg: Leg, status: str) -> None:
        told = CallStatus(leg.sid, status)
        if leg.side == "contact":
            self.mail.append(
                Mail(f"Ben's call is {status}", lambda uow: inbound_call.on_ended(uow, told), status == "completed")
            )
        else:
            self.mail.append(Mail(f"{leg.number} is {status}", lambda uow: offers.status(uow, leg.token, told)))

    def _tell_room(self, relay: str, event: str, leg: Leg | None, reason: str | None = None) -> None:
        told = RoomEvent(event, leg.sid if leg else None, reason=reason)
        about = f"{event} {leg.number if leg else ''}"
        self.mail.append(Mail(about, lambda uow: call_ending.room_event(uow, relay, told)))


def words(reply: Reply) -> str:
    """Everything that is said."""
    return " ".join(part.text for part in reply.spoken if isinstance(part, Say))
