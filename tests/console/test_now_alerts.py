"""Alerts on Now: whoever may be in danger is never pushed out of sight, is read, and can be answered and called."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from checkin.accounts.rules import Role
from checkin.cases import alarms
from checkin.contacts import service as contacts
from checkin.core.audit_models import Audit
from checkin.core.unit_of_work import UnitOfWork
from checkin.delivery import network_opt_outs
from checkin.relays import service as relays
from checkin.volunteers import alerts
from checkin.volunteers.models import Alert, Volunteer
from checkin.web.reads.alerts import MOST_OTHERS
from tests import make
from tests.cast import ANA, BEN, VAL, VEE
from tests.console.browser import Browser
from tests.console.conftest import MOST
from tests.services.conftest import shown as listed
from tests.the_line import TheLine

DANGER = "nobody would notice, i want to kill myself tonight"


def opened(line: TheLine, kind: str = "crisis") -> Alert:
    rows = select(Alert).where(Alert.kind == kind, Alert.closed_at.is_(None))
    return line.runtime.read(lambda session: session.scalars(rows).one())


def of_others(line: TheLine, kind: str, many: int) -> None:
    """So many contacts have an alert of this kind."""

    def write(uow: UnitOfWork) -> None:
        for nth in range(many):
            contact = contacts.new(uow, "default", make.number(f"+1555555{3000 + nth}"))
            uow.session.flush()
            alarms.raise_alert(uow, contact, kind, "a rule")

    line.runtime.do(write)


def test_danger_is_never_cut_off_and_the_newest_comes_first(line: TheLine, oda: Browser) -> None:
    of_others(line, "crisis", 130)
    of_others_later = MOST_OTHERS + 20
    line.clock.forward(minutes=1)
    line.runtime.do(
        lambda uow: [alerts.put_up(uow, "default", "shift_gap", f"gap {n}") for n in range(of_others_later)]
    )
    line.answers(ANA, DANGER)
    shown = oda.opens("/console/")
    first = shown.html.index("may be in crisis")
    assert line.contact(ANA).alias in shown.html[first - 200 : first], "hers is the newest"
    assert shown.html.count("may be in crisis") == 131
    assert "251 alerts" in shown.words
    assert "20 more alerts are open" in shown.words
    assert 'data-count="251"' in shown.html


def test_one_contacts_many_texts_are_one_row_that_counts(line: TheLine, oda: Browser) -> None:
    for _ in range(25):
        line.clock.forward(seconds=10)
        line.answers(ANA, DANGER)
    line.clock.forward(minutes=2)
    shown = oda.opens("/console/")
    assert shown.html.count("may be in crisis") == 1
    assert "25 times, last one 2 minutes ago" in shown.words
    assert f'data-told="{opened(line).id}:2 "' in shown.html, "what is told again is heard again"


def test_the_words_are_there_for_whoever_may_read_them(
    line: TheLine, oda: Browser, visits: Callable[[Role], Browser]
) -> None:
    line.answers(ANA, f"{DANGER} <b>now</b>")
    assert f"{DANGER} <b>now</b>" in oda.opens("/console/").words
    assert DANGER in visits("volunteer_lead").opens("/console/").words
    looker = visits("read_only").opens("/console/")
    assert DANGER not in looker.html
    assert "may be in crisis" not in looker.words, "they meet no people"
    assert not re.search(r"<a[^>]*/console/people/|Answer|>Call<", looker.html)


def test_words_that_a_peer_reads_stand_on_no_page(line: TheLine, oda: Browser) -> None:
    line.runtime.do(lambda uow: make.volunteer(uow, VEE, "Vee"))
    line.answers(ANA, "PEER")
    line.answers(ANA, f"while i wait: {DANGER}")
    assert "while i wait" in oda.opens("/console/").words, "nobody has read it yet"
    line.answers(VEE, "TAKE 1")
    line.answers(ANA, DANGER)
    shown = oda.opens("/console/").words
    assert DANGER not in shown
    assert "They wrote it to the peer they're talking with." in shown


def test_every_row_leads_on(line: TheLine, oda: Browser, visits: Callable[[Role], Browser]) -> None:
    line.runtime.do(lambda uow: make.volunteer(uow, VEE, "Vee"))
    line.answers(ANA, DANGER)
    line.answers(BEN, "PEER")
    ana, ben = line.contact(ANA), line.contact(BEN)
    shown = oda.opens("/console/")
    for item in (ana, ben):
        assert f'<a href="/console/people/{item.id}">' in shown.html
        assert shown.html.count(f'action="/console/inbox/people/{item.id}/take"') == 2, "answer and call"
    line.answers(VEE, "TAKE 1")
    assert f'action="/console/inbox/people/{ben.id}/take"' in oda.opens("/console/live").html, "who talks, too"
    case = oda.sends(f"/console/inbox/people/{ana.id}/take")
    assert "Case 1 is open and yours." in case.words
    assert DANGER in case.words
    assert "Answer as the line" in case.words
    assert '<a href="/console/inbox/1">' in oda.opens("/console/").html
    called = oda.sends(f"/console/inbox/people/{ana.id}/take", follow=False, to="call").response
    assert called.location.endswith("/console/inbox/1#call")
    volunteer_lead = visits("volunteer_lead").opens("/console/").html
    assert "/console/people/" not in volunteer_lead, "people are not theirs to see; conversations are"
    assert f'action="/console/inbox/people/{ana.id}/take"' in volunteer_lead


@pytest.mark.parametrize("page", ["/console/", "/console/live"])
def test_whom_the_network_opted_out_stands_on_the_page_like_anybody(line: TheLine, oda: Browser, page: str) -> None:
    """An alert, and a row of who waits: both say why no text reaches them."""
    line.runtime.do(lambda uow: make.volunteer(uow, VEE, "Vee"))
    line.answers(ANA, DANGER)
    line.answers(BEN, "PEER")

    def conclude(uow: UnitOfWork) -> None:
        for number in (ANA, BEN):
            network_opt_outs.opted_out(uow, uow.session.merge(line.contact(number)))

    line.runtime.do(conclude)
    shown = oda.opens(page)
    assert shown.words.count("Can't be texted: the network says they opted out") == 2
    oda.sends("/look", language="es", back="/console/")
    assert "la red dice que se dio de baja" in oda.opens(page).words


def test_in_lists_nobody_is_said_to_have_texted_stop_who_did_not(line: TheLine, oda: Browser) -> None:
    line.answers(ANA, DANGER)
    line.answers(BEN, "STOP")
    line.runtime.do(lambda uow: network_opt_outs.opted_out(uow, uow.session.merge(line.contact(ANA))))
    people = oda.opens("/console/people/").words
    assert people.count("STOP: no texts") == 1
    assert people.count("network blocks texts") == 1
    ana = line.contact(ANA)
    assert "Opted out with the network" in oda.opens(f"/console/people/{ana.id}").words
    taken = oda.sends(f"/console/inbox/people/{ana.id}/take").words
    assert "the network won't send them texts" in taken
    assert "network blocks texts" in oda.opens("/console/inbox/?box=mine").words


@pytest.mark.parametrize("seen", ["9" * 5_000, "9" * 30, "9223372036854775808", "2147483648", "-1", "é", "1.5"])
def test_a_count_that_is_none_closes_nothing(line: TheLine, oda: Browser, seen: str) -> None:
    line.answers(ANA, DANGER)
    refused = oda.sends(f"/console/alerts/{opened(line).id}/close", seen=seen)
    assert refused.status == 422
    assert "Reload the page and look again." in refused.words
    assert opened(line).closed_at is None


@pytest.mark.parametrize(
    ("said", "why"), [("STOP", "Can't be texted: they texted STOP"), ("hi", None)], ids=["after STOP", "blocked"]
)
def test_danger_from_whom_we_do_not_answer_is_danger(line: TheLine, oda: Browser, said: str, why: str | None) -> None:
    line.answers(ANA, said)
    if why is None:
        line.runtime.do(lambda uow: relays.block(uow, uow.session.merge(line.contact(ANA)), "threats", "Oda"))
    line.answers(ANA, DANGER)
    shown = oda.opens("/console/")
    assert f"{line.contact(ANA).alias} may be in crisis" in shown.words
    assert DANGER in shown.words
    assert why in shown.words if why else "blocked" in shown.words
    assert ("Open a case" if why else "Answer") in shown.words


def test_somebody_without_a_number_cannot_be_called(line: TheLine, oda: Browser) -> None:
    line.rings("anonymous").speaks("i want to die")
    shown = oda.opens("/console/")
    assert "Can't be texted: we don't have their number" in shown.words
    assert "Open a case" in shown.words
    assert ">Call<" not in shown.html


def test_all_of_one_contact_is_closed_at_once_and_what_came_since_is_not(line: TheLine, oda: Browser) -> None:
    line.answers(ANA, "HELP")
    line.clock.forward(seconds=1)
    line.answers(ANA, DANGER)
    line.answers(BEN, DANGER)
    shown = oda.opens("/console/")
    ana = line.contact(ANA)
    at = re.search(rf'/alerts/of/{ana.id}/close".*?name="seen_at" value="([^"]+)"', shown.html, re.S)
    assert at, "she has two"
    assert f"/alerts/of/{line.contact(BEN).id}/close" not in shown.html, "he has one"
    line.clock.forward(seconds=30)
    line.answers(ANA, "STOP")
    line.answers(ANA, "are you there")
    again = oda.sends(f"/console/alerts/of/{ana.id}/close", seen_at=at.group(1))
    assert "Something new came in meanwhile and is still open." in again.words
    assert f"{ana.alias} may be in crisis" not in again.words
    assert f"{ana.alias} texts after STOP" in again.words
    assert f"{line.contact(BEN).alias} may be in crisis" in again.words
    assert "Alerts closed." in oda.sends(f"/console/alerts/of/{ana.id}/close").words
    who = line.runtime.read(
        lambda session: session.scalars(select(Audit.before).where(Audit.what == "closed an alert")).all()
    )
    assert sorted(item or "" for item in who) == ["crisis", "help", "opted_out_texts"]
    assert oda.sends(f"/console/alerts/of/{ana.id}/close", seen_at="yesterday").status == 422


def test_nothing_is_closed_that_nobody_has_seen(line: TheLine, oda: Browser) -> None:
    line.answers(ANA, DANGER)
    oda.opens("/console/")
    line.answers(ANA, "i have the pills here. i want to die")
    refused = oda.sends(f"/console/alerts/{opened(line).id}/close", seen="1")
    assert refused.status == 422
    assert "It has happened again in the meantime: look once more" in refused.words
    assert "i have the pills here" in refused.words
    assert "Alert closed." in oda.sends(f"/console/alerts/{opened(line).id}/close", seen="2").words


def test_what_is_about_no_contact_leads_on_too(line: TheLine, oda: Browser, visits: Callable[[Role], Browser]) -> None:
    def write(uow: UnitOfWork) -> str:
        vee = make.volunteer(uow, VEE, "Vee")
        alerts.put_up(uow, "default", "volunteer_call", "after a relay", volunteer=vee)
        alerts.put_up(uow, "default", "set_aside", "send_message")
        alerts.put_up(uow, "default", "line_mute", "a carrier treated our text as spam (error 30007)")
        return vee.id

    vee = line.runtime.do(write)
    shown = oda.opens("/console/")
    assert "A volunteer would like a call Open" in shown.words
    assert f'href="/console/schedule/volunteers/{vee}"' in shown.html
    assert "A job failed : send a text Open" in shown.words
    assert "a carrier treated our text as spam" in shown.words
    lead = visits("volunteer_lead").opens("/console/").html
    assert 'href="/console/health/"' in shown.html
    assert 'href="/console/health/"' not in lead, "a page that they may not see is no way on"


def test_a_lead_whom_nothing_reaches_stands_in_red(line: TheLine, oda: Browser) -> None:
    shown = oda.opens("/console/").words
    assert "No lead can be texted when someone is in danger." in shown

    def write(uow: UnitOfWork) -> None:
        make.volunteer(uow, VEE, "Vee", lead=True)
        make.volunteer(uow, VAL, "Val", lead=True)

    line.runtime.do(write)
    assert "No lead can be texted" not in oda.opens("/console/").words
    line.answers(VEE, "STOP")
    line.carries_out()
    shown = oda.opens("/console/").words
    assert "Vee, a lead, texted STOP: we can't reach them, so others are told of danger." in shown
    assert "A lead can't be told of danger Open" in shown
    team = oda.opens("/console/schedule/volunteers/").words
    assert "Vee is a lead and can't be told when someone is in danger: texted STOP" in team

    def fails(uow: UnitOfWork) -> None:
        for row in uow.session.scalars(select(Volunteer)):
            row.texts_failed = 2

    line.runtime.do(fails)
    shown = oda.opens("/console/").words
    assert "No lead can be texted when someone is in danger." in shown
    assert "Texts don't reach Val, a lead" in shown


def test_a_lead_whom_the_network_opted_out_is_not_said_to_have_texted_stop(line: TheLine, oda: Browser) -> None:
    """Texts don't reach them; calls do."""
    line.runtime.do(lambda uow: network_opt_outs.stopped(uow, make.volunteer(uow, VEE, "Vee", lead=True)))
    shown = oda.opens("/console/").words
    assert "Texts don't reach Vee, a lead, so others are told of danger." in shown
    assert "texted STOP" not in shown
    team = oda.opens("/console/schedule/volunteers/").words
    assert "texts don't arrive" in team
    assert "texted STOP" not in team
    line.answers(ANA, DANGER)
    case = oda.sends(f"/console/inbox/people/{line.contact(ANA).id}/take")
    assert re.search(r"<option[^>]*>Vee", case.html), "her phone can be rung"


def test_it_is_said_in_spanish(line: TheLine, oda: Browser) -> None:
    oda.sends("/look", language="es", back="/console/")
    for _ in range(2):
        line.answers(ANA, "quiero morir")
    line.clock.forward(minutes=3)
    shown = oda.opens("/console/").words
    assert f"{line.contact(ANA).alias} puede estar en crisis 2 veces, la última hace 3 minutos" in shown
    assert "Responder Llamar" in shown
    assert "worker no responde" in shown


def test_few_things_are_asked_however_many_alerts_there_are(line: TheLine, oda: Browser, statements: list[str]) -> None:
    of_others(line, "crisis", 40)
    line.answers(BEN, "PEER")
    statements.clear()
    oda.opens("/console/")
    asked = [statement for statement in statements if not statement.startswith("UPDATE page_sessions")]
    assert len(asked) <= MOST, listed(asked)
