"""Two lines on one installation: each with its number, flows, team, hours, backup. Nothing crosses between them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, select

from checkin.cases.models import Case
from checkin.contacts import service as contacts
from checkin.contacts.models import Contact
from checkin.conversations import inbound_call
from checkin.conversations import inbound_text as texts
from checkin.core.policies import policy_of_line
from checkin.core.rules.phone import parse
from checkin.core.unit_of_work import UnitOfWork
from checkin.relays import service as relays
from checkin.relays.models import Offer, Relay
from checkin.stories import service as stories
from checkin.stories.service import NewStory
from checkin.telephony.rules.arrivals import IncomingCall, IncomingText
from checkin.volunteers.models import Volunteer
from flows.engine.inputs import Pressed
from flows.library import Library
from flows.model.lines import Line
from tests import make
from tests.cast import ANA, BEN, LINE, VAL, VEE
from tests.the_line import TheLine

SOUTH = "+15555550150"
BACKUP = "+15555550159"


@dataclass
class Town:
    """Both lines, as people meet them by their numbers."""

    line: TheLine

    def texts(self, to: str, from_: str, body: str) -> str:
        arrived = IncomingText(sid=make.sid("SM"), from_=parse(from_), to=make.number(to), body=body)
        said = self.line.runtime.do(lambda uow: texts.receive(uow, arrived)).words()
        self.line.carries_out()
        return said

    def rings(self, to: str, from_: str, keys: str) -> None:
        arrived = IncomingCall(sid=make.sid("CA"), from_=parse(from_), to=make.number(to))
        reply = self.line.runtime.do(lambda uow: inbound_call.begin(uow, arrived))
        turn = reply.then.turn  # type: ignore[union-attr]
        self.line.runtime.do(lambda uow: inbound_call.answer(uow, arrived.sid, turn, Pressed(keys)))
        self.line.carries_out()

    def volunteer(self, key: str, number: str, name: str, **values: object) -> None:
        def add(uow: UnitOfWork) -> None:
            row = make.volunteer(uow, number, name, **values)
            row.line, row.number_key = key, contacts.key_of(uow, key, make.number(number))

        self.line.runtime.do(add)

    def rows(self, table: type, key: str) -> list:  # type: ignore[type-arg]
        return list(self.line.runtime.read(lambda s: s.scalars(select(table).where(table.line == key)).all()))

    def sent_from(self, number: str) -> list[tuple[str, str]]:
        return [(text.to, text.body) for text in self.line.network.texts if text.from_ == number]


@pytest.fixture
def town(database: Engine, tmp_path: Path):
    with database.connect() as connection:
        outer = connection.begin()
        yield Town(two_lines(connection, tmp_path))
        outer.rollback()


def two_lines(connection: Connection, folder: Path, **values: object) -> TheLine:
    """Harbor Line and South Line. values: what is otherwise on the second."""
    line = TheLine.on(connection, folder)
    both = _library_of_two(values)
    line.runtime.flows.library = both
    policies = {key: policy_of_line(item) for key, item in both.lines.items()}
    make.put(line.runtime, policy_of=policies.__getitem__)
    return line


_MADE: dict[str, Library] = {}


def _library_of_two(values: dict[str, object]) -> Library:
    """Made once: what it has read of its words is kept in it."""
    if repr(values) not in _MADE:
        _MADE[repr(values)] = _two(values)
    return _MADE[repr(values)]


def _two(values: dict[str, object]) -> Library:
    first = make.library().lines["default"]
    south = Line.model_validate(
        first.model_dump(by_alias=True)
        | {
            "key": "south", "name": "South Line", "number": SOUTH, "texts": "leave_message", "languages": ["es", "en"],
            "crisis_number": "116123", "time_zone": "America/Chicago", "relay": {"backup": BACKUP, "per_day": 3},
        }
        | values
    )  # fmt: skip
    return make.library()._but(lines={"default": first, "south": south})


def test_each_number_has_its_own_flows_words_and_contacts(town: Town) -> None:
    assert "Harbor Line" in town.texts(LINE, ANA, "hello")
    said = town.texts(SOUTH, ANA, "hello")
    assert "South Line" in said
    assert "Write your message" in said or "Escriba su mensaje" in said
    assert "116123" in said
    ((here,), (there,)) = town.rows(Contact, "default"), town.rows(Contact, "south")
    assert here.number_key != there.number_key, "nobody sees that it is the same person"


def test_stop_is_about_the_line_that_was_told(town: Town) -> None:
    town.texts(LINE, ANA, "hello")
    town.texts(SOUTH, ANA, "hello")
    assert "Harbor Line" in town.texts(LINE, ANA, "STOP")
    assert town.rows(Contact, "default")[0].opted_out_at is not None
    assert town.rows(Contact, "south")[0].opted_out_at is None


def test_only_the_lines_own_team_is_asked_and_from_its_own_number(town: Town) -> None:
    town.volunteer("default", VEE, "Vee", languages=["en", "es"])
    town.volunteer("south", VAL, "Val", languages=["en", "es"])
    town.texts(SOUTH, ANA, "PEER")
    (asked,) = town.rows(Offer, "south")
    assert town.line.runtime.read(lambda s: s.get(Volunteer, asked.volunteer_id)).line == "south"
    assert [to for to, _ in town.sent_from(SOUTH)] == [VAL]
    assert town.sent_from(LINE) == []
    town.rings(LINE, BEN, "1")
    assert [(call.to, call.from_) for call in town.line.network.calls] == [(VEE, LINE)]


def test_numbers_of_relays_and_cases_are_each_lines_own(town: Town) -> None:
    town.volunteer("default", VEE, "Vee")
    town.volunteer("south", VAL, "Val", languages=["en", "es"])
    town.texts(LINE, ANA, "PEER")
    town.texts(SOUTH, BEN, "PEER")
    assert (
        [row.number for row in town.rows(Relay, "default")] == [row.number for row in town.rows(Relay, "south")] == [1]
    )
    assert "You're with" in town.texts(LINE, VEE, "TAKE 1")
    ben = town.rows(Contact, "south")[0]
    assert town.rows(Relay, "default")[0].contact_id != ben.id
    assert town.rows(Relay, "south")[0].state == "open"
    town.texts(LINE, VEE, "this is for Ana alone")
    assert [to for to, body in town.sent_from(LINE) if "Ana alone" in body] == [ANA]
    assert not [body for _, body in town.sent_from(SOUTH) if "Ana alone" in body]


def test_a_volunteer_of_one_line_is_a_contact_of_the_other(town: Town) -> None:
    town.volunteer("default", VEE, "Vee", lead=True)
    for body in ("hello", "please call me", "DONE"):
        town.texts(SOUTH, BEN, body)
    assert [row.number for row in town.rows(Case, "south")] == [1]
    said = town.texts(SOUTH, VEE, "CLAIM 1")
    assert "please call me" not in said
    assert town.rows(Case, "south")[0].state == "open"
    assert town.texts(LINE, VEE, "CLAIM 1") == "There is no case 1."
    assert town.sent_from(LINE) == [], "the leads of one line hear nothing of the other"


def test_settings_are_each_lines_own(town: Town) -> None:
    town.rings(SOUTH, BEN, "1")
    assert [(call.to, call.from_) for call in town.line.network.calls] == [(BACKUP, SOUTH)]
    town.line.network.calls.clear()
    town.rings(LINE, BEN, "1")
    assert town.line.network.calls == [], "the other line has no backup, and nobody on shift"
    assert (town.line.runtime.policy_of("south").daily_limit, town.line.runtime.policy_of("default").daily_limit) == (
        3,
        8,
    )


def test_a_block_holds_on_its_line(town: Town) -> None:
    town.texts(LINE, ANA, "hello")
    town.texts(SOUTH, ANA, "hello")
    blocked = town.rows(Contact, "default")[0].id
    town.line.runtime.do(lambda uow: relays.block(uow, uow.session.get_one(Contact, blocked), "threats", "Oda"))
    assert "isn't answering" in town.texts(LINE, ANA, "MENU")
    assert "isn't answering" not in town.texts(SOUTH, ANA, "MENU")


def test_stories_are_told_on_their_own_line(town: Town) -> None:
    def tell(uow: UnitOfWork) -> None:
        story = NewStory(title="Of the harbor", language="en", words="The words of the harbor.", topics=["sober"])
        stories.add(uow, "default", story, who="Oda", publish=True)

    town.line.runtime.do(tell)
    for to, from_ in ((SOUTH, ANA), (LINE, BEN)):
        town.texts(to, from_, "STORY")
    assert "words of the harbor" in town.texts(LINE, BEN, "1")
    assert "words of the harbor" not in town.texts(SOUTH, ANA, "1")
