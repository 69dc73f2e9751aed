"""A schedule that keeps itself, through the real processes: an invitation, a reminder, a gap, a calendar."""

from __future__ import annotations

import urllib.request
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest

from checkin.relays import preview
from checkin.relays.rules.matching import Need
from checkin.volunteers import schedule
from checkin.volunteers import service as volunteers
from checkin.volunteers.shifts import Times
from tests.journeys.house import House
from tests.phones import Phone

pytestmark = pytest.mark.processes

NEW_YORK = ZoneInfo("America/New_York")
Take = Callable[..., Phone]


def number(house: House, phone: Phone) -> str:
    return str(house.network.get(f"/phones/{phone.id}")["number"])


def test_vee_cannot_come_and_val_who_was_just_invited_takes_her_shift(house: House, phone: Take) -> None:
    vee, val = phone("Vee"), phone("Val")
    house.command("volunteers", "add", "--name", "Vee", "--phone", number(house, vee))
    house.command("volunteers", "add", "--name", "Val", "--phone", number(house, val), "--invite")
    val.reads("Reply YES to agree", within=25)
    val.texts("YES")
    val.reads("welcome to Harbor Line")

    now = datetime.fromisoformat(house.network.get("/clock")["now"])
    begins = (now + timedelta(hours=30)).astimezone(NEW_YORK).replace(minute=0, second=0, microsecond=0)
    ends = begins + timedelta(hours=2)
    times = Times(begins.time(), ends.time(), first=begins.date())
    house.do(lambda uow: schedule.add(uow, volunteers.find(uow, "default", "Vee"), times, "Oda"))
    house.network.forward(seconds=(begins - now).total_seconds() - 4 * 3600)
    vee.reads("Reply YES, or NO if you can't", within=20)
    vee.texts("NO")
    vee.reads("is being offered to others")
    val.reads("Reply GAP 1 to take it", within=20)
    val.texts("GAP 1")
    val.reads("The shift is yours")
    vee.reads("is covered", within=20)
    need = Need("default", "voice")
    asked = house.look(lambda uow: [volunteers.name_of(uow, row.volunteer) for row in preview.who(uow, need, begins)])
    assert asked[0] == "Val"

    with urllib.request.urlopen(house.calendar_of("Val"), timeout=10) as answer:
        calendar = icalendar.Calendar.from_ical(answer.read())
    assert [event.decoded("DTSTART") for event in calendar.walk("VEVENT")] == [begins]
    assert house.network.refusals() == []
    for name in ("Vee", "Val"):
        house.command("volunteers", "remove", name, "--yes")
