"""Vee cannot come: others are asked, the first to say so has the shift, and the leads hear of it if nobody does."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from checkin.core.unit_of_work import UnitOfWork
from checkin.volunteers import duty, shifts
from checkin.volunteers import service as volunteers
from checkin.volunteers.models import Alert, Shift
from tests.cast import ODA, VAL, VEE
from tests.services.schedule import ZOE, asked_at, at, find, on_shift, shifts_of, team, there, turns
from tests.the_line import TheLine

OFFER = "Harbor Line: can you take a shift? Tue 3 Mar 18:00-20:00. Reply GAP 1 to take it."
ALERT = "Nobody has taken the shift of Vee yet: Tue 3 Mar 18:00-20:00. Others on duty then: 0. GAP 1 takes it."


def vee_says_no(line: TheLine) -> str:
    """Vee has a shift on Tuesday at six, and on Monday at six she is asked and says no."""
    on_shift(line, VEE, 18, 20)
    at(line, there(2, 18))
    said = line.answers(VEE, "NO")
    line.carries_out()
    return said


def alerts(line: TheLine) -> list[Alert]:
    return line.runtime.read(lambda s: list(s.scalars(select(Alert))))


def test_no_is_thanked_for_and_she_is_not_on_then(line: TheLine) -> None:
    team(line, VEE)
    assert vee_says_no(line) == (
        "Thank you for telling us. Tue 3 Mar 18:00-20:00 is being offered to others. Reply YES to take it back."
    )
    assert asked_at(line, there(3, 19)) == []
    assert shifts_of(line)[0].days_off == ["2026-03-03"]
    assert [turn.state for turn in turns(line)] == ["gap"]


def test_the_first_to_take_it_has_it_and_the_others_hear_of_it(line: TheLine) -> None:
    team(line, VEE, VAL, ZOE)
    vee_says_no(line)
    assert line.sent_to(VAL) == line.sent_to(ZOE) == [OFFER]
    assert line.answers(ZOE, "gap 1") == "Thank you. The shift is yours: Tue 3 Mar 18:00-20:00."
    line.carries_out()
    assert line.answers(VAL, "GAP 1") == "Someone has taken gap 1 already. Thank you."
    assert line.sent_to(VAL)[1:] == ["The shift Tue 3 Mar 18:00-20:00 is taken. Thank you."]
    assert line.sent_to(VEE)[1:] == ["Your shift Tue 3 Mar 18:00-20:00 is covered. Thank you for telling us."]
    assert line.sent_to(ZOE) == [OFFER]
    assert asked_at(line, there(3, 19)) == ["Zoe"]
    assert "Tue 3 Mar 18:00-20:00" in line.answers(ZOE, "SHIFTS")
    assert line.answers(ZOE, "GAP 1").startswith("Thank you. The shift is yours")


def test_whoever_took_it_is_reminded_the_hour_before_only(line: TheLine) -> None:
    team(line, VEE, VAL)
    vee_says_no(line)
    line.answers(VAL, "GAP 1")
    at(line, there(3, 19))
    assert line.sent_to(VAL)[1:] == [
        "Harbor Line: your shift begins soon, Tue 3 Mar 18:00-20:00. Thank you. NO if you can't after all."
    ]
    assert alerts(line) == []


def test_one_who_took_it_may_give_it_back_and_it_is_a_new_gap(line: TheLine) -> None:
    team(line, VEE, VAL, ZOE)
    vee_says_no(line)
    line.answers(VAL, "GAP 1")
    at(line, there(3, 17))
    assert "offered to others" in line.answers(VAL, "NO")
    line.carries_out()
    assert "Reply GAP 2 to take it" in line.sent_to(ZOE)[-1]
    assert line.answers(VEE, "GAP 2").startswith("Thank you. The shift is yours")
    assert asked_at(line, there(3, 19)) == ["Vee"]


def test_yes_takes_it_back_while_nobody_has_it(line: TheLine) -> None:
    team(line, VEE, VAL)
    vee_says_no(line)
    assert line.answers(VEE, "YES") == "Thank you. The shift is yours: Tue 3 Mar 18:00-20:00."
    line.carries_out()
    assert asked_at(line, there(3, 19)) == ["Vee"]
    assert line.sent_to(VAL)[1:] == ["The shift Tue 3 Mar 18:00-20:00 is taken. Thank you."]
    assert line.answers(VAL, "GAP 1") == "There is no open gap 1."
    assert line.answers(VEE, "NO").startswith("Thank you for telling us.")


def test_yes_comes_too_late_when_somebody_has_it(line: TheLine) -> None:
    team(line, VEE, VAL)
    vee_says_no(line)
    line.answers(VAL, "GAP 1")
    assert line.answers(VEE, "YES").startswith("Your shift Tue 3 Mar 18:00-20:00 is covered")
    assert asked_at(line, there(3, 19)) == ["Val"]


def test_in_spanish(line: TheLine) -> None:
    team(line, VEE, languages=["es"])
    team(line, VAL, languages=["es", "en"])
    vee_says_no(line)
    assert line.sent_to(VAL) == [
        "Harbor Line: ¿puede tomar un turno? ma 3 mar 18:00-20:00. Responda CUBRIR 1 para tomarlo."
    ]
    assert line.answers(VAL, "Cubrir 1") == "Gracias. El turno es suyo: ma 3 mar 18:00-20:00."


def test_an_extra_day_is_given_away_and_taken_back(line: TheLine) -> None:
    team(line, VEE)
    shift_id = on_shift(line, VEE, 18, 20, days=("mon",), first=date(2026, 3, 9))
    line.runtime.do(lambda uow: shifts.extra_day(uow, uow.session.get_one(Shift, shift_id), date(2026, 3, 3)))
    at(line, there(2, 18))
    line.answers(VEE, "NO")
    assert asked_at(line, there(3, 19)) == []
    line.answers(VEE, "YES")
    assert asked_at(line, there(3, 19)) == ["Vee"]


@pytest.mark.parametrize(
    ("about", "why"),
    [
        ({"always": True}, "is on duty at any hour"),
        ({"off_rotation": True}, "is paused"),
        ({"on_duty": False}, "is off until she says so"),
        ({"failures": 5}, "can't be reached"),
        ({"languages": ["es"]}, "speaks none of Vee's languages"),
        ({"state": "invited"}, "has not agreed yet"),
    ],
)
def test_who_is_not_asked_to_take_it(line: TheLine, about: dict[str, object], why: str) -> None:
    team(line, VEE, ZOE)
    team(line, VAL, **about)
    vee_says_no(line)
    assert line.sent_to(VAL) == [], f"Val {why}"
    assert line.sent_to(ZOE) == [OFFER]


def test_only_for_texts_is_not_offered_for_a_shift_of_calls(line: TheLine) -> None:
    team(line, VEE, ZOE)
    team(line, VAL, channels=["text"])
    on_shift(line, VEE, 18, 20, channels=("voice",))
    at(line, there(2, 18))
    line.answers(VEE, "NO")
    line.carries_out()
    assert (line.sent_to(VAL), line.sent_to(ZOE)) == ([], [OFFER])


@pytest.mark.parametrize("begins", [17, 20])
def test_whoever_is_on_then_or_would_have_too_many_hours_on_end_cannot_take_it(line: TheLine, begins: int) -> None:
    team(line, VEE, VAL, ZOE)
    on_shift(line, VAL, begins, begins + 4)
    vee_says_no(line)
    assert [text for text in line.sent_to(VAL) if "GAP" in text] == []
    assert line.sent_to(ZOE) == [OFFER]
    assert line.answers(VAL, "GAP 1").startswith("Gap 1 overlaps one of your shifts, or would be more hours")
    assert asked_at(line, there(3, 18, 30)) == (["Val"] if begins == 17 else [])


def test_longer_hours_may_be_agreed(line: TheLine) -> None:
    team(line, VEE)
    team(line, VAL, hours_agreed=True)
    on_shift(line, VAL, 20, 24)
    vee_says_no(line)
    assert line.answers(VAL, "GAP 1").startswith("Thank you. The shift is yours")


@pytest.mark.parametrize("words", ["GAP 7", "gap #7"])
def test_a_gap_that_is_none(line: TheLine, words: str) -> None:
    team(line, VAL)
    assert line.answers(VAL, words) == "There is no open gap 7."
    assert line.answers(VAL, "GAP") == "Add the number, such as GAP 12."


def test_a_gap_that_is_over(line: TheLine) -> None:
    team(line, VEE, VAL)
    vee_says_no(line)
    at(line, there(3, 20))
    assert line.answers(VAL, "GAP 1") == "The time for gap 1 is over. Thank you."


def test_the_leads_are_told_once_when_nobody_takes_it(line: TheLine) -> None:
    team(line, VEE, VAL)
    team(line, ODA, lead=True, always=True, channels=["text"], state="active", on_duty=False)
    vee_says_no(line)
    assert line.sent_to(ODA) == []
    at(line, there(2, 18, 30))
    assert line.sent_to(ODA) == [ALERT]
    at(line, there(4, 12))
    assert len(line.sent_to(ODA)) == 1
    assert [(alert.kind, alert.rule, alert.closed_at) for alert in alerts(line)] == [("shift_gap", "gap 1", None)]


def test_the_leads_are_told_at_once_when_nobody_can_be_asked(line: TheLine) -> None:
    team(line, VEE)
    team(line, ODA, lead=True, on_duty=False)
    vee_says_no(line)
    assert line.sent_to(ODA) == [ALERT]


def test_the_leads_hear_that_somebody_took_it_after_all(line: TheLine) -> None:
    team(line, VEE, VAL)
    team(line, ODA, lead=True, on_duty=False)
    vee_says_no(line)
    at(line, there(2, 19))
    line.answers(VAL, "GAP 1")
    line.carries_out()
    assert line.sent_to(ODA) == [ALERT, "The shift Tue 3 Mar 18:00-20:00 is taken. Thank you."]
    assert [alert.closed_by for alert in alerts(line)] == ["somebody took it"]


def test_the_leads_learn_how_many_others_are_there(line: TheLine) -> None:
    team(line, VEE, VAL, ZOE)
    team(line, ODA, lead=True, on_duty=False)
    on_shift(line, VAL, 17, 21)
    on_shift(line, ZOE, 20, 22)
    vee_says_no(line)
    at(line, there(2, 19))
    assert any("Others on duty then: 1" in text for text in line.sent_to(ODA))


def test_a_shift_far_ahead_is_the_others_business_first(line: TheLine) -> None:
    """Night shifts are asked about more than a day ahead; the leads hear of them within the last day."""
    team(line, VEE, VAL)
    team(line, ODA, lead=True, on_duty=False)
    on_shift(line, VEE, 23, 1)
    at(line, there(2, 20))
    line.answers(VEE, "NO")
    at(line, there(2, 22, 59))
    assert line.sent_to(ODA) == []
    at(line, there(2, 23))
    assert len(line.sent_to(ODA)) == 1


@pytest.mark.parametrize("how", ["stop", "off", "paused"])
def test_a_shift_of_somebody_who_is_away_is_offered_without_a_no(line: TheLine, how: str) -> None:
    team(line, VEE, VAL)
    on_shift(line, VEE, 18, 20)

    def leaves(uow: UnitOfWork) -> None:
        vee = find(uow, VEE)
        if how == "off":
            duty.go_off(uow, vee, timedelta(days=2))
        else:
            volunteers.pause(uow, vee, "Oda")

    if how == "stop":
        line.answers(VEE, "STOP")
    else:
        line.runtime.do(leaves)
    at(line, there(2, 18))
    assert line.sent_to(VEE) == []
    assert line.sent_to(VAL) == [OFFER]
    line.answers(VAL, "GAP 1")
    assert asked_at(line, there(3, 19)) == ["Val"]


def test_an_organizer_puts_a_shift_back_that_somebody_said_no_to(line: TheLine) -> None:
    team(line, VEE, VAL)
    vee_says_no(line)
    line.runtime.do(lambda uow: shifts.extra_day(uow, uow.session.merge(shifts_of(line)[0]), date(2026, 3, 3)))
    assert [turn.state for turn in turns(line)] == ["planned"]
    assert line.answers(VAL, "GAP 1") == "There is no open gap 1."
    at(line, there(3, 17))
    assert "your shift begins soon" in line.sent_to(VEE)[-1]
