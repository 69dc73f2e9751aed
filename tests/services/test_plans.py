"""Plans at work: they begin with what happens, keep their promises, slow down, and end kindly."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from checkin.cases import by_text
from checkin.cases import service as cases
from checkin.cases.models import Case
from checkin.core.unit_of_work import UnitOfWork
from checkin.followups import series, triggers
from checkin.messages.models import Conversation
from flows.engine.effects import OpenCase
from tests import make
from tests.cast import ANA, BEN, VEE
from tests.services.living import agrees, follow_ups, lives, prefers
from tests.the_line import TheLine

NEW_YORK = ZoneInfo("America/New_York")
DAY = timedelta(days=1)


def begun(line: TheLine, number: str, plan: str) -> None:
    line.runtime.do(lambda uow: series.begin(uow, uow.session.merge(line.contact(number)), plan))


def test_a_weekly_check_in_comes_every_week_at_the_same_time_of_day(line: TheLine) -> None:
    agrees(line, ANA, "check_ins")
    begun(line, ANA, "weekly_check_in")  # Monday, 2 March, at noon; summer time begins on the 8th
    lives(line, 8 * DAY)
    promised = [row.planned_for.astimezone(NEW_YORK) for row in follow_ups(line)]
    assert [f"{at:%a %d %H:%M}" for at in promised] == ["Mon 09 12:00", "Mon 16 12:00"]


def test_her_answer_begins_the_week_anew(line: TheLine) -> None:
    for words in ("CHECKIN", "5", "yes"):
        line.answers(ANA, words)
    for _ in range(3):
        [waiting] = follow_ups(line, "planned")
        lives(line, waiting.due_at + timedelta(minutes=5))
        line.answers(ANA, "4")
    [waiting] = follow_ups(line, "planned")
    assert len(line.sent_to(ANA)) == 3
    assert timedelta(days=6) < waiting.planned_for - line.clock.now < timedelta(days=8)
    assert len(follow_ups(line, "sent")) == 3


def test_whoever_would_rather_get_no_texts_gets_none(line: TheLine) -> None:
    agrees(line, ANA, "check_ins")
    prefers(line, ANA)
    begun(line, ANA, "weekly_check_in")
    lives(line, 9 * DAY)
    assert line.sent_to(ANA) == []
    assert [row.reason for row in follow_ups(line)] == ["they'd rather not get texts"]


def test_nor_a_last_word_by_text_after_calls_that_were_not_answered(line: TheLine) -> None:
    agrees(line, BEN, "check_ins", "calls")
    prefers(line, BEN, check_in_by="call")

    def silent(uow: UnitOfWork) -> None:
        uow.session.merge(line.contact(BEN)).unanswered = uow.policy("default").end_after

    line.runtime.do(silent)
    begun(line, BEN, "weekly_check_in")
    lives(line, 40 * DAY)
    assert (line.sent_to(BEN), line.network.calls) == ([], [])
    assert [row.state for row in follow_ups(line)] == ["skipped"]


@pytest.mark.parametrize("by", ["call", "text"])
@pytest.mark.parametrize("number", ["+88216100123", "+447911123456"])
def test_numbers_that_cost_a_lot_are_neither_texted_nor_called(line: TheLine, number: str, by: str) -> None:
    agrees(line, number, "check_ins", "calls", "texts")
    prefers(line, number, check_in_by=by)
    begun(line, number, "weekly_check_in")
    lives(line, 9 * DAY)
    assert (line.sent_to(number), line.network.calls) == ([], [])
    [row] = follow_ups(line)
    assert (row.reason or "").startswith("the line doesn't text or call their number")


def test_two_silent_ones_slow_it_down_and_four_end_it_kindly(line: TheLine) -> None:
    agrees(line, ANA, "check_ins")
    begun(line, ANA, "weekly_check_in")
    began = line.clock.now
    lives(line, 100 * DAY)
    days = [(row.planned_for.astimezone(NEW_YORK).date() - began.date()).days for row in follow_ups(line, "sent")]
    assert days == [7, 14, 28, 42, 56]  # weekly, then every two weeks, and the fifth is the last word
    said = line.sent_to(ANA)
    assert [("we'll stop asking now" in text) for text in said] == [False] * 4 + [True]
    assert follow_ups(line, "planned") == []


def test_a_word_from_her_brings_the_old_pace_back(line: TheLine) -> None:
    agrees(line, ANA, "check_ins")
    begun(line, ANA, "weekly_check_in")
    lives(line, 15 * DAY)
    [waiting] = follow_ups(line, "planned")
    assert waiting.planned_for - line.clock.now > 10 * DAY
    line.answers(ANA, "4")
    [waiting] = follow_ups(line, "planned")
    assert waiting.planned_for - line.clock.now <= 7 * DAY
    assert line.contact(ANA).unanswered == 0


def test_eleven_warm_words_come_in_a_year_and_silence_never_ends_them(line: TheLine) -> None:
    agrees(line, ANA, "caring")
    begun(line, ANA, "caring_contacts")
    began = line.clock.now
    lives(line, 400 * DAY)
    days = [(row.planned_for.astimezone(NEW_YORK).date() - began.astimezone(NEW_YORK).date()).days
            for row in follow_ups(line, "sent")]  # fmt: skip
    assert days == [1, 7, 30, 60, 90, 120, 150, 180, 240, 300, 365]
    said = line.sent_to(ANA)
    assert len(set(said)) == 11
    assert "this is the last one" in said[-1]
    assert line.contact(ANA).unanswered == 0


def test_after_a_low_mood_she_is_asked_the_next_day(line: TheLine) -> None:
    agrees(line, ANA, "check_ins", "follow_ups")
    line.answers(ANA, "CHECKIN")
    line.answers(ANA, "1")
    assert {row.plan for row in follow_ups(line, "planned")} == {"weekly_check_in", "after_low_mood"}
    lives(line, DAY + timedelta(hours=1))
    assert "How is today going?" in line.sent_to(ANA)[-1]


def test_after_a_good_mood_nobody_asks_the_next_day(line: TheLine) -> None:
    agrees(line, ANA, "check_ins")
    line.answers(ANA, "CHECKIN")
    line.answers(ANA, "5")
    assert [row.plan for row in follow_ups(line, "planned")] == ["weekly_check_in"]


def test_without_a_yes_no_plan_begins(line: TheLine) -> None:
    line.answers(ANA, "CHECKIN")
    line.answers(ANA, "1")
    assert follow_ups(line) == []


def test_a_call_that_nobody_took_is_followed_by_a_text(line: TheLine) -> None:
    agrees(line, BEN, "follow_ups")
    call = line.rings(BEN)
    call.presses("1")
    assert "No peer is free" in "\n".join(call.heard)
    call.hangs_up()
    [row] = follow_ups(line, "planned")
    assert row.plan == "after_missed_call"
    lives(line, timedelta(hours=3))
    assert "nobody could take your call" in line.sent_to(BEN)[0]


def test_who_has_called_again_since_is_not_told_that_nobody_took_the_call(line: TheLine) -> None:
    agrees(line, BEN, "follow_ups")
    line.runtime.do(lambda uow: series.on_event(uow, uow.session.merge(line.contact(BEN)), "missed_call"))
    line.clock.forward(minutes=30)
    line.rings(BEN).hangs_up()
    lives(line, timedelta(hours=3))
    assert line.sent_to(BEN) == []
    assert [row.reason for row in follow_ups(line, "skipped")] == ["they've been in touch since"]


@pytest.mark.parametrize("claimed", [False, True])
def test_a_message_that_waits_for_long_is_not_forgotten(line: TheLine, claimed: bool) -> None:
    agrees(line, ANA, "follow_ups")

    def leaves(uow: UnitOfWork) -> None:
        contact = uow.session.merge(line.contact(ANA))
        left = OpenCase("message", "coordinators", "normal", "left a message", words="Please")
        case = cases.open_case(uow, contact, None, left)
        triggers.on_message_left(uow, contact, case)

    def claims(uow: UnitOfWork) -> None:
        vee = make.volunteer(uow, VEE, "Vee")
        by_text.claim(uow, vee, uow.session.scalars(select(Case.number)).one())

    line.runtime.do(leaves)
    if claimed:  # after an hour: a case that nobody does anything about for a day is everybody's again
        line.clock.forward(hours=1)
        line.runtime.do(claims)
    lives(line, 2 * DAY)
    assert [("We have your message" in text) for text in line.sent_to(ANA)] == ([] if claimed else [True])
    reasons = [row.reason for row in follow_ups(line, "skipped")]
    assert reasons == (["someone on the team is handling it"] if claimed else [])


def test_the_day_after_a_talk_those_who_agreed_are_asked(line: TheLine) -> None:
    agrees(line, ANA, "follow_ups")
    line.runtime.do(lambda uow: series.on_event(uow, uow.session.merge(line.contact(ANA)), "relay"))
    lives(line, DAY + timedelta(hours=2))
    assert "someone will read it" in line.sent_to(ANA)[0].lower()


def test_stop_ends_every_plan_and_start_brings_none_back(line: TheLine) -> None:
    agrees(line, ANA, "check_ins", "caring")
    begun(line, ANA, "weekly_check_in")
    begun(line, ANA, "caring_contacts")
    line.answers(ANA, "STOP")
    line.answers(ANA, "START")
    lives(line, 40 * DAY)
    assert line.sent_to(ANA) == []
    assert {row.state for row in follow_ups(line)} == {"cancelled"}


def test_pause_moves_what_is_promised_and_drops_nothing(line: TheLine) -> None:
    agrees(line, ANA, "check_ins")
    begun(line, ANA, "weekly_check_in")
    line.answers(ANA, "PAUSE 3 WEEKS")
    began = line.clock.now
    lives(line, 20 * DAY)
    assert line.sent_to(ANA) == []
    lives(line, 3 * DAY)
    assert len(line.sent_to(ANA)) == 1
    assert (follow_ups(line, "sent")[0].acted_at or began) - began >= 21 * DAY


def test_two_plans_never_come_on_one_day(line: TheLine) -> None:
    agrees(line, ANA, "check_ins", "caring")
    begun(line, ANA, "weekly_check_in")
    begun(line, ANA, "caring_contacts")
    lives(line, 40 * DAY)
    days = [row.acted_at.astimezone(NEW_YORK).date() for row in follow_ups(line, "sent") if row.acted_at]
    assert len(days) == len(set(days)) >= 5


def test_a_dead_line_does_not_make_up_for_the_weeks_it_slept(line: TheLine) -> None:
    agrees(line, ANA, "check_ins")
    begun(line, ANA, "weekly_check_in")
    line.clock.forward(days=40)
    lives(line, timedelta(hours=1))
    assert line.sent_to(ANA) == []
    assert [row.reason for row in follow_ups(line, "skipped")] == ["too late in the day"]
    [waiting] = follow_ups(line, "planned")
    assert DAY < waiting.planned_for - line.clock.now < 3 * DAY


def test_her_own_hours_and_clock_are_kept(line: TheLine) -> None:
    agrees(line, ANA, "check_ins")
    line.answers(ANA, "TIMES")
    line.answers(ANA, "4")  # Pacific
    line.answers(ANA, "3")  # in the evening
    assert (line.contact(ANA).time_zone, line.contact(ANA).hours) == ("America/Los_Angeles", "17:00-21:00")
    begun(line, ANA, "weekly_check_in")
    lives(line, 9 * DAY)
    [row] = follow_ups(line, "sent")
    assert row.acted_at is not None
    assert 17 <= row.acted_at.astimezone(ZoneInfo("America/Los_Angeles")).hour < 21


def test_the_flow_of_a_plan_is_a_talk_of_its_own(line: TheLine) -> None:
    agrees(line, ANA, "caring")
    begun(line, ANA, "caring_contacts")
    lives(line, 2 * DAY)
    talks = line.runtime.read(lambda s: [item.flow for item in s.query(Conversation)])
    assert talks == ["caring_contact"]
