"""Each error of the network has its action: the whole table, on a real line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

import pytest
from sqlalchemy import select

from checkin.contacts.models import Consent, Contact
from checkin.conversations import text_failures
from checkin.core.unit_of_work import UnitOfWork
from checkin.delivery import receipts
from checkin.messages import service as messages
from checkin.messages.models import FollowUp, Message
from checkin.telephony.port import Refused
from checkin.telephony.rules.arrivals import MessageStatus
from checkin.telephony.rules.error_codes import MEANINGS
from checkin.volunteers.models import Alert
from tests import make
from tests.cast import ANA, ODA
from tests.services.error_kinds import each_kind
from tests.the_line import TheLine

Row = TypeVar("Row")
Receipt = Callable[[int], None]


@pytest.fixture
def ana_is_written_to(line: TheLine) -> TheLine:
    """Ana agreed to check-ins; Oda leads; the first check-in has just left."""
    line.runtime.do(lambda uow: make.volunteer(uow, ODA, "Oda", lead=True))
    for words in ("CHECKIN", "5", "yes"):
        line.answers(ANA, words)
    [promised] = rows(line, FollowUp)
    line.clock.now = promised.due_at + timedelta(seconds=1)
    line.carries_out()
    assert len(line.sent_to(ANA)) == 1
    return line


@pytest.fixture
def receipt(ana_is_written_to: TheLine) -> Receipt:
    """A receipt says that the check-in failed with this error."""
    line = ana_is_written_to

    def arrives(code: int) -> None:
        [sent] = [row for row in rows(line, Message) if row.kind == "follow_up" and row.again_for is None]
        told = MessageStatus(sent.sid or "", "undelivered", code)
        line.runtime.do(lambda uow: receipts.on_receipt(uow, sent.id, told))
        line.carries_out()

    return arrives


def rows(line: TheLine, table: type[Row]) -> list[Row]:
    return line.runtime.read(lambda session: list(session.scalars(select(table))))


def alerts(line: TheLine) -> list[str]:
    return [row.kind for row in rows(line, Alert)]


def planned(line: TheLine) -> list[FollowUp]:
    return [row for row in rows(line, FollowUp) if row.state == "planned"]


def test_every_kind_of_error_has_its_action() -> None:
    assert set(text_failures.ACTIONS) == {meaning.kind for meaning in MEANINGS.values()}


@pytest.mark.parametrize("code", each_kind(MEANINGS, also=[text_failures.UNUSED]))
def test_what_a_failed_check_in_leads_to(ana_is_written_to: TheLine, receipt: Receipt, code: int) -> None:
    line, kind = ana_is_written_to, MEANINGS[code].kind
    receipt(code)
    ana, raised = line.contact(ANA), alerts(line)
    first = next(row for row in rows(line, FollowUp) if row.number == 0)
    assert (first.state, first.reason) == ("failed", MEANINGS[code].words[:120])
    assert (ana.opted_out_at is not None) == (kind == "opted_out")
    assert (ana.unreachable_at is not None) == (kind == "bad_number" and code != text_failures.UNUSED)
    assert bool(planned(line)) == (kind not in ("opted_out", "bad_number") or code == text_failures.UNUSED)
    assert ("line_mute" in raised) == (kind in ("account", "pace"))
    assert ("bad_text" in raised) == (kind == "content")
    assert ("reply_budget" in raised) == (kind == "loop") == (ana.looping_until is not None)
    assert ana.blocked_until is None  # a person blocks, no receipt
    assert len(line.sent_to(ANA)) == 1  # never the same again at once


def test_an_opt_out_at_the_network_stands_in_the_ledger(ana_is_written_to: TheLine, receipt: Receipt) -> None:
    receipt(21610)
    newest = rows(ana_is_written_to, Consent)[-1]
    assert (newest.name, newest.given, newest.channel, newest.wording_version) == (
        "texts", False, "network", "error 21610",
    )  # fmt: skip
    assert (newest.source or "").startswith("SM")


def _ana_lives_in_the_west(uow: UnitOfWork) -> None:
    """There it is not evening yet, whenever in the day she was written to."""
    for ana in uow.session.scalars(select(Contact)):
        ana.time_zone = "America/Los_Angeles"


def test_a_carrier_that_stumbles_is_asked_twice_more_half_an_hour_apart(
    ana_is_written_to: TheLine, receipt: Receipt
) -> None:
    line = ana_is_written_to
    line.runtime.do(_ana_lives_in_the_west)
    receipt(30008)
    line.clock.forward(minutes=29)
    line.carries_out()
    assert len(line.sent_to(ANA)) == 1
    for tries in (2, 3, 3):
        line.clock.forward(minutes=31)
        line.carries_out()
        assert len(line.sent_to(ANA)) == tries
        texts = [row for row in rows(line, Message) if row.kind == "follow_up" and row.sid is not None]
        newest = max(texts, key=lambda text: (text.created_at, text.sent_at, text.id))
        told = MessageStatus(newest.sid or "", "undelivered", 30008)
        line.runtime.do(lambda uow, newest=newest, told=told: receipts.on_receipt(uow, newest.id, told))
        line.carries_out()
    assert len(set(line.sent_to(ANA))) == 1


def test_another_try_is_not_made_in_the_night(ana_is_written_to: TheLine, receipt: Receipt) -> None:
    line = ana_is_written_to
    receipt(30003)
    line.clock.forward(hours=11)
    line.carries_out()
    assert len(line.sent_to(ANA)) == 1


def test_another_try_is_not_made_for_someone_who_has_reached_us_since(
    ana_is_written_to: TheLine, receipt: Receipt
) -> None:
    line = ana_is_written_to
    receipt(30008)
    line.clock.forward(minutes=5)
    line.answers(ANA, "4")
    line.clock.forward(minutes=40)
    line.carries_out()
    assert len(line.sent_to(ANA)) == 1


def test_a_number_out_of_use_is_believed_the_second_time(ana_is_written_to: TheLine, receipt: Receipt) -> None:
    line = ana_is_written_to
    receipt(30005)
    assert line.contact(ANA).unreachable_at is None
    line.clock.forward(minutes=31)
    line.carries_out()
    second = next(row for row in rows(line, Message) if row.again_for is not None)
    told = MessageStatus(second.sid or "", "failed", 30005)
    line.runtime.do(lambda uow: receipts.on_receipt(uow, second.id, told))
    line.carries_out()
    assert line.contact(ANA).unreachable_at is not None
    assert planned(line) == []
    assert "unreachable" in alerts(line)


def test_the_team_hears_of_a_mute_line_once_an_hour(ana_is_written_to: TheLine, receipt: Receipt) -> None:
    line = ana_is_written_to
    receipt(30034)
    line.network.fail = [Refused("isn't registered", 30034)]
    line.runtime.do(
        lambda uow: messages.send(uow, line="default", contact=line.contact(ANA), body="hello", kind="notice")
    )
    line.carries_out()
    assert alerts(line).count("line_mute") == 1
    assert len([text for text in line.sent_to(ODA) if "may not be able to send" in text]) == 1
