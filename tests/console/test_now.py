"""Now: who waits, who talks, who is on duty, what somebody must see."""

from __future__ import annotations

from collections.abc import Callable

from checkin.accounts.rules import Role
from checkin.volunteers.models import Alert
from tests import make
from tests.cast import ANA, BEN, VAL, VEE
from tests.console.browser import Browser
from tests.the_line import TheLine


def vee_is_on_duty(line: TheLine) -> None:
    line.runtime.do(lambda uow: make.volunteer(uow, VEE, "Vee"))


def test_a_calm_hour(line: TheLine, oda: Browser) -> None:
    shown = oda.opens("/console/").words
    for words in ("0 alerts", "Nobody is waiting.", "Nobody is in a conversation.", "Nobody is on duty"):
        assert words in shown
    assert "worker isn't responding" in shown, "nobody carries anything out"


def test_ben_waits_and_is_joined(line: TheLine, oda: Browser) -> None:
    vee_is_on_duty(line)
    assert "free Vee" in oda.opens("/console/").words
    line.answers(ANA, "PEER")
    alias = line.contact(ANA).alias
    line.clock.forward(seconds=50)
    line.carries_out()
    shown = oda.opens("/console/live").words
    assert f"50 seconds {alias} by text" in shown
    line.answers(VEE, "TAKE 1")
    shown = oda.opens("/console/live").words
    assert f"{alias} with Vee" in shown
    assert "Nobody is waiting." in shown


def test_numbers_stand_nowhere(line: TheLine, oda: Browser) -> None:
    vee_is_on_duty(line)
    line.runtime.do(lambda uow: make.volunteer(uow, VAL, "Val", channels=["text"]))
    line.answers(ANA, "PEER")
    line.rings(BEN).presses("1")
    html = oda.opens("/console/").html
    assert not any(number[2:] in html for number in (ANA, BEN, VEE, VAL))


def test_an_alert_is_counted_until_somebody_has_looked(
    line: TheLine, oda: Browser, visits: Callable[[Role], Browser]
) -> None:
    line.answers(ANA, "I want to die")
    alert = line.runtime.read(lambda session: session.query(Alert).filter_by(kind="crisis").one().id)
    shown = oda.opens("/console/")
    assert f"{line.contact(ANA).alias} may be in crisis" in shown.words
    assert f'data-alerts="{alert}"' in shown.html, "the browser hears of it by its id"
    watcher = visits("read_only")
    assert "Mark as seen" not in watcher.opens("/console/").words
    assert "Alert closed." in oda.sends(f"/console/alerts/{alert}/close").words
    assert "may be in crisis" not in oda.opens("/console/").words
    assert "already closed this alert" in oda.sends(f"/console/alerts/{alert}/close").words


def test_spanish_is_spoken_to_who_asked_for_it(oda: Browser) -> None:
    assert "Ahora" in oda.sends("/look", language="es", back="/console/").words
    shown = oda.opens("/console/")
    assert "Nadie espera." in shown.words
    assert '<html lang="es"' in shown.html


def test_the_menu_has_what_is_theirs(visits: Callable[[Role], Browser]) -> None:
    assert "People" not in visits("read_only").opens("/console/").words
    lead = visits("lead").opens("/console/").words
    assert all(title in lead for title in ("Now", "Inbox", "People", "Health", "Changes", "Organizers"))
