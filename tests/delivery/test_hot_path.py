"""What one text costs from due to settled: two transactions and few statements, however it came to be promised."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event, select

from checkin.contacts.models import Contact
from checkin.core.unit_of_work import UnitOfWork
from checkin.dispatch import dispatcher
from checkin.followups import series
from checkin.messages import service as messages
from checkin.messages.models import FollowUp
from checkin.outbox import outbox
from checkin.outbox.models import Outbox
from checkin.outbox.outcomes import Done, Skipped
from tests.cast import ANA
from tests.services.conftest import shown
from tests.services.living import agrees
from tests.the_line import TheLine

pytestmark = pytest.mark.both

FOLLOW_UP, ONE_OF_A_PLAN, ANSWER = 15, 19, 7
"""Statements at most."""


@dataclass
class Cost:
    """What the database was told, and how often something was committed."""

    statements: list[str] = field(default_factory=list)
    commits: int = 0


@pytest.fixture
def cost(database: Engine, statements: list[str]) -> Iterator[Cost]:
    """From now on."""
    told = Cost(statements)

    def committed(_connection: object) -> None:
        told.commits += 1

    event.listen(database, "commit", committed)
    yield told
    event.remove(database, "commit", committed)


def promised(line: TheLine, promise: Callable[[UnitOfWork, Contact], object]) -> str:
    """Something is due for Ana; the id of its outbox row."""
    agrees(line, ANA, "check_ins")
    line.runtime.do(lambda uow: promise(uow, uow.session.scalars(select(Contact)).one()))
    row = line.runtime.read(lambda session: session.scalars(select(Outbox)).one())
    line.clock.now = max(line.clock.now, row.run_after) + timedelta(seconds=1)
    return row.id


def alone(uow: UnitOfWork, ana: Contact) -> None:
    """A follow-up of no plan."""
    row = FollowUp(
        id=uow.new_id(), line="default", contact_id=ana.id, flow="check_in", key="promise", number=0, tries=0,
        planned_for=uow.now, due_at=uow.now, state="planned", created_at=uow.now,
    )  # fmt: skip
    uow.session.add(row)
    outbox.later(uow, "follow_up", row.id, uow.now)


def of_a_plan(uow: UnitOfWork, ana: Contact) -> None:
    """One of many: the next is promised when it has left."""
    series.begin(uow, ana, "weekly_check_in")


def an_answer(uow: UnitOfWork, ana: Contact) -> None:
    """A text that the worker sends."""
    messages.send(uow, line="default", contact=ana, body="We are back.", kind="reply")


@pytest.mark.parametrize(
    ("promise", "most"),
    [(alone, FOLLOW_UP), (of_a_plan, ONE_OF_A_PLAN), (an_answer, ANSWER)],
    ids=["alone", "of a plan", "an answer"],
)
def test_a_text_takes_two_transactions(
    busy: TheLine, cost: Cost, promise: Callable[[UnitOfWork, Contact], object], most: int
) -> None:
    row = promised(busy, promise)
    cost.statements.clear()
    cost.commits = 0
    assert dispatcher.dispatch(busy.runtime, row) == Done()
    assert len(busy.sent_to(ANA)) == 1
    assert cost.commits == 2
    assert len(cost.statements) <= most, shown(cost.statements)


def test_what_may_not_leave_takes_one(busy: TheLine, cost: Cost) -> None:
    row = promised(busy, alone)
    busy.answers(ANA, "STOP")
    cost.commits = 0
    assert dispatcher.dispatch(busy.runtime, row) == Skipped("no longer planned")
    assert cost.commits == 1
    assert busy.sent_to(ANA) == []
