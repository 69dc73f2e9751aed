"""Whatever happens in whatever order, while time jumps to and fro: Ana gets it once, or its reason stands."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from checkin.core.rules.failpoints import WORKER, Point
from checkin.core.unit_of_work import UnitOfWork
from checkin.delivery import receipts
from checkin.dispatch.steps import PATIENCE
from checkin.followups import series
from checkin.messages.models import FollowUp, Message
from checkin.outbox import dead_letters
from checkin.outbox.models import Outbox
from checkin.outbox.outcomes import ATTEMPTS
from checkin.reconciliation import dead_letters as dead_letter_desk
from checkin.telephony.port import Accepted, MaybeDone, OutgoingText, Refused, SentText, TryLater
from checkin.telephony.rules.arrivals import MessageStatus
from checkin.volunteers.models import Alert
from tests import make
from tests.cast import ANA
from tests.examples import examples
from tests.services.living import agrees
from tests.the_line import TheLine
from worker.clock import CLAIM_LASTS

HOME = ZoneInfo("America/New_York")
OPEN_STATES = ("planned", "sending", "calling", "unknown")
ABOUT_SENDING = ("follow_up", "send_message", "tell_later", "resolve_message", "text_failed", "send_again")


class Killed(BaseException):
    """SIGKILL, as far as one process can play it."""


@dataclass
class Carrier(make.Network):
    """A network whose next answers are said before; its log tells what it has sent."""

    line: TheLine | None = None
    next: list[str] = field(default_factory=list)
    meanwhile: Callable[[], None] | None = None
    book: list[tuple[str, datetime]] = field(default_factory=list)

    def send_text(self, text: OutgoingText) -> Accepted:
        how = self.next.pop(0) if self.next else "takes it"
        happens, self.meanwhile = self.meanwhile, None
        if happens is not None:
            happens()
        if how == "is busy":
            raise TryLater("asked the network to send a text, and it was busy", 20429)
        if how == "refuses":
            raise Refused("could not send a text", 21614)
        if how == "does nothing and breaks":
            raise MaybeDone("asked the network to send a text, and its answer was lost")
        assert self.line is not None
        accepted = Accepted(make.sid("SM"), "queued")
        self.book.append((text.status_url.rpartition("/")[2], self.line.clock.now))
        self.log.append(SentText(accepted.sid, "sent", None, text.body, self.line.clock.now))
        if how == "tells first":
            self.receipt()
        if how == "takes it and breaks":
            raise MaybeDone("asked the network to send a text, and its answer was lost")
        return accepted

    def receipt(self, status: str = "delivered") -> None:
        """Tell of the last text."""
        if self.book and self.line is not None:
            told = MessageStatus(self.log[-1].sid, status)
            self.line.runtime.do(lambda uow: receipts.on_receipt(uow, self.book[-1][0], told))


@dataclass
class Rough:
    """Ana's line in rough times."""

    line: TheLine
    carrier: Carrier
    left_at: datetime | None = None
    forgot: bool = False

    def works(self) -> None:
        self.line.carries_out(3)

    def dies(self, point: Point) -> None:
        """The worker dies when it passes there, if it does."""

        def failpoint(passed: Point) -> None:
            if passed == point:
                raise Killed

        self.line.runtime.transactions.failpoint = failpoint
        try:
            self.line.carries_out(3)
        except Killed:
            pass
        finally:
            self.line.runtime.transactions.failpoint = lambda _point: None

    def does(self, what: str) -> None:
        """One thing happens."""
        match what.split(" ", 1):
            case ["worker"]:
                self.works()
            case ["dies", point]:
                self.dies(next(item for item in WORKER if item == point))
            case ["network", how]:
                self.carrier.next.append(how)
            case ["minutes", count]:
                self.line.clock.forward(minutes=int(count))
            case ["receipt", status]:
                self.carrier.receipt(status)
            case ["release"]:
                self.line.runtime.do(lambda uow: dead_letters.release(uow, CLAIM_LASTS))
            case ["Ana", word]:
                self.says(word)

    def says(self, word: str) -> None:
        """Ana texts; what she says about being written to counts from then on."""
        self.line.answers(ANA, word)
        if word == "STOP" and self.left_at is None and not self.forgot:
            self.left_at = self.line.clock.now
        self.forgot = self.forgot or word == "FORGET"

    def settles(self) -> None:
        """All is well again, and days pass."""
        self.carrier.next.clear()
        for hours in (*(0.05,) * 10, *(1,) * 3, *(24,) * 3):
            self.line.clock.forward(hours=hours)
            self.does("release")
            self.works()


@contextmanager
def rough_times(database: Engine) -> Iterator[Rough]:
    """Ana is promised a text each week; the first is due."""
    with tempfile.TemporaryDirectory() as folder, database.connect() as connection:
        outer = connection.begin()
        line = TheLine.on(connection, Path(folder))
        carrier = Carrier(line=line)
        line.network = carrier
        make.put(line.runtime, gateway=line.network)
        agrees(line, ANA, "check_ins")

        def promise(uow: UnitOfWork) -> datetime:
            row = series.begin(uow, uow.session.merge(line.contact(ANA)), "weekly_check_in")
            assert row is not None
            return row.due_at

        line.clock.now = line.runtime.do(promise) + timedelta(seconds=1)
        yield Rough(line, carrier)
        outer.rollback()


THINGS = [
    "worker", "worker", "worker", "release", "minutes 1", "minutes 3", "minutes 90", "minutes 1500", "minutes -2",
    "minutes -45", "network is busy", "network refuses", "network does nothing and breaks",
    "network takes it and breaks", "network tells first", "receipt delivered", "receipt sent", "Ana STOP", "Ana START",
    "Ana hi", *(f"dies {point}" for point in WORKER),
]  # fmt: skip
BETWEEN = [point for point in WORKER if point not in ("claimed", "recorded")]
"""Within a transaction nobody else's text comes between."""


def kept(rough: Rough) -> None:
    """Nobody is bothered, nothing is lost, and nothing is left half done."""
    line, book = rough.line, rough.carrier.book
    assert len({message for message, _ in book}) == len(book), "a text was sent twice"
    asked = line.runtime.read(lambda s: set(s.scalars(select(Message.id).where(Message.kind == "follow_up"))))
    times = [at.astimezone(HOME) for message, at in book if message in asked]
    assert len({at.date() for at in times}) == len(times), "two on one day"
    for at in times:
        assert time(10) <= at.time() < time(18), f"outside of her hours: {at}"
    rows = line.runtime.read(lambda session: list(session.scalars(select(FollowUp).order_by(FollowUp.number))))
    now = line.clock.now
    for row in rows:
        assert row.state not in OPEN_STATES or row.due_at > now, f"left {row.state}: {row.reason}"
        assert row.state in ("sent", *OPEN_STATES) or row.reason, f"{row.state} without a reason"
    mine = Outbox.kind.in_(ABOUT_SENDING), Outbox.done_at.is_(None), Outbox.run_after <= now
    left = line.runtime.read(lambda session: session.execute(select(Outbox.kind, Outbox.result).where(*mine)).all())
    assert left == []


@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
@settings(max_examples=examples(30), deadline=None, suppress_health_check=list(HealthCheck))
@given(things=st.lists(st.sampled_from(THINGS), min_size=3, max_size=14))
def test_once_in_her_hours_and_with_its_reason(database: Engine, things: list[str]) -> None:
    with rough_times(database) as rough:
        for what in things:
            rough.does(what)
            if what == "Ana STOP":
                sent = len(rough.carrier.book)
            if rough.line.contact(ANA).opted_out_at is not None:
                assert len(rough.carrier.book) == sent, "sent to somebody who has left"
        rough.settles()
        kept(rough)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
@pytest.mark.parametrize("point", BETWEEN)
@pytest.mark.parametrize("word", ["STOP", "FORGET"])
def test_whoever_leaves_while_it_is_in_hand_gets_no_more_than_that_one(
    database: Engine, point: Point, word: str
) -> None:
    with rough_times(database) as rough:
        line = rough.line

        def failpoint(passed: Point) -> None:
            if passed == point:
                line.runtime.transactions.failpoint = lambda _point: None
                line.answers(ANA, word)
                line.answers(ANA, word)

        line.runtime.transactions.failpoint = failpoint
        rough.works()
        rough.settles()
        assert len(rough.carrier.book) == (0 if point == "taken" else 1)
        rows = line.runtime.read(lambda session: list(session.scalars(select(FollowUp))))
        assert [row.state for row in rows if row.state in OPEN_STATES] == []


@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
@pytest.mark.parametrize("how", ["takes it", "is busy", "does nothing and breaks", "takes it and breaks", "refuses"])
def test_a_clock_that_jumps_while_the_network_thinks_has_another_worker_ask_and_not_send(
    database: Engine, how: str
) -> None:
    with rough_times(database) as rough:

        def another_takes_it_for_dead() -> None:
            for what in ("minutes 10", "release", "worker"):
                rough.does(what)

        rough.carrier.next, rough.carrier.meanwhile = [how], another_takes_it_for_dead
        rough.works()
        rough.settles()
        kept(rough)
        assert len(rough.carrier.book) == (1 if how.startswith("takes it") else 0)
        [first] = rough.line.runtime.read(
            lambda session: list(session.scalars(select(FollowUp).where(FollowUp.number == 0)))
        )
        assert first.state == {"refuses": "failed"}.get(how, "sent" if rough.carrier.book else "skipped")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_network_that_takes_nothing_for_days_costs_one_of_the_plan_and_not_the_plan(database: Engine) -> None:
    with rough_times(database) as rough:
        line = rough.line
        rough.carrier.next = ["is busy"] * PATIENCE
        for _ in range(600):
            line.clock.forward(minutes=6)
            rough.works()
        first, second = line.runtime.read(lambda s: list(s.scalars(select(FollowUp).order_by(FollowUp.number))))
        assert (first.state, first.number, second.state, second.number) == ("failed", 0, "planned", 1)
        assert "not taken for half a day" in (first.reason or "")
        set_aside_row = select(Outbox.result).where(Outbox.kind == "follow_up", Outbox.outcome == "dead letter")
        result = line.runtime.read(lambda session: session.scalars(set_aside_row).one())
        assert (result or "").startswith(f"after {PATIENCE} tries")
        assert line.runtime.read(lambda session: session.scalars(select(Alert.kind)).all()) == ["set_aside"]
        assert rough.carrier.book == []


@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
def test_a_follow_up_that_cannot_be_carried_out_says_so_and_goes_when_it_is_taken_up_again(database: Engine) -> None:
    with rough_times(database) as rough:
        line = rough.line
        seal = line.contact(ANA).number_encrypted

        def spoil(uow: UnitOfWork, with_what: bytes | None) -> None:
            uow.session.merge(line.contact(ANA)).number_encrypted = with_what

        line.runtime.do(lambda uow: spoil(uow, b"nobody can open this"))
        for _ in range(12):
            line.clock.forward(minutes=6)
            rough.works()
        [row] = line.runtime.read(lambda session: list(session.scalars(select(FollowUp))))
        assert row.state == "planned"
        assert (row.reason or "").startswith("gave up after 8 tries: failed: ")
        line.runtime.do(lambda uow: spoil(uow, seal))
        aside = line.runtime.read(lambda session: session.scalars(select(Outbox)).one())
        assert aside.attempts == ATTEMPTS
        assert line.runtime.do(lambda uow: dead_letter_desk.retry(uow, aside.id, "Oda"))
        rough.works()
        assert len(rough.carrier.book) == 1
