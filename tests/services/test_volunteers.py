"""Oda takes volunteers on, pauses them, and lets them go without a trace."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from checkin.contacts import service as contacts
from checkin.core.audit_models import Audit
from checkin.core.errors import UserError
from checkin.core.lines import NoSuchLine
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import Conversation
from checkin.relays import preview, service
from checkin.relays.models import Offer, Relay
from checkin.relays.rules.matching import Need
from checkin.volunteers import queries as rows
from checkin.volunteers import service as volunteers
from checkin.volunteers.models import Shift, Volunteer
from checkin.volunteers.profile import Offered, offered_by
from tests import make
from tests.cast import ANA, LINE, VAL, VEE
from tests.make import make_uow, number

ALWAYS = Offered(always=True)


@pytest.fixture
def uow(session: Session) -> UnitOfWork:
    return make_uow(session)


def add(uow: UnitOfWork, name: str = "Vee", phone: str = VEE, offered: Offered = ALWAYS) -> Volunteer:
    found = volunteers.add(uow, "default", name, phone, offered, by="Oda")
    uow.session.flush()
    return found


def names(uow: UnitOfWork) -> list[str]:
    return [volunteers.name_of(uow, member) for member in rows.team(uow.session, "default")]


def asked(uow: UnitOfWork, **need: str) -> list[str]:
    found = preview.who(uow, Need("default", "voice", **need))
    return [volunteers.name_of(uow, candidate.volunteer) for candidate in found if candidate.reason is None]


def left_out(uow: UnitOfWork) -> dict[str, str | None]:
    found = preview.who(uow, Need("default", "voice"))
    return {
        volunteers.name_of(uow, candidate.volunteer): candidate.reason
        for candidate in found
        if candidate.reason is not None
    }


def test_a_new_volunteer_can_be_asked_at_once_and_their_number_is_encrypted(uow: UnitOfWork) -> None:
    vee = add(
        uow, phone="(555) 555-0111", offered=replace(ALWAYS, languages=("en", "es"), topics=("New here", "family"))
    )
    assert asked(uow) == ["Vee"]
    assert volunteers.number_of(uow, vee).e164 == VEE
    assert VEE.encode() not in vee.number_encrypted + vee.name_encrypted + vee.number_key
    assert b"Vee" not in vee.name_encrypted
    assert (vee.languages, vee.topics) == (["en", "es"], ["family", "new_here"])
    assert vee.time_zone == "America/New_York"


def test_what_somebody_does_is_audited_without_a_name_or_number(uow: UnitOfWork) -> None:
    vee = add(uow)
    volunteers.pause(uow, vee, by="Oda")
    uow.session.flush()
    told = uow.session.scalars(select(Audit).order_by(Audit.what)).all()
    assert [(item.who, item.what, item.about) for item in told] == [
        ("Oda", "added a volunteer", vee.id),
        ("Oda", "paused a volunteer", vee.id),
    ]
    assert not any("Vee" in str(vars(item)) or "5555550111" in str(vars(item)) for item in told)


@pytest.mark.parametrize(
    ("name", "phone", "offered", "says"),
    [
        ("", VAL, ALWAYS, "1 to 60 characters"),
        ("Va\nl", VAL, ALWAYS, "1 to 60 characters"),
        ("vee", VAL, ALWAYS, "already a volunteer called vee"),
        ("Val", VEE, ALWAYS, "already Vee's"),
        ("Val", "5550112", ALWAYS, r"isn't a full phone number: enter it with the country code, like \+15555550111"),
        ("Val", "anonymous", ALWAYS, "isn't a full phone number: enter it"),
        ("Val", "+19005550112", ALWAYS, "premium-rate"),
        ("Val", "+447400123456", ALWAYS, "in GB, which isn't one of"),
        ("Val", LINE, ALWAYS, "belongs to a line"),
        ("Val", "+18005550112", ALWAYS, "the phone number can't receive texts$"),
        ("Val", VAL, Offered(languages=("english",)), "english isn't a language of this line: choose from en, es"),
        ("Val", VAL, Offered(languages=()), "nothing isn't a language"),
        ("Val", VAL, Offered(channels=("fax",)), "fax isn't a channel: choose from voice, text"),
        ("Val", VAL, Offered(time_zone="Mars"), "no time zone called 'Mars'"),
        ("Val", VAL, Offered(daily_limit=0), "daily limit of 0"),
        ("Val", VAL, Offered(topics=("ñ!",)), "isn't a topic"),
    ],
)
def test_what_cannot_be_is_said_without_the_number_and_changes_nothing(
    uow: UnitOfWork, name: str, phone: str, offered: Offered, says: str
) -> None:
    add(uow)
    with pytest.raises(UserError, match=says) as told:
        volunteers.add(uow, "default", name, phone, offered, by="Oda")
    assert phone == "anonymous" or phone[-7:] not in str(told.value)
    assert names(uow) == ["Vee"]


def test_a_line_that_does_not_exist_is_named(uow: UnitOfWork) -> None:
    with pytest.raises(NoSuchLine, match="default"):
        volunteers.add(uow, "harbour", "Vee", VEE, ALWAYS, by="Oda")


def test_a_toll_free_number_may_still_take_calls(uow: UnitOfWork) -> None:
    assert add(uow, phone="+18005550112", offered=replace(ALWAYS, channels=("voice",))).channels == ["voice"]


def test_volunteers_are_found_by_name_or_its_beginning(uow: UnitOfWork) -> None:
    vee, val = add(uow), add(uow, "Val", VAL)
    assert volunteers.find(uow, "default", "vee") is vee
    assert volunteers.find(uow, "default", "VA") is val
    with pytest.raises(UserError, match="could be Val, Vee"):
        volunteers.find(uow, "default", "v")
    with pytest.raises(UserError, match="did you mean Vee"):
        volunteers.find(uow, "default", "Veee")
    with pytest.raises(UserError, match="no volunteer of the line 'default' is called 'Rex'$"):
        volunteers.find(uow, "default", "Rex")


def test_a_pause_holds_until_an_organizer_ends_it(uow: UnitOfWork) -> None:
    vee = add(uow)
    volunteers.pause(uow, vee, by="Oda")
    uow.session.flush()
    assert left_out(uow) == {"Vee": "paused"}
    vee.failures = 9
    volunteers.resume(uow, vee, by="Oda")
    uow.session.flush()
    assert asked(uow) == ["Vee"]


def test_what_they_offer_can_be_changed(uow: UnitOfWork) -> None:
    vee = add(uow)
    volunteers.change(uow, vee, replace(offered_by(vee), languages=("es",), daily_limit=3), by="Oda")
    uow.session.flush()
    assert (asked(uow, language="en"), asked(uow, language="es")) == ([], ["Vee"])
    assert offered_by(vee) == replace(ALWAYS, languages=("es",), daily_limit=3, time_zone="America/New_York")
    with pytest.raises(UserError, match="isn't a channel"):
        volunteers.change(uow, vee, replace(ALWAYS, channels=("post",)), by="Oda")


def test_whoever_is_removed_leaves_nothing_behind_and_can_come_again(uow: UnitOfWork) -> None:
    vee = add(uow)
    uow.session.add(
        Shift(
            id=uow.new_id(), line="default", volunteer_id=vee.id, starts_on="2026-03-02", starts_at="18:00",
            minutes=60, time_zone="UTC", created_at=uow.now,
        )
    )  # fmt: skip
    service.remove_volunteer(uow, vee, by="Oda")
    uow.session.flush()
    assert (names(uow), asked(uow), left_out(uow)) == ([], [], {})
    assert uow.session.scalars(select(Shift)).all() == []
    assert make.decrypted(uow, vee, "name_encrypted") == make.decrypted(uow, vee, "number_encrypted") == ""
    assert vee.number_key != contacts.key_of(uow, "default", number(VEE))
    assert add(uow).id != vee.id
    assert names(uow) == ["Vee"]


@pytest.mark.parametrize("state", ["ringing", "accepted"])
def test_nobody_is_removed_out_of_a_relay(uow: UnitOfWork, state: str) -> None:
    vee = add(uow)
    contact = contacts.new(uow, "default", number(ANA))
    uow.session.flush()
    _offer(uow, vee, contact.id, state)
    with pytest.raises(UserError, match="Vee is in a conversation"):
        service.remove_volunteer(uow, vee, by="Oda")
    assert names(uow) == ["Vee"]


def test_only_leads_who_take_texts_are_told(uow: UnitOfWork) -> None:
    lead = add(uow, offered=replace(ALWAYS, lead=True))
    add(uow, "Val", VAL)
    assert rows.leads(uow.session, "default") == [lead]
    lead.stopped_at = uow.now
    uow.session.flush()
    assert rows.leads(uow.session, "default") == []


def _offer(uow: UnitOfWork, vee: Volunteer, contact_id: str, state: str) -> None:
    talk = Conversation(
        id=uow.new_id(), line="default", contact_id=contact_id, channel="voice", flow="main_menu", flow_hash="x",
        step="start", position_encrypted=b"", opened_at=uow.now, updated_at=uow.now,
    )  # fmt: skip
    relay = Relay(
        id=uow.new_id(), line="default", number=1, token=uow.new_id(), room=uow.new_id(), channel="voice",
        contact_id=contact_id, conversation_id=talk.id, state="open", opened_at=uow.now, limit_at=uow.now,
    )  # fmt: skip
    offer = Offer(
        id=uow.new_id(), line="default", relay_id=relay.id, volunteer_id=vee.id, token=uow.new_id(),
        channel="voice", wave=0, state=state, live=True, planned_at=uow.now,
    )  # fmt: skip
    for row in (talk, relay, offer):
        uow.session.add(row)
        uow.session.flush()
