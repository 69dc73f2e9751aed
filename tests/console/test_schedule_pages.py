"""Oda looks at the week: who is on shift, where somebody is missing, and who would ring now."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from html import unescape

import pytest

from checkin.accounts.rules import Role
from checkin.core.unit_of_work import UnitOfWork
from checkin.volunteers import shifts
from checkin.volunteers.models import Shift, Volunteer
from flows.model.lines import Cover
from flows.model.schedules import DAYS
from tests.cast import VAL, VEE
from tests.console.browser import Browser
from tests.console.conftest import MOST
from tests.console.people import HOSTILE
from tests.services.conftest import shown as listed
from tests.services.schedule import at, find, on_shift, team, there
from tests.the_line import TheLine

WEEK = "/console/schedule/"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@pytest.fixture(autouse=True)
def _vee_and_val(line: TheLine) -> None:
    team(line, VEE, VAL)


def test_the_gap_is_red_and_counted(line: TheLine, oda: Browser) -> None:
    on_shift(line, VEE, 16, 20)
    shown = oda.opens(WEEK)
    assert "Vee 16:00–20:00" in shown.words
    tuesday = shown.html.split('data-day="2026-03-03"')[1].split("</section>")[0]
    assert 'class="r64 s16 enough"' in tuesday
    assert 'class="r80 s8 short"' in tuesday
    assert "20:00–22:00 0/1 1 missing" in shown.words
    assert "62 of 66 needed hours aren't covered" in shown.words


def test_a_week_with_everyone_there_says_so(line: TheLine, oda: Browser) -> None:
    team_always(line)
    assert "This week is fully covered." in oda.opens(WEEK).words
    assert "Always available: Vee, Val." in oda.opens(WEEK).words


def team_always(line: TheLine) -> None:
    def always(uow: UnitOfWork) -> None:
        for number in (VEE, VAL):
            find(uow, number).always = True

    line.runtime.do(always)


def test_who_is_paused_covers_nothing_from_now_on(line: TheLine, oda: Browser) -> None:
    on_shift(line, VEE, 16, 20)
    line.runtime.do(lambda uow: setattr(find(uow, VEE), "off_rotation", True))
    shown = oda.opens(WEEK).words
    assert "away" in shown
    assert "16:00–22:00 0/1 1 missing" in shown


def test_who_cannot_come_leaves_a_gap_that_says_so(line: TheLine, oda: Browser) -> None:
    on_shift(line, VEE, 16, 20)
    at(line, there(3, 15, 5))
    line.answers(VEE, "NO")
    shown = oda.sign_in_as("lead").opens(WEEK).words
    assert "Vee 16:00–20:00 can't come: offered to others (GAP 1)" in shown
    assert "16:00–22:00 0/1 1 missing" in shown
    line.answers(VAL, "GAP 1")
    shown = oda.opens(WEEK).words
    assert "Val 16:00–20:00 coming" in shown
    assert "16:00–20:00 1/1 covered" in shown


def test_who_went_on_or_off_by_their_own_word_counts_so(line: TheLine, oda: Browser) -> None:
    on_shift(line, VEE, 16, 20)
    at(line, there(3, 16, 30))
    line.answers(VEE, "OFF 1H")
    shown = oda.sign_in_as("lead").opens(WEEK).words
    assert "16:00–16:30 1/1 covered" in shown
    assert "16:30–17:30 0/1 1 missing" in shown
    assert "17:30–20:00 1/1 covered" in shown
    line.answers(VAL, "ON 2H")
    shown = oda.opens(WEEK).words
    assert "16:00–20:00 1/1 covered" in shown, "Val stands in for that hour"


def test_a_line_that_wants_no_cover_has_no_gaps(line: TheLine, oda: Browser) -> None:
    wants(line)
    shown = oda.opens(WEEK).words
    assert "no gaps are shown" in shown
    assert "missing" not in shown
    wants(line, Cover(days=DAYS, between="09:00-09:00", volunteers=1))
    assert "167 of 167 needed hours aren't covered." in oda.opens(WEEK).words, "the clocks go forward in that week"


def wants(line: TheLine, *cover: Cover) -> None:
    library = line.runtime.library
    default = library.lines["default"].model_copy(update={"cover": cover})
    line.runtime.flows.library = replace(library, lines={**library.lines, "default": default})


def test_weeks_before_and_after(line: TheLine, oda: Browser) -> None:
    on_shift(line, VEE, 18, 21, days=("tue",), every=2)
    assert "Vee 18:00" in oda.opens(WEEK).words
    after = oda.opens(f"{WEEK}?week=2026-03-12").words
    assert "Mon, Mar 9 to Sun, Mar 15 2026" in after.replace("9 Mar", "Mar 9").replace("15 Mar", "Mar 15")
    assert "Vee 18:00" not in after
    assert "Vee 18:00" in oda.opens(f"{WEEK}?week=2026-03-16").words
    assert oda.opens(f"{WEEK}?week=<script>").status == 200
    assert oda.opens(f"{WEEK}?week=0001-01-01").status == 200


def test_a_night_lies_on_both_days(line: TheLine, oda: Browser) -> None:
    on_shift(line, VAL, 22, 2)
    html = oda.opens(WEEK).html
    assert 'class="turn r88 s8 planned"' in html
    assert 'class="turn r0 s8 planned"' in html
    assert "since the night before" in html


def test_the_day_on_which_clocks_change_says_so(line: TheLine, oda: Browser) -> None:
    on_shift(line, VEE, 22, 2, first=date(2026, 3, 7))
    shown = oda.opens(WEEK).words
    assert "The clocks change on Sun" in shown
    assert "23 hours" in shown
    assert "Vee 22:00–02:00" not in shown, "there is no two o'clock in that night"
    assert "Vee 22:00–03:00" in shown


def test_who_would_ring_now_and_why_not_the_others(line: TheLine, oda: Browser) -> None:
    line.runtime.do(lambda uow: setattr(find(uow, VEE), "always", True))
    shown = oda.opens(WEEK).words
    assert "Vee at once" in shown
    assert "Val not on shift" in shown
    on_shift(line, VAL, 18, 21)
    then = oda.opens("/console/schedule/asked/?channel=text&at=2026-03-03T19:00&language=es").words
    assert "doesn't speak the language" in then
    assert "Nobody would be asked." in then
    assert "Enter a time like" in oda.opens("/console/schedule/asked/?at=tomorrow").words


def test_the_load_of_this_week(line: TheLine, oda: Browser) -> None:
    on_shift(line, VEE, 18, 21)
    shown = oda.opens("/console/schedule/volunteers/").words
    assert "Vee" in shown
    assert "3 h on shift, 0 conversations" in shown
    assert VEE not in shown


def test_another_line_s_shift_is_not_there(line: TheLine, oda: Browser) -> None:
    shift = on_shift(line, VEE, 18, 21)
    line.runtime.do(lambda uow: setattr(find(uow, VEE), "line", "elsewhere"))
    assert "Vee" not in oda.opens(WEEK).words
    vee = line.runtime.do(lambda uow: find_id(uow, shift))
    assert oda.asks(f"/console/schedule/volunteers/{vee}").status == 404


def find_id(uow: UnitOfWork, shift: str) -> str:
    return uow.session.get_one(Shift, shift).volunteer_id


def test_who_only_looks_changes_nothing(line: TheLine, visits: Callable[[Role], Browser]) -> None:
    shift = on_shift(line, VEE, 18, 21)
    looks = visits("read_only")
    shown = looks.opens(WEEK)
    assert shown.status == 200
    assert "/console/schedule" not in "".join(part.split(">")[0] for part in shown.html.split('method="post"')[1:])
    assert "Vee" not in shown.words
    assert "someone 18:00–21:00" in shown.words
    for path in (f"/console/schedule/shifts/{shift}", "/console/schedule/volunteers/", "/console/schedule/asked/"):
        assert looks.asks(path).status == 403


@pytest.mark.parametrize("words", HOSTILE[:3], ids=["script", "image", "direction"])
def test_hostile_names_are_shown_as_they_are(line: TheLine, oda: Browser, words: str) -> None:
    shift = on_shift(line, VEE, 18, 21, days=("tue",))

    def rename(uow: UnitOfWork) -> str:
        vee = find(uow, VEE)
        uow.vault.encrypt(vee, Volunteer.name_encrypted, words[:60])
        vee.failures = 5
        shifts.day_off(uow, uow.session.get_one(Shift, shift), date(2026, 3, 3))
        return vee.id

    vee = line.runtime.do(rename)
    paths = (
        WEEK,
        "/console/schedule/volunteers/",
        f"/console/schedule/volunteers/{vee}",
        f"/console/schedule/shifts/{shift}",
    )
    for path in (*paths, "/console/schedule/asked/"):
        html = oda.opens(path).html
        assert "<script>alert" not in html
        assert "<img" not in html
        body = unescape(html.split("<main", 1)[1])
        for found in re.finditer(re.escape(words[:20]), body):
            before = body[max(0, found.start() - 60) : found.start()]
            assert "<bdi>" in before or "<option" in before or "aria-label=" in before, f"{path}: {before}"


def test_each_page_asks_little(line: TheLine, oda: Browser, statements: list[str]) -> None:
    shift = on_shift(line, VEE, 18, 21, days=WEEKDAYS[:2])
    on_shift(line, VAL, 18, 21, days=WEEKDAYS[2:4])
    vee = line.runtime.do(lambda uow: find(uow, VEE).id)
    paths = [
        WEEK,
        "/console/schedule/volunteers/",
        f"/console/schedule/volunteers/{vee}",
        f"/console/schedule/shifts/{shift}",
    ]
    for path in (*paths, "/console/schedule/asked/"):
        statements.clear()
        assert oda.opens(path).status == 200
        assert len(statements) <= MOST, f"{path}\n{listed(statements)}"


def test_who_does_not_pick_up_is_seen_everywhere(line: TheLine, oda: Browser) -> None:
    team_always(line)
    line.runtime.do(lambda uow: setattr(find(uow, VEE), "missed", 5))
    vee = line.runtime.do(lambda uow: find(uow, VEE).id)
    assert "didn't pick up 5 times" in oda.opens("/console/schedule/asked/").words
    assert "doesn't pick up" in oda.opens("/console/schedule/volunteers/").words
    assert "They didn't pick up 5 times in a row." in oda.opens(f"/console/schedule/volunteers/{vee}").words
    line.runtime.do(lambda uow: setattr(find(uow, VEE), "missed", 4))
    assert "pick up" not in oda.opens("/console/schedule/asked/").words
