"""A text of ours that arrives lifts what the network concluded; a receipt from before, or one told again, does not."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from checkin.core.unit_of_work import UnitOfWork
from checkin.delivery import network_opt_outs
from checkin.delivery import receipts as delivery_receipts
from checkin.messages import service as messages
from checkin.messages.models import Message
from checkin.reconciliation import receipts
from checkin.telephony.rules import delivery_state
from checkin.telephony.rules.arrivals import MessageStatus
from checkin.volunteers.models import Volunteer
from tests import make
from tests.cast import ANA, ODA
from tests.services.network_log import written
from tests.services.receipts import newest_to, oda_leads, receipt, volunteer
from tests.the_line import TheLine


@pytest.mark.parametrize("arrives", delivery_state.ARRIVED)
def test_a_text_that_arrives_after_all_clears_it(line: TheLine, arrives: str) -> None:
    line.answers(ANA, "hi")
    receipt(line, ANA, "undelivered", 30006)
    receipt(line, ANA, arrives)
    assert line.contact(ANA).unreachable_at is None


def test_the_networks_log_clears_it_as_well(line: TheLine) -> None:
    line.answers(ANA, "hi")
    receipt(line, ANA, "undelivered", 30006)
    row = newest_to(line, ANA)
    told = written(ANA, "hi", line.clock.now, row.sid or "")
    line.runtime.do(lambda uow: receipts.of_texts(uow, [told]))
    assert line.contact(ANA).unreachable_at is None


def test_what_was_sent_before_they_left_says_nothing_of_it(line: TheLine) -> None:
    line.answers(ANA, "hi")
    earlier = newest_to(line, ANA)
    line.clock.forward(minutes=1)
    line.answers(ANA, "what")
    receipt(line, ANA, "failed", 21610)
    told = MessageStatus(make.sid("SM"), "delivered")
    line.runtime.do(lambda uow: delivery_receipts.on_answer_receipt(uow, earlier.reply_to or "", told))
    assert line.contact(ANA).opted_out_by == "network"


def delivered_to(line: TheLine, row: Message) -> None:
    """The network says so of this answer of ours, once more as it may be."""
    told = MessageStatus(row.sid or make.sid("SM"), "delivered")
    line.runtime.do(lambda uow: delivery_receipts.on_answer_receipt(uow, row.reply_to or "", told))


def test_no_receipt_of_a_text_from_before_they_left_lifts_it_whatever_its_error(line: TheLine) -> None:
    """Whoever has seen a signed receipt can send it again: of the text that failed, and of one that failed before."""
    line.answers(ANA, "hi")
    failed_before = newest_to(line, ANA)
    receipt(line, ANA, "undelivered", 30003)
    line.clock.forward(minutes=1)
    line.answers(ANA, "what")
    refused = newest_to(line, ANA)
    receipt(line, ANA, "undelivered", 21610)
    for row in (failed_before, refused):
        delivered_to(line, row)
    assert line.contact(ANA).opted_out_by == "network"
    log = [written(ANA, "hi", line.clock.now, newest_to(line, ANA).sid or "")]
    line.runtime.do(lambda uow: receipts.of_texts(uow, log))
    assert line.contact(ANA).opted_out_by == "network"


def test_a_receipt_that_comes_again_says_nothing_new(line: TheLine) -> None:
    line.answers(ANA, "hi")
    arrived = newest_to(line, ANA)
    delivered_to(line, arrived)
    line.clock.forward(minutes=1)
    line.answers(ANA, "what")
    receipt(line, ANA, "undelivered", 30006)
    delivered_to(line, arrived)
    assert line.contact(ANA).unreachable_at is not None


def test_a_text_that_is_sent_after_it_and_arrives_lifts_it(line: TheLine) -> None:
    oda_leads(line)
    line.answers(ANA, "hi")
    receipt(line, ANA, "failed", 21610)
    line.runtime.do(lambda uow: network_opt_outs.stopped(uow, uow.session.scalars(select(Volunteer)).one()))
    line.clock.forward(minutes=1)

    def send(uow: UnitOfWork) -> list[str]:
        contact = uow.session.merge(line.contact(ANA))
        lead = uow.session.scalars(select(Volunteer)).one()
        return [
            messages.write(uow, line="default", body="hi", kind="reply", contact=contact).id,
            messages.write(uow, line="default", body="hi", kind="alert", volunteer=lead).id,
        ]

    for sent in line.runtime.do(send):
        told = MessageStatus(make.sid("SM"), "delivered")
        line.runtime.do(lambda uow, sent=sent, told=told: delivery_receipts.on_receipt(uow, sent, told))
    assert line.contact(ANA).opted_out_at is None
    assert volunteer(line, ODA).stopped_at is None


def test_a_receipt_of_a_text_costs_no_more_for_looking(line: TheLine, statements: list[str]) -> None:
    line.answers(ANA, "hi")
    statements.clear()
    receipt(line, ANA, "sent")
    sent = len(statements)
    statements.clear()
    receipt(line, ANA, "delivered")
    assert len(statements) <= sent
