"""Whoever is forgotten is forgotten at the network too: its log names numbers, so its entries go, not just words."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from checkin.accounts.page_sessions import CurrentUser
from checkin.contacts.models import Contact
from checkin.core.unit_of_work import UnitOfWork
from checkin.delivery import receipts as delivery_receipts
from checkin.messages.models import Conversation, FollowUp, Message
from checkin.outbox.models import Outbox
from checkin.reconciliation.jobs import compare
from checkin.telephony.port import Refused, TryLater
from checkin.telephony.rules.arrivals import MessageStatus
from checkin.volunteers.models import Alert
from checkin.web.console.people import service as people
from tests import make
from tests.cast import ANA, BEN, VEE
from tests.services.living import lives
from tests.services.network_log import called, texted, written
from tests.services.phones import relay, volunteers
from tests.the_line import TheLine

WHATSAPP = "whatsapp:+15555550101"


def forgets(line: TheLine, who: str = ANA) -> str:
    """They ask for it and are sure. Answers the id of their last text."""
    line.answers(who, "FORGET")
    sid = make.sid("SM")
    line.answers(who, "FORGET", sid=sid)
    return sid


def receipts(line: TheLine, status: str) -> list[str]:
    """Every answer that left in a response gets its receipt. Answers the ids that the network gave them."""

    def tell(uow: UnitOfWork) -> list[str]:
        asked = select(Message).where(Message.status == "answered", Message.reply_to.is_not(None))
        told = []
        for row in uow.session.scalars(asked).all():
            told.append(make.sid("SM"))
            delivery_receipts.on_answer_receipt(uow, row.reply_to or "", MessageStatus(told[-1], status))
        return told

    return line.runtime.do(tell)


def ours(line: TheLine) -> list[str]:
    return sorted(sid for sid in line.runtime.read(lambda s: s.scalars(select(Message.sid)).all()) if sid)


def the_row(line: TheLine) -> Outbox:
    asked = select(Outbox).where(Outbox.kind == "erase_at_network")
    return line.runtime.read(lambda session: session.scalars(asked).one())


def test_every_text_of_theirs_is_deleted_at_the_network_and_nobody_elses(line: TheLine) -> None:
    line.answers(BEN, "hi")
    bens = ours(line)
    line.answers(ANA, "hi")
    sid = forgets(line)
    line.carries_out()
    assert sid in line.network.gone
    assert set(line.network.gone) == set(ours(line)) - set(bens)


def test_an_answer_is_deleted_once_its_receipt_says_that_it_arrived(line: TheLine) -> None:
    forgets(line)
    line.carries_out()
    before = len(line.network.gone)
    on_their_way = receipts(line, "sending")
    lives(line, timedelta(minutes=5))
    assert len(line.network.gone) == before, "what is on its way cannot be deleted"
    assert the_row(line).done_at is None

    def arrive(uow: UnitOfWork) -> None:
        for sid in on_their_way:
            row = uow.session.scalars(select(Message).where(Message.sid == sid)).one()
            delivery_receipts.update_status(uow, row, MessageStatus(sid, "delivered"))

    line.runtime.do(arrive)
    lives(line, timedelta(minutes=20))
    assert set(on_their_way) <= set(line.network.gone)
    assert the_row(line).outcome == "done"


def test_a_repeat_of_the_very_text_is_still_known_as_one(line: TheLine) -> None:
    sid = forgets(line)
    line.carries_out()
    assert line.network.gone.count(sid) == 1
    line.answers(ANA, "FORGET", sid=sid)
    assert len(line.runtime.read(lambda s: list(s.scalars(select(Contact))))) == 1


def test_calls_go_as_well_also_those_that_nobody_picked_up(line: TheLine) -> None:
    call = line.rings(ANA)
    call.hangs_up()
    tried = [make.sid("CA") for _ in range(3)]

    def not_enqueued(uow: UnitOfWork) -> None:
        row = FollowUp(
            id=make.new_id(), line="default", contact_id=line.contact(ANA).id, flow="check_in", key="x", tries=3,
            planned_for=line.clock.now, due_at=line.clock.now, state="unanswered", created_at=line.clock.now,
            call_sid=tried[2], earlier_calls=tried[:2],
        )  # fmt: skip
        uow.session.add(row)

    line.runtime.do(not_enqueued)
    forgets(line)
    line.carries_out()
    assert {call.sid, *tried} <= set(line.network.gone)
    assert [sid for sid in line.network.gone if line.network.gone.count(sid) > 1] == []


def test_a_call_that_goes_on_is_deleted_after_its_end(line: TheLine) -> None:
    call = line.rings(ANA)
    forgets(line)
    line.carries_out()
    assert call.sid not in line.network.gone
    call.hangs_up()
    lives(line, timedelta(minutes=2))
    assert call.sid in line.network.gone
    gone = select(Conversation.gone_at).where(Conversation.call_sid == call.sid)
    assert line.runtime.read(lambda session: session.scalar(gone)) is not None


def test_the_talk_in_which_they_asked_is_blanked_as_well(line: TheLine) -> None:
    forgets(line)
    line.carries_out()
    [talk] = line.runtime.read(lambda s: list(s.scalars(select(Conversation))))
    assert (talk.position_encrypted, talk.reply_encrypted) == (b"", None)


_ALERTS = select(Alert.rule).where(Alert.kind == "set_aside")


@pytest.mark.long
def test_what_the_network_refuses_is_asked_for_again_and_told_after_days(line: TheLine) -> None:
    forgets(line)
    lives(line, timedelta(days=1, hours=1))
    line.network.gone.clear()
    line.answers(BEN, "hi")
    forgets(line, BEN)
    line.network.fail.extend([Refused("could not delete a text: the network answered 403")] * 9000)
    lives(line, timedelta(days=14))
    assert "erase_at_network" not in line.runtime.read(lambda session: session.scalars(_ALERTS).all())
    lives(line, timedelta(days=2))
    line.network.fail.clear()
    assert line.network.gone == []
    assert "erase_at_network" in line.runtime.read(lambda session: session.scalars(_ALERTS).all())


def test_a_worker_that_dies_in_between_deletes_the_rest(line: TheLine) -> None:
    line.answers(ANA, "hi")
    forgets(line)
    line.network.fail.append(TryLater("could not delete a text: the network can't be reached"))
    line.carries_out()
    assert len(line.network.gone) == len(ours(line)) - 1
    lives(line, timedelta(minutes=2))
    assert set(line.network.gone) == set(ours(line))


def ago(line: TheLine, **length: float) -> datetime:
    return line.clock.now - timedelta(**length)


def test_the_log_brings_nobody_back_who_was_forgotten(line: TheLine) -> None:
    forgets(line)
    line.carries_out()
    missed, rang = texted(ANA, "hello?", ago(line, minutes=20)), called(ANA, ago(line, minutes=10))
    line.network.text_log += [missed, texted(BEN, "hi", ago(line, minutes=5))]
    line.network.call_log.append(rang)
    line.clock.forward(minutes=10)
    assert compare(line.runtime, ago(line, days=2)) == {"texts answered": 1, "deleted of forgotten people": 2}
    line.carries_out()
    assert line.sent_to(ANA) == []
    assert {missed.sid, rang.sid} <= set(line.network.gone)
    assert len(line.sent_to(BEN)) == 1
    assert compare(line.runtime, ago(line, days=2)) == {}


def test_nor_whoever_wrote_from_an_app_and_was_forgotten(line: TheLine) -> None:
    """They have no number, and are known by their address there. Somebody else who writes from an app is heard."""
    line.answers(WHATSAPP, "hi")
    oda = CurrentUser("s", "o" * 32, "lead", "default", "Oda", "en")

    def forget(uow: UnitOfWork) -> None:
        people.forget(uow, uow.session.scalars(select(Contact)).one(), "they asked for it", oda)

    line.runtime.do(forget)
    line.carries_out()
    missed = texted(WHATSAPP, "hello?", ago(line, minutes=20))
    line.network.text_log += [missed, texted("whatsapp:+15555550199", "hi", ago(line, minutes=5))]
    line.clock.forward(minutes=10)
    assert compare(line.runtime, ago(line, days=2)) == {"texts to a person": 1, "deleted of forgotten people": 1}
    assert missed.sid in line.network.gone
    line.clock.forward(hours=1)
    line.network.text_log.append(texted(WHATSAPP, "me again", ago(line, minutes=10)))
    assert compare(line.runtime, ago(line, days=2)) == {"texts to a person": 1}, "who comes back is somebody new"


def test_callers_without_a_number_are_nobody_who_was_forgotten(line: TheLine) -> None:
    forgets(line)
    line.network.call_log.append(called("anonymous", ago(line, minutes=20)))
    line.clock.forward(minutes=10)
    assert "deleted of forgotten people" not in compare(line.runtime, ago(line, days=2))


def test_the_answer_to_forget_goes_even_when_its_receipt_never_came(line: TheLine) -> None:
    forgets(line)
    sid, a_moment_later = make.sid("SM"), line.clock.now + timedelta(seconds=1)
    line.network.text_log.append(written(ANA, "You are forgotten.", a_moment_later, sid))
    line.clock.forward(minutes=10)
    compare(line.runtime, ago(line, days=1))
    assert sid in line.network.gone


def test_who_texts_again_later_is_answered_as_anybody_new(line: TheLine) -> None:
    forgets(line)
    line.clock.forward(hours=1)
    line.network.text_log.append(texted(ANA, "hi", ago(line, minutes=10)))
    assert compare(line.runtime, ago(line, days=1)) == {"texts answered": 1}


def test_what_carried_their_words_to_a_volunteer_goes_and_the_volunteer_is_told_that_they_left(line: TheLine) -> None:
    volunteers(line, VEE)
    line.answers(ANA, "PEER")
    line.answers(VEE, f"TAKE {relay(line).number}")
    line.answers(ANA, "it is a heavy day")
    line.carries_out()
    asked = select(Message).where(Message.kind == "relay", Message.volunteer_id.is_not(None))

    def arrive(uow: UnitOfWork) -> str | None:
        row = uow.session.scalars(asked).one()
        delivery_receipts.update_status(uow, row, MessageStatus(row.sid or "", "delivered"))
        return row.sid

    carried = line.runtime.do(arrive)
    alias, before = line.contact(ANA).alias, len(line.sent_to(VEE))
    forgets(line)
    line.carries_out()
    [row] = line.runtime.read(lambda session: list(session.scalars(asked)))
    assert row.body_encrypted is None
    assert carried in line.network.gone
    assert alias in "".join(line.sent_to(VEE)[before:]), "Vee hears that the talk is over"
