"""Very many new numbers at once: each hears where help is, once, and nobody whom we know notices anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from checkin.contacts.models import Contact
from checkin.conversations import reply_policy
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import Conversation, FollowUp, Message
from checkin.outbox import outbox
from checkin.volunteers.models import Alert
from flows.words.segments import count_segments
from tests import make
from tests.cast import ANA, BEN, VEE
from tests.services.living import agrees, follow_ups, lives
from tests.the_line import TheLine

MOST = 5


@pytest.fixture
def line(line: TheLine) -> TheLine:
    """A line that answers five new numbers in ten minutes in full."""
    ours = line.runtime.policy_of
    make.put(line.runtime, policy_of=lambda name: replace(ours(name), new_numbers=MOST))
    return line


def promise(uow: UnitOfWork, contact: Contact) -> FollowUp:
    row = FollowUp(
        id=uow.new_id(), line="default", contact_id=contact.id, flow="check_in", key="promise",
        planned_for=uow.now, due_at=uow.now, state="planned", created_at=uow.now,
    )  # fmt: skip
    uow.session.add(row)
    outbox.later(uow, "follow_up", row.id, uow.now)
    return row


def stranger(nth: int) -> str:
    return f"+1415555{nth:04d}"


def burst(line: TheLine, many: int, first: int = 1000) -> list[str]:
    return [line.answers(stranger(first + nth), "hi there, how is it going") for nth in range(many)]


def alerts(line: TheLine) -> int:
    asked = select(func.count()).select_from(Alert).where(Alert.kind == reply_policy.MANY_NEW)
    return line.runtime.read(lambda session: session.scalar(asked)) or 0


def test_those_too_many_get_the_crisis_number_once_in_one_short_text(line: TheLine) -> None:
    said = burst(line, MOST + 20)
    assert all("988" in words and "911" in words for words in said)
    assert all("A lot of people" not in words for words in said[:MOST])
    assert all("A lot of people" in words and count_segments(words) <= 2 for words in said[MOST:])
    assert line.answers(stranger(1000 + MOST), "are you a human being at all") == ""
    kept = select(func.count()).select_from(Message).where(Message.inbound)
    assert line.runtime.read(lambda session: session.scalar(kept)) == MOST + 21, "everything is kept"
    talks = line.runtime.read(lambda session: session.scalar(select(func.count()).select_from(Conversation)))
    assert talks == MOST


def test_the_leads_hear_of_it_once(line: TheLine) -> None:
    line.runtime.do(lambda uow: make.volunteer(uow, VEE, "Vee", lead=True))
    burst(line, MOST + 20)
    line.clock.forward(minutes=8)
    burst(line, MOST + 20, first=2000)
    line.carries_out()
    assert alerts(line) == 1
    assert sum("new to us" in text for text in line.sent_to(VEE)) == 1


def test_danger_help_stop_and_a_way_to_a_peer_are_answered_all_the_same(line: TheLine) -> None:
    burst(line, MOST + 1)
    assert "You matter" in line.answers(stranger(1), "i want to die")
    assert "peer support" in line.answers(stranger(2), "HELP")
    line.answers(stranger(3), "hello you all over there")
    assert "peer" in line.answers(stranger(3), "PEER")
    line.answers(stranger(4), "STOP")
    assert line.contact(stranger(4)).opted_out_at is not None


def test_whoever_we_know_notices_nothing(line: TheLine) -> None:
    line.answers(ANA, "CHECKIN")
    line.clock.forward(hours=1)
    burst(line, MOST + 5)
    assert "A lot of people" not in line.answers(ANA, "4")
    assert line.answers(ANA, "MENU")


def test_it_lets_go_by_itself_and_whoever_waited_is_greeted(line: TheLine) -> None:
    burst(line, MOST + 1)
    line.clock.forward(minutes=11)
    assert "A lot of people" not in line.answers(BEN, "hi")
    assert "A lot of people" not in line.answers(stranger(1000 + MOST), "hi again, is this on")
    assert line.contact(stranger(1000 + MOST)).greeted_at is not None


def test_in_spanish_too(line: TheLine) -> None:
    words = make.library().words["es"].sentences["many_new"].pick("sms", ("es",))
    assert words is not None
    assert "crisis" in words.text


def test_follow_ups_wait_until_it_is_over(line: TheLine) -> None:
    ben = agrees(line, BEN, "check_ins")
    row = line.runtime.do(lambda uow: promise(uow, ben))
    burst(line, MOST + 1)
    line.carries_out()
    assert line.sent_to(BEN) == []
    lives(line, timedelta(minutes=15))
    assert len(line.sent_to(BEN)) == 1
    assert [up.state for up in follow_ups(line) if up.id == row.id] == ["sent"]
