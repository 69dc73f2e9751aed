"""What the network says of a phone is no word of the person who holds it, and is lifted by the next sign of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from checkin.compliance import erasures
from checkin.contacts.models import Consent
from checkin.core import lines
from checkin.core.policies import policy_of_line
from checkin.core.rules.phone import is_toll_free
from checkin.core.unit_of_work import UnitOfWork
from checkin.delivery import receipts
from checkin.messages import service as messages
from checkin.messages.models import FollowUp
from checkin.relays import candidates
from checkin.telephony.rules.arrivals import MessageStatus
from checkin.volunteers.models import Volunteer
from tests import make
from tests.cast import ANA, BEN, LINE, ODA, REX, VAL, VEE
from tests.services.phones import relay
from tests.services.receipts import alerts, fails_for_good, newest_to, oda_leads, receipt, rows, volunteer
from tests.the_line import TheLine

STOP_FOR_TOLL_FREE = 30004
TOLL_FREE = "+18005550100"


def test_no_signal_is_no_stop(line: TheLine) -> None:
    """The finding: one such receipt, and who says that they want to die is not answered, and nobody is told."""
    oda_leads(line)
    line.answers(ANA, "hi")
    receipt(line, ANA, "undelivered", 30004)
    ana = line.contact(ANA)
    assert (ana.opted_out_at, ana.unreachable_at) == (None, None)
    assert [row.given for row in rows(line, Consent)] == []
    assert "988" in line.answers(ANA, "I want to kill myself")
    assert "crisis" in alerts(line)
    assert "opted_out_texts" not in alerts(line)


def test_a_block_without_a_reason_is_a_bad_number_after_two_more_tries(line: TheLine) -> None:
    oda_leads(line)
    line.answers(ANA, "hi")
    fails_for_good(line, ANA, 30004)
    assert len(line.sent_to(ANA)) == 2
    ana = line.contact(ANA)
    assert ana.opted_out_at is None
    assert ana.unreachable_at is not None
    assert line.answers(ANA, "hello?") != ""
    assert line.contact(ANA).unreachable_at is None


def test_only_a_toll_free_line_takes_it_for_stop_and_only_until_they_write(
    line: TheLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    line.answers(ANA, "hi")
    monkeypatch.setattr(lines, "number_of", lambda _work, _line: TOLL_FREE)
    fails_for_good(line, ANA, STOP_FOR_TOLL_FREE)
    ana = line.contact(ANA)
    assert ana.opted_out_by == "network"
    assert rows(line, Consent) == []  # a conclusion is no consent that was taken back
    assert line.answers(ANA, "are you there") != ""
    assert line.contact(ANA).opted_out_at is None


def test_what_the_network_says_of_stop_is_lifted_by_their_next_word(line: TheLine) -> None:
    oda_leads(line)
    line.answers(ANA, "hi")
    receipt(line, ANA, "failed", 21610)
    ana = line.contact(ANA)
    assert (ana.opted_out_at is not None, ana.opted_out_by) == (True, "network")
    assert "opted_out_texts" in alerts(line)  # they wrote, and our answer does not reach them: a person knows
    assert "988" in line.answers(ANA, "I want to kill myself")
    assert "crisis" in alerts(line)
    ana = line.contact(ANA)
    assert (ana.opted_out_at, ana.opted_out_by) == (None, None)


def test_what_they_said_themselves_is_theirs_to_take_back(line: TheLine) -> None:
    line.answers(ANA, "hi")
    receipt(line, ANA, "failed", 21610)
    line.answers(ANA, "STOP")
    ana = line.contact(ANA)
    assert (ana.opted_out_at is not None, ana.opted_out_by) == (True, None)
    assert line.answers(ANA, "hello") == ""
    assert line.contact(ANA).opted_out_at is not None
    assert line.answers(ANA, "START") != ""
    assert line.contact(ANA).opted_out_at is None


def test_the_network_never_takes_over_what_they_said(line: TheLine) -> None:
    """It refuses our goodbye to whoever has said STOP, each time: that is no news, and no alarm."""
    oda_leads(line)
    line.answers(ANA, "STOP")
    receipt(line, ANA, "failed", 21610)
    assert line.contact(ANA).opted_out_by is None
    assert [row.channel for row in rows(line, Consent)] == ["sms"]
    assert alerts(line) == []


def test_who_has_written_since_is_not_given_up_by_what_came_before(line: TheLine) -> None:
    line.answers(ANA, "hi")
    row = newest_to(line, ANA)
    for code in (21610, 30006):
        told = MessageStatus(make.sid("SM"), "failed", code)
        line.runtime.do(lambda uow, told=told: receipts.on_answer_receipt(uow, row.reply_to or "", told))
        line.clock.forward(seconds=1)
        line.answers(ANA, "what")
        line.carries_out()
    ana = line.contact(ANA)
    assert (ana.opted_out_at, ana.unreachable_at) == (None, None)
    assert rows(line, Consent) == []


def test_a_restored_backup_hears_of_their_words_alone(line: TheLine) -> None:
    line.answers(ANA, "hi")
    receipt(line, ANA, "failed", 21610)
    assert line.runtime.do(erasures.last_words) == []
    line.answers(ANA, "STOP")
    assert [word.given for word in line.runtime.do(erasures.last_words)] == [False]


@pytest.mark.parametrize("code", [30006, 21612, 21614])
def test_texts_that_did_not_reach_them_are_forgotten_when_they_write(line: TheLine, code: int) -> None:
    line.answers(ANA, "hi")
    receipt(line, ANA, "undelivered", code)
    assert line.contact(ANA).unreachable_at is not None
    for words in ("CHECKIN", "4", "yes"):
        line.answers(ANA, words)
    assert line.contact(ANA).unreachable_at is None
    assert [row.state for row in rows(line, FollowUp)] == ["planned"]


def test_on_a_call_no_text_is_promised_to_a_number_that_takes_none(line: TheLine) -> None:
    line.answers(BEN, "hi")
    receipt(line, BEN, "undelivered", 30006)
    ben = line.rings(BEN)
    ben.presses("3")
    ben.presses("4")
    assert rows(line, FollowUp) == []
    assert "yes" not in ben.says.lower()  # nobody asks whether a text may come


def test_a_lead_whom_the_network_gives_up_is_told_again_once_they_write(line: TheLine) -> None:
    oda_leads(line)
    line.answers(ANA, "I want to kill myself")
    line.carries_out()
    receipt(line, ODA, "failed", 21610)
    assert (volunteer(line, ODA).stopped_at is not None, volunteer(line, ODA).stopped_by) == (True, "network")
    line.answers(ODA, "SHIFTS")
    assert (volunteer(line, ODA).stopped_at, volunteer(line, ODA).stopped_by) == (None, None)
    line.answers(BEN, "I want to kill myself")
    line.carries_out()
    assert len([words for words in line.sent_to(ODA) if "crisis" in words]) == 2


def test_whom_a_volunteer_texts_with_goes_to_others_when_no_text_reaches_them(line: TheLine) -> None:
    line.runtime.do(lambda uow: make.volunteer(uow, VEE, "Vee"))
    line.answers(ANA, "PEER")
    line.answers(VEE, f"TAKE {relay(line).number}")
    line.carries_out()
    line.runtime.do(lambda uow: make.volunteer(uow, VAL, "Val"))
    line.answers(ANA, "are you there")
    line.carries_out()
    receipt(line, VEE, "failed", 21610)
    assert relay(line).state == "open"
    assert [words for words in line.sent_to(VAL) if "would like to text" in words]


def test_an_alert_whose_phone_was_off_is_sent_again_soon(line: TheLine) -> None:
    oda_leads(line)
    line.answers(ANA, "I want to kill myself")
    line.carries_out()
    assert len(line.sent_to(ODA)) == 1
    receipt(line, ODA, "undelivered", 30003)
    line.clock.forward(minutes=6)
    line.carries_out()
    assert len(line.sent_to(ODA)) == 2
    assert len(set(line.sent_to(ODA))) == 1


def test_whom_the_network_stopped_is_still_rung_but_not_asked_by_text(line: TheLine) -> None:
    line.runtime.do(lambda uow: make.volunteer(uow, VEE, "Vee"))
    line.runtime.do(
        lambda uow: messages.send(
            uow, line="default", volunteer=uow.session.scalars(select(Volunteer)).one(), body="hello", kind="notice"
        )
    )
    line.carries_out()
    receipt(line, VEE, "failed", 21610)

    def asked(uow: UnitOfWork) -> dict[str, bool]:
        policy = policy_of_line(uow.library.lines["default"])
        found = candidates.by_channel(uow.session, "default", ("voice", "sms"), uow.now, policy)
        [chosen] = found["voice"]
        return {
            "calls": "voice" in chosen.candidate.channels and not chosen.candidate.paused,
            "texts": "text" in chosen.candidate.channels and not chosen.candidate.paused,
        }

    assert line.runtime.do(asked) == {"calls": True, "texts": False}
    line.answers(VEE, "STOP")
    assert line.runtime.do(asked) == {"calls": False, "texts": False}


def test_a_phone_that_is_off_is_tried_for_an_evening(line: TheLine) -> None:
    line.answers(ANA, "hi")
    receipt(line, ANA, "undelivered", 30003)
    for wait in (timedelta(minutes=31), timedelta(hours=2, minutes=1)):
        line.clock.now += wait
        line.carries_out()
        receipt(line, ANA, "undelivered", 30003)
    assert len(line.sent_to(ANA)) == 2
    line.clock.now += timedelta(hours=6, minutes=1)  # eight in the evening where she is
    line.carries_out()
    again = [words for words in line.sent_to(ANA) if words.startswith("This is Harbor Line")]
    assert len(again) == 2  # so late it is no answer any more, and she may sleep
    assert line.contact(ANA).unreachable_at is None


def test_where_our_answers_go_to_and_fro_they_stop_for_a_while(line: TheLine) -> None:
    oda_leads(line)
    line.answers(REX, "hi")
    receipt(line, REX, "failed", 14107)
    assert line.answers(REX, "hi") == ""
    assert line.answers(REX, "MENU") == ""
    assert "988" in line.answers(REX, "I want to kill myself")
    assert line.answers(REX, "STOP") == ""
    assert line.contact(REX).opted_out_at is not None  # obeyed all the same
    assert "reply_budget" in alerts(line)
    line.answers(REX, "START")
    line.clock.forward(minutes=11)
    assert line.answers(REX, "hello") != ""
    assert line.rings(REX).says  # a call is no answer to a text


def test_the_tests_line_is_no_toll_free_one() -> None:
    assert is_toll_free(TOLL_FREE)
    assert is_toll_free("+18885550100")
    assert not is_toll_free(LINE)
    assert not is_toll_free("+12125550100")
    assert not is_toll_free("72345")
