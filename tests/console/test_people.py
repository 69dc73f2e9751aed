"""Oda looks at who is in touch; a number is shown for a reason, a block ends, and who is forgotten is gone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from checkin.accounts.rules import Role
from checkin.cases import blocks
from checkin.contacts.models import Contact
from checkin.core.audit_models import Audit
from checkin.web.console.people import service as people
from tests import make
from tests.cast import ANA, BEN, REX, VEE
from tests.console.browser import Browser
from tests.the_line import TheLine


@pytest.fixture(autouse=True)
def _ana_was_here(line: TheLine) -> None:
    for body in ("CHECKIN", "5", "yes"):
        line.answers(ANA, body)


def page_of(line: TheLine, e164: str = ANA) -> str:
    return f"/console/people/{line.contact(e164).id}"


def written(line: TheLine, what: str) -> list[tuple[str, str | None]]:
    rows = line.runtime.read(
        lambda session: session.execute(select(Audit.who, Audit.after).where(Audit.what == what)).all()
    )
    return [(who, after) for who, after in rows]


def test_her_page_says_what_she_agreed_to_and_what_she_was_promised(line: TheLine, oda: Browser) -> None:
    shown = oda.opens(page_of(line)).words
    assert line.contact(ANA).alias in shown
    assert "mood: 5" in shown
    assert "planned" in shown
    assert "We haven't asked them yet" in shown
    assert ANA not in shown
    assert len(written(line, "viewed a contact")) == 1


def test_people_are_found_by_their_alias(line: TheLine, oda: Browser) -> None:
    line.answers(BEN, "hello")
    alias, other = line.contact(ANA).alias, line.contact(BEN).alias
    shown = oda.opens(f"/console/people/?alias={alias[:5].lower()}").words
    assert alias in shown
    assert other not in shown


def test_people_are_found_by_their_number_which_stands_in_no_address(line: TheLine, oda: Browser) -> None:
    went = oda.sends("/console/people/find", follow=False, number="(555) 555-0101")
    assert went.response.location == page_of(line)
    assert "nobody with this number" in oda.sends("/console/people/find", number=REX).words.lower()
    assert "nobody with this number" in oda.sends("/console/people/find", number="pizza").words.lower()
    assert len(written(line, "searched for a number")) == 3


def test_what_cannot_be_is_said_in_the_language_of_the_page(line: TheLine, oda: Browser) -> None:
    oda.client.set_cookie("language", "es", domain="line.example")
    shown = oda.sends(f"{page_of(line)}/number", reason="")
    assert "Escriba por qué tiene que verlo, en 5 a 200 caracteres" in shown.words
    assert "say why" not in shown.words.lower()
    vee = {"name": "Vee", "number": "+19002345678", "channels": "voice", "languages": "en", "agreed": "agreed"}
    shown = oda.sends("/console/schedule/volunteers/add", **vee)
    assert "porque es un número de tarificación especial" in shown.words


def test_her_number_is_shown_once_for_a_reason(line: TheLine, oda: Browser) -> None:
    path = f"{page_of(line)}/number"
    assert "say why" in oda.sends(path, reason="").words.lower()
    shown = oda.sends(path, reason="to ring her back about the meeting")
    assert ANA in shown.words
    assert shown.response.headers["Cache-Control"] == "no-store"
    assert ANA not in oda.opens(page_of(line)).html
    assert oda.who
    assert written(line, "viewed a number") == [(f"organizer {oda.who.id}", "to ring her back about the meeting")]


def test_nobody_sees_numbers_without_end(line: TheLine, oda: Browser) -> None:
    path = f"{page_of(line)}/number"
    for _ in range(people.REVEALS_A_DAY):
        assert oda.sends(path, reason="because of a test").status == 200
    assert "ask an organizer lead" in oda.sends(path, reason="because of a test").words
    line.clock.forward(days=1)
    oda.sign_in_as("lead")
    assert oda.sends(path, reason="because of a test").status == 200


@pytest.mark.parametrize("role", ["volunteer_lead", "reviewer", "read_only"])
def test_who_need_not_see_people_does_not(line: TheLine, visits: Callable[[Role], Browser], role: Role) -> None:
    assert visits(role).asks(page_of(line)).status == 403


def test_a_block_has_an_end_and_can_be_ended(line: TheLine, oda: Browser) -> None:
    path = page_of(line)
    assert "Choose how long" in oda.sends(f"{path}/block", reason="threats", days="9999").words
    assert "3 to 200 characters" in oda.sends(f"{path}/block", reason="", days="7").words
    assert "Blocked." in oda.sends(f"{path}/block", reason="threats", days="7").words
    assert "blocked" in oda.opens("/console/people/?show=blocked").words
    assert "isn't answering this number for now" in line.answers(ANA, "hello")
    line.clock.forward(days=7)
    oda.sign_in_as("lead")
    assert line.contact(ANA).alias not in oda.opens("/console/people/?show=blocked").words
    oda.sends(f"{path}/block", reason="threats", days="7")
    assert "Not blocked." in oda.sends(f"{path}/unblock").words
    assert "isn't answering" not in line.answers(ANA, "hello")


def test_what_a_volunteer_asked_for_waits_for_a_decision(line: TheLine, oda: Browser) -> None:
    def ask(uow: object) -> None:
        blocks.propose(uow, make.volunteer(uow, VEE, "Vee"), uow.session.merge(line.contact(ANA)))  # type: ignore[arg-type, attr-defined]

    line.runtime.do(ask)
    assert "A volunteer asked to block them" in oda.opens(page_of(line)).words
    oda.sends(f"{page_of(line)}/unblock", proposed="1")
    assert "A volunteer asked" not in oda.opens(page_of(line)).words


def test_forgotten_is_forgotten(line: TheLine, oda: Browser) -> None:
    line.answers(ANA, "hello, it is me")
    path, alias = page_of(line), line.contact(ANA).alias
    assert "say why" in oda.sends(f"{path}/forget", why="").words.lower()
    assert "Their data is deleted" in oda.sends(f"{path}/forget", why="they asked for it").words
    shown = oda.opens(path)
    assert "Forgotten" in shown.words
    assert alias not in shown.words
    assert "mood" not in shown.words
    left = line.runtime.read(lambda session: session.scalars(select(Contact)).one())
    assert (left.number_key, left.number_encrypted, left.kept_encrypted) == (None, None, None)
    assert "Delete their data" not in oda.opens("/console/people/").words
    line.answers(ANA, "hello")
    assert line.contact(ANA).id != left.id, "who comes back is somebody new"


def test_somebody_of_another_line_is_not_there(line: TheLine, oda: Browser) -> None:
    ana = line.contact(ANA).id
    line.runtime.do(lambda uow: setattr(uow.session.get_one(Contact, ana), "line", "elsewhere"))
    for act, fields in (("number", {"reason": "to see it"}), ("forget", {"why": "to be mean"}), ("block", {})):
        assert oda.sends(f"/console/people/{ana}/{act}", days="7", **fields).status == 404
    assert oda.asks(f"/console/people/{ana}").status == 404
