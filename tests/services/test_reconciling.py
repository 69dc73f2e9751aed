"""What never reached us is found in the network's log, and whoever it came from hears from us, once."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from checkin.cases.models import Case
from checkin.core.unit_of_work import UnitOfWork
from checkin.dispatch.dispatcher import dispatch
from checkin.messages.models import Conversation, Message
from checkin.outbox import recurring_jobs
from checkin.outbox.models import Outbox
from checkin.outbox.outcomes import Retry
from checkin.reconciliation.jobs import compare
from checkin.telephony.port import TryLater
from checkin.volunteers.models import Alert
from tests import make
from tests.cast import ANA, BEN, VEE
from tests.services.living import agrees, prefers
from tests.services.network_log import called, texted, written
from tests.the_line import TheLine

LANDLINE = "+442079460123"


def ago(line: TheLine, **length: float) -> datetime:
    return line.clock.now - timedelta(**length)


def compared(line: TheLine) -> Counter[str]:
    return compare(line.runtime, ago(line, days=2))


def cases(line: TheLine) -> list[Case]:
    return line.runtime.read(lambda session: list(session.scalars(select(Case))))


def test_a_text_that_came_while_we_were_away_is_answered_late_as_that_text(line: TheLine) -> None:
    line.network.text_log.append(texted(ANA, "CHECKIN", ago(line, hours=1)))
    assert compared(line) == {"texts answered": 1}
    line.carries_out()
    [said] = line.sent_to(ANA)
    assert said.startswith("Sorry, we were away")
    assert "1" in said, "the check-in asks its question"
    assert "didn't get" not in line.answers(ANA, "5"), "and her answer goes on in it"
    row = line.runtime.read(
        lambda session: session.scalars(select(Message).where(Message.inbound).order_by(Message.created_at)).first()
    )
    assert row is not None
    assert row.created_at == ago(line, hours=1), "it says when it came, not when it was found"


def test_in_spanish_to_whoever_speaks_it(line: TheLine) -> None:
    line.answers(ANA, "espanol")
    line.clock.forward(hours=2)
    line.network.text_log.append(texted(ANA, "MENU", ago(line, hours=1)))
    compared(line)
    line.carries_out()
    assert any(said.startswith("Disculpe") for said in line.sent_to(ANA))


def test_run_twice_it_is_answered_once(line: TheLine) -> None:
    line.network.text_log.append(texted(ANA, "hi", ago(line, hours=1)))
    compared(line)
    assert compared(line) == {}
    line.carries_out()
    assert len(line.sent_to(ANA)) == 1


def test_a_webhook_that_comes_after_all_is_not_answered_again(line: TheLine) -> None:
    late = texted(ANA, "hi", ago(line, minutes=30))
    line.network.text_log.append(late)
    compared(line)
    assert line.answers(ANA, "hi", sid=late.sid) == ""


def test_what_has_only_just_come_is_left_to_its_webhook(line: TheLine) -> None:
    line.network.text_log.append(texted(ANA, "hi", ago(line, seconds=30)))
    assert compared(line) == {}


def test_an_old_text_is_put_before_a_person_and_the_team_is_told(line: TheLine) -> None:
    vee = line.runtime.do(lambda uow: make.volunteer(uow, VEE, "Vee"))
    line.network.text_log.append(texted(ANA, "is anyone there", ago(line, hours=9)))
    assert compared(line) == {"texts to a person": 1}
    line.carries_out()
    [case] = cases(line)
    assert (case.kind, case.priority) == ("message", "soon")
    assert make.decrypted(line.runtime, case, "words_encrypted") == "is anyone there"
    assert line.sent_to(ANA) == []
    assert any(str(case.number) in text for text in line.sent_to(VEE)), vee.id


def test_an_old_cry_is_urgent_and_an_alert(line: TheLine) -> None:
    line.network.text_log.append(texted(ANA, "i want to kill myself", ago(line, hours=9)))
    compared(line)
    assert [case.priority for case in cases(line)] == ["urgent"]
    assert line.runtime.read(lambda session: session.scalars(select(Alert.kind)).all()) == ["crisis"]


def test_stop_counts_however_late_it_is_found(line: TheLine) -> None:
    line.answers(ANA, "hi")
    line.clock.forward(days=1)
    line.network.text_log.append(texted(ANA, "STOP", ago(line, hours=20)))
    compared(line)
    line.carries_out()
    assert line.contact(ANA).opted_out_at is not None
    assert line.sent_to(ANA) == []


def test_what_a_newer_text_has_overtaken_does_not_disturb_the_talk(line: TheLine) -> None:
    line.answers(ANA, "CHECKIN")
    line.network.text_log.append(texted(ANA, "hello?", ago(line, hours=1)))
    assert compared(line) == {"texts to a person": 1}
    assert line.sent_to(ANA) == []


def test_several_texts_of_one_person_are_handled_in_order_with_one_apology(line: TheLine) -> None:
    line.network.text_log += [texted(ANA, "CHECKIN", ago(line, hours=1)), texted(ANA, "5", ago(line, minutes=59))]
    assert compared(line) == {"texts answered": 2}
    line.carries_out()
    said = line.sent_to(ANA)
    assert [text.startswith("Sorry") for text in said] == [True, False]


def test_a_volunteers_text_is_obeyed_without_an_apology(line: TheLine) -> None:
    line.runtime.do(lambda uow: make.volunteer(uow, VEE, "Vee", always=False, on_duty=False))
    line.network.text_log.append(texted(VEE, "ON", ago(line, hours=1)))
    assert compared(line) == {"texts answered": 1}
    line.carries_out()
    [said] = line.sent_to(VEE)
    assert "Sorry" not in said


def test_a_call_that_got_an_error_is_followed_by_one_text(line: TheLine) -> None:
    line.network.call_log += [called(BEN, ago(line, hours=1)), called(BEN, ago(line, minutes=50))]
    assert compared(line) == {"calls texted": 1, "calls stored": 1}
    assert compared(line) == {}
    line.carries_out()
    [said] = line.sent_to(BEN)
    assert "we couldn't answer" in said
    assert "988" in said


@pytest.mark.parametrize("status", ["busy", "no-answer", "canceled", "failed"])
def test_however_the_call_ended(line: TheLine, status: str) -> None:
    line.network.call_log.append(called(BEN, ago(line, hours=1), status))
    assert compared(line) == {"calls texted": 1}


def test_who_texted_too_hears_from_us_once(line: TheLine) -> None:
    line.network.text_log.append(texted(BEN, "hi", ago(line, hours=1)))
    line.network.call_log.append(called(BEN, ago(line, minutes=58)))
    assert compared(line) == {"texts answered": 1, "calls stored": 1}


def test_who_got_through_since_is_not_bothered(line: TheLine) -> None:
    line.network.call_log.append(called(BEN, ago(line, hours=1)))
    line.rings(BEN)
    assert compared(line) == {"calls stored": 1}
    assert line.sent_to(BEN) == []


def test_a_withheld_caller_is_counted_and_never_written_to(line: TheLine) -> None:
    line.network.call_log.append(called("anonymous", ago(line, hours=1)))
    assert compared(line) == {"calls stored": 1}
    line.carries_out()
    assert line.network.texts == []


def test_a_landline_or_one_who_left_is_called_back_by_a_person(line: TheLine) -> None:
    line.answers(ANA, "STOP")
    line.clock.forward(hours=2)
    line.network.call_log += [called(LANDLINE, ago(line, hours=1)), called(ANA, ago(line, hours=1))]
    assert compared(line) == {"calls to a person": 2}
    line.carries_out()
    assert line.network.texts == []
    assert len(cases(line)) == 2


def test_a_call_that_we_answered_is_none_of_them(line: TheLine) -> None:
    call = line.rings(BEN)
    line.network.call_log.append(called(BEN, ago(line, minutes=5), sid=call.sid))
    compared(line)
    ended = line.runtime.read(lambda session: session.scalars(select(Conversation.ended_at)).one())
    assert ended is not None, "its end, of which nobody told us, is known now"
    assert line.sent_to(BEN) == []


def test_receipts_that_never_came_are_caught_up_with(line: TheLine) -> None:
    said = line.answers(ANA, "hi")
    line.clock.forward(minutes=10)
    sid = make.sid("SM")
    line.network.text_log.append(written(ANA, said, ago(line, minutes=10), sid))
    assert compared(line) == {"receipts of texts": 1}
    assert compared(line) == {}

    def answer(uow: UnitOfWork) -> tuple[str | None, str]:
        row = uow.session.scalars(select(Message).where(Message.inbound.is_(False))).one()
        return row.sid, row.status

    assert line.runtime.do(answer) == (sid, "delivered")


def test_an_answer_that_was_lost_with_the_web_process_is_sent_once(line: TheLine) -> None:
    said = line.answers(ANA, "hi")
    heard = line.answers(BEN, "hi")
    line.network.text_log.append(written(BEN, heard, line.clock.now, make.sid("SM"), "sent"))
    assert compared(line) == {}, "it may still be on its way"
    line.clock.forward(minutes=6)
    assert compared(line) == {"receipts of texts": 1, "answers sent again": 1}
    assert compared(line) == {}
    line.carries_out()
    assert line.sent_to(ANA) == [said]
    assert line.sent_to(BEN) == []


def test_an_old_answer_does_not_come_after_newer_ones(line: TheLine) -> None:
    line.answers(ANA, "hi")
    line.clock.forward(minutes=8)
    line.answers(ANA, "CHECKIN")
    line.clock.forward(minutes=4)
    assert compared(line) == {}
    line.clock.forward(minutes=2)
    assert compared(line) == {"answers sent again": 1}
    line.carries_out()
    assert "How are you today" in line.sent_to(ANA)[0]


def test_stop_that_is_found_after_start_does_not_undo_it(line: TheLine) -> None:
    line.answers(ANA, "hi")
    line.clock.forward(minutes=30)
    line.answers(ANA, "START")
    line.network.text_log.append(texted(ANA, "STOP", ago(line, minutes=20)))
    line.clock.forward(minutes=5)
    assert compared(line)["texts stored"] == 1
    assert line.contact(ANA).opted_out_at is None


def test_a_missed_caller_who_would_rather_get_no_texts_is_a_persons_to_call_back(line: TheLine) -> None:
    agrees(line, BEN, "calls")
    prefers(line, BEN)
    line.network.call_log.append(called(BEN, ago(line, minutes=10)))
    assert compared(line) == {"calls to a person": 1}
    line.carries_out()
    assert line.sent_to(BEN) == []


def test_a_missed_caller_whom_texts_do_not_reach_is_not_left_with_one(line: TheLine) -> None:
    agrees(line, BEN)

    def unreachable(uow: UnitOfWork) -> None:
        uow.session.merge(line.contact(BEN)).unreachable_at = uow.now

    line.runtime.do(unreachable)
    line.network.call_log.append(called(BEN, ago(line, minutes=10)))
    assert compared(line) == {"calls to a person": 1}


@pytest.mark.parametrize("number", ["+88216100123", "+447911123456"])
def test_calls_from_numbers_that_cost_a_lot_draw_no_texts(line: TheLine, number: str) -> None:
    line.network.call_log.append(called(number, ago(line, minutes=10)))
    assert compared(line) == {"calls to a person": 1}
    line.carries_out()
    assert line.sent_to(number) == []


def test_the_job_comes_again_and_a_log_that_cannot_be_read_is_read_a_little_later(line: TheLine) -> None:
    assert line.runtime.do(recurring_jobs.ensure) == 6
    assert line.runtime.do(recurring_jobs.ensure) == 0

    def recurring_job(uow: UnitOfWork) -> Outbox:
        return uow.session.scalars(select(Outbox).where(Outbox.kind == "reconcile")).one()

    line.network.fail.append(TryLater("could not read its log"))
    row = line.runtime.do(recurring_job)
    assert isinstance(dispatch(line.runtime, row.id), Retry)
    assert line.runtime.do(recurring_job).run_after - line.clock.now == timedelta(seconds=4)
    line.clock.forward(seconds=5)
    outcome = dispatch(line.runtime, row.id)
    assert isinstance(outcome, Retry)
    assert outcome.reason == "nothing missing"
    row = line.runtime.do(recurring_job)
    assert row.run_after - line.clock.now <= timedelta(minutes=5)
    assert (row.attempts, row.done_at) == (0, None)
    assert line.runtime.read(lambda session: session.scalar(select(func.count()).select_from(Outbox))) == 6
