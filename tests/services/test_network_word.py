"""What the network says of a phone is no word of the person who holds it, and is lifted by the next sign of them."""

from __future__ import annotations

from datetime import timedelta
from typing import TypeVar

import pytest
from sqlalchemy import select

from checkin.gateway.port import Refused
from checkin.models.contacts import Consent, Contact
from checkin.models.conversations import Alert, Message
from checkin.models.outbox import FollowUp
from checkin.models.volunteers import Volunteer
from checkin.policies import policy_of_line
from checkin.queries import candidates
from checkin.rules.arrivals import MessageStatus
from checkin.services import last_words, lines, messages
from checkin.services.reconciling import receipts
from checkin.work import Work
from tests import make
from tests.cast import ANA, BEN, LINE, ODA, REX, VAL, VEE
from tests.services.network_log import written
from tests.the_line import TheLine

Row = TypeVar("Row")

STOP_FOR_TOLL_FREE = 30004
TOLL_FREE = "+18005550100"


def rows(line: TheLine, table: type[Row]) -> list[Row]:
    return line.runtime.read(lambda session: list(session.scalars(select(table))))


def alerts(line: TheLine) -> list[str]:
    return [one.kind for one in rows(line, Alert)]


def newest_to(line: TheLine, e164: str) -> Message:
    """The newest text of ours to this number."""

    def find(work: Work) -> Message:
        key = work.vault.look_up("number:default", e164)
        whose = (Contact.number_key == key) | (Volunteer.number_key == key)
        asked = (
            select(Message)
            .outerjoin(Contact, Contact.id == Message.contact_id)
            .outerjoin(Volunteer, Volunteer.id == Message.volunteer_id)
            .where(whose, Message.inbound.is_(False))
            .order_by(Message.created_at.desc(), Message.id.desc())
        )
        return work.session.scalars(asked).first()  # type: ignore[return-value]

    return line.runtime.do(find)


def receipt(line: TheLine, e164: str, status: str, code: int | None = None) -> None:
    """The network tells how the newest text to this number fared, and what follows is done."""
    row = newest_to(line, e164)
    told = MessageStatus(row.sid or make.sid("SM"), status, code)
    if row.reply_to:
        sid = row.reply_to
        line.runtime.do(lambda work: messages.answer_status(work, sid, told))
    else:
        line.runtime.do(lambda work: messages.status(work, row.id, told))
    line.carries_out()


def fails_for_good(line: TheLine, e164: str, code: int) -> None:
    """The same error, for the text and for every other try at it."""
    receipt(line, e164, "undelivered", code)
    for _ in range(3):
        line.clock.forward(minutes=31)
        line.carries_out()
        receipt(line, e164, "undelivered", code)


def oda_leads(line: TheLine) -> None:
    line.runtime.do(lambda work: make.volunteer(work, ODA, "Oda", lead=True, always=False))


def volunteer(line: TheLine, e164: str) -> Volunteer:
    key = make.vault().look_up("number:default", e164)
    return next(one for one in rows(line, Volunteer) if one.number_key == key)


def test_no_signal_is_no_stop(line: TheLine) -> None:
    """The finding: one such receipt, and who says that they want to die is not answered, and nobody is told."""
    oda_leads(line)
    line.answers(ANA, "hi")
    receipt(line, ANA, "undelivered", 30004)
    ana = line.contact(ANA)
    assert (ana.opted_out_at, ana.unreachable_at) == (None, None)
    assert [one.given for one in rows(line, Consent)] == []
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
    line.answers(ANA, "STOP")
    receipt(line, ANA, "failed", 21610)
    assert line.contact(ANA).opted_out_by is None


def test_a_restored_backup_hears_of_their_words_alone(line: TheLine) -> None:
    line.answers(ANA, "hi")
    receipt(line, ANA, "failed", 21610)
    assert line.runtime.do(last_words.all_of) == []
    line.answers(ANA, "STOP")
    assert [word.given for word in line.runtime.do(last_words.all_of)] == [False]


@pytest.mark.parametrize("code", [30006, 21612, 21614])
def test_texts_that_did_not_reach_them_are_forgotten_when_they_write(line: TheLine, code: int) -> None:
    line.answers(ANA, "hi")
    receipt(line, ANA, "undelivered", code)
    assert line.contact(ANA).unreachable_at is not None
    for words in ("CHECKIN", "4", "yes"):
        line.answers(ANA, words)
    assert line.contact(ANA).unreachable_at is None
    assert [one.state for one in rows(line, FollowUp)] == ["planned"]


def test_a_text_that_arrives_after_all_clears_it(line: TheLine) -> None:
    line.answers(ANA, "hi")
    receipt(line, ANA, "undelivered", 30006)
    receipt(line, ANA, "delivered")
    assert line.contact(ANA).unreachable_at is None


def test_the_networks_log_clears_it_as_well(line: TheLine) -> None:
    line.answers(ANA, "hi")
    receipt(line, ANA, "undelivered", 30006)
    row = newest_to(line, ANA)
    told = written(ANA, "hi", line.clock.now, row.sid or "")
    line.runtime.do(lambda work: receipts.of_texts(work, [told]))
    assert line.contact(ANA).unreachable_at is None


def test_what_was_sent_before_they_left_says_nothing_of_it(line: TheLine) -> None:
    line.answers(ANA, "hi")
    earlier = newest_to(line, ANA)
    line.clock.forward(minutes=1)
    line.answers(ANA, "what")
    receipt(line, ANA, "failed", 21610)
    told = MessageStatus(make.sid("SM"), "delivered")
    line.runtime.do(lambda work: messages.answer_status(work, earlier.reply_to or "", told))
    assert line.contact(ANA).opted_out_by == "network"


def test_on_a_call_no_text_is_promised_to_a_number_that_takes_none(line: TheLine) -> None:
    line.answers(BEN, "hi")
    receipt(line, BEN, "undelivered", 30006)
    ben = line.rings(BEN)
    ben.presses("3")
    ben.presses("4")
    assert rows(line, FollowUp) == []
    assert "yes" not in ben.says.lower()  # nobody asks whether a text may come


def test_a_receipt_of_a_text_costs_no_more_for_looking(line: TheLine, statements: list[str]) -> None:
    line.answers(ANA, "hi")
    statements.clear()
    receipt(line, ANA, "sent")
    sent = len(statements)
    statements.clear()
    receipt(line, ANA, "delivered")
    assert len(statements) <= sent


def test_a_lead_whom_the_network_gives_up_is_told_to_the_others(line: TheLine) -> None:
    oda_leads(line)
    line.runtime.do(lambda work: make.volunteer(work, VAL, "Val", lead=True, languages=["es"], always=False))
    line.answers(ANA, "I want to kill myself")
    line.carries_out()
    receipt(line, ODA, "failed", 21610)
    assert (volunteer(line, ODA).stopped_at is not None, volunteer(line, ODA).stopped_by) == (True, "network")
    assert [words for words in line.sent_to(VAL) if "Oda ya no recibe textos" in words]
    assert "bad_number" in alerts(line)
    line.answers(ODA, "SHIFTS")
    assert volunteer(line, ODA).stopped_at is None
    line.answers(ANA, "I want to kill myself")
    line.carries_out()
    assert len([words for words in line.sent_to(ODA) if "crisis" in words]) == 2


@pytest.mark.parametrize("code", [30006, 21614])
def test_a_lead_whom_texts_do_not_reach_is_told_to_the_others_once(line: TheLine, code: int) -> None:
    oda_leads(line)
    line.runtime.do(lambda work: make.volunteer(work, VAL, "Val", lead=True, always=False))
    for _ in range(2):
        line.answers(ANA, "I want to kill myself")
        line.carries_out()
        receipt(line, ODA, "undelivered", code)
    assert volunteer(line, ODA).unreachable_at is not None
    assert len([words for words in line.sent_to(VAL) if "do not reach Oda" in words]) == 1
    receipt(line, ODA, "delivered")
    assert volunteer(line, ODA).unreachable_at is None


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
    line.runtime.do(lambda work: make.volunteer(work, VEE, "Vee"))
    line.runtime.do(
        lambda work: messages.send(
            work, line="default", volunteer=work.session.scalars(select(Volunteer)).one(), body="hello", kind="notice"
        )
    )
    line.carries_out()
    receipt(line, VEE, "failed", 21610)

    def asked(work: Work) -> dict[str, bool]:
        policy = policy_of_line(work.library.lines["default"])
        found = candidates.by_channel(work.session, "default", ("voice", "sms"), work.now, policy)
        [one] = found["voice"]
        return {
            "calls": "voice" in one.candidate.channels and not one.candidate.paused,
            "texts": "text" in one.candidate.channels,
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


def strangers(line: TheLine, count: int, code: int) -> None:
    """So many people text, and our answers to them fail like this."""
    for nth in range(count):
        number = f"+155555502{nth:02}"
        line.answers(number, "hi")
        receipt(line, number, "undelivered", code)


def test_a_code_that_nobody_knows_alarms_when_it_is_everybodys(line: TheLine) -> None:
    oda_leads(line)
    strangers(line, 2, 39999)
    assert "line_mute" not in alerts(line)
    strangers(line, 4, 39999)
    assert alerts(line).count("line_mute") == 1
    [told] = [words for words in line.sent_to(ODA) if "may not be able to send" in words]
    assert "39999" in told
    assert "doctor" not in told  # there is no such command


def test_one_person_who_gets_nothing_is_no_mute_line(line: TheLine) -> None:
    oda_leads(line)
    for _ in range(5):
        line.clock.forward(minutes=1)
        line.answers(ANA, "hello there my friend")
        receipt(line, ANA, "undelivered", 39999)
    assert "line_mute" not in alerts(line)


def test_somebody_who_is_reached_breaks_the_row(line: TheLine) -> None:
    oda_leads(line)
    strangers(line, 2, 39999)
    line.clock.forward(minutes=1)
    line.answers(ANA, "hi")
    receipt(line, ANA, "delivered")
    line.clock.forward(minutes=1)
    line.answers(BEN, "hi")
    receipt(line, BEN, "undelivered", 39999)
    assert "line_mute" not in alerts(line)


def test_a_known_code_alarms_too_when_it_is_everybodys(line: TheLine) -> None:
    """Six phones that are off in a row are not six phones."""
    oda_leads(line)
    strangers(line, 6, 30003)
    assert alerts(line).count("line_mute") == 1


def test_a_refusal_without_a_code_counts_as_well(line: TheLine) -> None:
    oda_leads(line)
    for number in (ANA, BEN, REX):
        line.answers(number, "hi")
        line.network.fail = [Refused("could not send a text: the network answered 403")]
        line.runtime.do(
            lambda work, number=number: messages.send(
                work, line="default", contact=line.contact(number), body="hello", kind="notice"
            )
        )
        line.carries_out()
    assert alerts(line).count("line_mute") == 1


def test_what_carriers_found_too_fast_slows_us_down_and_is_told(line: TheLine) -> None:
    oda_leads(line)
    line.answers(ANA, "hi")
    receipt(line, ANA, "undelivered", 30022)
    assert "line_mute" in alerts(line)
    line.clock.forward(minutes=6)
    line.carries_out()
    assert len(line.sent_to(ANA)) == 1  # the answer that was thrown away comes once more


def test_a_receipt_that_matches_nothing_is_counted(line: TheLine) -> None:
    from checkin.services.access import tallies

    told = MessageStatus(make.sid("SM"), "delivered")
    line.runtime.do(lambda work: messages.status(work, "nobody", told))
    line.runtime.do(lambda work: messages.answer_status(work, make.sid("SM"), told))
    assert line.runtime.do(lambda work: tallies.so_far(work, messages.STRAY, "texts")) == 2


def test_the_tests_line_is_no_toll_free_one() -> None:
    from checkin.rules.phone import is_toll_free

    assert is_toll_free(TOLL_FREE)
    assert is_toll_free("+18885550100")
    assert not is_toll_free(LINE)
    assert not is_toll_free("+12125550100")
    assert not is_toll_free("72345")
