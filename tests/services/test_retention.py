"""Everything comes to its end when it is promised, here and at the network, and not before."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from checkin.accounts import volunteer_links
from checkin.compliance.retention import at_network, expiry
from checkin.compliance.rules import ENDS
from checkin.contacts.models import Contact
from checkin.core.audit_models import Audit
from checkin.core.models import Base
from checkin.core.unit_of_work import UnitOfWork
from checkin.delivery import receipts
from checkin.dispatch.dispatcher import dispatch
from checkin.messages.models import FollowUp, Message, Recording
from checkin.outbox import recurring_jobs
from checkin.outbox.models import Outbox
from checkin.outbox.outcomes import Outcome, Retry
from checkin.stories.models import Story
from checkin.telephony.port import Refused
from checkin.telephony.rules.arrivals import MessageStatus
from tests import make
from tests.cast import ANA, BEN, VEE
from tests.services.old_rows import one_of_each
from tests.the_line import TheLine

pytestmark = pytest.mark.both

LONG_AGO = timedelta(days=5 * 365)


def reason(outcome: Outcome | None) -> str:
    """Why it comes again."""
    assert isinstance(outcome, Retry)
    return outcome.reason


def left(line: TheLine, name: str) -> int:
    table = Base.metadata.tables[name]
    return line.runtime.read(lambda session: session.scalar(select(func.count()).select_from(table))) or 0


def keep_house(line: TheLine) -> None:
    """As the worker does it, hour by hour."""
    line.runtime.do(recurring_jobs.ensure)
    for _ in range(3):
        line.carries_out()
        line.clock.forward(hours=1)


def row_of(line: TheLine, kind: str) -> Outbox:
    return line.runtime.read(lambda session: session.scalars(select(Outbox).where(Outbox.kind == kind)).one())


def test_every_table_comes_to_its_end(line: TheLine) -> None:
    line.runtime.do(lambda uow: one_of_each(uow.session, uow.now - LONG_AGO))
    keep_house(line)
    for name, end in ENDS.items():
        table = Base.metadata.tables[name]
        if end.how == "never" or (end.how == "blank" and not end.counted_from):
            assert left(line, name), f"{name} stays"
        elif end.how == "blank":
            for field in end.fields:
                values = line.runtime.read(lambda session, c=table.c[field]: session.scalars(select(c)).all())
                assert set(values) == {None}, f"{name}.{field} is blanked"
        elif end.how == "delete" and name not in ("outbox", "audit"):
            assert not left(line, name), f"{name} is deleted"
        elif end.how == "with" and ENDS[end.owner].how == "delete":
            assert not left(line, name), f"{name} goes with {end.owner}"


@pytest.mark.parametrize("name", sorted(name for name, end in ENDS.items() if end.counted_from))
def test_nothing_ends_before_its_time(line: TheLine, name: str) -> None:
    line.runtime.do(lambda uow: one_of_each(uow.session, uow.now + timedelta(seconds=1)))
    assert line.runtime.do(lambda uow: expiry.waiting(uow, name)) == 0


def test_links_to_volunteers_pages_go_once_they_are_over_and_those_that_hold_stay(line: TheLine) -> None:
    vee = line.runtime.do(lambda uow: make.volunteer(uow, VEE, "Vee"))
    over = line.runtime.do(lambda uow: volunteer_links.new(uow, vee))
    line.clock.forward(minutes=16)
    holds = line.runtime.do(lambda uow: volunteer_links.new(uow, vee))
    line.runtime.do(recurring_jobs.ensure)
    assert reason(dispatch(line.runtime, row_of(line, "retention").id)) == "1 rows ended"
    assert left(line, "volunteer_links") == 1
    found = [line.runtime.do(lambda uow, item=item: volunteer_links.holds(uow, item)) for item in (over, holds)]
    assert [item is not None for item in found] == [False, True]


def test_the_words_of_a_text_are_blanked_after_thirty_days_here_and_at_the_network(line: TheLine) -> None:
    line.answers(ANA, "hi")
    line.clock.forward(days=29)
    assert line.runtime.do(lambda uow: expiry.waiting(uow, "messages")) == 0
    line.clock.forward(days=2)
    assert line.runtime.do(lambda uow: expiry.end_some(uow, "messages")) == 2
    assert line.runtime.read(lambda session: session.scalars(select(Message.body_encrypted)).all()) == [None, None]
    line.carries_out()
    [came] = line.runtime.read(lambda session: session.scalars(select(Message.sid).where(Message.inbound)).all())
    assert line.network.redacted == [came]


def test_a_recording_of_a_living_story_stays_and_one_that_was_left_is_destroyed_everywhere(line: TheLine) -> None:
    def two(uow: UnitOfWork) -> tuple[str, str]:
        made = []
        for state in ("published", None):
            row = Recording(
                id=uow.new_id(), line="default", call_sid=make.sid("CA"), sid=make.sid("RE"), state="kept",
                network_state="there", media_key=uow.new_id(), created_at=uow.now,
            )  # fmt: skip
            uow.session.add(row)
            if state:
                uow.session.add(
                    Story(
                        id=uow.new_id(), line="default", title="A story", language="en", state=state,
                        recording_id=row.id, media_key=row.media_key, created_at=uow.now,
                    )
                )  # fmt: skip
            made.append(row.id)
        return made[0], made[1]

    told, message = line.runtime.do(two)
    line.clock.forward(days=15)
    keep_house(line)
    left_over = line.runtime.read(lambda session: session.scalars(select(Recording.id)).all())
    assert left_over == [told]
    assert len(line.network.deleted) == 2, "the network keeps neither"
    assert line.runtime.read(lambda session: session.scalars(select(Story.state)).one()) == "published"
    assert message not in left_over


def test_a_number_stays_while_it_is_promised_a_text_and_comes_back_with_its_owner(line: TheLine) -> None:
    line.answers(ANA, "hi")
    line.answers(BEN, "hi")

    def promise(uow: UnitOfWork) -> None:
        contact = line.contact(BEN)
        uow.session.add(
            FollowUp(
                id=uow.new_id(), line="default", contact_id=contact.id, flow="check_in", key="caring",
                planned_for=uow.now, due_at=uow.now + timedelta(days=200), state="planned", created_at=uow.now,
            )
        )  # fmt: skip

    line.runtime.do(promise)
    line.clock.forward(days=91)
    assert line.runtime.do(lambda uow: expiry.end_some(uow, "contacts")) == 1
    assert line.contact(ANA).number_encrypted is None
    assert line.contact(BEN).number_encrypted is not None
    alias = line.contact(ANA).alias
    assert line.answers(ANA, "hi")
    assert line.contact(ANA).number_encrypted is not None, "she can be answered again"
    assert line.contact(ANA).alias == alias


def test_texts_are_blanked_at_the_network_an_hour_after_they_have_arrived(line: TheLine) -> None:
    line.answers(ANA, "hi")
    sid = make.sid("SM")
    mine = line.runtime.read(lambda session: session.scalars(select(Message.id).where(~Message.inbound)).one())
    line.runtime.do(lambda uow: receipts.on_receipt(uow, mine, MessageStatus(sid, "sent")))
    line.clock.forward(minutes=50)
    assert line.runtime.do(at_network.plan) == 0
    line.clock.forward(minutes=20)
    assert line.runtime.do(at_network.plan) == 1, "hers; ours has not arrived"
    line.runtime.do(lambda uow: receipts.on_receipt(uow, mine, MessageStatus(sid, "delivered")))
    assert line.runtime.do(at_network.plan) == 1
    assert line.runtime.do(at_network.plan) == 0, "once each"
    line.carries_out()
    assert len(line.network.redacted) == 2
    assert line.answers(ANA, "menu"), "our own copy is read as before"


def test_a_text_that_is_gone_at_the_network_counts_as_blanked(line: TheLine) -> None:
    line.answers(ANA, "hi")
    line.clock.forward(hours=2)
    line.runtime.do(at_network.plan)
    line.network.fail.append(Refused("could not blank a text", 20404))
    line.carries_out()
    blanked = select(Message.redacted_at).where(Message.inbound)
    assert line.runtime.read(lambda session: session.scalars(blanked).one()) is not None


def test_it_leaves_one_line_in_the_audit_and_none_when_nothing_ended(line: TheLine) -> None:
    line.answers(ANA, "hi")
    line.runtime.do(recurring_jobs.ensure)
    dispatch(line.runtime, row_of(line, "retention").id)
    audit = select(Audit).where(Audit.what == "deleted expired data")
    assert line.runtime.read(lambda session: session.scalars(audit).all()) == []
    line.clock.forward(days=31)
    assert reason(dispatch(line.runtime, row_of(line, "retention").id)) == "2 rows ended"
    [said] = line.runtime.read(lambda session: session.scalars(audit).all())
    assert (said.who, said.after) == ("the line", "messages 2")


def test_much_at_once_is_done_in_parts_that_fit_a_job(line: TheLine) -> None:
    def many(uow: UnitOfWork) -> None:
        uow.session.execute(
            Outbox.__table__.insert(),  # type: ignore[attr-defined]
            [
                {"id": uow.new_id(), "kind": "send_message", "queue": "text", "about_id": "x", "attempts": 1,
                 "run_after": uow.now, "done_at": uow.now, "created_at": uow.now}
                for _ in range(expiry.SOME * 26)
            ],
        )  # fmt: skip

    line.runtime.do(many)
    line.runtime.do(recurring_jobs.ensure)
    line.clock.forward(days=31)
    line.runtime.do(lambda uow: uow.session.execute(update(Contact).values(heard_at=uow.now)))
    row = row_of(line, "retention")
    assert reason(dispatch(line.runtime, row.id)) == f"{expiry.SOME * 25} rows ended"
    line.clock.forward(seconds=6)
    assert reason(dispatch(line.runtime, row.id)).startswith("2")
