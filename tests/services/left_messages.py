"""A message of Ana's that waits for the team, and her phone when she is called back."""

from __future__ import annotations

from sqlalchemy import select

from checkin.cases import service as cases
from checkin.cases.models import Case
from checkin.contacts import preferences
from checkin.contacts import service as contacts
from checkin.contacts.models import Contact
from checkin.core.reply import CalledBack, Reply, RoomLeft
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import Conversation
from checkin.relays import call_backs, call_ending
from checkin.telephony.rules.arrivals import CallStatus
from flows.engine.effects import OpenCase
from tests import make
from tests.cast import ANA, VEE
from tests.services.phones import Phone, phone_of, relay, room_of, says
from tests.the_line import TheLine


def case(line: TheLine) -> Case:
    """The newest case."""
    return line.runtime.read(lambda s: s.scalars(select(Case).order_by(Case.number.desc()).limit(1)).one())


SAID = {"call": ("calls",), "text": ("texts",), "either": ("calls", "texts"), "none": ()}
"""What Ana agreed to when she was asked how we may reach her."""


def ana_leaves_a_message(
    line: TheLine, answer_by: str | None = "call", words: str = "please ring me", also: tuple[str, ...] = ("name",)
) -> int:
    """A message of Ana's waits for the team. Its number. answer_by None: she was not asked how we may reach her."""
    line.answers(ANA, "hello")
    ana = line.contact(ANA)

    def leave(uow: UnitOfWork) -> int:
        contact = uow.session.get_one(Contact, ana.id)
        contact.time_zone = "America/New_York"
        if answer_by is not None:
            contacts.keep(uow, contact, preferences.ASKED, True, history=False)
            contact.consents = [*SAID[answer_by], *also]
        talk = uow.session.scalars(select(Conversation).where(Conversation.contact_id == ana.id)).first()
        action = OpenCase("message", "coordinators", "normal", "left a message", words=words)
        return cases.open_case(uow, contact, talk, action).number

    return line.runtime.do(leave)


class Ana:
    """Ana's phone, called back."""

    def __init__(self, line: TheLine) -> None:
        self.line = line
        self.call = line.network.calls[-1]
        assert self.call.to == ANA
        self.token = self.call.url.split("/")[-2]
        self.sid = relay(line).call_sid or make.sid("CA")
        self.reply = Reply()

    def picks_up(self, by: str | None = None) -> str:
        return self._hears(lambda uow: call_backs.answered(uow, self.token, self.sid, by))

    def presses(self, keys: str | None) -> str:
        tries = self.reply.then.tries if isinstance(self.reply.then, CalledBack) else 0
        return self._hears(lambda uow: call_backs.pressed(uow, self.token, tries, keys, self.sid))

    def comes_out(self) -> str:
        assert isinstance(self.reply.then, RoomLeft)
        return self._hears(lambda uow: call_ending.left_room(uow, self.token, "contact", self.sid))

    def status(self, status: str) -> None:
        self.line.runtime.do(lambda uow: call_backs.status(uow, self.token, CallStatus(self.sid, status)))

    @property
    def room(self) -> str | None:
        return room_of(self.reply)

    def _hears(self, use_case: object) -> str:
        self.reply = self.line.runtime.do(use_case)
        return says(self.reply)


def vee_calls(line: TheLine, number: int) -> Phone:
    """Vee texts CALL, picks up her phone and presses 1; Ana's phone rings."""
    line.answers(VEE, f"CALL {number}")
    line.carries_out()
    vee = phone_of(line, VEE)
    vee.takes_it()
    line.carries_out()
    return vee
