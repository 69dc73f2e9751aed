"""Vee calls Ana back as the line, if Ana asked for it, and Ana is asked once more before they are joined."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from checkin.cases import answer_hours
from checkin.cases.models import Case
from checkin.cases.rules import may_answer
from checkin.contacts import service as contacts
from checkin.contacts.models import Contact
from checkin.core.rules import coverage
from checkin.core.rules.phone import PhoneNumber
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import Recording
from checkin.relays.models import Offer, Relay
from checkin.telephony.port import MaybeDone, Refused
from checkin.volunteers.duty import wanted_cover
from flows.engine.effects import PlayBack
from tests import make
from tests.cast import ANA, VAL, VEE
from tests.services.left_messages import Ana, ana_leaves_a_message, case, vee_calls
from tests.services.phones import ZOE, ben_asks_for_a_peer, count, phone_of, relay, volunteers
from tests.the_line import TheLine


def test_ana_is_called_as_the_line_and_joined_when_she_says_so(line: TheLine) -> None:
    volunteers(line, VEE)
    number = ana_leaves_a_message(line)
    vee = vee_calls(line, number)
    ana = Ana(line)
    assert (ana.call.from_, ana.call.to) == ("+15555550100", ANA)
    said = ana.picks_up()
    assert "Harbor Line" in said
    assert "message" not in said
    ana.presses("1")
    assert ana.room == vee.room == relay(line).room
    line.clock.forward(minutes=8)
    vee.comes_out()
    assert "here whenever" in ana.comes_out()
    assert (relay(line).state, count(line, Offer, Offer.live)) == ("ended", 0)


def test_vee_hears_the_case_first_and_never_the_number(line: TheLine) -> None:
    volunteers(line, VEE)
    number = ana_leaves_a_message(line)
    assert "Press 1" in line.answers(VEE, f"CALL {number}")
    line.carries_out()
    said = phone_of(line, VEE).picks_up()
    assert f"Case {number}, {line.contact(ANA).alias}" in said
    assert ANA[1:] not in said
    assert not [call for call in line.network.calls if call.to == ANA], "Ana is not called before Vee says so"


def test_vee_hears_that_there_was_danger(line: TheLine) -> None:
    volunteers(line, VEE)
    number = ana_leaves_a_message(line)
    line.answers(ANA, "i want to die")
    line.answers(VEE, f"CALL {number}")
    line.carries_out()
    said = phone_of(line, VEE).picks_up()
    assert f"{line.contact(ANA).alias}. They showed signs of danger" in said


def test_call_claims_what_nobody_has(line: TheLine) -> None:
    volunteers(line, VEE)
    number = ana_leaves_a_message(line)
    line.answers(VEE, f"CALL {number}")
    assert case(line).state == "claimed"


@pytest.mark.parametrize("answer_by", ["text", "none", None])
def test_nobody_is_called_who_did_not_ask_for_it(line: TheLine, answer_by: str | None) -> None:
    volunteers(line, VEE)
    number = ana_leaves_a_message(line, answer_by)
    assert "hasn't agreed to be called" in line.answers(VEE, f"CALL {number}")
    line.carries_out()
    assert line.network.calls == []


def test_nobody_is_called_at_night(line: TheLine) -> None:
    volunteers(line, VEE)
    number = ana_leaves_a_message(line)
    line.clock.forward(hours=11)  # Monday, eleven at night in New York
    assert "may be called from 08:00-22:00" in line.answers(VEE, f"CALL {number}")


def at(line: TheLine, zone: str, hour: int, minute: int = 0) -> None:
    """Move on to the next time when it is so late there."""
    wall = line.clock.now.astimezone(ZoneInfo(zone)).replace(hour=hour, minute=minute)
    while wall <= line.clock.now:
        wall += timedelta(days=1)
    line.clock.now = wall.astimezone(UTC)


def lives_in(line: TheLine, zone: str | None, hours: str | None = None) -> None:
    def write(uow: UnitOfWork) -> None:
        ana = uow.session.get_one(Contact, line.contact(ANA).id)
        ana.time_zone, ana.hours = zone, hours

    line.runtime.do(write)


@pytest.mark.parametrize(
    ("zone", "hours", "hour", "called"),
    [
        ("America/New_York", None, 21, True),  # the shipped line wants volunteers until ten
        ("America/New_York", None, 22, False),
        ("America/Los_Angeles", None, 20, True),  # eleven at night where the line is
        ("America/Los_Angeles", None, 7, False),  # ten in the morning there
        ("America/New_York", "17:00-21:00", 18, True),
        ("America/New_York", "17:00-21:00", 12, False),
        ("America/New_York", "22:00-02:00", 23, True),
        (None, None, 19, True),  # nobody knows where she is: where the line is, and not in all of the country
        (None, None, 9, True),
    ],
)
def test_ana_is_called_on_her_own_clock_and_in_her_own_hours(
    line: TheLine, zone: str | None, hours: str | None, hour: int, called: bool
) -> None:
    volunteers(line, VEE)
    number = ana_leaves_a_message(line)
    lives_in(line, zone, hours)
    line.clock.forward(hours=2)
    at(line, zone or "America/New_York", hour)
    assert ("Press 1 and we call" in line.answers(VEE, f"CALL {number}")) is called


def test_hours_that_cannot_be_read_give_way_to_the_day(line: TheLine) -> None:
    volunteers(line, VEE)
    number = ana_leaves_a_message(line)
    lives_in(line, "America/New_York", "whenever")
    line.clock.forward(hours=3)
    assert "Press 1" in line.answers(VEE, f"CALL {number}")


def test_she_is_called_at_any_hour_while_she_has_just_asked(line: TheLine) -> None:
    volunteers(line, VEE)
    at(line, "America/New_York", 3)
    number = ana_leaves_a_message(line)
    line.clock.forward(minutes=59)
    assert "Press 1" in line.answers(VEE, f"CALL {number}")


def test_where_her_number_is_from_may_be_where_she_is(line: TheLine) -> None:
    """Ten in the morning where the line is and seven where numbers like hers are given out: she may be asleep."""
    volunteers(line, VEE)
    at(line, "America/New_York", 10)
    someone = PhoneNumber("+14155550101")

    def open_now(uow: UnitOfWork) -> bool:
        contact = contacts.new(uow, "default", someone)
        return answer_hours.open_now(uow, contact)

    assert line.runtime.do(open_now) is False
    at(line, "America/New_York", 11)
    assert line.runtime.do(lambda w: answer_hours.open_now(w, contacts.new(w, "default", PhoneNumber("+14155550102"))))


def test_whenever_the_shipped_line_wants_volunteers_they_may_call_back(line: TheLine) -> None:
    cover = line.runtime.look(lambda uow: wanted_cover(uow, "default"))
    where = ZoneInfo("America/New_York")
    week = datetime(2026, 3, 2, tzinfo=where)
    for half_hours in range(7 * 48):
        moment = (week + timedelta(minutes=30 * half_hours)).astimezone(UTC)
        wanted = coverage.stretches(cover, [], moment, moment + timedelta(minutes=1), where)
        if wanted:
            assert may_answer(moment, ["America/New_York"], None, cover), moment.astimezone(where)


def test_another_volunteers_case_is_not_called(line: TheLine) -> None:
    volunteers(line, VEE, VAL)
    number = ana_leaves_a_message(line)
    line.answers(VEE, f"CLAIM {number}")
    assert "isn't yours" in line.answers(VAL, f"CALL {number}")


@pytest.mark.parametrize("status", ["no-answer", "busy", "failed"])
def test_when_ana_is_not_reached_vee_is_told_and_set_free(line: TheLine, status: str) -> None:
    volunteers(line, VEE)
    number = ana_leaves_a_message(line)
    vee = vee_calls(line, number)
    Ana(line).status(status)
    line.clock.forward(seconds=3)
    line.carries_out()
    assert (vee.sid, f"https://line.example/webhooks/offers/{vee.token}") in line.network.moved
    assert "couldn't be connected" in vee.picks_up()
    assert f"CALL {number} tries again" in line.sent_to(VEE)[-1]
    assert not [text for text in line.sent_to(VEE) if "How are you doing after" in text], "they have not talked"
    assert "Press 1" in line.answers(VEE, f"CALL {number}")


@pytest.mark.parametrize("keys", ["2", None])
def test_ana_may_say_no(line: TheLine, keys: str | None) -> None:
    volunteers(line, VEE)
    vee_calls(line, ana_leaves_a_message(line))
    ana = Ana(line)
    ana.picks_up()
    assert "here whenever" in ana.presses(keys)
    assert relay(line).state == "ended"


def test_a_voicemail_is_left_nothing(line: TheLine) -> None:
    volunteers(line, VEE)
    vee_calls(line, ana_leaves_a_message(line))
    assert Ana(line).picks_up("machine_start") == ""
    assert relay(line).state == "ended"


def test_when_vee_hangs_up_before_ana_answers_ana_hears_goodbye(line: TheLine) -> None:
    volunteers(line, VEE)
    vee = vee_calls(line, ana_leaves_a_message(line))
    ana = Ana(line)
    vee.status("completed")
    line.carries_out()
    assert line.network.ended == [ana.sid], "her phone does not ring for nobody"
    ana.picks_up()
    assert ana.room is None


def test_when_vee_does_not_pick_up_nobody_else_is_rung(line: TheLine) -> None:
    volunteers(line, VEE, VAL, ZOE)
    number = ana_leaves_a_message(line)
    line.answers(VEE, f"CALL {number}")
    line.carries_out()
    phone_of(line, VEE).status("no-answer")
    line.carries_out()
    assert [call.to for call in line.network.calls] == [VEE]
    assert "You didn't pick up" in line.sent_to(VEE)[-1]


def test_a_call_that_the_network_refuses_is_told_to_vee(line: TheLine) -> None:
    volunteers(line, VEE)
    number = ana_leaves_a_message(line)
    line.answers(VEE, f"CALL {number}")
    line.carries_out()
    phone_of(line, VEE).takes_it()
    line.network.fail.append(Refused("bad number", 21211))
    line.carries_out()
    assert relay(line).state == "ended"
    assert "couldn't be connected" in line.sent_to(VEE)[-1]


def test_a_call_of_unknown_fate_is_given_up_after_a_while(line: TheLine) -> None:
    volunteers(line, VEE)
    number = ana_leaves_a_message(line)
    line.answers(VEE, f"CALL {number}")
    line.carries_out()
    phone_of(line, VEE).takes_it()
    line.network.fail.append(MaybeDone("timeout"))
    line.carries_out()
    line.clock.forward(seconds=70)
    line.carries_out()
    assert relay(line).state == "ended"


def test_while_ana_is_on_the_line_herself_she_is_not_called(line: TheLine) -> None:
    volunteers(line, VEE, VAL)
    number = ana_leaves_a_message(line)
    line.answers(VEE, f"CLAIM {number}")
    ben_asks_for_a_peer(line, ANA)
    assert "already on the line" in line.answers(VEE, f"CALL {number}")
    assert count(line, Relay, Relay.case_id.is_not(None)) == 0


def test_a_long_talk_is_not_cut_by_the_watch_over_calls_that_were_never_joined(line: TheLine) -> None:
    volunteers(line, VEE)
    vee_calls(line, ana_leaves_a_message(line))
    ana = Ana(line)
    ana.picks_up()
    ana.presses("1")
    line.clock.forward(minutes=30)
    line.carries_out()
    assert relay(line).state == "joined"
    line.clock.now += timedelta(minutes=40)
    line.carries_out()
    assert (relay(line).state, relay(line).left_by) == ("ended", "limit")


def test_a_recorded_message_is_played_even_when_no_call_is_wanted(line: TheLine) -> None:
    volunteers(line, VEE)
    number = ana_leaves_a_message(line, "none")

    def with_sound(uow: object) -> None:
        row = Recording(id=uow.new_id(), line="default", call_sid=make.sid("CA"), state="kept", created_at=uow.now)
        uow.session.add(row)
        uow.session.get_one(Case, case(line).id).recording_id = row.id

    line.runtime.do(with_sound)
    assert "play the message" in line.answers(VEE, f"CALL {number}")
    line.carries_out()
    vee = phone_of(line, VEE)
    vee.picks_up()
    assert any(isinstance(part, PlayBack) for part in vee.reply.spoken)
    assert vee.reply.then is None
    vee.status("completed")
    line.carries_out()
    assert not [text for text in line.sent_to(VEE) if "didn't pick up" in text]
