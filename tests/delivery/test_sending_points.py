"""A worker may die at any named point of sending a follow-up: it is sent once, or never with its reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import select

from checkin.contacts.models import Contact
from checkin.core.rules.failpoints import WORKER, Point
from checkin.core.unit_of_work import UnitOfWork
from checkin.delivery import receipts
from checkin.delivery.receipts import NOT_AGAIN
from checkin.messages import service as messages
from checkin.messages.models import FollowUp, Message
from checkin.outbox import dead_letters, outbox
from checkin.outbox.models import Outbox
from checkin.telephony.port import Accepted, MaybeDone, OutgoingText, SentText
from checkin.telephony.rules.arrivals import MessageStatus
from tests import make
from tests.cast import ANA
from tests.the_line import TheLine

STUCK = timedelta(minutes=2)


class Killed(BaseException):
    """SIGKILL, as far as one process can play it: nothing that comes after is run, no handler is asked."""


@dataclass
class Carrier(make.Network):
    """A network with a book of what it has sent, and a wish of its own about when receipts come."""

    line: TheLine | None = None
    receipt_first: bool = False
    lose_answer: bool = False
    book: list[str] = field(default_factory=list)

    def send_text(self, text: OutgoingText) -> Accepted:
        accepted = super().send_text(text)
        self.book.append(text.body)
        self.log.append(SentText(accepted.sid, "sent", None, text.body, None))
        if self.receipt_first and self.line is not None:
            mine = text.status_url.rpartition("/")[2]
            self.line.runtime.do(lambda uow: receipts.on_receipt(uow, mine, MessageStatus(accepted.sid, "delivered")))
        if self.lose_answer:
            raise MaybeDone("asked the network to send a text, and its answer was lost")
        return accepted


@pytest.fixture
def carrier(line: TheLine) -> Carrier:
    """The line's network from now on."""
    made = Carrier(line=line)
    line.network = made
    make.put(line.runtime, gateway=line.network)
    return made


@pytest.fixture
def promised(line: TheLine) -> str:
    """Ana's follow-up is due now. Its id."""
    line.answers(ANA, "hi")
    line.carries_out()

    def promise(uow: UnitOfWork) -> str:
        ana = uow.session.scalars(select(Contact)).one()
        ana.heard_at, ana.time_zone = uow.now - timedelta(days=2), "America/New_York"
        needs = uow.library.flows["check_in"].needs_consent
        ana.consents = [needs] if needs else []
        row = FollowUp(
            id=uow.new_id(), line="default", contact_id=ana.id, flow="check_in", key="promise", number=0, tries=0,
            planned_for=uow.now, due_at=uow.now, state="planned", created_at=uow.now,
        )  # fmt: skip
        uow.session.add(row)
        outbox.later(uow, "follow_up", row.id, uow.now)
        return row.id

    return line.runtime.do(promise)


def dies_at(line: TheLine, point: Point) -> None:
    """The worker dies at this point; a few minutes later its row is given back, and another goes on."""

    def failpoint(passed: Point) -> None:
        if passed == point:
            line.runtime.transactions.failpoint = lambda _point: None
            raise Killed

    line.runtime.transactions.failpoint = failpoint
    with pytest.raises(Killed):
        line.carries_out()
    goes_on(line)


def goes_on(line: TheLine) -> None:
    """Time passes, and everything that is due is done."""
    for _ in range(8):
        line.clock.forward(minutes=3)
        line.runtime.do(lambda uow: dead_letters.release(uow, STUCK))
        line.carries_out()


def state_of(line: TheLine, promised: str) -> tuple[str, str | None]:
    row = line.runtime.read(lambda session: session.get_one(FollowUp, promised))
    return row.state, row.reason


@pytest.mark.parametrize("point", WORKER)
def test_killed_at_any_point_it_is_sent_once_or_never_with_its_reason(
    line: TheLine, carrier: Carrier, promised: str, point: Point
) -> None:
    dies_at(line, point)
    if point == "prepared":
        assert carrier.book == []
        assert state_of(line, promised) == ("skipped", NOT_AGAIN)
    else:
        assert len(carrier.book) == 1
        assert state_of(line, promised)[0] == "sent"
    open_rows = select(Outbox.kind).where(Outbox.about_id == promised, Outbox.done_at.is_(None))
    assert line.runtime.read(lambda session: session.scalars(open_rows).all()) == []


@pytest.mark.parametrize("lost", [False, True])
def test_a_receipt_that_comes_before_the_answer_is_not_forgotten(
    line: TheLine, carrier: Carrier, promised: str, lost: bool
) -> None:
    carrier.receipt_first, carrier.lose_answer = True, lost
    line.carries_out()
    assert state_of(line, promised)[0] == "sent"
    goes_on(line)
    assert len(carrier.book) == 1
    written = select(Message.status).where(Message.kind == "follow_up")
    assert line.runtime.read(lambda session: session.scalars(written).one()) == "delivered"


def test_stop_between_two_tries_is_obeyed(line: TheLine, carrier: Carrier, promised: str) -> None:
    def failpoint(point: Point) -> None:
        if point == "claimed":
            line.runtime.transactions.failpoint = lambda _point: None
            raise Killed

    line.runtime.transactions.failpoint = failpoint
    with pytest.raises(Killed):
        line.carries_out()
    line.answers(ANA, "STOP")
    goes_on(line)
    assert carrier.book == []
    assert state_of(line, promised)[0] == "cancelled"


def test_one_poison_row_is_set_aside_and_a_hundred_good_ones_go_on(line: TheLine, carrier: Carrier) -> None:
    line.answers(ANA, "hi")

    def write(uow: UnitOfWork) -> str:
        ana = uow.session.scalars(select(Contact)).one()
        poison = outbox.later(uow, "follow_up", "x" * 32, uow.now)
        poison.kind = "nobody knows this"
        for n in range(100):
            messages.send(uow, line="default", body=f"good {n}", kind="reply", contact=ana)
        return poison.id

    poison = line.runtime.do(write)
    line.carries_out()
    assert sum(body.startswith("good") for body in carrier.book) == 100
    for _ in range(10):
        line.clock.forward(minutes=6)
        line.carries_out()
    row = line.runtime.read(lambda session: session.get_one(Outbox, poison))
    assert (row.outcome, row.result) == ("dead letter", "after 8 tries: failed: KeyError")
