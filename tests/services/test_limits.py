"""How much one volunteer is asked to carry: relays a day, hours a week, hours on end, and rest in between."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from sqlalchemy.orm import Session

from checkin.contacts import service as contacts
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import Conversation
from checkin.relays import preview
from checkin.relays.models import Relay
from checkin.relays.rules.matching import Need
from checkin.volunteers import duty, shifts
from checkin.volunteers import service as volunteers
from checkin.volunteers.models import Volunteer
from checkin.volunteers.profile import Offered
from checkin.volunteers.shifts import Times
from tests.cast import ANA, MONDAY_NOON, VEE
from tests.make import make_uow, number
from tests.services.schedule import there

HOUR = timedelta(hours=1)


@pytest.fixture
def uow(session: Session) -> UnitOfWork:
    return make_uow(session, there(4, 18))


def joins(uow: UnitOfWork, **offered: object) -> Volunteer:
    vee = volunteers.add(uow, "default", "Vee", VEE, Offered(**{"always": True, **offered}), by="Oda")
    uow.session.flush()
    return vee


def on_shift(uow: UnitOfWork, vee: Volunteer, begins: int, ends: int) -> None:
    shifts.add(uow, vee, Times(time(begins), time(ends % 24), days=("wed",)))
    uow.session.flush()


def talked(uow: UnitOfWork, vee: Volunteer, at: datetime, length: timedelta | None = HOUR) -> None:
    """Vee was in a relay from then on, for so long; None: she still is."""
    contact = contacts.new(uow, "default", number(ANA[:-3] + f"{uow.session.query(Relay).count() + 300}"))
    talk = Conversation(
        id=uow.new_id(), line="default", contact_id=contact.id, channel="voice", flow="main_menu", flow_hash="x",
        step="start", position_encrypted=b"", opened_at=at, updated_at=at,
    )  # fmt: skip
    relay = Relay(
        id=uow.new_id(), line="default", number=uow.session.query(Relay).count() + 1, token=uow.new_id(),
        room=uow.new_id(), channel="voice", contact_id=contact.id, conversation_id=talk.id, volunteer_id=vee.id,
        state="ended" if length else "joined", opened_at=at, limit_at=at, joined_at=at,
        ended_at=at + length if length else None,
    )  # fmt: skip
    uow.session.add_all([contact, talk, relay])
    uow.session.flush()


def reason(uow: UnitOfWork) -> str | None:
    return preview.who(uow, Need("default", "voice"))[0].reason


def test_relays_a_day_on_the_lines_clock(uow: UnitOfWork) -> None:
    vee = joins(uow)
    talked(uow, vee, there(3, 23, 30), timedelta(minutes=5))
    for hour in range(8, 15):
        talked(uow, vee, there(4, hour), timedelta(minutes=5))
    assert reason(uow) is None
    talked(uow, vee, there(4, 0, 5), timedelta(minutes=5))
    assert reason(uow) == "daily limit"
    uow.now = there(5, 0, 1)
    assert reason(uow) is None


def test_a_limit_of_their_own_goes_before_the_lines(uow: UnitOfWork) -> None:
    vee = joins(uow, daily_limit=1)
    assert reason(uow) is None
    talked(uow, vee, there(4, 10))
    assert reason(uow) == "daily limit"


def test_hours_a_week_are_any_seven_days(uow: UnitOfWork) -> None:
    vee = joins(uow, daily_limit=99)
    for day in (1, 2, 3):
        talked(uow, vee, there(day, 9), 4 * HOUR - timedelta(minutes=1))
    assert reason(uow) is None
    talked(uow, vee, there(4, 12), timedelta(minutes=3))
    assert reason(uow) == "hours limit"
    uow.now = there(8, 14)
    assert reason(uow) is None


def test_a_talk_that_lasts_counts_as_far_as_it_goes(uow: UnitOfWork) -> None:
    vee = joins(uow, daily_limit=99)
    talked(uow, vee, there(3, 18), 11 * HOUR)
    talked(uow, vee, uow.now - 50 * timedelta(minutes=1), None)
    assert reason(uow) != "hours limit"
    uow.now += timedelta(minutes=11)
    assert reason(uow) == "hours limit"


def test_longer_hours_that_were_agreed_lift_the_week_but_not_the_day(uow: UnitOfWork) -> None:
    vee = joins(uow, hours_agreed=True)
    talked(uow, vee, there(3, 1), 13 * HOUR)
    assert reason(uow) is None
    for hour in range(8, 16):
        talked(uow, vee, there(4, hour), timedelta(minutes=1))
    assert reason(uow) == "daily limit"


def test_shifts_that_adjoin_count_as_one_on_end(uow: UnitOfWork) -> None:
    """Somebody changed the schedule by hand: two shifts of three hours."""
    vee = joins(uow, always=False, hours_agreed=True)
    on_shift(uow, vee, 15, 18)
    on_shift(uow, vee, 18, 21)
    vee.hours_agreed = False
    uow.session.flush()
    uow.now = there(4, 18, 59)
    assert reason(uow) is None
    uow.now = there(4, 19)
    assert reason(uow) == "hours limit"
    vee.hours_agreed = True
    uow.session.flush()
    assert reason(uow) is None


def test_a_break_between_shifts_begins_the_hours_anew(uow: UnitOfWork) -> None:
    vee = joins(uow, always=False)
    on_shift(uow, vee, 13, 16)
    on_shift(uow, vee, 17, 21)
    uow.now = there(4, 20, 59)
    assert reason(uow) is None


def test_saying_on_again_does_not_begin_the_hours_anew(uow: UnitOfWork) -> None:
    vee = joins(uow, always=False)
    uow.now = MONDAY_NOON
    duty.go_on(uow, vee)
    uow.now = MONDAY_NOON + 3 * HOUR
    assert duty.go_on(uow, vee).until == MONDAY_NOON + 4 * HOUR
    uow.session.flush()
    assert reason(uow) is None
    uow.now = MONDAY_NOON + 4 * HOUR
    assert reason(uow) == "off shift"


def test_on_after_a_shift_counts_from_its_beginning(uow: UnitOfWork) -> None:
    vee = joins(uow, always=False)
    on_shift(uow, vee, 16, 19)
    assert duty.go_on(uow, vee, 4 * HOUR).until == there(4, 20)
    vee.hours_agreed = True
    assert duty.go_on(uow, vee, 4 * HOUR).until == there(4, 22)


def test_whoever_is_always_on_has_no_hours_on_end(uow: UnitOfWork) -> None:
    joins(uow)
    assert reason(uow) is None


def test_rest_after_a_talk(uow: UnitOfWork) -> None:
    vee = joins(uow)
    vee.rest_until = uow.now + timedelta(minutes=10)
    uow.session.flush()
    assert reason(uow) == "resting"
    uow.now += timedelta(minutes=10)
    assert reason(uow) is None
