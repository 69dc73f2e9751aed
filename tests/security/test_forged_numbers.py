"""A caller id proves nothing: whoever calls with somebody's number learns nothing of them, and changes nothing."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from checkin.contacts import service as contacts
from checkin.contacts.models import CheckIn, Consent, Contact
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import Conversation, FollowUp
from checkin.relays.models import Relay
from checkin.volunteers.models import Volunteer
from tests import make
from tests.cast import ATTESTED, BEN, REX
from tests.security.a_call import FORGED, VERDICTS, Call
from tests.security.known_numbers import KNOWN, WALKS, door, hears, speaks_spanish
from tests.the_line import TheLine

TELLING = {"a peer whom nobody is", "a low day", "a message", "the volunteers' menu"}
"""The ways on which a call that knew its caller differed for most that may be known; the others are for a whole run."""

EVERY_WALK = [pytest.param(walk, marks=() if walk in TELLING else pytest.mark.long) for walk in WALKS]


@pytest.fixture
def database(sqlite_engine: Engine) -> Engine:
    """What is not looked at asks nothing of a database in particular."""
    return sqlite_engine


@pytest.fixture
def app(line: TheLine) -> Flask:
    """The line's own door, with one story behind it and Val on duty."""
    return door(line)


def standing(line: TheLine) -> list[object]:
    """Everything that is kept of the owner of the number: as somebody who texts and calls, and as a volunteer."""

    def look(uow: UnitOfWork) -> list[object]:
        key = contacts.key_of(uow, "default", make.number(BEN))
        owner = select(Contact.id).where(Contact.number_key == key)
        kept: list[object] = []
        for table, mine in (
            (Contact, Contact.number_key == key),
            (Consent, Consent.contact_id.in_(owner)),
            (CheckIn, CheckIn.contact_id.in_(owner)),
            (FollowUp, FollowUp.contact_id.in_(owner)),
            (Conversation, Conversation.contact_id.in_(owner)),
            (Relay, Relay.contact_id.in_(owner)),
            (Volunteer, Volunteer.number_key == key),
        ):
            kept.append(uow.session.execute(select(*table.__table__.columns).where(mine)).all())
        return kept

    return line.runtime.do(look)


@pytest.mark.parametrize("walk", EVERY_WALK)
@pytest.mark.parametrize("known", KNOWN)
def test_known_and_unknown_sound_alike_and_nothing_changes(line: TheLine, app: Flask, known: str, walk: str) -> None:
    KNOWN[known](line, app)
    unknown = hears(line, app, REX, walk, FORGED)
    line.clock.forward(minutes=30)
    line.carries_out()
    before = standing(line)
    assert hears(line, app, BEN, walk, FORGED) == unknown
    assert standing(line) == before


@pytest.mark.parametrize("verdict", VERDICTS)
def test_the_network_vouches_in_one_way_and_no_other(line: TheLine, app: Flask, verdict: str) -> None:
    line.runtime.do(speaks_spanish)
    assert hears(line, app, BEN, "every choice", VERDICTS[verdict]) == hears(line, app, REX, "every choice", FORGED)
    assert "Hola" in Call(line, app, BEN, ATTESTED).begins().says
