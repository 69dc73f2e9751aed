"""Reports: what came of those who asked, who carried it, and what is kept back when it is shared."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from checkin.contacts.models import Contact
from checkin.core.audit_models import Audit
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import Conversation
from checkin.relays.models import Relay
from tests import make
from tests.cast import ANA, BEN, VEE
from tests.console.browser import Browser
from tests.console.conftest import MOST
from tests.services.phones import ben_asks_for_a_peer
from tests.the_line import TheLine


def asked(line: TheLine, state: str, waited: int | None, times: int = 1) -> None:
    """So many times somebody asked for a peer yesterday."""

    def make_them(uow: UnitOfWork) -> None:
        contact = uow.session.scalars(select(Contact)).first()
        conversation = uow.session.scalars(select(Conversation)).first()
        assert contact is not None
        assert conversation is not None
        began = uow.now - timedelta(days=1)
        for _ in range(times):
            id_ = make.new_id()
            joined = None if waited is None else began + timedelta(seconds=waited)
            uow.session.add(
                Relay(
                    id=id_, line="default", number=uow.now.microsecond + int(id_, 16) % 10**8, token=id_, room=id_,
                    channel="text", contact_id=contact.id, conversation_id=conversation.id, state=state,
                    opened_at=began, limit_at=began, joined_at=joined, ended_at=began + timedelta(seconds=300),
                )
            )  # fmt: skip

    line.runtime.do(make_them)


def test_oda_sees_what_came_of_those_who_asked(line: TheLine, oda: Browser) -> None:
    line.runtime.do(lambda uow: make.volunteer(uow, VEE, "Vee"))
    line.answers(ANA, "hi")
    asked(line, "ended", waited=65, times=3)
    asked(line, "unanswered", waited=None)
    shown = oda.opens("/console/reports/")
    assert "75 %" in shown.words
    assert "1:05" in shown.words
    assert "Missed requests" in shown.words
    assert "Tue" in shown.html or "Sun" in shown.html


def test_whoever_asked_while_nobody_was_on_duty_is_counted(line: TheLine, oda: Browser) -> None:
    line.answers(ANA, "PEER")
    ben_asks_for_a_peer(line, BEN)
    shown = oda.opens("/console/reports/?days=7").words
    assert "0 %" in shown
    assert "2 asked while nobody was on duty" in shown
    assert "No one was missed" not in shown
    taken = oda.opens("/console/reports/asked.csv?days=7")
    assert '"of these, nobody on duty","<5"' in taken.html


def test_a_volunteers_load_is_there(line: TheLine, oda: Browser) -> None:
    line.runtime.do(lambda uow: make.volunteer(uow, VEE, "Vee"))
    ben_asks_for_a_peer(line, BEN)
    assert "Vee" in oda.opens("/console/reports/?days=7").words


def test_small_numbers_are_kept_back_when_it_is_shared(line: TheLine, oda: Browser) -> None:
    line.answers(ANA, "hi")
    asked(line, "left", waited=None, times=3)
    assert "3hungup" in oda.opens("/console/reports/").words.replace(" ", "").replace("\n", "")
    shown = oda.opens("/console/reports/?shared=1").words.replace(" ", "").replace("\n", "")
    assert "<5hungup" in shown
    taken = oda.opens("/console/reports/asked.csv")
    assert '"hung up","<5"' in taken.html


def test_that_a_table_was_taken_away_is_written_down(line: TheLine, oda: Browser) -> None:
    assert oda.opens("/console/reports/load.csv").status == 200
    written = line.runtime.read(lambda session: list(session.scalars(select(Audit.what))))
    assert "downloaded a report" in written


def test_dates_that_make_no_sense_are_the_last_thirty_days(oda: Browser) -> None:
    for asked_for in ("since=yesterday", "days=9999", "since=2026-03-05&until=2020-01-01", "since=0001-01-01"):
        assert oda.opens(f"/console/reports/?{asked_for}").status == 200


def test_the_page_takes_few_statements(line: TheLine, oda: Browser, statements: list[str]) -> None:
    line.answers(ANA, "hi")
    asked(line, "ended", waited=5, times=40)
    statements.clear()
    oda.opens("/console/reports/")
    assert len(statements) <= MOST, statements
