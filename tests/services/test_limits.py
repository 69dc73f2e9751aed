"""How much one volunteer is asked to carry: relays a day, hours a week, hours on end, and rest in between."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from sqlalchemy.orm import Session

from checkin.contacts import service as contacts
from checkin.core.unit_of_work import Work
from checkin.messages.models import Conversation
from checkin.relays import preview
from checkin.relays.models import Relay
from checkin.relays.rules.matching import Need
from checkin.volunteers import duty, shifts
from checkin.volunteers import service as volunteers
from checkin.volunteers.models import Volunteer
from checkin.volunteers.service import Offered
from checkin.volunteers.shifts import Times
from tests.cast import ANA, MONDAY_NOON, VEE
from tests.make import make_work, number
from tests.services.rota import there

HOUR = timedelta(hours=1)


@pytest.fixture
def work(session: Session) -> Work:
    return make_work(session, there(4, 18))


def joins(work: Work, **offered: object) -> Volunteer:
    vee = volunteers.add(work, "default", "Vee", VEE, Offered(**{"always": True, **offered}), by="Oda")
    work.session.flush()
    return vee


def on_shift(work: Work, vee: Volunteer, begins: int, ends: int) -> None:
    shifts.add(work, vee, Times(time(begins), time(ends % 24), days=("wed",)))
    work.session.flush()


def talked(work: Work, vee: Volunteer, at: datetime, length: timedelta | None = HOUR) -> None:
    """Vee was in a relay from then on, for so long; None: she still is."""
    contact = contacts.new(work, "default", number(ANA[:-3] + f"{work.session.query(Relay).count() + 300}"))
    talk = Conversation(
        id=work.new_id(), line="default", contact_id=contact.id, channel="voice", flow="main_menu", flow_hash="x",
        step="start", position_encrypted=b"", opened_at=at, updated_at=at,
    )  # fmt: skip
    relay = Relay(
        id=work.new_id(), line="default", number=work.session.query(Relay).count() + 1, token=work.new_id(),
        room=work.new_id(), channel="voice", contact_id=contact.id, conversation_id=talk.id, volunteer_id=vee.id,
        state="ended" if length else "joined", opened_at=at, limit_at=at, joined_at=at,
        ended_at=at + length if length else None,
    )  # fmt: skip
    work.session.add_all([contact, talk, relay])
    work.session.flush()


def reason(work: Work) -> str | None:
    return preview.who(work, Need("default", "voice"))[0].reason


def test_relays_a_day_on_the_lines_clock(work: Work) -> None:
    vee = joins(work)
    talked(work, vee, there(3, 23, 30), timedelta(minutes=5))
    for hour in range(8, 15):
        talked(work, vee, there(4, hour), timedelta(minutes=5))
    assert reason(work) is None
    talked(work, vee, there(4, 0, 5), timedelta(minutes=5))
    assert reason(work) == "daily limit"
    work.now = there(5, 0, 1)
    assert reason(work) is None


def test_a_limit_of_their_own_goes_before_the_lines(work: Work) -> None:
    vee = joins(work, daily_limit=1)
    assert reason(work) is None
    talked(work, vee, there(4, 10))
    assert reason(work) == "daily limit"


def test_hours_a_week_are_any_seven_days(work: Work) -> None:
    vee = joins(work, daily_limit=99)
    for day in (1, 2, 3):
        talked(work, vee, there(day, 9), 4 * HOUR - timedelta(minutes=1))
    assert reason(work) is None
    talked(work, vee, there(4, 12), timedelta(minutes=3))
    assert reason(work) == "hours limit"
    work.now = there(8, 14)
    assert reason(work) is None


def test_a_talk_that_lasts_counts_as_far_as_it_goes(work: Work) -> None:
    vee = joins(work, daily_limit=99)
    talked(work, vee, there(3, 18), 11 * HOUR)
    talked(work, vee, work.now - 50 * timedelta(minutes=1), None)
    assert reason(work) != "hours limit"
    work.now += timedelta(minutes=11)
    assert reason(work) == "hours limit"


def test_longer_hours_that_were_agreed_lift_the_week_but_not_the_day(work: Work) -> None:
    vee = joins(work, hours_agreed=True)
    talked(work, vee, there(3, 1), 13 * HOUR)
    assert reason(work) is None
    for hour in range(8, 16):
        talked(work, vee, there(4, hour), timedelta(minutes=1))
    assert reason(work) == "daily limit"


def test_shifts_that_adjoin_count_as_one_on_end(work: Work) -> None:
    """Somebody changed the rota by hand: two shifts of three hours."""
    vee = joins(work, always=False, hours_agreed=True)
    on_shift(work, vee, 15, 18)
    on_shift(work, vee, 18, 21)
    vee.hours_agreed = False
    work.session.flush()
    work.now = there(4, 18, 59)
    assert reason(work) is None
    work.now = there(4, 19)
    assert reason(work) == "hours limit"
    vee.hours_agreed = True
    work.session.flush()
    assert reason(work) is None


def test_a_break_between_shifts_begins_the_hours_anew(work: Work) -> None:
    vee = joins(work, always=False)
    on_shift(work, vee, 13, 16)
    on_shift(work, vee, 17, 21)
    work.now = there(4, 20, 59)
    assert reason(work) is None


def test_saying_on_again_does_not_begin_the_hours_anew(work: Work) -> None:
    vee = joins(work, always=False)
    work.now = MONDAY_NOON
    duty.go_on(work, vee)
    work.now = MONDAY_NOON + 3 * HOUR
    assert duty.go_on(work, vee).until == MONDAY_NOON + 4 * HOUR
    work.session.flush()
    assert reason(work) is None
    work.now = MONDAY_NOON + 4 * HOUR
    assert reason(work) == "off shift"


def test_on_after_a_shift_counts_from_its_beginning(work: Work) -> None:
    vee = joins(work, always=False)
    on_shift(work, vee, 16, 19)
    assert duty.go_on(work, vee, 4 * HOUR).until == there(4, 20)
    vee.hours_agreed = True
    assert duty.go_on(work, vee, 4 * HOUR).until == there(4, 22)


def test_whoever_is_always_on_has_no_hours_on_end(work: Work) -> None:
    joins(work)
    assert reason(work) is None


def test_rest_after_a_talk(work: Work) -> None:
    vee = joins(work)
    vee.rest_until = work.now + timedelta(minutes=10)
    work.session.flush()
    assert reason(work) == "resting"
    work.now += timedelta(minutes=10)
    assert reason(work) is None
