"""Oda changes the schedule: shifts written, moved, let off, removed; volunteers invited, paused and taken out again."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from checkin.contacts.models import Consent
from checkin.core.audit_models import Audit
from checkin.core.unit_of_work import UnitOfWork
from checkin.volunteers import queries as rows
from checkin.volunteers import shift_feeds
from checkin.volunteers.models import Shift
from checkin.volunteers.profile import offered_by
from checkin.volunteers.rules import shifts as rules
from tests.cast import VAL, VEE
from tests.console.browser import Browser
from tests.services.schedule import NEW_YORK, ZOE, find, on_shift, shifts_of, team
from tests.the_line import TheLine

WEEK = "/console/schedule/"
TEAM = "/console/schedule/volunteers/"


@pytest.fixture(autouse=True)
def _vee_and_val(line: TheLine) -> None:
    team(line, VEE, VAL)


def id_of(line: TheLine, number: str) -> str:
    return line.runtime.do(lambda uow: find(uow, number).id)


def times(line: TheLine, shift: str, count: int = 4) -> list[str]:
    def coming(uow: UnitOfWork) -> list[str]:
        found = rows.as_rule(uow.session.get_one(Shift, shift))
        from_now = rules.next_times([found], uow.now, count)
        return [f"{span.start.astimezone(NEW_YORK):%a %d %H:%M}" for span in from_now]

    return line.runtime.do(coming)


def audits(line: TheLine) -> list[tuple[str, str | None, str | None]]:
    query = select(Audit.what, Audit.before, Audit.after).where(
        Audit.what.contains("shift") | Audit.what.contains("day")
    )
    return line.runtime.read(lambda session: [(a, b, c) for a, b, c in session.execute(query.order_by(Audit.id))])


def form(**values: Any) -> dict[str, Any]:
    return {
        "begins": "18:00",
        "ends": "21:00",
        "repeats": "weeks",
        "every": "1",
        "nth": "1",
        "first": "2026-03-02",
        **values,
    }


@pytest.mark.parametrize(
    ("week", "first"), [("", "2026-03-02"), ("2026-03-11", "2026-03-09"), ("2026-02-25", "2026-02-23")]
)
def test_a_new_shift_begins_in_the_week_that_is_shown(oda: Browser, week: str, first: str) -> None:
    """Today in this week, else its Monday."""
    shown = oda.opens(f"{WEEK}?week={week}").html
    assert re.search(r'name="first"[^>]*value="([^"]*)"', shown).group(1) == first  # type: ignore[union-attr]


def test_a_shift_is_added_for_each_week(line: TheLine, oda: Browser) -> None:
    shown = oda.sends(f"{WEEK}shifts", volunteer=id_of(line, VEE), week="2026-03-09", **form(days=["mon", "wed"]))
    assert "Shift added." in shown.words
    assert "Mon, 9 Mar to" in shown.words
    [row] = shifts_of(line)
    assert row.rule == "FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,WE"
    assert oda.who
    assert audits(line) == [
        (
            "added a shift",
            None,
            "FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,WE from 2026-03-02, 18:00, 180 minutes, America/New_York",
        )
    ]


def test_the_second_saturday_across_midnight_for_texts_only(line: TheLine, oda: Browser) -> None:
    typed = form(days="sat", repeats="months", nth="2", begins="22:00", ends="01:00", channel="text")
    shown = oda.sends(f"{TEAM}{id_of(line, VEE)}/shifts", **typed).words
    assert "every month on the second Sat" in shown
    [row] = shifts_of(line)
    assert (row.rule, row.minutes, row.channels) == ("FREQ=MONTHLY;INTERVAL=1;BYDAY=2SA", 180, ["text"])
    again = oda.opens(f"{WEEK}shifts/{row.id}")
    assert '<option value="months" selected>' in again.html
    assert '<option value="text" selected>' in again.html
    assert again.form_field("ends") == "01:00"


def test_what_cannot_be_is_said_and_what_was_typed_stays(line: TheLine, oda: Browser) -> None:
    vee = id_of(line, VEE)
    shown = oda.sends(f"{WEEK}shifts", volunteer=vee, **form(begins="12:00", ends="20:00", days=["mon", "tue"]))
    assert shown.status == 422
    assert "at most 4 hours in a row" in shown.words
    assert shown.form_field("begins") == "12:00"
    assert shown.html.count('name="days" value="tue" checked') == 1
    for typed, said in (
        ({"days": []}, "Choose at least one day"),
        ({"days": "mon", "begins": "late"}, "Enter times like 18:00"),
        ({"days": "mon", "every": "many"}, "Enter a whole number"),
        ({"days": "mon", "first": "9999-99-99"}, "Enter days like"),
        ({"days": "noday"}, "isn't a day of the week"),
        ({"repeats": "rule", "rule": "FREQ=SECONDLY"}, "isn't a rule for days"),
        ({"repeats": "often"}, "Choose how often"),
        ({"days": "mon", "zone": "Mars/Base"}, "there's no time zone"),
    ):
        assert said in str(oda.sends(f"{WEEK}shifts", volunteer=vee, **form(**typed)).words).replace(
            "There's", "there's"
        )
    assert "Choose whose" in oda.sends(f"{WEEK}shifts", **form(days="mon")).words
    assert shifts_of(line) == []


def test_one_time_is_moved_and_the_others_stay(line: TheLine, oda: Browser) -> None:
    shift = on_shift(line, VEE, 18, 21, days=("tue",))
    path = f"{WEEK}shifts/{shift}/move"
    shown = oda.sends(path, day="2026-03-03", to="2026-03-05", at="17:00", clock="line", week="2026-03-02")
    assert "Moved to Thu, 5 Mar, 17:00." in shown.words
    assert "Vee 17:00–20:00" in shown.words
    assert times(line, shift, 2) == ["Tue 10 18:00", "Tue 17 18:00"]
    assert "isn't on 2026-03-03 anymore" in oda.sends(path, day="2026-03-03", to="2026-03-06", at="17:00").words
    assert ("moved a shift", "2026-03-03 18:00", "2026-03-05 17:00") in audits(line)


def test_to_another_day_at_the_same_hour_it_stays_one_shift(line: TheLine, oda: Browser) -> None:
    shift = on_shift(line, VEE, 18, 21, days=("tue",))
    oda.sends(f"{WEEK}shifts/{shift}/move", day="2026-03-03", to="2026-03-04", at="18:00")
    assert times(line, shift, 2) == ["Wed 04 18:00", "Tue 10 18:00"]
    oda.sends(f"{WEEK}shifts/{shift}/move", day="2026-03-04", to="2026-03-03", at="18:00")
    assert times(line, shift, 2) == ["Tue 03 18:00", "Tue 10 18:00"]
    assert [(row.days_off, row.extra_days) for row in shifts_of(line)] == [([], [])]


def test_a_shift_of_one_day_is_moved_as_it_is(line: TheLine, oda: Browser) -> None:
    shift = on_shift(line, VEE, 18, 21)
    oda.sends(f"{WEEK}shifts/{shift}/move", day="2026-03-03", to="2026-03-03", at="19:30")
    assert times(line, shift) == ["Tue 03 19:30"]
    other = on_shift(line, VEE, 10, 12)
    shown = oda.sends(f"{WEEK}shifts/{other}/move", day="2026-03-03", to="2026-03-03", at="20:00", week="2026-03-02")
    assert "already on shift" in shown.words
    assert 'id="week"' in shown.html, "the week is shown again, from which it was dragged"
    assert times(line, other) == ["Tue 03 10:00"]


def test_the_week_moves_by_the_line_s_clock(line: TheLine, oda: Browser) -> None:
    shift = on_shift(line, VEE, 18, 21, time_zone="America/Chicago")
    assert "not the line's" in oda.opens(f"{WEEK}shifts/{shift}").words
    oda.sends(f"{WEEK}shifts/{shift}/move", day="2026-03-03", to="2026-03-04", at="20:00", clock="line")
    assert times(line, shift) == ["Wed 04 20:00"]
    assert shifts_of(line)[0].starts_at == "19:00"


def test_days_off_and_extra_days_come_and_go(line: TheLine, oda: Browser) -> None:
    shift = on_shift(line, VEE, 18, 21, days=("tue",))
    page = f"{WEEK}shifts/{shift}"
    assert "Canceled on that day." in oda.sends(f"{page}/day-off", off="2026-03-10").words
    assert "Day off: Vee" in oda.opens(f"{WEEK}?week=2026-03-09").words
    oda.sends(f"{page}/extra-day", extra="2026-03-12")
    assert times(line, shift, 3) == ["Tue 03 18:00", "Thu 12 18:00", "Tue 17 18:00"]
    assert "isn't on 2026-03-11" in oda.sends(f"{page}/day-off", off="2026-03-11").words
    shown = oda.sends(f"{page}/extra-day", extra="2026-03-10", week="2026-03-09").words
    assert "Day off" not in shown
    assert [what for what, _, _ in audits(line)] == ["gave a day off", "added an extra day", "added an extra day"]


def test_all_of_a_shift_is_changed_and_removed(line: TheLine, oda: Browser) -> None:
    shift = on_shift(line, VEE, 18, 21, days=("tue",))
    page = f"{WEEK}shifts/{shift}"
    oda.sends(f"{page}/day-off", off="2026-03-10")
    assert "Shift saved." in oda.sends(f"{page}/change", **form(days="tue", begins="19:00", ends="22:00")).words
    assert times(line, shift, 2) == ["Tue 03 19:00", "Tue 17 19:00"]
    assert "Shift removed." in oda.sends(f"{page}/remove").words
    assert shifts_of(line) == []
    assert [what for what, _, _ in audits(line)][-2:] == ["changed a shift", "removed a shift"]
    assert oda.asks(page).status == 404


def test_a_volunteer_is_invited_by_text_and_says_yes(line: TheLine, oda: Browser) -> None:
    typed: dict[str, Any] = {
        "name": "Zoe",
        "number": ZOE,
        "languages": ["en", "es"],
        "channels": "text",
        "topics": "Family, new here",
    }
    shown = oda.sends(f"{TEAM}add", agreed="invite", **typed).words
    assert "Invited by text." in shown
    assert "haven't agreed" in shown
    assert ZOE not in shown
    line.carries_out()
    assert "Reply YES to agree" in line.sent_to(ZOE)[0]
    assert "welcome" in line.answers(ZOE, "YES")
    zoe = line.runtime.do(lambda uow: find(uow, ZOE))
    assert (zoe.state, zoe.topics, zoe.channels) == ("active", ["family", "new_here"], ["text"])


def test_a_yes_on_paper_is_noted_and_nothing_is_taken_for_one(line: TheLine, oda: Browser) -> None:
    typed: dict[str, Any] = {"name": "Zoe", "number": ZOE, "languages": "en", "channels": ["voice", "text"]}
    assert "already have it" in oda.sends(f"{TEAM}add", **typed).words
    assert oda.sends(f"{TEAM}add", agreed="agreed", **{**typed, "number": "pizza"}).form_field("name") == "Zoe"
    assert "Volunteer added" in oda.sends(f"{TEAM}add", agreed="agreed", **typed).words
    query = select(Consent).where(Consent.name == "volunteering")
    ledger = line.runtime.read(lambda session: session.scalars(query).one())
    assert (ledger.given, ledger.channel) == (True, "paper")


def test_somebody_is_changed_paused_and_resumed(line: TheLine, oda: Browser) -> None:
    page = f"{TEAM}{id_of(line, VEE)}"
    oda.sends(f"{page}/change", languages=["en", "es"], channels="voice", topics="", lead="1", daily_limit="2")
    vee = line.runtime.do(lambda uow: offered_by(find(uow, VEE)))
    assert (vee.languages, vee.channels, vee.lead, vee.daily_limit) == (("en", "es"), ("voice",), True, 2)
    assert "choose from" in oda.sends(f"{page}/change", channels="voice").words
    assert "Paused." in oda.sends(f"{page}/pause").words
    assert "paused" in oda.opens(TEAM).words
    assert "Resumed." in oda.sends(f"{page}/resume").words


def test_a_number_that_cannot_be_reached_is_flagged_until_it_is_put_right(line: TheLine, oda: Browser) -> None:
    line.runtime.do(lambda uow: setattr(find(uow, VEE), "failures", 5))
    assert "Vee's phone couldn't be reached 5 times" in oda.opens(TEAM).words
    page = f"{TEAM}{id_of(line, VEE)}"
    assert "check the number" in oda.opens(page).words
    oda.sends(f"{page}/resume")
    assert "couldn't be reached" not in oda.opens(TEAM).words


def test_the_calendar_s_address_opens_until_it_is_replaced(line: TheLine, oda: Browser) -> None:
    on_shift(line, VEE, 18, 21, first=date(2026, 3, 3))
    page = f"{TEAM}{id_of(line, VEE)}"
    old = line.runtime.do(lambda uow: f"/shifts/{shift_feeds.token(uow, find(uow, VEE))}.ics")
    assert old in oda.opens(page).html
    assert b"DTSTART:20260303T230000Z" in oda.client.get(old, base_url="https://line.example").data
    assert old not in oda.sends(f"{page}/feed").html
    assert oda.client.get(old, base_url="https://line.example").status_code == 404


def test_who_leaves_is_erased(line: TheLine, oda: Browser) -> None:
    on_shift(line, VEE, 18, 21)
    page = f"{TEAM}{id_of(line, VEE)}"
    assert "are deleted" in oda.sends(f"{page}/remove").words
    assert "Vee" not in oda.opens(TEAM).words
    assert shifts_of(line) == []
    assert oda.asks(page).status == 404
