"""The phones of a relay in a test: Ben's, that waits, and the volunteers', that ring."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import func, select

from checkin.core.reply import OfferKeys, Reply, RoomLeft, WaitTick
from checkin.relays import call_ending, offers, wait_loop
from checkin.relays.models import Offer, Relay
from checkin.telephony.rules.arrivals import CallStatus, RoomEvent
from checkin.volunteers.models import Volunteer
from flows.engine.effects import Join, Say
from tests import make
from tests.cast import BEN, VAL, VEE
from tests.the_line import ACall, TheLine

ZOE = "+15555550113"
KIM = "+15555550114"
NAMES = {VEE: "Vee", VAL: "Val", ZOE: "Zoe", KIM: "Kim"}


def volunteers(line: TheLine, *numbers: str, **values: object) -> None:
    """These volunteer on this line, on shift at any hour unless told otherwise."""
    for number in numbers:
        line.runtime.do(lambda uow, number=number: make.volunteer(uow, number, NAMES[number], **values))


def ben_asks_for_a_peer(line: TheLine, from_: str = BEN) -> Caller:
    """Ben calls and presses 1."""
    call = line.rings(from_)
    call.presses("1")
    return Caller(line, call)


def relay(line: TheLine) -> Relay:
    """The newest relay."""
    return line.runtime.read(lambda s: s.scalars(select(Relay).order_by(Relay.number.desc()).limit(1)).one())


def offer_to(line: TheLine, number: str) -> Offer:
    """The newest offer to the volunteer with this number."""
    return line.runtime.read(
        lambda s: s.scalars(
            select(Offer)
            .join(Volunteer, Volunteer.id == Offer.volunteer_id)
            .where(Volunteer.id == volunteer(line, number).id)
            .order_by(Offer.planned_at.desc(), Offer.wave.desc())
        ).first()
    )


def volunteer(line: TheLine, number: str) -> Volunteer:
    """The row of the volunteer with this number."""
    key = make.keys().blind_index("number:default", number)
    return line.runtime.read(lambda s: s.scalars(select(Volunteer).where(Volunteer.number_key == key)).one())


def count(line: TheLine, table: type, *where: object) -> int:
    """How many rows there are."""
    return line.runtime.read(lambda s: s.scalar(select(func.count()).select_from(table).where(*where)) or 0)


def says(reply: Reply) -> str:
    """The words of a reply."""
    return " ".join(part.text for part in reply.spoken if isinstance(part, Say))


def room_of(reply: Reply) -> str | None:
    """The room that a reply leads into."""
    return next((part.room for part in reply.spoken if isinstance(part, Join)), None)


@dataclass
class Caller:
    """Ben's leg from the moment he asked for a peer."""

    line: TheLine
    call: ACall

    @property
    def reply(self) -> Reply:
        return self.call.reply

    @property
    def says(self) -> str:
        return self.call.says

    @property
    def waits(self) -> bool:
        return isinstance(self.reply.then, WaitTick)

    @property
    def room(self) -> str | None:
        return room_of(self.reply)

    def comes_round(self, keys: str | None = None) -> str:
        """The wait loop's next request."""
        then = self.reply.then
        assert isinstance(then, WaitTick), f"Ben does not wait: {then}"
        return self._wait(then.relay, then.tick, keys)

    def is_fetched(self) -> str:
        """The network fetches Ben's leg, as it was asked to last."""
        sid, url = self.line.network.moved[-1]
        assert sid == self.call.sid
        token, tick = url.split("/")[-2:]
        return self._wait(token, int(tick), None)

    def comes_out(self) -> str:
        """The room has closed on Ben, or he left it by himself."""
        then = self.reply.then
        assert isinstance(then, RoomLeft), f"Ben is in no room: {then}"
        return self._hears(lambda uow: call_ending.left_room(uow, then.relay, then.side, self.call.sid))

    def hangs_up(self) -> None:
        self.call.hangs_up()

    def _wait(self, token: str, tick: int, keys: str | None) -> str:
        return self._hears(lambda uow: wait_loop.wait(uow, token, tick, keys, self.call.sid))

    def _hears(self, use_case: object) -> str:
        self.call.reply = self.line.runtime.do(use_case)
        self.call.heard.append(self.call.says)
        return self.call.says


@dataclass
class Phone:
    """A volunteer's phone that was rung. Its call's SID is what the network answered, unless that was lost."""

    line: TheLine
    token: str
    sid: str = field(default_factory=lambda: make.sid("CA"))
    reply: Reply = Reply()

    @property
    def says(self) -> str:
        return says(self.reply)

    @property
    def room(self) -> str | None:
        return room_of(self.reply)

    def picks_up(self, answered_by: str | None = None) -> str:
        return self._hears(lambda uow: offers.answered(uow, self.token, self.sid, answered_by))

    def presses(self, keys: str | None) -> str:
        tries = self.reply.then.tries if isinstance(self.reply.then, OfferKeys) else 0
        return self._hears(lambda uow: offers.pressed(uow, self.token, tries, keys))

    def takes_it(self) -> str:
        """Pick up and press 1."""
        self.picks_up()
        return self.presses("1")

    def status(self, status: str) -> None:
        """The network says how the call stands."""
        self.line.runtime.do(lambda uow: offers.status(uow, self.token, CallStatus(self.sid, status)))

    def comes_out(self) -> str:
        """This leg has left the room."""
        then = self.reply.then
        assert isinstance(then, RoomLeft), f"this phone is in no room: {then}"
        return self._hears(lambda uow: call_ending.left_room(uow, then.relay, then.side, self.sid))

    def room_tells(self, event: str, reason: str | None = None) -> None:
        """The network tells about this leg and the room."""
        token = relay(self.line).token
        self.line.runtime.do(lambda uow: call_ending.room_event(uow, token, RoomEvent(event, self.sid, reason=reason)))

    def _hears(self, use_case: object) -> str:
        self.reply = self.line.runtime.do(use_case)
        return self.says


def phone_of(line: TheLine, number: str) -> Phone:
    """The phone of this volunteer, as it was rung last."""
    rung = [call for call in line.network.calls if call.to == number]
    assert rung, f"{NAMES[number]} was not rung"
    token = rung[-1].url.rpartition("/")[2]
    sid = line.runtime.read(lambda s: s.scalar(select(Offer.call_sid).where(Offer.token == token)))
    return Phone(line, token, sid) if sid else Phone(line, token)
