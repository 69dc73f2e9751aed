"""Val and Zoe text GAP at the same instant, on connections of their own: one of them has Vee's shift."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from checkin.volunteers.models import Shift
from tests.cast import VAL, VEE
from tests.services.at_once import at_once
from tests.services.schedule import ZOE, asked_at, at, on_shift, team, there, turns
from tests.the_line import TheLine

pytestmark = pytest.mark.both


def test_two_take_a_shift_at_once_and_one_has_it(busy: TheLine) -> None:
    team(busy, VEE, VAL, ZOE)
    on_shift(busy, VEE, 18, 20)
    at(busy, there(2, 18))
    busy.answers(VEE, "NO")
    said = at_once(*(lambda who=who: busy.answers(who, "GAP 1") for who in (VAL, ZOE)))
    assert sorted(str(item) for item in said) == [
        "Someone has taken gap 1 already. Thank you.",
        "Thank you. The shift is yours: Tue 3 Mar 18:00-20:00.",
    ]
    assert len(asked_at(busy, there(3, 19))) == 1
    assert busy.runtime.read(lambda s: s.scalar(select(func.count()).select_from(Shift))) == 2


def test_a_yes_and_a_gap_at_once_leave_one_on_shift(busy: TheLine) -> None:
    team(busy, VEE, VAL)
    on_shift(busy, VEE, 18, 20)
    at(busy, there(2, 18))
    busy.answers(VEE, "NO")
    at_once(lambda: busy.answers(VEE, "YES"), lambda: busy.answers(VAL, "GAP 1"))
    assert len(asked_at(busy, there(3, 19))) == 1
    assert turns(busy)[0].state in ("confirmed", "taken")
