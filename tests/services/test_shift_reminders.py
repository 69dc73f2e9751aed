"""Vee is reminded of her shifts, and says whether she comes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from checkin.core.unit_of_work import UnitOfWork
from checkin.outbox.outcomes import Skipped
from checkin.relays import service
from checkin.volunteers import shift_reminders, shifts
from checkin.volunteers.models import Shift
from flows.words.segments import count_segments
from tests.cast import ANA, VAL, VEE
from tests.services.schedule import at, find, on_shift, team, there, turns
from tests.the_line import TheLine

DAY_BEFORE = "Harbor Line: you're on shift Tue 3 Mar 18:00-20:00. Reply YES, or NO if you can't."
HOUR_BEFORE = "Harbor Line: your shift begins soon, Tue 3 Mar 18:00-20:00. Reply YES, or NO if you can't."
CONFIRMED = "Harbor Line: your shift begins soon, Tue 3 Mar 18:00-20:00. Thank you. NO if you can't after all."


def test_the_day_before_and_the_hour_before(line: TheLine) -> None:
    team(line, VEE)
    on_shift(line, VEE, 18, 20)
    at(line, there(2, 17, 30))
    assert line.sent_to(VEE) == []
    at(line, there(2, 18))
    assert line.sent_to(VEE) == [DAY_BEFORE]
    at(line, there(3, 16, 30))
    assert len(line.sent_to(VEE)) == 1
    at(line, there(3, 17))
    assert line.sent_to(VEE)[1:] == [HOUR_BEFORE]
    at(line, there(5, 12))
    assert len(line.sent_to(VEE)) == 2


def test_whoever_said_yes_is_only_reminded(line: TheLine) -> None:
    team(line, VEE)
    on_shift(line, VEE, 18, 20)
    at(line, there(2, 18))
    assert line.answers(VEE, "Yes!") == "Thank you. See you Tue 3 Mar 18:00-20:00."
    at(line, there(3, 17))
    assert line.sent_to(VEE)[1:] == [CONFIRMED]


def test_every_shift_of_a_week_is_reminded_of_twice(line: TheLine) -> None:
    team(line, VEE)
    on_shift(line, VEE, 18, 20, days=("mon", "wed", "fri"), first=date(2026, 3, 2))
    at(line, there(7, 12))
    assert len(line.sent_to(VEE)) == 2 * 3, line.sent_to(VEE)


def test_in_spanish(line: TheLine) -> None:
    team(line, VEE, languages=["es", "en"])
    on_shift(line, VEE, 18, 20)
    at(line, there(2, 18))
    assert line.sent_to(VEE) == ["Harbor Line: usted tiene turno ma 3 mar 18:00-20:00. Responda SI, o NO si no puede."]
    assert line.answers(VEE, "S\u00ed") == "Gracias. Nos vemos ma 3 mar 18:00-20:00."


def test_a_shift_in_the_night_is_first_reminded_of_by_day(line: TheLine) -> None:
    team(line, VEE)
    on_shift(line, VEE, 2, 5, first=date(2026, 3, 4))
    at(line, there(3, 8, 30))
    assert line.sent_to(VEE) == []
    at(line, there(3, 9))
    assert len(line.sent_to(VEE)) == 1
    at(line, there(4, 1))
    assert len(line.sent_to(VEE)) == 2


def test_a_shift_that_begins_in_a_minute_is_told_once(line: TheLine) -> None:
    team(line, VEE)
    line.clock.now = there(3, 17, 59)
    on_shift(line, VEE, 18, 20)
    line.carries_out()
    assert line.sent_to(VEE) == [HOUR_BEFORE]
    at(line, there(3, 21))
    assert len(line.sent_to(VEE)) == 1


@pytest.mark.parametrize("how", ["day off", "removed"])
def test_what_is_taken_off_the_schedule_is_not_reminded_of(line: TheLine, how: str) -> None:
    team(line, VEE)
    shift_id = on_shift(line, VEE, 18, 20, days=("tue",))
    at(line, there(2, 18))

    def change(uow: UnitOfWork) -> None:
        shift = uow.session.get_one(Shift, shift_id)
        if how == "day off":
            shifts.day_off(uow, shift, date(2026, 3, 3))
        else:
            shifts.remove(uow, shift)

    line.runtime.do(change)
    at(line, there(4, 12))
    assert line.sent_to(VEE) == [DAY_BEFORE]


def test_an_extra_day_is_reminded_of_too(line: TheLine) -> None:
    team(line, VEE)
    shift_id = on_shift(line, VEE, 18, 20, days=("tue",))
    line.runtime.do(lambda uow: shifts.extra_day(uow, uow.session.get_one(Shift, shift_id), date(2026, 3, 5)))
    at(line, there(5, 18))
    assert [text for text in line.sent_to(VEE) if "Thu 5 Mar" in text] != []


def test_shifts_are_planned_on_when_a_pass_was_missed(line: TheLine) -> None:
    """The line was off for three days; the next hour plans again."""
    team(line, VEE)
    on_shift(line, VEE, 18, 20, days=("tue", "sat"))
    line.clock.now = there(6, 17)
    line.carries_out()
    at(line, there(7, 17))
    assert [text.split(" Reply")[0] for text in line.sent_to(VEE)] == [
        "Harbor Line: you're on shift Sat 7 Mar 18:00-20:00.",
        "Harbor Line: your shift begins soon, Sat 7 Mar 18:00-20:00.",
    ]


def test_a_reminder_that_is_carried_out_twice_is_sent_once(line: TheLine) -> None:
    team(line, VEE)
    on_shift(line, VEE, 18, 20)
    at(line, there(2, 18))
    [turn] = turns(line)
    assert line.runtime.do(lambda uow: shift_reminders.remind(uow, turn.id, lambda *_: False)) == Skipped(
        "reminded already"
    )
    line.carries_out()
    assert len(line.sent_to(VEE)) == 1


def test_yes_without_a_question_is_no_word(line: TheLine) -> None:
    team(line, VEE)
    on_shift(line, VEE, 18, 20)
    assert "don't know that word" in line.answers(VEE, "YES")
    assert "don't know that word" in line.answers(VEE, "SHIFT NO")


def test_yes_is_for_the_question_that_was_asked_last(line: TheLine) -> None:
    team(line, VEE)
    on_shift(line, VEE, 9, 11, first=date(2026, 3, 3))
    on_shift(line, VEE, 10, 12, first=date(2026, 3, 4))
    at(line, there(3, 8))
    assert "Tue 3 Mar 09:00" in line.answers(VEE, "YES")
    at(line, there(3, 10))
    assert "Wed 4 Mar 10:00" in line.sent_to(VEE)[-1]
    assert "Wed 4 Mar 10:00" in line.answers(VEE, "YES")
    assert [turn.state for turn in turns(line)] == ["confirmed", "confirmed"]


def test_two_open_questions_are_answered_one_after_the_other(line: TheLine) -> None:
    team(line, VEE)
    on_shift(line, VEE, 2, 4)
    on_shift(line, VEE, 6, 8)
    at(line, there(2, 13))
    assert len(line.sent_to(VEE)) == 2
    said = {line.answers(VEE, "YES"), line.answers(VEE, "YES")}
    assert said == {"Thank you. See you Tue 3 Mar 02:00-04:00.", "Thank you. See you Tue 3 Mar 06:00-08:00."}


def test_while_she_texts_with_ana_a_plain_no_is_anas(line: TheLine) -> None:
    team(line, VEE)
    on_shift(line, VEE, 13, 15, first=date(2026, 3, 2))
    on_shift(line, VEE, 16, 18, first=date(2026, 3, 2))
    at(line, there(2, 14, 45))
    line.answers(ANA, "PEER")
    line.carries_out()
    line.answers(VEE, "TAKE 1")
    at(line, there(2, 15))
    assert "Reply SHIFT YES, or SHIFT NO" in line.sent_to(VEE)[-1]
    line.answers(VEE, "no")
    line.carries_out()
    assert "no" in line.sent_to(ANA)[-1]
    assert turns(line)[-1].state == "planned"
    assert "offered to others" in line.answers(VEE, "Shift no")
    assert turns(line)[-1].state == "gap"


def test_whoever_left_is_not_reminded(line: TheLine) -> None:
    team(line, VEE, VAL)
    on_shift(line, VEE, 18, 20)
    line.runtime.do(lambda uow: service.remove_volunteer(uow, find(uow, VEE), "Oda"))
    at(line, there(4, 12))
    assert line.sent_to(VEE) == line.sent_to(VAL) == []
    assert turns(line) == []


def test_reminders_fit_one_segment(line: TheLine) -> None:
    team(line, VEE)
    on_shift(line, VEE, 18, 20)
    at(line, there(3, 17) + timedelta(minutes=5))
    assert [count_segments(text) for text in line.sent_to(VEE)] == [1, 1]
