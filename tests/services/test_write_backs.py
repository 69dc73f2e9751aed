"""Vee answers by text what Ana left; and what nobody could take waits for the next shift."""

from __future__ import annotations

from datetime import time

import pytest
from sqlalchemy import select

from checkin.cases.models import Case
from checkin.core.unit_of_work import UnitOfWork
from checkin.relays.models import Relay
from checkin.volunteers import shifts
from checkin.volunteers.shifts import Times
from tests.cast import ANA, VAL, VEE
from tests.services.left_messages import ana_leaves_a_message, case
from tests.services.phones import ben_asks_for_a_peer, count, relay, volunteer, volunteers
from tests.the_line import TheLine


def test_vee_texts_back_and_the_two_text_until_one_is_done(line: TheLine) -> None:
    volunteers(line, VEE)
    number = ana_leaves_a_message(line, "text")
    assert f"TEXT {number}" in line.answers(VEE, f"CLAIM {number}")
    line.clock.forward(hours=2)
    assert "What you text here goes to them" in line.answers(VEE, f"TEXT {number}")
    line.answers(VEE, "I read what you wrote")
    line.carries_out()
    hello, words = line.sent_to(ANA)[-2:]
    assert "Harbor Line" in hello
    assert words == "Peer: I read what you wrote"
    assert line.answers(ANA, "thank you") == ""
    line.carries_out()
    assert line.sent_to(VEE)[-1].endswith("thank you")
    assert "here whenever" in line.answers(ANA, "DONE")
    assert relay(line).state == "ended"
    assert case(line).state == "claimed", "what is done about the case is Vee's to say"
    assert "is closed" in line.answers(VEE, f"DONE {number}")


@pytest.mark.parametrize(("answer_by", "said"), [("call", "rather not get texts"), ("none", "rather not get texts")])
def test_nobody_is_texted_who_would_rather_not(line: TheLine, answer_by: str, said: str) -> None:
    volunteers(line, VEE)
    number = ana_leaves_a_message(line, answer_by)
    assert said in line.answers(VEE, f"TEXT {number}")
    assert count(line, Relay) == 0


def test_nobody_is_texted_at_night_unless_they_wrote_just_now(line: TheLine) -> None:
    volunteers(line, VEE)
    number = ana_leaves_a_message(line, "text")
    line.clock.forward(hours=11)  # Monday, eleven at night in New York
    assert "may be texted from 08:00-22:00" in line.answers(VEE, f"TEXT {number}")


def test_our_name_is_not_said_where_she_would_rather_not_have_it(line: TheLine) -> None:
    volunteers(line, VEE)
    number = ana_leaves_a_message(line, "text", also=())
    line.answers(VEE, f"TEXT {number}")
    line.carries_out()
    assert "Harbor Line" not in line.sent_to(ANA)[-1]


def test_after_stop_she_is_not_texted(line: TheLine) -> None:
    volunteers(line, VEE)
    number = ana_leaves_a_message(line, "text")
    line.answers(ANA, "STOP")
    assert "rather not get texts" in line.answers(VEE, f"TEXT {number}")


def test_pass_gives_the_case_back_to_the_others(line: TheLine) -> None:
    volunteers(line, VEE, VAL)
    number = ana_leaves_a_message(line, "text")
    line.answers(VEE, f"TEXT {number}")
    line.answers(VEE, "PASS")
    line.carries_out()
    assert (relay(line).state, case(line).state) == ("ended", "open")
    assert f"CLAIM {number}" in line.sent_to(VAL)[-1]


def test_what_nobody_could_take_waits_for_the_next_shift_and_is_told_to_it(line: TheLine) -> None:
    volunteers(line, VEE)
    volunteers(line, VAL, always=False)

    def on_mondays_at_eight_utc(uow: UnitOfWork) -> None:
        shifts.add(uow, uow.session.merge(volunteer(line, VAL)), Times(begins=time(20), ends=time(22), days=("mon",)))

    line.runtime.do(on_mondays_at_eight_utc)
    line.answers(ANA, "PEER")
    line.answers(ANA, "it is a hard day")
    line.clock.forward(minutes=11)
    line.carries_out()
    told = " ".join(line.sent_to(ANA))
    assert "We saved what you wrote for the next peers, who are here today at 3 pm." in told
    waiting = line.runtime.read(lambda s: s.scalars(select(Case)).one())
    assert (waiting.kind, waiting.state) == ("handover", "open")
    assert not [text for text in line.sent_to(VAL) if "CLAIM" in text]
    line.clock.forward(hours=2, minutes=52)
    line.carries_out()
    assert f"CLAIM {waiting.number}" in line.sent_to(VAL)[-1]
    assert "it is a hard day" in line.answers(VAL, f"CLAIM {waiting.number}")


def test_asking_again_does_not_make_a_second_case(line: TheLine) -> None:
    volunteers(line, VEE)
    for _ in range(2):
        line.answers(ANA, "PEER")
        line.clock.forward(minutes=11)
        line.carries_out()
    assert count(line, Case) == 1


def test_with_nobody_on_shift_her_text_waits_and_she_reads_when_somebody_comes(line: TheLine) -> None:
    volunteers(line, VAL, always=False)

    def at_eight_utc(uow: UnitOfWork) -> None:
        shifts.add(uow, uow.session.merge(volunteer(line, VAL)), Times(begins=time(20), ends=time(22), days=("mon",)))

    line.runtime.do(at_eight_utc)
    assert "who are here today at 3 pm." in line.answers(ANA, "PEER")
    assert count(line, Case, Case.state == "open") == 1
    assert "The next peers are here today at 3 pm." in ben_asks_for_a_peer(line).says
    assert count(line, Case) == 1, "a caller who hears so may leave a message"


def test_once_somebody_is_with_her_nothing_waits_any_more(line: TheLine) -> None:
    line.answers(ANA, "PEER")
    volunteers(line, VEE)
    line.answers(ANA, "PEER")
    line.answers(VEE, f"TAKE {relay(line).number}")
    line.carries_out()
    assert count(line, Case, Case.state == "open") == 0


def test_with_no_shift_planned_no_time_is_promised(line: TheLine) -> None:
    line.answers(ANA, "hi")
    assert "saved what you wrote for the next peers.\n" in line.answers(ANA, "PEER") + "\n"
