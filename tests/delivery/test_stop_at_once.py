"""Ana's STOP and her follow-up at the same moment: whoever is first, nothing leaves once STOP holds."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from checkin.contacts.models import Contact
from checkin.conversations import inbound_text
from checkin.core.rules.failpoints import Point
from checkin.core.unit_of_work import UnitOfWork
from checkin.dispatch import dispatcher
from checkin.followups import series
from checkin.messages import service as messages
from checkin.messages.models import FollowUp
from checkin.outbox.models import Outbox
from checkin.outbox.outcomes import Outcome, Skipped
from checkin.runtime import Runtime
from tests import make
from tests.cast import ANA
from tests.services.living import agrees
from tests.the_line import TheLine

pytestmark = pytest.mark.both

PATIENCE = 20


def follow_up(uow: UnitOfWork, ana: Contact) -> None:
    """The first of a plan."""
    series.begin(uow, ana, "weekly_check_in")


def news(uow: UnitOfWork, ana: Contact) -> None:
    """A text that we begin."""
    messages.send(uow, line="default", contact=ana, body="News.", kind="notice")


@pytest.fixture(params=[follow_up, news], ids=["a follow-up", "a text"])
def due(busy: TheLine, request: pytest.FixtureRequest) -> str:
    """Something that leaves for Ana now; the id of its row."""
    promise: Callable[[UnitOfWork, Contact], None] = request.param
    agrees(busy, ANA, "check_ins")
    busy.runtime.do(lambda uow: promise(uow, uow.session.scalars(select(Contact)).one()))
    row = busy.runtime.read(lambda session: session.scalars(select(Outbox)).one())
    busy.clock.now = max(busy.clock.now, row.run_after) + timedelta(seconds=1)
    return row.id


@dataclass
class Halt:
    """Where somebody stands still until they are told to go on."""

    reached: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)

    def here(self) -> None:
        if not self.reached.is_set():
            self.reached.set()
            assert self.go_on.wait(PATIENCE)


def stops(runtime: Runtime, halt: Halt | None = None) -> None:
    """Ana texts STOP; it is written, and then committed."""

    def receive(uow: UnitOfWork) -> None:
        inbound_text.receive(uow, make.text(ANA, "STOP"))
        uow.session.flush()
        if halt is not None:
            halt.here()

    runtime.do(receive)


def test_a_stop_that_is_just_being_written_is_waited_for(busy: TheLine, due: str) -> None:
    halt, went = Halt(), list[Outcome | None]()
    stop = threading.Thread(target=stops, args=(busy.runtime, halt))
    worker = threading.Thread(target=lambda: went.append(dispatcher.dispatch(busy.runtime, due)))
    stop.start()
    assert halt.reached.wait(PATIENCE)
    worker.start()
    worker.join(0.5)
    halt.go_on.set()
    stop.join(PATIENCE)
    worker.join(PATIENCE)
    assert busy.sent_to(ANA) == []
    assert isinstance(went[0], Skipped)


@pytest.mark.parametrize("point", ["claimed", "recorded"])
def test_a_stop_that_comes_within_a_transaction_of_ours_holds_after_it(busy: TheLine, due: str, point: Point) -> None:
    halt = Halt()
    slow = replace(busy.runtime, queue=busy.doorbell)
    slow.transactions.failpoint = lambda passed: halt.here() if passed == point else None
    worker = threading.Thread(target=dispatcher.dispatch, args=(slow, due))
    stop = threading.Thread(target=stops, args=(busy.runtime,))
    worker.start()
    assert halt.reached.wait(PATIENCE)
    stop.start()
    stop.join(0.5)
    halt.go_on.set()
    stop.join(PATIENCE)
    worker.join(PATIENCE)
    assert busy.contact(ANA).opted_out_at is not None
    assert len(busy.sent_to(ANA)) <= 1
    states = busy.runtime.read(lambda session: set(session.scalars(select(FollowUp.state))))
    assert states <= {"sent", "cancelled"}, "what was promised meanwhile is canceled, too"
